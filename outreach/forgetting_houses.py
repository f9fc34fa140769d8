"""Forgetting the house numbers of rounds that are over, also when nobody has pressed “Close”."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from outreach.models import Visit

# Somebody may still be asked to come back some weeks after the last planned day.
KEPT_DAYS: Final = 30


def forget_houses(at: datetime) -> int:
    """How many were forgotten; running it again finds nothing more."""
    last = timezone.localdate(at) - timedelta(days=KEPT_DAYS)
    over = Q(area__round__closed_at__isnull=False) | Q(area__round__ends_on__lt=last)
    pks = Visit.objects.filter(over).exclude(house="").order_by().values("pk")
    return int(Visit.objects.filter(pk__in=pks).update(house=""))


@task()
def forget_old() -> None:
    forget_houses(timezone.now())
