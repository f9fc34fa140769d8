"""Heads counted by group: of each activity the one count that saw most, so that nobody is in it twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet, Sum

from outreach.attending import Covers, Group
from outreach.models.attendance import HeadCount

Heads = dict[Group, int]


def heads_of(events: Iterable[int] | QuerySet[Any]) -> dict[int, Heads]:
    """By the key of an activity: (sex, age, with a disability) → people; one question, sheets taken back left out."""
    return {event: larger(counts) for event, counts in counts_of(events).items()}


def counts_of(events: Iterable[int] | QuerySet[Any]) -> dict[int, dict[str, Heads]]:
    """The same of both kinds of count, by what they cover."""
    wanted = events if isinstance(events, QuerySet) else list(events)
    rows = HeadCount.objects.filter(sheet__event__in=wanted, sheet__undone_at=None).order_by()
    found: dict[int, dict[str, Heads]] = defaultdict(lambda: {str(one): {} for one in Covers})
    for event, covers, sex, age, disabled, people in rows.values_list(
        "sheet__event", "sheet__covers", "sex", "age", "has_disability"
    ).annotate(Sum("people")):
        found[event][covers][sex, age, disabled] = people
    return dict(found)


def larger(counts: Mapping[str, Heads]) -> Heads:
    """The count with more people, that of the whole room where they are equal.

    People counted in the whole room and people counted because nobody had checked them in may be the same.
    """
    return max(counts.values(), key=lambda one: sum(one.values()))
