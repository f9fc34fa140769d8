"""How sure a number is: between what it lies with 95 % confidence, by scipy, which only who counts has to load.

Bounds are of samples – people who chose to answer. What was counted in full (who came, which doors were knocked at)
has none. Seed and number of draws are fixed: the same data always have the same bounds.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any, Final

TIMES: Final = 4_000
SEED: Final = 20_261_001
DIGITS: Final = 10_000
Bounds = tuple[Fraction, Fraction]


@cache
def stats() -> Any:
    return import_module("scipy.stats")


def wilson(part: int, whole: int) -> Bounds:
    """Of a share, in percent from 0 to 100 (Wilson 1927, without correction); of nothing, anything."""
    if not whole:
        return Fraction(0), Fraction(100)
    found = stats().binomtest(part, whole).proportion_ci(confidence_level=0.95, method="wilson")
    return rounded(found.low * 100), rounded(found.high * 100)


def mean_interval(counts: Mapping[Any, int]) -> Bounds | None:
    """Of a mean, from how often each value was given; None for fewer than two answers.

    Percentile bootstrap (Efron 1979): drawing n answers with replacement is drawing how often each value turns up,
    a multinomial distribution, so that twenty thousand answers cost no more than twenty. With few answers the bounds
    are somewhat too narrow.
    """
    values = sorted(value for value, n in counts.items() if n)
    n = sum(counts[value] for value in values)
    if n < 2:
        return None
    shares = [counts[value] / n for value in values]
    drawn = stats().multinomial.rvs(n, shares, size=TIMES, random_state=SEED)
    means = sorted(drawn @ [float(value) for value in values] / n)
    # The 2.5th and the 97.5th percentile.
    edge = TIMES // 40
    return rounded(means[edge]), rounded(means[-edge - 1])


def rounded(value: Any) -> Fraction:
    """To four digits, so that the bounds are the same on every machine."""
    return Fraction(round(float(value) * DIGITS), DIGITS)
