"""Who came: parties let in by their code or name, people who came without one, and heads counted by group.

Nothing here names anybody. A party's name stays with its registration and goes with it; what stays are numbers.
"""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.event import Event
from outreach.models.program import RemoteSite
from outreach.models.registration import Registration
from services.models import Area
from services.models.organization import RowsOfUnits


class Undone(models.Model):
    """Something written down at the door that can be taken back; the row stays as the record of both."""

    # Of the key of the form it was sent with: a second sending, also from another device, finds the first.
    nonce_hash = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField(_("at"), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )
    undone_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        abstract = True

    def take_back(self, at: datetime, by: object) -> bool:
        """Whether this call took it back: of two at the same time only one does."""
        mine = type(self)._default_manager.filter(pk=self.pk, undone_at=None)
        is_done = bool(mine.update(undone_at=at, undone_by=by))
        self.refresh_from_db(fields=["undone_at", "undone_by"])
        return is_done


class AttendanceQuerySet(RowsOfUnits):
    of_unit = "event__unit"

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(undone_at=None)

    def of(self, event: Event) -> Self:
        return self.filter(event=event, undone_at=None)

    def people(self) -> int:
        return int(self.aggregate(people=Sum("people"))["people"] or 0)


class Attendance(Undone):
    """One party that came through the door, with or without a registration."""

    class Way(models.TextChoices):
        SCAN = "scan", _("code scanned")
        TYPED = "typed", _("code typed")
        TICK = "tick", _("ticked on the list")
        PAPER = "paper", _("typed in from the sign-in sheet")
        WALK_IN = "walk_in", _("came without registering")

    event = models.ForeignKey(Event, models.PROTECT, related_name="attendances", verbose_name=_("activity"))
    registration = models.ForeignKey(
        Registration,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("registration"),
    )
    people = models.PositiveSmallIntegerField(_("people"))
    way = models.CharField(_("how"), max_length=8, choices=Way.choices)
    # Whether places of the house were counted for it at the door; they are given back when it is taken back.
    seats = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ("-at", "-pk")
        default_permissions = ("view",)
        indexes = (models.Index(fields=("event", "undone_at"), name="attendance_of_event"),)
        constraints = (
            models.UniqueConstraint(
                name="attendance_once",
                fields=("registration",),
                condition=Q(undone_at=None, registration__isnull=False),
                violation_error_message=_("This registration is checked in already."),
            ),
            models.CheckConstraint(
                name="attendance_is_somebody",
                condition=Q(people__gte=1),
                violation_error_message=_("At least one person came."),
            ),
            models.CheckConstraint(
                name="attendance_without_registration_is_a_walk_in",
                condition=Q(registration__isnull=False) | Q(way__in=("walk_in", "paper")),
                violation_error_message=_("Whoever came without a registration is a walk-in."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.people} × {self.way}"


class HeadCountSheetQuerySet(RowsOfUnits):
    of_unit = "event__unit"

    def of(self, event: Event) -> Self:
        return self.filter(event=event, undone_at=None)


class HeadCountSheet(Undone):
    """Heads counted at one moment by one officer: of everybody in the room, or of those nobody checked in."""

    class Covers(models.TextChoices):
        EVERYBODY = "everybody", _("everybody in the room")
        UNNAMED = "unnamed", _("only people who were not checked in")

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="head_count_sheets", verbose_name=_("activity")
    )
    covers = models.CharField(_("counted"), max_length=9, choices=Covers.choices, default=Covers.EVERYBODY)
    remote_site = models.ForeignKey(
        RemoteSite,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="head_count_sheets",
        verbose_name=_("remote site"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area they come from")
    )
    from_words = models.CharField(
        _("where they come from"), max_length=60, blank=True, help_text=_("For example RT 004 / RW 03.")
    )

    objects: ClassVar = HeadCountSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("head count")
        verbose_name_plural = _("head counts")
        ordering = ("-at", "-pk")
        default_permissions = ("view",)
        indexes = (models.Index(fields=("event", "undone_at"), name="head_count_of_event"),)

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M}"


class HeadCount(models.Model):
    """One group of a sheet and how many of it there were; all rows of a sheet add up to its people."""

    class Sex(models.TextChoices):
        WOMEN = "women", _("women and girls")
        MEN = "men", _("men and boys")
        NOT_SAID = "", pgettext_lazy("sex", "not noted")

    class Age(models.TextChoices):
        """Bands the eye can tell without asking for a birthday."""

        CHILD = "child", _("children up to 12")
        TEEN = "teen", _("13 to 17")
        ADULT = "adult", _("18 to 59")
        ELDERLY = "elderly", _("60 and older")
        NOT_SAID = "", pgettext_lazy("age", "not noted")

    sheet = models.ForeignKey(HeadCountSheet, models.CASCADE, related_name="rows")
    sex = models.CharField(_("sex"), max_length=5, choices=Sex.choices, blank=True)
    age = models.CharField(_("age"), max_length=7, choices=Age.choices, blank=True)
    has_disability = models.BooleanField(_("with a disability"), default=False)
    people = models.PositiveSmallIntegerField(_("people"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("group of a head count")
        verbose_name_plural = _("groups of head counts")
        ordering = ("pk",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="head_count_group_once",
                fields=("sheet", "sex", "age", "has_disability"),
                violation_error_message=_("This group is counted already on the sheet."),
            ),
            models.CheckConstraint(
                name="head_count_is_somebody",
                condition=Q(people__gte=1),
                violation_error_message=_("Leave out groups nobody belongs to."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.people}"
