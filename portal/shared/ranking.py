"""What a search means and how well a document answers it: pure rules, the same whatever the database."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from portal.shared.indonesian import fold, is_stop_word, query_words, stem, stems

PHRASE_WORDS = 4
NEAR_WORDS = 3
# Words an editor gave for the typed one, and words that are nearly it, count a little less than itself.
TYPED, SYNONYM, NEAR_IN_TITLE, NEAR = 1.0, 0.9, 0.8, 0.5
IN_TITLE, IN_TEXT = 3.0, 1.0
ALL_ANSWERED, WHOLE_PHRASE, TITLE_COVERED = 0.5, 0.5, 0.3

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Alternative:
    """Stems that together stand for what was typed; ``trust`` lowers what is only a guess."""

    stems: tuple[str, ...]
    trust: float = TYPED


@dataclass(frozen=True)
class Group:
    """One thing asked for: any of the alternatives answers it. The first is what was typed."""

    alternatives: tuple[Alternative, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Query:
    groups: tuple[Group, ...] = ()
    typed: tuple[str, ...] = ()
    # (what was typed, the word it was read as); only words of titles and synonyms, a wrong guess looks silly
    corrections: tuple[tuple[str, str], ...] = ()
    corrected_text: str = ""

    @property
    def stems(self) -> frozenset[str]:
        """Every stem a hit may have been found by, for marking it."""
        return frozenset(one for group in self.groups for each in group.alternatives for one in each.stems)


@dataclass(frozen=True)
class Vocabulary:
    """The words of all documents with the number of documents each was seen in.

    When ``is_complete`` is false only the most frequent words are here, and a missing word proves nothing.
    """

    words: dict[str, int] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    is_complete: bool = True
    # At least how many documents there are: as many as have the most frequent stem.
    documents: int = field(init=False, default=0)
    title_words: tuple[str, ...] = field(init=False, default=())
    stem_counts: dict[str, int] = field(init=False, default_factory=dict)
    by_shape: dict[tuple[str, int], list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for word, count in self.words.items():
            key = stem(word)
            self.stem_counts[key] = self.stem_counts.get(key, 0) + count
            if word.isalpha():
                self.by_shape.setdefault((word[0], len(word)), []).append(word)
        object.__setattr__(self, "title_words", tuple(sorted(word for word in self.titles if len(word) > 2)))
        object.__setattr__(self, "documents", max(self.stem_counts.values(), default=0))

    def knows(self, key: str) -> bool:
        return key in self.stem_counts

    def count(self, key: str) -> int:
        return self.stem_counts.get(key, 0)

    def weight(self, key: str) -> float:
        """How much a stem tells: rare ones more, on a logarithmic scale above 0."""
        return math.log(1 + (1 + self.documents) / (1 + self.count(key)))

    def near(self, word: str, others: Iterable[str] = ()) -> list[str]:
        """Words one slip of the finger away (two from eight letters on), the likeliest first."""
        allowed = slips_allowed(word)
        if not allowed:
            return []
        # People hardly ever miss the first letter; without it "lapor" would become "rapor".
        pool = [one for length in lengths(word, allowed) for one in self.by_shape.get((word[0], length), ())]
        pool += [one for one in others if one[0] == word[0] and len(one) in lengths(word, allowed)]
        found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        ranked = {(distance, -self.words.get(one, 0), one) for one, distance, _ in found if len(one) > 3}
        return [one for *_, one in sorted(ranked)][:NEAR_WORDS]

    def similar_in_titles(self, word: str) -> list[str]:
        """Words of titles that look like the word, more freely than ``near``."""
        if len(word) < 3:
            return []
        found = process.extract(word, self.title_words, scorer=fuzz.ratio, score_cutoff=60, limit=20)
        return [one for one, _, _ in sorted(found, key=lambda hit: (-hit[1], hit[0]))][:NEAR_WORDS]


def slips_allowed(word: str) -> int:
    """Edit distance at which a word is still taken for another: short ones are abbreviations and exact."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def lengths(word: str, slips: int) -> range:
    return range(len(word) - slips, len(word) + slips + 1)


@lru_cache(maxsize=8)
def _phrases(
    synonyms: tuple[tuple[str, str], ...],
) -> tuple[dict[tuple[str, ...], tuple[tuple[str, ...], ...]], frozenset[str]]:
    """Meanings by the stems of their phrase, and the words of all phrases for mending slips."""
    table: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    vocabulary: set[str] = set()
    for phrase, means in synonyms:
        key, meaning = tuple(stems(phrase)[:PHRASE_WORDS]), tuple(dict.fromkeys(stems(means)))
        if key and meaning and meaning not in table.setdefault(key, []):
            table[key].append(meaning)
            vocabulary.update(word for word in fold(phrase).split() if word.isalpha() and len(word) > 3)
    return {key: tuple(sorted(meanings)) for key, meanings in table.items()}, frozenset(vocabulary)


