"""Heads counted by group: of each activity the one count that saw most, so that nobody is in it twice."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from outreach.attending import Covers, Group
from outreach.models.attendance import HeadCount


def heads_of(events: Iterable[int] | QuerySet[Any]) -> dict[int, dict[Group, int]]:
    """By the key of an activity: (sex, age, with a disability) → people; one question, sheets taken back left out.

    People counted in the whole room and people counted because nobody had checked them in may be the same: the larger
    of the two counts is used, and that of the whole room where they are equal.
    """
    wanted = events if isinstance(events, QuerySet) else list(events)
    rows = HeadCount.objects.filter(sheet__event__in=wanted, sheet__undone_at=None).order_by()
    found: dict[int, dict[str, dict[Group, int]]] = defaultdict(lambda: {one: {} for one in Covers})
    for event, covers, sex, age, disabled, people in rows.values_list(
        "sheet__event", "sheet__covers", "sex", "age", "has_disability"
    ).annotate(Sum("people")):
        found[event][covers][sex, age, disabled] = people
    return {event: max(counts.values(), key=lambda one: sum(one.values())) for event, counts in found.items()}
