"""Our data sets in the words of schema.org, as search engines for data read them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from portal.open_data.dataset import Dataset
from portal.open_data.dictionary import page_of
from portal.open_data.files import Measured, about_portal
from portal.open_data.licence import licence
from portal.open_data.shelf import DATASETS
from services.linked_data import known

Thing = dict[str, Any]
FORMATS = {"csv": "text/csv", "json": "application/json"}


def creator() -> Thing:
    name = about_portal()["portal"] or "Balai Warga"
    return {"@type": "Organization", "name": name, "url": f"{settings.SITE_URL}/"}


def data_catalogue() -> Thing:
    return {
        "@type": "DataCatalog",
        "@id": settings.SITE_URL + reverse("data") + "#catalogue",
        "name": gettext("Open data"),
        "url": settings.SITE_URL + reverse("data"),
        "license": licence().url,
        "creator": creator(),
        "dataset": [
            {"@type": "Dataset", "@id": f"{page_of(one)}#dataset"} | named(one) for one in DATASETS.values()
        ],
    }


def named(one: Dataset) -> Thing:
    return {
        "name": str(one.title),
        "description": str(one.about),
        "url": page_of(one),
        "license": licence().url,
    }


def dataset(one: Dataset, files: list[tuple[str, str, Measured | None]]) -> Thing:
    newest = max((file.changed_at for _extension, _path, file in files if file), default="")
    facts = {
        "@type": "Dataset",
        "@id": f"{page_of(one)}#dataset",
        **named(one),
        "isAccessibleForFree": True,
        "creator": creator(),
        "keywords": list(one.keywords),
        "inLanguage": "id",
        "dateModified": newest,
        "variableMeasured": list(one.names),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": gettext("Open data"),
            "url": settings.SITE_URL + reverse("data"),
        },
        "distribution": [download(extension, path, file) for extension, path, file in files],
    }
    return known(facts)


def download(extension: str, path: str, file: Measured | None) -> Thing:
    facts: Thing = {
        "@type": "DataDownload",
        "encodingFormat": FORMATS[extension],
        "contentUrl": settings.SITE_URL + path,
    }
    if file:
        facts |= {"contentSize": f"{file.size} B", "sha256": file.sha256}
    return facts
