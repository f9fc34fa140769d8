"""What may be told of few respondents: nothing by which one of them could be known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal.shared.suppression import SMALLEST_GROUP, hidden_keys

# Below this a survey gives no single rows at all, as it gets no grade.
FEWEST_FOR_ROWS: Final = 10
HELD_BACK: Final = "*"
# What is left out first when a combination is rare, and what last.
GIVEN_UP: Final = ("job", "age_band", "education", "service", "sex", "month")


def shown_counts(counts: Mapping[str, int], smallest: int = SMALLEST_GROUP) -> dict[str, int | None]:
    """Counts of groups, None where a group is too small to be told, or hidden so that none can be computed."""
    hidden = hidden_keys(counts, lambda _group: smallest)
    return {name: None if name in hidden else count for name, count in counts.items()}


def without_the_rare(
    rows: Sequence[dict[str, Any]], fixed: tuple[str, ...] = (), smallest: int = SMALLEST_GROUP
) -> list[dict[str, Any]]:
    """The rows with as many attributes as at least `smallest` of them share, the others held back.

    `fixed` attributes are always told. Rows of one combination too rare lose one attribute after the other,
    until enough of them look alike; whoever is still rare then says nothing but the answers.
    """
    done: list[dict[str, Any]] = []
    waiting = [dict(row) for row in rows]
    for given_up in (*GIVEN_UP, None):
        groups = Counter(combination(row, fixed) for row in waiting)
        done += [row for row in waiting if groups[combination(row, fixed)] >= smallest]
        waiting = [row for row in waiting if groups[combination(row, fixed)] < smallest]
        for row in waiting:
            if given_up is not None:
                row[given_up] = HELD_BACK
    return [*done, *waiting]


def combination(row: Mapping[str, Any], fixed: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in (*fixed, *GIVEN_UP))
