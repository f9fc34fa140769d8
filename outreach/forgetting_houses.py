"""Forgetting house numbers and notes of rounds that are over, and homes that may be visited again."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from outreach.models import DoNotVisit, Visit

# Somebody may still be asked to come back some weeks after the last planned day.
KEPT_DAYS: Final = 30


def forget_houses(at: datetime) -> int:
    """How many visits; running it again finds nothing more. Also when nobody has pressed “Close”."""
    last = timezone.localdate(at) - timedelta(days=KEPT_DAYS)
    over = Q(area__round__closed_at__isnull=False) | Q(area__round__ends_on__lt=last)
    # Once they asked to be visited again, nothing of theirs is needed.
    DoNotVisit.objects.filter(lifted_at__lt=at - timedelta(days=KEPT_DAYS)).delete()
    pks = Visit.objects.filter(over).exclude(house="", note="").order_by().values("pk")
    return int(Visit.objects.filter(pk__in=pks).update(house="", note=""))


@task()
def forget_old() -> None:
    forget_houses(timezone.now())
