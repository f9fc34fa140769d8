"""One knock at a door: how it went and what was talked about. Nobody is named here."""

import re
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.campaign import Campaign
from outreach.models.visit_round import OVERSEE, Round, RoundArea, RoundTopic, WalkSheet
from portal.shared.history import Remembered
from services.models import Area
from services.models.organization import RowsOfUnits

MOST_HOMES = 500
# What people write around the number of a house, and what is no part of it.
_AROUND_THE_NUMBER = re.compile(r"\b(no|nomor|nomer|rumah|blok|house)\b|[^0-9a-z]+")


def house_key(words: str) -> str:
    """The same for “No. 12 A” and “rumah 12a”."""
    return _AROUND_THE_NUMBER.sub("", words.casefold())


def count_key(client_id: UUID, outcome: str) -> UUID:
    """The client id of the doors with this outcome, of several counted together under one."""
    return uuid5(client_id, str(outcome))


class VisitQuerySet(RowsOfUnits):
    of_unit = "area__round__unit"

    def live(self) -> Self:
        """Without those taken back."""
        return self.filter(undone_at=None)

    def standing(self) -> Self:
        """Where each home stands: without visits that another one followed."""
        followed = Visit.objects.filter(follows=models.OuterRef("pk"), undone_at=None)
        return self.live().filter(~models.Exists(followed))

    def said_with(self, client_id: UUID) -> Self:
        """What was written down under this client id: one visit, or a count of several outcomes."""
        counted = (count_key(client_id, outcome) for outcome in Visit.Outcome.values)
        return self.filter(client_id__in=[client_id, *counted])

    def of_campaign(self, campaign: Campaign, area: Area | None = None) -> Self:
        rows = self.filter(area__round__campaign=campaign)
        return rows if area is None else rows.filter(area__area__in=Area.objects.within(area))

    def to_return_to(self) -> Self:
        """Homes that somebody promised to come back to, and closed doors whose house number is known; soonest first."""
        rows = self.standing().filter(
            Q(outcome=Visit.Outcome.RETURN) | (Q(outcome=Visit.Outcome.NOT_HOME) & ~Q(house=""))
        )
        return rows.order_by(F("return_at").asc(nulls_last=True), "at", "pk")

    def homes(self) -> int:
        """How many homes these stand for."""
        total: int = self.aggregate(homes=models.Sum("households", default=0))["homes"]
        return total

    def open_to(self, user: Any) -> Self:
        """The visits whoever walks may change: their own; supervisors those of their rounds."""
        rows = self.filter(area__round__in=Round.objects.open_to(user).values("pk"))
        return rows if user.has_perm(OVERSEE) else rows.filter(by=user)


