"""The data sets of what came of it: how residents are answered, how satisfied they are, what outreach brought.

Nothing is counted here: rows are those the public pages show, with small groups already hidden.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from feedback.models import CountedMonth, Survey
from feedback.satisfaction import half_up
from feedback.survey_report import ElementLine, Finding
from feedback.survey_report import Report as SurveyReport
from feedback.views import statistics
from outreach.models import Campaign
from portal.evaluation import labels
from portal.evaluation.documents import Document, Figure, Table
from portal.evaluation.documents import Row as DocumentRow
from portal.evaluation.models import Evaluation
from portal.open_data.catalogue import ADDRESS, page_of
from portal.open_data.dataset import Column, Dataset, Row, column
from services.models import Service

# How residents are answered ------------------------------------------------------------

FEEDBACK_KINDS = {
    "year": "integer!",
    "month": "integer",
    "breakdown": "text!",
    "key": "text",
    "is_hidden": "boolean!",
    "median_days": "decimal",
}
FEEDBACK_COLUMNS: tuple[Column, ...] = tuple(
    column(name, FEEDBACK_KINDS.get(name, "integer"), about) for name, about in statistics.COLUMNS
)


def feedback_rows(at: datetime) -> Iterator[Row]:
    for year in statistics.years_until(at):
        yield from statistics.rows_of_year(statistics.year_book(year))


FEEDBACK = Dataset(
    "feedback",
    _("How residents are answered"),
    _("Received, answered, on time and late, by kind, field, RW and month. Small groups are hidden."),
    FEEDBACK_COLUMNS,
    computed=feedback_rows,
    weight=lambda: CountedMonth.objects.count() * 50,
    as_json=statistics.json_of,
    page="feedback:statistics",
    follows_the_clock=True,
    keywords=("pengaduan", "waktu penyelesaian", "ketepatan waktu"),
)

# How satisfied they are ------------------------------------------------------------

SATISFACTION_COLUMNS = (
    column("survey", "text!", _("address word of the survey, unique here")),
    column("organization", "text!", _("unit surveyed")),
    column("service", "text", _("code of the service; empty: the whole unit")),
    column("first_day", "date!", _("first day on which answers were taken")),
    column("last_day", "date!", _("last day on which answers were taken")),
    column("rule", "text!", _("rule by which it was asked and counted")),
    column(
        "is_verified", "boolean!", _("true: users with a code for one answer; false: anybody, at the counter")
    ),
    column("element", "text", _("one of the nine elements; empty: all of them together")),
    column("respondents", "integer!", _("how many answered")),
    column("mean", "decimal", _("mean from 1 to 4; empty: fewer than 5 respondents")),
    column("index", "decimal", _("index from 25 to 100, of all nine elements")),
    column("grade", "text", _("A to D; empty: fewer than 10 respondents")),
    column("is_example", "boolean!", _("true: made up to show the page")),
    column("url", "address!", ADDRESS),
)


def satisfaction_rows(at: datetime) -> Iterator[Row]:
    for survey in Survey.objects.published().select_related("unit", "service").newest_first():
        report = SurveyReport(survey)
        for is_verified, finding in ((True, report.verified), (False, report.not_verified)):
            if not finding.n:
                continue
            about = about_survey(survey, is_verified)
            yield about | whole(finding) | {"is_example": survey.is_example, "url": page_of(survey)}
            for line in finding.lines:
                yield about | part(line) | {"is_example": survey.is_example, "url": page_of(survey)}


def about_survey(survey: Any, is_verified: bool) -> Row:
    service = survey.service
    return {
        "survey": survey.slug,
        "organization": survey.unit.name,
        "service": service.code if service and service.status == service.Status.PUBLISHED else "",
        "first_day": survey.opens_on,
        "last_day": survey.closes_on,
        "rule": survey.rule,
        "is_verified": is_verified,
    }


def whole(finding: Finding) -> Row:
    return {
        "element": "",
        "respondents": finding.n,
        "mean": text_of(finding.value),
        "index": text_of(finding.index),
        "grade": finding.grade,
    }


def part(line: ElementLine) -> Row:
    return {
        "element": line.element.key,
        "respondents": line.count,
        "mean": text_of(line.mean_shown),
        "index": None,
        "grade": "",
    }


def text_of(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


SATISFACTION = Dataset(
    "satisfaction",
    _("How satisfied residents are"),
    _(
        "Index and nine elements of every published satisfaction survey (SKM), with the number of respondents."
    ),
    SATISFACTION_COLUMNS,
    computed=satisfaction_rows,
    weight=lambda: Survey.objects.published().count() * 20,
    page="feedback:survey_results",
    keywords=("survei kepuasan masyarakat", "SKM", "IKM"),
)

# What outreach brought ------------------------------------------------------------

VERDICTS = {
    "rose": _("it rose, by more than chance would explain"),
    "fell": _("it fell, by more than chance would explain"),
    "cannot_tell": _("cannot be told"),
    "too_few": _("too few to compare"),
}
RESULT_COLUMNS = (
    column("subject", "text!", _("office, campaign:<address word> or service:<address word>")),
    column("period", "text", _("year or year-month; empty: as long as the subject lasts")),
    column("table", "text", _("table it stands in; empty: a figure of its own"), known=labels.TABLES),
    column("dimension", "text", _("by what the table counts: sex, age, area, month …")),
    column("key", "text", _("the row of the table; empty: not noted, or the total")),
    column("is_total", "boolean!", _("true: the total of its table")),
    column(
        "measure",
        "text!",
        _("what was counted or measured"),
        known={**labels.FIGURES, **labels.COLUMNS},
    ),
    column("unit", "text", _("count, people, percent, points, days, rupiah, homes, copies or scans")),
    column("value", "decimal", _("the number; percent is 0 to 100; empty: not known or hidden")),
    column("part", "integer", _("of a rate: the numerator")),
    column("whole", "integer", _("of a rate: the denominator")),
    column("whole_is", "text", _("of a rate: what the denominator counts")),
    column("n", "integer", _("of a mean: of how many")),
    column("low", "decimal", _("lower bound of the 95-percent interval")),
    column("high", "decimal", _("upper bound of the 95-percent interval")),
    column("verdict", "text", _("of a change beside other services: what can be said of it"), known=VERDICTS),
    column("is_hidden", "boolean!", _("true: too few people, or hidden so that others cannot be computed")),
    column("counted_at", "moment!", _("when it was counted")),
    column("is_final", "boolean!", _("true: the period is over, the number never changes again")),
)
# Decimals of a fraction in the files; part and whole give it exactly.
DIGITS = 4


def result_rows(at: datetime) -> Iterator[Row]:
    for kept in results_now().order_by("subject", "period").iterator(chunk_size=100):
        yield from rows_of(kept.document, is_final=kept.frozen_at is not None)


def results_now() -> QuerySet[Evaluation]:
    """What is published, without campaigns and services that have no page any more."""
    own = Substr(OuterRef("subject"), StrIndex(OuterRef("subject"), Value(":")) + 1)
    has_campaign = Exists(Campaign.objects.published().filter(slug=own))
    has_service = Exists(Service.objects.published().filter(slug=own))
    rows: QuerySet[Evaluation] = Evaluation.objects.public().filter(
        (~Q(subject__startswith="campaign:") | has_campaign)
        & (~Q(subject__startswith="service:") | has_service)
    )
    return rows


def rows_of(document: Document, *, is_final: bool) -> Iterator[Row]:
    """The figures of a published document, what is said of changes, then its tables: a row for each number."""
    about = {"subject": document.subject, "period": document.period}
    state = {"counted_at": document.at, "is_final": is_final}
    for figure in document.figures.values():
        yield about | of_figure(figure) | state
    for name, verdict in document.words.items():
        if name.startswith("verdict:"):
            yield about | of_verdict(name, verdict) | state
    for table in document.tables.values():
        for row in (*table.rows, *((table.total,) if table.total else ())):
            for name, value in zip(table.columns, row.values, strict=True):
                yield about | of_cell(table, row, name, value) | state


# Of most rows most columns say nothing.
NOTHING: Row = {
    **dict.fromkeys(("table", "dimension", "key", "unit", "whole_is", "verdict"), ""),
    **dict.fromkeys(("value", "part", "whole", "n", "low", "high")),
    "is_total": False,
    "is_hidden": False,
}


def of_figure(figure: Figure) -> Row:
    return NOTHING | {
        "measure": figure.key,
        "unit": figure.unit,
        "value": number(figure.value),
        "part": figure.part,
        "whole": figure.whole,
        "whole_is": figure.of,
        "n": figure.n,
        "low": number(figure.low),
        "high": number(figure.high),
        "is_hidden": figure.is_hidden,
    }


def of_verdict(name: str, verdict: str) -> Row:
    """What “verdict:<measure>” says, or “verdict:<measure>:<service>”."""
    _verdict, measure, *service = name.split(":")
    about = {"dimension": "service", "key": service[0]} if service else {}
    return NOTHING | about | {"measure": measure, "verdict": verdict}


def of_cell(table: Table, row: DocumentRow, name: str, value: int | Fraction | None) -> Row:
    return NOTHING | {
        "table": table.key,
        "dimension": table.dimension,
        "key": row.key,
        "is_total": row is table.total,
        "measure": name,
        "value": number(value),
        "is_hidden": row.is_hidden,
    }


def number(value: int | Fraction | None) -> str | None:
    """A whole number as it is, a fraction rounded half up to four decimals."""
    if value is None:
        return None
    exact = Fraction(value)
    return str(exact.numerator) if exact.denominator == 1 else str(half_up(exact, DIGITS))


RESULTS = Dataset(
    "results",
    _("Results of outreach"),
    _(
        "Who was reached, what they thought of it, and what changed: the published figures of office and campaigns."
    ),
    RESULT_COLUMNS,
    computed=result_rows,
    weight=lambda: Evaluation.objects.public().count() * 100,
    page="evaluation:overview",
    keywords=("evaluasi", "sosialisasi", "partisipasi", "kinerja"),
)
