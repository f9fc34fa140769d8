"""Did it change here more than elsewhere: five measures, each before and after, beside services nothing was done about.

The comparison is a difference in differences. It says how far the service moved away from what the others did in the
same days, never why. It is silent below `FEWEST`, and it says “cannot be told” where zero lies within the bounds, or
where there is nothing to compare with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any, Final

from feedback.satisfaction import LIST_ORDER, Result, Tally
from portal.evaluation.resampling import (
    Four,
    Sample,
    bounds,
    difference,
    difference_in_proportion,
    indexes,
    means,
    medians,
    size,
)

Number = int | Fraction

# In each window, of cases judged, cases answered or respondents; of counts in both windows together twice as many.
FEWEST: Final = 10

ROSE, FELL, CANNOT_TELL, TOO_FEW = "rose", "fell", "cannot_tell", "too_few"
VERDICTS: Final = (ROSE, FELL, CANNOT_TELL, TOO_FEW)


# The exact value of a sample -----------------------------------------------------------------------------------


def total_of(sample: Sample) -> int:
    """Of counts by day: all of them."""
    return sum(value * number for value, number in sample.items())


def percent_of(sample: Sample) -> Fraction:
    """Of ones and zeros: the ones in a hundred."""
    return Fraction(100 * total_of(sample), size(sample))


def median_of(sample: Sample) -> Fraction:
    return Fraction(median(value for value, number in sorted(sample.items()) for _one in range(number)))


def index_of(sample: Sample) -> Fraction | None:
    """The satisfaction index of respondents, each a row of nine answers with 0 for one left out."""
    return result_of_rows(sample).exact_index


def result_of_rows(sample: Sample) -> Result:
    tallies = {
        key: Tally(
            sum(number for row, number in sample.items() if row[place]),
            sum(row[place] * number for row, number in sample.items()),
        )
        for place, key in enumerate(LIST_ORDER)
    }
    return Result(size(sample), tallies)


@dataclass(frozen=True)
class Measure:
    """What is compared: its exact value of a sample, the same on draws, and in which unit."""

    key: str
    unit: str
    exact: Callable[[Sample], Number | None]
    drawn: Callable[[Any, Any], Any]
    # Counted by day, so that the sum of a window is compared in proportion.
    is_count: bool = False
    scale: int = 1
    # Of a share: what one observation can be.
    possible: tuple[int, ...] = ()

    def n(self, sample: Sample) -> int:
        return total_of(sample) if self.is_count else size(sample)

    def value(self, sample: Sample) -> Number | None:
        return self.exact(sample) if sample and (self.is_count or size(sample)) else None


COMPLAINTS: Final = Measure("complaints", "count", total_of, means, is_count=True)
VISITS: Final = Measure("visits", "scans", total_of, means, is_count=True)
ON_TIME: Final = Measure("on_time", "percent", percent_of, means, scale=100, possible=(0, 1))
MEDIAN_DAYS: Final = Measure("median_days", "days", median_of, medians)
INDEX: Final = Measure("satisfaction", "points", index_of, indexes)
MEASURES: Final = (COMPLAINTS, INDEX, ON_TIME, MEDIAN_DAYS, VISITS)


@dataclass(frozen=True)
class Comparison:
    """One measure of one service, before and after, beside the others."""

    measure: Measure
    four: Four
    verdict: str
    # How much more it changed than elsewhere, and between what that lies with 95 % confidence.
    change: Number | None = None
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def values(self) -> tuple[Number | None, ...]:
        return tuple(self.measure.value(sample) for sample in self.four)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(self.measure.n(sample) for sample in self.four)


def compared(measure: Measure, four: Four) -> Comparison:
    """The comparison with its verdict; bounds are drawn only where there is enough of everything."""
    before, after, others_before, others_after = (measure.n(sample) for sample in four)
    if not is_enough(measure, before, after):
        return Comparison(measure, four, TOO_FEW)
    if not is_enough(measure, others_before, others_after) or (measure.is_count and not others_before):
        return Comparison(measure, four, CANNOT_TELL)
    change = change_of_values(measure, four)
    if change is None:
        return Comparison(measure, four, CANNOT_TELL)
    # Of counts a day's mean is drawn, and a window has as many days as the sample holds.
    scale = size(four.after) if measure.is_count else measure.scale
    compare = difference_in_proportion if measure.is_count else difference
    low, high = (scale * bound for bound in bounds(four, measure.drawn, compare, measure.possible))
    verdict = ROSE if low > 0 else FELL if high < 0 else CANNOT_TELL
    return Comparison(measure, four, verdict, change, low, high)


def is_enough(measure: Measure, before: int, after: int) -> bool:
    if measure.is_count:
        return before + after >= 2 * FEWEST
    return min(before, after) >= FEWEST


def change_of_values(measure: Measure, four: Four) -> Number | None:
    """The difference in differences; of counts, what is there beyond the change in proportion elsewhere."""
    before, after, others_before, others_after = (measure.value(sample) for sample in four)
    if before is None or after is None or others_before is None or others_after is None:
        return None
    if measure.is_count:
        return after - before * Fraction(others_after) / others_before
    return (after - before) - (others_after - others_before)
