from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from portal.shared.templatetags.indonesia import rupiah
from services.models.area import Area
from services.models.category import Audience, Bilingual, Category
from services.models.lifecycle import Published
from services.models.location import ServiceAtLocation, verbose_name
from services.models.opening_hours import OpeningHours
from services.models.organization import Organization, RowsOfUnits
from services.models.provenance import RIGHTS, STALE_AFTER, Sourced

SORT_POSITION_DIGITS = 3


class ServiceQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    def published(self) -> "ServiceQuerySet":
        return self.filter(status=Service.Status.PUBLISHED)

    def drafts(self) -> "ServiceQuerySet":
        return self.filter(status=Service.Status.DRAFT)

    def with_words(self) -> "ServiceQuerySet":
        """With every row whose words a service is found by, in a fixed number of queries."""
        return self.select_related("category__parent", "organization").prefetch_related(
            "requirements", "steps", "channels"
        )

    def in_category(self, category: Category) -> "ServiceQuerySet":
        """Services of a topic, or of a sector with all its topics."""
        return self.filter(
            category__in=Category.objects.filter(models.Q(pk=category.pk) | models.Q(parent=category))
        )

    def for_audience(self, audience: Audience) -> "ServiceQuerySet":
        return self.filter(audiences=audience)

    def in_area(self, area: Area) -> "ServiceQuerySet":
        """Services whose counters stand in the area."""
        counters = ServiceAtLocation.objects.filter(location__area__in=Area.objects.within(area))
        return self.filter(pk__in=counters.values("service"))

    def open_at(self, at: datetime) -> "ServiceQuerySet":
        """Services someone answers for at this moment: by a channel, a counter, or the counter's place.

        A counter with hours of its own does not follow the hours of the building.
        """
        today = timezone.localtime(at).date()
        hours = OpeningHours.objects.open_at(at)
        own = hours.filter(service_at_location__isnull=False).values("service_at_location__service")
        building = (
            ServiceAtLocation.objects.filter(hours=None)
            .filter(location__in=hours.filter(location__isnull=False).values("location"))
            .values("service")
        )
        channels = hours.filter(channel__isnull=False).values("channel__service")
        closed = models.Q(closed_from__lte=today) & (
            models.Q(closed_until__isnull=True) | models.Q(closed_until__gte=today)
        )
        # One list and not three alternatives: PostgreSQL can then begin with the few that are open.
        open_services = own.order_by().union(building.order_by(), channels.order_by(), all=True)
        return self.filter(pk__in=open_services).exclude(closed)

    def never_confirmed(self) -> "ServiceQuerySet":
        return self.published().filter(checked_on=None)

    def confirmation_expired(self, today: date) -> "ServiceQuerySet":
        """Published services whose unit confirmed them more than twelve months before that day."""
        return self.published().filter(checked_on__lt=today - STALE_AFTER)

    def due_for_checking(self, today: date) -> "ServiceQuerySet":
        """Published services never confirmed, or confirmed more than twelve months ago."""
        return self.published().filter(
            models.Q(checked_on=None) | models.Q(checked_on__lt=today - STALE_AFTER)
        )

    def closed_or_closing(self, today: date, soon: date) -> "ServiceQuerySet":
        """Published services closed on `today` or by `soon`, the next to open again first, open ends last."""
        return (
            self.published()
            .filter(models.Q(closed_until=None) | models.Q(closed_until__gte=today), closed_from__lte=soon)
            .order_by(models.F("closed_until").asc(nulls_last=True), "closed_from", "pk")
        )


