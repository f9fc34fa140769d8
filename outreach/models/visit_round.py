"""A round of home visits: which RT, by whom, about what, for how many households by whose estimate."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.campaign import Campaign
from portal.shared.history import Remembered, recorded
from services.models import Area, Organization, Service
from services.models.organization import RowsOfUnits

# Who sees every round of their units, counts others' visits and corrects them.
OVERSEE = "outreach.oversee_round"
# Lines on one printed sheet: as many as an A4 page holds with room for a pen.
LINES = 20


class RoundQuerySet(RowsOfUnits):
    of_unit = "unit"

    def walked_by(self, user: Any) -> Self:
        return self.filter(officers=user)

    def open_to(self, user: Any) -> Self:
        """Those of whoever walks them; for supervisors every one of their units."""
        if user.has_perm(OVERSEE):
            return self.filter(Q(pk__in=self.visible_to(user).values("pk")) | Q(officers=user)).distinct()
        return self.walked_by(user)

    def going_on(self, today: date) -> Self:
        """Those begun and not closed; a round that takes longer than planned is still walked."""
        return self.filter(starts_on__lte=today, closed_at=None)


class Round(Remembered):
    """Officers go from door to door in some RT, with the same topics and the same guide.

    What is written down at a door names nobody.
    """

    title = models.CharField(_("title"), max_length=160)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("campaign")
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="rounds", verbose_name=_("unit in charge")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    officers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="rounds",
        verbose_name=_("officers who walk"),
        help_text=_("They find this round on their phone, under “My rounds”."),
    )
    guide = models.TextField(
        _("talking guide"),
        blank=True,
        help_text=_("What to say at the door: who you are, why you come, what you ask, how you leave."),
    )
    counts_only = models.BooleanField(
        _("only counts"),
        default=False,
        help_text=_("Officers count doors by outcome and write nothing else down."),
    )
    understanding_question = models.CharField(
        _("question before and after"),
        max_length=160,
        blank=True,
        help_text=_("Asked before and after the talk, answered from 1 to 4. Empty: nothing is asked."),
    )
    material_words = models.CharField(
        _("material handed out"), max_length=120, blank=True, help_text=_("For example: flyer about TBC.")
    )
    is_example = models.BooleanField(_("example"), default=False, help_text=_("Shown as “contoh”."))
    closed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("closed at"), null=True, blank=True, editable=False
    )

    remembered_children = ("areas", "topics", "officers")
    not_restored = ("closed_at",)
    objects: ClassVar = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of home visits")
        verbose_name_plural = _("rounds of home visits")
        ordering = ("-starts_on", "-pk")
        permissions = (("oversee_round", "Can see the coverage of rounds, correct visits and close rounds"),)
        constraints = (
            models.CheckConstraint(
                name="round_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A round ends on the day it starts or later."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outreach:visit_round", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def guide_lines(self) -> list[str]:
        return [line.strip() for line in self.guide.splitlines() if line.strip()]

    def close(self, *, by: Any, at: datetime | None = None) -> None:
        """The walk is over: nothing is written down any more, and house numbers are forgotten."""
        at = at or timezone.now()
        with recorded(self, verb="close", by=by, at=at, is_public=False):
            self.refresh_from_db()
            if self.closed_at is None:
                self.closed_at = at
                self.save(update_fields=["closed_at"])
            for area in self.areas.all():
                area.visits.exclude(house="").update(house="")

    def reopen(self, *, by: Any, reason: str, at: datetime | None = None) -> None:
        """It goes on after all; the house numbers do not come back."""
        if not reason.strip():
            raise ValidationError(_("Say in one sentence why the round goes on."), code="reason_missing")
        with recorded(self, verb="reopen", by=by, at=at, reason=reason, is_public=False):
            self.refresh_from_db()
            self.closed_at = None
            self.save(update_fields=["closed_at"])


class RoundArea(Remembered):
    """One RT of a round, with the number of homes expected there and whose number that is."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="areas")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("RT or RW"))
    target = models.PositiveIntegerField(
        _("households"), null=True, blank=True, help_text=_("Empty if nobody knows.")
    )
    target_source = models.CharField(
        _("says who"),
        max_length=160,
        blank=True,
        help_text=_("For example: head of RT, October 2026; data of dasawisma."),
    )
    sequence = models.PositiveSmallIntegerField(_("order"), default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("RT of the round")
        verbose_name_plural = _("RT of the round")
        ordering = ("sequence", "pk")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="round_area_once",
                fields=("round", "area"),
                violation_error_message=_("This RT is in the round already."),
            ),
            models.CheckConstraint(
                name="round_area_target_is_something",
                condition=Q(target__isnull=True) | Q(target__gt=0),
                violation_error_message=_("At least 1 household. Leave it empty if nobody knows."),
            ),
            models.CheckConstraint(
                name="round_area_target_has_source",
                condition=Q(target__isnull=True) | ~Q(target_source=""),
                violation_error_message=_("Write down who says how many households there are."),
            ),
        )

    def __str__(self) -> str:
        return str(self.area)

    @property
    def label(self) -> str:
        """Where it is in the words of its people: “RT 004 / RW 03”."""
        above = self.area.parent
        if self.area.level == Area.Level.RT and above is not None and above.name not in self.area.name:
            return f"{self.area.name} / {above.name}"
        return self.area.name


class RoundTopic(Remembered):
    """Something to talk about at every door of the round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="topics")
    words = models.CharField(_("topic"), max_length=80)
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("about the service")
    )
    sequence = models.PositiveSmallIntegerField(_("order"), default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("sequence", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.words


class WalkSheet(models.Model):
    """One printed sheet of a walk list: its number and line name every door on it, so that typing twice makes one."""

    area = models.ForeignKey(RoundArea, models.CASCADE, related_name="sheets", verbose_name=_("RT"))
    number = models.PositiveSmallIntegerField(_("sheet"))
    lines = models.PositiveSmallIntegerField(_("lines"), default=LINES)
    made_at = models.DateTimeField(_("made at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    # Makes the client ids of its lines; printed nowhere.
    client_id = models.UUIDField(unique=True, editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("walk list")
        verbose_name_plural = _("walk lists")
        ordering = ("area", "number")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="walk_sheet_number_once",
                fields=("area", "number"),
                violation_error_message=_("Two sheets of one RT never have the same number."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.area}: {self.number}"
