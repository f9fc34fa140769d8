"""Forgetting passes and what phones brought, once it is decided and no phone can send it again."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from portal.field.models import Arrival, FieldPass, HeldItem

# A phone keeps what is not sent for 14 days; the same thing is known much longer than it can come.
KEPT: Final = timedelta(days=90)
# As long as the house numbers of a round that is over.
PAYLOAD_KEPT: Final = timedelta(days=30)


def forget(at: datetime) -> int:
    """How many things; running it again finds nothing more. What nobody has decided about stays."""
    settled = HeldItem.objects.exclude(state=HeldItem.State.OPEN).filter(settled_at__lt=at - PAYLOAD_KEPT)
    forgotten = settled.exclude(payload={}).update(payload={})
    forgotten += Arrival.objects.filter(received_at__lt=at - KEPT).delete()[0]
    old = Q(until__lt=at - KEPT)
    forgotten += FieldPass.objects.filter(old, arrivals=None).delete()[0]
    return int(forgotten)


@task()
def erase_old() -> None:
    forget(timezone.now())
