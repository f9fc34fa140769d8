"""What a report is made of, as plain data for the typesetter: parts, and in them texts, tables and figures.

Every block is a dictionary of words and numbers that JSON can hold; a cell is written out already, in the language
of the report. Bars are whole percent of their column's largest value.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from services.lettering import drawable, shortened

Block = dict[str, Any]
MOST_LETTERS = 900
MOST_ROWS = 60


def line(words: Any, most: int = MOST_LETTERS) -> str:
    """Words as they can be drawn: one line, without emoji, bounded."""
    return shortened(drawable(str(words)), most)


def part(title: Any, *blocks: Block | None, level: int = 1, on_new_page: bool = False) -> Block:
    """A chapter or, at level 2, a section."""
    return {
        "title": line(title, 160),
        "level": level,
        "on_new_page": on_new_page,
        "blocks": [one for one in blocks if one],
    }


def text(words: Any) -> Block:
    return {"is": "text", "text": line(words)}


def notice(words: Any) -> Block:
    """What must not be overlooked."""
    return {"is": "notice", "text": line(words)}


def small(words: Any) -> Block:
    """How something was counted, below what was counted."""
    return {"is": "small", "text": line(words)}


def items(lines: Iterable[Any]) -> Block:
    return {"is": "items", "lines": [line(one) for one in lines]}


def quotes(told: Iterable[tuple[str, str, int]]) -> Block:
    """Sentences of residents, each with what it was said about, and of which row it is: it may be taken back."""
    return {
        "is": "quotes",
        "lines": [{"text": quoted(words), "about": line(about, 120), "of": of} for words, about, of in told],
    }


def quoted(words: str) -> str:
    return line(words, 300)


def figures(told: Iterable[tuple[Any, Any, Any]]) -> Block | None:
    """Numbers in a row of tiles: what it is, the number, and of what."""
    tiles = [
        {"label": line(label, 80), "value": line(value, 40), "note": line(note, 160)}
        for label, value, note in told
    ]
    return {"is": "figures", "tiles": tiles} if tiles else None


def table(
    columns: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    title: Any = "",
    bars: Sequence[int | None] = (),
    marked: Iterable[int] = (),
    note: Any = "",
    words: int = 1,
    has_total: bool = False,
) -> Block | None:
    """Rows under heads; the first `words` columns hold words, the others numbers; the last row may be their total.

    Without rows nothing.
    """
    cells = [[line(cell, 400) for cell in row] for row in rows]
    if not cells:
        return None
    left_out = max(0, len(cells) - MOST_ROWS)
    return {
        "is": "table",
        "title": line(title, 160),
        "columns": [line(one, 80) for one in columns],
        "rows": cells[:MOST_ROWS],
        "bars": list(bars)[:MOST_ROWS],
        "marked": [one for one in marked if one < MOST_ROWS],
        "note": line(note),
        "words": words,
        "has_total": has_total and not left_out,
        "left_out": left_out,
    }


def share(value: Fraction | int, largest: Fraction | int) -> int:
    """How long a bar is, in whole percent; half a percent counts as one, so that nothing but zero has no bar."""
    if not largest or value <= 0:
        return 0
    exact = Fraction(value) * 100 / Fraction(largest)
    return max(1, min(100, int(exact + Fraction(1, 2))))


def side_by_side(blocks: Iterable[Block | None]) -> Block | None:
    """Small tables in two columns."""
    found = [one for one in blocks if one]
    return {"is": "pairs", "blocks": found} if found else None
