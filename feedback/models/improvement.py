from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.submission import Submission
from portal.shared.history import Remembered
from services.models import Service


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def published(self) -> "ImprovementQuerySet":
        return self.filter(published_at__isnull=False)


class Improvement(Remembered):
    """You said, we did: what residents told, and what changed because of it."""

    voice = models.CharField(_("what residents said"), max_length=200)
    result = models.CharField(_("what changed"), max_length=300)
    happened_on = models.DateField(_("changed on"))
    service = models.ForeignKey(
        Service,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="improvements",
        verbose_name=_("service"),
    )
    submissions = models.ManyToManyField(
        Submission, blank=True, related_name="improvements", verbose_name=_("cases it came from")
    )
    is_example = models.BooleanField(_("example"), default=False)
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    objects: ClassVar = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ("-happened_on", "-pk")
        permissions = (("publish_improvement", "Can publish improvements"),)

    def __str__(self) -> str:
        return self.result
