"""The satisfaction index (SKM) in exact arithmetic: nothing here is rounded but what is shown or graded.

Answers are known by the key of their element, never by its number: in the list of elements number 8 is the
handling of complaints and 9 the facilities, in the questionnaire it is the other way round.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

# In the order of the list of elements.
LIST_ORDER: Final = (
    *("requirements", "procedure", "time", "cost", "product"),
    *("competence", "conduct", "complaints", "facilities"),
)
# In the order in which the official form asks.
QUESTIONNAIRE_ORDER: Final = (*LIST_ORDER[:7], "facilities", "complaints")
ORDERS: Final = {"list": LIST_ORDER, "questionnaire": QUESTIONNAIRE_ORDER}

WORST, BEST = 1, 4
WEIGHT: Final = Fraction(1, len(LIST_ORDER))
CONVERSION: Final = 25
# Fewer respondents get no grade: one happy visitor is no “very good”.
FEWEST_FOR_A_GRADE: Final = 10

# Krejcie and Morgan: chi-square of one degree at 95 %, an even split, an error of 5 %.
CHI_SQUARE, SHARE, ERROR = Fraction("3.841"), Fraction(1, 2), Fraction("0.05")


@dataclass(frozen=True)
class Band:
    """A grade, what it is called, and the lowest two-decimal index that reaches it."""

    grade: str
    performance: str
    lowest: Decimal


# The bounds of Permenpan RB 14/2017, best first. Between 76.60 and 76.61 there is nothing once it is rounded.
BANDS: Final = (
    Band("A", "Sangat baik", Decimal("88.31")),
    Band("B", "Baik", Decimal("76.61")),
    Band("C", "Kurang baik", Decimal("65.00")),
    Band("D", "Tidak baik", Decimal("25.00")),
)


@dataclass(frozen=True)
class Tally:
    """What was answered about one element: how often, and the sum of the values."""

    count: int = 0
    total: int = 0

    @property
    def mean(self) -> Fraction | None:
        """Over those who answered it; nobody did is not zero."""
        return Fraction(self.total, self.count) if self.count else None


@dataclass(frozen=True)
class Result:
    """The result of a survey: `n` respondents and what they said of each element, by key."""

    n: int
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    @property
    def means(self) -> dict[str, Fraction | None]:
        return {key: self.tallies.get(key, Tally()).mean for key in LIST_ORDER}

    @property
    def value(self) -> Fraction | None:
        """The mean of the nine means, from 1 to 4; none as long as nobody has answered one of them."""
        total = Fraction(0)
        for mean in self.means.values():
            if mean is None:
                return None
            total += mean * WEIGHT
        return total

    @property
    def exact_index(self) -> Fraction | None:
        """From 25 to 100."""
        return None if self.value is None else self.value * CONVERSION

    @property
    def index(self) -> Decimal | None:
        """As it is shown, and as it is graded."""
        return None if self.exact_index is None else half_up(self.exact_index, 2)

    @property
    def band(self) -> Band | None:
        """None without an index, and with too few respondents to speak of one."""
        return None if self.index is None or self.n < FEWEST_FOR_A_GRADE else band_of(self.index)

    @property
    def grade(self) -> str | None:
        return self.band.grade if self.band else None

    @property
    def performance(self) -> str | None:
        return self.band.performance if self.band else None

    @property
    def weakest_first(self) -> list[tuple[str, Fraction]]:
        """The elements that were answered, the lowest mean first; among equals in the order of the list."""
        known = [(key, mean) for key, mean in self.means.items() if mean is not None]
        return sorted(known, key=lambda one: one[1])


def half_up(value: Fraction, digits: int) -> Decimal:
    """Rounds an exact value the way it is taught at school: a half goes up."""
    scaled = value * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-digits)


def band_of(index: Decimal | Fraction) -> Band:
    """The grade of an index, decided on its two decimals: 76.605 is 76.61 and a B, 76.604 is 76.60 and a C."""
    if isinstance(index, Fraction):
        index = half_up(index, 2)
    rounded = index.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return next((band for band in BANDS if rounded >= band.lowest), BANDS[-1])


def result_of(respondents: Iterable[Mapping[str, int | None]]) -> Result:
    """The result of single answers; whoever answered nothing is no respondent."""
    n = 0
    counts, totals = dict.fromkeys(LIST_ORDER, 0), dict.fromkeys(LIST_ORDER, 0)
    for answers in respondents:
        given = {key: value for key in LIST_ORDER if (value := answers.get(key)) is not None}
        n += bool(given)
        for key, value in given.items():
            if not WORST <= value <= BEST:
                raise ValueError(f"{value} is not an answer from {WORST} to {BEST}.")
            counts[key] += 1
            totals[key] += value
    return Result(n, {key: Tally(counts[key], totals[key]) for key in LIST_ORDER})


def sample_target(population: int) -> int:
    """How many of so many users to ask, by Krejcie and Morgan; to the nearest whole, as their table has it."""
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    exact = spread * population / (ERROR**2 * (population - 1) + spread)
    return int(half_up(exact, 0))
