"""Every address of the portal that answers in JSON, in OpenAPI 3.1, so that a program can be written from it."""

from typing import Any

from django.conf import settings
from django.utils import translation

from portal.hsds.views import MOST_PER_PAGE as HSDS_MOST
from portal.hsds.views import PER_PAGE as HSDS_PER_PAGE
from portal.open_data.api import DEEPEST_PAGE, MOST_PER_PAGE, PER_PAGE, VERSION
from portal.open_data.dataset import Dataset
from portal.open_data.dictionary import row_schema
from portal.open_data.files import about_portal
from portal.open_data.licence import licence
from portal.open_data.openapi_open311 import open311_paths, open311_schemas
from portal.open_data.openapi_words import (
    ADDRESS,
    NUMBER,
    TEXT,
    UUID,
    YES_NO,
    body,
    in_path,
    in_query,
    listing,
    or_nothing,
    reading,
    ref,
    shape,
    whole,
)
from portal.open_data.shelf import DATASETS

Thing = dict[str, Any]

# The published schemas of HSDS 3.0 are named, not copied: they are under a licence of their own.
HSDS = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/{}.json"
HSDS_LISTS = {
    "services": ("service", ("search", "organization_id", "taxonomy_term_id", "full")),
    "organizations": ("organization", ("search", "full")),
    "service_at_locations": ("service_at_location", ("organization_id", "taxonomy_term_id", "full")),
    "taxonomies": ("taxonomy", ()),
    "taxonomy_terms": ("taxonomy_term", ("parent_id", "top_only")),
}
HSDS_QUESTIONS = {
    "search": in_query("search", "Words to find."),
    "organization_id": in_query("organization_id", "Only of this organization.", UUID),
    "taxonomy_term_id": in_query("taxonomy_term_id", "Only with this term.", UUID),
    "parent_id": in_query("parent_id", "Only terms below this one.", UUID),
    "full": in_query("full", "With everything that belongs to an object.", YES_NO),
    "top_only": in_query("top_only", "Only terms without one above them.", YES_NO),
}
REFUSED = {"400": body(ref("Refusal"), "The question cannot be understood.")}
MISSING = {"404": body(ref("Refusal"), "There is nothing here.")}


def description() -> Thing:
    with translation.override("en"):
        name = about_portal()["portal"] or "Balai Warga"
        return {
            "openapi": "3.1.0",
            "info": {
                "title": f"{name}: data for programs",
                "version": VERSION,
                "description": "Everything that answers in JSON. Reading needs no key. Public answers carry an ETag.",
                "license": {"name": licence().title, "url": licence().url},
            },
            "servers": [{"url": settings.SITE_URL}],
            "tags": [{"name": one} for one in ("data", "HSDS", "Open311", "own case", "operation")],
            "paths": data_paths() | hsds_paths() | open311_paths() | other_paths(),
            "components": {"schemas": schemas(), "securitySchemes": SECURITY},
        }


# Data sets ------------------------------------------------------------------------------------


def data_paths() -> Thing:
    paths: Thing = {}
    for one in DATASETS.values():
        paths[f"/data/{one.name}.json"] = file_path(one)
        paths[f"/data/{one.name}.csv-metadata.json"] = reading(
            f"Dictionary of “{one.name}”, CSV on the Web.",
            ref("CsvMetadata"),
            tag="data",
            media_type="application/csvm+json",
        )
        paths[f"/data/v1/{one.name}"] = reading(
            f"{one.title}, in pages.",
            ref(f"page_of_{one.name}"),
            in_query("page", "Which page.", whole(1, DEEPEST_PAGE, 1)),
            in_query("per_page", "How many rows.", whole(1, MOST_PER_PAGE, PER_PAGE)),
            tag="data",
            refusals=REFUSED | MISSING,
        )
    return paths | {
        "/data/v1/": reading("What data sets there are.", ref("Index"), tag="data"),
        "/data/dcat.json": reading(
            "The catalogue in DCAT 3.", ref("JsonLd"), tag="data", media_type="application/ld+json"
        ),
        "/data/datapackage.json": reading("The data sets as a Data Package.", ref("DataPackage"), tag="data"),
        "/data/openapi.json": reading("This description.", ref("OpenApi"), tag="data"),
    }


def file_path(one: Dataset) -> Thing:
    year = [in_query("tahun", "Only this year.", {"type": "integer"})] if one.name == "feedback" else []
    missing = {"404": {"description": "There are no figures of this year."}} if year else {}
    return reading(f"{one.title}, whole.", ref(f"file_of_{one.name}"), *year, tag="data", refusals=missing)


