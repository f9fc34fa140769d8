"""The catalogue as open data: one row a service, with its source and whether its unit has confirmed it."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.shared.memo import per_content_version
from services.facets import profile
from services.models import Service

# Column names are stable English terms; the explanation is for the page.
COLUMNS = (
    ("code", _("short code of the service, never reused")),
    ("name", _("name as residents read it")),
    ("name_en", _("name in English")),
    ("category", _("field: administration, health, education, infrastructure, security and welfare")),
    ("topic", _("topic within the field")),
    ("url", _("page of the service")),
    ("organization", _("who provides it")),
    ("summary", _("the answer in one sentence")),
    ("requirements", _("what to prepare, separated by |")),
    ("steps", _("how it goes, separated by |")),
    ("turnaround_value", _("how long it takes; empty means not stated")),
    ("turnaround_unit", _("second, minute, hour, day or working_day")),
    ("fee_amount", _("fee in rupiah; 0 means free, empty means not stated")),
    ("fee_note", _("note on the fee")),
    ("output", _("what you get")),
    ("legal_basis", _("legal basis")),
    ("is_confirmed", _("true when the unit itself has confirmed the facts")),
    ("checked_on", _("day the unit confirmed it; empty means an unconfirmed example")),
    ("checked_by", _("who confirmed it")),
    ("source", _("where the facts come from")),
    ("source_scope", _("whose rule the source describes")),
    ("source_year", _("year of the source")),
    ("source_read_on", _("day the source was read")),
    ("caution", _("what to check before relying on it")),
)

# Of HSDS (Human Services Data Specification) 3 what we can fill: its object, and what of ours stands in it.
HSDS_OBJECTS = (
    (
        "service",
        _(
            "name, the answer in one sentence, steps, whom it is for, whether it is open or closed for a while"
        ),
    ),
    ("organization", _("who provides it, with the office above and its contacts")),
    (
        "location",
        _("a place with address, coordinates, access and opening hours; a website is a virtual place"),
    ),
    ("service_at_location", _("a service at a counter, with hours of its own")),
    ("schedule", _("weekly opening hours with their distance from UTC; dated hours replace the usual ones")),
    ("phone", _("phone and WhatsApp numbers")),
    (
        "address",
        _("street, city or regency, province, postcode; a line HSDS demands and nobody knows is empty"),
    ),
    ("required_document", _("what to prepare, with its condition")),
    ("cost_option", _("the fee in rupiah; missing means not stated, 0 means free")),
    ("service_area", _("for residents of which areas")),
    ("taxonomy_term", _("fields, topics and audiences")),
    (
        "attribute",
        _("source, caution, and whether the unit has confirmed the facts (link_type “provenance”)"),
    ),
)


def service_rows() -> Iterator[dict[str, Any]]:
    services = Service.objects.published().select_related("category__parent", "organization").order_by("code")
    with translation.override("id"):
        for service in services.prefetch_related("requirements", "steps").iterator(chunk_size=500):
            yield {
                "code": service.code,
                "name": service.name,
                "name_en": service.name_en,
                "category": service.category.sector.name,
                "topic": service.category.name,
                "url": settings.SITE_URL + reverse("services:detail", args=[service.slug]),
                "organization": service.organization.name,
                "summary": service.summary,
                "requirements": " | ".join(str(row) for row in service.requirements.all()),
                "steps": " | ".join(row.title for row in service.steps.all()),
                "turnaround_value": service.turnaround_value,
                "turnaround_unit": service.turnaround_unit,
                "fee_amount": None if service.fee_amount is None else str(service.fee_amount),
                "fee_note": service.fee_note,
                "output": service.output,
                "legal_basis": service.legal_basis,
                "is_confirmed": service.is_confirmed,
                "checked_on": service.checked_on,
                "checked_by": service.checked_by_name,
                "source": service.source,
                "source_scope": service.scope,
                "source_year": service.source_year,
                "source_read_on": service.read_on,
                "caution": service.caution,
            }


# Beyond this many services the files are so large that measuring them would make the page about them slow.
MOST_MEASURED = 2_000


@per_content_version
def file_sizes() -> dict[str, int]:
    """Bytes of the CSV and of the JSON; empty where there is too much to measure."""
    if Service.objects.published().count() > MOST_MEASURED:
        return {}
    return {"csv": len(services_csv().encode()), "json": len(services_json())}


def services_json() -> bytes:
    portal = profile()
    about = {"portal": portal.name if portal else "", "is_official": bool(portal and portal.is_official)}
    document = about | {"url": settings.SITE_URL, "services": list(service_rows())}
    return json.dumps(document, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()


def services_csv() -> str:
    file = StringIO()
    writer = csv.DictWriter(file, [name for name, _explanation in COLUMNS])
    writer.writeheader()
    for row in service_rows():
        writer.writerow({name: cell(value) for name, value in row.items()})
    return file.getvalue()


def cell(value: Any) -> str:
    """A cell a spreadsheet shows as text: a leading formula sign is disarmed (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
