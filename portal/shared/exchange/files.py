"""Opens a file somebody sent as a table: CSV or XLSX, from any spreadsheet program, damaged or hostile.

A file that cannot be read is refused as a whole, with the row where that is known and the cure.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from openpyxl import load_workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 10_000
# An import is one transaction, and SQLite lets nobody else write until it ends.
MAX_ROWS_ALONE = 500
MAX_COLUMNS = 200
MAX_CELL = 10_000
# What the parts of an XLSX may hold when unpacked; an honest table of 10,000 rows needs about a third of it.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 1_000

DELIMITERS = ";,\t"
DANGEROUS_START = "=+-@\t\r"
ESCAPED = re.compile(rf"'+[{re.escape(DANGEROUS_START)}]")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufffd]")
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class FileRefused(Exception):
    """Nothing in the file was used; the sentence says why and what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell whose content would be computed: nobody can see in the file what it says."""

    text: str


@dataclass(frozen=True)
class Broken:
    """A cell holding an error of the spreadsheet program, such as #REF!."""

    text: str


Cell = str | Formula | Broken


@dataclass
class Sheet:
    """Rows with the numbers a spreadsheet shows; empty ones are left out."""

    rows: list[tuple[int, list[Cell]]]
    notes: list[str] = field(default_factory=list)


def opened(content: bytes) -> Sheet:
    """The table in the file; raises FileRefused."""
    if len(content) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 5 MB. Split it into several files."))
    if not content.strip():
        raise FileRefused(_("The file is empty. Fill in the template and send it again."))
    if content.startswith(b"PK"):
        return gathered(xlsx_rows(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            _("This is an old Excel file, or one with a password. Save it as “Excel workbook (.xlsx)”.")
        )
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")):
        raise FileRefused(_("This is not a table. Send a CSV or XLSX file."))
    text, notes = decoded(content)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise FileRefused(
            _("This is a web page or XML, not a table. Open it in a spreadsheet and save it as XLSX.")
        )
    return gathered(csv_rows(text), notes)


def most_rows() -> int:
    """How many rows one file may bring, so that others who save never wait long for it."""
    return MAX_ROWS if connection.features.has_select_for_update else MAX_ROWS_ALONE


def dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def gathered(rows: Iterator[tuple[int, list[Cell]]], notes: list[str] | None = None) -> Sheet:
    """The rows that hold something, within the limits."""
    kept: list[tuple[int, list[Cell]]] = []
    most = most_rows()
    for number, cells in rows:
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise FileRefused(
                _("Row %(row)s has more than %(n)s columns. Delete those that are not in the template.")
                % {"row": number, "n": MAX_COLUMNS}
            )
        if len(kept) > most:
            raise FileRefused(
                _("The file has more than %(n)s rows. Split it into several files.") % {"n": dotted(most)}
            )
        for cell in cells:
            check_cell(number, cell)
        kept.append((number, cells))
    if not kept:
        raise FileRefused(_("The file is empty. Fill in the template and send it again."))
    return Sheet(kept, notes or [])


def check_cell(number: int, cell: Cell) -> None:
    if isinstance(cell, str) and len(cell) > MAX_CELL:
        raise FileRefused(
            _("Row %(row)s has a cell with more than %(n)s characters. Shorten it.")
            % {"row": number, "n": "10.000"}
        )


def is_long(content: bytes, limit: int) -> bool:
    """Whether the table seems to have more rows than `limit`, counted without opening it in earnest."""
    if not content.startswith(b"PK"):
        return content.count(b"\n") > limit
    try:
        check_parts(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("xl/worksheets/sheet1.xml").count(b"<row") > limit
    except (FileRefused, KeyError):
        return False  # reading it will say why


# CSV -----------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of the file: UTF-8, UTF-16 as some programs save it, or the old alphabet of Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError:
            raise FileRefused(unreadable_letters()) from None
    if b"\0" in content:
        row = content[: content.index(b"\0")].count(b"\n") + 1
        raise FileRefused(
            _("Row %(row)s holds signs that are no text. Save the table as XLSX and send that.")
            % {"row": row}
        )
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise FileRefused(unreadable_letters(row)) from None
    return text, [
        _(
            "The file was saved in the old alphabet of Windows. Look at letters such as é and – in row %(row)s."
        )
        % {"row": row}
    ]


def unreadable_letters(row: int | None = None) -> str:
    if row is None:
        return _("The letters in this file cannot be read. Save it as “CSV UTF-8” or XLSX.")
    return _("The letters in row %(row)s cannot be read. Save the file as “CSV UTF-8” or XLSX.") % {
        "row": row
    }


def csv_rows(text: str) -> Iterator[tuple[int, list[Cell]]]:
    first_line, _newline, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\r?", first_line):
        # A hint to Excel, which does not count it as a row either.
        delimiter, text = first_line[4], rest
    else:
        delimiter = max(DELIMITERS, key=first_line.count)
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sentence = _(
                "Row %(row)s cannot be read: a quotation mark is missing or too many, or the cell is too long."
            )
            raise FileRefused(sentence % {"row": number}) from None
        yield number, [unescaped(cell.strip()) for cell in row]


def unescaped(text: str) -> str:
    """Takes off the apostrophe with which an export keeps a spreadsheet from computing a text."""
    return text[1:] if ESCAPED.match(text) else text


def escaped(text: str) -> str:
    """The text so that no spreadsheet computes it; `unescaped` gives back exactly what it was."""
    return f"'{text}" if text.startswith(tuple(DANGEROUS_START)) or ESCAPED.match(text) else text


# XLSX ----------------------------------------------------------------------------------------------------


def xlsx_rows(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    check_parts(content)
    try:
        with warnings.catch_warnings():
            # Of printer settings and the like, which no table needs.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            # What the file says of its own size may be a lie.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
                yield number, [xlsx_cell(cell) for cell in row]
    except FileRefused:
        raise
    except Exception:  # the library stumbles in as many ways as a file can be broken
        raise FileRefused(broken_workbook()) from None


def broken_workbook() -> str:
    return _("This workbook is damaged. Open it in a spreadsheet, save it anew as XLSX, and send that.")


def check_parts(content: bytes) -> None:
    """Refuses archives that unpack to something huge, and XML that defines words of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise FileRefused(
                    _(
                        "This workbook unpacks to far more than a table needs. Copy the rows into the template."
                    )
                )
            names = [part.filename for part in parts]
            if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
                raise FileRefused(broken_workbook())
            if "xl/workbook.xml" not in names:
                raise FileRefused(_("This is not a table. Send a CSV or XLSX file."))
            for part in parts:
                is_xml = part.filename.endswith((".xml", ".rels"))
                # UTF-16 would only put a null between the letters.
                if is_xml and DOCTYPE.search(archive.read(part).replace(b"\0", b"")):
                    raise FileRefused(broken_workbook())
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        raise FileRefused(broken_workbook()) from None


def xlsx_cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    match cell.data_type:
        case "f":
            return Formula(str(value)[:100])
        case "e":
            return Broken(str(value)[:20])
    return in_text(value)


def in_text(value: Any) -> str:
    """A typed cell as a careful clerk would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if at_midnight else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, int | float):
        if abs(value) >= 10**15:
            # Beyond fifteen digits a spreadsheet has forgotten the rest; written so that nobody overlooks it.
            return f"{value:.14e}"
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    return str(value).strip()
