"""What is done with a case. Each verb checks, changes, writes history and queues letters in one transaction."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback import letters
from feedback.lifecycle import ENDED, MOVES, OPEN, Status, is_allowed, needs_reason
from feedback.models.reach import is_part_of
from portal.shared import content_version
from portal.shared.history import name_of

OFFICE, RESIDENT, CLOCK = "office", "resident", "clock"
NOT_ALLOWED = _("A case that is “%(from)s” cannot become “%(to)s”.")
REASON_MISSING = _("Say why in one or two sentences: the resident reads them.")
TEXT_MISSING = _("Write a sentence first.")
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
        if not is_allowed(was, to):
            words = {"from": Status(was).label, "to": Status(to).label}
            raise ValidationError(NOT_ALLOWED, code="not_allowed", params=words)
        if needs_reason(was, to) and not reason and side == OFFICE:
            raise ValidationError(REASON_MISSING, code="reason_missing")
        changes |= {"status": to, "status_at": at, **self._clock_after(to, at)}
        with transaction.atomic():
            # Not read and then written: of two clerks at once one is told.
            if not type(self).objects.filter(pk=self.pk, status=was).update(**changes):
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
            )
            if self.is_released:
                content_version.bump()

    def _clock_after(self: Any, to: str, at: datetime) -> dict[str, Any]:
        """The columns of the clock after a move: waiting pauses it, ending stops it, reopening starts it again."""
        changes: dict[str, Any] = {}
        if to == Status.WAITING:
            changes |= {"waiting_from": self.status, "waiting_since": at}
        elif self.status == Status.WAITING:
            changes |= {"waiting_from": "", "waiting_since": None, "due_on": self.due_after_waiting(at)}
        if to in ENDED and self.closed_at is None:
            changes["closed_at"] = at
        if to in OPEN and self.status in ENDED:
            changes |= {"closed_at": None, "escalated": 0}
        return changes

    def due_after_waiting(self: Any, at: datetime) -> Any:
        """The promised day, later by the working days on which the office waited for the resident."""
        return self.due_on

    # What the office does

    def verify(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """A clerk has read it and knows what it is about."""
        self.move(Status.VERIFIED, by=by, at=at or timezone.now())

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
        if self.is_about_staff and self.about_unit and is_part_of(unit, self.about_unit):
            raise ValidationError(OWN_UNIT, code="own_unit")
        self.move(Status.ASSIGNED, by=by, at=at or timezone.now(), reason=reason, unit=unit, handler=handler)

    def start(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """The unit works on it; whoever says so handles it."""
        self.move(Status.IN_PROGRESS, by=by, at=at or timezone.now(), handler=by)

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
            self._write(OFFICE, "answer", text, by=by, at=at)
            letters.tell_answer(self, text, at)

    def pass_on(self: Any, where: str, *, by: Any, at: datetime | None = None) -> None:
        """Not ours: says who is in charge and how to get there."""
        with transaction.atomic():
            self.move(Status.NOT_OURS, by=by, at=at or timezone.now(), reason=where)
            letters.tell_ending(self, where, self.status_at)

    def decline(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Cannot be done: says why, and what else the resident can do."""
        with transaction.atomic():
            self.move(Status.CANNOT, by=by, at=at or timezone.now(), reason=reason)
            letters.tell_ending(self, reason, self.status_at)

    def archive(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Puts it away: nonsense, or nothing an office can act on; it can be brought back."""
        self.move(Status.ARCHIVED, by=by, at=at or timezone.now(), reason=reason)

    def bring_back(self: Any, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """Takes a case put away, or joined with another, up again."""
        self.move(Status.VERIFIED, by=by, at=at or timezone.now(), reason=reason, duplicate_of=None)

    def note(self: Any, text: str, *, by: Any, at: datetime | None = None) -> None:
        """Tells colleagues something; the resident never reads it."""
        self.notes.create(text=stated(text), at=at or timezone.now(), by=by, by_name=name_of(by))

    def write(self: Any, text: str, *, by: Any, at: datetime | None = None) -> None:
        """Sends the resident a word without asking anything; changes no status."""
        at, text = at or timezone.now(), stated(text)
        with transaction.atomic():
            self._write(OFFICE, "word", text, by=by, at=at)
            letters.tell_word(self, text, at)

    # What the resident does, with number and secret

    def hear(self: Any, text: str, *, at: datetime, form_key_hash: str) -> None:
        """The resident writes; what waited for them goes on. The same form sent twice is one message."""
        text = stated(text)
        with transaction.atomic():
            if self.messages.filter(form_key_hash=form_key_hash).exists():
                return
            self._write(RESIDENT, "word", text, at=at, form_key_hash=form_key_hash)
            if self.status == Status.WAITING:
                self.move(self.waiting_from, side=RESIDENT, at=at)

    def rate(self: Any, verdict: str, *, at: datetime, words: str = "") -> None:
        """The resident says whether the answer settled it: “not yet” opens the case again."""
        with transaction.atomic():
            answered_at = self.answered_at
            if verdict == "solved" or verdict == "partly":
                self.move(Status.SETTLED, side=RESIDENT, at=at)
            else:
                self.reopen(words, side=RESIDENT, at=at)
            self.ratings.create(verdict=verdict, words=words.strip(), at=at, answered_at=answered_at)

    def reopen(self: Any, reason: str, *, at: datetime, by: Any = None, side: str = OFFICE) -> None:
        """Begins again with a promise of its own: the answer did not help, or new facts came."""
        with transaction.atomic():
            again = {"reopened_count": self.reopened_count + 1, "answered_at": None}
            self.move(Status.REOPENED, by=by, side=side, at=at, reason=reason, **again)
            letters.tell_reopened(self, at)

    # What the clock does

    def settle_silently(self: Any, *, at: datetime) -> None:
        """Nobody objected to the answer for as long as the portal waits."""
        self.move(Status.SETTLED, side=CLOCK, at=at)

    def _write(
        self: Any, side: str, kind: str, text: str, *, at: datetime, by: Any = None, **more: Any
    ) -> None:
        unit_name = str(self.unit or "") if side == OFFICE else ""
        self.messages.create(side=side, kind=kind, text=text, at=at, by=by, unit_name=unit_name, **more)


def stated(text: str) -> str:
    """The text without blanks around it; refuses an empty one."""
    if not text.strip():
        raise ValidationError(TEXT_MISSING, code="text_missing")
    return text.strip()


def moves_from(status: str) -> list[Status]:
    """Where a case can go from here, in the order of the table."""
    return [one for one in Status if one in MOVES[Status(status)]]
