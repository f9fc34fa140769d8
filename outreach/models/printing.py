"""What is printed and where it goes: a flyer or poster, its print runs, and the places each run is taken to."""

from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from outreach.channels import Channel
from outreach.models.campaign import Campaign
from outreach.models.event import Event
from outreach.models.short_link import ShortLink
from portal.shared.history import Remembered
from services.models import Area, Location, Organization, Service
from services.models.organization import RowsOfUnits


class MaterialQuerySet(RowsOfUnits):
    of_unit = "unit"


class Material(Remembered):
    """A flyer or poster about a service, an event or a campaign; its words come from that page, so both agree."""

    class Kind(models.TextChoices):
        FLYER = "flyer", _("flyer A5")
        POSTER = "poster", _("poster A4")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.FLYER)
    headline = models.CharField(
        _("headline"),
        max_length=80,
        blank=True,
        help_text=_(
            "At most 8 words, for example “KTP hilang? Ganti di sini, gratis.” Empty: the page's title."
        ),
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="materials", verbose_name=_("activity")
    )
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="materials", verbose_name=_("service")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name=_("campaign"),
        help_text=_("What it counts for; alone, it is about the campaign itself."),
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="materials", verbose_name=_("unit in charge")
    )

    objects: ClassVar = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("flyer or poster")
        verbose_name_plural = _("flyers and posters")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="material_is_about_something",
                condition=Q(event__isnull=False) | Q(service__isnull=False) | Q(campaign__isnull=False),
                violation_error_message=_("Choose what it is about: an activity, a service or a campaign."),
            ),
            models.CheckConstraint(
                name="material_is_about_one_thing",
                condition=Q(event__isnull=True) | Q(service__isnull=True),
                violation_error_message=_("Choose an activity or a service, not both."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.headline or self.subject}"

    @property
    def subject(self) -> Event | Service | Campaign:
        """Whose page it brings people to."""
        subject = self.event or self.service or self.campaign
        assert subject is not None  # A constraint says so.
        return subject

    @property
    def channel(self) -> str:
        return Channel.POSTER if self.kind == self.Kind.POSTER else Channel.FLYER

    def clean(self) -> None:
        if len(self.headline.split()) > 8:
            raise ValidationError(
                {"headline": _("At most 8 words, so that it is read in passing.")}, code="long_headline"
            )
        if self.event and self.campaign is None:
            self.campaign = self.event.campaign


class PrintRunQuerySet(RowsOfUnits):
    of_unit = "material__unit"


class PrintRun(Remembered):
    """One printing of a material: how many came from the printer, and how many of them were given out."""

    material = models.ForeignKey(
        Material, models.PROTECT, related_name="runs", verbose_name=_("flyer or poster")
    )
    printed_on = models.DateField(_("printed on"))
    amount = models.PositiveIntegerField(_("copies"))
    printer = models.CharField(_("printed by"), max_length=120, blank=True)
    # Kept by outreach/dropping.py: what the drops took and did not bring back.
    given = models.PositiveIntegerField(_("given to places"), default=0, editable=False)

    remembered_children = ("drops",)
    not_remembered = (*Remembered.not_remembered, "given")
    objects: ClassVar = PrintRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        ordering = ("-printed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="print_run_is_something",
                condition=Q(amount__gt=0),
                violation_error_message=_("A print run has at least one copy."),
            ),
            models.CheckConstraint(
                name="print_run_gives_what_it_has",
                condition=Q(given__lte=F("amount")),
                violation_error_message=_("More copies would be given out than were printed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.material} ({self.amount})"

    @property
    def left(self) -> int:
        """Copies that no place has."""
        return self.amount - self.given


class DropQuerySet(RowsOfUnits):
    of_unit = "run__material__unit"

    def of_campaign(self, campaign: Campaign) -> Self:
        return self.filter(run__material__campaign=campaign)

    def out(self, on: date | None = None) -> Self:
        """Those that were really taken there, until a day."""
        rows = self.filter(dropped_on__isnull=False)
        return rows if on is None else rows.filter(dropped_on__lte=on)

    def flyers(self) -> Self:
        return self.filter(run__material__kind=Material.Kind.FLYER)

    def copies(self) -> int:
        """How many stayed with people: taken there less brought back."""
        total: int | None = self.aggregate(total=Sum(F("amount") - F("returned")))["total"]
        return total or 0


class Drop(Remembered):
    """Copies of a run for one place, with a short link of their own, so that each place's visits are known."""

    run = models.ForeignKey(PrintRun, models.CASCADE, related_name="drops", verbose_name=_("print run"))
    place_words = models.CharField(
        _("place"), max_length=160, help_text=_("For example “Pos RW 03” or “warung di mulut gang”.")
    )
    location = models.ForeignKey(
        Location,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place of the catalogue"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="drops", verbose_name=_("RT or RW")
    )
    amount = models.PositiveIntegerField(_("copies"))
    who = models.CharField(
        _("who takes them there"),
        max_length=120,
        blank=True,
        help_text=_("A role is enough: kader PKK RT 02."),
    )
    dropped_on = models.DateField(
        _("taken there on"), null=True, blank=True, help_text=_("Empty while it is planned.")
    )
    returned = models.PositiveIntegerField(_("left over and brought back"), default=0)
    returned_on = models.DateField(_("brought back on"), null=True, blank=True)
    link = models.OneToOneField(
        ShortLink,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drop",
        editable=False,
        verbose_name=_("short link"),
    )

    not_remembered = (*Remembered.not_remembered, "link")
    objects: ClassVar = DropQuerySet.as_manager()

    class Meta:
        verbose_name = _("place for copies")
        verbose_name_plural = _("places for copies")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="drop_is_something",
                condition=Q(amount__gt=0),
                violation_error_message=_("At least one copy goes to a place."),
            ),
            models.CheckConstraint(
                name="drop_returns_what_it_took",
                condition=Q(returned__lte=F("amount")),
                violation_error_message=_("No more can come back than were taken there."),
            ),
            models.CheckConstraint(
                name="drop_returns_after_it_went",
                condition=Q(returned=0) | Q(dropped_on__isnull=False),
                violation_error_message=_("Say first on which day they were taken there."),
            ),
            models.CheckConstraint(
                name="drop_comes_back_later",
                condition=Q(returned_on__isnull=True)
                | Q(dropped_on__isnull=False, returned_on__gte=F("dropped_on")),
                violation_error_message=_("They come back on the day they were taken there, or later."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.place_words} ({self.amount})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.area_id is None and self.location is not None:
            self.area_id = self.location.area_id
        super().save(*args, **kwargs)

    @property
    def stayed(self) -> int:
        return self.amount - self.returned
