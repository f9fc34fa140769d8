"""Cases about services in few rows: how many came in on a day, ended on a day, and were kept to the promise.

The database groups, so that what is read grows with days and not with cases. What counts as answered on time is the
same as in the statistics of residents' voices (`feedback.counting`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import BooleanField, Case, CharField, Count, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from feedback.counting import Days, broken_before, counted_cases
from feedback.deadlines import Calendars
from feedback.lifecycle import ENDED, OPEN
from feedback.models import Submission
from services.models import Organization

KEPT, LATE, OVERDUE, TOO_EARLY = "kept", "late", "overdue", "too_early"
# Where all services but the named ones are one.
OTHERS: Final = 0


@dataclass(frozen=True)
class Handled:
    """Cases that are alike, and how many they are."""

    # The key of the service, or `OTHERS`.
    service: int
    received_on: date
    is_complaint: bool
    is_closed: bool
    # Kept, late (answered after the day promised), overdue (open after it), or too early to say.
    promise: str
    # The promised day has passed: whatever comes now, on time it is not.
    is_due: bool
    # Working days to the answer without those on which the office waited; of overdue ones, those until now.
    days: int | None
    number: int


def handled(rows: QuerySet[Submission], at: datetime, apart: Collection[int] | None = None) -> list[Handled]:
    """The cases by service; with `apart` only those services apart, and all others as one.

    With nobody apart all cases are one, also those about no service; which are complaints and due is then not read.
    """
    is_one = apart is not None and not apart
    rows = (rows if is_one else rows.filter(service__isnull=False)).order_by()
    today = timezone.localtime(at).date()
    calendars = Calendars()
    names = ("about", "received_on", "closed_on", "given_back", "promise", "is_due", "is_complaint")
    own = ("unit_id",) if calendars.own else ()
    counted = (
        rows.annotate(
            about=F("service_id")
            if apart is None
            else Value(OTHERS)
            if is_one
            else Case(When(service_id__in=apart, then=F("service_id")), default=Value(OTHERS)),
            received_on=TruncDate("received_at"),
            given_back=F("waited_days") + F("rested_days"),
            closed_on=Case(
                When(status__in=ENDED, closed_at__isnull=False, then=TruncDate("closed_at")),
                default=Value(None),
                output_field=DateField(),
            ),
            # Where all are one, nobody asks: fewer groups are fewer rows to read.
            is_due=Value(False) if is_one else yes_if(Q(due_on__lt=today) | Q(due_on=None)),
            is_complaint=Value(False) if is_one else yes_if(Q(kind=Submission.Kind.COMPLAINT)),
        )
        .annotate(promise=promise_of(today, broken_before(rows)))
        .values_list(*names, *own)
        .annotate(number=Count("pk"))
    )
    found = list(counted)
    return list(read(found, calendars, today)) if found else []


def yes_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def promise_of(today: date, broken: Collection[int]) -> Case:
    """What became of the promise, in the database's words; see `feedback.counting.verdict`."""
    closed = Q(closed_on__isnull=False)
    whens = [When(closed & Q(pk__in=broken), then=Value(LATE))] if broken else []
    return Case(
        *whens,
        When(due_on=None, then=Value(TOO_EARLY)),
        When(closed & Q(closed_on__lte=F("due_on")), then=Value(KEPT)),
        When(closed, then=Value(LATE)),
        When(status__in=OPEN, due_on__lt=today, then=Value(OVERDUE)),
        default=Value(TOO_EARLY),
        output_field=CharField(),
    )


def read(found: list[Any], calendars: Calendars, today: date) -> Iterator[Handled]:
    """The rows of the database with their working days counted."""
    begins = min(row[1] for row in found)
    units = Organization.objects.select_related("parent__parent__parent").in_bulk() if calendars.own else {}
    days_of = {pk: Days(calendars.of(unit), begins) for pk, unit in units.items()}
    usual = Days(calendars.of(None), begins)
    for about, received_on, closed_on, waited, promise, is_due, is_complaint, *rest in found:
        *unit, number = rest
        until = closed_on or (today if promise == OVERDUE else None)
        days = days_of.get(unit[0], usual) if unit else usual
        yield Handled(
            service=about,
            received_on=received_on,
            is_complaint=bool(is_complaint),
            is_closed=closed_on is not None,
            promise=promise,
            is_due=bool(is_due),
            days=max(0, days.between(received_on, until) - waited) if until else None,
            number=number,
        )


def cases_between(begins: date, ends: date) -> QuerySet[Submission]:
    """Those that came in from a day up to another, both included."""
    return received(counted_cases(), begins, ends)


def received(rows: QuerySet[Submission], begins: date, ends: date) -> QuerySet[Submission]:
    zone = timezone.get_current_timezone()
    first = datetime(begins.year, begins.month, begins.day, tzinfo=zone)
    last = datetime.combine(ends, datetime.max.time(), tzinfo=zone)
    return rows.filter(received_at__gte=first, received_at__lte=last)


def total(cases: Iterable[Handled]) -> int:
    return sum(one.number for one in cases)


def promises_in(cases: Iterable[Handled]) -> Counter[str]:
    """How many were kept, late, overdue, and too early to say."""
    counts: Counter[str] = Counter()
    for one in cases:
        counts[one.promise] += one.number
    return counts
