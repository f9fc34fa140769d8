"""What people say about an event: was it useful and clear, what did they learn, did they use the service afterwards.

No answer leads to a registration: whoever has a receipt code leaves only a keyed hash of it, so that one code gives
one answer, and nobody who reads the table learns whose.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.comment import ERASED, Commented
from outreach.models.deciding import Decision
from outreach.models.event import Event
from portal.shared.history import Remembered
from portal.shared.receipt import key_hash, keyed_hash
from services.models.organization import RowsOfUnits

# At the door or within a week; did you use the service, after a month to three (Kirkpatrick levels 1 and 3).
RATED_WITHIN: Final = timedelta(days=7)
USED_AFTER: Final = timedelta(days=30)
USED_WITHIN: Final = timedelta(days=90)
# Paper of an event is typed in later than it was filled in.
TYPED_WITHIN: Final = timedelta(days=120)


class Scale(models.IntegerChoices):
    """Four steps, as in the satisfaction survey: nobody can stay in the middle."""

    NOT = 1, _("Not at all")
    LITTLE = 2, _("A little")
    GOOD = 3, _("Yes")
    VERY = 4, _("Very much")


class Way(models.TextChoices):
    """How an answer came in; a code is one of a registration, a link can be opened by anybody."""

    CODE = "code", _("with a receipt code")
    OPEN = "open", _("by the QR code on the way out")
    PAPER = "paper", _("typed in from paper")


class OpinionQuerySet(RowsOfUnits):
    of_unit = "event__unit"

    def of(self, event: Event) -> Self:
        return self.filter(event=event)


class RatingQuerySet(OpinionQuerySet):
    def written(self) -> Self:
        """Those with words of their own."""
        return self.exclude(missing__in=("", ERASED))

    def unread(self) -> Self:
        return self.written().filter(read_at=None)

    def released(self) -> Self:
        """Those whose words everybody may read, the newest first."""
        return self.filter(released_at__isnull=False).order_by("-released_at", "-pk")


class Opinion(models.Model):
    """What every kind of answer has in common: once per form, once per receipt code."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="%(class)ss", verbose_name=_("activity"))
    way = models.CharField(_("came in"), max_length=8, choices=Way.choices)
    # Of the key of the form it was sent with: a second sending finds the first.
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Of the receipt code, or empty; keyed otherwise than the registration keeps it.
    respondent = models.CharField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField(_("when"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("typed in by"),
    )

    objects: ClassVar = OpinionQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @classmethod
    def window(cls, event: Event) -> tuple[datetime, datetime]:
        """From when until when residents may answer."""
        raise NotImplementedError

    @classmethod
    def is_asked(cls, event: Event, at: datetime) -> bool:
        """Whether residents may answer now; never about something that did not take place."""
        begins, ends = cls.window(event)
        return event.decision in (Decision.PUBLISHED, Decision.HELD) and begins <= at < ends

    @classmethod
    def take(
        cls,
        event: Event,
        said: dict[str, Any],
        *,
        form_key: str,
        at: datetime,
        code: str = "",
        by: Any = None,
    ) -> tuple[Self, bool]:
        """Keeps an answer; a second sending, and a second answer with one code, gets the first. Says if it is new."""
        if by is None and not cls.is_asked(event, at):
            raise ValidationError(_("This is not asked now. Thank you all the same."), code="closed")
        if by is not None and not event.starts_at <= at < event.ends_at + TYPED_WITHIN:
            raise ValidationError(
                _("Nobody can have answered this yet, or it is too long ago."), code="closed"
            )
        respondent = respondent_of(cls, event, code) if code else ""
        way = Way.PAPER if by is not None else Way.CODE if code else Way.OPEN
        opinion = cls(
            event=event,
            way=way,
            form_key_hash=key_hash(form_key),
            respondent=respondent,
            at=at,
            entered_by=by,
            **said,
        )
        opinion.prepare()
        try:
            with transaction.atomic():
                opinion.save()
        except IntegrityError:
            known = Q(form_key_hash=opinion.form_key_hash)
            if respondent:
                known |= cls.same_respondent(opinion)
            if first := cls.objects.filter(known).first():
                return first, False
            raise
        return opinion, True

    @classmethod
    def same_respondent(cls, opinion: Any) -> Q:
        return Q(event=opinion.event, respondent=opinion.respondent)

    def prepare(self) -> None:
        """Completes what follows from what was said, and refuses what says nothing."""


def respondent_of(kind: type[models.Model], event: Event, code: str) -> str:
    """What is kept of a receipt code; another word in every table and for every event."""
    return keyed_hash(f"outreach.{kind._meta.model_name}.{event.pk}", code)


def once_per_code(name: str, *more: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        name=name,
        fields=("event", *more, "respondent"),
        condition=~Q(respondent=""),
        violation_error_message=_("This code has answered already."),
    )


class EventRating(Commented, Opinion):
    """Was it useful, was it clear, what was missing."""

    usefulness = models.PositiveSmallIntegerField(_("useful"), choices=Scale.choices, null=True, blank=True)
    clarity = models.PositiveSmallIntegerField(_("clear"), choices=Scale.choices, null=True, blank=True)
    missing = models.CharField(_("what was missing"), max_length=500, blank=True)
    # Nobody but staff reads what was written, until one of them has looked and shows it.
    read_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("read at"), null=True, blank=True, editable=False
    )
    released_text = models.CharField(_("shown words"), max_length=500, blank=True)
    released_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("shown since"), null=True, blank=True, editable=False
    )

    objects: ClassVar = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating of an activity")
        verbose_name_plural = _("ratings of activities")
        ordering = ("-at", "-pk")
        default_permissions = ("add", "view")
        permissions = (("release_eventrating", "Can read and show what people wrote about activities"),)
        indexes = (models.Index(fields=("event", "at"), name="event_rating_by_event"),)
        constraints = (
            once_per_code("event_rating_once_per_code"),
            models.CheckConstraint(
                name="event_rating_says_something",
                condition=Q(usefulness__isnull=False) | Q(clarity__isnull=False) | ~Q(missing=""),
                violation_error_message=_("Choose one answer first; one is enough"),
            ),
            models.CheckConstraint(
                name="event_rating_within_scale",
                condition=(Q(usefulness__isnull=True) | Q(usefulness__range=(1, 4)))
                & (Q(clarity__isnull=True) | Q(clarity__range=(1, 4))),
                violation_error_message=_("Choose one of the answers."),
            ),
            models.CheckConstraint(
                name="event_rating_released_words",
                condition=Q(released_at__isnull=True) | ~Q(released_text=""),
                violation_error_message=_("Write the words that are to be shown."),
            ),
        )

    @classmethod
    def window(cls, event: Event) -> tuple[datetime, datetime]:
        return event.starts_at, event.ends_at + RATED_WITHIN

    def prepare(self) -> None:
        self.missing = self.missing.strip()
        if self.usefulness is None and self.clarity is None and not self.missing:
            raise ValidationError(_("Choose one answer first; one is enough"), code="empty")


