"""The part of schema.org's vocabulary our data blocks may use: types, what they are a kind of, and their properties.

Names as schema.org publishes them (schema.org/docs/full.html); what is not in this table is a slip.
"""

import re
from typing import Any

TEXT, NUMBER, YES_NO, DATE, TIME, ADDRESS = "text", "number", "yes or no", "date", "time", "address"
MOMENT = "date and time"

# type: (what it is a kind of, {property: what may stand there}).
TYPES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "Thing": (
        (),
        {
            "name": (TEXT,),
            "alternateName": (TEXT,),
            "description": (TEXT,),
            "disambiguatingDescription": (TEXT,),
            "url": (ADDRESS,),
            "sameAs": (ADDRESS,),
        },
    ),
    "CreativeWork": (
        ("Thing",),
        {
            "about": ("Thing",),
            "creator": ("Organization", "Person"),
            "publisher": ("Organization", "Person"),
            "text": (TEXT,),
            "keywords": (TEXT,),
            "inLanguage": (TEXT,),
            "license": (ADDRESS,),
            "isAccessibleForFree": (YES_NO,),
            "dateModified": (DATE, MOMENT),
            "datePublished": (DATE, MOMENT),
            "expires": (DATE, MOMENT),
            "mainEntity": ("Thing",),
            "spatialCoverage": ("Place",),
        },
    ),
    "NewsArticle": (("CreativeWork",), {"headline": (TEXT,), "articleBody": (TEXT,)}),
    "SpecialAnnouncement": (("CreativeWork",), {"datePosted": (DATE, MOMENT)}),
    "FAQPage": (("CreativeWork",), {}),
    "Question": (("CreativeWork",), {"acceptedAnswer": ("Answer",)}),
    "Answer": (("CreativeWork",), {}),
    "WebSite": (("CreativeWork",), {"potentialAction": ("SearchAction",)}),
    "SearchAction": (("Thing",), {"target": (ADDRESS,), "query-input": (TEXT,)}),
    "DataCatalog": (("CreativeWork",), {"dataset": ("Dataset",)}),
    "Dataset": (
        ("CreativeWork",),
        {
            "distribution": ("DataDownload",),
            "includedInDataCatalog": ("DataCatalog",),
            "variableMeasured": (TEXT,),
        },
    ),
    "DataDownload": (
        ("CreativeWork",),
        {"contentUrl": (ADDRESS,), "encodingFormat": (TEXT,), "contentSize": (TEXT,), "sha256": (TEXT,)},
    ),
    "BreadcrumbList": (("Thing",), {"itemListElement": ("ListItem",)}),
    "ListItem": (("Thing",), {"position": (NUMBER,), "item": (ADDRESS, "Thing")}),
    "Service": (
        ("Thing",),
        {
            "areaServed": ("AdministrativeArea", "Place", TEXT),
            "audience": ("Audience",),
            "availableChannel": ("ServiceChannel",),
            "offers": ("Offer",),
            "provider": ("Organization",),
            "serviceType": (TEXT,),
        },
    ),
    "GovernmentService": (("Service",), {}),
    "Audience": (("Thing",), {"audienceType": (TEXT,)}),
    "Offer": (("Thing",), {"price": (NUMBER, TEXT), "priceCurrency": (TEXT,)}),
    "ServiceChannel": (
        ("Thing",),
        {"serviceLocation": ("Place",), "servicePhone": ("ContactPoint",), "serviceUrl": (ADDRESS,)},
    ),
    "ContactPoint": (
        ("Thing",),
        {"telephone": (TEXT,), "contactType": (TEXT,), "hoursAvailable": ("OpeningHoursSpecification",)},
    ),
    "PostalAddress": (
        ("ContactPoint",),
        {
            "streetAddress": (TEXT,),
            "addressLocality": (TEXT,),
            "addressRegion": (TEXT,),
            "addressCountry": (TEXT,),
            "postalCode": (TEXT,),
        },
    ),
    "GeoCoordinates": (("Thing",), {"latitude": (NUMBER,), "longitude": (NUMBER,)}),
    "OpeningHoursSpecification": (
        ("Thing",),
        {
            "dayOfWeek": ("weekday",),
            "opens": (TIME,),
            "closes": (TIME,),
            "validFrom": (DATE,),
            "validThrough": (DATE,),
        },
    ),
    "LocationFeatureSpecification": (("Thing",), {"value": (YES_NO, NUMBER, TEXT)}),
    "Place": (
        ("Thing",),
        {
            "address": ("PostalAddress", TEXT),
            "amenityFeature": ("LocationFeatureSpecification",),
            "containedInPlace": ("Place",),
            "geo": ("GeoCoordinates",),
            "openingHoursSpecification": ("OpeningHoursSpecification",),
            "specialOpeningHoursSpecification": ("OpeningHoursSpecification",),
            "telephone": (TEXT,),
        },
    ),
    "Organization": (
        ("Thing",),
        {
            "address": ("PostalAddress", TEXT),
            "areaServed": ("AdministrativeArea", "Place", TEXT),
            "email": (TEXT,),
            "parentOrganization": ("Organization",),
            "telephone": (TEXT,),
        },
    ),
    "AdministrativeArea": (("Place",), {}),
    "CivicStructure": (("Place",), {}),
    "Park": (("CivicStructure",), {}),
    "TrainStation": (("CivicStructure",), {}),
    "EducationalOrganization": (("Organization", "CivicStructure"), {}),
    "ElementarySchool": (("EducationalOrganization",), {}),
    "MiddleSchool": (("EducationalOrganization",), {}),
    "HighSchool": (("EducationalOrganization",), {}),
    "CollegeOrUniversity": (("EducationalOrganization",), {}),
    "GovernmentOrganization": (("Organization",), {}),
    "NGO": (("Organization",), {}),
    "LocalBusiness": (("Organization", "Place"), {}),
    "GovernmentOffice": (("LocalBusiness",), {}),
    "GasStation": (("LocalBusiness",), {}),
    "MedicalClinic": (("LocalBusiness",), {}),
    "Person": (("Thing",), {}),
    "VirtualLocation": (("Thing",), {}),
    "Event": (
        ("Thing",),
        {
            "startDate": (MOMENT,),
            "endDate": (MOMENT,),
            "eventStatus": (ADDRESS,),
            "eventAttendanceMode": (ADDRESS,),
            "location": ("Place", "VirtualLocation"),
            "organizer": ("Organization", "Person"),
            "performer": ("Organization", "Person"),
            "audience": ("Audience",),
            "maximumAttendeeCapacity": (NUMBER,),
            "isAccessibleForFree": (YES_NO,),
            "offers": ("Offer",),
        },
    ),
}
WEEKDAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
PATTERNS = {
    DATE: r"\d{4}-\d\d-\d\d",
    MOMENT: r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d[+-]\d\d:\d\d",
    TIME: r"([01]\d|2[0-3]):[0-5]\d",
    ADDRESS: r"https?://[\x21-\x7e]+",
}


