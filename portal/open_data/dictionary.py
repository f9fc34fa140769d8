"""The data dictionary for programs: Table Schema and Data Package (Frictionless), and CSV on the Web (W3C).

All three say what `Column` says: the name, the kind, the meaning, and which words a choice can be.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.open_data.dataset import Column, Dataset
from portal.open_data.files import Measured, about_portal, measured
from portal.open_data.licence import OF_AREAS, Licence, licence
from portal.open_data.shelf import DATASETS, EXTENSIONS

Thing = dict[str, Any]

# Kind: in Table Schema, in CSV on the Web (XML Schema), in JSON Schema.
KINDS: dict[str, tuple[Thing, str, Thing]] = {
    "text": ({"type": "string"}, "string", {"type": "string"}),
    "integer": ({"type": "integer"}, "integer", {"type": "integer"}),
    "decimal": ({"type": "number"}, "decimal", {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
    "boolean": (
        {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
        "boolean",
        {"type": "boolean"},
    ),
    "date": ({"type": "date"}, "date", {"type": "string", "format": "date"}),
    "moment": ({"type": "string"}, "dateTimeStamp", {"type": "string", "format": "date-time"}),
    "address": ({"type": "string", "format": "uri"}, "anyURI", {"type": "string", "format": "uri"}),
}


def address_of(dataset: Dataset, extension: str) -> str:
    """Where the file lies for good."""
    return f"{settings.SITE_URL}/data/{dataset.name}.{extension}"


def page_of(dataset: Dataset) -> str:
    return settings.SITE_URL + reverse("data_set", args=[dataset.name])


# Table Schema ------------------------------------------------------------------------------------


def table_schema(dataset: Dataset) -> Thing:
    return {"fields": [field(one) for one in dataset.columns], "missingValues": [""]}


def field(column: Column) -> Thing:
    constraints: Thing = {"required": True} if column.is_needed else {}
    if column.choices:
        constraints["enum"] = list(column.choices.values)
    about = {"name": column.name, "description": str(column.about)} | KINDS[column.kind][0]
    return about | ({"constraints": constraints} if constraints else {})


def data_package(at: datetime) -> Thing:
    """Every data set with its CSV, in the words of a Data Package: dictionary, licence, size and checksum."""
    with translation.override("id"):
        return {
            "profile": "tabular-data-package",
            "name": "balai-warga",
            "title": about_portal()["portal"] or "Balai Warga",
            "homepage": settings.SITE_URL + reverse("data"),
            "licenses": [
                licence_of(licence()),
                licence_of(OF_AREAS) | {"description": "Nama dan kode wilayah"},
            ],
            "resources": [resource(one, at) for one in DATASETS.values()],
        }


def licence_of(one: Licence) -> Thing:
    return {"name": one.code, "title": one.title, "path": one.url}


def resource(dataset: Dataset, at: datetime) -> Thing:
    about = {
        "name": dataset.name,
        "title": str(dataset.title),
        "description": str(dataset.about),
        "profile": "tabular-data-resource",
        "path": address_of(dataset, "csv"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(dataset),
    }
    file = measured(dataset, "csv", at)
    return about | ({"bytes": file.size, "hash": f"sha256:{file.sha256}"} if file else {})


# CSV on the Web ------------------------------------------------------------------------------------


def csv_on_the_web(dataset: Dataset) -> Thing:
    """What stands beside a CSV under its address with “-metadata.json” (W3C, Metadata Vocabulary for Tabular Data)."""
    with translation.override("id"):
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "id"}],
            "url": address_of(dataset, "csv"),
            "dc:title": str(dataset.title),
            "dc:description": str(dataset.about),
            "dc:license": {"@id": licence().url},
            "dialect": {"encoding": "utf-8", "header": True},
            "tableSchema": {"columns": [csvw_column(one) for one in dataset.columns]},
        }


def csvw_column(column: Column) -> Thing:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": str(column.about),
        "datatype": KINDS[column.kind][1],
        "required": column.is_needed,
        "null": "",
    }


# JSON Schema ------------------------------------------------------------------------------------


def row_schema(dataset: Dataset) -> Thing:
    """A row as JSON: every column is there, what is not known is null, or a text without a letter."""
    properties = {one.name: value_schema(one) for one in dataset.columns}
    return {
        "type": "object",
        "description": str(dataset.about),
        "properties": properties,
        "required": dataset.names,
        "additionalProperties": False,
    }


def value_schema(column: Column) -> Thing:
    about: Thing = {"description": str(column.about)}
    if column.choices:
        words = list(column.choices.values)
        return about | {"type": "string", "enum": words if column.is_needed else ["", *words]}
    schema = KINDS[column.kind][2]
    if column.is_needed:
        return about | schema
    return about | schema | {"type": [schema["type"], "null"]}


# For people ------------------------------------------------------------------------------------


def files_of(dataset: Dataset, at: datetime) -> list[tuple[str, str, Measured | None]]:
    """Extension, path and measure of each file."""
    return [(one, f"/data/{dataset.name}.{one}", measured(dataset, one, at)) for one in EXTENSIONS]
