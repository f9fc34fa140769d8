"""A campaign: what the office wants to bring about, by which activities, and how much of it was reached."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.linking import link_page
from portal.shared.history import Remembered, recorded
from portal.shared.search import Searchable, SearchQuerySet
from services.models import Area, Audience, Organization, Service
from services.models.organization import RowsOfUnits


class CampaignQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "unit"

    def published(self) -> "CampaignQuerySet":
        return self.filter(published_at__isnull=False)


class Campaign(Searchable, Remembered):
    """Activities with one goal: events, home visits, flyers and posts, for whom, where, about which services."""

    title = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    summary = models.CharField(
        _("in one sentence"), max_length=250, blank=True, help_text=_("What residents gain by it.")
    )
    goal = models.TextField(_("goal"), blank=True, help_text=_("What should be different afterwards."))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="campaigns", verbose_name=_("unit in charge")
    )
    audiences = models.ManyToManyField(
        Audience, blank=True, related_name="campaigns", verbose_name=_("for whom")
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="campaigns", verbose_name=_("areas"))
    services = models.ManyToManyField(
        Service, blank=True, related_name="campaigns", verbose_name=_("about the services")
    )
    # In whole rupiah; null is not known, which is not zero.
    budget = models.DecimalField(
        _("budget in rupiah"),
        max_digits=14,
        decimal_places=0,
        null=True,
        blank=True,
        help_text=_("Leave empty if there is none of its own; 0 means it costs nothing."),
    )
    spent = models.DecimalField(
        _("spent so far in rupiah"), max_digits=14, decimal_places=0, null=True, blank=True
    )
    is_example = models.BooleanField(_("example"), default=False, help_text=_("Shown as “contoh”."))
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    search_name = "title"
    remembered_children = ("targets", "audiences", "areas", "services")
    not_restored = ("published_at",)
    objects: ClassVar = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ("-starts_on", "-pk")
        permissions = (("publish_campaign", "Can publish and withdraw campaigns"),)
        constraints = (
            models.CheckConstraint(
                name="campaign_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A campaign ends on the day it starts or later."),
            ),
            models.CheckConstraint(
                name="campaign_money_not_below_zero",
                condition=(Q(budget__isnull=True) | Q(budget__gte=0))
                & (Q(spent__isnull=True) | Q(spent__gte=0)),
                violation_error_message=_("An amount of money is 0 or more."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outreach:campaign", args=[self.slug])

    def search_parts(self) -> tuple[str, str]:
        return f"{self.title} {self.title_en}", f"{self.summary} {self.goal}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        """Shows its page to everybody; publishing again changes nothing."""
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.refresh_from_db()
            if not self.summary.strip():
                raise ValidationError(
                    {"summary": _("Say in one sentence what residents gain by it.")}, code="summary_missing"
                )
            if self.published_at is None:
                self.published_at = at
                self.save()
                link_page(self, self, by=by, at=at)

    def withdraw(self, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """Takes its page away again; its activities keep theirs."""
        with recorded(self, verb="withdraw", by=by, at=at, reason=reason):
            self.refresh_from_db()
            self.published_at = None
            self.save()


class Target(Remembered):
    """How much of something a campaign wants to reach, of everybody or of one audience, in all areas or in one."""

    class Measure(models.TextChoices):
        CAME = "came", _("people who came")
        REGISTERED = "registered", _("people registered")
        EVENTS = "events", _("activities held")
        HOMES_MET = "homes_met", _("homes where somebody was met")
        HOMES_VISITED = "homes_visited", _("homes visited")
        FLYERS = "flyers", _("flyers handed out")
        POSTS = "posts", _("posts published")
        SCANS = "scans", _("visits by short link or QR code")

    # Of whom and where something was is known of activities alone; of homes, flyers and scans only where.
    KNOWS_AUDIENCE: ClassVar = frozenset({Measure.CAME, Measure.REGISTERED, Measure.EVENTS})
    KNOWS_NO_AREA: ClassVar = frozenset({Measure.POSTS})

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets")
    measure = models.CharField(_("what is counted"), max_length=16, choices=Measure.choices)
    audience = models.ForeignKey(
        Audience, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of whom")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("where")
    )
    amount = models.PositiveIntegerField(_("target"))

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("pk",)
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="target_is_something",
                condition=Q(amount__gt=0),
                violation_error_message=_("A target is at least 1."),
            ),
        )

    def __str__(self) -> str:
        parts = (self.get_measure_display(), self.audience, self.area)
        return ", ".join(str(part) for part in parts if part)

    def clean(self) -> None:
        """Refuses what nobody could count: a target that always shows 0 would be no target."""
        if self.audience_id is not None and self.measure not in self.KNOWS_AUDIENCE:
            sentence = _("Nobody knows of whom these were. Leave “of whom” empty.")
            raise ValidationError({"audience": ValidationError(sentence, code="uncountable")})
        if self.area_id is not None and self.measure in self.KNOWS_NO_AREA:
            sentence = _("Posts are read everywhere. Leave “where” empty.")
            raise ValidationError({"area": ValidationError(sentence, code="uncountable")})


class Partnership(Remembered):
    """An organization that helps with a campaign or an event: what it promised, and what it delivered."""

    class Role(models.TextChoices):
        HOST = "host", _("gives the place")
        FUNDER = "funder", _("gives money or goods")
        EXPERT = "expert", _("sends experts or speakers")
        PROVIDER = "provider", _("brings its own service")
        MOBILISER = "mobiliser", _("tells and brings people")
        ORGANISER = "organiser", _("organises together with us")

    campaign = models.ForeignKey(
        Campaign,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("campaign"),
    )
    event = models.ForeignKey(
        "outreach.Event",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("activity"),
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="partnerships", verbose_name=_("partner")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    promised = models.CharField(_("promised"), max_length=250, blank=True)
    delivered = models.CharField(_("delivered"), max_length=250, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="partnership_of_one_thing",
                condition=Q(campaign__isnull=True, event__isnull=False)
                | Q(campaign__isnull=False, event__isnull=True),
                violation_error_message=_("A partner helps with a campaign or with an activity."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization} ({self.get_role_display()})"
