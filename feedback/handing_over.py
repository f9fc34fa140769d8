"""Once an hour units hear by mail which cases came to them; numbers, topics and days, no words of residents.

On a unit's days off its news waits. What was begun or answered before the mail went out is no news any more.
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from feedback import digests
from feedback.deadlines import Calendars, in_charge
from feedback.escalation import readable, reportable
from feedback.models import Submission
from feedback.staff import Staff


@task()
def tell_units() -> None:
    tell(timezone.now())


def tell(at: datetime) -> int:
    """How many people are written to; all their letters and the marks they take away go together."""
    with transaction.atomic():
        cases = [case for case in news(at) if claimed(case)]
        if not cases:
            return 0
        staff, wanted = Staff(), defaultdict[int, list[Submission]](list)
        for case in cases:
            for person in staff.told_of(case):
                wanted[person].append(case)
        count = 0
        for person, own in sorted(wanted.items()):
            user = staff.people[person]
            seen = readable(user, [case.pk for case in own])
            if lines := [case for case in own if case.pk in seen]:
                count += 1
                digests.send_news(user, lines, at)
    return count


def news(at: datetime) -> list[Submission]:
    """Cases their units have not been told of, where today is a working day, the oldest first."""
    Submission.objects.filter(is_news_to_unit=True, closed_at__isnull=False).update(is_news_to_unit=False)
    today, calendars = timezone.localtime(at).date(), Calendars()
    rows = reportable().filter(is_news_to_unit=True).order_by("received_at", "pk")
    return [case for case in rows if calendars.of(in_charge(case)).is_one(today)]


def claimed(case: Submission) -> bool:
    """Takes the mark away, unless the case has moved on to somebody else meanwhile."""
    return bool(case.unmoved().filter(is_news_to_unit=True).update(is_news_to_unit=False))
