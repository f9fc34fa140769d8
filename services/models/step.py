from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models.service import Service


class Step(Remembered):
    """One step of the procedure, beginning with a verb, with the place in brackets as residents know it."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="steps", verbose_name=_("service"))
    title = models.CharField(_("step"), max_length=200)
    detail = models.TextField(_("explanation"), blank=True)
    place = models.CharField(_("where"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title
