"""Phones that took a round along, and what they brought that somebody has to look at."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Event, Round, RoundArea, Visit
from portal.field.words import WHY
from portal.shared.history import Remembered
from services.models import Organization
from services.models.organization import EVERY_UNIT, RowsOfUnits, units_of


class FieldPassQuerySet(RowsOfUnits):
    def visible_to(self, user: Any) -> Self:
        """Passes with a round or an activity of one's own units."""
        if user.has_perm(EVERY_UNIT):
            return self.all()
        units = units_of(user)
        return self.filter(Q(rounds__unit__in=units) | Q(events__unit__in=units)).distinct()

    def standing(self) -> Self:
        """Those nobody has ended; whether their time is over, the clock says."""
        return self.filter(ended_at=None)

    def out(self, at: datetime) -> Self:
        return self.standing().filter(until__gt=at)


class FieldPass(models.Model):
    """Lets one phone send what was written down on the way, until the sign-in it comes from would have ended anyway.

    Kept is a mark of its token. `fits` changes with the password and with every sign-out everywhere; `browser` is a
    mark of the browser it was given to, so that signing out there ends it too.
    """

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed_out", _("signed out")
        REPLACED = "replaced", _("loaded anew")
        TAKEN = "taken", _("ended at the desk")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="field_passes", verbose_name=_("officer")
    )
    # Names what lies encrypted on the phone: the same box of the same officer always has the same key.
    box = models.UUIDField(editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    fits = models.CharField(max_length=64, editable=False)
    browser = models.CharField(max_length=64, blank=True, editable=False)
    rounds = models.ManyToManyField(Round, blank=True, related_name="+", verbose_name=_("rounds"))
    events = models.ManyToManyField(Event, blank=True, related_name="+", verbose_name=_("activities"))
    # Which round each RT belonged to when it was taken along: {"12": 3}.
    areas = models.JSONField(default=dict, editable=False)
    made_at = models.DateTimeField(_("taken along at"), editable=False)
    until = models.DateTimeField(_("good until"), editable=False)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("ended at"), null=True, blank=True, editable=False
    )
    ended_why = models.CharField(_("ended why"), max_length=10, choices=Ended.choices, blank=True)
    sent_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("last sent at"), null=True, blank=True, editable=False
    )
    # How far the clock of the phone was ahead of ours at the last sending.
    clock_ahead = models.IntegerField(_("clock ahead, in seconds"), null=True, blank=True, editable=False)

    objects: ClassVar = FieldPassQuerySet.as_manager()

    class Meta:
        verbose_name = _("round on a phone")
        verbose_name_plural = _("rounds on phones")
        ordering = ("-made_at", "-pk")
        default_permissions = ("view",)
        permissions = (("end_fieldpass", "Can end rounds taken along on phones"),)
        indexes = (models.Index(fields=("user", "box"), name="field_pass_of_box"),)
        constraints = (
            models.UniqueConstraint(
                name="field_pass_one_for_a_box",
                fields=("user", "box"),
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("This phone has taken the round along already."),
            ),
            models.CheckConstraint(
                name="field_pass_ends_after_it_began",
                condition=Q(until__gte=F("made_at")),
                violation_error_message=_("A round cannot be on a phone until before it was taken along."),
            ),
            models.CheckConstraint(
                name="field_pass_says_why_it_ended",
                condition=Q(ended_at__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                violation_error_message=_("Say why it ended."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.made_at:%Y-%m-%d %H:%M}"


class Kind(models.TextChoices):
    """What a phone can bring."""

    VISIT = "visit", pgettext_lazy("from a phone", "home visit")
    CORRECTION = "correction", pgettext_lazy("from a phone", "correction")
    UNDO = "undo", pgettext_lazy("from a phone", "taken back")
    CASE = "case", pgettext_lazy("from a phone", "question or complaint")
    CHECK_IN = "check_in", pgettext_lazy("from a phone", "came to an activity")
    KEEP_AWAY = "keep_away", pgettext_lazy("from a phone", "home not to visit")
    COUNT = "count", pgettext_lazy("from a phone", "homes counted")


class Arrival(models.Model):
    """One thing a phone brought: sent again, it is known. Cases have none, so that no time leads from a door to them.

    `said_at` is what the phone's clock said, `at` the same corrected by how wrong that clock was. `made` is the row
    it became: a visit, an entry at the door, a home not to visit.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    field_pass = models.ForeignKey(FieldPass, models.SET_NULL, null=True, related_name="arrivals")
    said_at = models.DateTimeField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_held = models.BooleanField(default=False)
    made = models.BigIntegerField(null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("arrival from a phone")
        verbose_name_plural = _("arrivals from phones")
        default_permissions = ()
        indexes = (models.Index(fields=("received_at",), name="field_arrival_by_age"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id}"


class HeldItemQuerySet(RowsOfUnits):
    of_unit = "unit"

    def open(self) -> Self:
        return self.filter(state=HeldItem.State.OPEN)


class HeldItem(Remembered):
    """Something a phone brought that a person looks at: it could not be written down as it came, or two speak of one.

    `is_counted` says that it is written down already and only wants to be seen.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("from a phone", "to look at")
        ACCEPTED = "accepted", pgettext_lazy("from a phone", "accepted")
        SET_ASIDE = "set_aside", pgettext_lazy("from a phone", "set aside")

    client_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    why = models.CharField(
        _("why"), max_length=14, choices=[(name, words.title) for name, words in WHY.items()]
    )
    is_counted = models.BooleanField(_("written down already"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("officer")
    )
    unit = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    round = models.ForeignKey(
        Round, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("round")
    )
    area = models.ForeignKey(
        RoundArea, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("RT")
    )
    event = models.ForeignKey(
        Event, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("activity")
    )
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("visit")
    )
    said_at = models.DateTimeField(_("time on the phone"))
    at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(_("received at"))
    # As the phone sent it, without which nothing could be accepted; emptied some weeks after somebody decided.
    payload: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    settled_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("decided at"), null=True, blank=True, editable=False
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    # House and note of a door must not stay in history.
    not_remembered = (*Remembered.not_remembered, "payload")
    not_restored = ("state", "settled_at", "settled_by", "reason", "is_counted", "visit")
    objects: ClassVar = HeldItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing brought to look at")
        verbose_name_plural = _("things brought to look at")
        ordering = ("-received_at", "-pk")
        default_permissions = ("view",)
        permissions = (("settle_helditem", "Can decide about what phones brought"),)
        indexes = (models.Index(fields=("received_at",), name="field_held_open", condition=Q(state="open")),)
        constraints = (
            models.CheckConstraint(
                name="field_held_is_decided_once",
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
                violation_error_message=_("What is decided has a time, what is open has none."),
            ),
            models.CheckConstraint(
                name="field_held_set_aside_with_reason",
                condition=~Q(state="set_aside") | ~Q(reason=""),
                violation_error_message=_("Say in one sentence why it does not count."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_why_display()}"

    @property
    def desk_url(self) -> str:
        return reverse("admin:field_helditem_change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def explanation(self) -> Promise:
        """What happened and what can be done, in a sentence for whoever decides."""
        return WHY[self.why].explanation

    @property
    def told(self) -> str:
        """What its officer hears on the phone."""
        if self.state == self.State.SET_ASIDE:
            return str(_("Set aside: %(reason)s")) % {"reason": self.reason}
        return str(WHY[self.why].told)


class HeldPhoto(models.Model):
    """A photo of a complaint that waits: drawn anew already, erased with the decision."""

    held = models.ForeignKey(HeldItem, models.CASCADE, related_name="photos", verbose_name=_("waits with"))
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("photo that waits")
        verbose_name_plural = _("photos that wait")
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.held_id}: {self.width} × {self.height}"
