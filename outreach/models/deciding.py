"""What the office decides about an event, and what time makes of it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach import letters
from outreach.linking import link_page
from portal.shared.history import recorded


class Decision(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", _("cancelled")
    POSTPONED = "postponed", _("postponed")
    HELD = "held", _("held")


class Phase(models.TextChoices):
    """Where an event stands in time; computed, never stored."""

    DRAFT = "draft", _("draft")
    COMING = "coming", _("coming")
    NOW = "now", _("going on")
    OVER = "over", _("over")
    CANCELLED = "cancelled", _("cancelled")
    POSTPONED = "postponed", _("postponed")


class Deciding(models.Model):
    """The verbs of an event's decision; each writes history and tells those who registered, in one transaction."""

    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, default=Decision.DRAFT, editable=False
    )
    decision_reason = models.CharField(_("reason"), max_length=250, blank=True, editable=False)
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True

    def phase(self: Any, at: datetime) -> Phase:
        if self.decision in (Decision.DRAFT, Decision.CANCELLED, Decision.POSTPONED):
            return Phase(self.decision)
        if at < self.starts_at:
            return Phase.COMING
        return Phase.NOW if at < self.ends_at else Phase.OVER

    def is_registration_open(self: Any, at: datetime) -> bool:
        """Whether residents may register now; a full event still takes names for its waiting list."""
        return bool(
            self.takes_registrations
            and self.decision == Decision.PUBLISHED
            and (self.registration_opens_at is None or self.registration_opens_at <= at)
            and at < (self.registration_closes_at or self.starts_at)
            and at < self.ends_at
        )

    @property
    def places_left(self: Any) -> int | None:
        """None when nobody counts."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    def publish(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """Shows its page to everybody; what is missing is said by name, a second time changes nothing."""
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.refresh_from_db()
            missing = {}
            if not self.summary.strip():
                missing["summary"] = _("Say in one sentence what residents gain by coming.")
            if not (self.place or self.online_url):
                missing["place_words"] = _("Say where it is, or give the link to join online.")
            if missing:
                raise ValidationError(missing)
            if self.decision in (Decision.DRAFT, Decision.POSTPONED):
                self.decision, self.decision_reason = Decision.PUBLISHED, ""
                self.published_at = self.published_at or at
                self.note_calendar_change(at)
                self.save()
                link_page(self, self.campaign, by=by, at=at)

    def cancel(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """It does not take place; everybody who registered is told why. Its page stays."""
        self._call_off(Decision.CANCELLED, reason, by, at)

    def postpone(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """It takes place later, nobody knows when; registrations stay, everybody is told. `reschedule` says when."""
        self._call_off(Decision.POSTPONED, reason, by, at)

    def reschedule(
        self: Any,
        starts_at: datetime,
        ends_at: datetime,
        *,
        by: Any,
        reason: str = "",
        at: datetime | None = None,
    ) -> None:
        """Gives it other times, publishes it again if it was postponed, and tells everybody who registered."""
        at = at or timezone.now()
        with recorded(self, verb="reschedule", by=by, at=at, reason=reason):
            self.refresh_from_db()
            if self.decision not in (Decision.PUBLISHED, Decision.POSTPONED):
                raise ValidationError(
                    _("Only a published or postponed activity gets a new date."), code="wrong"
                )
            if starts_at <= at:
                raise ValidationError(_("The new date has to lie ahead."), code="past")
            was_at = self.starts_at
            length = self.registration_closes_at and self.starts_at - self.registration_closes_at
            self.starts_at, self.ends_at = starts_at, ends_at
            if length is not None:
                self.registration_closes_at = starts_at - length
            self.decision, self.decision_reason = Decision.PUBLISHED, ""
            self.full_clean(exclude=["slug"], validate_unique=False)
            self.note_calendar_change(at)
            self.save()
            letters.tell_rescheduled(self, was_at, reason, at)
            # Seats given up after the first date had begun go to whoever waits for the new one.
            self.fill_places(at)

    def close(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """Says that it took place: from here on its page tells what came of it."""
        at = at or timezone.now()
        with recorded(self, verb="hold", by=by, at=at):
            self.refresh_from_db()
            if self.decision == Decision.HELD:
                return
            if self.decision != Decision.PUBLISHED or at < self.starts_at:
                raise ValidationError(
                    _("Only a published activity that has begun can be closed."), code="wrong"
                )
            self.decision = Decision.HELD
            self.save()

    def _call_off(self: Any, decision: Decision, reason: str, by: Any, at: datetime | None) -> None:
        at, reason = at or timezone.now(), reason.strip()
        if not reason:
            raise ValidationError(_("Say why, in one sentence. Residents read it."), code="reason_missing")
        with recorded(self, verb=decision.value, by=by, at=at, reason=reason):
            self.refresh_from_db()
            if self.decision == decision:
                return
            if self.decision not in (Decision.PUBLISHED, Decision.POSTPONED) or self.ends_at <= at:
                raise ValidationError(
                    _("Only a published activity that is not over can be cancelled or postponed."),
                    code="wrong",
                )
            self.decision, self.decision_reason = decision, reason
            self.note_calendar_change(at)
            self.save()
            letters.tell_called_off(self, at)
