"""What people looked for in vain: single words by month, and nothing that leads to whoever typed them."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Max, Q, Sum
from django.utils.translation import gettext_lazy as _


class SoughtWordQuerySet(models.QuerySet[Any]):
    def readable(self) -> Self:
        """Those asked for on enough days to be kept in words."""
        return self.exclude(word="")

    def waiting(self) -> Self:
        """Those nobody at the desk has set aside, in this month or an earlier one."""
        set_aside = self.model.objects.filter(set_aside_at__isnull=False)
        return self.readable().exclude(word__in=set_aside.values("word"))

    def by_word(self) -> "models.QuerySet[Any, dict[str, Any]]":
        """Each word once over all its months, the one asked for on the most days first."""
        rows = self.order_by().values("word")
        counted = rows.annotate(on_days=Sum("days"), in_all=Sum("times"), last=Max("month"))
        return counted.order_by("-on_days", "-in_all", "word")


class SoughtWord(models.Model):
    """One word that a search knew nothing about, in one month.

    Until it was asked for on enough different days only a keyed hash of it is stored, so that a name or a slip
    somebody typed once can be read by nobody.
    """

    month = models.DateField(_("month"), help_text=_("Its first day."))
    key_hash = models.CharField(max_length=64, editable=False)
    word = models.CharField(_("word"), max_length=30, blank=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    days = models.PositiveSmallIntegerField(_("on so many days"), default=1)
    last_day = models.DateField(_("last asked for"))
    # A clerk has looked at it: it is no word for this catalogue.
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True, editable=False)

    objects: ClassVar = SoughtWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("word looked for in vain")
        verbose_name_plural = _("words looked for in vain")
        ordering = ("-days", "-times", "word")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                name="sought_word_once_a_month",
                fields=("month", "key_hash"),
                violation_error_message=_("This word is counted in this month already."),
            ),
            models.CheckConstraint(
                name="sought_word_days_within_times",
                condition=Q(days__gte=1) & Q(times__gte=models.F("days")),
                violation_error_message=_("A word is asked for at least once on each day."),
            ),
        )

    def __str__(self) -> str:
        return self.word or "…"


def month_of(day: date) -> date:
    return day.replace(day=1)
