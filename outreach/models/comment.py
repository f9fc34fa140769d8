"""Words left with a rating: read by staff, shown to everybody once one of them has put them so that they may be."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.invitation import OF_A_PERSON
from portal.shared.history import Remembered, recorded

MOST_LETTERS = 500
# Stands where a row must say something, once its words were erased.
ERASED = "…"


class Commented(Remembered):
    """The verbs of what is written in `missing`; history keeps who and when, never the words."""

    not_remembered = (
        *Remembered.not_remembered,
        *("missing", "released_text", "respondent", "form_key_hash"),
    )

    missing: Any
    released_text: Any
    read_at: Any
    released_at: Any

    class Meta:
        abstract = True

    @property
    def is_released(self) -> bool:
        return self.released_at is not None

    def mark_read(self, *, by: Any, at: datetime | None = None) -> None:
        """Somebody has read it and leaves it at that; read again, the first time stands."""
        at = at or timezone.now()
        with recorded(self, verb="mark_read", by=by, at=at, is_public=False):
            self.refresh_from_db()
            self.note_read(at)

    def release(self, text: str, *, by: Any, at: datetime | None = None) -> None:
        """Shows these words to everybody, on the page of the activity and with the results of its campaign."""
        at, text = at or timezone.now(), text.strip()
        if not text:
            raise refused(_("Write the words that are to be shown."), "empty")
        if len(text) > MOST_LETTERS:
            raise refused(_("At most 500 letters."), "too_long")
        if OF_A_PERSON.search(text):
            sentence = _("Leave out telephone numbers, e-mail and identity numbers: everybody reads this.")
            raise refused(sentence, "of_a_person")
        with recorded(self, verb="release_words", by=by, at=at):
            self.refresh_from_db()
            if not self.missing:
                raise ValidationError(_("Nobody wrote anything here."), code="no_words")
            self.released_text, self.released_at = text, self.released_at or at
            self.note_read(at, "released_text", "released_at")

    def take_back(self, *, by: Any, at: datetime | None = None) -> None:
        """Nobody but staff reads it any more; the words that were shown are gone."""
        at = at or timezone.now()
        with recorded(self, verb="take_back_words", by=by, at=at):
            self.refresh_from_db()
            self.released_text, self.released_at = "", None
            self.note_read(at, "released_text", "released_at")

    def note_read(self, at: datetime, *changed: str) -> None:
        self.read_at = self.read_at or at
        names = (*changed, "read_at")
        self.save(update_fields=names)


def refused(sentence: Any, code: str) -> ValidationError:
    return ValidationError({"text": ValidationError(sentence, code=code)})
