"""Cases that wait for their resident: after a while they are asked once more, and after another while it ends.

Both whiles are `SETTLE_AFTER_DAYS` working days of the unit. What has ended opens again as soon as the resident
writes; what joined cases still wait for goes on without the one nobody can ask.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from feedback.deadlines import Calendars, in_charge
from feedback.lifecycle import Status
from feedback.models import Message, Submission
from feedback.rights import hand_over


def unheard(at: datetime, calendars: Calendars) -> Iterator[Submission]:
    """Those that waited for a whole while, since the question or since it was asked once more (`reminded_at`)."""
    patience = settings.SETTLE_AFTER_DAYS
    reminded = Max(
        "messages__at",
        filter=Q(messages__kind=Message.Kind.REMINDER, messages__at__gte=F("waiting_since")),
    )
    long_ago = at - timedelta(days=patience)
    rows = Submission.objects.filter(status=Status.WAITING, waiting_since__lt=long_ago)
    rows = rows.annotate(reminded_at=reminded).select_related("unit", "service__organization")
    today = timezone.localtime(at).date()
    for case in list(rows.order_by("pk")):
        since = case.reminded_at or case.waiting_since
        if calendars.of(in_charge(case)).between(timezone.localtime(since).date(), today) > patience:
            yield case


def remind(case: Submission, at: datetime, calendars: Calendars) -> bool:
    """Asks once more, and says until when; False when the resident was quicker."""
    until = calendars.of(in_charge(case)).add(timezone.localtime(at).date(), settings.SETTLE_AFTER_DAYS)
    try:
        case.ask_again(until, at=at)
    except ValidationError:
        return False
    return True


def end(case: Submission, at: datetime) -> bool:
    """Ends it; others who told the same go on waiting for an answer, in a case of their own."""
    try:
        with transaction.atomic():
            hand_over(case, at=at)
            case.end_unheard(at=at)
    except ValidationError:
        return False
    return True
