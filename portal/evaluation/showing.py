"""A counted document as a page, a print or a report shows it: words, rounded numbers, bars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from feedback.satisfaction import half_up
from portal.evaluation.documents import Document, Figure, Number, Row, Table
from portal.evaluation.labels import (
    denominator,
    labels_of_document,
    title_of_column,
    title_of_figure,
    title_of_table,
)
from portal.shared.suppression import SMALLEST_GROUP
from portal.shared.templatetags.indonesia import _with_separators as separated
from portal.shared.templatetags.indonesia import rupiah

# A chart of more bars than this is a table.
MOST_BARS: Final = 8
# Longer numbers do not fit into a tile of a small phone.
LONGEST_LARGE: Final = 9
# A mean of fewer answers than this says so.
FEW_ANSWERS: Final = 10
DIGITS: Final[Mapping[str, int]] = {"percent": 1, "days": 1, "points": 2, "rupiah": 0}


@dataclass(frozen=True)
class Tile:
    """A figure: how it is called, its number in words, and what it is a number of."""

    key: str
    label: str
    value: str
    notes: tuple[str, ...] = ()
    is_hidden: bool = False
    is_known: bool = True

    @property
    def is_small(self) -> bool:
        """Set in smaller letters: words, and numbers too long for a tile."""
        return self.is_hidden or not self.is_known or len(self.value) > LONGEST_LARGE


@dataclass(frozen=True)
class Line:
    """A row: its name, a text for each column, and how long its bar is, 0 to 100, where the table has bars."""

    key: str
    label: str
    cells: tuple[str, ...]
    bar: int | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Shown:
    """A table: with one count a chart, with more a table of numbers; the table is the truth of both."""

    key: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    has_bars: bool = False
    stood_at: datetime | None = None

    @property
    def has_hidden(self) -> bool:
        return any(line.is_hidden for line in self.lines)


@dataclass(frozen=True)
class ShownDocument:
    """All of a document; `tiles` and `tables` are found by key too."""

    at: datetime
    tiles: Mapping[str, Tile] = field(default_factory=dict)
    tables: Mapping[str, Shown] = field(default_factory=dict)

    def some(self, keys: Iterable[str]) -> list[Tile]:
        """The figures of these keys that were counted at all, in this order."""
        return [self.tiles[key] for key in keys if key in self.tiles]

    def some_tables(self, keys: Iterable[str]) -> list[Shown]:
        return [self.tables[key] for key in keys if key in self.tables and self.tables[key].lines]

    @property
    def has_hidden(self) -> bool:
        return any(one.is_hidden for one in self.tiles.values()) or any(
            one.has_hidden for one in self.tables.values()
        )


def shown(document: Document) -> ShownDocument:
    """The document in the active language; asks for the names of rows once for each kind of row."""
    names = labels_of_document(document)
    stood_at = {key: datetime.fromisoformat(at) for key, at in document.words.get("stood_at", {}).items()}
    return ShownDocument(
        at=datetime.fromisoformat(document.at),
        tiles={key: tile(one) for key, one in document.figures.items()},
        tables={
            key: shown_table(one, names.get(one.dimension, {}), stood_at.get(key))
            for key, one in document.tables.items()
        },
    )


# Numbers --------------------------------------------------------------------------------------------------


def number(value: Number | None, unit: str = "count") -> str:
    """Rounded half up for reading: whole where it counts, one decimal of percent and days, two of points."""
    if value is None:
        return "–"
    rounded = half_up(Fraction(value), DIGITS.get(unit, 0 if isinstance(value, int) else 1))
    if unit == "rupiah":
        return rupiah(rounded)
    if unit in ("percent", "days") and rounded == rounded.to_integral_value():
        rounded = rounded.quantize(Decimal(1))
    text = separated(rounded)
    if unit == "percent":
        return f"{text}%"
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", 1 if rounded == 1 else 2) % {"n": text}
    return text


def tile(figure: Figure) -> Tile:
    label = title_of_figure(figure.key)
    if figure.is_hidden:
        return Tile(figure.key, label, _("too few"), is_hidden=True)
    if figure.value is None:
        return Tile(figure.key, label, _("not known"), is_known=False)
    return Tile(figure.key, label, number(figure.value, figure.unit), tuple(notes_of(figure)))


def notes_of(figure: Figure) -> Iterable[str]:
    if figure.part is not None and figure.whole is not None and figure.unit != "rupiah":
        yield " ".join(
            filter(
                None,
                (
                    _("%(part)s of %(whole)s") % {"part": number(figure.part), "whole": number(figure.whole)},
                    denominator(figure.of),
                ),
            )
        )
    elif figure.unit == "rupiah" and denominator(figure.of):
        yield denominator(figure.of)
    elif denominator(figure.of):
        yield pgettext("alone below a number", "%(of)s") % {"of": denominator(figure.of)}
    if figure.n is not None:
        yield ngettext("%(n)s answer", "%(n)s answers", figure.n) % {"n": number(figure.n)}
        if SMALLEST_GROUP <= figure.n < FEW_ANSWERS:
            yield _("few answers: read with care")
    if figure.low is not None and figure.high is not None:
        yield _("probably between %(low)s and %(high)s") % {
            "low": number(figure.low, figure.unit),
            "high": number(figure.high, figure.unit),
        }


def shown_table(table: Table, names: Mapping[str, str], stood_at: datetime | None = None) -> Shown:
    units = [unit_of(column) for column in table.columns]
    filled = [i for i in range(len(table.columns)) if any(row.values[i] is not None for row in table.rows)]
    if not filled:
        filled = list(range(len(table.columns)))
    has_bars = len(filled) == 1 and len(table.rows) <= MOST_BARS
    most = max((row.values[filled[0]] or 0 for row in table.rows), default=0) if filled else 0

    def line(row: Row, label: str) -> Line:
        cells = tuple(number(row.values[i], units[i]) for i in filled)
        share = row.values[filled[0]] if has_bars and most else None
        bar = int(half_up(Fraction(100 * share) / Fraction(most), 0)) if share is not None else None
        return Line(row.key, label, cells, bar, row.is_hidden)

    return Shown(
        key=table.key,
        title=title_of_table(table.key),
        columns=tuple(title_of_column(table.columns[i]) for i in filled),
        lines=tuple(line(row, names.get(row.key, row.key)) for row in table.rows),
        total=line(table.total, _("All together")) if table.total else None,
        has_bars=has_bars,
        stood_at=stood_at,
    )


# Columns that are no counts, by what stands in them.
UNITS: Final[Mapping[str, str]] = {
    "on_time_rate": "percent",
    "attendance_rate": "percent",
    "expected_rate": "percent",
    "home_coverage": "percent",
    "coverage": "percent",
    "share": "percent",
    "percent": "percent",
    "median_days": "days",
    "promised_days": "days",
    "satisfaction_index": "points",
    "index": "points",
    "mean": "points",
    "usefulness_mean": "points",
    "clarity_mean": "points",
    "spent": "rupiah",
    "budget": "rupiah",
    "cost_per_person": "rupiah",
}


def unit_of(column: str) -> str:
    return UNITS.get(column, "count")
