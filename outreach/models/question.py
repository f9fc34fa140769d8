"""What residents ask about an event, before it, while it goes on or shortly after; nobody says who they are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.channels import Channel
from outreach.models.deciding import Decision
from outreach.models.event import Event
from portal.shared.history import Remembered, recorded
from portal.shared.leaks import Leak, leaks
from portal.shared.receipt import key_hash, keyed_hash
from portal.shared.search import Searchable, SearchQuerySet
from services.models import Service
from services.models.organization import RowsOfUnits

# What comes to mind on the way home can still be asked.
ASKED_AFTER: Final = timedelta(days=7)
NO_WORDS: Final = _("Write your question, one sentence is enough")


class QuestionState(models.TextChoices):
    NEW = "new", _("not read yet")
    SHORTLISTED = "shortlisted", _("will be answered")
    ANSWERED = "answered", _("answered")
    HIDDEN = "hidden", _("not shown")


SHOWN: Final = (QuestionState.SHORTLISTED, QuestionState.ANSWERED)


class QuestionQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "event__unit"

    def shown(self) -> Self:
        """Those everybody may read: a moderator has looked at their words, and the event has a page."""
        return self.filter(state__in=SHOWN).exclude(event__decision=Decision.DRAFT)

    def answered(self) -> Self:
        """Those with an answer to read."""
        return self.shown().filter(state=QuestionState.ANSWERED).exclude(answer="")

    def about(self, service: Service) -> Self:
        return self.filter(event__services=service)

    def liked_first(self) -> Self:
        return self.order_by("-likes", "asked_at", "pk")


class Question(Searchable, Remembered):
    """One question to an event. `text` is what was sent, `shown` what everybody reads: a moderator writes it."""

    State = QuestionState

    class Way(models.TextChoices):
        SITE = "site", _("on this site")
        PAPER = "paper", _("on paper")
        ALOUD = "aloud", _("aloud")

    event = models.ForeignKey(Event, models.PROTECT, related_name="questions", verbose_name=_("activity"))
    text = models.CharField(_("as it was asked"), max_length=500, editable=False)
    shown = models.CharField(
        _("as everybody reads it"),
        max_length=500,
        blank=True,
        help_text=_("Short, and without anything that tells who asked or about whom."),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.NEW, editable=False
    )
    reason = models.CharField(_("why it is not shown"), max_length=250, blank=True, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.CharField(
        _("who answers"), max_length=120, blank=True, help_text=_("The function, for example: Puskesmas.")
    )
    was_answered_live = models.BooleanField(_("answered at the activity"), default=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    likes = models.PositiveIntegerField(_("others want to know too"), default=0, editable=False)
    way = models.CharField(_("came in"), max_length=8, choices=Way.choices, default=Way.SITE)
    heard_from = models.CharField(
        _("heard of it by"), max_length=12, choices=Channel.choices, blank=True, editable=False
    )
    suspicion = models.CharField(_("look twice"), max_length=200, blank=True, editable=False)
    # Of the key of the form it was sent with: a second sending finds the first.
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )

    search_name = "shown"
    not_remembered = (*Remembered.not_remembered, "likes", "form_key_hash")
    not_restored = ("state", "reason", "answered_at")
    objects: ClassVar = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to an activity")
        verbose_name_plural = _("questions to activities")
        ordering = ("-asked_at", "-pk")
        default_permissions = ("view",)
        permissions = (("moderate_question", "Can choose, answer and hide questions of residents"),)
        indexes = (models.Index(fields=("event", "state", "-likes"), name="question_of_event"),)
        constraints = (
            models.CheckConstraint(
                name="question_shown_in_words",
                condition=~Q(state__in=("shortlisted", "answered")) | ~Q(shown=""),
                violation_error_message=_("Write the question as everybody will read it."),
            ),
            models.CheckConstraint(
                name="question_answered_with_words_or_live",
                condition=~Q(state="answered")
                | (Q(answered_at__isnull=False) & (~Q(answer="") | Q(was_answered_live=True))),
                violation_error_message=_("Write the answer, or say that it was given at the activity."),
            ),
            models.CheckConstraint(
                name="question_hidden_with_a_reason",
                condition=~Q(state="hidden") | ~Q(reason=""),
                violation_error_message=_("Say why it is not shown. Only staff read it."),
            ),
        )

    def __str__(self) -> str:
        return (self.shown or self.text)[:80]

    def search_parts(self) -> tuple[str, str]:
        """Only what everybody may read can be searched for."""
        if self.state != self.State.ANSWERED:
            return "", ""
        return self.shown, self.answer

    def get_absolute_url(self) -> str:
        return f"{self.event.get_absolute_url()}#tanya-{self.pk}"

    @property
    def leaks(self) -> list[Leak]:
        """What in the words that are, or would be, shown may tell who somebody is."""
        return leaks(self.shown or self.text)

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN

    def shortlist(self, shown: str, *, by: Any, at: datetime | None = None) -> None:
        """Shows it to everybody in these words; an answer that was there stays there."""
        shown = shown.strip()
        if not shown:
            raise ValidationError(_("Write the question as everybody will read it."), code="words_missing")
        with recorded(self, verb="shortlist", by=by, at=at or timezone.now()):
            self.refresh_from_db()
            self.shown, self.reason = shown, ""
            if self.state != self.State.ANSWERED:
                self.state = self.State.SHORTLISTED
            self.save()

    def reply(
        self,
        answer: str,
        *,
        by: Any,
        who: str = "",
        live: bool = False,
        shown: str = "",
        at: datetime | None = None,
    ) -> None:
        """Answers it in public; `live` says that it was answered at the event, words may then follow later."""
        at, answer, shown = at or timezone.now(), answer.strip(), shown.strip()
        if not (answer or live):
            raise ValidationError(
                _("Write the answer, or say that it was given at the activity."), code="answer_missing"
            )
        with recorded(self, verb="answer", by=by, at=at):
            self.refresh_from_db()
            self.shown = shown or self.shown
            if not self.shown:
                raise ValidationError(
                    _("Write the question as everybody will read it."), code="words_missing"
                )
            self.answer = answer or self.answer
            self.answered_by = who.strip() or self.answered_by
            self.was_answered_live = self.was_answered_live or live
            self.answered_at = self.answered_at or at
            self.state, self.reason = self.State.ANSWERED, ""
            self.save()

    def hide(self, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Nobody but staff reads it; the reason stays with it."""
        reason = reason.strip()
        if not reason:
            raise ValidationError(_("Say why it is not shown. Only staff read it."), code="reason_missing")
        with recorded(self, verb="hide", by=by, at=at or timezone.now(), reason=reason):
            self.refresh_from_db()
            self.state, self.reason = self.State.HIDDEN, reason
            self.save()


