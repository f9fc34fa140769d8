from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.lifecycle import Status
from feedback.models.submission import Submission


class StatusChange(models.Model):
    """One move of one case: from, to, who, when and why; written once and never edited."""

    class Side(models.TextChoices):
        OFFICE = "office", _("the office")
        RESIDENT = "resident", _("the resident")
        CLOCK = "clock", _("the clock")

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="status_changes", verbose_name=_("case")
    )
    from_status = models.CharField(_("from"), max_length=12, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=12, choices=Status.choices)
    at = models.DateTimeField(_("when"))
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    # Kept apart from the account: the record stays readable after the account is gone.
    by_name = models.CharField(_("name of who"), max_length=150, blank=True)
    unit_name = models.CharField(_("unit"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    # The day promised when this happened: reopening makes another promise, and this one stays counted.
    due_on = models.DateField(_("promised answer by"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ("at", "pk")
        default_permissions = ("view",)
        indexes = (models.Index(fields=("submission", "at"), name="moves_of_a_case"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.from_status or '–'} → {self.to_status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A move is history: make another one instead.")
        super().save(*args, **kwargs)
