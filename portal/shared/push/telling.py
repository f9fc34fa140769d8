"""Telling phones that there is news: asked for in the transaction of the verb, sent by the worker, empty.

What it is about, nobody between us and the phone can read: nothing is written there. It is opened here, with the codes
of the receipt.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string
from django_tasks import task

from portal.shared.push import keys
from portal.shared.push.models import Listener, ListenerQuerySet, Topic
from portal.shared.work.later import TryLater

# A phone that is switched off hears of it within so long, then no more.
WORTH_TELLING: Final = timedelta(days=7)
# How long to wait after the first, second … time the push service did not take it; then it has failed.
WAITS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
TAKEN: Final = frozenset({200, 201, 202, 204})
GONE: Final = frozenset({404, 410})
# The library and what it brings weigh forty megabytes: only the worker that sends loads them.
POST: Final = "portal.shared.push.posting.post"


class NotTaken(Exception):
    """The push service refused, or could not be reached for hours."""


def tell(topic: Topic, occasion: str, *, at: datetime, until: datetime | None = None) -> int:
    """Tells whoever listens to the topic that there is news, if the caller's transaction commits; how many."""
    return tell_all(Listener.objects.of(topic), occasion, at=at, until=until)


def tell_all(
    listeners: ListenerQuerySet, occasion: str, *, at: datetime, until: datetime | None = None
) -> int:
    """The same for listeners of many topics. An occasion is told to each once, however often it is asked for."""
    if not keys.public_key():
        return 0
    told = 0
    ends = min(until or at + WORTH_TELLING, at + WORTH_TELLING).isoformat()
    with transaction.atomic():
        for pk in list(listeners.living(at).exclude(told=occasion).values_list("pk", flat=True)):
            mine = Listener.objects.filter(pk=pk).exclude(told=occasion)
            if mine.update(told=occasion, tries=0):
                send.enqueue(pk, ends)
                told += 1
    return told


@task()
def send(listener_id: int, until: str) -> None:
    listener = Listener.objects.filter(pk=listener_id).first()
    ends, at = parse_datetime(until), timezone.now()
    if listener is not None and ends is not None and at < ends:
        call(listener, ends - at)


def call(listener: Listener, worth: timedelta) -> None:
    """Asks the push service to wake the phone; forgets a phone that is gone, raises TryLater while it makes sense."""
    same = Listener.objects.filter(endpoint_hash=listener.endpoint_hash)
    if listener.key_mark != keys.mark():
        # It listens to a key we have no more, and would never hear us.
        listener.delete()
        return
    post: Any = import_string(POST)
    status, wait = post(listener.endpoint, worth)
    if status in TAKEN:
        return
    if status in GONE:
        same.delete()
        return
    if status and status != 429 and status < 500:
        raise NotTaken(f"status {status}")
    Listener.objects.filter(pk=listener.pk).update(tries=F("tries") + 1)
    if listener.tries >= len(WAITS):
        raise NotTaken(f"status {status}")
    raise TryLater(max(WAITS[listener.tries], min(wait, WAITS[-1])))
