"""What was counted, in one shape for every page, file and report: figures and tables in a document.

Values are exact (whole numbers and fractions); whoever shows them rounds. Keys are stable English words or the address
words of rows (a service's, an area's); how they are called is asked of `labels` when a page is made, in its language.
A document can be written down as JSON and read back without loss, so that what was published stays as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Self

Number = int | Fraction


@dataclass(frozen=True)
class Figure:
    """One number with what it is a number of.

    A rate has a numerator and a denominator, `part` of `whole`, and `of` names the denominator ("registered"). A mean
    has `n`, how many it is the mean of. `low` and `high` bound it with 95 % confidence, where there is sense in it.
    ``value`` None is not known; `is_hidden` says that it is known but of too few people.
    """

    key: str
    value: Number | None
    unit: str = "count"  # count, people, percent (0 to 100), points, days, rupiah, homes, copies, scans
    part: int | None = None
    whole: int | None = None
    of: str = ""
    n: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    is_hidden: bool = False

    def hidden(self) -> Self:
        """The same without any number."""
        return replace(self, value=None, part=None, whole=None, n=None, low=None, high=None, is_hidden=True)


@dataclass(frozen=True)
class Row:
    """One row of a table: its values in the order of the table's columns; hidden as a whole or not at all."""

    key: str
    values: tuple[Number | None, ...]
    is_hidden: bool = False

    def hidden(self, width: int) -> Self:
        return replace(self, values=(None,) * width, is_hidden=True)


@dataclass(frozen=True)
class Table:
    """Rows by one mark (`dimension`: "sex", "age", "audience", "area", "channel", "outcome", "service", "month" …).

    `counts` names the columns that count people or cases, which are what must not be too small. `is_partition` says
    that every person is in one row only, so that the rows add up to the total.
    """

    key: str
    dimension: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    counts: tuple[str, ...] = ()
    total: Row | None = None
    is_partition: bool = True
    is_sensitive: bool = False


@dataclass(frozen=True)
class Document:
    """Everything counted of one subject in one period, as it stood at a moment.

    ``subject`` is "office", "campaign:<address word>" or "service:<address word>"; ``period`` "2026", "2026-10", or
    empty for as long as the subject lasts. ``words`` holds sentences of residents that were released, and facts in
    words (the verdict on a change: "rose", "fell", "cannot_tell", "too_few").
    """

    subject: str
    period: str
    at: str  # ISO 8601, when it was counted
    figures: Mapping[str, Figure] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)

    def with_parts(self, *parts: "Document") -> "Document":
        """This document with the figures, tables and words of others added."""
        return replace(
            self,
            figures={key: one for part in (self, *parts) for key, one in part.figures.items()},
            tables={key: one for part in (self, *parts) for key, one in part.tables.items()},
            words={key: one for part in (self, *parts) for key, one in part.words.items()},
        )


# To JSON and back -----------------------------------------------------------------------------------------


def as_json(document: Document) -> dict[str, Any]:
    """As plain lists, numbers and words; a fraction becomes "part/whole"."""
    return {
        "subject": document.subject,
        "period": document.period,
        "at": document.at,
        "figures": [
            {name: plain(value) for name, value in vars(one).items()} for one in document.figures.values()
        ],
        "tables": [
            {
                **{name: plain(value) for name, value in vars(one).items() if name not in ("rows", "total")},
                "rows": [row_as_json(row) for row in one.rows],
                "total": row_as_json(one.total) if one.total else None,
            }
            for one in document.tables.values()
        ],
        "words": dict(document.words),
    }


def from_json(stored: Mapping[str, Any]) -> Document:
    figures = (
        Figure(**{name: exact(name, value) for name, value in one.items()}) for one in stored["figures"]
    )
    tables = (
        Table(
            **{
                **one,
                "columns": tuple(one["columns"]),
                "counts": tuple(one["counts"]),
                "rows": tuple(map(row_from_json, one["rows"])),
                "total": row_from_json(one["total"]) if one["total"] else None,
            }
        )
        for one in stored["tables"]
    )
    return Document(
        stored["subject"],
        stored["period"],
        stored["at"],
        {one.key: one for one in figures},
        {one.key: one for one in tables},
        stored["words"],
    )


def row_as_json(row: Row) -> dict[str, Any]:
    return {"key": row.key, "values": [plain(value) for value in row.values], "is_hidden": row.is_hidden}


def row_from_json(stored: Mapping[str, Any]) -> Row:
    return Row(stored["key"], tuple(exact("value", value) for value in stored["values"]), stored["is_hidden"])


def plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return list(value) if isinstance(value, tuple) else value


def exact(name: str, value: Any) -> Any:
    return Fraction(value) if name in ("value", "low", "high") and isinstance(value, str) else value
