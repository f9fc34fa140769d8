"""What was counted and kept, and reports somebody asked for."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models import Campaign
from portal.evaluation.documents import Document, from_json
from services.models import Organization


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
    # Of hundred, and what is being done just now, as a key of `reporting.STEPS`.
    progress = models.PositiveSmallIntegerField(_("done, in percent"), default=0)
    step = models.CharField(max_length=20, blank=True)
    file = models.CharField(max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects: ClassVar = models.Manager()

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
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}".strip()
