"""How figures and tables are put together, so that each rate names its denominator and each table its total."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from portal.evaluation.documents import Figure, Number, Row, Table
from portal.evaluation.intervals import mean_interval, wilson


def by_key(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {one.key: one for one in figures}


def percent(part: int | None, whole: int | None) -> Fraction | None:
    """Exactly; None where there is nothing to be a part of."""
    return Fraction(100 * part, whole) if part is not None and whole else None


def rate(key: str, part: int, whole: int, of: str) -> Figure:
    """Of everybody there is, so without bounds; above 100 where more came than were asked."""
    return Figure(key, percent(part, whole), "percent", part=part, whole=whole, of=of)


def share(key: str, part: int, whole: int, of: str) -> Figure:
    """Of those who chose to answer, so with bounds."""
    low, high = wilson(part, whole) if whole else (None, None)
    return Figure(
        key, percent(part, whole), "percent", part=part, whole=whole, of=of, n=whole, low=low, high=high
    )


def mean(key: str, counts: Mapping[Number, int], unit: str = "points") -> Figure:
    """Of answers, from how often each was given."""
    n = sum(counts.values())
    low, high = mean_interval(counts) or (None, None)
    return Figure(key, mean_of(counts), unit, n=n, low=low, high=high)


def mean_of(counts: Mapping[Number, int]) -> Fraction | None:
    n = sum(counts.values())
    return sum((Fraction(value) * times for value, times in counts.items()), Fraction(0)) / n if n else None


def counted(
    key: str,
    dimension: str,
    column: str,
    counts: Mapping[str, int],
    *,
    whole: int | None = None,
    is_partition: bool = True,
) -> Table:
    """A table of one column of counts; `whole` is the total where the rows overlap."""
    return Table(
        key,
        dimension,
        (column,),
        tuple(Row(name, (amount,)) for name, amount in counts.items()),
        (column,),
        Row("total", (sum(counts.values()) if whole is None else whole,)),
        is_partition,
    )


def answered(key: str, dimension: str, counts: Mapping[str, int]) -> Table:
    """How often each answer was given, with its share of all answers in percent."""
    n = sum(counts.values())
    rows = tuple(Row(name, (amount, percent(amount, n))) for name, amount in counts.items())
    total = Row("total", (n, percent(n, n)))
    return Table(key, dimension, ("answers", "share"), rows, ("answers",), total)


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The largest first, and last what nobody noted (the empty key)."""
    return dict(sorted(counts.items(), key=lambda one: (not one[0], -one[1], one[0])))
