"""Searching nouns by the words residents use: what is stored for it, and one short question to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import connections, models, router, transaction
from django.db.models import F, Func, IntegerField
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from portal.shared.fulltext import Condition, CreateFulltextIndex, candidates, missing_fulltext_indexes
from portal.shared.indonesian import QUERY_CHARACTERS, fold, is_stop_word, query_words, stem, stems, words
from portal.shared.memo import per_content_version
from portal.shared.ranking import Pairs, Query, Vocabulary, is_learnable, parse, score

__all__ = [
    "CreateFulltextIndex",
    "Hits",
    "SearchQuerySet",
    "SearchWord",
    "Searchable",
    "index_documents",
    "missing_fulltext_indexes",
    "unlearn",
    "vocabulary",
]

HIT_LIMIT = 100
CANDIDATE_LIMIT = 200
# With this many full answers nobody reads on to the partial ones.
ENOUGH = 20
# A hit that answers much less than the best one only makes the list longer.
KEPT_BESIDE_BEST = 0.35
VOCABULARY_LIMIT = 20_000
BATCH = 500


class SearchWord(models.Model):
    """A word of the documents and how many it was seen in: for mending slips and weighing words.

    Counts only order near-equal hits, so a word leaving a document does not lower them.
    """

    word = models.CharField(_("word"), max_length=30, unique=True)
    stem = models.CharField(_("stem"), max_length=30, db_index=True)
    count = models.PositiveIntegerField(_("documents"), default=1, db_index=True)
    is_in_title = models.BooleanField(_("in a title"), default=False)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ("word",)

    def __str__(self) -> str:
        return self.word


@per_content_version
def vocabulary() -> Vocabulary:
    """The most frequent words of all documents, read once for each version of the content."""
    rows = SearchWord.objects.order_by("-count", "word").values_list("word", "count", "is_in_title")
    kept = list(rows[: VOCABULARY_LIMIT + 1])
    return Vocabulary(
        words={word: count for word, count, _ in kept[:VOCABULARY_LIMIT]},
        titles=frozenset(word for word, _, is_in_title in kept[:VOCABULARY_LIMIT] if is_in_title),
        is_complete=len(kept) <= VOCABULARY_LIMIT,
    )


class Searchable(models.Model):
    """A noun residents search for; subclasses name its words in `search_parts`, saving derives the rest."""

    is_searchable: ClassVar[bool] = True
    # The field that settles the order of equally good hits.
    search_name: ClassVar[str] = "name"

    search_title = models.TextField(blank=True, default="", editable=False)
    search_text = models.TextField(blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index()
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "search_title", "search_text"}
        super().save(*args, **kwargs)

    def search_parts(self) -> tuple[str, str]:
        """Text of the title, and all other text the noun is found by."""
        raise TypeError(f"{type(self).__name__} does not say by which words it is found.")

    def index(self) -> None:
        """Derives the stored stems from `search_parts` and teaches the vocabulary; `save` asks for it."""
        index_documents([self])

    def place_in_lists(self) -> None:
        """Derives what sorting reads; part of `index`."""


def index_documents(documents: Sequence[Searchable]) -> None:
    """`index` for many documents: sets their search fields, teaches the vocabulary once; saves none."""
    counts, title_words = Counter[str](), set[str]()
    for document in documents:
        known = {*document.search_title.split(), *document.search_text.split()}
        title, text = document.search_parts()
        title_stems = stems(title)
        document.search_title = " ".join(title_stems)
        document.search_text = " ".join(
            one for one in dict.fromkeys(stems(text)) if one not in set(title_stems)
        )
        in_title, in_text = _learnable(title), _learnable(text)
        counts.update(word for word in in_title | in_text if stem(word) not in known)
        title_words |= {word for word in in_title if stem(word) not in known}
        document.place_in_lists()
    if counts:
        _learn(counts, title_words)
        vocabulary.forget()  # type: ignore[attr-defined]


def _learnable(text: str) -> set[str]:
    return {word for word in words(text) if is_learnable(word) and not is_stop_word(word)}


@transaction.atomic
def _learn(counts: Counter[str], title_words: set[str]) -> None:
    learned = sorted(counts)
    for start in range(0, len(learned), BATCH):
        batch = learned[start : start + BATCH]
        rows = SearchWord.objects.filter(word__in=batch)
        present = set(rows.values_list("word", flat=True))
        new = [
            SearchWord(word=word, stem=stem(word), count=counts[word], is_in_title=word in title_words)
            for word in batch
            if word not in present
        ]
        SearchWord.objects.bulk_create(new, ignore_conflicts=True)
        by_count: dict[int, list[str]] = {}
        for word in present:
            by_count.setdefault(counts[word], []).append(word)
        for count, same in sorted(by_count.items()):
            _unlocked(SearchWord.objects.filter(word__in=same)).update(count=F("count") + count)
        if first_in_title := present & title_words:
            _unlocked(SearchWord.objects.filter(word__in=first_in_title, is_in_title=False)).update(
                is_in_title=True
            )


def unlearn(gone: Collection[str]) -> None:
    """Takes stems of erased documents out of the vocabulary, unless another document still has them."""
    documents = [model for model in apps.get_models() if issubclass(model, Searchable)]
    for one in sorted(set(gone)):
        if not any(_has(model, one) for model in documents):
            SearchWord.objects.filter(stem=one).delete()


def _has(model: type[Searchable], one: str) -> bool:
    rows = model._base_manager.filter(
        models.Q(search_title__contains=one) | models.Q(search_text__contains=one)
    )
    found = rows.values_list("search_title", "search_text").iterator()
    return any(one in title.split() or one in text.split() for title, text in found)


def _unlocked(rows: models.QuerySet[SearchWord]) -> models.QuerySet[SearchWord]:
    """Rows nobody else is counting just now: two editors never wait for each other over a weight."""
    if not connections[router.db_for_write(SearchWord)].features.has_select_for_update_skip_locked:
        return rows
    # Asked first, not as a part of the update: in a table that grows while no statistics know of it, PostgreSQL
    # would look through all of it for each row of that part.
    free = rows.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return SearchWord.objects.filter(pk__in=list(free))


@dataclass(frozen=True)
class Hits:
    """What a search found, best first, and how the words were read."""

    pks: tuple[Any, ...]
    query: Query
    is_count_capped: bool = False
    # Filters were added after the search, so that fewer rows are left than were hit.
    is_narrowed: bool = False

    @property
    def count(self) -> int:
        """Number of hits before any narrowing."""
        return len(self.pks)

    @property
    def corrections(self) -> tuple[tuple[str, str], ...]:
        """Pairs of what was typed and the word it was read as."""
        return self.query.corrections

    @property
    def corrected_text(self) -> str:
        """The question with slips mended, for “showing results for …”; empty when nothing was mended."""
        return self.query.corrected_text if self.pks else ""

    @property
    def stems(self) -> frozenset[str]:
        """What to mark in the hits, by the template filter `highlight`."""
        return self.query.stems


class RankOrder(Func):
    """The place of a row in a list of primary keys: one flat expression, cheap to build for a hundred."""

    output_field = IntegerField()

    def __init__(self, pks: tuple[int, ...]) -> None:
        super().__init__(F("pk"))
        self.pks = tuple(int(pk) for pk in pks)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        sql, params = compiler.compile(self.source_expressions[0])
        places = " ".join(f"WHEN {pk} THEN {place}" for place, pk in enumerate(self.pks))
        return f"CASE {sql} {places} ELSE {len(self.pks)} END", tuple(params)


class SearchQuerySet(models.QuerySet[Any]):
    """Adds the one question every searchable noun answers; filters already set are kept."""

    hits: Hits | None = None

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.hits = self.hits
        return clone

    def filter(self, *args: Any, **kwargs: Any) -> Self:
        return super().filter(*args, **kwargs)._narrowed()

    def exclude(self, *args: Any, **kwargs: Any) -> Self:
        return super().exclude(*args, **kwargs)._narrowed()

    def _narrowed(self) -> Self:
        if self.hits is not None:
            self.hits = replace(self.hits, is_narrowed=True)
        return self

    def reindex(self) -> None:
        """Derives anew what these rows are found by, after a name they carry changed elsewhere.

        Writes those columns alone: a correction somebody else makes meanwhile is not undone.
        """
        for document in self.order_by("pk").iterator(chunk_size=BATCH):
            document.save(update_fields=["search_text"])

    def matching(self, text: str, synonyms: Pairs = ()) -> Self:
        """Rows that answer the text, best first, at most `HIT_LIMIT`, in the same order on every database.

        ``synonyms`` are pairs of what residents type and what the catalogue calls it. Asks the engine at
        once, one to three times; the rows stay lazy (annotate them afterwards). `hits` of the result tells
        how the words were read. A text without any usable word finds nothing.
        """
        known = vocabulary()
        query = parse(text, synonyms, known)
        if not query.groups:
            found = self.none()
            found.hits = Hits((), query)
            return found
        rows, is_capped = self._candidates(query, known)
        pks = _ranked(query, rows, known)
        found = self._rows_of(pks[:HIT_LIMIT])
        found.hits = Hits(pks[:HIT_LIMIT], query, is_capped or len(pks) > HIT_LIMIT)
        return found

    def _rows_of(self, pks: tuple[Any, ...]) -> Self:
        """The rows themselves, in this order.

        The filters have done their work: repeated here, SQLite would rather walk the index of one of them
        (every published row) than look up a hundred keys.
        """
        rows = type(self)(model=self.model, using=self.db).filter(pk__in=pks).order_by(RankOrder(pks))
        rows.query.select_related = self.query.select_related
        rows._prefetch_related_lookups = self._prefetch_related_lookups  # type: ignore[attr-defined]
        return rows if pks else rows.none()

    def near_names(self, text: str, limit: int = 3) -> list[Any]:
        """Rows whose names look most like the text, for when nothing matches."""
        similar = {
            one
            for word in query_words(text)
            if not is_stop_word(word)
            for one in vocabulary().similar_in_titles(word)
        }
        if not similar:
            return []
        condition = [[(one,) for one in sorted(set(map(stem, similar)))]]
        rows = candidates(self, condition, is_title_only=True, limit=CANDIDATE_LIMIT // 4)
        name, asked = self.model.search_name, fold(text[:QUERY_CHARACTERS])
        near = sorted(
            rows, key=lambda row: (-fuzz.WRatio(asked, fold(getattr(row, name))), getattr(row, name), row.pk)
        )
        return near[:limit]

    def _candidates(self, query: Query, known: Vocabulary) -> tuple[dict[Any, tuple[str, str, str]], bool]:
        """Rows worth ranking, and whether there are more.

        Those with any of the words if these are few; else those with all of them, in the title where even
        these are many, filled up with the rarest words where they are few.
        """
        everything = [[each.stems for each in group.alternatives] for group in query.groups]
        by_rarity = sorted(query.stems, key=lambda one: (known.count(one), one))
        expected = sum(map(known.count, by_rarity))
        rows: dict[Any, tuple[str, str, str]] = {}
        if (
            known.is_complete
            and expected <= 5 * CANDIDATE_LIMIT
            and not self._take(rows, [[(one,) for one in by_rarity]])
        ):
            return rows, False
        rows.clear()
        is_capped = self._take(rows, everything)
        if is_capped:
            self._take(rows, everything, is_title_only=True)
        elif len(rows) < ENOUGH and len(by_rarity) > 1:
            is_capped = self._take(rows, [[(one,) for one in rarest(by_rarity, known)]])
        return rows, is_capped

    def _take(
        self, rows: dict[Any, tuple[str, str, str]], condition: Condition, *, is_title_only: bool = False
    ) -> bool:
        """Adds what the engine finds; returns whether there may be more."""
        found = candidates(self, condition, is_title_only=is_title_only, limit=CANDIDATE_LIMIT + 1)
        taken = list(found.values_list("pk", "search_title", "search_text", self.model.search_name))
        rows.update((pk, rest) for pk, *rest in taken[:CANDIDATE_LIMIT])
        return len(taken) > CANDIDATE_LIMIT


def rarest(by_rarity: list[str], known: Vocabulary) -> list[str]:
    """The rarest stem and those after it whose documents still fit among the candidates."""
    kept, expected = by_rarity[:1], known.count(by_rarity[0])
    for one in by_rarity[1:]:
        expected += known.count(one)
        if expected > CANDIDATE_LIMIT:
            break
        kept.append(one)
    return kept


def _ranked(query: Query, rows: dict[Any, tuple[str, str, str]], known: Vocabulary) -> tuple[Any, ...]:
    """Primary keys of the rows worth showing: by score, then name, then key."""
    weights = {one: known.weight(one) for one in query.stems}
    scored = [
        (-score(query, title, text, weights), name.casefold(), pk) for pk, (title, text, name) in rows.items()
    ]
    scored.sort()
    best = -scored[0][0] if scored else 0.0
    return tuple(pk for points, _, pk in scored if -points > 0 and -points >= KEPT_BESIDE_BEST * best)
