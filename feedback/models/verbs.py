"""What is done with a case. Each verb checks, changes, writes history and queues letters in one transaction."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from feedback import deadlines, letters
from feedback.lifecycle import ENDED, OPEN, Status, is_allowed, moves_from, needs_reason
from feedback.models.reach import is_part_of
from portal.shared import content_version
from portal.shared.history import name_of, recorded
from portal.shared.templatetags.indonesia import long_date

OFFICE, RESIDENT, CLOCK = "office", "resident", "clock"
NOT_ALLOWED = _("A case that is “%(from)s” cannot become “%(to)s”.")
REASON_MISSING = _("Say why in one or two sentences: the resident reads them.")
TEXT_MISSING = _("Write a sentence first.")
# Written to residents in the language they wrote in.
ASKED_AGAIN = gettext_noop(
    "We asked you something and have not heard from you. Without your reply we cannot go on: if we hear nothing "
    "by %(date)s, we end your case. You can open it again afterwards."
)
NEVER_HEARD = gettext_noop(
    "We asked you twice and have not heard from you, so we could not go on. If it still matters, say so on the "
    "page of your case, and we open it again."
)
NOT_HERE = _("This cannot be corrected here.")
# What staff correct as long as they find it wrong; words of residents are not among it.
CORRECTABLE = frozenset(
    (
        *("kind", "category", "is_oversight", "unit", "handler", "title", "service", "location"),
        *("public_work", "event", "area", "rt", "rw", "happened_on", "is_about_staff", "about_unit"),
    )
)
NOBODYS_UNIT = _("Say first which unit that person belongs to: until then no unit can read the case.")
OWN_UNIT = _("The case is about somebody of this unit. Choose another one, for example the one above it.")


class Moving(models.Model):
    """The verbs of a case; everything that changes its status goes through `move`."""

    class Meta:
        abstract = True

    # The one way from status to status

    def move(
        self: Any,
        to: str,
        *,
        by: Any = None,
        side: str = OFFICE,
        at: datetime,
        reason: str = "",
        **changes: Any,
    ) -> None:
        """Takes the case to another status together with `changes` of its columns, and remembers the move.

        Raises ValidationError (`not_allowed`, `reason_missing`, or `moved` when somebody else was quicker).
        """
        was, reason = self.status, reason.strip()
        if not is_allowed(was, to, self.waiting_from):
            words = {"from": Status(was).label, "to": Status(to).label}
            raise ValidationError(NOT_ALLOWED, code="not_allowed", params=words)
        if needs_reason(was, to) and not reason and side == OFFICE:
            raise ValidationError(REASON_MISSING, code="reason_missing")
        changes |= {"status": to, "status_at": at, **self._clock_after(to, at)}
        with transaction.atomic():
            # Not read and then written: of two clerks at once one is told, also of two that assign it anew.
            if not self.unmoved().update(**changes):
                self.refresh_from_db()
                words = {"status": Status(self.status).label}
                raise ValidationError(
                    _("Somebody else was quicker: this case is now “%(status)s”."), code="moved", params=words
                )
            for name, value in changes.items():
                setattr(self, name, value)
            self.status_changes.create(
                from_status=was,
                to_status=to,
                at=at,
                side=side,
                by=by if getattr(by, "pk", None) else None,
                by_name=name_of(by),
                unit_name=str(self.unit or ""),
                reason=reason,
                due_on=self.due_on,
            )
            if self.is_released:
                content_version.bump()

    def unmoved(self: Any) -> Any:
        """Its row, as long as nobody has moved it since it was read."""
        return type(self).objects.filter(pk=self.pk, status=self.status, status_at=self.status_at)

    def _clock_after(self: Any, to: str, at: datetime) -> dict[str, Any]:
        """The columns of the clock after a move: waiting pauses it, ending stops it, reopening starts it again."""
        changes: dict[str, Any] = {}
        if to == Status.WAITING:
            changes |= {"waiting_from": self.status, "waiting_since": at}
        elif self.status == Status.WAITING:
            changes |= {"waiting_from": "", "waiting_since": None, **deadlines.after_waiting(self, at)}
            if "due_on" in changes:
                changes["escalated"] = 0
        if to in ENDED and self.closed_at is None:
            changes["closed_at"] = at
        if to in ENDED:
            changes["heard_at"] = None
        if to in OPEN and self.status in ENDED:
            changes |= {"closed_at": None, "escalated": 0}
        if self.status == Status.RECEIVED and to == Status.VERIFIED:
            # Until now it was the promise to read it that counted.
            changes["escalated"] = 0
        return changes

    def hold(self: Any) -> None:
        """Reads the case anew and keeps it so until the transaction ends: nobody moves it meanwhile."""
        rows = type(self).objects.select_for_update(no_key=True)
        self.refresh_from_db(from_queryset=rows)

    # What the office does

    def verify(self: Any, *, by: Any, at: datetime | None = None, **facts: Any) -> None:
        """A clerk has read it and knows what it is about; `facts` are corrected first."""
        at = at or timezone.now()
        with transaction.atomic():
            self.correct(by=by, at=at, **facts)
            self.move(Status.VERIFIED, by=by, at=at)

    def correct(self: Any, *, by: Any, at: datetime | None = None, reason: str = "", **facts: Any) -> None:
        """Puts right what the case is about and who has it (`CORRECTABLE`), without moving it.

        Until it is verified the promise follows what it depends on; afterwards it stays as the resident was told.
        """
        if facts.keys() - CORRECTABLE:
            raise ValidationError(NOT_HERE, code="not_here")
        changed = {name for name, value in facts.items() if getattr(self, name) != value}
        if not changed:
            return
        with recorded(self, verb="correct", by=by, at=at, reason=reason, is_public=self.is_released):
            for name in changed:
                setattr(self, name, facts[name])
            if self.is_unread and changed & deadlines.DECISIVE:
                deadlines.promise(self, self.received_at)
                self.escalated = 0
                changed |= {"verify_by", "due_on", "promised_days", "promise_source", "escalated"}
            self.save(update_fields=sorted(changed))

    @property
    def is_unread(self: Any) -> bool:
        """Whether nobody has verified it yet, also while a question about it is open."""
        return Status.RECEIVED in {self.status, self.waiting_from}

    def assign(
        self: Any,
        unit: Any,
        *,
        by: Any,
        at: datetime | None = None,
        reason: str = "",
        handler: Any = None,
    ) -> None:
        """Passes the case to the unit that has to answer it; from unit to unit with a reason."""
        if self.is_about_staff and self.about_unit is None:
            raise ValidationError(NOBODYS_UNIT, code="nobodys_unit")
        if self.is_about_staff and is_part_of(unit, self.about_unit):
            raise ValidationError(OWN_UNIT, code="own_unit")
        facts = {"unit": unit, "handler": handler, "is_news_to_unit": True}
        self.move(Status.ASSIGNED, by=by, at=at or timezone.now(), reason=reason, **facts)

    def start(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """The unit works on it; whoever says so handles it."""
        known = {"handler": by, "is_news_to_unit": False}
        self.move(Status.IN_PROGRESS, by=by, at=at or timezone.now(), **known)

    def ask(self: Any, text: str, *, by: Any, at: datetime | None = None) -> None:
        """Asks the resident something; the clock stands still until they answer."""
        at, text = at or timezone.now(), stated(text)
        with transaction.atomic():
            self.move(Status.WAITING, by=by, at=at)
            self._write(OFFICE, "question", text, by=by, at=at)
            letters.tell_question(self, text, at)

    def answer(self: Any, text: str, *, by: Any, at: datetime | None = None) -> None:
        """The office says what it did; the resident will say whether it is settled."""
        at, text = at or timezone.now(), stated(text)
        with transaction.atomic():
            self.move(Status.ANSWERED, by=by, at=at, answered_at=at)
            for one in self.with_duplicates():
                one._write(OFFICE, "answer", text, by=by, at=at)
                letters.tell_answer(one, text, at)

    def pass_on(self: Any, where: str, *, by: Any, at: datetime | None = None) -> None:
        """Not ours: says who is in charge and how to get there."""
        self._end(Status.NOT_OURS, where, by=by, at=at or timezone.now())

    def decline(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Cannot be done: says why, and what else the resident can do."""
        self._end(Status.CANNOT, reason, by=by, at=at or timezone.now())

    def _end(self: Any, to: str, reason: str, *, by: Any = None, side: str = OFFICE, at: datetime) -> None:
        with transaction.atomic():
            self.move(to, by=by, side=side, at=at, reason=reason)
            tell = letters.tell_unheard if side == CLOCK else letters.tell_ending
            tell(self, reason, at)
            for one in self.duplicates_now():
                one._write(OFFICE, "answer", reason.strip(), by=by, at=at)
                letters.tell_word(one, reason.strip(), at)

    def archive(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Puts it away: nonsense, or nothing an office can act on; it can be brought back.

        Who sent it hears why, unless it had ended before or looks like no honest sending at all.
        """
        is_news = self.status not in ENDED and not self.suspicion
        with transaction.atomic():
            self.move(Status.ARCHIVED, by=by, at=at or timezone.now(), reason=reason)
            if is_news:
                letters.tell_ending(self, reason.strip(), self.status_at)

    def bring_back(self: Any, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """Takes a case put away up again, or one joined with another apart; the promise is still the first."""
        at = at or timezone.now()
        if self.status == Status.DUPLICATE:
            self.unjoin(by=by, at=at, reason=reason)
        else:
            self.move(Status.VERIFIED, by=by, at=at, reason=reason, duplicate_of=None)

    def take_question_back(self: Any, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """Goes on without the resident's reply, where the question was asked; the days waited are given back."""
        if self.status != Status.WAITING:
            words = {"from": Status(self.status).label, "to": Status.IN_PROGRESS.label}
            raise ValidationError(NOT_ALLOWED, code="not_allowed", params=words)
        self.move(self.waiting_from, by=by, at=at or timezone.now(), reason=reason)

    def note(self: Any, text: str, *, by: Any, at: datetime | None = None) -> None:
        """Tells colleagues something; the resident never reads it."""
        self.notes.create(text=stated(text), at=at or timezone.now(), by=by, by_name=name_of(by))

    def write(
        self: Any, text: str, *, by: Any, at: datetime | None = None, to_everyone: bool = False
    ) -> None:
        """Sends the resident a word without asking anything; changes no status.

        To those who told the same (`to_everyone`) only on demand: it may speak of one person's matters.
        """
        at, text = at or timezone.now(), stated(text)
        with transaction.atomic():
            for one in self.with_duplicates() if to_everyone else [self]:
                one._write(OFFICE, "word", text, by=by, at=at)
                letters.tell_word(one, text, at)

    # What the resident does, with number and secret

    def hear(self: Any, text: str, *, at: datetime, form_key_hash: str) -> None:
        """The resident writes; what waited for them goes on. The same form sent twice is one message."""
        text = stated(text)
        with transaction.atomic():
            # Held, so that what the office does at the same moment cannot cost the resident their words.
            self.hold()
            if self.messages.filter(form_key_hash=form_key_hash).exists():
                return
            self._write(RESIDENT, "word", text, at=at, form_key_hash=form_key_hash)
            if self.status == Status.WAITING:
                self.move(self.waiting_from, side=RESIDENT, at=at)
            self.point_to(at)

    def rate(self: Any, verdict: str, *, at: datetime, words: str = "") -> None:
        """The resident says whether the answer settled it: “not yet” opens the case again.

        Who told the same as another (a duplicate) rates the common answer; theirs opens the common case. Sent
        twice it is one rating; a second opinion on one answer is refused (`rated`), what cannot be rated too.
        """
        with transaction.atomic():
            self.hold()
            case = self.main_case
            if case is not self:
                case.hold()
            last = self.ratings.first()
            answered_at = case.answered_at or case.closed_at
            if case.status not in ENDED or answered_at is None:
                if last and (last.verdict, last.words) == (verdict, words.strip()):
                    return
                given = {"from": Status(case.status).label, "to": Status.SETTLED.label}
                raise ValidationError(NOT_ALLOWED, code="not_allowed", params=given)
            if last and last.answered_at == answered_at:
                if (last.verdict, last.words) == (verdict, words.strip()):
                    return
                raise ValidationError(_("This answer has been rated already."), code="rated")
            if verdict == "not":
                if words.strip():
                    # Beside the answer it speaks of, and not only in the list of moves.
                    self._write(RESIDENT, "word", words.strip(), at=at)
                case.reopen(words if case is self else "", side=RESIDENT, at=at)
            elif case is self and case.status == Status.ANSWERED:
                self.move(Status.SETTLED, side=RESIDENT, at=at)
            self.ratings.create(verdict=verdict, words=words.strip(), at=at, answered_at=answered_at)
            if case is not self:
                self.point_to(at)

    def reopen(self: Any, reason: str, *, at: datetime, by: Any = None, side: str = OFFICE) -> None:
        """Begins again with a promise of its own: the answer did not help, or new facts came."""
        with transaction.atomic():
            again = {"reopened_count": self.reopened_count + 1, "answered_at": None, "waited_days": 0}
            again |= {
                "rested_days": deadlines.rested(self, at),
                "is_news_to_unit": self.unit_id is not None,
            }
            self.waited_days = 0
            again |= deadlines.terms(self, at) | {"verify_by": self.verify_by}
            self.move(Status.REOPENED, by=by, side=side, at=at, reason=reason, **again)
            for one in self.with_duplicates():
                letters.tell_reopened(one, at)

    # What the clock does

    def settle_silently(self: Any, *, at: datetime) -> None:
        """Nobody objected to the answer for as long as the portal waits."""
        self.move(Status.SETTLED, side=CLOCK, at=at)

    def ask_again(self: Any, until: date, *, at: datetime) -> None:
        """Nobody replied to the question: once more, with the day on which the case ends without a reply."""
        with transaction.atomic():
            self.hold()
            asked = self.messages.filter(kind="reminder", at__gte=self.waiting_since or at)
            if self.status != Status.WAITING or asked.exists():
                words = {"from": Status(self.status).label, "to": Status.WAITING.label}
                raise ValidationError(NOT_ALLOWED, code="not_allowed", params=words)
            question = self.messages.filter(kind="question").last()
            with translation.override(self.language):
                text = gettext(ASKED_AGAIN) % {"date": long_date(until)}
            self._write(OFFICE, "reminder", text, at=at)
            letters.tell_question(self, "\n\n".join(filter(None, (question and question.text, text))), at)

    def end_unheard(self: Any, *, at: datetime) -> None:
        """Nobody replied when asked once more either; writing to us opens it again."""
        if self.status != Status.WAITING:
            words = {"from": Status(self.status).label, "to": Status.CANNOT.label}
            raise ValidationError(NOT_ALLOWED, code="not_allowed", params=words)
        self._end(Status.CANNOT, self.in_their_language(NEVER_HEARD), side=CLOCK, at=at)

    def _write(
        self: Any, side: str, kind: str, text: str, *, at: datetime, by: Any = None, **more: Any
    ) -> None:
        unit_name = str(self.unit or "") if side == OFFICE else ""
        self.messages.create(side=side, kind=kind, text=text, at=at, by=by, unit_name=unit_name, **more)
        self.heard_at = at if side == RESIDENT else None
        type(self).objects.filter(pk=self.pk).update(heard_at=self.heard_at)


def stated(text: str) -> str:
    """The text without blanks around it; refuses an empty one."""
    if not text.strip():
        raise ValidationError(TEXT_MISSING, code="text_missing")
    return text.strip()


__all__ = ["CLOCK", "CORRECTABLE", "OFFICE", "RESIDENT", "Moving", "moves_from", "stated"]
