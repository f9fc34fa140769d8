from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.submission import Submission

KEPT = timedelta(hours=24)


class DraftQuerySet(models.QuerySet["Draft"]):
    def alive(self, at: datetime) -> "DraftQuerySet":
        return self.filter(touched_at__gt=at - KEPT)

    def expired(self, at: datetime) -> "DraftQuerySet":
        return self.filter(touched_at__lte=at - KEPT)


class Draft(models.Model):
    """What a resident has typed so far, kept on the server for 24 hours after the last step.

    The browser holds the key in a cookie of its own (never in an address); here is only its hash. `data` holds the
    answers of the steps as they were typed, the wrong ones too. Once sent it points to its case and is empty.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    data: Any = models.JSONField(default=dict)
    touched_at = models.DateTimeField()
    submission = models.OneToOneField(Submission, models.CASCADE, null=True, blank=True, related_name="draft")

    objects: ClassVar = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a case")
        verbose_name_plural = _("drafts of cases")
        default_permissions = ()
        indexes = (models.Index(fields=("touched_at",), name="draft_by_age"),)

    def __str__(self) -> str:
        return f"draft {self.pk}"
