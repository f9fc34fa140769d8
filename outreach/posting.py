"""Posts that go out by themselves: queued with their approval, sent by the worker, never twice.

A sending is taken by a conditional update before the channel is asked. Whatever happens then, only the clear words
“not taken, later” bring it back into the queue; silence of the channel or of a worker makes it “unclear”.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from outreach.connectors import Connector, NotNow, Outgoing, Receiver, Refused, Sent, Unclear, connector_of
from outreach.models import Delivery, Post, PostVersion
from outreach.post_pictures import picture_of
from portal.shared.work.later import TryLater

logger = logging.getLogger(__name__)

# How long to wait after the first, second … time a channel had no time for us; then a person decides.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
# A post planned longer ago than this is old news, for example when an account is set up only now: nobody sends it.
OLD_NEWS = timedelta(days=2)
TRIES_TO_NOTE = (0, 1, 4, 10)  # seconds before each
BY = "Connector"
State = Delivery.State


def approve(post: Post, *, by: Any, at: datetime | None = None) -> None:
    """The yes of a second person, and with it into the queue what goes out by itself, all or nothing."""
    with transaction.atomic():
        post.approve(by=by, at=at)
        for version in post.versions.filter(is_automatic=True, published_at__isnull=True):
            queue_version(version)


def queue_version(version: PostVersion) -> None:
    """Asks the worker to send it at its planned time; asked twice, it is sent once all the same."""
    publish_version.using(run_after=version.post.planned_at).enqueue(version.pk)


@task()
def publish_version(version_id: int) -> None:
    """Makes one sending for each receiver, unless the yes was taken back or the time moved meanwhile."""
    at = timezone.now()
    version = PostVersion.objects.filter(pk=version_id, is_automatic=True).select_related("post").first()
    connector = connector_of(version.channel) if version else None
    if version is None or connector is None or version.published_at or not version.post.is_bound:
        return
    if version.post.planned_at > at:
        raise TryLater(version.post.planned_at - at)
    if version.post.planned_at < at - OLD_NEWS:
        return
    for receiver in connector.receivers():
        with transaction.atomic():
            delivery, is_new = Delivery.objects.get_or_create(
                version=version,
                receiver=receiver.key,
                defaults={"receiver_words": receiver.words, "made_at": at},
            )
            if is_new:
                send_delivery.enqueue(delivery.pk)


def queue_deliveries(version: PostVersion) -> None:
    """Sends again what a person has decided is not there."""
    for delivery in version.deliveries.filter(state=State.WAITING):
        send_delivery.enqueue(delivery.pk)


@task()
def send_delivery(delivery_id: int) -> None:
    """One try; raises TryLater while the channel has surely not taken it."""
    at = timezone.now()
    delivery = Delivery.objects.filter(pk=delivery_id).select_related("version__post").first()
    if delivery is None or not may_go_out(delivery.version):
        return
    if not delivery.take(at):
        look_after(delivery, at)
        return
    connector = connector_of(delivery.version.channel)
    receiver = receiver_of(delivery, connector)
    if connector is None or receiver is None:
        delivery.end(
            State.REFUSED, at, problem=_("The account or the number is not in the settings any more.")
        )
        return
    try:
        sent = connector.send(outgoing(delivery, receiver))
    except NotNow as problem:
        if delivery.tries > len(WAITS):
            delivery.end(State.REFUSED, timezone.now(), problem=str(problem))
            return
        delivery.end(State.WAITING, timezone.now(), problem=str(problem))
        raise TryLater(problem.wait or WAITS[delivery.tries - 1]) from problem
    except Refused as problem:
        delivery.end(State.REFUSED, timezone.now(), problem=str(problem))
    except Unclear as problem:
        delivery.end(State.UNCLEAR, timezone.now(), problem=str(problem))
    except Exception:
        # A fault of ours, at a moment nobody foresaw: it may be out.
        delivery.end(
            State.UNCLEAR,
            timezone.now(),
            problem=_("A fault in the portal itself; it is written in its log."),
        )
        raise
    else:
        note_sent(delivery, sent)


def may_go_out(version: PostVersion) -> bool:
    """Whether the words are those a second person said yes to, and their time has come."""
    planned_at = version.post.planned_at
    return bool(planned_at and planned_at <= timezone.now() and version.post.is_bound)


def outgoing(delivery: Delivery, receiver: Receiver) -> Outgoing:
    version = delivery.version
    picture = picture_of(version)
    return Outgoing(
        text=version.whole_text,
        link=version.link,
        image_url=f"{settings.SITE_URL}{picture}" if picture else "",
        receiver=receiver,
        prepared_id=delivery.prepared_id,
        keep=delivery.keep_prepared,
    )


def receiver_of(delivery: Delivery, connector: Connector | None) -> Receiver | None:
    receivers = connector.receivers() if connector else ()
    return next((one for one in receivers if one.key == delivery.receiver), None)


def look_after(delivery: Delivery, at: datetime) -> None:
    """Somebody else has it: waits for them, or notes that they ended without a word."""
    if delivery.state != State.ON_ITS_WAY or delivery.on_its_way_until is None:
        return
    if delivery.on_its_way_until > at:
        raise TryLater(delivery.on_its_way_until - at)
    delivery.end(State.UNCLEAR, at, problem=_("The sending was cut off before the channel answered."))


def note_sent(delivery: Delivery, sent: Sent) -> None:
    """It is out. Forgetting that because the database is away for a moment would ask a person for nothing."""
    for left, wait in reversed(list(enumerate(reversed(TRIES_TO_NOTE)))):
        time.sleep(wait)
        try:
            with transaction.atomic():
                at = timezone.now()
                delivery.end(State.SENT, at, external_id=sent.external_id)
                delivery.version.note_published(sent.url, by=BY, at=at, is_sent=True)
            return
        except Error:
            if not left:
                raise
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()


@task()
def send_due() -> None:
    """Once an hour: what should be out and is in nobody's hands; and whose sender fell silent."""
    at = timezone.now()
    for delivery in Delivery.objects.abandoned(at):
        look_after(delivery, at)
    due = PostVersion.objects.due(at).filter(is_automatic=True, deliveries__isnull=True)
    for version in due.filter(post__planned_at__gte=at - OLD_NEWS):
        if connector_of(version.channel):
            publish_version.enqueue(version.pk)
