"""Counts a month of cases for good once it is over: what statistics publish never moves by one resident."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from feedback.counting import cases_of_month
from feedback.models import CountedMonth, Submission
from portal.shared import content_version

# Two weeks after its last day: by then most of its messages have met their promise.
DAYS_UNTIL_FINAL: Final = 14
# A portal that begins with old data counts so many years of it.
MOST_YEARS: Final = 10


def is_over_for_good(period: str, at: datetime) -> bool:
    """Whether a month ("2026-10") or year ("2026") lies back far enough to be counted for good."""
    return timezone.localdate(at) >= last_day(period) + timedelta(days=DAYS_UNTIL_FINAL + 1)


def last_day(period: str) -> date:
    year, _dash, month = period.partition("-")
    following = date(int(year) + (month in ("", "12")), int(month or 12) % 12 + 1, 1)
    return following - timedelta(days=1)


def months_over(first: date, at: datetime) -> list[str]:
    """The months from the one of a day on that are over for good, the oldest first."""
    found = []
    year, month = first.year, first.month
    while is_over_for_good(period := f"{year}-{month:02}", at):
        found.append(period)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def count_months(at: datetime) -> int:
    """Counts the months that are over and not counted yet; how many these were. Run twice, it changes nothing."""
    first = Submission.objects.aggregate(first=Min("received_at"))["first"]
    if first is None:
        return 0
    earliest = date(timezone.localdate(at).year - MOST_YEARS + 1, 1, 1)
    known = set(CountedMonth.objects.values_list("year", "month"))
    count = 0
    for period in months_over(max(timezone.localdate(first), earliest), at):
        year, month = map(int, period.split("-"))
        if (year, month) not in known:
            with transaction.atomic():
                cases = cases_of_month(year, month, at)
                _month, is_new = CountedMonth.objects.get_or_create(
                    year=year, month=month, defaults={"cases": cases, "counted_at": at}
                )
                if is_new:
                    content_version.bump()
                    count += 1
    return count
