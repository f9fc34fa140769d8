from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.survey import Survey
from feedback.questionnaire import AS_LISTED, ELEMENTS
from feedback.satisfaction import LIST_ORDER
from portal.shared.history import Remembered

ELEMENT_CHOICES = [(element.key, element.name) for element in AS_LISTED]


class FollowUp(Remembered):
    """What a unit promises to do about a weak element: the action, who does it, by when."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Given up")

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="follow_ups", verbose_name=_("satisfaction survey")
    )
    element = models.CharField(_("element"), max_length=12, choices=ELEMENT_CHOICES)
    action = models.CharField(_("what will be done"), max_length=300)
    who = models.CharField(
        _("who does it"), max_length=120, help_text=_("A post or a unit, not the name of a person.")
    )
    by_when = models.DateField(_("by when"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PLANNED)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-up plan")
        ordering = ("by_when", "pk")
        constraints = (
            models.CheckConstraint(
                name="follow_up_element_known",
                condition=models.Q(element__in=LIST_ORDER),
                violation_error_message=_("This element does not exist."),
            ),
        )

    def __str__(self) -> str:
        return self.action

    @property
    def element_name(self) -> str:
        return str(ELEMENTS[self.element].name)
