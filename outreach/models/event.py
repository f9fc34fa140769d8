"""An event: where the office and residents meet, planned, published, held, and what is left of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from outreach.models.campaign import Campaign
from outreach.models.deciding import Deciding, Decision
from outreach.models.seating import Seating
from outreach.reserved import RESERVED
from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from services.models import Area, Audience, Category, Location, Organization, Service
from services.models.organization import RowsOfUnits

# What a calendar on a phone shows: a change of any of these has to reach it.
CALENDAR_FACTS = (
    *("title", "summary", "starts_at", "ends_at", "location_id", "place_words", "online_url", "decision"),
)
# Changed by the verbs of seats alone: what somebody read a moment ago must never be written back.
COUNTED = {"taken", "waiting"}


class Series(Remembered):
    """Events that come back: the same activity on several dates."""

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class EventQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "unit"

    def public(self) -> Self:
        """Those with a page: published once, also when cancelled, postponed or over."""
        return self.exclude(decision=Decision.DRAFT)

    def coming(self, at: datetime) -> Self:
        """Those that still take place and are not over."""
        return self.filter(decision=Decision.PUBLISHED, ends_at__gt=at)

    def past(self, at: datetime) -> Self:
        """Those with a page that are over."""
        # What ended has begun: said, so that the newest are found without passing all that are still to come.
        return self.public().filter(ends_at__lte=at, starts_at__lt=at)

    def about(self, service: Service) -> Self:
        return self.filter(services=service)


class Event(Deciding, Seating, Searchable, Remembered):
    """One meeting with residents, at one place (or several, or online), from one moment to another.

    The office's decision is stored; whether it is coming, going on or over is computed (`phase`).
    """

    class Kind(models.TextChoices):
        BRIEFING = "briefing", _("public briefing")
        EDUCATION = "education_session", _("education session")
        WORKSHOP = "workshop", _("workshop")
        DISCUSSION = "focus_group", _("discussion")
        SEMINAR = "health_seminar", _("health seminar")
        TRAINING = "skills_training", _("skills training")
        MOBILE_SERVICE = "mobile_service", _("mobile service")
        CONSULTATION = "public_consultation", _("public consultation")
        TOWN_HALL = "town_hall", _("town hall")
        PLANNING_MEETING = "planning_meeting", _("neighbourhood planning meeting")
        PLANNING_FORUM = "planning_forum", _("development planning forum")
        FRIDAY_ROUND = "friday_round", _("Friday round")
        CAMPAIGN_DAY = "campaign_day", _("campaign day in all districts")
        CONTEST = "contest", _("contest")
        OPEN_HOUR = "open_hour", _("open hour for questions")

    class Level(models.TextChoices):
        """Of the IAP2 spectrum, by name: how much of a say residents have."""

        INFORM = "inform", _("inform")
        CONSULT = "consult", _("consult")
        INVOLVE = "involve", _("involve")
        COLLABORATE = "collaborate", _("collaborate")
        EMPOWER = "empower", _("empower")

    title = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    level = models.CharField(
        _("say of residents"),
        max_length=12,
        choices=Level.choices,
        default=Level.INFORM,
        help_text=_("Shown on the page, so that nobody expects a vote where there is none."),
    )
    summary = models.CharField(
        _("in one sentence"), max_length=250, blank=True, help_text=_("What residents gain by coming.")
    )
    description = models.TextField(_("what it is about"), blank=True)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("campaign")
    )
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("series")
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="events", verbose_name=_("unit in charge")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("topic")
    )
    audiences = models.ManyToManyField(
        Audience, blank=True, related_name="events", verbose_name=_("for whom")
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="events", verbose_name=_("areas"))
    services = models.ManyToManyField(
        Service, blank=True, related_name="events", verbose_name=_("about the services")
    )

    # When and where.
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("place")
    )
    place_words = models.CharField(
        _("where, in words"), max_length=250, blank=True, help_text=_("If it is no place of the catalogue.")
    )
    online_url = models.URLField(_("link to join online"), blank=True)

    # For those who think of coming.
    fee_words = models.CharField(
        _("cost"), max_length=120, blank=True, help_text=_("Empty means nobody has said; write “Gratis”.")
    )
    bring = models.TextField(_("what to bring"), blank=True, help_text=_("One thing on each line."))
    has_step_free_access = models.BooleanField(_("wheelchairs get in"), null=True, blank=True)
    has_interpreter = models.BooleanField(_("sign language interpreter"), null=True, blank=True)
    has_child_care = models.BooleanField(_("somebody minds the children"), null=True, blank=True)
    access_words = models.CharField(_("other access"), max_length=250, blank=True)
    language_words = models.CharField(_("language spoken"), max_length=80, blank=True)

    # Registration.
    takes_registrations = models.BooleanField(_("takes registrations"), default=True)
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(
        _("registration closes"),
        null=True,
        blank=True,
        help_text=_("Empty: when it begins."),
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Empty: as many as come.")
    )
    most_at_once = models.PositiveSmallIntegerField(_("people in one registration"), default=6)
    allows_walk_ins = models.BooleanField(_("may be visited without registering"), default=True)
    # Counted by outreach/registering.py alone, never by reading first.
    taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("people waiting"), default=0, editable=False)

    # Of the calendar entry: counts changes, and when the last was.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True, editable=False)
    is_example = models.BooleanField(_("example"), default=False, help_text=_("Shown as “contoh”."))

    # Afterwards.
    report = models.TextField(
        _("what happened"), blank=True, help_text=_("A short report for those who could not come.")
    )
    # When its unit was last asked for minutes and promises.
    nagged_on = models.DateField(null=True, blank=True, editable=False)

    search_name = "title"
    remembered_children = (
        *("audiences", "areas", "services", "agenda", "speakers", "remote_sites", "questions_asked"),
    )
    not_remembered = (
        *Remembered.not_remembered,
        *("taken", "waiting", "sequence", "changed_at", "nagged_on"),
    )
    not_restored = ("decision", "decision_reason", "published_at")
    objects: ClassVar = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("starts_at", "pk")
        permissions = (
            ("publish_event", "Can publish, cancel, postpone and close activities"),
            ("check_in_event", "Can take attendance at the door"),
            ("message_event", "Can write to those who registered"),
        )
        indexes = (
            models.Index(fields=("starts_at", "id"), name="event_by_start"),
            models.Index(fields=("decision", "ends_at"), name="event_by_decision"),
        )
        constraints = (
            models.CheckConstraint(
                name="event_ends_after_it_begins",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("An activity ends after it begins. Check the two times."),
            ),
            models.CheckConstraint(
                name="event_seats_within_capacity",
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")),
                violation_error_message=_(
                    "More places are taken than that. Choose at least as many as are taken."
                ),
            ),
            models.CheckConstraint(
                name="event_party_is_somebody",
                condition=Q(most_at_once__gte=1),
                violation_error_message=_("At least one person has to fit into a registration."),
            ),
            models.CheckConstraint(
                name="event_registration_opens_before_it_closes",
                condition=Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__lt=F("registration_closes_at")),
                violation_error_message=_("Registration closes after it opens. Check the two times."),
            ),
            models.CheckConstraint(
                name="event_ended_with_a_reason",
                condition=~Q(decision__in=("cancelled", "postponed")) | ~Q(decision_reason=""),
                violation_error_message=_("Say why, in one sentence. Residents read it."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.slug in RESERVED:
            sentence = _("Another page stands at this address. Choose another word.")
            raise ValidationError({"slug": ValidationError(sentence, code="reserved")})
        if self.online_url and not self.online_url.startswith("https://"):
            raise ValidationError({"online_url": _("Begin the link with https://.")}, code="not_https")
        if self.capacity is not None and self.capacity < self.taken:
            # The constraint says so too, but a form without the number of seats taken leaves it out.
            sentence = _("More places are taken than that. Choose at least as many as are taken.")
            raise ValidationError({"capacity": ValidationError(sentence, code="taken")})

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        event = super().from_db(*args, **kwargs)
        event.__dict__["_calendar"] = event.calendar_facts()
        event.__dict__["_places"] = event.__dict__.get("capacity", 0)
        return event

    def calendar_facts(self) -> dict[str, Any]:
        """What a calendar shows of it, as far as it was read from the database."""
        return {name: self.__dict__[name] for name in CALENDAR_FACTS if name in self.__dict__}

    def note_calendar_change(self, at: datetime) -> bool:
        """Counts up when a calendar would show something else than before; the caller saves."""
        before, shown = self.__dict__.get("_calendar", {}), self.calendar_facts()
        has_changed = any(shown[name] != before[name] for name in before.keys() & shown.keys())
        self.__dict__["_calendar"] = shown
        if has_changed:
            self.sequence += 1
            self.changed_at = at
        return has_changed

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps everything but the seats, which are counted by their own verbs; a larger house lets people move up."""
        is_new, fields = self._state.adding, kwargs.get("update_fields")
        if self.note_calendar_change(timezone.now()) and fields:
            kwargs["update_fields"] = {*fields, "sequence", "changed_at"}
        if not (is_new or fields or args or kwargs.get("force_insert")):
            unread = COUNTED | self.get_deferred_fields()
            own = (field for field in self._meta.concrete_fields if not field.primary_key)
            kwargs["update_fields"] = {field.name for field in own if field.attname not in unread}
        places = self.__dict__.get("capacity", 0)
        has_other_house = not is_new and places != self.__dict__.get("_places", 0)
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.__dict__["_places"] = places
            if has_other_house:
                self.fill_places(timezone.now())

    def lapse(self) -> None:
        super().lapse()
        self.__dict__["_times"] = (self.starts_at, self.ends_at)

    def tell_others(self, changed: Collection[str]) -> None:
        """Refuses to bring an old time back in silence, once people may have it in their calendars."""
        super().tell_others(changed)
        before = self.__dict__.get("_times", (self.starts_at, self.ends_at))
        has_moved = before != (self.starts_at, self.ends_at)
        if has_moved and self.decision != Decision.DRAFT and {"starts_at", "ends_at"} & {*changed}:
            sentence = _(
                "It had another time then. Give it with “New date”: everybody who registered is told."
            )
            raise ValidationError(sentence, code="times")

    def get_absolute_url(self) -> str:
        return reverse("outreach:event", args=[self.slug])

    def search_parts(self) -> tuple[str, str]:
        return f"{self.title} {self.title_en}", f"{self.summary} {self.description} {self.place_words}"

    @property
    def label(self) -> str:
        """Its title in the active language."""
        return self.title_en if self.title_en and translation.get_language() == "en" else self.title

    @property
    def place(self) -> str:
        """Where to go, in one line; empty when only online."""
        return self.place_words or (str(self.location) if self.location else "")

    @property
    def things_to_bring(self) -> list[str]:
        return [line.strip() for line in self.bring.splitlines() if line.strip()]
