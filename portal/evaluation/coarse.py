"""Changes as everybody is told of them: rounded so far that no few cases follow from them.

The days compared are no month and no year. Exact counts of them, beside those of months, would tell what happened on
the few days by which they differ. So counts are told to the nearest five, respondents and cases behind a share by the
full ten, shares and indexes in whole numbers, and of fewer than ten not at all; the verdicts are those of the exact
numbers. Nothing is told as long as the windows grow: a rounded number that jumps one day tells the exact one.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from feedback.satisfaction import half_up
from portal.evaluation.activities import WINDOW
from portal.evaluation.change import COLUMNS, SIZES, TOO_EARLY
from portal.evaluation.comparing import COMPLAINTS, TOO_FEW, VISITS
from portal.evaluation.documents import Document, Number, Row, Table
from portal.shared.suppression import SMALLEST_GROUP

OF_COUNTS: Final = (COMPLAINTS.key, VISITS.key)
BY_TENS: Final = 10
# Each with the number of cases or people it is of.
OBSERVED: Final = COLUMNS[:4]
TABLES: Final = ("change", "changes")


def told_coarsely(document: Document) -> Document:
    """The document with its tables of changes rounded, or without them; everything else of it is as before."""
    windows = document.words.get("windows") or document.words.get("change_windows")
    if windows is not None and windows["days"] < WINDOW:
        tables = {
            key: replace(one, rows=()) if key in TABLES else one for key, one in document.tables.items()
        }
        verdicts = {key: TOO_FEW for key in document.words if key.startswith("verdict:")}
        reason = {"change_reason" if "change_windows" in document.words else "reason": TOO_EARLY}
        return replace(document, tables=tables, words={**document.words, **verdicts, **reason})
    tables = {key: coarse(one) if key in TABLES else one for key, one in document.tables.items()}
    return replace(document, tables=tables)


def coarse(table: Table) -> Table:
    return replace(table, rows=tuple(map(coarse_row, table.rows)), counts=())


def coarse_row(row: Row) -> Row:
    is_count = row.key.rpartition(":")[2] in OF_COUNTS
    exact = dict(zip(COLUMNS, row.values, strict=True))
    if not is_count and (few := {name for name in OBSERVED if (exact[f"n_{name}"] or 0) < BY_TENS}):
        # The share or index of one person is what that person did or said.
        exact |= dict.fromkeys((*few, "difference", "low", "high"))
    told = {column: coarse_value(value, column in SIZES, is_count) for column, value in exact.items()}
    low, high = exact["low"], exact["high"]
    if low is not None and high is not None and low * high > 0:
        # The verdict says on which side of zero all of it lies; a bound rounded to zero would speak against it.
        side = 1 if low > 0 else -1
        told |= {column: told[column] or side for column in ("difference", "low", "high")}
    return replace(row, values=tuple(told.values()))


def coarse_value(value: Number | None, is_size: bool, is_count: bool) -> Number | None:
    if value is None:
        return None
    if is_count:
        return SMALLEST_GROUP * whole(Fraction(value) / SMALLEST_GROUP)
    return int(value) // BY_TENS * BY_TENS if is_size else whole(Fraction(value))


def whole(value: Fraction) -> int:
    return int(half_up(value, 0))