def file_schema(one: Dataset) -> Thing:
    about: Thing = {"portal": TEXT, "is_official": YES_NO, "url": ADDRESS}
    if one.name == "feedback":
        columns = {"type": "object", "additionalProperties": TEXT}
        about |= {"smallest_group": NUMBER, "smallest_sensitive_group": NUMBER, "columns": columns}
    else:
        about |= {"licence": TEXT}
    return shape(about | {one.list_name: listing(ref(f"row_of_{one.name}"))})


def page_schema(one: Dataset) -> Thing:
    return shape(
        {
            "dataset": {"const": one.name},
            "version": {"const": VERSION},
            "licence": TEXT,
            **dict.fromkeys(("total_items", "total_pages", "page_number", "per_page"), NUMBER),
            "previous": or_nothing(ADDRESS),
            "next": or_nothing(ADDRESS),
            "rows": listing(ref(f"row_of_{one.name}")),
        }
    )


# The catalogue in HSDS ------------------------------------------------------------------------------------


def hsds_paths() -> Thing:
    paths: Thing = {"/data/hsds/": reading("Which version this is.", ref("HsdsAbout"), tag="HSDS")}
    turning = (
        in_query("page", "Which page.", whole(1, 100_000, 1)),
        in_query("per_page", "How many.", whole(1, HSDS_MOST, HSDS_PER_PAGE)),
    )
    for name, (kind, questions) in HSDS_LISTS.items():
        asked = [HSDS_QUESTIONS[one] for one in questions]
        paths[f"/data/hsds/{name}"] = reading(
            f"Objects of the kind {kind}, in pages.",
            hsds_page(kind),
            *turning,
            *asked,
            tag="HSDS",
            refusals=REFUSED | MISSING,
        )
        paths[f"/data/hsds/{name}/{{identifier}}"] = reading(
            f"One {kind}, whole.",
            {"$ref": HSDS.format(kind)},
            in_path("identifier", "Its id.", UUID),
            tag="HSDS",
            refusals=REFUSED | MISSING,
        )
    return paths


def hsds_page(kind: str) -> Thing:
    return shape(
        {
            **dict.fromkeys(("total_items", "total_pages", "page_number", "size"), NUMBER),
            **dict.fromkeys(("first_page", "last_page", "empty"), YES_NO),
            "contents": listing({"$ref": HSDS.format(kind)}),
        }
    )


# Everything else ------------------------------------------------------------------------------------

SECURITY = {
    "caseKey": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-case",
        "description": "Set by /lacak/ after the number and the secret of a case were sent there.",
    }
}


def other_paths() -> Thing:
    own = reading(
        "Everything kept about one's own case.",
        ref("OwnCase"),
        tag="own case",
        is_kept=False,
        refusals={"302": {"description": "Nobody has opened a case in this browser."}},
    )
    own["get"]["security"] = [{"caseKey": []}]
    ready = reading(
        "Whether the portal can do its work.",
        ref("Ready"),
        tag="operation",
        is_kept=False,
        refusals={"503": body(ref("Ready"), "Something keeps it from its work.")},
    )
    return {"/lacak/kiriman/salinan.json": own, "/readyz": ready}


def schemas() -> Thing:
    found: Thing = {}
    for one in DATASETS.values():
        found[f"row_of_{one.name}"] = row_schema(one)
        found[f"page_of_{one.name}"] = page_schema(one)
        found[f"file_of_{one.name}"] = file_schema(one)
    check = shape({"name": TEXT, "ok": YES_NO}, is_open=True)
    listed = shape(
        {
            **dict.fromkeys(("name", "title", "description"), TEXT),
            **dict.fromkeys(("url", "page", "dictionary"), ADDRESS),
            "files": listing(ADDRESS),
        }
    )
    about = {"portal": TEXT, "is_official": YES_NO, "url": ADDRESS, "licence": TEXT, "licence_url": ADDRESS}
    return (
        found
        | open311_schemas()
        | {
            "Index": shape(about | {"version": TEXT, "openapi": ADDRESS, "datasets": listing(listed)}),
            "Refusal": shape({"error": TEXT}),
            "HsdsAbout": shape({"version": TEXT, "profile": ADDRESS, "openapi_url": ADDRESS}),
            "CsvMetadata": shape({"@context": {"type": "array"}, "url": ADDRESS}, is_open=True),
            "JsonLd": shape({"@context": {"type": "object"}, "@id": ADDRESS, "@type": TEXT}, is_open=True),
            "DataPackage": shape(
                {"name": TEXT, "licenses": {"type": "array"}, "resources": {"type": "array", "minItems": 1}},
                is_open=True,
            ),
            "OpenApi": shape(
                {"openapi": TEXT, "info": {"type": "object"}, "paths": {"type": "object"}}, is_open=True
            ),
            "Ready": shape({"ok": YES_NO, "checks": listing(check)}),
            "OwnCase": {"type": "object"},
        }
    )