class Service(Sourced, Searchable, Bilingual, Published):
    """A public service with the fourteen components of its standard (Permenpan RB 15/2014).

    Six components are for the public (requirements, procedure, turnaround, fee, output, complaint handling), eight
    for management. An empty value means “not stated”; zero means zero.
    """

    class TurnaroundUnit(models.TextChoices):
        SECOND = "second", _("seconds")
        MINUTE = "minute", _("minutes")
        HOUR = "hour", _("hours")
        DAY = "day", _("days")
        WORKING_DAY = "working_day", _("working days")

    class TurnaroundStart(models.TextChoices):
        FILE_COMPLETE = "file_complete", _("when the file is complete")
        REQUEST = "request", _("when you ask")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    short_name = models.CharField(
        _("short name"), max_length=90, blank=True, help_text=_("For example: KTP hilang.")
    )
    short_name_en = models.CharField(_("short name in English"), max_length=90, blank=True)
    summary = models.CharField(
        _("answer in one sentence"),
        max_length=300,
        blank=True,
        help_text=_("What to bring, how long, how much."),
    )
    summary_en = models.CharField(_("answer in English"), max_length=300, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="services", verbose_name=_("topic"))
    audiences = models.ManyToManyField(
        Audience, blank=True, related_name="services", verbose_name=_("for whom")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="services", verbose_name=_("who provides it")
    )
    areas = models.ManyToManyField(
        Area,
        blank=True,
        related_name="services",
        verbose_name=_("for residents of"),
        help_text=_("Leave empty if it is for everyone the portal serves."),
    )

    # Six public components; requirements and procedure are rows of their own (Requirement, Step).
    turnaround_value = models.PositiveIntegerField(_("turnaround"), null=True, blank=True)
    turnaround_unit = models.CharField(_("unit"), max_length=12, choices=TurnaroundUnit.choices, blank=True)
    turnaround_start = models.CharField(
        _("the clock starts"), max_length=15, choices=TurnaroundStart.choices, blank=True
    )
    turnaround_note = models.TextField(_("note on turnaround"), blank=True)
    fee_amount = models.DecimalField(
        _("fee in rupiah"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("0 means free. Leave empty if the fee is not stated."),
    )
    fee_note = models.TextField(_("note on the fee"), blank=True)
    output = models.TextField(_("what you get"), blank=True)
    complaint_handling = models.TextField(_("complaints and suggestions"), blank=True)

    # Eight components of management.
    legal_basis = models.TextField(_("legal basis"), blank=True)
    facilities = models.TextField(_("facilities"), blank=True)
    staff_competence = models.TextField(_("skills of staff"), blank=True)
    supervision = models.TextField(_("internal supervision"), blank=True)
    staff_count = models.PositiveIntegerField(_("number of staff"), null=True, blank=True)
    service_guarantee = models.TextField(_("promise of service"), blank=True)
    safety_guarantee = models.TextField(_("promise of safety"), blank=True)
    performance_evaluation = models.TextField(_("evaluation of performance"), blank=True)

    decree_number = models.CharField(_("decree of the standard"), max_length=160, blank=True)
    decree_date = models.DateField(_("date of the decree"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    review_on = models.DateField(_("next review on"), null=True, blank=True)
    hours_note = models.TextField(_("note on hours"), blank=True)
    contact_note = models.TextField(_("note on contact"), blank=True)

    # Derived, so that lists are read in order from an index however long they grow.
    sort_key = models.CharField(max_length=120, default="", editable=False)
    initial = models.CharField(max_length=1, default="", editable=False)

    not_restored = (*Sourced.not_restored, *Published.not_restored)
    not_remembered = (*Remembered.not_remembered, "sort_key", "initial")
    remembered_children = ("requirements", "steps", "channels", "counters", "audiences", "areas")
    objects: ClassVar = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ("sort_key", "pk")
        default_permissions = RIGHTS
        permissions = (
            ("publish_service", "Can publish, withdraw, close and reopen services"),
            ("change_published_service", "Can correct a service residents already read"),
        )
        indexes = (
            models.Index(fields=("status", "sort_key"), name="service_in_order"),
            models.Index(fields=("status", "initial", "short_name"), name="service_a_to_z"),
            # The desk's list, its filters and the start page, whatever the status.
            models.Index(fields=("sort_key", "id"), name="service_at_the_desk"),
            models.Index(fields=("status", "id"), name="service_by_status"),
            models.Index(fields=("name", "id"), name="service_by_name"),
            models.Index(fields=("organization", "sort_key"), name="service_of_unit"),
            models.Index(fields=("checked_on", "status"), name="service_by_confirmation"),
            models.Index(
                fields=("closed_from",),
                name="service_closed",
                condition=models.Q(closed_from__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="service_status_known",
                condition=models.Q(status__in=("draft", "published", "withdrawn")),
                violation_error_message=_("A service is a draft, published or withdrawn."),
            ),
            models.CheckConstraint(
                name="service_slug_not_the_alphabet",
                condition=~models.Q(slug="a-z"),
                violation_error_message=_(
                    "“a-z” is the address of the list from A to Z. Choose another word."
                ),
            ),
            models.CheckConstraint(
                name="service_fee_not_negative",
                condition=models.Q(fee_amount__isnull=True) | models.Q(fee_amount__gte=0),
                violation_error_message=_(
                    "The fee cannot be less than 0. Leave it empty if it is not stated."
                ),
            ),
            models.CheckConstraint(
                name="service_turnaround_value_with_unit",
                condition=models.Q(turnaround_value__isnull=True, turnaround_unit="")
                | (models.Q(turnaround_value__isnull=False) & ~models.Q(turnaround_unit="")),
                violation_error_message=_("Enter the turnaround with its unit, or leave both empty."),
            ),
            models.CheckConstraint(
                name="service_published_has_time",
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                violation_error_message=_("A published service has the time it was published."),
            ),
            models.CheckConstraint(
                name="service_closing_in_order",
                condition=models.Q(closed_until__isnull=True)
                | models.Q(closed_from__isnull=False, closed_from__lte=models.F("closed_until")),
                violation_error_message=_("The closing must end on or after the day it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "sort_key", "initial"}
        super().save(*args, **kwargs)

    # Questions

    @property
    def label(self) -> str:
        """The name as a noun, for lists from A to Z, breadcrumbs and headings: “KTP hilang”."""
        if translation.get_language() == "en":
            return self.short_name_en or self.name_en or self.short_name or self.name
        return self.short_name or self.name

    @property
    def answer(self) -> str:
        return self.summary_en if self.summary_en and translation.get_language() == "en" else self.summary

    @property
    def is_free(self) -> bool:
        return self.fee_amount is not None and self.fee_amount == 0

    @property
    def fee_display(self) -> str:
        """The fee in one or two words; what is not stated is said to be so, never shown as free."""
        if self.fee_amount is None:
            return gettext("See details") if self.fee_note else gettext("Not stated yet")
        return gettext("Free") if self.fee_amount == 0 else rupiah(Decimal(self.fee_amount))

    @property
    def turnaround_display(self) -> str:
        if self.turnaround_value is None:
            return gettext("See details") if self.turnaround_note else gettext("Not stated yet")
        value = self.turnaround_value
        match self.turnaround_unit:
            case self.TurnaroundUnit.SECOND:
                return ngettext("%(n)s second", "%(n)s seconds", value) % {"n": value}
            case self.TurnaroundUnit.MINUTE:
                return ngettext("%(n)s minute", "%(n)s minutes", value) % {"n": value}
            case self.TurnaroundUnit.HOUR:
                return ngettext("%(n)s hour", "%(n)s hours", value) % {"n": value}
            case self.TurnaroundUnit.DAY:
                return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
        return ngettext("%(n)s working day", "%(n)s working days", value) % {"n": value}

    @property
    def clock_display(self) -> str:
        """From when the turnaround is counted; empty when the standard does not say."""
        if self.turnaround_value is None:
            return ""
        return (
            {
                self.TurnaroundStart.FILE_COMPLETE: gettext("from the time your papers are complete"),
                self.TurnaroundStart.REQUEST: gettext("from the time you ask"),
            }.get(self.TurnaroundStart(self.turnaround_start), "")
            if self.turnaround_start
            else ""
        )

    @property
    def place_display(self) -> str:
        """Where to go first: the first counter, else online, else the organization."""
        if counters := list(self.counters.all()):
            return str(counters[0])
        if channels := list(self.channels.all()):
            return channels[0].short
        return self.organization.short_name or self.organization.name

    @property
    def management_parts(self) -> list[tuple[str, str]]:
        """The eight management components with their names, in the order of the standard; empty ones included."""
        names = (
            "legal_basis",
            "facilities",
            "staff_competence",
            "supervision",
            "staff_count",
            "service_guarantee",
            "safety_guarantee",
            "performance_evaluation",
        )
        values = ((name, getattr(self, name)) for name in names)
        return [(verbose_name(self, name), "" if value is None else str(value)) for name, value in values]

    def search_parts(self) -> tuple[str, str]:
        rows = [f"{row.condition} {row.text}" for row in self.own_rows("requirements")]
        rows += [f"{row.title} {row.detail}" for row in self.own_rows("steps")]
        rows += [str(row) for row in self.own_rows("channels")]
        category = self.category
        text = (self.summary, self.output, self.name_en, category.name, category.sector.name, *rows)
        return f"{self.name} {self.short_name}", " ".join((*text, self.organization.name, self.legal_basis))

    def place_in_lists(self) -> None:
        label = self.short_name or self.name
        sector, topic = self.category.sector, self.category
        self.sort_key = f"{sector.position:03d}{topic.position:03d} {label.casefold()}"[:120]
        first = label[:1].upper()
        self.initial = first if first.isascii() and first.isalpha() else "#"
