"""Phones are forgotten when what they listened to is over."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django_tasks import task

from portal.shared.push.models import Kind, Listener


def forget(kind: Kind, numbers: Any) -> int:
    """Nobody is told of these any more; how many were."""
    deleted, _by_model = Listener.objects.of_any(kind, numbers).delete()
    return deleted


def forget_over(at: datetime) -> int:
    deleted, _by_model = Listener.objects.over(at).delete()
    return deleted


@task()
def forget_old() -> None:
    forget_over(timezone.now())
