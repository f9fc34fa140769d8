"""Which column of a file is which column of a table: by name, in either language, with every doubt refused."""

from collections.abc import Iterator
from difflib import get_close_matches

from django.utils.translation import gettext as _

from portal.shared.exchange.columns import Column
from portal.shared.exchange.files import Cell, FileRefused, Sheet
from portal.shared.exchange.table import Row, Table

# A title above the headers is looked for this far down, to say where the headers stand.
ROWS_LOOKED_AT = 10


def rows_of(sheet: Sheet, table: Table) -> list[tuple[int, Row]]:
    """Each row under the headers, its cells by column; raises FileRefused when the headers do not fit."""
    number, headers = sheet.rows[0]
    found = columns_of(headers, table)
    if number != 1 or not any(found):
        refuse_title(sheet, table)
    check_headers(number, headers, found, table)
    return list(rows_under(sheet, found))


def rows_under(sheet: Sheet, found: list[Column | None]) -> Iterator[tuple[int, Row]]:
    for number, cells in sheet.rows[1:]:
        padded = [*cells, *[""] * (len(found) - len(cells))]
        beyond = [cell for cell, column in zip(padded, found, strict=False) if column is None and cell]
        if beyond or any(padded[len(found) :]):
            raise FileRefused(
                _("Row %(row)s has a cell under no header. Give its column a header, or delete it.")
                % {"row": number}
            )
        yield (
            number,
            {
                column.column_name: cell
                for column, cell in zip(found, padded, strict=False)
                if column is not None
            },
        )


def names_in(table: Table) -> dict[str, Column]:
    return {name: column for column in table.columns for name in column.names()}


def columns_of(headers: list[Cell], table: Table) -> list[Column | None]:
    known = names_in(table)
    return [known.get(plain(header)) for header in headers]


def plain(header: Cell) -> str:
    return " ".join(header.casefold().strip("\ufeff").split()) if isinstance(header, str) else ""


def refuse_title(sheet: Sheet, table: Table) -> None:
    """Names the row in which the headers seem to stand, when that is not the first."""
    for number, cells in sheet.rows[:ROWS_LOOKED_AT]:
        if number > 1 and sum(column is not None for column in columns_of(cells, table)) > 1:
            raise FileRefused(
                _(
                    "The headers stand in row %(row)s. Delete the rows above them, so that they stand in row 1."
                )
                % {"row": number}
            )
    raise FileRefused(
        _("Row 1 holds no header that belongs to this table. Copy the headers from the template.")
    )


def check_headers(number: int, headers: list[Cell], found: list[Column | None], table: Table) -> None:
    known = names_in(table)
    problems = []
    for header, column in zip(headers, found, strict=True):
        if column is None and header != "":
            text = header if isinstance(header, str) else header.text
            near = get_close_matches(plain(header), list(known), n=1, cutoff=0.7)
            if near:
                sentence = _("“%(header)s” is no column here. Did you mean “%(near)s”?")
                problems.append(sentence % {"header": text[:60], "near": known[near[0]].title})
            else:
                sentence = _("“%(header)s” is no column here. Delete that column.")
                problems.append(sentence % {"header": text[:60]})
    for column in dict.fromkeys(filter(None, found)):
        if found.count(column) > 1:
            sentence = _("The column “%(header)s” stands twice. Delete one of the two.")
            problems.append(sentence % {"header": column.title})
    for name in table.key:
        if table.fields[name] not in found:
            sentence = _("The column “%(header)s” is missing. Every row is found by it.")
            problems.append(sentence % {"header": table.fields[name].title})
    if problems:
        raise FileRefused(_("Row %(row)s, the headers:") % {"row": number} + " " + " ".join(problems))
