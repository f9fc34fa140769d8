"""How a service comes before residents, leaves them, and is closed for a while."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered, recorded
from services import opening

CLOSING = ("closed_from", "closed_until", "closed_reason")


class Published(Remembered):
    """A noun editors draft and residents read only while it is published.

    Each verb writes its own columns alone: a fee corrected a moment ago by somebody else stays corrected.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(
        _("reason for withdrawal"), max_length=300, blank=True, editable=False
    )
    closed_from = models.DateField(_("closed from"), null=True, blank=True, editable=False)
    closed_until = models.DateField(_("closed until"), null=True, blank=True, editable=False)
    closed_reason = models.CharField(_("reason for closing"), max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True

    # Bringing an old state back must neither publish nor withdraw anything.
    not_restored: ClassVar[tuple[str, ...]] = ("status", "published_at", "withdrawn_reason", *CLOSING)

    # A subclass says what residents must at least be told.
    summary: str

    def is_closed_on(self, day: date) -> bool:
        """Whether the service is closed for a time on that day."""
        if self.closed_from is None or day < self.closed_from:
            return False
        return self.closed_until is None or day <= self.closed_until

    def closing_words_at(self, at: datetime) -> str:
        """Until when and why nobody is served, whatever counters there are; empty while it is not closed."""
        if not self.closed_from or not self.is_closed_on(timezone.localtime(at).date()):
            return ""
        closure = opening.Closure(since=self.closed_from, until=self.closed_until, reason=self.closed_reason)
        zone = timezone.get_current_timezone()
        return opening.describe(opening.status((), at, {}, zone, closure), at)

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        """Shows the service to residents; refuses one that could not answer “what is it and who gives it?”."""
        if self.status == self.Status.PUBLISHED:
            return
        if not self.summary:
            raise ValidationError(
                _("Write the answer in one sentence before you publish this service."), code="summary_missing"
            )
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.status, self.published_at, self.withdrawn_reason = self.Status.PUBLISHED, at, ""
            self.save(update_fields=["status", "published_at", "withdrawn_reason"])

    def withdraw(self, *, by: Any, reason: str, at: datetime | None = None) -> None:
        """Takes the service off the public pages and keeps it for the record."""
        if self.status != self.Status.PUBLISHED:
            raise ValidationError(_("Only a published service can be withdrawn."), code="not_published")
        if not reason.strip():
            raise ValidationError(_("Say why, so that the next editor understands."), code="reason_missing")
        with recorded(self, verb="withdraw", by=by, at=at, reason=reason):
            self.status, self.withdrawn_reason = self.Status.WITHDRAWN, reason.strip()[:300]
            self.save(update_fields=["status", "withdrawn_reason"])

    def close_temporarily(
        self, *, by: Any, from_day: date, until: date | None, reason: str, at: datetime | None = None
    ) -> None:
        """Tells residents that nobody is served from ``from_day`` through ``until`` (open-ended when None)."""
        if until is not None and until < from_day:
            raise ValidationError(_("The closing must end on or after the day it begins."), code="dates")
        if not reason.strip():
            raise ValidationError(_("Say why, so that residents understand."), code="reason_missing")
        with recorded(self, verb="close", by=by, at=at, reason=reason):
            self.closed_from, self.closed_until, self.closed_reason = from_day, until, reason.strip()[:300]
            self.save(update_fields=CLOSING)

    def reopen(self, *, by: Any, at: datetime | None = None) -> None:
        """Ends a temporary closing early."""
        with recorded(self, verb="reopen", by=by, at=at):
            self.closed_from = self.closed_until = None
            self.closed_reason = ""
            self.save(update_fields=CLOSING)
