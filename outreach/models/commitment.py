from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.campaign import Campaign
from outreach.models.event import Event
from portal.shared.history import Remembered, recorded
from services.models import Organization, Service
from services.models.organization import RowsOfUnits


class CommitmentQuerySet(RowsOfUnits):
    of_unit = "unit"

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def open(self) -> Self:
        return self.filter(status=Commitment.Status.OPEN)

    def overdue(self, today: date) -> Self:
        return self.open().filter(by_when__lt=today)


class Commitment(Remembered):
    """Something the office promised at an event: what, who, by when; and what became of it."""

    class Status(models.TextChoices):
        OPEN = "open", _("promised")
        DONE = "done", _("done")
        DROPPED = "dropped", _("not possible")

    what = models.CharField(_("promise"), max_length=300)
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="commitments", verbose_name=_("unit in charge")
    )
    who = models.CharField(_("who, in words"), max_length=120, blank=True)
    by_when = models.DateField(_("by"))
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("activity")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("campaign"),
    )
    consultation = models.ForeignKey(
        "outreach.Consultation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("consultation"),
    )
    service = models.ForeignKey(
        Service,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("about the service"),
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.OPEN, editable=False
    )
    evidence = models.TextField(_("evidence or reason"), blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    is_example = models.BooleanField(_("example"), default=False)
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    not_restored = ("published_at", "status", "ended_on")
    objects: ClassVar = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ("by_when", "pk")
        permissions = (("keep_commitment", "Can publish promises and say what became of them"),)
        constraints = (
            models.CheckConstraint(
                name="commitment_ended_with_evidence",
                condition=Q(status="open", ended_on__isnull=True)
                | (~Q(status="open") & Q(ended_on__isnull=False) & ~Q(evidence="")),
                violation_error_message=_("Say what was done, or why it is not possible."),
            ),
        )

    def __str__(self) -> str:
        return self.what

    def is_overdue(self, today: date) -> bool:
        return self.status == self.Status.OPEN and self.by_when < today

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.refresh_from_db()
            if self.published_at is None:
                self.published_at = at
                self.save(update_fields=["published_at"])

    def finish(self, evidence: str, *, by: Any, at: datetime | None = None) -> None:
        """Kept: says what was done, for everybody to read."""
        self._end(self.Status.DONE, evidence, by, at)

    def drop(self, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Cannot be kept: says why, for everybody to read."""
        self._end(self.Status.DROPPED, reason, by, at)

    def reopen(self, *, by: Any, reason: str, at: datetime | None = None) -> None:
        """It was not done after all."""
        with recorded(self, verb="reopen", by=by, at=at or timezone.now(), reason=reason):
            self.refresh_from_db()
            self.status, self.ended_on = self.Status.OPEN, None
            self.save(update_fields=["status", "ended_on"])

    def _end(self, status: str, evidence: str, by: Any, at: datetime | None) -> None:
        at, evidence = at or timezone.now(), evidence.strip()
        if not evidence:
            raise ValidationError(_("Say what was done, or why it is not possible."), code="evidence_missing")
        with recorded(self, verb=status, by=by, at=at):
            self.refresh_from_db()
            if self.status != self.Status.OPEN:
                raise ValidationError(_("This promise has ended already."), code="ended")
            self.status, self.evidence, self.ended_on = status, evidence, timezone.localtime(at).date()
            self.save(update_fields=["status", "evidence", "ended_on"])
