"""The catalogue of our data in DCAT 3 (W3C) as JSON-LD, with the classes DCAT-AP asks for.

Other catalogues, a province's or satudata's, read it to list our data without anybody typing it in.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.open_data.dataset import Dataset
from portal.open_data.dictionary import address_of, page_of
from portal.open_data.files import about_portal, measured
from portal.open_data.licence import licence
from portal.open_data.shelf import DATASETS, EXTENSIONS
from services.facets import profile

Thing = dict[str, Any]

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TYPES = "https://www.iana.org/assignments/media-types/"
FORMATS = {"csv": "text/csv", "json": "application/json"}
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/CONT"
THEME = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/IND"


def catalogue(at: datetime) -> Thing:
    with translation.override("id"):
        return {"@context": CONTEXT} | {
            "@id": here("catalogue"),
            "@type": "dcat:Catalog",
            "dct:title": said(gettext("Open data")),
            "dct:description": said(
                gettext("What the portal knows, for a table, a poster, an app or your own check.")
            ),
            "dct:publisher": publisher(),
            "dct:language": {"@id": LANGUAGE},
            "dct:license": {"@id": licence().url},
            "foaf:homepage": {"@id": settings.SITE_URL + reverse("data")},
            "dcat:dataset": [dataset(one, at) for one in DATASETS.values()],
            "dcat:service": services(),
        }


def here(word: str) -> str:
    return f"{settings.SITE_URL}{reverse('data_dcat')}#{word}"


def said(text: Any, language: str = "id") -> Thing:
    return {"@value": str(text), "@language": language}


def publisher() -> Thing:
    about: Thing = {"@id": here("publisher"), "@type": "foaf:Agent"}
    return about | {
        "foaf:name": said(about_portal()["portal"] or "Balai Warga"),
        "foaf:homepage": {"@id": f"{settings.SITE_URL}/"},
    }


def contact() -> Thing:
    """How to reach whoever gives the data away; the page of the portal where no mail address is known."""
    portal = profile()
    way = (
        {"vcard:hasEmail": {"@id": f"mailto:{portal.email}"}}
        if portal and portal.email
        else {"vcard:hasURL": {"@id": settings.SITE_URL + reverse("about")}}
    )
    return {"@type": "vcard:Organization", "vcard:fn": portal.name if portal else "Balai Warga"} | way


def dataset(one: Dataset, at: datetime) -> Thing:
    return {
        "@id": page_of(one) + "#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": said(one.title),
        "dct:description": said(one.about),
        "dct:publisher": {"@id": here("publisher")},
        "dct:language": {"@id": LANGUAGE},
        "dct:accrualPeriodicity": {"@id": FREQUENCY},
        "dct:conformsTo": {"@id": f"{address_of(one, 'csv')}-metadata.json"},
        "dcat:contactPoint": contact(),
        "dcat:keyword": [said(word) for word in one.keywords],
        "dcat:landingPage": {"@id": page_of(one)},
        "dcat:theme": {"@id": THEME},
        "dcat:distribution": [distribution(one, extension, at) for extension in EXTENSIONS],
    }


def distribution(one: Dataset, extension: str, at: datetime) -> Thing:
    about = {
        "@id": f"{address_of(one, extension)}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": said(f"{one.title} ({extension.upper()})"),
        "dct:license": {"@id": licence().url},
        "dct:format": {"@id": TYPES + FORMATS[extension]},
        "dcat:mediaType": {"@id": TYPES + FORMATS[extension]},
        "dcat:accessURL": {"@id": page_of(one)},
        "dcat:downloadURL": {"@id": address_of(one, extension)},
        "dcat:accessService": {"@id": here("api")},
    }
    file = measured(one, extension, at)
    if file is None:
        return about
    return about | {
        "dct:modified": {"@value": file.changed_at, "@type": "xsd:dateTime"},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def services() -> list[Thing]:
    """The addresses programs ask: our own, the catalogue in HSDS, the cases in Open311."""
    own = [{"@id": page_of(one) + "#dataset"} for one in DATASETS.values()]
    described = settings.SITE_URL + reverse("data_openapi")
    return [
        {
            "@id": here(word),
            "@type": "dcat:DataService",
            "dct:title": said(title),
            "dct:license": {"@id": licence().url},
            "dcat:endpointURL": {"@id": settings.SITE_URL + reverse(address)},
            "dcat:endpointDescription": {"@id": described},
        }
        | ({"dcat:servesDataset": own} if word == "api" else {})
        | ({"dct:conformsTo": {"@id": standard}} if standard else {})
        for word, title, address, standard in (
            ("api", "Balai Warga v1", "data_v1", ""),
            ("hsds", "HSDS 3.0", "hsds", "https://docs.openreferral.org/en/3.0/"),
            ("open311", "Open311 GeoReport v2", "open311:discovery", "http://wiki.open311.org/GeoReport_v2/"),
        )
    ]
