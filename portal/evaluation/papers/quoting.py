"""Sentences of residents on a paper that is made already: one that was taken back stands on it no more."""

from collections.abc import Iterator
from typing import Any

from outreach.models import EventRating
from portal.evaluation.papers.blocks import Block, quoted


def quoted_in(data: dict[str, Any]) -> dict[int, str]:
    """The sentences of a paper by the row they stand in."""
    return {row_of(one): one["text"] for block in quotes_of(data) for one in block["lines"]}


def row_of(sentence: dict[str, Any]) -> int:
    """0 on a paper counted before sentences named their rows: whether they still stand nobody can tell."""
    return int(sentence.get("of", 0))


def quotes_of(data: dict[str, Any]) -> Iterator[Block]:
    for part in data["parts"]:
        yield from (block for block in part["blocks"] if block["is"] == "quotes")


def taken_back(data: dict[str, Any]) -> set[int]:
    """Rows whose words are no longer shown to everybody, or are others by now; one question."""
    told = quoted_in(data)
    rows = EventRating.objects.filter(pk__in=told, released_at__isnull=False)
    now = {pk: quoted(words) for pk, words in rows.values_list("pk", "released_text")}
    return {pk for pk, words in told.items() if now.get(pk) != words}


def without(data: dict[str, Any], rows: set[int]) -> dict[str, Any]:
    """The same paper, numbers and all, without these sentences; a chapter of nothing else goes with them."""
    parts = []
    for part in data["parts"]:
        blocks = [left(block, rows) if block["is"] == "quotes" else block for block in part["blocks"]]
        if any(blocks) or not part["blocks"]:
            parts.append({**part, "blocks": [block for block in blocks if block]})
    return {**data, "parts": parts}


def left(block: Block, rows: set[int]) -> Block | None:
    lines = [one for one in block["lines"] if row_of(one) not in rows]
    return {**block, "lines": lines} if lines else None
