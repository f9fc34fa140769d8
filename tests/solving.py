"""What somebody with paper, patience and every published page could work out: exact linear algebra, nothing else.

Each number is an unknown; what is known of it are sums. No code is shared with what is tested.
"""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property

Unknown = Hashable
Number = int | Fraction
Sum = dict[Unknown, Number]
ONE = object()


class Solver:
    """Sums that were told. Those of one unknown are put into the others first; the rest is reduced by elimination."""

    def __init__(self) -> None:
        self.sums: list[tuple[Mapping[Unknown, Number], Number]] = []
        self.known: dict[Unknown, Number] = {}

    def told(self, parts: Mapping[Unknown, Number], number: Number) -> None:
        """The sum of the parts, each so many times, is the number."""
        if len(parts) == 1:
            ((key, times),) = parts.items()
            value = number if times == 1 else Fraction(number) / times
            assert self.known.setdefault(key, value) == value, "what was published contradicts itself"
        else:
            self.sums.append((parts, number))

    @cached_property
    def rows(self) -> dict[Unknown, Sum]:
        """By its first unknown, each sum that is left: so many times the others, and a number under `ONE`, make 0."""
        found: dict[Unknown, Sum] = {}
        for parts, number in self.sums:
            row = reduced(self.put_in(parts, -number), found)
            pivot = next((key for key in row if key is not ONE), None)
            if pivot is None:
                assert not row.get(ONE), "what was published contradicts itself"
                continue
            first = row[pivot]
            # Division by a whole one needs no fraction.
            by = first if abs(first) == 1 else 1 / Fraction(first)
            found[pivot] = row if first == 1 else {key: times * by for key, times in row.items()}
        return found

    def put_in(self, parts: Mapping[Unknown, Number], number: Number) -> Sum:
        row: Sum = {}
        for key, times in parts.items():
            if key in self.known:
                number += times * self.known[key]
            else:
                row[key] = times
        return {**row, ONE: number}

    def is_solved(self, parts: Mapping[Unknown, Number]) -> bool:
        """Whether the sum of the parts follows from what was told."""
        return reduced(self.put_in(parts, 0), self.rows).keys() <= {ONE}


def reduced(row: Sum, rows: Mapping[Unknown, Sum]) -> Sum:
    """The sum without unknowns that stand for others."""
    while pivot := next((key for key in row if key in rows), None):
        times = row[pivot]
        for key, other in rows[pivot].items():
            left = row.get(key, 0) - times * other
            if left or key is ONE:
                row[key] = left
            else:
                row.pop(key, None)
    return row


def plus(*keys: Unknown) -> dict[Unknown, Number]:
    return dict.fromkeys(keys, 1)


def minus(whole: Unknown, parts: Iterable[Unknown]) -> dict[Unknown, Number]:
    """Whole less parts: zero, wherever the parts add up."""
    return {whole: 1, **dict.fromkeys(parts, -1)}