class AfterUse(Opinion):
    """A month to three later: did you use the service it was about."""

    class Answer(models.TextChoices):
        USED = "used", _("Yes, and it worked")
        TRIED = "tried", _("I tried, and it did not work")
        NOT_YET = "not_yet", _("Not yet")
        NO_NEED = "no_need", _("I do not need it")

    answer = models.CharField(_("used the service"), max_length=8, choices=Answer.choices)
    words = models.CharField(_("what got in the way"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("answer about later use")
        verbose_name_plural = _("answers about later use")
        ordering = ("-at", "-pk")
        default_permissions = ("add", "view")
        constraints = (once_per_code("after_use_once_per_code"),)

    @classmethod
    def window(cls, event: Event) -> tuple[datetime, datetime]:
        return event.ends_at + USED_AFTER, event.ends_at + USED_WITHIN

    def prepare(self) -> None:
        self.words = self.words.strip()
        if self.answer not in self.Answer.values:
            raise ValidationError(_("Choose one of the answers."), code="empty")


class UnderstandingItem(Remembered):
    """A question asked before and after: with one right answer, or how sure somebody is from 1 to 5."""

    class Kind(models.TextChoices):
        RIGHT = "right", _("one right answer")
        SCALE = "scale", _("how sure, from 1 to 5")

    event = models.ForeignKey(
        Event, models.CASCADE, related_name="understanding_items", verbose_name=_("activity")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("question"), max_length=250)
    kind = models.CharField(_("answer"), max_length=8, choices=Kind.choices, default=Kind.RIGHT)
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One on each line; a star * before the right one.")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("question before and after")
        verbose_name_plural = _("questions before and after")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.kind == self.Kind.RIGHT and (len(self.lines) < 2 or self.right is None):
            raise ValidationError(
                {
                    "choices": _(
                        "Write at least two choices, one on each line, and a star before the right one."
                    )
                }
            )

    @property
    def lines(self) -> list[str]:
        written = (line.strip().removeprefix("*").strip() for line in self.choices.splitlines())
        return [line for line in written if line]

    @property
    def right(self) -> int | None:
        """Which choice is right, from 1; None unless exactly one has the star."""
        lines = [line.strip() for line in self.choices.splitlines() if line.strip(" *")]
        starred = [number for number, line in enumerate(lines, start=1) if line.startswith("*")]
        return starred[0] if len(starred) == 1 else None

    @property
    def answers(self) -> list[tuple[int, str]]:
        if self.kind == self.Kind.SCALE:
            return [(number, str(number)) for number in range(1, 6)]
        return list(enumerate(self.lines, start=1))

    @property
    def best(self) -> int:
        return 5 if self.kind == self.Kind.SCALE else 1

    def score(self, chosen: int | None) -> int:
        """Points of an answer; a skipped question has none."""
        if chosen is None:
            return 0
        return chosen if self.kind == self.Kind.SCALE else int(chosen == self.right)


class UnderstandingSheet(Opinion):
    """One sheet before or after, tied to its twin by a code the person made up of what only they know."""

    class Phase(models.TextChoices):
        BEFORE = "before", pgettext_lazy("sheet", "before")
        AFTER = "after", pgettext_lazy("sheet", "after")

    phase = models.CharField(_("sheet"), max_length=6, choices=Phase.choices)
    # What was chosen, in the order of the questions; null where skipped.
    answers = models.JSONField(_("answers"), default=list)
    score = models.PositiveSmallIntegerField(_("points"), default=0)
    out_of = models.PositiveSmallIntegerField(_("of"), default=0)

    class Meta:
        verbose_name = _("sheet before or after")
        verbose_name_plural = _("sheets before and after")
        ordering = ("-at", "-pk")
        default_permissions = ("add", "view")
        constraints = (
            once_per_code("understanding_sheet_once_per_code", "phase"),
            models.CheckConstraint(
                name="understanding_score_within_sheet",
                condition=Q(score__lte=models.F("out_of")),
                violation_error_message=_("More points than the sheet has."),
            ),
        )

    @classmethod
    def window(cls, event: Event) -> tuple[datetime, datetime]:
        return event.starts_at - timedelta(days=1), event.ends_at + RATED_WITHIN

    @classmethod
    def same_respondent(cls, opinion: Any) -> Q:
        return super().same_respondent(opinion) & Q(phase=opinion.phase)

    def prepare(self) -> None:
        items = list(self.event.understanding_items.all())
        chosen: Sequence[int | None] = self.answers
        if len(chosen) != len(items):
            raise ValidationError(
                _("The questions have changed meanwhile. Look at them again."), code="changed"
            )
        if not any(one is not None for one in chosen):
            raise ValidationError(_("Choose one answer first; one is enough"), code="empty")
        self.score = sum(item.score(one) for item, one in zip(items, chosen, strict=True))
        self.out_of = sum(item.best for item in items)


def self_made_code(typed: str) -> str:
    """The code as it is compared: letters and digits alone, large; it is never stored as it stands."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:40]


def now_asked(event: Event, at: datetime | None = None) -> list[str]:
    """Which of the three are asked of residents now: “rating”, “understanding”, “use”."""
    at = at or timezone.now()
    asked = {"rating": EventRating, "understanding": UnderstandingSheet, "use": AfterUse}
    return [name for name, kind in asked.items() if kind.is_asked(event, at)]