class Visit(Remembered):
    """How it went at one door, or at several with the same outcome.

    A house number is kept only while somebody has to find the house again.
    """

    class Outcome(models.TextChoices):
        MET = "met", pgettext_lazy("at the door", "Met somebody")
        NOT_HOME = "not_home", pgettext_lazy("at the door", "Nobody home")
        REFUSED = "refused", pgettext_lazy("at the door", "Did not want to")
        EMPTY = "empty", pgettext_lazy("at the door", "Nobody lives here")
        RETURN = "return", pgettext_lazy("at the door", "Come back later")

    class Way(models.TextChoices):
        PHONE = "phone", _("on the phone")
        COUNT = "count", _("counted")
        PAPER = "paper", _("from paper")

    # Made where the visit is written down, before it is sent: sent twice, it is one.
    client_id = models.UUIDField(unique=True, editable=False)
    area = models.ForeignKey(RoundArea, models.PROTECT, related_name="visits", verbose_name=_("RT"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    households = models.PositiveSmallIntegerField(_("homes"), default=1)
    at = models.DateTimeField(_("when"))
    way = models.CharField(_("written down"), max_length=8, choices=Way.choices, default=Way.PHONE)
    sheet = models.ForeignKey(
        WalkSheet, models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("walk list")
    )
    line = models.PositiveSmallIntegerField(_("line"), null=True, blank=True)
    house = models.CharField(_("house number"), max_length=40, blank=True)
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers", editable=False
    )
    return_at = models.DateTimeField(_("come back at"), null=True, blank=True)
    topics = models.ManyToManyField(
        RoundTopic, blank=True, related_name="visits", verbose_name=_("talked about")
    )
    flyers = models.PositiveSmallIntegerField(_("material given"), default=0)
    before = models.PositiveSmallIntegerField(_("understood before"), null=True, blank=True)
    after = models.PositiveSmallIntegerField(_("understood after"), null=True, blank=True)
    # How many questions or complaints were written down here; which ones is told nowhere.
    raised = models.PositiveSmallIntegerField(_("brought up"), default=0, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("No names, no telephone numbers.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="visits", verbose_name=_("officer")
    )
    recorded_at = models.DateTimeField(_("received at"))
    undone_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )

    remembered_children = ("topics",)
    # What is forgotten some weeks after the round must not stay in its history.
    not_remembered = (*Remembered.not_remembered, "house", "note")
    objects: ClassVar = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("area", "outcome"), name="visit_by_outcome"),)
        constraints = (
            models.CheckConstraint(
                name="visit_of_some_homes",
                condition=Q(households__gte=1, households__lte=MOST_HOMES),
                violation_error_message=_("Between 1 and 500 homes at once."),
            ),
            models.CheckConstraint(
                name="visit_of_many_names_no_house",
                condition=Q(households=1) | Q(house="", follows__isnull=True, return_at__isnull=True),
                violation_error_message=_("Several homes at once have no house number of their own."),
            ),
            models.CheckConstraint(
                name="visit_keeps_house_to_return",
                condition=Q(house="") | Q(outcome__in=("not_home", "return")),
                violation_error_message=_("A house number is kept only where somebody comes back."),
            ),
            models.CheckConstraint(
                name="visit_returns_when_asked",
                condition=Q(return_at__isnull=True) | Q(outcome="return"),
                violation_error_message=_("Only a home that asked for it gets a time to come back."),
            ),
            models.CheckConstraint(
                name="visit_understood_by_somebody",
                condition=Q(before__isnull=True, after__isnull=True) | Q(outcome="met"),
                violation_error_message=_("Only somebody who was met can say how well they understood."),
            ),
            models.CheckConstraint(
                name="visit_understood_1_to_4",
                condition=(Q(before__isnull=True) | Q(before__gte=1, before__lte=4))
                & (Q(after__isnull=True) | Q(after__gte=1, after__lte=4)),
                violation_error_message=_("Answers go from 1 to 4."),
            ),
            models.UniqueConstraint(
                name="visit_followed_once",
                fields=("follows",),
                condition=Q(undone_at__isnull=True),
                violation_error_message=_("Somebody has been at this home again meanwhile."),
            ),
            models.UniqueConstraint(
                name="visit_of_a_line_once",
                fields=("sheet", "line"),
                condition=Q(undone_at__isnull=True),
                violation_error_message=_("This line of the sheet has been typed in already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None


class DoNotVisitQuerySet(models.QuerySet["DoNotVisit"]):
    def live(self) -> Self:
        return self.filter(lifted_at=None)


class DoNotVisit(Remembered):
    """A home that asked not to be visited; it holds for every round until they say otherwise."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("RT or RW"))
    house = models.CharField(
        _("house number"), max_length=40, help_text=_("Number or mark of the house, never a name.")
    )
    house_key = models.CharField(max_length=40, editable=False)
    asked_on = models.DateField(_("asked on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("told to")
    )
    lifted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("lifted at"), null=True, blank=True, editable=False
    )

    # History says that a home of this RT asked and was asked again, never which.
    not_remembered = (*Remembered.not_remembered, "house", "house_key")
    objects: ClassVar = DoNotVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("home not to visit")
        verbose_name_plural = _("homes not to visit")
        ordering = ("area", "house")
        constraints = (
            models.CheckConstraint(
                name="do_not_visit_some_house",
                condition=~Q(house_key=""),
                violation_error_message=_("Write the number or the mark of the house."),
            ),
            models.UniqueConstraint(
                name="do_not_visit_once",
                fields=("area", "house_key"),
                condition=Q(lifted_at__isnull=True),
                violation_error_message=_("This home is on the list already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.area}, {self.asked_on:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.house_key = house_key(self.house)
        super().save(*args, **kwargs)
