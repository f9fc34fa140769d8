"""Counting what was looked for in vain, as single words by month.

Only words no document and no synonym knows, written in plain letters; never what stood beside them, who asked, from
where, or when beyond the day. A word is kept in clear once it was asked for on `DAYS` different days of a month;
until then there is only a hash that nobody can turn back without the portal's secret key.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import DatabaseError, models, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django_tasks import task
from rapidfuzz import fuzz

from portal.finding.models import SoughtWord, month_of
from portal.shared.indonesian import is_stop_word, query_words, stem
from portal.shared.receipt import keyed_hash
from portal.shared.search import vocabulary
from services.facets import synonyms

logger = logging.getLogger(__name__)

# On so many different days of one month a word has to be asked for before anybody can read it.
DAYS: Final = 3
# So few of a question: whoever pastes a letter is not looking for a word.
WORDS_OF_A_QUESTION: Final = 6
SHORTEST, LONGEST = 3, 30
# Of a month: beyond this somebody is playing, and the first words are worth more than the last.
WORDS_OF_A_MONTH: Final = 3_000
YEARS_KEPT: Final = 1
# At the desk, at once.
SHOWN: Final = 100
# Percent of letters in common, from which a word is offered as the one that was meant.
LIKE: Final = 75


def words_of_synonyms() -> set[str]:
    """Stems of the phrases that lead somewhere already."""
    return {stem(word) for phrase, _means in synonyms() for word in query_words(phrase)}


def countable(text: str) -> list[str]:
    """The words of a question that are counted: none when it looks like a number, an address or somebody's data."""
    if "@" in text or "://" in text or any(letter.isdigit() for letter in text):
        return []
    typed = list(dict.fromkeys(query_words(text)))
    if len(typed) > WORDS_OF_A_QUESTION:
        return []
    known, phrases = vocabulary(), words_of_synonyms()
    return [
        word
        for word in typed
        if word.isascii()
        and word.isalpha()
        and SHORTEST <= len(word) <= LONGEST
        and not is_stop_word(word)
        and not known.knows(stem(word))
        and stem(word) not in phrases
    ]


def note(text: str, at: datetime) -> None:
    """Counts a question that found nothing; a page is never lost because this could not be written."""
    try:
        day = timezone.localdate(at)
        for word in countable(text):
            count(word, day)
    except DatabaseError:
        logger.warning("A search without result could not be counted.")


@transaction.atomic
def count(word: str, day: date) -> None:
    """Counts one word on a day; from its `DAYS`-th day on it can be read."""
    month = month_of(day)
    key = hash_of(word, month)
    rows = SoughtWord.objects.filter(month=month, key_hash=key)
    if not raised(rows, day):
        if SoughtWord.objects.filter(month=month).count() >= WORDS_OF_A_MONTH:
            return
        # Whoever was quicker counted the same question on the same day.
        SoughtWord.objects.bulk_create(
            [SoughtWord(month=month, key_hash=key, last_day=day)], ignore_conflicts=True
        )
    rows.filter(days__gte=DAYS, word="").update(word=word)


def raised(rows: models.QuerySet[SoughtWord], day: date) -> int:
    """One time more, and one day more if it was not asked for on this day yet; how many rows that were."""
    is_new_day = When(last_day__lt=day, then=F("days") + 1)
    return rows.update(
        times=F("times") + 1,
        days=Case(is_new_day, default=F("days"), output_field=models.PositiveSmallIntegerField()),
        last_day=Greatest(F("last_day"), Value(day, models.DateField())),
    )


def hash_of(word: str, month: date) -> str:
    """Another one each month, so that months cannot be laid beside each other."""
    return keyed_hash(f"finding.sought.{month:%Y-%m}", word)


# Forgetting and reading ----------------------------------------------------------------------------------


@task()
def forget() -> None:
    """Queued once a day."""
    forget_old(timezone.now())


def forget_old(at: datetime) -> int:
    """Removes words of closed months that nobody can read, and all that is older than a year; how many."""
    month = month_of(timezone.localdate(at))
    oldest = month.replace(year=month.year - YEARS_KEPT)
    unread = SoughtWord.objects.filter(month__lt=month, word="")
    old = SoughtWord.objects.filter(month__lt=oldest)
    return sum(rows.delete()[0] for rows in (unread, old))


@dataclass(frozen=True)
class Sought:
    """A word the desk should look at: on how many days it was asked for, and catalogue words that look like it."""

    word: str
    on_days: int
    in_all: int
    last: date
    similar: tuple[str, ...] = ()


def sought() -> list[Sought]:
    """Words looked for in vain that would find nothing today either, the most wanted first, at most `SHOWN`."""
    known, phrases = vocabulary(), words_of_synonyms()
    found = []
    for row in SoughtWord.objects.waiting().by_word()[: 5 * SHOWN]:
        if known.knows(stem(row["word"])) or stem(row["word"]) in phrases:
            # Somebody has written about it since, or made it a synonym.
            continue
        near = tuple(one for one in known.similar_in_titles(row["word"]) if is_like(one, row["word"]))
        found.append(Sought(**row, similar=near[:1]))
    return found[:SHOWN]


def is_like(one: str, other: str) -> bool:
    """Whether somebody who typed the one may well have meant the other."""
    return fuzz.ratio(one, other) >= LIKE


def set_aside(word: str, at: datetime) -> int:
    """Takes a word off the list for good; how many months it was in."""
    if not word.isalpha():
        # No word of the list; PostgreSQL would not even take a zero byte.
        return 0
    return SoughtWord.objects.filter(word=word).exclude(word="").update(set_aside_at=at)
