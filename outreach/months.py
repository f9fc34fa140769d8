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
FIRST_YEAR, LAST_YEAR = 2000, 2100


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
    """The weeks of a month with the activities of each day, in one question."""
    today = timezone.localdate(at)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    days = {
        one: Day(one, one.month == first.month, one == today, day_url(asked, one))
        for week in weeks
        for one in week
    }
    events = fields_of(asked, first)
    for event in events:
        for one in days_of(event):
            if (day := days.get(one)) and day.is_in_month:
                if len(day.rows) < SHOWN_A_DAY:
                    day.rows.append(Row(event, at, asked.channel))
                else:
                    day.more += 1
    before, after = neighbour(first, -1), neighbour(first, 1)
    return Month(
        first=first,
        weeks=[[days[one] for one in week] for week in weeks],
        previous=before,
        next=after,
        previous_url=month_url(asked, before) if before else "",
        next_url=month_url(asked, after) if after else "",
        count=len(events),
    )


def fields_of(asked: Asked, first: date) -> list[Event]:
    begins = midnight(first)
    ends = midnight((first + timedelta(days=31)).replace(day=1))
    events = Event.objects.public().filter(ends_at__gt=begins, starts_at__lt=ends)
    fields = ("slug", "title", "title_en", "starts_at", "ends_at", "decision")
    return list(asked.of(events).order_by("starts_at", "pk").only(*fields)[:MOST_EVENTS])


def days_of(event: Event) -> list[date]:
    """Each day it touches, not more than a month of them."""
    begins = timezone.localdate(event.starts_at)
    ends = timezone.localdate(event.ends_at - timedelta(microseconds=1))
    count = min((ends - begins).days + 1, 400)
    return [begins + timedelta(days=number) for number in range(count)]


def neighbour(first: date, step: int) -> date | None:
    months = first.year * 12 + first.month - 1 + step
    year, month = divmod(months, 12)
    return date(year, month + 1, 1) if FIRST_YEAR <= year <= LAST_YEAR else None


def month_url(asked: Asked, month: date) -> str:
    return f"{reverse('outreach:calendar')}?{urlencode([*asked.pairs, ('bulan', f'{month:%Y-%m}')])}"


def day_url(asked: Asked, day: date) -> str:
    return f"{reverse('outreach:events')}?{urlencode([*asked.pairs, ('hari', f'{day:%Y-%m-%d}')])}"
