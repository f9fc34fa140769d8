"""What is done once a day or once an hour: each round is queued by one worker, however many are running.

`settings.PERIODIC_WORK` names the tasks. The row of a round is unique, and the task is queued in the transaction
that makes it; from then on it is a task like any other, seen at the desk, begun anew when its worker dies.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from portal.shared.work.schedule import Periodic

KEPT = timedelta(days=30)


class Round(models.Model):
    """That a task was queued for one day or one hour, so that nobody queues it again."""

    path = models.CharField(_("task"), max_length=120)
    period = models.CharField(_("period"), max_length=20)
    queued_at = models.DateTimeField(_("asked for"), db_index=True)

    objects = models.Manager()

    class Meta:
        verbose_name = _("round of a periodic task")
        verbose_name_plural = _("rounds of periodic tasks")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("path", "period"),
                name="one_round_per_period",
                violation_error_message=_("This was done already in this period."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.path} {self.period}"


def queue_due(periodic: Iterable[Periodic], at: datetime) -> int:
    """Queues what has not been queued in its period yet; how many that were."""
    rounds = {one.path: one.round_at(at) for one in periodic}
    due = {path: period for path, period in rounds.items() if period}
    known = set(Round.objects.filter(period__in=due.values()).values_list("path", "period"))
    return sum(queue_one(path, period, at) for path, period in due.items() if (path, period) not in known)


def queue_one(path: str, period: str, at: datetime) -> bool:
    """Queues one round; False when another worker was quicker."""
    task: Any = import_string(path)
    with transaction.atomic():
        _round, is_new = Round.objects.get_or_create(path=path, period=period, defaults={"queued_at": at})
        if is_new:
            task.enqueue()
    return is_new


def forget_old_rounds(at: datetime) -> None:
    Round.objects.filter(queued_at__lt=at - KEPT).delete()
