from datetime import date
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from services.models.area import Area
from services.models.organization import Organization, RowsOfUnits
from services.models.provenance import RIGHTS, Sourced


class PublicWorkQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    def unfinished(self) -> "PublicWorkQuerySet":
        return self.exclude(stage__in=(PublicWork.Stage.DONE, PublicWork.Stage.STOPPED))


class PublicWork(Sourced, Searchable):
    """A public work: where it stands, what it costs, who pays, when it should be done."""

    class Kind(models.TextChoices):
        ROAD = "road", _("road")
        DRAINAGE = "drainage", _("drainage")
        WATER = "water", _("clean water")
        SANITATION = "sanitation", _("sanitation")
        LIGHTING = "lighting", _("street lighting")
        BUILDING = "building", _("public building")
        PARK = "park", _("park")
        OTHER = "other", _("other")

    class Stage(models.TextChoices):
        PLANNED = "planned", _("Planned")
        PROCUREMENT = "procurement", _("Choosing a contractor")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address word"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.PLANNED)
    progress = models.PositiveSmallIntegerField(
        _("progress in percent"), null=True, blank=True, help_text=_("Leave empty if nobody has measured it.")
    )
    cost = models.DecimalField(_("cost in rupiah"), max_digits=18, decimal_places=2, null=True, blank=True)
    funding = models.CharField(
        _("funding"), max_length=160, blank=True, help_text=_("For example: APBD 2026.")
    )
    fiscal_year = models.PositiveSmallIntegerField(_("budget year"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("should be done on"), null=True, blank=True)
    contractor = models.CharField(_("contractor"), max_length=160, blank=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="public_works",
        verbose_name=_("organization"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="public_works", verbose_name=_("area")
    )
    place = models.CharField(_("where"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    description = models.TextField(_("description"), blank=True)

    remembered_children = ("updates",)
    objects: ClassVar = PublicWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("public work")
        verbose_name_plural = _("public works")
        ordering = ("name",)
        default_permissions = RIGHTS
        constraints = (
            models.CheckConstraint(
                name="public_work_progress_percent",
                condition=models.Q(progress__isnull=True) | models.Q(progress__lte=100),
                violation_error_message=_("Progress goes from 0 to 100."),
            ),
            models.CheckConstraint(
                name="public_work_done_is_whole",
                condition=~models.Q(stage="done") | models.Q(progress__isnull=True) | models.Q(progress=100),
                violation_error_message=_("A finished work has progress 100, or leave progress empty."),
            ),
            models.CheckConstraint(
                name="public_work_cost_not_negative",
                condition=models.Q(cost__isnull=True) | models.Q(cost__gte=0),
                violation_error_message=_("The cost cannot be less than 0. Leave it empty if unknown."),
            ),
            models.CheckConstraint(
                name="public_work_dates_in_order",
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(starts_on__lte=models.F("ends_on")),
                violation_error_message=_("The end must not be before the start."),
            ),
            models.CheckConstraint(
                name="public_work_both_coordinates_or_none",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Enter both latitude and longitude, or leave both empty."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:public_work", args=[self.slug])

    def is_late(self, today: date) -> bool:
        """Whether the promised end has passed without the work being done."""
        finished = self.stage in {self.Stage.DONE, self.Stage.STOPPED}
        return not finished and self.ends_on is not None and self.ends_on < today

    def search_parts(self) -> tuple[str, str]:
        return self.name, f"{self.get_kind_display()} {self.place} {self.area or ''} {self.description}"


class PublicWorkUpdate(Remembered):
    """What happened on the site on a day, in the officer's own words."""

    public_work = models.ForeignKey(
        PublicWork, models.CASCADE, related_name="updates", verbose_name=_("public work")
    )
    date = models.DateField(_("date"))
    text = models.TextField(_("what happened"))
    progress = models.PositiveSmallIntegerField(_("progress in percent"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ("-date", "-pk")
        constraints = (
            models.CheckConstraint(
                name="public_work_update_percent",
                condition=models.Q(progress__isnull=True) | models.Q(progress__lte=100),
                violation_error_message=_("Progress goes from 0 to 100."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.public_work}"