def parse(text: str, synonyms: Pairs, vocabulary: Vocabulary) -> Query:
    """What a resident typed, as groups of alternatives; words nothing is known about are left out.

    Synonyms work one way: the typed phrase also finds the meaning, never the reverse.
    """
    typed_words = query_words(text)
    content = [word for word in typed_words if not is_stop_word(word)]
    table, phrase_words = _phrases(tuple((str(phrase), str(means)) for phrase, means in synonyms))
    phrase_stems = {one for key in table for one in key}
    options: list[list[tuple[str, float]]] = []
    corrections: dict[str, str] = {}
    for word in content:
        key = stem(word)
        choices = [(key, TYPED)]
        if not vocabulary.knows(key) and key not in phrase_stems:
            near = vocabulary.near(word, phrase_words)
            named = [one for one in near if one in vocabulary.titles or one in phrase_words]
            trusted = [(stem(one), NEAR_IN_TITLE) for one in named]
            choices += dict([(stem(one), NEAR) for one in near] + trusted).items()
            if named:
                corrections[word] = named[0]
        options.append(choices)
    groups = []
    position = 0
    while position < len(options):
        length, meanings = _longest_phrase(options[position:], table)
        group = _group(options[position : position + length], meanings, vocabulary)
        if group.alternatives:
            groups.append(group)
        position += length
    return Query(
        groups=tuple(dict.fromkeys(groups)),
        typed=tuple(stem(corrections.get(word, word)) for word in content),
        corrections=tuple(corrections.items()),
        corrected_text=" ".join(corrections.get(word, word) for word in typed_words) if corrections else "",
    )


def _longest_phrase(
    options: Sequence[list[tuple[str, float]]], table: dict[tuple[str, ...], tuple[tuple[str, ...], ...]]
) -> tuple[int, tuple[Alternative, ...]]:
    """How many words from here on form a synonym's phrase (1 when none does), and what it means."""
    for length in range(min(PHRASE_WORDS, len(options)), 0, -1):
        meanings: dict[tuple[str, ...], float] = {}
        for choice in product(*options[:length]):
            trust = SYNONYM * math.prod(each for _, each in choice)
            for meaning in table.get(tuple(one for one, _ in choice), ()):
                meanings[meaning] = max(trust, meanings.get(meaning, 0.0))
        if meanings:
            return length, tuple(Alternative(one, trust) for one, trust in meanings.items())
    return 1, ()


def _group(
    options: Sequence[list[tuple[str, float]]], meanings: tuple[Alternative, ...], vocabulary: Vocabulary
) -> Group:
    def findable(one: str) -> bool:
        return vocabulary.knows(one) or not vocabulary.is_complete or not is_learnable(one)

    if len(options) == 1:
        typed = [Alternative((one,), trust) for one, trust in options[0]]
    else:
        typed = [Alternative(tuple(choices[0][0] for choices in options))]
    # "mobil jenazah" means "ambulans jenazah": where no document says jenazah, ambulans is still meant.
    meant = [Alternative(tuple(filter(findable, each.stems)), each.trust) for each in meanings]
    useful = tuple(each for each in (*typed, *meant) if each.stems and all(map(findable, each.stems)))
    weights = [_mean_weight(each, vocabulary) for each in useful]
    # Two typed words that mean one thing together weigh as two.
    return Group(useful, len(options) * max(weights, default=0.0))


def _mean_weight(alternative: Alternative, vocabulary: Vocabulary) -> float:
    return sum(map(vocabulary.weight, alternative.stems)) / len(alternative.stems)


def is_learnable(word: str) -> bool:
    """Whether the vocabulary keeps it: numbers and codes without end would only fill it."""
    return len(word) < 31 and (word.isalpha() or len(word) < 4)


def score(query: Query, title: str, text: str, weights: Mapping[str, float]) -> float:
    """How well a document answers, from 0 to about 4.3; ``title`` and ``text`` are its stored stems.

    Hits in the title first, then the whole question answered, the words side by side, and a title with
    nothing else in it. ``weights`` holds every stem of the query: rarer words weigh more.
    """
    title_list = title.split()
    in_title, in_text = set(title_list), set(text.split())
    reached = possible = 0.0
    is_all_answered, found_in_title = bool(query.groups), set[str]()
    for group in query.groups:
        best, is_answered = 0.0, False
        for each in group.alternatives:
            points = total = 0.0
            missing = False
            for one in each.stems:
                total += weights[one]
                if one in in_title:
                    points += weights[one] * IN_TITLE
                    found_in_title.add(one)
                elif one in in_text:
                    points += weights[one] * IN_TEXT
                else:
                    missing = True
            best = max(best, each.trust * points / total)
            is_answered = is_answered or not missing
        reached += group.weight * best
        possible += group.weight
        is_all_answered = is_all_answered and is_answered
    if not reached:
        return 0.0
    points = reached / possible
    points += ALL_ANSWERED if is_all_answered else 0.0
    if len(query.typed) > 1 and f" {' '.join(query.typed)} " in f" {' '.join(title_list)} ":
        points += WHOLE_PHRASE
    if in_title:
        points += TITLE_COVERED * len(found_in_title) / len(in_title)
    return round(points, 6)
