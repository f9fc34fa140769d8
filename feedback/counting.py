"""Reads the cases of a year for statistics, and how long one case took: the side of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import TYPE_CHECKING, Any

from django.db.models import F, Min, Q
from django.utils import timezone

from feedback.deadlines import Calendars, WorkingDays, in_charge
from feedback.lifecycle import ENDED, OPEN, Status
from feedback.models import CountedMonth, SensitiveCategory, StatusChange, Submission
from feedback.statistics import Counted, Figures, YearBook, figures_of
from services.models import Category, Organization

if TYPE_CHECKING:
    from django.db.models import QuerySet

# The rows of cases that name no field, or no RW.
NO_SECTOR, NO_RW = "", ""
COLUMNS = (
    *(
        "pk",
        "kind",
        "category_id",
        "rw",
        "status",
        "received_at",
        "closed_at",
        "due_on",
        "waited_days",
        "rested_days",
        "unit_id",
    ),
)


def counted_cases() -> QuerySet[Submission]:
    """The cases that count: not what was joined with another, and not what was put away as nothing to act on."""
    put_away = Q(status=Status.ARCHIVED, answered_at=None, closed_at=F("status_at"))
    return Submission.objects.exclude(status=Status.DUPLICATE).exclude(put_away)


def first_year() -> int | None:
    """The year in which the first case came in."""
    first = Submission.objects.aggregate(first=Min("received_at"))["first"]
    return timezone.localtime(first).year if first else None


def year_book(year: int) -> YearBook:
    """What is published of the cases received in a year: of the months that were counted for good."""
    months = list(CountedMonth.objects.filter(year=year).order_by("month"))
    sensitive = SensitiveCategory.objects.values_list("category__slug", "category__parent__slug")
    cases = (
        case
        for one in months
        for *marks, number in one.cases
        for case in repeat(Counted(one.month, *marks), number)
    )
    closed = [one.month for one in months]
    return YearBook(year, cases, frozenset(parent or slug for slug, parent in sensitive), closed)


def cases_of_month(year: int, month: int, at: datetime) -> list[list[Any]]:
    """The cases received in a month by their marks, as they stand at a moment, for a `CountedMonth`."""
    zone = timezone.get_current_timezone()
    begins = datetime(year, month, 1, tzinfo=zone)
    ends = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    rows = counted_cases().filter(received_at__gte=begins, received_at__lt=ends)
    sectors = {
        pk: parent or slug for pk, slug, parent in Category.objects.values_list("pk", "slug", "parent__slug")
    }
    found = Counter(
        (one.kind, one.sector, one.rw, one.is_answered, one.on_time, one.is_overdue, one.days)
        for one in counted(rows, sectors, begins.date(), at)
    )
    return [[*marks, number] for marks, number in found.items()]


def counted(
    rows: QuerySet[Submission], sectors: dict[int, str], begins: date, at: datetime
) -> Iterator[Counted]:
    """The rows of a year, of which no day is before its beginning."""
    today, calendars = timezone.localtime(at).date(), Calendars()
    # Few units keep days of their own; where none does, one calendar is everybody's.
    units = Organization.objects.select_related("parent__parent__parent").in_bulk() if calendars.own else {}
    days_of = {pk: Days(calendars.of(unit), begins) for pk, unit in units.items()}
    usual = Days(calendars.of(None), begins)
    zone = timezone.get_current_timezone()
    broken = broken_before(rows)
    for pk, kind, category, rw, status, received_at, closed_at, due_on, waited, rested, unit in (
        rows.order_by().values_list(*COLUMNS).iterator(chunk_size=2_000)
    ):
        received_on = received_at.astimezone(zone).date()
        closed_on = closed_at.astimezone(zone).date() if closed_at and status in ENDED else None
        on_time, is_overdue = verdict(status, due_on, closed_on, today)
        if pk in broken and closed_on is not None:
            on_time = False
        days = days_of.get(unit, usual)
        yield Counted(
            month=received_on.month,
            kind=kind,
            sector=sectors.get(category, NO_SECTOR),
            rw=rw_of(rw),
            is_answered=closed_on is not None,
            on_time=on_time,
            is_overdue=is_overdue,
            days=max(0, days.between(received_on, closed_on) - waited - rested) if closed_on else None,
        )


def rw_of(typed: str) -> str:
    """“5”, “05” and “005” are one RW; what is no number is none."""
    return typed.lstrip("0").zfill(2) if typed.isascii() and typed.isdecimal() else NO_RW


def verdict(
    status: str, due_on: date | None, closed_on: date | None, today: date
) -> tuple[bool | None, bool]:
    """Whether a case was closed on time (None: nothing to judge), and whether it is open past its promise."""
    if due_on is None:
        return None, False
    if closed_on is not None:
        return closed_on <= due_on, False
    is_overdue = status in OPEN and due_on < today
    return (False if is_overdue else None), is_overdue


def broken_before(rows: QuerySet[Submission]) -> set[int]:
    """Cases opened again of which an answer had come late: a new promise does not mend the first."""
    again = rows.filter(reopened_count__gt=0).order_by()
    ends = StatusChange.objects.filter(
        submission__in=again.values("pk"), to_status__in=ENDED, due_on__isnull=False
    ).exclude(from_status__in=ENDED)
    told = ends.order_by().values_list("submission", "at", "due_on")
    return {pk for pk, at, due_on in told if due_on and timezone.localtime(at).date() > due_on}


class Days:
    """Working days of one calendar, counted once from the beginning of a year, then looked up."""

    def __init__(self, days: WorkingDays, begins: date) -> None:
        self.days, self.begins = days, begins
        self.until = [0]

    def count(self, day: date) -> int:
        """Working days after the beginning up to this day."""
        place = (day - self.begins).days
        while len(self.until) <= place:
            next_day = self.begins + timedelta(days=len(self.until))
            self.until.append(self.until[-1] + self.days.is_one(next_day))
        return self.until[place]

    def between(self, start: date, end: date) -> int:
        return self.count(end) - self.count(start)


# One service, one case -------------------------------------------------------------------------------------


def figures_of_service(service: Any, at: datetime) -> Figures:
    """How cases about a service that came in within a year from now were answered."""
    since = at.replace(year=at.year - 1, day=min(at.day, 28))
    rows = counted_cases().filter(service=service, received_at__gte=since)
    today = timezone.localtime(at).date()
    found = list(rows.order_by().values_list("pk", "status", "closed_at", "due_on", "reopened_count"))
    broken = broken_before(rows) if any(times for *_case, times in found) else set()
    cases = []
    for pk, status, closed_at, due_on, _times in found:
        closed_on = timezone.localtime(closed_at).date() if closed_at and status in ENDED else None
        on_time, is_overdue = verdict(status, due_on, closed_on, today)
        if pk in broken and closed_on is not None:
            on_time = False
        cases.append(Counted(0, "", "", "", closed_on is not None, on_time, is_overdue))
    return figures_of(cases)


@dataclass(frozen=True)
class Pace:
    """How long the office took for one case, beside what it had promised."""

    received_on: date
    answered_on: date
    # Without those on which the office waited for the resident: for a reply, or until “not yet”.
    days: int
    waited: int
    promised: int | None
    is_on_time: bool | None


def pace_of(submission: Submission, calendars: Calendars) -> Pace | None:
    """None while the case is open."""
    if submission.closed_at is None or submission.status not in ENDED:
        return None
    received_on = timezone.localtime(submission.received_at).date()
    answered_on = timezone.localtime(submission.closed_at).date()
    waited = submission.waited_days + submission.rested_days
    working_days = calendars.of(in_charge(submission)).between(received_on, answered_on)
    return Pace(
        received_on=received_on,
        answered_on=answered_on,
        days=max(0, working_days - waited),
        waited=waited,
        promised=submission.promised_days,
        is_on_time=None if submission.due_on is None else answered_on <= submission.due_on,
    )
