"""Cases that belong together: joined when they tell the same, split when one tells two things.

Everybody who told something keeps their own number and secret, and hears everything that becomes of it.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from feedback import letters
from feedback.lifecycle import ENDED, Status
from feedback.models.verbs import NOT_ALLOWED, OFFICE, RESIDENT, stated
from portal.shared import receipt

ITSELF = _("These are joined already, or one and the same case.")
PUT_AWAY = _("The other case was put away. Bring it back first.")
ENDED_ALREADY = _("This case has ended. Open it again before you split it.")
# Written to residents in the language they wrote in.
TOLD_THE_SAME = gettext_noop("Other residents told us the same. We handle it together, as %(number)s.")
BY_ITSELF = gettext_noop("We looked again: what you told us is handled by itself now.")
TWO_THINGS = gettext_noop(
    "You told us two things, so we handle them apart. The second has the number %(number)s; "
    "your secret code opens both."
)
NUMBER_TRIES = 5
# What the parts of a case have in common.
SHARED = (
    *("secret_hash", "kind", "privacy", "channel", "language", "entered_by", "place_words", "rt", "rw"),
    *("latitude", "longitude", "happened_on", "happened_words", "service", "location", "public_work", "area"),
    *("is_about_staff", "about_unit", "category", "is_oversight", "received_at", "suspicion"),
    *("verify_by", "due_on", "promised_days", "promise_source", "waited_days", "rested_days"),
)


class Related(models.Model):
    """The verbs and questions of a case about its relatives."""

    class Meta:
        abstract = True

    # Questions

    @property
    def main_case(self: Any) -> Any:
        """The case in which this one is handled: itself, or the one it was joined with."""
        return self.duplicate_of if self.status == Status.DUPLICATE else self

    def duplicates_now(self: Any) -> list[Any]:
        """The cases joined with this one."""
        return list(self.duplicates.filter(status=Status.DUPLICATE).select_related("unit").order_by("pk"))

    def with_duplicates(self: Any) -> list[Any]:
        """Everybody to whom an answer is owed."""
        return [self, *self.duplicates_now()]

    def timeline(self: Any) -> list[Any]:
        """What happened to the case, and since it was joined what happens to the common one, without others' words."""
        own = list(self.status_changes.all())
        if self.status != Status.DUPLICATE:
            return own
        joined = [change.at for change in own if change.to_status == Status.DUPLICATE]
        common = list(self.main_case.status_changes.filter(at__gte=joined[-1]))
        for change in common:
            if change.side == RESIDENT:
                change.reason = ""
        return own + common

    # Joining

    def join(self: Any, other: Any, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """This case tells the same as the other: it is handled there, with whatever was joined with it before.

        Its resident reads why, and from now on every answer to the other case; an answer already given, at once.
        """
        at = at or timezone.now()
        with transaction.atomic():
            # In one order, so that of two clerks who join them crosswise the second finds it done.
            both = (self.pk, other.pk, other.duplicate_of_id)
            list(type(self).objects.select_for_update(no_key=True).filter(pk__in=both).order_by("pk"))
            other.refresh_from_db()
            main = other.main_case
            if main.pk == self.pk or main.main_case.pk == self.pk:
                raise ValidationError(ITSELF, code="itself")
            if main.status == Status.ARCHIVED:
                raise ValidationError(PUT_AWAY, code="put_away")
            words = reason.strip() or self.in_their_language(TOLD_THE_SAME, number=main.number)
            followers = self.duplicates_now()
            self.move(Status.DUPLICATE, by=by, at=at, reason=words, duplicate_of=main)
            self.duplicates.filter(status=Status.DUPLICATE).update(duplicate_of=main)
            for one in [self, *followers]:
                main.note(
                    gettext("Joined with this case: %(number)s.") % {"number": one.number}, by=by, at=at
                )
            letters.tell_ending(self, words, at)
            if main.status in ENDED and (answer := main.messages.filter(kind="answer").last()):
                for one in [self, *followers]:
                    one._write(OFFICE, "answer", answer.text, by=answer.by, at=at)
                    letters.tell_answer(one, answer.text, at)

    def unjoin(self: Any, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """The two are two after all: this one goes on by itself, with the promise it had."""
        at = at or timezone.now()
        if self.status != Status.DUPLICATE:
            words = {"from": Status(self.status).label, "to": Status.VERIFIED.label}
            raise ValidationError(NOT_ALLOWED, code="not_allowed", params=words)
        with transaction.atomic():
            main = self.duplicate_of
            told = reason.strip() or self.in_their_language(BY_ITSELF)
            self.move(Status.VERIFIED, by=by, at=at, reason=reason, duplicate_of=None)
            main.note(gettext("No longer joined: %(number)s.") % {"number": self.number}, by=by, at=at)
            self._write(OFFICE, "word", told, by=by, at=at)
            letters.tell_word(self, told, at)

    def point_to(self: Any, at: datetime) -> None:
        """Tells those who handle the common case that the resident of this one wrote."""
        if self.status == Status.DUPLICATE:
            words = gettext("The resident of %(number)s, joined with this case, wrote something there.")
            self.main_case.note(words % {"number": self.number}, by=None, at=at)

    # Splitting

    def split(
        self: Any,
        story: str,
        *,
        by: Any,
        at: datetime | None = None,
        photos: tuple[int, ...] = (),
        **facts: Any,
    ) -> Any:
        """Makes a case of its own of a part of the story, with its own number, the same secret and the same promise.

        `photos` go along; `facts` say what the part is about where it differs. The resident is told both numbers.
        """
        at, story = at or timezone.now(), stated(story)
        with transaction.atomic():
            self.hold()
            if self.status in ENDED:
                raise ValidationError(ENDED_ALREADY, code="ended")
            part = self._part(story, at)
            part.status_changes.create(
                to_status=Status.RECEIVED, at=part.received_at, side=OFFICE, due_on=part.due_on
            )
            if contact := getattr(self, "contact", None):
                contact.pk, contact.submission, contact._state.adding = None, part, True
                contact.save()
                # The one just read belongs to the part now.
                self._state.fields_cache.pop("contact", None)
            self.photos.filter(pk__in=photos).update(submission=part)
            # Corrected only then: what the resident was promised holds for both.
            part.verify(by=by, at=at)
            part.correct(by=by, at=at, **facts)
            self.note(gettext("Split off: %(number)s.") % {"number": part.number}, by=by, at=at)
            part.note(gettext("Split from %(number)s.") % {"number": self.number}, by=by, at=at)
            told = self.in_their_language(TWO_THINGS, number=part.number)
            for one in (self, part):
                one._write(OFFICE, "word", told, by=by, at=at)
            letters.tell_word(self, told, at)
        return part

    def _part(self: Any, story: str, at: datetime) -> Any:
        shared = {name: getattr(self, name) for name in SHARED}
        for left in reversed(range(NUMBER_TRIES)):
            number = receipt.new_number(timezone.localtime(self.received_at).date())
            part = type(self)(**shared, number=number, story=story, split_from=self)
            # Nobody holds the key of this form: it was never rendered.
            part.form_key_hash = receipt.key_hash(receipt.new_key())
            part.status, part.status_at = Status.RECEIVED, at
            try:
                with transaction.atomic():
                    part.save()
                return part
            except IntegrityError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def in_their_language(self: Any, words: str, **values: str) -> str:
        """A sentence for the resident, in the language they wrote in."""
        with translation.override(self.language):
            return gettext(words) % values
