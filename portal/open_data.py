"""The catalogue as open data: one row a service, with its source and whether its unit has confirmed it."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

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
