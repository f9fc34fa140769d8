"""Areas, places with their hours, closed days and public works as tables."""

from django.utils.translation import gettext_lazy

from portal.shared.exchange.cells import Digits, Number, Phone, Word
from portal.shared.exchange.columns import Column, Lines, Reference
from portal.shared.exchange.table import Table, register
from services.exchange.kinds import Amount, UnitTable, provenance
from services.models import Area, ClosedDay, Location, PublicWork


@register
class AreaTable(Table):
    model = Area
    joined = ("parent",)

    slug = Column("slug", Word(), example="kelurahan-contoh")
    name = Column("name", example="Contoh")
    level = Column("level", example="village")
    parent = Reference("parent")
    bps_code = Column("bps_code", Digits(r"\d{2}(\d{2}(\d{3}(\d{3})?)?)?", "3171010003"))
    kemendagri_code = Column(
        "kemendagri_code", Digits(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", "31.74.09.1004")
    )
    postcode = Column("postcode", Digits(r"\d{5}", "12530"), example="12530")
    area_ha = Column("area_ha", Number())
    source = Column("source")


@register
class LocationTable(UnitTable):
    model = Location
    joined = ("organization", "area")
    prefetched = ("hours",)

    slug = Column("slug", Word(), example="kantor-kelurahan-contoh")
    name = Column("name", example="Kantor Kelurahan Contoh")
    kind = Column("kind", example="village_office")
    ownership = Column("ownership")
    organization = Reference("organization", example="kelurahan-contoh")
    area = Reference("area")
    address = Column("address", example="Jl. Contoh No. 1")
    postcode = Column("postcode", Digits(r"\d{5}", "12530"))
    latitude = Column("latitude", Number(), example="-6.307915")
    longitude = Column("longitude", Number(), example="106.838823")
    phone = Column("phone", Phone(), example="021 781 2345")
    official_code = Column("official_code")
    quality = Column("quality")
    step_free = Column("step_free")
    accessible_toilet = Column("accessible_toilet")
    accessible_parking = Column("accessible_parking")
    hearing_help = Column("hearing_help")
    accessibility_note = Column("accessibility_note")
    hours = Lines(
        "hours",
        Column("days"),
        Column("opens"),
        Column("closes"),
        Column("valid_from"),
        Column("valid_through"),
        Column("open_on_closed_days"),
        Column("note"),
        identity=2,
        help_text=gettext_lazy("1 is Monday, 7 is Sunday: 12345 is Monday to Friday."),
        example="12345 | 07:30 | 16:00",
    )
    source, scope, source_year, caution, read_on = provenance()


@register
class ClosedDayTable(Table):
    model = ClosedDay
    key = ("date", "location")
    joined = ("location",)

    date = Column("date", example="2026-08-17")
    name = Column("name", example="contoh: Hari Kemerdekaan")
    kind = Column("kind", example="national_holiday")
    location = Reference("location")
    source = Column("source")


@register
class PublicWorkTable(UnitTable):
    model = PublicWork
    joined = ("organization", "area")
    prefetched = ("updates",)

    slug = Column("slug", Word(), example="contoh-saluran-rw-05")
    name = Column("name", example="Perbaikan saluran RW 05")
    kind = Column("kind", example="drainage")
    stage = Column("stage", example="planned")
    progress = Column("progress", example="40")
    description = Column("description")
    place = Column("place", example="RW 05")
    area = Reference("area")
    latitude = Column("latitude", Number())
    longitude = Column("longitude", Number())
    cost = Column("cost", Amount(), example="150.000.000")
    funding = Column("funding", example="APBD 2026")
    fiscal_year = Column("fiscal_year", example="2026")
    starts_on = Column("starts_on", example="2026-06-01")
    ends_on = Column("ends_on", example="2026-12-15")
    contractor = Column("contractor")
    organization = Reference("organization")
    updates = Lines(
        "updates",
        Column("date"),
        Column("text"),
        Column("progress"),
        Column("source"),
        example="2026-07-01 | Galian selesai | 20",
    )
    source, scope, source_year, caution, read_on = provenance()
