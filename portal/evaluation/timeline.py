"""A line over the months of a year with the activities marked: the numbers of its drawing, and the table beside it.

The drawing is decoration; the table says the same and more. A month that is hidden or not known breaks the line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from portal.evaluation.documents import Number, Row, Table
from portal.evaluation.labels import month_name
from portal.evaluation.showing import number

# Of the drawing, in its own units; a phone shows about one to the pixel.
WIDTH, HEIGHT = 330, 150
LEFT, RIGHT, TOP, BOTTOM = 36, 6, 24, 22
MONTHS: Final = 12
# Marks nearer to each other than this are one.
NEAR: Final = 15
# The least a scale may end with, and what it is a multiple of.
STEPS: Final = (1, 2, 5)


@dataclass(frozen=True)
class Point:
    x: Fraction
    y: Fraction


@dataclass(frozen=True)
class Mark:
    """Activities of a few days; `words` are in the list below the drawing, by `name`."""

    name: str
    x: int
    first: date
    last: date
    activities: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Month:
    """One row of the table."""

    label: str
    initial: str
    x: int
    cells: tuple[str, ...]
    marks: str
    is_hidden: bool


@dataclass(frozen=True)
class Line:
    """Everything the template draws."""

    key: str
    pieces: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    scale: tuple[tuple[int, str], ...]
    months: tuple[Month, ...]
    marks: tuple[Mark, ...]

    @property
    def has_hidden(self) -> bool:
        return any(month.is_hidden for month in self.months)


def line_of(
    table: Table,
    column: int,
    unit: str,
    units: Sequence[str],
    marks: tuple[Mark, ...],
    top: int | None = None,
) -> Line | None:
    """The line of one column; nothing where fewer than two months have a number to show."""
    known = [row.values[column] for row in table.rows if row.values[column] is not None]
    if len(known) < 2:
        return None
    most = top or scale_of(max(Fraction(value) for value in known if value is not None))
    dots = {
        place_of(row.key): at(row.key, Fraction(value), most)
        for row in table.rows
        if (value := row.values[column]) is not None
    }
    months = tuple(month_of(row, units, marks) for row in table.rows)
    # Short, for they stand in the narrow margin: "100", not "100,00".
    said = "percent" if unit == "percent" else "count"
    ticks = tuple(
        (y_of(Fraction(most) * part / 2, most), number(half(most, part), said)) for part in (0, 1, 2)
    )
    return Line(
        table.key,
        tuple(pieces_of(dots)),
        tuple((shown(dot.x), shown(dot.y)) for dot in dots.values()),
        ticks,
        months,
        marks,
    )


def half(most: int, part: int) -> Number:
    value = Fraction(most * part, 2)
    return int(value) if value.denominator == 1 else value


def scale_of(most: Fraction) -> int:
    """The next round number from the largest value on."""
    size = 1
    while True:
        for step in STEPS:
            if step * size >= most:
                return step * size
        size *= 10


def place_of(month: str) -> int:
    return int(month.partition("-")[2])


def at(month: str, value: Fraction, most: int) -> Point:
    """In the middle of its month."""
    return Point(x_of(Fraction(2 * place_of(month) - 1, 2 * MONTHS)), Fraction(y_of(value, most)))


def x_of(part_of_year: Fraction) -> Fraction:
    return LEFT + part_of_year * (WIDTH - LEFT - RIGHT)


def y_of(value: Fraction, most: int) -> int:
    return round(HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM))


def shown(value: Fraction) -> str:
    return f"{float(value):.4g}"


def pieces_of(dots: Mapping[int, Point]) -> Iterable[str]:
    """The points of each unbroken part of the line, as the drawing writes them."""
    piece: list[Point] = []
    for place in range(1, MONTHS + 2):
        if place in dots:
            piece.append(dots[place])
            continue
        if len(piece) > 1:
            yield " ".join(f"{shown(dot.x)},{shown(dot.y)}" for dot in piece)
        piece = []


def month_of(row: Row, units: Sequence[str], marks: Iterable[Mark]) -> Month:
    place = place_of(row.key)
    label = month_name(row.key)
    names = [mark.name for mark in marks if mark.first.month <= place <= mark.last.month]
    return Month(
        label=label,
        initial=label[:1],
        x=round(x_of(Fraction(2 * place - 1, 2 * MONTHS))),
        cells=tuple(number(value, unit) for value, unit in zip(row.values, units, strict=True)),
        marks=", ".join(names),
        is_hidden=row.is_hidden,
    )


def marks_of(activities: Iterable[Mapping[str, Any]], year: int) -> tuple[Mark, ...]:
    """The activities of a year in their order, those close together under one name: A, B, C."""
    groups: list[list[tuple[int, date, date, Mapping[str, str]]]] = []
    for one in activities:
        first, last = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
        first, last = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        middle = first + (last - first) / 2
        x = round(x_of(Fraction((middle - date(year, 1, 1)).days, 366)))
        if groups and x - groups[-1][0][0] < NEAR:
            groups[-1].append((x, first, last, one))
        else:
            groups.append([(x, first, last, one)])
    return tuple(
        Mark(
            chr(ord("A") + place),
            group[0][0],
            min(first for _x, first, _last, _one in group),
            max(last for _x, _first, last, _one in group),
            tuple(one for _x, _first, _last, one in group),
        )
        for place, group in enumerate(groups)
    )
