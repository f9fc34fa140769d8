"""Statistics of what residents told us, for everybody: a page for each year and month, and one file of all years."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from feedback.counting import year_book
from feedback.freezing import DAYS_UNTIL_FINAL
from feedback.kinds import kind_word
from feedback.models import CountedMonth
from feedback.statistics import KIND, RW, SECTOR, Figures, Line, Report, YearBook
from portal.shared.public_pages import public_page
from portal.shared.suppression import SMALLEST_GROUP, SMALLEST_SENSITIVE_GROUP
from services.facets import facets, profile
from services.views.catalogue import Chip

# A page shows the newest years; the files hold as many.
MOST_YEARS = 10
# A chart of more bars than this is a table.
MOST_BARS = 8

COLUMNS = (
    ("year", gettext_lazy("year in which the case came in")),
    ("month", gettext_lazy("month in which it came in, 1 to 12; empty: the whole year")),
    ("breakdown", gettext_lazy("total, kind, sector, rw or month")),
    ("key", gettext_lazy("what the row is about; empty: not stated")),
    ("is_hidden", gettext_lazy("true: too few cases, or hidden so that others cannot be computed")),
    ("received", gettext_lazy("cases that came in")),
    ("answered", gettext_lazy("of those: closed with an answer")),
    ("on_time", gettext_lazy("closed by the promised day")),
    ("late", gettext_lazy("closed after the promised day")),
    ("overdue", gettext_lazy("open, and the promised day has passed")),
    ("percent_on_time", gettext_lazy("on_time of on_time + late + overdue; empty: fewer than 5")),
    ("median_days", gettext_lazy("working days to the answer, half took longer; empty: fewer than 5")),
)


@dataclass(frozen=True)
class Bar:
    """One row of a table on the page: how it is called, its figures, and how long its bar is, 0 to 100."""

    label: str
    figures: Figures | None
    percent: int


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    bars: list[Bar]
    has_bars: bool


# Words ----------------------------------------------------------------------------------------------------


def month_name(year: int, month: int) -> str:
    return date_format(date(year, month, 1), "F Y")


def label_of(breakdown: str, line: Line, year: int) -> str:
    if breakdown == KIND:
        return kind_word(line.key)
    if breakdown == SECTOR:
        sector = next((one for one in facets().categories.values() if one.slug == line.key), None)
        return sector.title if sector else _("No field yet")
    if breakdown == RW:
        return f"RW {line.key}" if line.key else _("No RW stated")
    return date_format(date(year, int(line.key), 1), "F")


def titles() -> dict[str, str]:
    return {
        KIND: _("What came in, by kind"),
        SECTOR: _("By field"),
        RW: _("By RW"),
        "month": _("Month by month"),
    }


def tables_of(report: Report) -> list[Table]:
    found = []
    for breakdown, title in titles().items():
        lines = report.tables.get(breakdown, [])
        if breakdown == "month":
            lines = [one for one in lines if one.is_hidden or (one.figures and one.figures.received)]
        if not lines:
            continue
        most = max((one.figures.received for one in lines if one.figures), default=0)
        bars = [
            Bar(
                label_of(breakdown, one, report.year),
                one.figures,
                round(100 * one.figures.received / most) if one.figures and most else 0,
            )
            for one in lines
        ]
        found.append(Table(breakdown, title, bars, len(bars) <= MOST_BARS))
    return found


# The page -------------------------------------------------------------------------------------------------


def asked_period(request: HttpRequest, years: list[int]) -> tuple[int, int | None]:
    """The year and month of ``?periode=2026`` or ``?periode=2026-10``; the newest year when nothing is asked."""
    asked = request.GET.get("periode", "")
    if not asked:
        return years[0], None
    year, dash, month = asked.partition("-")
    is_written_right = asked.isascii() and year.isdecimal() and len(year) == 4
    if dash:
        is_written_right = (
            is_written_right and month.isdecimal() and len(month) == 2 and 1 <= int(month) <= 12
        )
    if not is_written_right or int(year) not in years:
        raise Http404(_("There are no figures of this period."))
    return int(year), int(month) if dash else None


def years_until(at: datetime) -> list[int]:
    """The years in which a month was counted for good, the newest first; the present one where there is none."""
    years = CountedMonth.objects.order_by("-year").values_list("year", flat=True).distinct()
    return list(years[:MOST_YEARS]) or [timezone.localtime(at).year]


def chips_of(years: list[int], book: YearBook, month: int | None) -> dict[str, list[Chip]]:
    """Links to the other periods; a month too small to be shown has none."""
    address = reverse("feedback:statistics")
    months = (
        []
        if book.is_hidden
        else [one for one, cases in book.by_month.items() if cases and one not in book.hidden_months]
    )
    return {
        "years": [
            Chip(str(one), f"{address}?periode={one}", one == book.year and month is None) for one in years
        ],
        "months": [
            Chip(
                date_format(date(book.year, one, 1), "F"),
                f"{address}?periode={book.year}-{one:02}",
                one == month,
            )
            for one in months
        ],
    }


@require_safe
@public_page("periode")
def statistics(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    years = years_until(at)
    year, month = asked_period(request, years)
    book = year_book(year)
    if month and month not in book.closed:
        raise Http404(_("There are no figures of this period."))
    report = book.report(month)
    context = {
        "report": report,
        "period": month_name(year, month) if month else str(year),
        # Of a year that is not over, the months that are.
        "until": "" if month or book.is_complete or not book.closed else month_name(year, book.closed[-1]),
        "is_waiting": not book.closed,
        "days_until_final": DAYS_UNTIL_FINAL,
        "is_empty": not (book.by_month[month] if month else any(book.by_month.values())),
        "tables": tables_of(report),
        "chips": chips_of(years, book, month),
        "smallest": SMALLEST_GROUP,
        "smallest_sensitive": SMALLEST_SENSITIVE_GROUP,
        "year_url": f"{reverse('feedback:statistics')}?periode={year}",
        "csv_size": len(csv_of(rows_of_year(book)).encode()),
    }
    return render(request, "feedback/statistics.html", context)


# The files ------------------------------------------------------------------------------------------------


def rows_of_year(book: YearBook) -> Iterator[dict[str, Any]]:
    """Every number the pages of a year show, and no other."""
    for report in book.reports():
        yield file_row(report, "total", "", report.total)
        for breakdown, lines in report.tables.items():
            for line in lines:
                yield file_row(report, breakdown, line.key, line.figures)


def file_row(report: Report, breakdown: str, key: str, figures: Figures | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "year": report.year,
        "month": report.month,
        "breakdown": breakdown,
        "key": key,
        "is_hidden": figures is None,
    }
    for name in ("received", "answered", "on_time", "late", "overdue", "percent_on_time"):
        row[name] = None if figures is None else getattr(figures, name)
    row["median_days"] = None if figures is None or figures.median_days is None else str(figures.median_days)
    return row


def cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def csv_of(rows: Iterable[dict[str, Any]]) -> str:
    file = StringIO()
    writer = csv.DictWriter(file, [name for name, _explanation in COLUMNS])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: cell(value) for name, value in row.items()})
    return file.getvalue()


def asked_rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The rows of ``?tahun=``, or of every year from the newest to the oldest."""
    at = timezone.now()
    years, asked = years_until(at), request.GET.get("tahun", "")
    if asked and asked not in map(str, years):
        raise Http404(_("There are no figures of this period."))
    for year in [int(asked)] if asked else years:
        yield from rows_of_year(year_book(year))


@require_safe
@public_page("tahun")
def statistics_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(csv_of(asked_rows(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="feedback.csv"'
    return response


def json_of(rows: Iterable[dict[str, Any]]) -> bytes:
    portal = profile()
    with override("id"):
        document = {
            "portal": portal.name if portal else "",
            "is_official": bool(portal and portal.is_official),
            "url": settings.SITE_URL + reverse("feedback:statistics"),
            "smallest_group": SMALLEST_GROUP,
            "smallest_sensitive_group": SMALLEST_SENSITIVE_GROUP,
            "columns": {name: str(explanation) for name, explanation in COLUMNS},
            "rows": list(rows),
        }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


@require_safe
@public_page("tahun")
def statistics_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(json_of(asked_rows(request)), content_type="application/json")
