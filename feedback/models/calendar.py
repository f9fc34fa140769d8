from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models import Organization

OFFICE_WEEK = "12345"


class UnitCalendar(Remembered):
    """On which days a unit works where it differs from the office: it holds for the units below it too.

    Collective leave is a day off for civil servants, yet a unit that serves people directly may have to work;
    others work on Saturdays (the joint decrees on holidays leave it to each unit).
    """

    unit = models.OneToOneField(
        Organization, models.CASCADE, related_name="working_calendar", verbose_name=_("unit")
    )
    days = models.CharField(
        _("working days"),
        max_length=7,
        default=OFFICE_WEEK,
        validators=[RegexValidator("^1?2?3?4?5?6?7?$", _("Write the days in order, Monday is 1: 123456."))],
        help_text=_("Monday is 1, Saturday is 6."),
    )
    works_on_collective_leave = models.BooleanField(_("works on days of collective leave"), default=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("working days of a unit")
        verbose_name_plural = _("working days of units")
        ordering = ("unit__name",)
        constraints = (
            models.CheckConstraint(
                name="unit_works_some_day",
                condition=~models.Q(days=""),
                violation_error_message=_("Choose at least one day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.days}"
