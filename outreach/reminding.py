"""The day before: a letter to who is registered and left an e-mail address, a call to phones that asked for it.

Each once for each date.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import task

from outreach import letters
from outreach.models import Registration
from outreach.models.deciding import Decision
from portal.shared.push.models import Kind, Listener, Topic
from portal.shared.push.telling import tell
from portal.shared.work.mail import OutgoingMail

AHEAD: Final = timedelta(days=1)
AT_ONCE: Final = 200


def due(at: datetime) -> Any:
    """Who is to be reminded now. Not who heard of their place within the last day: that letter is new enough."""
    rows = Registration.objects.registered().filter(
        event__decision=Decision.PUBLISHED, event__starts_at__gt=at, event__starts_at__lte=at + AHEAD
    )
    heard = rows.annotate(heard_at=Coalesce("promoted_at", "created_at"))
    return heard.filter(heard_at__lt=F("event__starts_at") - AHEAD)


def with_mail(at: datetime) -> Any:
    return due(at).exclude(contact=None).exclude(contact__email="")


def with_phone(at: datetime) -> Any:
    return due(at).filter(pk__in=Listener.objects.filter(kind=Kind.REGISTRATION).values("number"))


def remind_due(at: datetime) -> int:
    """Queues the letters that are due and calls the phones; how many letters. In an hour, it tells nobody twice."""
    for party in with_phone(at).select_related("event"):
        starts_at = party.event.starts_at
        tell(Topic.registration(party.pk), letters.reminder(party), at=at, until=starts_at)
    pks = list(with_mail(at).order_by("pk").values_list("pk", flat=True))
    told = 0
    for start in range(0, len(pks), AT_ONCE):
        part = Registration.objects.filter(pk__in=pks[start : start + AT_ONCE])
        parties = {
            letters.reminder_key(party): party
            for party in part.select_related("event", "event__location", "event__unit", "contact")
        }
        known = set(OutgoingMail.objects.filter(key__in=parties).values_list("key", flat=True))
        for key, party in parties.items():
            if key not in known:
                letters.tell_reminder(party)
                told += 1
    return told


@task()
def remind() -> None:
    remind_due(timezone.now())
