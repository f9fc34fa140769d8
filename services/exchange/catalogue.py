"""Services with everything residents are told of them, in one row each."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.shared.exchange.cells import Phone, Word
from portal.shared.exchange.columns import Column, Lines, Reference, References
from portal.shared.exchange.table import Row, register
from services.exchange.kinds import Amount, UnitTable, provenance
from services.models import Organization, Service

CORRECTS_PUBLISHED = "services.change_published_service"


@register
class ServiceTable(UnitTable):
    """A new service is a draft; publishing stays a decision of its own."""

    model = Service
    key = ("code",)
    joined = ("category__parent", "organization")
    prefetched = ("audiences", "areas", "requirements", "steps", "channels", "counters__location")

    code = Column("code", Word(), example="contoh-surat-pindah")
    slug = Column(
        "slug", Word(), help_text=gettext_lazy("Empty: the same as the code."), is_kept_when_empty=True
    )
    name = Column("name", example="Mengurus surat pindah")
    short_name = Column("short_name", example="Surat pindah")
    summary = Column("summary", example="Bawa KTP dan KK ke loket kelurahan, gratis.")
    category = Reference("category", also=("category", "kategori"), example="ktp-kk")
    audiences = References("audiences", example="semua-warga")
    organization = Reference("organization", example="kelurahan-contoh")
    areas = References("areas")
    requirements = Lines(
        "requirements",
        Column("text"),
        Column("condition"),
        Column("note"),
        example="KTP asli\nSurat kehilangan | Kalau hilang",
    )
    steps = Lines(
        "steps",
        Column("title"),
        Column("place"),
        Column("detail"),
        example="Datang ke loket | Kantor kelurahan\nAmbil surat",
    )
    turnaround_value = Column("turnaround_value", example="3")
    turnaround_unit = Column(
        "turnaround_unit", label=gettext_lazy("unit of the turnaround"), example="hari kerja"
    )
    turnaround_start = Column("turnaround_start")
    turnaround_note = Column("turnaround_note")
    fee_amount = Column("fee_amount", Amount(), example="0")
    fee_note = Column("fee_note")
    output = Column("output", example="Surat keterangan pindah")
    complaint_handling = Column("complaint_handling")
    counters = Lines(
        "counters", Reference("location"), Column("counter"), Column("note"), identity=2, example=""
    )
    channels = Lines("channels", Column("kind"), Column("label"), Column("value"), Column("note"), identity=3)
    hours_note = Column("hours_note")
    contact_note = Column("contact_note")
    legal_basis = Column("legal_basis")
    facilities = Column("facilities")
    staff_competence = Column("staff_competence")
    supervision = Column("supervision")
    staff_count = Column("staff_count")
    service_guarantee = Column("service_guarantee")
    safety_guarantee = Column("safety_guarantee")
    performance_evaluation = Column("performance_evaluation")
    decree_number = Column("decree_number")
    decree_date = Column("decree_date", example="2026-03-27")
    valid_from = Column("valid_from")
    review_on = Column("review_on")
    name_en = Column("name_en")
    short_name_en = Column("short_name_en")
    summary_en = Column("summary_en")
    source, scope, source_year, caution, read_on = provenance()

    def complete(self, instance: Service, row: Row) -> None:
        instance.slug = instance.slug or instance.code

    def refuse(self, instance: Service, is_new: bool) -> None:
        super().refuse(instance, is_new)
        is_public = instance.status == Service.Status.PUBLISHED
        if is_public and self.by and not self.by.has_perm(CORRECTS_PUBLISHED):
            raise ValidationError(
                _("This service is published, and correcting it takes a right you do not have."),
                code="published",
            )


@register
class OrganizationTable(UnitTable):
    model = Organization
    joined = ("parent", "area")

    slug = Column("slug", Word(), example="kelurahan-contoh")
    name = Column("name", example="Kelurahan Contoh")
    short_name = Column("short_name")
    kind = Column("kind", example="unit")
    parent = Reference("parent")
    area = Reference("area")
    about = Column("about")
    address = Column("address", example="Jl. Contoh No. 1")
    phone = Column("phone", Phone(), example="021 781 2345")
    whatsapp = Column("whatsapp", Phone())
    email = Column("email")
    website = Column("website")
    source, scope, source_year, caution, read_on = provenance()
