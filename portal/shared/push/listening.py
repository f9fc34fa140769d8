"""Beginning and ending to be told. Whoever knows the address of a phone may silence it, and nothing else."""

from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.shared.push import keys
from portal.shared.push.models import KEPT, LONGEST_ENDPOINT, Listener, Topic
from portal.shared.receipt import keyed_hash

# A family's phones; of more the first has to give way.
MOST_PHONES: Final = 5


def endpoint_hash(endpoint: str) -> str:
    return keyed_hash("push.endpoint", endpoint)


def is_of_a_push_service(endpoint: str) -> bool:
    """Whether an address leads to one of the push services browsers use, and nowhere into our own network."""
    if not (endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and "\\" not in endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    # Name and port as one, so that neither a user name nor another port gets past.
    origin = f"{parts.scheme}://{parts.netloc}"
    return len(parts.path) > 1 and any(fnmatchcase(origin, known) for known in settings.PUSH_SERVICES)


def subscribe(topic: Topic, endpoint: str, *, at: datetime, until: datetime | None = None) -> Listener:
    """This phone is told of the topic from now on; a second time changes nothing."""
    if not keys.public_key():
        raise ValidationError(_("This portal sends no word to phones."), code="off")
    if len(endpoint) > LONGEST_ENDPOINT or not is_of_a_push_service(endpoint):
        raise ValidationError(_("We do not know the push service of this browser."), code="unknown")
    found: Listener
    with transaction.atomic():
        found, is_new = Listener.objects.get_or_create(
            kind=topic.kind,
            number=topic.pk,
            endpoint_hash=endpoint_hash(endpoint),
            defaults={
                "endpoint": endpoint,
                "key_mark": keys.mark(),
                "made_at": at,
                "until": min(until or at + KEPT, at + KEPT),
            },
        )
        if is_new:
            newest = Listener.objects.of(topic).order_by("-made_at", "-pk").values_list("pk", flat=True)
            Listener.objects.filter(pk__in=list(newest[MOST_PHONES:])).delete()
        elif found.key_mark != keys.mark():
            found.key_mark = keys.mark()
            found.save(update_fields=["key_mark"])
    return found


def is_told(topic: Topic, endpoint: str, at: datetime) -> bool:
    mine = Listener.objects.of(topic).living(at).filter(key_mark=keys.mark())
    return bool(mine.filter(endpoint_hash=endpoint_hash(endpoint)).exists())


def leave(endpoint: str, topic: Topic | None = None) -> bool:
    """This phone hears no more of the topic, or of anything; whether it still hears of something else."""
    mine = Listener.objects.filter(endpoint_hash=endpoint_hash(endpoint))
    (mine.of(topic) if topic else mine).delete()
    return bool(topic and mine.all().exists())


def move(was: str, endpoint: str) -> None:
    """A browser gave the phone another address; whoever names both is the phone."""
    if len(endpoint) > LONGEST_ENDPOINT or not is_of_a_push_service(endpoint):
        return
    for one in Listener.objects.filter(endpoint_hash=endpoint_hash(was)):
        there = Listener.objects.filter(pk=one.pk)
        try:
            with transaction.atomic():
                there.update(endpoint=endpoint, endpoint_hash=endpoint_hash(endpoint))
        except IntegrityError:
            # The new address listens to it already.
            there.delete()
