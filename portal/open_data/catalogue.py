"""The data sets of the catalogue: services and places, each row with its source and whether it is confirmed."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.open_data.dataset import Dataset, Row, column
from services.models import Location, Service
from services.models.provenance import Scope, Sourced

ADDRESS = _("page of the portal")

PROVENANCE = (
    column("is_confirmed", "boolean!", _("true when the unit itself has confirmed the facts")),
    column("checked_on", "date", _("day the unit confirmed it; empty means an unconfirmed example")),
    column("checked_by", "text", _("who confirmed it")),
    column("source", "text", _("where the facts come from")),
    column("source_scope", "text", _("whose rule the source describes"), Scope),
    column("source_year", "text", _("year of the source")),
    column("source_read_on", "date", _("day the source was read")),
    column("caution", "text", _("what to check before relying on it")),
)


def provenance(fact: Sourced) -> Row:
    return {
        "is_confirmed": fact.is_confirmed,
        "checked_on": fact.checked_on,
        "checked_by": fact.checked_by_name,
        "source": fact.source,
        "source_scope": fact.scope,
        "source_year": fact.source_year,
        "source_read_on": fact.read_on,
        "caution": fact.caution,
    }


def page_of(noun: Any) -> str:
    return f"{settings.SITE_URL}{noun.get_absolute_url()}"


def joined(words: Any) -> str:
    return " | ".join(map(str, words))


# Services ------------------------------------------------------------

SERVICE_COLUMNS = (
    column("code", "text!", _("short code of the service, never reused")),
    column("name", "text!", _("name as residents read it")),
    column("name_en", "text", _("name in English")),
    column(
        "category",
        "text!",
        _("field: administration, health, education, infrastructure, security and welfare"),
    ),
    column("topic", "text!", _("topic within the field")),
    column("url", "address!", _("page of the service")),
    column("organization", "text!", _("who provides it")),
    column("summary", "text", _("the answer in one sentence")),
    column("requirements", "text", _("what to prepare, separated by |")),
    column("steps", "text", _("how it goes, separated by |")),
    column("turnaround_value", "integer", _("how long it takes; empty means not stated")),
    column("turnaround_unit", "text", _("second, minute, hour, day or working_day"), Service.TurnaroundUnit),
    column("fee_amount", "decimal", _("fee in rupiah; 0 means free, empty means not stated")),
    column("fee_note", "text", _("note on the fee")),
    column("output", "text", _("what you get")),
    column("legal_basis", "text", _("legal basis")),
    *PROVENANCE,
)


def published_services(at: datetime) -> QuerySet[Any]:
    services: QuerySet[Any] = Service.objects.published().select_related("category__parent", "organization")
    return services.prefetch_related("requirements", "steps")


def service_row(service: Service) -> Row:
    return {
        "code": service.code,
        "name": service.name,
        "name_en": service.name_en,
        "category": service.category.sector.name,
        "topic": service.category.name,
        "url": settings.SITE_URL + reverse("services:detail", args=[service.slug]),
        "organization": service.organization.name,
        "summary": service.summary,
        "requirements": joined(service.requirements.all()),
        "steps": joined(row.title for row in service.steps.all()),
        "turnaround_value": service.turnaround_value,
        "turnaround_unit": service.turnaround_unit,
        "fee_amount": None if service.fee_amount is None else str(service.fee_amount),
        "fee_note": service.fee_note,
        "output": service.output,
        "legal_basis": service.legal_basis,
        **provenance(service),
    }


SERVICES = Dataset(
    "services",
    _("Services"),
    _("What the office does for residents: what to bring, how it goes, how long, how much."),
    SERVICE_COLUMNS,
    query=published_services,
    row=service_row,
    list_name="services",
    page="services:list",
    keywords=("layanan publik", "standar pelayanan", "persyaratan", "biaya"),
)

# Places ------------------------------------------------------------

PLACE_COLUMNS = (
    column("slug", "text!", _("address word of the place, unique here")),
    column("name", "text!", _("name")),
    column("kind", "text!", _("what kind of place it is"), Location.Kind),
    column("ownership", "text", _("state or private; empty means not stated"), Location.Ownership),
    column("organization", "text", _("to whom it belongs")),
    column("area", "text", _("area in which it stands")),
    column("area_code", "text", _("code of that area by the Ministry of Home Affairs (Kemendagri)")),
    column("address", "text", _("street and number")),
    column("postcode", "text", _("postcode")),
    column("latitude", "decimal", _("degrees north, WGS 84; empty means not known")),
    column("longitude", "decimal", _("degrees east, WGS 84; empty means not known")),
    column("phone", "text", _("phone")),
    column("opening_hours", "text", _("days (1 Monday to 7 Sunday), opening and closing, separated by |")),
    column("official_code", "text", _("official code, such as that of a school (NPSN)")),
    column("step_free", "boolean", _("step-free entrance; empty means nobody has checked")),
    column("accessible_toilet", "boolean", _("accessible toilet; empty means nobody has checked")),
    column("accessible_parking", "boolean", _("parking for people with disabilities; empty: not checked")),
    column("hearing_help", "boolean", _("help for deaf visitors; empty means nobody has checked")),
    column("url", "address!", ADDRESS),
    *PROVENANCE,
)


def places(at: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = Location.objects.select_related("organization", "area")
    return rows.prefetch_related("hours")


def hours_of(place: Location) -> str:
    """“12345 07:30-16:00”, with the days between which they hold where they do not always."""
    found = []
    for row in place.hours.all():
        dates = (
            f" {row.valid_from or ''}/{row.valid_through or ''}"
            if row.valid_from or row.valid_through
            else ""
        )
        found.append(f"{row.days} {row.opens:%H:%M}-{row.closes:%H:%M}{dates}")
    return joined(sorted(found))


def place_row(place: Location) -> Row:
    return {
        "slug": place.slug,
        "name": place.name,
        "kind": place.kind,
        "ownership": place.ownership,
        "organization": place.organization.name if place.organization else "",
        "area": place.area.long_name if place.area else "",
        "area_code": place.area.kemendagri_code if place.area else "",
        "address": place.address,
        "postcode": place.postcode,
        "latitude": None if place.latitude is None else str(place.latitude),
        "longitude": None if place.longitude is None else str(place.longitude),
        "phone": place.phone,
        "opening_hours": hours_of(place),
        "official_code": place.official_code,
        "step_free": place.step_free,
        "accessible_toilet": place.accessible_toilet,
        "accessible_parking": place.accessible_parking,
        "hearing_help": place.hearing_help,
        "url": page_of(place),
        **provenance(place),
    }


PLACES = Dataset(
    "places",
    _("Places"),
    _("Offices, counters, schools and health centres: where they are, when they are open, how to get in."),
    PLACE_COLUMNS,
    query=places,
    row=place_row,
    page="services:place_list",
    keywords=("kantor pelayanan", "sekolah", "puskesmas", "aksesibilitas"),
)
