"""A month of cases as statistics saw it when it was over: counted once, never again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CountedMonth(models.Model):
    """All cases of a month by their marks, each combination with how many there were; no case can be found by it.

    What is published of a month is made of this alone. A case answered or put away later changes nothing any more, so
    two looks at the same page never differ by one resident.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    # Lists of kind, field, RW, answered, on time, overdue, days, and how many.
    cases = models.JSONField(_("cases"), default=list)
    counted_at = models.DateTimeField(_("counted at"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("counted month")
        verbose_name_plural = _("counted months")
        ordering = ("-year", "-month")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="month_counted_once",
                fields=("year", "month"),
                violation_error_message=_("This month is counted already."),
            ),
            models.CheckConstraint(
                name="counted_month_exists",
                condition=Q(month__gte=1, month__lte=12),
                violation_error_message=_("A year has twelve months."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"
