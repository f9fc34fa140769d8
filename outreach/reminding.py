"""The letter the day before: to everybody who is registered and left an e-mail address, once for each date."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import task

from outreach import letters
from outreach.models import Registration
from outreach.models.deciding import Decision
from portal.shared.work.mail import OutgoingMail

AHEAD: Final = timedelta(days=1)
AT_ONCE: Final = 200


def due(at: datetime) -> Any:
    """Who is to be reminded now. Not who heard of their place within the last day: that letter is new enough."""
    rows = Registration.objects.registered().filter(
        event__decision=Decision.PUBLISHED, event__starts_at__gt=at, event__starts_at__lte=at + AHEAD
    )
    heard = rows.annotate(heard_at=Coalesce("promoted_at", "created_at"))
    early = heard.filter(heard_at__lt=F("event__starts_at") - AHEAD)
    return early.exclude(contact=None).exclude(contact__email="")


def remind_due(at: datetime) -> int:
    """Queues the letters that are due; how many. Asked again in an hour, it writes to nobody twice."""
    pks = list(due(at).order_by("pk").values_list("pk", flat=True))
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
