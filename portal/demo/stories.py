"""What example residents tell in a year and what activities are about, read from tables beside this module.

Everything in them is made up, of things that happen anywhere. Each story names the service it is about, so that a year
of them shows which service is asked about, which is late and which got better.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Story:
    """One kind of message with its answer: how often it comes (`weight`), how many days the office usually takes."""

    kind: str
    service: str
    gist: str
    story: str
    answer: str
    days: int
    weight: int


@dataclass(frozen=True)
class Topic:
    """What an activity is about; `learned` is asked before and after, its choices one on a line, * the right one."""

    title: str
    slug: str
    kind: str
    service: str
    topic: str
    summary: str
    audiences: str
    learned: str
    choices: str


@dataclass(frozen=True)
class Notice:
    """News put up some `days` from today (before it, when negative) for so many days, or until withdrawn."""

    kind: str
    title: str
    slug: str
    text: str
    days: int
    lasts: int
    service: str


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def stories(data_set: str) -> list[Story]:
    found = rows(f"stories-{data_set}.csv")
    return [Story(**row | {"days": int(row["days"]), "weight": int(row["weight"])}) for row in found]  # type: ignore[arg-type]


def topics(data_set: str) -> list[Topic]:
    found = rows(f"topics-{data_set}.csv")
    return [Topic(**row | {"choices": row["choices"].replace(" | ", "\n")}) for row in found]


def notices(data_set: str) -> list[Notice]:
    found = rows(f"news-{data_set}.csv")
    return [Notice(**row | {"days": int(row["days"]), "lasts": int(row["lasts"] or 0)}) for row in found]  # type: ignore[arg-type]
