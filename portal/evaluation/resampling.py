"""How sure a comparison is: the same numbers drawn again and again from what was observed.

What was observed is given as a histogram – each value with how often it occurred – so that a hundred thousand rows
cost no more than the few values they hold: drawing n values from n rows with replacement is drawing how often each
value turns up (a multinomial distribution). The seed is fixed: the same data always give the same bounds.

Bounds are the 2.5th and 97.5th percentile (percentile bootstrap, Efron 1979). They know nothing of what the numbers
have in common beyond the four groups, and with ten observations they are somewhat too narrow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final

Sample = Mapping[Any, int]

TIMES: Final = 2_000
SEED: Final = 20_140_214
LOWEST, HIGHEST = 2.5, 97.5
# Draws held in memory at once.
MOST_CELLS: Final = 2_000_000
DIGITS: Final = 10_000


@cache
def numpy() -> Any:
    """Loaded by the first comparison: no page that only shows what was counted pays for it."""
    return import_module("numpy")


@dataclass(frozen=True)
class Four:
    """What was observed of those an activity was about and of others, before it and after it."""

    before: Sample
    after: Sample
    others_before: Sample
    others_after: Sample

    def __iter__(self) -> Any:
        return iter((self.before, self.after, self.others_before, self.others_after))


def size(sample: Sample) -> int:
    return sum(sample.values())


# What is compared, on what was drawn: an array with one row for each draw ------------------------------------


def means(values: Any, draws: Any) -> Any:
    return draws @ values / draws.sum(axis=1)


def medians(values: Any, draws: Any) -> Any:
    """The middle value, between two of them their mean; the values ascend."""
    running, n = draws.cumsum(axis=1), draws.sum(axis=1)
    lower = (running > ((n - 1) // 2)[:, None]).argmax(axis=1)
    upper = (running > (n // 2)[:, None]).argmax(axis=1)
    return (values[lower] + values[upper]) / 2


def indexes(values: Any, draws: Any) -> Any:
    """The satisfaction index: 25 times the mean of the nine means; 0 stands for an answer left out."""
    totals, counts = draws @ values, draws @ (values > 0)
    return 25 * (totals / numpy().maximum(counts, 1)).mean(axis=1)


def difference(before: Any, after: Any, others_before: Any, others_after: Any) -> Any:
    """How much more it changed here than elsewhere (difference in differences)."""
    return (after - before) - (others_after - others_before)


def difference_in_proportion(before: Any, after: Any, others_before: Any, others_after: Any) -> Any:
    """The same of counts: what is here beyond what the change elsewhere would have made of what was before."""
    return after - before * others_after / numpy().maximum(others_before, 1e-9)


def bounds(
    four: Four,
    statistic: Callable[[Any, Any], Any],
    compare: Callable[..., Any] = difference,
    possible: tuple[Any, ...] = (),
) -> tuple[Fraction, Fraction]:
    """Between what the difference lies with 95 % confidence, to four digits; every group holds something.

    Of a share, `possible` names its two values: each is drawn as if it had been seen once more, because ten of ten do
    not make it certain that the eleventh will be like them (Agresti and Coull 1998).
    """
    drawn = [
        spread(tuple(sorted(sample.items())), statistic, possible, place) for place, sample in enumerate(four)
    ]
    low, high = numpy().percentile(compare(*drawn), (LOWEST, HIGHEST))
    return rounded(low), rounded(high)


# The others are the same for every service of a campaign.
@lru_cache(maxsize=16)
def spread(
    sample: tuple[tuple[Any, int], ...],
    statistic: Callable[[Any, Any], Any],
    possible: tuple[Any, ...],
    place: int,
) -> Any:
    """The statistic of every draw from a group; groups are drawn apart from each other."""
    np = numpy()
    n, weights = sum(number for _value, number in sample), dict(sample)
    for value in possible:
        weights[value] = weights.get(value, 0) + 1
    ordered = sorted(weights)
    values = np.array(ordered, dtype=float)
    shares = np.array([weights[value] for value in ordered], dtype=float)
    shares /= shares.sum()
    chance, step = np.random.default_rng((SEED, place)), max(1, MOST_CELLS // len(ordered))
    parts = [
        statistic(values, chance.multinomial(n, shares, size=min(step, TIMES - done)))
        for done in range(0, TIMES, step)
    ]
    return np.concatenate(parts)


def rounded(value: Any) -> Fraction:
    return Fraction(round(float(value) * DIGITS), DIGITS)
