from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models.service import Service


class Requirement(Remembered):
    """Something to bring or to be, sometimes only under a condition (“if it was lost”)."""

    service = models.ForeignKey(
        Service, models.CASCADE, related_name="requirements", verbose_name=_("service")
    )
    condition = models.CharField(_("only if"), max_length=160, blank=True)
    text = models.CharField(_("what to prepare"), max_length=500)
    note = models.CharField(_("note"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.condition}: {self.text}" if self.condition else self.text
