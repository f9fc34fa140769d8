"""What everybody may read of a case: a clerk's own words, released on purpose and taken back at any time."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.lifecycle import Status
from portal.shared.history import recorded

# A case with one of these has an end to tell of; what was put away or joined with another tells nothing.
TELLING = frozenset({Status.ANSWERED, Status.SETTLED, Status.NOT_OURS, Status.CANNOT})

CONFIDENTIAL = _("A confidential case cannot be released.")
UNFINISHED = _("Only a case the office has answered can be released.")
NO_TITLE = _("Write a public title before you release this case.")
NO_STORY = _("Write what was asked, in words that name nobody.")
NO_ANSWER = _("Write the answer everybody may read.")
NOT_RELEASED = _("This case is not public.")


class Releasing(models.Model):
    """The verbs that put words of a case before everybody, and take them away again.

    History keeps who released what and when, but not the words: what is taken back must be gone.
    """

    # A column of the case.
    released_at: Any

    class Meta:
        abstract = True

    @property
    def may_be_released(self: Any) -> bool:
        """Whether a clerk may write public words for it now; a released one may be worded anew at any time."""
        return self.privacy != self.Privacy.CONFIDENTIAL and (self.is_released or self.status in TELLING)

    def release(
        self: Any,
        *,
        title: str,
        story: str = "",
        answer: str = "",
        by: Any,
        at: datetime | None = None,
    ) -> None:
        """Shows these words to everybody, or replaces those shown. The words are the clerk's, not the resident's.

        Raises ValidationError by field (`public_title`, `public_story`, `public_answer`), or as a whole with the
        code `confidential` or `unfinished`.
        """
        at = at or timezone.now()
        words = {
            "public_title": " ".join(title.split()),
            "public_story": story.strip(),
            "public_answer": answer.strip(),
        }
        sentences = {"public_title": NO_TITLE, "public_story": NO_STORY, "public_answer": NO_ANSWER}
        if missing := [name for name, text in words.items() if not text]:
            raise ValidationError(
                {name: ValidationError(sentences[name], code="missing") for name in missing}
            )
        longest = self._meta.get_field("public_title").max_length
        if len(words["public_title"]) > longest:
            too_long = _("The title has at most %(most)d characters.")
            error = ValidationError(too_long, code="too_long", params={"most": longest})
            raise ValidationError({"public_title": error})
        with recorded(self, verb="release", by=by, at=at):
            # Asked again inside: the resident may have made it confidential, or reopened it, a moment ago.
            self.refresh_from_db()
            if self.privacy == self.Privacy.CONFIDENTIAL:
                raise ValidationError(CONFIDENTIAL, code="confidential")
            if not self.may_be_released:
                raise ValidationError(UNFINISHED, code="unfinished")
            for name, text in words.items():
                setattr(self, name, text)
            # Also when only words changed: history does not see those, and the newest are read first.
            self.released_at = at
            self.save(update_fields=[*words, "released_at"])

    def take_back(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Takes the public page away at once; the words stay at the desk, to be mended."""
        if not reason.strip():
            raise ValidationError(_("Say why it is taken back; only staff read it."), code="reason_missing")
        with recorded(self, verb="take_back", by=by, at=at or timezone.now(), reason=reason.strip()):
            self.refresh_from_db()
            if not self.is_released:
                raise ValidationError(NOT_RELEASED, code="not_released")
            self.released_at = None
            self.save(update_fields=["released_at"])
            self.photos.update(is_released=False)