class QuestionLike(models.Model):
    """“I want to know this too”: once for each form that was shown, and nothing about whoever pressed."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="liked")
    token = models.CharField(max_length=64, editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("like of a question")
        verbose_name_plural = _("likes of questions")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="question_liked_once",
                fields=("question", "token"),
                violation_error_message=_("You have said so already. Thank you."),
            ),
        )

    def __str__(self) -> str:
        return f"like {self.pk}"


def takes_questions(event: Event, at: datetime) -> bool:
    """Whether residents may ask now: from the day it is published until some days after; not when called off."""
    is_on = event.decision in (Decision.PUBLISHED, Decision.HELD, Decision.POSTPONED)
    return is_on and at < event.ends_at + ASKED_AFTER


def ask(
    event: Event,
    text: str,
    *,
    form_key: str,
    at: datetime,
    by: Any = None,
    way: str = Question.Way.SITE,
    heard_from: str = "",
    suspicion: str = "",
) -> tuple[Question, bool]:
    """Keeps a question until a moderator has read it; the same form sent again finds the first. Says if it is new."""
    text = " ".join(text.split())
    if not text:
        raise ValidationError(NO_WORDS, code="empty")
    if by is None and not takes_questions(event, at):
        raise ValidationError(_("Questions are no longer taken for this activity."), code="closed")
    question = Question(
        event=event,
        text=text[:500],
        way=way,
        heard_from=heard_from,
        suspicion=suspicion,
        form_key_hash=key_hash(form_key),
        asked_at=at,
        entered_by=by,
    )
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError:
        first = Question.objects.filter(form_key_hash=question.form_key_hash).first()
        if first is None:
            raise
        return first, False
    return question, True


def like(question: Question, token: str) -> bool:
    """Counts one more who wants to know; False when this token has said so before, or nobody may read it yet."""
    if not question.is_shown:
        return False
    try:
        with transaction.atomic():
            QuestionLike.objects.create(question=question, token=token_hash(token))
            # Neither content version nor history: likes are many, and no page kept by caches shows their number.
            Question.objects.filter(pk=question.pk).update(likes=F("likes") + 1)
    except IntegrityError:
        return False
    return True


def liked_with(token: str, questions: Iterable[Question]) -> set[int]:
    """Which of these questions this token has liked."""
    rows = QuestionLike.objects.filter(token=token_hash(token), question__in=list(questions))
    return set(rows.values_list("question_id", flat=True))


def token_hash(token: str) -> str:
    return keyed_hash("outreach.question.like", token)
