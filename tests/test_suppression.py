"""Nothing that lists and tables hide follows from their totals; whole publications are attacked in
tests/test_evaluation_protection.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.shared.suppression import hidden_keys, hidden_rows, is_small, told_between
from tests.solving import Solver, plus

K = 5
Columns = list[dict[str, int]]


def five(key: object) -> int:
    return K


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
def tables(draw: st.DrawFn) -> Columns:
    """One to three columns of counts whose totals are none or enough to be shown."""
    rows = [f"row {number}" for number in range(draw(st.integers(2, 6)))]
    found = [{row: draw(st.integers(0, 12)) for row in rows} for _column in range(draw(st.integers(1, 3)))]
    for column in found:
        if 0 < sum(column.values()) < K:
            column[rows[0]] += K
    return found


def attacked(columns: Columns, hidden: frozenset[str]) -> list[tuple[int, str]]:
    """Small counts that follow from the shown rows and the totals."""
    solver = Solver()
    for place, column in enumerate(columns):
        solver.told(plus(*((place, row) for row in column)), sum(column.values()))
        for row, number in column.items():
            if row not in hidden:
                solver.told(plus((place, row)), number)
    cells = [(place, row) for place, column in enumerate(columns) for row, n in column.items() if 0 < n < K]
    return [cell for cell in cells if solver.is_solved(plus(cell))]


@settings(max_examples=300)
@given(tables())
def test_no_small_count_of_a_table_follows_from_rows_and_totals(columns: Columns) -> None:
    hidden = hidden_rows(columns, five)
    assert attacked(columns, hidden) == []
    for column in columns:
        together = sum(column[row] for row in hidden)
        assert together == 0 or together >= K


def test_hiding_what_is_small_alone_gives_it_away() -> None:
    """The control."""
    assert attacked([{"a": 3, "b": 9, "c": 12}], frozenset({"a"})) == [(0, "a")]


def test_where_nothing_is_left_to_hide_beside_a_row_nobody_knows_which_row_it_is() -> None:
    assert hidden_rows([{"a": 7, "b": 0, "c": 0}], lambda row: 10) == {"a", "b", "c"}
    assert hidden_rows([{"a": 7, "b": 0}], five) == set()


def test_a_row_that_has_to_hide_for_another_reason_takes_a_companion() -> None:
    assert hidden_rows([{"a": 20, "b": 9, "c": 12}], five, also=["a"]) == {"a", "b"}


def test_what_two_publications_tell_together() -> None:
    rows, then, now = "abcd", frozenset("ab"), frozenset("bc")
    assert set(told_between(rows, then, now)) == {frozenset("d"), frozenset("abc")}
    assert set(told_between(rows, frozenset("ab"), frozenset("cd"))) == {frozenset("ab"), frozenset("cd")}
    assert [is_small(change, K) for change in (-5, -1, 0, 1, 4, 5)] == [False, True, False, True, True, False]
