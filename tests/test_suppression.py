"""Nothing that statistics hide can be computed from what they show: tried on tables, by two independent ways."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.shared.suppression import hidden_cells, hidden_keys

K = 5
Table = dict[int, dict[int, int]]


def five(key: object) -> int:
    return K


# What somebody who has every page could do -----------------------------------------------------------------


def unknowns(
    table: Table, hidden: frozenset[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """The hidden cells, and the equations rows and columns give for them: which cells, and their sum."""
    cells = sorted(hidden)
    equations = []
    for row in table:
        inside = [int(cell[0] == row) for cell in cells]
        equations.append([*inside, sum(table[r][c] for r, c in cells if r == row)])
    for column in {c for line in table.values() for c in line}:
        inside = [int(cell[1] == column) for cell in cells]
        equations.append([*inside, sum(table[r][c] for r, c in cells if c == column)])
    return cells, [one for one in equations if any(one[:-1])]


def computed(table: Table, hidden: frozenset[tuple[int, int]]) -> set[tuple[int, int]]:
    """The hidden cells that follow from the equations: Gauss over exact fractions."""
    cells, equations = unknowns(table, hidden)
    rows = [[Fraction(value) for value in one] for one in equations]
    pivots: list[int] = []
    for column in range(len(cells)):
        at = next((i for i in range(len(pivots), len(rows)) if rows[i][column]), None)
        if at is None:
            continue
        place = len(pivots)
        rows[place], rows[at] = rows[at], rows[place]
        rows[place] = [value / rows[place][column] for value in rows[place]]
        for i, row in enumerate(rows):
            if i != place and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[place], strict=True)]
        pivots.append(column)
    return {
        cells[column]
        for place, column in enumerate(pivots)
        if not any(rows[place][other] for other in range(len(cells)) if other != column)
    }


def tables_that_fit(
    cells: list[tuple[int, int]], equations: list[list[int]], left: list[int], place: int = 0
) -> Iterator[list[int]]:
    """Every way to fill the hidden cells with counts so that all sums hold."""
    if place == len(cells):
        if not any(left):
            yield []
        return
    mine = [i for i, one in enumerate(equations) if one[place]]
    for n in range(min(left[i] for i in mine) + 1):
        rest = [value - n if i in mine else value for i, value in enumerate(left)]
        # An equation without a further cell has to be used up.
        if any(rest[i] and not any(equations[i][place + 1 : -1]) for i in mine):
            continue
        for others in tables_that_fit(cells, equations, rest, place + 1):
            yield [n, *others]


def pinned_down(table: Table, hidden: frozenset[tuple[int, int]], most: int = 4_000) -> set[tuple[int, int]]:
    """The hidden cells that have one value only in all tables of counts that fit, as far as we look."""
    cells, equations = unknowns(table, hidden)
    seen: list[set[int]] = [set() for _ in cells]
    for tried, found in enumerate(tables_that_fit(cells, equations, [one[-1] for one in equations])):
        for place, n in enumerate(found):
            seen[place].add(n)
        if all(len(values) > 1 for values in seen):
            return set()
        if tried > most:
            return set()
    return {cell for cell, values in zip(cells, seen, strict=True) if len(values) == 1}


# Lists -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({}, ""),
        ({"a": 5, "b": 9}, ""),
        ({"a": 0, "b": 9}, ""),
        # One alone would be the total less the others: the next smallest is hidden along.
        ({"a": 4, "b": 9, "c": 6}, "ac"),
        # Two are not enough while together they are fewer than five.
        ({"a": 1, "b": 2, "c": 7, "d": 8}, "abc"),
        ({"a": 2, "b": 3, "c": 7}, "ab"),
    ],
)
def test_a_small_group_is_hidden_with_a_companion(counts: dict[str, int], hidden: str) -> None:
    assert hidden_keys(counts, five) == frozenset(hidden)


def test_a_sensitive_group_needs_ten() -> None:
    needed = {"health": 10, "roads": 5, "lamps": 5}.__getitem__
    assert hidden_keys({"health": 9, "roads": 6, "lamps": 30}, needed) == {"health", "roads"}
    assert hidden_keys({"health": 10, "roads": 6, "lamps": 30}, needed) == set()


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 30), max_size=9))
def test_the_hidden_part_of_a_list_is_never_one_nor_few(counts: dict[int, int]) -> None:
    hidden = hidden_keys(counts, five)
    assert all(counts[key] for key in hidden)
    assert all(n == 0 or n >= K for key, n in counts.items() if key not in hidden)
    if hidden and sum(counts.values()) >= K:
        assert len(hidden) > 1
        assert sum(counts[key] for key in hidden) >= K


# Tables ----------------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn, most: int = 4, highest: int = 14) -> Table:
    """A table whose rows and columns are zero or large enough, as `YearBook` makes it by joining small ones."""
    rows, columns = draw(st.integers(2, most)), draw(st.integers(2, most))
    counts = st.one_of(st.integers(0, 4), st.integers(0, highest))
    table = {r: {c: draw(counts) for c in range(columns)} for r in range(rows)}
    for r in range(rows):
        while 0 < sum(table[r].values()) < K:
            table[r][draw(st.integers(0, columns - 1))] += 1
    for c in range(columns):
        while 0 < sum(table[r][c] for r in range(rows)) < K:
            table[draw(st.sampled_from([r for r in range(rows) if any(table[r].values())]))][c] += 1
    return table


@settings(max_examples=100)
@given(tables())
def test_no_hidden_cell_follows_from_what_is_shown(table: Table) -> None:
    hidden = hidden_cells(table, five)
    shown = [n for r, line in table.items() for c, n in line.items() if (r, c) not in hidden]
    assert all(n == 0 or n >= K for n in shown)
    used_rows = [r for r in table if any(table[r].values())]
    used_columns = {c for r in used_rows for c, n in table[r].items() if n}
    if len(used_rows) < 2 or len(used_columns) < 2:
        return
    assert computed(table, hidden) == set()
    for r in used_rows:
        inside = [n for c, n in table[r].items() if (r, c) in hidden]
        assert not inside or sum(inside) >= K


@settings(max_examples=60)
@given(tables(most=3, highest=8))
def test_no_hidden_cell_has_one_value_only_among_all_tables_that_fit(table: Table) -> None:
    used = [line for line in table.values() if any(line.values())]
    if len(used) > 1 and len({c for line in used for c, n in line.items() if n}) > 1:
        assert pinned_down(table, hidden_cells(table, five)) == set()


@settings(max_examples=60)
@given(tables(highest=25))
def test_sensitive_rows_are_protected_by_ten(table: Table) -> None:
    def needed(row: int) -> int:
        return 10 if row == 0 else K

    hidden = hidden_cells(table, needed)
    assert all(
        n == 0 or n >= needed(r) for r, line in table.items() for c, n in line.items() if (r, c) not in hidden
    )
    if sum(any(line.values()) for line in table.values()) > 1 and any(hidden):
        assert computed(table, hidden) == set() or len({c for _r, c in hidden}) < 2


def test_two_circles_joined_by_one_cell_do_not_give_that_cell_away() -> None:
    """Every row and column has two hidden cells and yet the one between the circles would be a subtraction."""
    table = {
        0: {0: 3, 1: 4, 2: 9, 3: 9},
        1: {0: 4, 1: 3, 2: 4, 3: 9},
        2: {0: 9, 1: 9, 2: 3, 3: 4},
        3: {0: 9, 1: 9, 2: 4, 3: 3},
    }
    primary = frozenset((r, c) for r, line in table.items() for c, n in line.items() if n < K)
    assert computed(table, primary) == {(1, 2)}, "The control: small cells alone are not enough."
    hidden = hidden_cells(table, five)
    assert primary < hidden
    assert computed(table, hidden) == set()


def test_the_attack_finds_what_is_not_protected() -> None:
    """The control of the two ways: one hidden cell in a row is found by both."""
    table = {0: {0: 3, 1: 9}, 1: {0: 9, 1: 9}}
    alone = frozenset({(0, 0)})
    assert computed(table, alone) == pinned_down(table, alone) == {(0, 0)}
    # A zero hidden beside leaves no room: found by counting, though not by the equations.
    table = {0: {0: 3, 1: 0}, 1: {0: 0, 1: 9}}
    hidden = frozenset({(0, 0), (0, 1)})
    assert (0, 0) in computed(table, hidden)
