"""Lists of outreach to take away as a table: as they are filtered, as far as the person reaches, without formulas.

For nouns that are not kept as tables: their rows come with what was counted of them, which no import brings back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from portal.shared.exchange.admin import XLSX, quoted
from portal.shared.exchange.files import escaped
from portal.shared.exchange.writing import BYTE_ORDER_MARK, bold, line_of, safe, saved
from services.admin.exchange import Exchanged

TAKES_AWAY = "exchange.export_rows"
ROWS_AT_ONCE = 500
MOST = 10_000


@dataclass(frozen=True)
class Taken:
    """One column: its head, and what stands in it for a row, given what was counted for several rows at once."""

    title: Any
    text: Callable[[Any, Any], Any]


class TakenAway(Exchanged):
    """Adds “Export CSV” and “Export XLSX” to a list; `counted` asks once for many rows what the columns need."""

    taken_columns: ClassVar[tuple[Taken, ...]] = ()

    def counted(self, rows: Sequence[Any]) -> Any:
        return None

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(require_safe(self.export_view))
        return [path("export.<slug:shape>", view, name=name), *super().get_urls()]

    def may_take_away(self, request: HttpRequest) -> bool:
        return request.user.has_perm(TAKES_AWAY) and self.has_view_or_change_permission(request)

    def exchange_tools(self, request: HttpRequest) -> dict[str, str]:
        tools = super().exchange_tools(request)
        if not self.may_take_away(request):
            return tools
        asked = request.GET.copy()
        asked.pop("p", None)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_export"
        query = f"?{asked.urlencode()}" if asked else ""
        return tools | {f"{shape}_url": reverse(name, args=[shape]) + query for shape in ("csv", "xlsx")}

    def export_view(self, request: HttpRequest, shape: str) -> HttpResponseBase:
        if not self.may_take_away(request):
            raise PermissionDenied
        if shape not in {"csv", "xlsx"}:
            raise Http404
        try:
            asked = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise BadRequest("The list knows no such filter.") from None
        # Joins of filters and of the list's own columns stay out of the file.
        rows = self.model._default_manager.filter(pk__in=asked.order_by().values("pk")).order_by("pk")
        joined: Any = self.list_select_related
        lines = self.lines(rows.select_related(*joined)[:MOST] if joined else rows[:MOST])
        titles = [capfirst(str(column.title)) for column in self.taken_columns]
        if shape == "csv":
            content = line_of(titles, BYTE_ORDER_MARK) + b"".join(
                line_of([escaped(cell) for cell in cells]) for cells in lines
            )
            answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        else:
            answer = HttpResponse(as_workbook(titles, lines), content_type=XLSX)
        name = quoted(str(self.opts.verbose_name_plural).replace(" ", "-"))
        day = timezone.localdate().isoformat()
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}-{day}.{shape}"
        return answer

    def lines(self, rows: models.QuerySet) -> Iterator[list[str]]:
        every = iter(rows)
        while some := list(islice(every, ROWS_AT_ONCE)):
            counted = self.counted(some)
            for row in some:
                cells = (column.text(row, counted) for column in self.taken_columns)
                yield ["" if cell is None else str(cell) for cell in cells]


def as_workbook(titles: Iterable[str], lines: Iterable[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "B2"
    sheet.append([bold(sheet, title) for title in titles])
    for cells in lines:
        # A number stays one, so that it can be added up; everything else is text.
        sheet.append(
            [
                int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else safe(sheet, cell)
                for cell in cells
            ]
        )
    return saved(book)
