"""One service over the months of a year, and what was done about it meanwhile: the numbers of its time line.

Each measure is a table of its own, so that a month too small for one of them hides no other. The running month is not
over and is in none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count
from django.utils import timezone

from feedback.satisfaction import FEWEST_FOR_A_GRADE, LIST_ORDER
from portal.evaluation.activities import activities_about
from portal.evaluation.comparing import result_of_rows
from portal.evaluation.documents import Document, Figure, Number, Row, Table
from portal.evaluation.handling import Handled, cases_between, handled, total
from portal.evaluation.observing import published_answers, visits_by_day
from portal.evaluation.promises import figures_of, promised_days, values_of
from portal.evaluation.scope import days_of
from services.models import Service

# Of each month: what came in and how it was answered; complaints; satisfaction; visits by short link.
MONTHS, COMPLAINTS, SATISFACTION, VISITS = (
    "months",
    "complaint_months",
    "satisfaction_months",
    "visit_months",
)


def course_of(service: Service, period: str, at: datetime) -> Document:
    """A service in one year, month by month up to the last that is over."""
    begins, ends = days_of(period)
    months = months_over(begins, at)
    last = days_of(months[-1])[1] if months else begins
    rows = cases_between(begins, last).filter(service=service)
    cases = handled(rows, at) if months else []
    by_month: dict[str, list[Handled]] = defaultdict(list)
    for case in cases:
        by_month[month_of(case.received_on)].append(case)
    answers = answers_by_month(service, begins, last)
    visits: Counter[str] = Counter()
    for about, day, number in visits_by_day([service], (), begins, last):
        if about == service.pk:
            visits[month_of(day)] += number
    tables = (
        table(
            MONTHS, ("received", "on_time_rate", "median_days"), months, lambda one: handling(by_month[one])
        ),
        table(COMPLAINTS, ("complaints",), months, lambda one: (complaints(by_month[one]),)),
        table(SATISFACTION, ("survey_n", "index"), months, lambda one: satisfaction(answers[one])),
        table(VISITS, ("visits",), months, lambda one: (visits[one],), is_of_people=False),
    )
    activities = [
        one.as_words() for one in activities_about(service, at) if begins <= one.last and one.first <= ends
    ]
    least, most = promised_days(rows).get(service.pk, (None, None)) if months else (None, None)
    figures = {one.key: one for one in figures_of(cases)}
    if least is not None:
        figures |= {
            "promised_least": Figure("promised_least", least, "days"),
            "promised_most": Figure("promised_most", most, "days"),
        }
    return Document(
        f"service:{service.slug}",
        period,
        at.isoformat(),
        figures,
        {one.key: one for one in tables if any(row.values[0] for row in one.rows)},
        {"activities": activities},
    )


def table(
    key: str, columns: tuple[str, ...], months: Iterable[str], values: Any, *, is_of_people: bool = True
) -> Table:
    rows = tuple(Row(month, tuple(values(month))) for month in months)
    whole = (sum(row.values[0] or 0 for row in rows), *(None for _column in columns[1:]))
    counts = columns[:1] if is_of_people else ()
    return Table(key, "month", columns, rows, counts=counts, total=Row("total", whole))


def handling(cases: list[Handled]) -> tuple[Number | None, ...]:
    received, *_counts, rate, _least, _most, middle = values_of(cases)
    return received, rate, middle


def complaints(cases: list[Handled]) -> int:
    return total(case for case in cases if case.is_complaint)


def satisfaction(rows: Mapping[tuple[int, ...], int]) -> tuple[int, Fraction | None]:
    """Respondents and their index, which fewer than get a grade do not have."""
    result = result_of_rows(rows)
    return result.n, result.exact_index if result.n >= FEWEST_FOR_A_GRADE else None


def answers_by_month(service: Service, begins: date, last: date) -> dict[str, Counter[tuple[int, ...]]]:
    rows = published_answers().filter(answered_on__range=(begins, last), about=service.pk)
    found: dict[str, Counter[tuple[int, ...]]] = defaultdict(Counter)
    for day, *rest in rows.values_list("answered_on", *LIST_ORDER).annotate(number=Count("pk")):
        found[month_of(day)][tuple(answer or 0 for answer in rest[:-1])] += rest[-1]
    return found


def months_over(begins: date, at: datetime) -> list[str]:
    """The months of a year that are over."""
    today = timezone.localtime(at).date()
    return [
        f"{begins.year}-{month:02}"
        for month in range(1, 13)
        if (begins.year, month) < (today.year, today.month)
    ]


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"
