from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.submission import Submission
from portal.shared.history import Remembered, recorded
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

    not_restored = ("published_at",)
    objects: ClassVar = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ("-happened_on", "-pk")
        permissions = (("publish_improvement", "Can publish improvements"),)

    def __str__(self) -> str:
        return self.result

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        """Shows the pair on the home page and in its list; a day that has not come yet is refused."""
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.refresh_from_db()
            if self.happened_on > timezone.localtime(at).date():
                sentence = _("This has not happened yet. Publish it when it is done.")
                raise ValidationError(sentence, code="not_yet")
            if self.published_at is None:
                self.published_at = at
                self.save(update_fields=["published_at"])

    def withdraw(self, *, by: Any, at: datetime | None = None) -> None:
        """Takes the pair away from public pages."""
        with recorded(self, verb="withdraw", by=by, at=at or timezone.now()):
            self.refresh_from_db()
            self.published_at = None
            self.save(update_fields=["published_at"])
