"""Which numbers of a table must stay hidden so that nobody can be picked out of it: pure functions over counts.

A count from 1 to k - 1 is hidden. That alone is worth nothing while the total beside it is shown: one hidden
number is the total less the others. So numbers nobody would mind are hidden along (complementary suppression)
until no hidden number follows from the totals, and until whatever sum of hidden numbers does follow is of k cases or
more. A zero may be shown: it tells of nobody.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=Hashable)

SMALLEST_GROUP: Final = 5
SMALLEST_SENSITIVE_GROUP: Final = 10


def hidden_keys(counts: Mapping[Key, int], smallest: Callable[[Key], int]) -> frozenset[Key]:
    """The keys to hide in a list whose total is shown.

    Their sum follows from the total, so it is made at least as large as the largest group any of them needs.
    """
    hidden = {key for key, n in counts.items() if 0 < n < smallest(key)}
    if not hidden:
        return frozenset()
    needed = max(map(smallest, hidden))
    # The smallest of the others first: they cost the reader least. Their order must not depend on a dict's.
    spare = sorted((key for key, n in counts.items() if n and key not in hidden), key=lambda key: counts[key])
    for key in spare:
        if len(hidden) > 1 and sum(counts[one] for one in hidden) >= needed:
            break
        hidden.add(key)
        needed = max(needed, smallest(key))
    return frozenset(hidden)


# Rows with several counts, and what was published before ---------------------------------------------------


def hidden_rows(
    columns: Sequence[Mapping[Row, int]], smallest: Callable[[Row], int], also: Iterable[Row] = ()
) -> frozenset[Row]:
    """The rows to hide, as a whole, in a table of several columns of counts whose totals are all shown.

    What is hidden adds up, in each column, to nothing or to a group large enough. `also` are rows that stay hidden for
    another reason. Where nothing is left to hide beside a row, all are hidden, the empty ones too: then at least
    nobody knows which row the total is of.
    """
    rows = list(dict.fromkeys(row for column in columns for row in column))
    hidden = {row for row in rows if any(0 < column.get(row, 0) < smallest(row) for column in columns)}
    hidden |= {row for row in also if row in rows}
    is_growing = bool(hidden)
    while is_growing:
        is_growing = False
        needed = max(map(smallest, hidden))
        for column in columns:
            together = sum(column.get(row, 0) for row in hidden)
            if len(hidden) > 1 and (together == 0 or together >= needed):
                continue
            spare = [row for row in rows if row not in hidden and column.get(row, 0)]
            if not spare:
                if together == 0 and len(hidden) == 1 and len(rows) > 1:
                    continue
                return frozenset(rows)
            hidden.add(min(spare, key=lambda row: (column.get(row, 0), rows.index(row))))
            is_growing = True
            break
    return frozenset(hidden)


def told_between(
    rows: Iterable[Row], hidden_then: frozenset[Row], hidden_now: frozenset[Row]
) -> list[frozenset[Row]]:
    """The groups of rows whose change follows from two publications of one table.

    A row shown both times is one. Hidden rows are known by their sum alone: those of then and of now that overlap
    hang together.
    """
    groups = [frozenset((row,)) for row in rows if row not in hidden_then | hidden_now]
    if hidden_then & hidden_now:
        return [*groups, hidden_then | hidden_now]
    return [*groups, *(one for one in (hidden_then, hidden_now) if one)]


def told_at_least(number: int) -> int:
    """A number in steps of the smallest group, for pages that move with every person; 0 for what is too small."""
    return number // SMALLEST_GROUP * SMALLEST_GROUP


def is_small(change: int, smallest: int) -> bool:
    """Whether so few came or went between two publications that they could be picked out."""
    return 0 < abs(change) < smallest
