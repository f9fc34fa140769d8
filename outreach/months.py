"""A month of the agenda as the table of its weeks."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from outreach.agenda import Asked, Row, midnight
from outreach.models import Event

# More than anybody plans for a village; beyond it the lists of the days tell the rest.
MOST_EVENTS = 1_000
SHOWN_A_DAY = 3
SHOWN_FIELDS = ("slug", "title", "title_en", "starts_at", "ends_at", "decision")
FIRST_YEAR, LAST_YEAR = 2000, 2100
# In days; what lasts longer shows its first year.
LONGEST = 366


@dataclass
class Day:
    """One day with its first activities and how many more there are."""

    date: date
    is_in_month: bool
    is_today: bool
    url: str
    rows: list[Row] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Month:
    """A month with its weeks, Monday first, and the way to its neighbours."""

    first: date
    weeks: list[list[Day]]
    previous: date | None
    next: date | None
    previous_url: str
    next_url: str
    count: int

    @property
    def weekdays(self) -> list[date]:
        """A day of each name, for the heads of the columns."""
        return [day.date for day in self.weeks[0]]


def month_of(written: str, today: date) -> date | None:
    """The first day of a month written as 2026-11, of this month if nothing is written; None for any other text."""
    if not written:
        return today.replace(day=1)
    if not re.fullmatch(r"\d{4}-\d{2}", written, re.ASCII):
        return None
    year, month = map(int, written.split("-"))
    return date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


def month_table(first: date, asked: Asked, at: datetime) -> Month:
    """The weeks of a month with the activities of each day, in two questions."""
    today = timezone.localdate(at)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    days = {
        one: Day(one, one.month == first.month, one == today, day_url(asked, one))
        for week in weeks
        for one in week
    }
    spans = spans_of(asked, first)
    keys: dict[date, list[int]] = {one: [] for one, day in days.items() if day.is_in_month}
    for pk, starts_at, ends_at in spans:
        for one in days_between(starts_at, ends_at):
            if one in keys:
                keys[one].append(pk)
    shown = {pk for found in keys.values() for pk in found[:SHOWN_A_DAY]}
    # Titles only of what is shown: a busy month has hundreds more.
    events = Event.objects.only(*SHOWN_FIELDS).in_bulk(shown)
    for one, found in keys.items():
        days[one].rows = [Row(events[pk], at, asked.channel) for pk in found[:SHOWN_A_DAY]]
        days[one].more = max(0, len(found) - SHOWN_A_DAY)
    before, after = neighbour(first, -1), neighbour(first, 1)
    return Month(
        first=first,
        weeks=[[days[one] for one in week] for week in weeks],
        previous=before,
        next=after,
        previous_url=month_url(asked, before) if before else "",
        next_url=month_url(asked, after) if after else "",
        count=len(spans),
    )


def spans_of(asked: Asked, first: date) -> list[tuple[int, datetime, datetime]]:
    """Keys and times of what touches a month, in the order it begins."""
    begins = midnight(first)
    ends = midnight((first + timedelta(days=31)).replace(day=1))
    events = asked.of(Event.objects.public().filter(ends_at__gt=begins, starts_at__lt=ends))
    return list(events.order_by("starts_at", "pk").values_list("pk", "starts_at", "ends_at")[:MOST_EVENTS])


def days_between(starts_at: datetime, ends_at: datetime) -> list[date]:
    """Each day an activity touches; one until midnight does not touch the next."""
    begins = timezone.localdate(starts_at)
    ends = timezone.localdate(ends_at - timedelta(microseconds=1))
    count = min((ends - begins).days + 1, LONGEST)
    return [begins + timedelta(days=number) for number in range(count)]


def neighbour(first: date, step: int) -> date | None:
    months = first.year * 12 + first.month - 1 + step
    year, month = divmod(months, 12)
    return date(year, month + 1, 1) if FIRST_YEAR <= year <= LAST_YEAR else None


def month_url(asked: Asked, month: date) -> str:
    return f"{reverse('outreach:calendar')}?{urlencode([*asked.pairs, ('bulan', f'{month:%Y-%m}')])}"


def day_url(asked: Asked, day: date) -> str:
    return f"{reverse('outreach:events')}?{urlencode([*asked.pairs, ('hari', f'{day:%Y-%m-%d}')])}"
