"""Which numbers of a table must stay hidden so that nobody can be picked out of it: pure functions over counts.

A count from 1 to k - 1 is hidden. That alone is worth nothing while the total beside it is shown: one hidden
number is the total less the others. So numbers nobody would mind are hidden along (complementary suppression)
until no hidden number follows from what is shown, by sums over rows, columns or both, and until whatever sum of
hidden numbers does follow is about k cases or more. A zero may be shown: it tells of nobody.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)

SMALLEST_GROUP: Final = 5
SMALLEST_SENSITIVE_GROUP: Final = 10

Cell = tuple[int, int]
Grid = list[list[int]]


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


def hidden_cells(
    table: Mapping[Row, Mapping[Column, int]], smallest: Callable[[Row], int]
) -> frozenset[tuple[Row, Column]]:
    """The cells to hide in a table whose rows and columns all have their totals shown.

    Every total must be 0 or large enough by itself: rows and columns that are not are joined before this is asked.
    """
    rows = [row for row in table if any(table[row].values())]
    columns = list(dict.fromkeys(column for row in rows for column, n in table[row].items() if n))
    # A row or a column of zeros hides nothing, and nothing can hide in it.
    columns = [column for column in columns if any(table[row].get(column, 0) for row in rows)]
    grid = [[table[row].get(column, 0) for column in columns] for row in rows]
    least = [smallest(row) for row in rows]
    hidden = {(r, c) for r, line in enumerate(grid) for c, n in enumerate(line) if 0 < n < least[r]}
    while hidden:
        more = partner_in_a_line(grid, least, hidden) or partner_of_a_bridge(grid, hidden)
        if more is None:
            break
        if more == NOBODY_LEFT:
            # No way but the last: everything inside is hidden, the totals around it stay.
            hidden = {(r, c) for r in range(len(rows)) for c in range(len(columns))}
            break
        hidden.add(more)
    return frozenset((rows[r], columns[c]) for r, c in hidden)


NOBODY_LEFT: Final[Cell] = (-1, -1)


def partner_in_a_line(grid: Grid, least: list[int], hidden: set[Cell]) -> Cell | None:
    """A cell to hide beside others of its row or column that would follow from its total, or are too few."""
    lines = [[(r, c) for c in range(len(grid[0]))] for r in range(len(grid))]
    lines += [[(r, c) for r in range(len(grid))] for c in range(len(grid[0]))]
    for line in lines:
        inside = [cell for cell in line if cell in hidden]
        if not inside:
            continue
        total = sum(grid[r][c] for r, c in inside)
        if len(inside) > 1 and total >= max(least[r] for r, _c in inside):
            continue
        more = smallest_of(grid, (cell for cell in line if cell not in hidden))
        # All that is not zero is hidden: the sum of several is then the total, which is shown anyway.
        if more != NOBODY_LEFT or len(inside) == 1:
            return more
    return None


def partner_of_a_bridge(grid: Grid, hidden: set[Cell]) -> Cell | None:
    """A cell to hide so that another one no longer follows from rows and columns taken together.

    Rows and columns are the points of a graph, hidden cells the lines between them. The totals leave a hidden
    number open just when its line lies on a circle; a line without which the graph falls apart is computed.
    """
    for cell in sorted(hidden):
        near_row, near_column = reached(hidden - {cell}, ("row", cell[0]))
        if cell[1] in near_column:
            continue
        far_row, far_column = reached(hidden - {cell}, ("column", cell[1]))
        across = [(r, c) for r in near_row for c in far_column] + [
            (r, c) for r in far_row for c in near_column
        ]
        return smallest_of(grid, (one for one in across if one not in hidden))
    return None


def reached(hidden: set[Cell], start: tuple[str, int]) -> tuple[set[int], set[int]]:
    """The rows and columns that hang together with the given one."""
    rows, columns = ({start[1]}, set()) if start[0] == "row" else (set(), {start[1]})
    is_growing = True
    while is_growing:
        is_growing = False
        for r, c in hidden:
            if (r in rows) != (c in columns):
                rows.add(r)
                columns.add(c)
                is_growing = True
    return rows, columns


def smallest_of(grid: Grid, cells: Iterable[Cell]) -> Cell:
    """The smallest count that is not zero: a hidden zero would leave its neighbour no room to differ."""
    candidates = [(grid[r][c], r, c) for r, c in cells if grid[r][c]]
    return min(candidates)[1:] if candidates else NOBODY_LEFT


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


def is_small(change: int, smallest: int) -> bool:
    """Whether so few came or went between two publications that they could be picked out."""
    return 0 < abs(change) < smallest
