"""Tables on their way out: CSV and XLSX that no spreadsheet computes, and that come back in unchanged."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from portal.shared.exchange.columns import Column, Lines, Reference, References
from portal.shared.exchange.files import DANGEROUS_START, escaped
from portal.shared.exchange.table import Table

ROWS_AT_ONCE = 1_000
AS_TEXT = "@"
WIDE, NARROW = 48, 20
# With it a spreadsheet knows the letters; with semicolons one set to Indonesian knows the columns.
BYTE_ORDER_MARK = "\ufeff"
DELIMITER = ";"


def texts(table: Table, rows: models.QuerySet) -> Iterator[list[str]]:
    """The cells of each row, in few queries however many rows there are."""
    full = table.in_full(rows)
    for row in full.iterator(chunk_size=ROWS_AT_ONCE):
        yield [column.text(row) for column in table.columns]


def headers(table: Table) -> list[str]:
    return [column.title for column in table.columns]


def as_csv(table: Table, rows: models.QuerySet) -> Iterator[bytes]:
    yield line_of(headers(table), BYTE_ORDER_MARK)
    numbers = [column.widget.is_number for column in table.columns]
    for cells in texts(table, rows):
        yield line_of(
            [text if is_number else escaped(text) for text, is_number in zip(cells, numbers, strict=True)]
        )


def line_of(cells: list[str], start: str = "") -> bytes:
    buffer = io.StringIO()
    buffer.write(start)
    csv.writer(buffer, delimiter=DELIMITER).writerow(cells)
    return buffer.getvalue().encode()


def as_xlsx(table: Table, rows: models.QuerySet) -> bytes:
    return saved(workbook(table, texts(table, rows)))


def template(table: Table) -> bytes:
    """Headers, one example row that an import leaves out, and a sheet that explains every column."""
    book = workbook(table, [[example_of(column) for column in table.columns]])
    sheet = book.create_sheet(_("How to fill in"))
    for letter, width in zip("ABCD", (30, 16, 80, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    first = [_("Column"), _("Needed"), _("What to write"), _("Example")]
    sheet.append([bold(sheet, text) for text in first])
    for column in table.columns:
        needed = _("yes") if column.is_required or column.column_name in table.key else ""
        sheet.append([safe(sheet, text) for text in (column.title, needed, column.help, example_of(column))])
    for text in (
        _("One row for each entry. The headers stay in row 1; columns you do not need may be deleted."),
        _("Rows are found by: %(names)s. A row that is there already is changed, any other is added.")
        % {"names": ", ".join(table.fields[name].title for name in table.key)},
        _("An empty cell means “not known”. 0 is a number: 0 rupiah is free."),
        _("The example in row 2 is left out."),
    ):
        sheet.append([safe(sheet, text)])
    return saved(book)


def example_of(column: Column) -> str:
    """What a filled-in cell looks like; a reference names a row that is really there."""
    if isinstance(column, Reference | References) and column.example:
        first = column.related._default_manager.order_by("pk").last()
        return column.example if first is None else str(first.slug)
    if not isinstance(column, Lines) and column.example:
        choices = getattr(column.widget, "choices", {})
        return str(choices.get(column.example, column.example))
    return column.example


def workbook(table: Table, rows: Any) -> Workbook:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Data"))
    sheet.freeze_panes = "B2"
    for number, column in enumerate(table.columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = WIDE if isinstance(column, Lines) else NARROW
        if not column.widget.is_number:
            # Kept as typed: no lost zeros, no dates turned into numbers.
            dimension.number_format = AS_TEXT
    sheet.append([bold(sheet, text) for text in headers(table)])
    for cells in rows:
        sheet.append(
            [cell_of(sheet, column, text) for column, text in zip(table.columns, cells, strict=True)]
        )
    return book


def cell_of(sheet: Any, column: Column, text: str) -> Any:
    if text and column.widget.is_number:
        try:
            return WriteOnlyCell(sheet, column.widget.typed(text))
        except ValueError:
            pass  # an example, with the dots people write
    return safe(sheet, text)


def safe(sheet: Any, text: str) -> Any:
    """A cell that stays text whatever it begins with; control characters no workbook can hold are left out."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.number_format = AS_TEXT
    cell.alignment = Alignment(wrap_text="\n" in text, vertical="top")
    if text.startswith(tuple(DANGEROUS_START)):
        # What an apostrophe typed before the text does: also after editing it is not computed.
        cell.quotePrefix = True
    return cell


def bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
