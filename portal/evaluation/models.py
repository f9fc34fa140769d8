"""What was counted and kept, and reports somebody asked for."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from outreach.models import Campaign
from portal.evaluation.documents import Document, from_json
from services.models import Organization
from services.models.organization import EVERY_UNIT, units_of

# A report that has not moved for so long was left by its worker, and may be asked for again.
STUCK_AFTER: Final = timedelta(minutes=15)


class EvaluationQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        return self.filter(audience=Evaluation.Audience.PUBLIC)

    def inner(self) -> Self:
        return self.filter(audience=Evaluation.Audience.STAFF)


class Evaluation(models.Model):
    """A counted document: the whole one for staff, the one without small groups for everybody."""

    class Audience(models.TextChoices):
        STAFF = "staff", _("for staff")
        PUBLIC = "public", _("for everybody")

    subject = models.CharField(_("about"), max_length=120)
    period = models.CharField(_("period"), max_length=7, blank=True)
    audience = models.CharField(_("for whom"), max_length=6, choices=Audience.choices)
    content = models.JSONField(_("figures"))
    counted_at = models.DateTimeField(_("counted at"))
    # From then on the public one never changes again: its period is over.
    frozen_at = models.DateTimeField(_("final since"), null=True, blank=True)

    objects: ClassVar = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("results")
        verbose_name_plural = _("results")
        ordering = ("subject", "-period")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                name="evaluation_once",
                fields=("subject", "period", "audience"),
                violation_error_message=_("These results are kept already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.period}".strip()

    @property
    def document(self) -> Document:
        return from_json(self.content)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> Self:
        """Every report for whoever works for all units; else those of one's own units and of their campaigns."""
        if user.has_perm(EVERY_UNIT):
            return self.all()
        units = units_of(user)
        return self.filter(Q(unit__in=units) | Q(unit=None, campaign__unit__in=units))

    def unfinished(self) -> Self:
        return self.filter(state__in=(Report.State.WAITING, Report.State.RUNNING))


class Report(models.Model):
    """A PDF somebody asked for, made by the worker; how far it is can be seen."""

    class Kind(models.TextChoices):
        MONTH = "month", _("monthly meeting")
        CAMPAIGN = "campaign", _("campaign")
        SATISFACTION = "skm", _("yearly satisfaction survey (SKM)")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("could not be made")

    kind = models.CharField(_("report"), max_length=8, choices=Kind.choices)
    period = models.CharField(_("period"), max_length=7, blank=True)
    unit = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    language = models.CharField(max_length=5, default="id", editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    # Of hundred, what is being done just now, as a key of `reporting.STEPS`, and since when.
    progress = models.PositiveSmallIntegerField(_("done, in percent"), default=0)
    step = models.CharField(max_length=20, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What was counted, until it is on paper: an attempt that follows does not count again.
    content = models.JSONField(null=True, blank=True, editable=False)
    # Why it could not be made, as a key of `reporting.TROUBLES`.
    trouble = models.CharField(max_length=20, blank=True, editable=False)
    file = models.CharField(max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects: ClassVar = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-asked_at", "-pk")
        default_permissions = ("add", "view")
        constraints = (
            models.CheckConstraint(
                name="report_progress_is_percent",
                condition=Q(progress__lte=100),
                violation_error_message=_("More than all of it cannot be done."),
            ),
            models.CheckConstraint(
                name="report_done_has_a_file",
                condition=~Q(state="done") | (~Q(file="") & Q(finished_at__isnull=False)),
                violation_error_message=_("A finished report has a file."),
            ),
            models.UniqueConstraint(
                "kind",
                "period",
                "language",
                Coalesce("unit", Value(0), output_field=models.BigIntegerField()),
                Coalesce("campaign", Value(0), output_field=models.BigIntegerField()),
                name="report_being_made_once",
                condition=Q(state__in=("waiting", "running")),
                violation_error_message=_("This report is being made already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}".strip()

    def is_stuck(self, at: datetime) -> bool:
        """Whether it ought to be under way, but nothing has happened for a long time."""
        is_unfinished = self.state in (self.State.WAITING, self.State.RUNNING)
        return is_unfinished and (self.moved_at or self.asked_at) < at - STUCK_AFTER

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
