"""What everybody may read of a case: words a clerk has written for it, never those of the resident unseen."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.lifecycle import Status
from portal.shared.history import recorded

RELEASED = ("public_title", "public_story", "public_answer", "released_at")
NOT_RELEASED: tuple[str, ...] = (Status.RECEIVED, Status.DUPLICATE, Status.ARCHIVED)
CONFIDENTIAL = _("The resident asked that only staff read this case: it cannot be released.")
TOO_EARLY = _("Check this case before you release it.")
TITLE_MISSING = _("Write a public title before you release this case.")


class Releasing(models.Model):
    """The verbs that put a case before everybody, and take it away again."""

    class Meta:
        abstract = True

    @property
    def may_be_released(self: Any) -> bool:
        return self.privacy != "confidential" and self.status not in NOT_RELEASED

    def release(
        self: Any, *, title: str, story: str = "", answer: str = "", by: Any, at: datetime | None = None
    ) -> None:
        """Lets everybody read these words; releasing again replaces them and keeps the first day."""
        if self.privacy == "confidential":
            raise ValidationError(CONFIDENTIAL, code="confidential")
        if self.status in NOT_RELEASED:
            raise ValidationError(TOO_EARLY, code="too_early")
        if not title.strip():
            raise ValidationError({"public_title": ValidationError(TITLE_MISSING, code="title_missing")})
        at = at or timezone.now()
        with recorded(self, verb="release", by=by, at=at):
            self.public_title, self.public_story = title.strip(), story.strip()
            self.public_answer = answer.strip()
            self.released_at = self.released_at or at
            self.save(update_fields=RELEASED)

    def take_back(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Nobody but staff reads it from now on; the words stay for whoever releases it again."""
        with recorded(self, verb="take_back", by=by, at=at or timezone.now(), reason=reason):
            self.released_at = None
            self.save(update_fields=RELEASED)
            self.photos.update(is_released=False)
