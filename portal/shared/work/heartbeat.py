"""The sign of life of every worker, so that others know whose unfinished work may be taken up again."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SECONDS_BETWEEN_BEATS = 5
# After so long without a beat a worker counts as dead, and the portal as not ready.
STILL_ALIVE = timedelta(seconds=60)
FORGOTTEN = timedelta(days=1)


class Heartbeat(models.Model):
    """When one worker was last seen; a worker that ends in order takes its row with it."""

    worker_id = models.CharField(_("worker"), max_length=64, unique=True)
    started_at = models.DateTimeField(_("started at"))
    beat_at = models.DateTimeField(_("last seen"), db_index=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return self.worker_id

    @classmethod
    def beat(cls, worker_id: str, at: datetime) -> None:
        if not cls.objects.filter(worker_id=worker_id).update(beat_at=at):
            cls.objects.create(worker_id=worker_id, started_at=at, beat_at=at)

    @classmethod
    def end(cls, worker_id: str) -> None:
        cls.objects.filter(worker_id=worker_id).delete()


def last_beat() -> datetime | None:
    """When any worker was last seen; None when none is running."""
    latest: datetime | None = Heartbeat.objects.aggregate(latest=models.Max("beat_at"))["latest"]
    return latest


def living_workers(at: datetime, patience: timedelta = STILL_ALIVE) -> set[str]:
    seen = Heartbeat.objects.filter(beat_at__gt=at - patience)
    return set(seen.values_list("worker_id", flat=True))


def forget_dead_workers(at: datetime) -> None:
    Heartbeat.objects.filter(beat_at__lt=at - FORGOTTEN).delete()
