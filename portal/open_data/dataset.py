"""What a data set is: named columns, rows in a lasting order, and how many there are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from portal.shared import content_version

Row = dict[str, Any]
Words = str | Promise

# So many rows are read at once: a file of 100,000 is never whole in memory.
CHUNK = 500
# Beyond this a file is written once a night instead of for everybody who asks.
MOST_WRITTEN_AT_ONCE = 5_000


@dataclass(frozen=True)
class Column:
    """One column: its lasting name, the kind of its values, and what it means.

    Kinds: text, integer, decimal (digits in a text, so that nobody rounds), boolean, date, moment (ISO 8601 with its
    distance from UTC) and address (a web address). A needed column is never empty. `choices` are all words there can
    be, `known` some that are explained.
    """

    name: str
    kind: str
    about: Words
    is_needed: bool = False
    choices: type[models.TextChoices] | None = None
    known: Mapping[str, Words] = field(default_factory=dict)

    @property
    def words(self) -> list[tuple[str, str]]:
        """Each word with what it means, in the active language."""
        told = dict(self.choices.choices) if self.choices else self.known
        return [(value, str(label)) for value, label in told.items()]


def column(
    name: str,
    kind: str,
    about: Words,
    choices: type[models.TextChoices] | None = None,
    known: Mapping[str, Words] | None = None,
) -> Column:
    """A column in one line; “!” after its kind says that it is never empty."""
    return Column(name, kind.removesuffix("!"), about, kind.endswith("!"), choices, known or {})


@dataclass(frozen=True)
class Dataset:
    """Rows anybody may take along: asked of the database by `query` and `row`, or `computed` as a whole.

    `weight` says how much work its file is, in rows read; None: as many as it has.
    """

    name: str
    title: Words
    about: Words
    columns: tuple[Column, ...]
    query: Callable[[datetime], QuerySet[Any]] | None = None
    row: Callable[[Any], Row] | None = None
    order: str = "pk"
    computed: Callable[[datetime], Iterable[Row]] | None = None
    weight: Callable[[], int] | None = None
    # How the list of rows is called in the JSON file.
    list_name: str = "rows"
    # Writes the JSON file where it has a form of its own.
    as_json: Callable[[Iterable[Row]], bytes] | None = None
    # What its page of the portal is called by the resolver.
    page: str = ""
    # Whether its rows change by themselves as time passes.
    follows_the_clock: bool = False
    keywords: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.columns]

    def count(self, at: datetime) -> int:
        return self.query(at).count() if self.query else len(kept_rows(self, at))

    def is_large(self, at: datetime) -> bool:
        weight = self.weight() if self.weight else self.count(at)
        return weight > MOST_WRITTEN_AT_ONCE

    def rows(self, at: datetime) -> Iterator[Row]:
        """All rows in their order, read in bounded steps."""
        if self.query is None or self.row is None:
            yield from kept_rows(self, at)
            return
        for one in in_order(self.query(at), self.order):
            with translation.override("id"):
                shown = self.row(one)
            yield shown

    def part(self, at: datetime, begin: int, end: int) -> list[Row]:
        if self.query is None or self.row is None:
            return list(islice(kept_rows(self, at), begin, end))
        with translation.override("id"):
            return [self.row(one) for one in self.query(at).order_by(self.order)[begin:end]]


_kept: dict[str, tuple[tuple[int, int], list[Row]]] = {}


def kept_rows(dataset: Dataset, at: datetime) -> list[Row]:
    """The rows of a computed data set, counted once for each version of the content, kept a minute at most."""
    assert dataset.computed is not None
    stamp = (content_version.current(), int(at.timestamp()) // 60)
    known = _kept.get(dataset.name)
    if known is not None and known[0] == stamp:
        return known[1]
    with translation.override("id"):
        rows = list(dataset.computed(at))
    _kept[dataset.name] = (stamp, rows)
    return rows


kept_rows.forget = _kept.clear  # type: ignore[attr-defined]


def in_order(rows: QuerySet[Any], by: str) -> Iterator[Any]:
    """Every row in the order of its key, some hundred at a time: no long question, no open cursor."""
    last = None
    while True:
        rest = rows if last is None else rows.filter(**{f"{by}__gt": last})
        part = list(rest.order_by(by)[:CHUNK])
        yield from part
        if len(part) < CHUNK:
            return
        last = getattr(part[-1], by)
