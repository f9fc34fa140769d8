"""How the office answers, counted for everybody: exact, and without a number that picks somebody out.

A month is the unit of publishing: counted when it is over, never again (`freezing`). Its kinds, fields and RWs are each
suppressed with companions (`suppression`); a year says nothing its months do not say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Final

from portal.shared.suppression import SMALLEST_GROUP, SMALLEST_SENSITIVE_GROUP, hidden_rows

KIND, SECTOR, RW = "kind", "sector", "rw"
BREAKDOWNS: Final = (KIND, SECTOR, RW)
MONTHS: Final = range(1, 13)


@dataclass(frozen=True)
class Counted:
    """One case as statistics see it. ``on_time`` is None while it is too early to say, or nothing was promised."""

    month: int
    kind: str
    sector: str
    rw: str
    is_answered: bool
    on_time: bool | None
    # Open, and its promised day has passed.
    is_overdue: bool = False
    # Working days from the day after receipt to the answer.
    days: int | None = None

    def key(self, breakdown: str) -> str:
        return str(getattr(self, breakdown))


@dataclass(frozen=True)
class Figures:
    """What is counted of a group of cases."""

    received: int = 0
    answered: int = 0
    # Of those with a promised day: answered by it, answered after it, still open after it.
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    # In working days; None while too few have been answered to speak of a middle.
    median_days: Decimal | None = None

    @property
    def judged(self) -> int:
        """Closed with a promise, and open past it: what the share of answers on time is a share of."""
        return self.on_time + self.late + self.overdue

    @property
    def past_promise(self) -> int:
        return self.late + self.overdue

    @property
    def has_share(self) -> bool:
        return self.judged >= SMALLEST_GROUP

    @property
    def median_count(self) -> int:
        """The median as grammar counts it: one day, or more than one."""
        return 1 if self.median_days == 1 else 2

    @property
    def percent_on_time(self) -> int | None:
        """Whole percent, rounded half up; None while too few can be judged."""
        if not self.has_share:
            return None
        share = Decimal(100 * self.on_time) / Decimal(self.judged)
        return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def figures_of(cases: Iterable[Counted]) -> Figures:
    received = answered = on_time = late = overdue = 0
    days = []
    for case in cases:
        received += 1
        answered += case.is_answered
        on_time += case.on_time is True
        late += case.on_time is False and not case.is_overdue
        overdue += case.is_overdue
        if case.days is not None:
            days.append(case.days)
    middle = Decimal(str(median(days))) if len(days) >= SMALLEST_GROUP else None
    return Figures(received, answered, on_time, late, overdue, middle)


@dataclass(frozen=True)
class Line:
    """One row of a table; without figures it is hidden, and says so."""

    key: str
    figures: Figures | None

    @property
    def is_hidden(self) -> bool:
        return self.figures is None


@dataclass(frozen=True)
class Report:
    """What is published of one period: the total, and the tables; ``total`` is None where all of it is hidden."""

    year: int
    month: int | None
    total: Figures | None
    tables: Mapping[str, list[Line]] = field(default_factory=dict)

    @property
    def has_hidden(self) -> bool:
        return any(line.is_hidden for lines in self.tables.values() for line in lines)


class YearBook:
    """What is published of the cases received in the months of a year that were counted for good.

    Each month is protected by itself, so that it stays as it is while others follow. The year adds up what its months
    show and nothing else: a month too small is in no sum, and a row that one month hides is hidden in the year.
    """

    def __init__(
        self,
        year: int,
        cases: Iterable[Counted],
        sensitive: frozenset[str] = frozenset(),
        closed: Iterable[int] = MONTHS,
    ) -> None:
        self.year = year
        self.closed = tuple(closed)
        self.sensitive = sensitive
        self.by_month: dict[int, list[Counted]] = {month: [] for month in MONTHS}
        for case in cases:
            self.by_month[case.month].append(case)
        self.hidden_months = frozenset(
            month for month, found in self.by_month.items() if 0 < len(found) < SMALLEST_GROUP
        )
        self.shown_months = [month for month in MONTHS if month not in self.hidden_months]
        self.cases = [case for month in self.shown_months for case in self.by_month[month]]
        self.is_hidden = len(self.cases) < SMALLEST_GROUP
        self.breakdowns = {name: Breakdown(self, name) for name in BREAKDOWNS}

    @property
    def is_complete(self) -> bool:
        return len(self.closed) == len(MONTHS)

    def smallest(self, breakdown: str) -> Callable[[str], int]:
        """How large a group of this key must be to be shown."""
        return lambda key: (
            SMALLEST_SENSITIVE_GROUP if breakdown == SECTOR and key in self.sensitive else SMALLEST_GROUP
        )

    def report(self, month: int | None = None) -> Report:
        if self.is_hidden or month in self.hidden_months:
            return Report(self.year, month, None)
        cases = self.cases if month is None else self.by_month[month]
        tables = {name: one.lines(month) for name, one in self.breakdowns.items()}
        if month is None:
            tables["month"] = [
                Line(str(one), None if one in self.hidden_months else figures_of(self.by_month[one]))
                for one in MONTHS
            ]
        return Report(self.year, month, figures_of(cases), tables)

    def reports(self) -> list[Report]:
        """The year and each of its months in which anything came in, as the files list them."""
        return [self.report(), *(self.report(month) for month in MONTHS if self.by_month[month])]


class Breakdown:
    """The cases of a year by one of their marks and by month, with what of it must stay hidden."""

    def __init__(self, book: YearBook, name: str) -> None:
        self.cells: dict[str, dict[int, list[Counted]]] = defaultdict(lambda: {one: [] for one in MONTHS})
        for case in book.cases:
            self.cells[case.key(name)][case.month].append(case)
        self.totals = {key: sum(map(len, months.values())) for key, months in self.cells.items()}
        smallest = book.smallest(name)
        self.hidden_cells = frozenset(
            (key, month) for month in book.shown_months for key in hidden_rows([self.counts(month)], smallest)
        )
        # Where all cases are of one key, its total is that of the month: then it is not even named.
        self.is_withheld = len(self.cells) == 1 and bool(self.hidden_cells)

    @property
    def hidden_keys(self) -> frozenset[str]:
        """What some month hides, and so the year."""
        return frozenset(key for key, _month in self.hidden_cells)

    def counts(self, month: int) -> dict[str, int]:
        return {key: len(months[month]) for key, months in sorted(self.cells.items())}

    def lines(self, month: int | None) -> list[Line]:
        """Every key of the year, also those without a case in the month: one that is left out would tell.

        The largest of the year first, and last the hidden ones, in an order that tells nothing.
        """
        hidden = {key for key in self.totals if self.is_hidden(key, month)}
        shown = sorted(self.totals.keys() - self.hidden_keys, key=lambda key: (-self.totals[key], key))
        shown += sorted(self.hidden_keys - hidden)
        keys = [] if self.is_withheld else [*shown, *sorted(hidden)]
        return [Line(key, None if key in hidden else figures_of(self.cases(key, month))) for key in keys]

    def is_hidden(self, key: str, month: int | None) -> bool:
        return key in self.hidden_keys if month is None else (key, month) in self.hidden_cells

    def cases(self, key: str, month: int | None) -> list[Counted]:
        months = self.cells[key]
        return [case for cases in months.values() for case in cases] if month is None else months[month]
