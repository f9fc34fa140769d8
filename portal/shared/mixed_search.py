"""One ranked list out of several kinds of documents: asked together, scored alike, in at most three questions.

Every kind has its own table and its own full-text index; a question asks all of them at once. The words of all
kinds weigh the same, because there is one vocabulary, so that a score says the same whatever the kind.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models

from portal.shared.fulltext import Condition, candidates
from portal.shared.ranking import Pairs, Query, Vocabulary, parse, score
from portal.shared.search import ENOUGH, HIT_LIMIT, KEPT_BESIDE_BEST, SearchQuerySet, rarest, vocabulary

# Of each kind; there are several, and nobody reads two hundred hits of one before the first of another.
CANDIDATES_OF_A_KIND = 100
# What a document is given beside its score, in hundredths of a point: an annotation of the rows.
BONUS = "search_bonus"
HUNDREDTH = 100

# Key of a row; stems of its title; stems of its text; its name; its bonus.
Row = tuple[int, str, str, str, int]


@dataclass(frozen=True)
class Hit:
    """One document: which kind, which row, how well it answers (its bonus included)."""

    kind: str
    pk: int
    points: float


@dataclass(frozen=True)
class MixedHits:
    """What a search over all kinds found, best first, and how the words were read."""

    found: tuple[Hit, ...]
    query: Query
    # Kinds of which there may be more than were looked at.
    capped: frozenset[str] = frozenset()

    @property
    def counts(self) -> Counter[str]:
        """Hits of each kind."""
        return Counter(hit.kind for hit in self.found)

    @property
    def corrected_text(self) -> str:
        """The question with slips mended; empty when nothing was mended or nothing found."""
        return self.query.corrected_text if self.found else ""

    @property
    def stems(self) -> frozenset[str]:
        """What to mark in the hits, by the template filter `highlight`."""
        return self.query.stems

    def of_kind(self, kind: str) -> "MixedHits":
        """The hits of one kind, in the same order."""
        found = tuple(hit for hit in self.found if hit.kind == kind)
        return MixedHits(found, self.query, self.capped & {kind})


@dataclass
class _Kind:
    """A kind while it is searched: its rows, and what was found of it so far."""

    rows: SearchQuerySet
    is_newest_first: bool = False
    found: dict[int, Row] = field(default_factory=dict)
    is_capped: bool = False


@dataclass(frozen=True)
class _Part:
    """What is asked of one kind: of its whole text or of its titles alone, for words known to be rare or not."""

    kind: str
    condition: Condition
    is_title_only: bool = False
    is_rare: bool = False


def matching_all(
    sources: Mapping[str, SearchQuerySet],
    text: str,
    synonyms: Pairs = (),
    *,
    newest_first: Collection[str] = (),
) -> MixedHits:
    """Documents of all kinds that answer the text, best first, in the same order on every database.

    ``sources`` are the rows of each kind that may be found, with their filters, annotated with `BONUS`. Asks the
    engine at once, one to three times however many kinds there are. At most `HIT_LIMIT` hits of each kind; where
    there are many more, the newest of the kinds in ``newest_first`` are looked at, the oldest of others.
    """
    known = vocabulary()
    query = parse(text, synonyms, known)
    if not query.groups or not sources:
        return MixedHits((), query)
    kinds = {name: _Kind(rows, name in newest_first) for name, rows in sources.items()}
    _find(kinds, query, known)
    return MixedHits(
        _ranked(query, kinds, known), query, frozenset(name for name, kind in kinds.items() if kind.is_capped)
    )


def _find(kinds: dict[str, _Kind], query: Query, known: Vocabulary) -> None:
    """Rows worth ranking, of each kind by the same steps as a search within one of them.

    Those with any of the words where these are few; else those with all of them, in the title where even these are
    many; where all kinds together have few, also those with the rarest words.
    """
    everything = [[each.stems for each in group.alternatives] for group in query.groups]
    by_rarity = sorted(query.stems, key=lambda one: (known.count(one), one))
    open_kinds = list(kinds)
    if known.is_complete and sum(map(known.count, by_rarity)) <= 10 * CANDIDATES_OF_A_KIND:
        few: Condition = [[(one,) for one in by_rarity]]
        _ask(kinds, [_Part(name, few, is_rare=True) for name in open_kinds])
        open_kinds = [name for name in open_kinds if kinds[name].is_capped]
        for name in open_kinds:
            kinds[name] = replace(kinds[name], found={}, is_capped=False)
    if not open_kinds:
        return
    _ask(kinds, [_Part(name, everything) for name in open_kinds])
    parts = [_Part(name, everything, is_title_only=True) for name in open_kinds if kinds[name].is_capped]
    if len(by_rarity) > 1 and sum(len(kind.found) for kind in kinds.values()) < ENOUGH:
        rare: Condition = [[(one,) for one in rarest(by_rarity, known)]]
        parts += [_Part(name, rare, is_rare=True) for name in open_kinds if not kinds[name].is_capped]
    _ask(kinds, parts)


def _ask(kinds: dict[str, _Kind], parts: list[_Part]) -> None:
    """Asks for all parts in one question, and adds what is found."""
    queries = []
    for part in parts:
        name, rows = part.kind, kinds[part.kind].rows
        some = candidates(
            rows,
            part.condition,
            is_title_only=part.is_title_only,
            is_newest_first=kinds[name].is_newest_first,
            is_rare=part.is_rare,
            limit=CANDIDATES_OF_A_KIND + 1,
        )
        columns = ("pk", "search_title", "search_text", rows.model.search_name, BONUS)
        queries.append((name, some.values_list(*columns)))
    answers: dict[str, list[Row]] = {}
    for name, row in _rows_of(queries):
        answers.setdefault(name, []).append(row)
    for name, rows_found in answers.items():
        kinds[name].found.update((row[0], row) for row in rows_found[:CANDIDATES_OF_A_KIND])
        kinds[name].is_capped = kinds[name].is_capped or len(rows_found) > CANDIDATES_OF_A_KIND


def _rows_of(queries: list[tuple[str, models.QuerySet[Any, Any]]]) -> Iterator[tuple[str, Row]]:
    """The rows of several queries in one round trip; each keeps its own order and limit.

    Written by hand because Django's `union` refuses parts with a limit where SQLite needs them wrapped.
    """
    parts: list[str] = []
    params: list[Any] = []
    names: list[str] = []
    for name, rows in queries:
        try:
            sql, values = rows.query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {len(names)} AS part, q{len(names)}.* FROM ({sql}) q{len(names)}")
        params += values
        names.append(name)
    if not parts:
        return
    with connections[queries[0][1].db].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for number, *row in cursor.fetchall():
            yield names[number], tuple(row)


def _ranked(query: Query, kinds: dict[str, _Kind], known: Vocabulary) -> tuple[Hit, ...]:
    """The hits worth showing: by score and bonus, then kind in the order of the sources, then name, then key."""
    weights = {one: known.weight(one) for one in query.stems}
    scored = [
        (score(query, title, text, weights), bonus / HUNDREDTH, place, named.casefold(), pk, name)
        for place, (name, kind) in enumerate(kinds.items())
        for pk, title, text, named, bonus in kind.found.values()
    ]
    best = max((points for points, *_ in scored), default=0.0)
    worth = [one for one in scored if one[0] > 0 and one[0] >= KEPT_BESIDE_BEST * best]
    worth.sort(key=lambda one: (-round(one[0] + one[1], 6), *one[2:5]))
    hits, counts = [], Counter[str]()
    for points, bonus, _place, _named, pk, name in worth:
        counts[name] += 1
        if counts[name] <= HIT_LIMIT:
            hits.append(Hit(name, pk, round(points + bonus, 6)))
    return tuple(hits)
