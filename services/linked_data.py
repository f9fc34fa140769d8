"""Our nouns in the words of schema.org: pure functions from rows to dictionaries, in the active language.

What is not known is left out; a fee of 0 is a fact. What nobody has confirmed says so here too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from services.models import Area, Channel, ClosedDay, Location, News, Organization, Service
from services.models.opening_hours import closed_names
from services.models.provenance import Sourced
from services.opening import MIDNIGHT, Interval
from services.provinces import city_of, postcode_of, province_of
from services.visiting import Point

Thing = dict[str, Any]

RUPIAH = "IDR"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSED_DAYS_AHEAD = timedelta(days=90)
MOST_CLOSED_DAYS = 12

KINDS = Location.Kind
PLACES = {
    **dict.fromkeys(
        (
            *(KINDS.SERVICE_COUNTER, KINDS.VILLAGE_OFFICE, KINDS.DISTRICT_OFFICE, KINDS.EDUCATION_OFFICE),
            KINDS.OTHER_AGENCY,
        ),
        "GovernmentOffice",
    ),
    KINDS.HEALTH_CENTRE: "MedicalClinic",
    KINDS.HEALTH_CENTRE_AUXILIARY: "MedicalClinic",
    KINDS.COMMUNITY_SPACE: "Park",
    KINDS.COMMUNITY_HALL: "CivicStructure",
    KINDS.SCHOOL_PRIMARY: "ElementarySchool",
    KINDS.SCHOOL_JUNIOR: "MiddleSchool",
    KINDS.SCHOOL_SENIOR: "HighSchool",
    KINDS.SCHOOL_VOCATIONAL: "HighSchool",
    KINDS.UNIVERSITY: "CollegeOrUniversity",
    KINDS.RAILWAY_STATION: "TrainStation",
    KINDS.FUEL_STATION: "GasStation",
}
OFFICES = Organization.Kind
ORGANIZATIONS = {
    OFFICES.AGENCY: "GovernmentOrganization",
    OFFICES.UNIT: "GovernmentOrganization",
    OFFICES.COUNTER: "GovernmentOrganization",
    OFFICES.SCHOOL: "EducationalOrganization",
    OFFICES.NGO: "NGO",
}


def known(facts: Mapping[str, Any]) -> Thing:
    """Without what is unknown; false and zero are facts."""
    return {name: value for name, value in facts.items() if value is not None and value != "" and value != []}


def address_of(noun: Any) -> str:
    return f"{settings.SITE_URL}{noun.get_absolute_url()}"


def doubt(fact: Sourced) -> str | None:
    """What the page says beside the heading, for those who do not read the page."""
    return None if fact.is_confirmed else gettext("Example, not confirmed yet")


# Organizations and areas ------------------------------------------------------------


def organization(one: Organization) -> Thing:
    """An office with its contacts."""
    street = postal(one.address, "", one.area) if one.address else None
    parent = one.parent
    return named_organization(one) | known(
        {
            "alternateName": one.short_name if one.short_name != one.name else "",
            "description": one.about,
            "disambiguatingDescription": doubt(one),
            "telephone": one.phone,
            "email": one.email,
            "sameAs": one.website,
            "address": street,
            "areaServed": area(one.area) if one.area else None,
            "parentOrganization": named_organization(parent) if parent else None,
        }
    )


def named_organization(one: Organization) -> Thing:
    return {
        "@type": ORGANIZATIONS.get(OFFICES(one.kind), "Organization"),
        "@id": f"{address_of(one)}#organization",
        "name": one.name,
        "url": address_of(one),
    }


def area(one: Area) -> Thing:
    return {"@type": "AdministrativeArea", "name": one.long_name}


def postal(street: str, postcode: str, lies_in: Area | None) -> Thing:
    return known(
        {
            "@type": "PostalAddress",
            "streetAddress": street,
            "addressLocality": city_of(lies_in),
            "addressRegion": province_of(lies_in),
            "postalCode": postcode_of(postcode, lies_in),
            "addressCountry": "ID",
        }
    )


# Places ------------------------------------------------------------


def place(one: Location, hours: Iterable[Interval], closed: Iterable[ClosedDay], today: date) -> Thing:
    """A place as a service names it: where it is and when it is open."""
    lines = [line for line in hours if not line.is_over(today)]
    point = {"@type": "GeoCoordinates", "latitude": one.latitude, "longitude": one.longitude}
    facts = {
        "@type": PLACES.get(KINDS(one.kind), "Place"),
        "@id": f"{address_of(one)}#place",
        "name": one.name,
        "url": address_of(one),
        "address": postal(one.address, one.postcode, one.area) if one.address else None,
        "telephone": one.phone,
        "geo": None
        if one.latitude is None
        else point | {"latitude": float(one.latitude), "longitude": float(one.longitude or 0)},
        "openingHoursSpecification": [specification(line) for line in lines],
        "specialOpeningHoursSpecification": days_off(lines, closed_names(closed, one.pk), today),
    }
    return known(facts)


def whole_place(one: Location, hours: Iterable[Interval], closed: Iterable[ClosedDay], today: date) -> Thing:
    """A place on its own page: also what is known of getting in."""
    facts = {
        "disambiguatingDescription": doubt(one),
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": str(label), "value": answer}
            for label, answer in one.accessibility
            if answer is not None
        ],
        "containedInPlace": area(one.area) if one.area else None,
    }
    return place(one, hours, closed, today) | known(facts)


def specification(line: Interval) -> Thing:
    # Midnight at the end of a day: schema.org wants a closing time of the same day.
    closes = "23:59" if line.closes == MIDNIGHT else f"{line.closes:%H:%M}"
    return known(
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [WEEKDAYS[int(number) - 1] for number in line.days],
            "opens": f"{line.opens:%H:%M}",
            "closes": closes,
            "validFrom": line.valid_from.isoformat() if line.valid_from else None,
            "validThrough": line.valid_through.isoformat() if line.valid_through else None,
        }
    )


def days_off(lines: Sequence[Interval], closed: Mapping[date, str], today: date) -> list[Thing]:
    """The next closed days of a place with known hours; opening and closing at once means closed all day."""
    if not lines or any(line.open_on_closed_days for line in lines):
        return []
    near = sorted(day for day in closed if today <= day <= today + CLOSED_DAYS_AHEAD)[:MOST_CLOSED_DAYS]
    return [
        {"@type": "OpeningHoursSpecification", "name": closed[day], "opens": "00:00", "closes": "00:00"}
        | {"validFrom": day.isoformat(), "validThrough": day.isoformat()}
        for day in near
    ]


# Services ------------------------------------------------------------


def service(
    one: Service,
    points: Sequence[Point],
    everywhere: Area | None,
    closed: Sequence[ClosedDay],
    today: date,
) -> Thing:
    """A service with every way to it; ``everywhere`` is where it holds when it names no area of its own."""
    areas = list(one.areas.all()) or ([everywhere] if everywhere else [])
    facts = {
        "@type": "GovernmentService",
        "@id": f"{address_of(one)}#service",
        "name": one.title,
        "alternateName": one.label if one.label != one.title else "",
        "description": one.answer,
        "disambiguatingDescription": doubt(one),
        "url": address_of(one),
        "serviceType": one.category.title,
        "provider": named_organization(one.organization),
        "areaServed": [area(each) for each in areas],
        "audience": [{"@type": "Audience", "audienceType": each.title} for each in one.audiences.all()],
        "availableChannel": [way for point in points if (way := channel(point, closed, today))],
        "offers": offer(one),
    }
    return known(facts)


def offer(one: Service) -> Thing | None:
    """The fee, only where it is known; free is a price of 0."""
    if one.fee_amount is None:
        return None
    amount = f"{one.fee_amount:f}"
    whole = amount.rstrip("0").rstrip(".") if "." in amount else amount
    return known({"@type": "Offer", "price": whole, "priceCurrency": RUPIAH, "description": one.fee_note})


def channel(point: Point, closed: Sequence[ClosedDay], today: date) -> Thing | None:
    """One way to a service; None for a channel without a number or an address."""
    if point.counter is not None:
        where = place(point.counter.location, point.hours, closed, today)
        return known({"@type": "ServiceChannel", "name": point.counter.counter, "serviceLocation": where})
    one = point.channel
    if one is None:
        return None
    facts: Thing = {}
    if one.kind in {Channel.Kind.PHONE, Channel.Kind.WHATSAPP} and one.value:
        hours = [specification(line) for line in point.hours if not line.is_over(today)]
        facts = {"@type": "ContactPoint", "telephone": one.value, "contactType": one.label}
        facts = {"servicePhone": known(facts | {"hoursAvailable": hours})}
    elif one.url:
        facts = {"serviceUrl": one.url}
    return {"@type": "ServiceChannel", "name": one.label} | facts if facts else None


# News, questions, the portal ------------------------------------------------------------


def news(one: News) -> Thing:
    """An item of news; an emergency is an announcement with its end."""
    facts = {
        "@id": f"{address_of(one)}#news",
        "url": address_of(one),
        "disambiguatingDescription": gettext("Example") if one.is_example else None,
        "spatialCoverage": [area(each) for each in one.areas.all()],
        "publisher": named_organization(one.unit),
    }
    begins = local(one.shown_from)
    if one.kind == News.Kind.EMERGENCY:
        facts |= {"@type": "SpecialAnnouncement", "name": one.label, "text": one.body, "datePosted": begins}
        return known(facts | {"expires": local(one.shown_until) if one.shown_until else None})
    kind = {"@type": "NewsArticle", "headline": one.label, "articleBody": one.body, "datePublished": begins}
    return known(kind | facts)


def local(at: datetime) -> str:
    text: str = timezone.localtime(at).replace(microsecond=0).isoformat()
    return text


def answered(pairs: Iterable[tuple[str, str, str]]) -> Thing | None:
    """Questions with the office's one answer: what was asked, more about it, and the answer."""
    questions = [
        known(
            {
                "@type": "Question",
                "name": asked,
                "text": more,
                "acceptedAnswer": {"@type": "Answer", "text": answer},
            }
        )
        for asked, more, answer in pairs
        if asked and answer
    ]
    return {"@type": "FAQPage", "mainEntity": questions} if questions else None


def website(name: str, search: str) -> Thing:
    """The portal as a whole, with the address at which it is searched."""
    return {
        "@type": "WebSite",
        "name": name,
        "url": f"{settings.SITE_URL}/",
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{settings.SITE_URL}{search}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }
