"""Changes as everybody is told of them: rounded so far that no few cases follow from them.

The days compared are no month and no year. Exact counts of them, beside those of months, would tell what happened on
the few days by which they differ. So counts are told to the nearest five, respondents and cases behind a share by the
full ten, shares and indexes in whole numbers; the verdicts are those of the exact numbers.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from feedback.satisfaction import half_up
from portal.evaluation.change import COLUMNS, SIZES
from portal.evaluation.comparing import COMPLAINTS, VISITS
from portal.evaluation.documents import Document, Number, Row, Table
from portal.shared.suppression import SMALLEST_GROUP

OF_COUNTS: Final = (COMPLAINTS.key, VISITS.key)
BY_TENS: Final = 10
TABLES: Final = ("change", "changes")


def told_coarsely(document: Document) -> Document:
    """The document with its tables of changes rounded; everything else of it is as before."""
    tables = {key: coarse(one) if key in TABLES else one for key, one in document.tables.items()}
    figures = {
        key: one for key, one in document.figures.items() if key != "later_used" or one.value is not None
    }
    return replace(document, tables=tables, figures=figures)


def coarse(table: Table) -> Table:
    return replace(table, rows=tuple(map(coarse_row, table.rows)), counts=())


def coarse_row(row: Row) -> Row:
    is_count = row.key.rpartition(":")[2] in OF_COUNTS
    values = (
        coarse_value(value, column in SIZES, is_count)
        for column, value in zip(COLUMNS, row.values, strict=True)
    )
    return replace(row, values=tuple(values))


def coarse_value(value: Number | None, is_size: bool, is_count: bool) -> Number | None:
    if value is None:
        return None
    if is_count:
        return SMALLEST_GROUP * whole(Fraction(value) / SMALLEST_GROUP)
    return int(value) // BY_TENS * BY_TENS if is_size else whole(Fraction(value))


def whole(value: Fraction) -> int:
    return int(half_up(value, 0))
