"""The accountability board: for every service what was promised beside what came of it, in one year or month.

Promised are the working days within which a message about a service is answered; the result is what residents waited.
How long the service itself took nobody writes down: beside the time in its standard stands what users say of it in
published surveys. A message counts in the period in which it came in.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from statistics import median
from typing import Final

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from feedback.models import Submission
from feedback.satisfaction import FEWEST_FOR_A_GRADE, LIST_ORDER
from outreach.models import Commitment
from portal.evaluation.comparing import result_of_rows
from portal.evaluation.documents import Document, Figure, Number, Row, Table
from portal.evaluation.handling import (
    KEPT,
    LATE,
    OVERDUE,
    Handled,
    cases_between,
    handled,
    promises_in,
    total,
)
from portal.evaluation.observing import published_answers
from portal.evaluation.scope import days_of
from portal.shared.suppression import SMALLEST_GROUP
from services.models import Organization, Service
from services.models.organization import below

SUBJECT: Final = "board"
COLUMNS: Final = (
    *("received", "answered", "on_time", "late", "overdue", "on_time_rate"),
    *("promised_least", "promised_most", "median_days"),
)
SATISFACTION: Final = ("index", "survey_n", "time_mean")
# What became of what was promised at meetings and in consultations.
STATES: Final = ("kept", "kept_late", "open", "late", "dropped")
TIME: Final = LIST_ORDER.index("time")

Days = tuple[int | None, int | None]


def board(period: str, at: datetime, unit: Organization | None = None, until: date | None = None) -> Document:
    """All services together, each service, and the promises due in the period; of one unit with all below it.

    ``until`` is the last day counted of a period that is not over.
    """
    begins, ends = days_of(period)
    ends = min(ends, until) if until else ends
    units = below(Organization.objects.filter(pk=unit.pk)) if unit else None
    rows = cases_between(begins, ends).filter(service__isnull=False)
    if units is not None:
        rows = rows.filter(service__organization__in=units)
    cases = handled(rows, at)
    answers = answers_between(begins, ends, units)
    promised = promised_days(rows)
    by_service: dict[int, list[Handled]] = defaultdict(list)
    for case in cases:
        by_service[case.service].append(case)
    slugs = dict(
        Service.objects.published()
        .filter(pk__in={*by_service, *answers})
        .order_by("sort_key", "pk")
        .values_list("pk", "slug")
    )
    services = Table(
        "services",
        "service",
        COLUMNS,
        tuple(
            Row(slug, values_of(by_service[pk], promised.get(pk, (None, None))))
            for pk, slug in slugs.items()
            if pk in by_service
        ),
        counts=("received",),
        total=Row("total", values_of(cases, spread_of(promised.values()))),
    )
    satisfaction = Table(
        "service_satisfaction",
        "service",
        SATISFACTION,
        tuple(Row(slug, satisfaction_of(answers[pk])) for pk, slug in slugs.items() if pk in answers),
        counts=("survey_n",),
    )
    counts = commitments(begins, ends, at, units)
    kept = Table("promises", "promise", ("count",), tuple(Row(key, (counts[key],)) for key in STATES))
    subject = f"{SUBJECT}:{unit.slug}" if unit else SUBJECT
    return Document(
        subject,
        period,
        at.isoformat(),
        {one.key: one for one in figures_of(cases)},
        {table.key: table for table in (services, satisfaction, kept)},
        {"until": ends.isoformat()},
    )


# Messages ------------------------------------------------------------------------------------------------------


def values_of(cases: Iterable[Handled], promised: Days = (None, None)) -> tuple[Number | None, ...]:
    """One row: shares and medians only of enough cases to speak of."""
    cases = list(cases)
    counts = promises_in(cases)
    judged = counts[KEPT] + counts[LATE] + counts[OVERDUE]
    rate = Fraction(100 * counts[KEPT], judged) if judged >= SMALLEST_GROUP else None
    middle, _n = median_days(cases)
    return (
        *(total(cases), total(case for case in cases if case.is_closed)),
        *(counts[KEPT], counts[LATE], counts[OVERDUE], rate),
        *(*promised, middle),
    )


def median_days(cases: Iterable[Handled]) -> tuple[Fraction | None, int]:
    """Working days within which half of the answered were answered, and how many were."""
    days = [
        one.days for one in cases if one.is_closed and one.days is not None for _case in range(one.number)
    ]
    return (Fraction(median(days)) if len(days) >= SMALLEST_GROUP else None), len(days)


def promised_days(rows: QuerySet[Submission]) -> dict[int, Days]:
    """The least and the most working days promised for messages about each service: kinds of messages differ."""
    found = rows.order_by().values_list("service").annotate(Min("promised_days"), Max("promised_days"))
    return {pk: (least, most) for pk, least, most in found}


def spread_of(promised: Iterable[Days]) -> Days:
    known = [day for pair in promised for day in pair if day is not None]
    return (min(known), max(known)) if known else (None, None)


def figures_of(cases: list[Handled]) -> Iterable[Figure]:
    received = total(cases)
    answered = total(case for case in cases if case.is_closed)
    promises = promises_in(cases)
    judged = promises[KEPT] + promises[LATE] + promises[OVERDUE]
    share = Fraction(100 * promises[KEPT], judged) if judged >= SMALLEST_GROUP else None
    middle, n = median_days(cases)
    yield Figure("cases", received)
    yield Figure("answered", answered, part=answered, whole=received, of="cases")
    yield Figure("on_time_rate", share, "percent", promises[KEPT], judged, "judged")
    yield Figure("median_days", middle, "days", n=n)


# Satisfaction --------------------------------------------------------------------------------------------------


def answers_between(
    begins: date, ends: date, units: Iterable[int] | None
) -> dict[int, Counter[tuple[int, ...]]]:
    """Rows of nine answers by service, from published surveys and people known to have used it."""
    rows = published_answers().filter(answered_on__range=(begins, ends), about__isnull=False)
    if units is not None:
        rows = rows.filter(about__in=Service.objects.filter(organization__in=units).values("pk"))
    found: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
    for about, *rest in rows.values_list("about", *LIST_ORDER).annotate(number=Count("pk")):
        found[about][tuple(answer or 0 for answer in rest[:-1])] += rest[-1]
    return found


def satisfaction_of(rows: Mapping[tuple[int, ...], int]) -> tuple[Number | None, ...]:
    """Index and number of respondents, and what they say of the time alone; no index of fewer than get a grade."""
    result = result_of_rows(rows)
    if result.n < FEWEST_FOR_A_GRADE:
        return None, result.n, None
    return result.exact_index, result.n, result.means["time"]


# Promises from meetings ----------------------------------------------------------------------------------------


def commitments(begins: date, ends: date, at: datetime, units: Iterable[int] | None = None) -> dict[str, int]:
    """How many of the published promises due in the period are kept, kept late, open, late, or given up."""
    today = timezone.localtime(at).date()
    rows = Commitment.objects.published().filter(by_when__range=(begins, ends))
    if units is not None:
        rows = rows.filter(unit__in=units)
    states: Counter[str] = Counter()
    for status, by_when, ended_on, number in (
        rows.order_by().values_list("status", "by_when", "ended_on").annotate(number=Count("pk"))
    ):
        states[state_of(status, by_when, ended_on, today)] += number
    return {state: states[state] for state in STATES}


def state_of(status: str, by_when: date, ended_on: date | None, today: date) -> str:
    if status == Commitment.Status.OPEN:
        return "late" if by_when < today else "open"
    if status == Commitment.Status.DROPPED:
        return "dropped"
    return "kept" if ended_on is None or ended_on <= by_when else "kept_late"
