"""Promise beside result, for everybody: all services, and one over the months of a year. Nothing is counted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.models import Improvement
from feedback.questionnaire import PERFORMANCE
from feedback.satisfaction import band_of, half_up
from portal.evaluation.comparing import FEWEST
from portal.evaluation.course import COMPLAINTS, MONTHS, SATISFACTION, VISITS
from portal.evaluation.documents import Document, Number, Row
from portal.evaluation.models import Evaluation
from portal.evaluation.promises import COLUMNS, STATES, SUBJECT
from portal.evaluation.promises import SATISFACTION as SATISFACTION_COLUMNS
from portal.evaluation.publishing import DAYS_UNTIL_FINAL
from portal.evaluation.sentences import changed_service
from portal.evaluation.showing import number
from portal.evaluation.timeline import line_of, marks_of
from portal.shared.paging import page_of
from portal.shared.public_pages import public_page
from portal.shared.suppression import SMALLEST_GROUP, SMALLEST_SENSITIVE_GROUP
from services.models import Category, Service
from services.views.catalogue import Chip

IMPROVEMENTS: Final = 3
# So many services stand on one page; of more, the first of each field, and a page of its own for each.
MOST_LINES, FIRST_LINES = 40, 5
HOW: Final = {
    "smallest": SMALLEST_GROUP,
    "smallest_sensitive": SMALLEST_SENSITIVE_GROUP,
    "fewest": FEWEST,
    "days_until_final": DAYS_UNTIL_FINAL,
}


@dataclass(frozen=True)
class Result:
    """One line of the board; numbers as they are shown, empty where there is none or too few."""

    service: Service | None
    is_hidden: bool = False
    received: str = ""
    rate: int | None = None
    late: int = 0
    overdue: int = 0
    promised: str = ""
    median: str = ""
    index: str = ""
    grade: str = ""
    performance: str = ""
    respondents: str = ""
    time_mean: str = ""
    period: str = ""

    @property
    def promised_count(self) -> int:
        """As grammar counts it: one day, or more."""
        return 1 if self.promised == "1" else 2

    @property
    def median_count(self) -> int:
        return 1 if self.median == "1" else 2

    @property
    def past_promise(self) -> int:
        return self.late + self.overdue


def days(least: Number | None, most: Number | None) -> str:
    """“5”, or “5–14”."""
    if least is None or most is None:
        return ""
    return number(least) if least == most else f"{number(least)}–{number(most)}"


def plain(value: Number | None, digits: int = 1) -> str:
    """Rounded half up, without a unit; whole numbers without a comma."""
    if value is None:
        return ""
    exact = Fraction(value)
    return number(int(exact) if exact.denominator == 1 else Fraction(half_up(exact, digits)))


def result_of(service: Service | None, row: Row | None, satisfaction: Row | None = None) -> Result:
    said: dict[str, Any] = dict(zip(COLUMNS, row.values, strict=True)) if row and not row.is_hidden else {}
    told: Mapping[str, Any] = (
        dict(zip(SATISFACTION_COLUMNS, satisfaction.values, strict=True))
        if satisfaction and not satisfaction.is_hidden
        else {}
    )
    rate, index = said.get("on_time_rate"), told.get("index")
    band = band_of(index) if index is not None else None
    return Result(
        service=service,
        is_hidden=bool(row and row.is_hidden),
        received=plain(said.get("received")),
        rate=int(half_up(Fraction(rate), 0)) if rate is not None else None,
        late=int(said.get("late") or 0),
        overdue=int(said.get("overdue") or 0),
        promised=days(said.get("promised_least"), said.get("promised_most")),
        median=plain(said.get("median_days")),
        index=number(index, "points") if index is not None else "",
        grade=band.grade if band else "",
        performance=str(PERFORMANCE[band.grade]) if band else "",
        respondents=plain(told.get("survey_n")),
        time_mean=number(told["time_mean"], "points") if told.get("time_mean") is not None else "",
    )


@dataclass(frozen=True)
class Field:
    """A field of service with its lines; `count` where not all of them are shown."""

    sector: Category
    lines: list[Result]
    count: int = 0


# All services ---------------------------------------------------------------------------------------------------


@require_safe
@public_page("bidang", "hal", "periode")
def board(request: HttpRequest) -> HttpResponse:
    """Every service of which there is anything to tell, by field; those with the most lateness first in each."""
    kept, years = published(SUBJECT, request.GET.get("periode", ""))
    context: dict[str, Any] = {"kept": kept, **HOW}
    if kept:
        document = kept.document
        sectors, chosen = sectors_of(document, request.GET.get("bidang", ""))
        page = page_of(request, sectors[chosen], len(sectors[chosen]), False) if chosen else None
        context |= {
            "period": kept.period,
            "until": date.fromisoformat(document.words["until"]),
            "is_running": kept.frozen_at is None,
            "total": result_of(None, document.tables["services"].total),
            "answered": document.figures["on_time_rate"],
            "sector": chosen,
            "page_obj": page,
            "fields": [Field(chosen, list(page.rows))] if chosen and page else fields_of(sectors),
            "promises": {row.key: row.values[0] or 0 for row in document.tables["promises"].rows},
            "chips": chips_of(years, kept.period, sectors, chosen),
            "improvements": Improvement.objects.published()[:IMPROVEMENTS],
        }
        context["promises_due"] = sum(context["promises"][state] for state in STATES if state != "open")
    return render(request, "evaluation/board.html", context)


def published(subject: str, asked: str) -> tuple[Evaluation | None, list[str]]:
    """What was published of the year asked for, or of the newest; and the years there are, the newest first."""
    rows = Evaluation.objects.public().filter(subject=subject).exclude(period="").order_by("-period")
    years = list(rows.values_list("period", flat=True))
    if asked and asked not in years:
        raise Http404(_("There are no figures of this period."))
    return rows.filter(period=asked or years[0]).first() if years else None, years


def sectors_of(document: Document, asked: str) -> tuple[dict[Category, list[Result]], Category | None]:
    """The lines of the board by field, and the field asked for."""
    tables = document.tables
    rows = {row.key: row for row in tables["services"].rows}
    opinions = {row.key: row for row in tables["service_satisfaction"].rows}
    services = Service.objects.published().filter(slug__in=rows.keys() | opinions.keys())
    services = services.select_related("category__parent").order_by("sort_key", "pk")
    found: dict[Category, list[Result]] = {}
    for one in services:
        line = result_of(one, rows.get(one.slug), opinions.get(one.slug))
        found.setdefault(one.category.sector, []).append(line)
    for lines in found.values():
        lines.sort(key=lateness)
    chosen = next((sector for sector in found if sector.slug == asked), None)
    if asked and chosen is None:
        raise Http404(_("There is no such field."))
    return found, chosen


def fields_of(sectors: Mapping[Category, list[Result]]) -> list[Field]:
    """Every field, of a long one its first lines and how many there are."""
    is_long = sum(map(len, sectors.values())) > MOST_LINES
    return [
        Field(sector, lines[:FIRST_LINES], len(lines) if is_long and len(lines) > FIRST_LINES else 0)
        if is_long
        else Field(sector, lines)
        for sector, lines in sectors.items()
    ]


def lateness(result: Result) -> tuple[bool, int]:
    """Where the promise was broken most comes first, where nobody knows last."""
    return result.rate is None, result.rate or 0


def chips_of(
    years: list[str], period: str, sectors: Mapping[Category, list[Result]], chosen: Category | None
) -> dict[str, list[Chip]]:
    def address(year: str, sector: str) -> str:
        asked = {"periode": year if year != years[0] else "", "bidang": sector}
        query = urlencode({name: value for name, value in asked.items() if value})
        return reverse("evaluation:board") + (f"?{query}" if query else "")

    own = chosen.slug if chosen else ""
    return {
        "years": [Chip(year, address(year, own), year == period) for year in years],
        "sectors": [
            Chip(one.title, address(period, "" if one == chosen else one.slug), one == chosen)
            for one in sectors
        ],
    }


# One service ----------------------------------------------------------------------------------------------------


@require_safe
@public_page("cetak", "periode")
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """One service: promise and result, month by month, with what was done about it, and what changed."""
    found: Service = get_object_or_404(
        Service.objects.published().select_related("category__parent"), slug=slug
    )
    kept, years = published(f"service:{slug}", request.GET.get("periode", ""))
    change = Evaluation.objects.public().filter(subject=f"service:{slug}", period="").first()
    context: dict[str, Any] = {"service": found, "kept": kept, **HOW}
    # On paper nothing can be opened.
    context["is_for_print"] = request.GET.get("cetak") == "1"
    if kept:
        document = kept.document
        marks = marks_of(document.words.get("activities", ()), int(kept.period))
        context |= {
            "period": kept.period,
            "is_running": kept.frozen_at is None,
            "result": own_result(found, document, kept.period),
            "marks": marks,
            "lines": [line for line in lines_of(document, marks) if line["line"]],
            "years": [
                Chip(year, f"{found_address(slug)}?periode={year}", year == kept.period) for year in years
            ],
        }
    if change:
        context |= {
            "change": change.document,
            "changed": changed_service(change.document, found.label),
            "windows": days_of_words(change.document.words["windows"]),
            "activities": [with_days(one) for one in change.document.words["activities"]],
            "later": change.document.figures.get("later_used"),
        }
    return render(request, "evaluation/service.html", context)


def with_results(services: QuerySet[Service]) -> QuerySet[Service]:
    """Those of which anything is published."""
    own = Concat(Value("service:"), OuterRef("slug"))
    return services.filter(Exists(Evaluation.objects.public().filter(subject=own)))


def found_address(slug: str) -> str:
    return reverse("evaluation:service", args=[slug])


def own_result(found: Service, document: Document, period: str) -> Result:
    """The same line as on the board of that year."""
    whole = Evaluation.objects.public().filter(subject=SUBJECT, period=period).first()
    if whole is None:
        return Result(found)
    rows = {row.key: row for row in whole.document.tables["services"].rows}
    opinions = {row.key: row for row in whole.document.tables["service_satisfaction"].rows}
    return result_of(found, rows.get(found.slug), opinions.get(found.slug))


def lines_of(document: Document, marks: Any) -> list[dict[str, Any]]:
    """Each measure as a line over the months, with the columns of its table."""
    wanted = (
        (COMPLAINTS, 0, "count", ("count",), _("Complaints by month"), (_("Complaints"),), None),
        (
            MONTHS,
            1,
            "percent",
            ("count", "percent", "days"),
            _("Answered on time, by month"),
            (_("Messages"), _("On time"), _("Half answered within")),
            100,
        ),
        (
            SATISFACTION,
            1,
            "points",
            ("count", "points"),
            _("Satisfaction by month"),
            (_("Respondents"), _("Index")),
            100,
        ),
        (VISITS, 0, "count", ("count",), _("Visits of its page by short link"), (_("Visits"),), None),
    )
    return [
        {
            "key": key,
            "title": title,
            "columns": columns,
            "line": line_of(document.tables[key], column, unit, units, marks, top),
        }
        for key, column, unit, units, title, columns, top in wanted
        if key in document.tables
    ]


def days_of_words(windows: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "before": [date.fromisoformat(day) for day in windows["before"]],
        "after": [date.fromisoformat(day) for day in windows["after"]],
        "days": windows["days"],
    }


def with_days(activity: Mapping[str, str]) -> dict[str, Any]:
    return {
        **activity,
        "first": date.fromisoformat(activity["first"]),
        "last": date.fromisoformat(activity["last"]),
    }