def kinds_of(name: str) -> set[str]:
    """A type and all it is a kind of."""
    above, _properties = TYPES[name]
    return {name}.union(*(kinds_of(one) for one in above))


def properties_of(name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind in kinds_of(name):
        found |= TYPES[kind][1]
    return found


def fits(value: Any, kind: str) -> bool:
    if kind == "weekday":
        return value in WEEKDAYS
    if kind == TEXT:
        return isinstance(value, str) and bool(value.strip())
    if kind == NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == YES_NO:
        return isinstance(value, bool)
    if kind in PATTERNS:
        return isinstance(value, str) and re.fullmatch(PATTERNS[kind], value) is not None
    return isinstance(value, dict) and value.get("@type") in TYPES and kind in kinds_of(value["@type"])


def faults(thing: Any, where: str = "") -> list[str]:
    """What is wrong with a data block: unknown types, unknown properties, values that do not fit."""
    if not isinstance(thing, dict) or thing.get("@type") not in TYPES:
        return [f"{where}: {thing!r} has no known type"]
    known, found = properties_of(thing["@type"]), []
    for name, value in thing.items():
        if name in {"@type", "@context", "@id"}:
            continue
        here = f"{where}.{name}"
        if name not in known:
            found.append(f"{here}: {thing['@type']} has no such property")
            continue
        for one in value if isinstance(value, list) else [value]:
            if not any(fits(one, kind) for kind in known[name]):
                found.append(f"{here}: {one!r} does not fit")
            elif isinstance(one, dict):
                found += faults(one, here)
        if value == []:
            found.append(f"{here}: nothing is not said")
    return found
