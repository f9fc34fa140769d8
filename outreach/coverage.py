"""How far a round is: by RT against its estimate, and by hour of day; as many questions for forty RT as for one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from django.db.models.functions import ExtractHour
from django.utils import timezone

from outreach.models.home_visit import Visit
from outreach.models.visit_round import Round, RoundArea

Outcome = Visit.Outcome


@dataclass
class Tally:
    """Homes by where they stand now; each home once, however often somebody knocked."""

    homes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    knocks: int = 0
    raised: int = 0
    flyers: int = 0

    @property
    def visited(self) -> int:
        return sum(self.homes.values())

    @property
    def met(self) -> int:
        return self.homes[Outcome.MET]

    def __add__(self, other: "Tally") -> "Tally":
        total = Tally(knocks=self.knocks + other.knocks, raised=self.raised + other.raised)
        total.flyers = self.flyers + other.flyers
        for one in (self, other):
            for outcome, number in one.homes.items():
                total.homes[outcome] += number
        return total

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """Each outcome there was, in words, with its homes."""
        return [(str(one.label), self.homes[one]) for one in Outcome if self.homes[one]]


@dataclass(frozen=True)
class AreaCoverage:
    """One RT: its estimate and what was reached of it."""

    area: RoundArea
    tally: Tally

    @property
    def percent(self) -> int | None:
        """Of the homes expected, those visited; None when nobody knows how many there are. Never above 100."""
        if not self.area.target:
            return None
        return min(100, self.tally.visited * 100 // self.area.target)

    @property
    def left(self) -> int | None:
        return max(0, self.area.target - self.tally.visited) if self.area.target else None


@dataclass(frozen=True)
class Hour:
    """Knocks in one hour of the day, and at how many of them somebody opened."""

    hour: int
    knocks: int
    met: int

    @property
    def percent(self) -> int:
        return self.met * 100 // self.knocks if self.knocks else 0

    @property
    def next(self) -> int:
        return (self.hour + 1) % 24

    @property
    def label(self) -> str:
        return f"{self.hour:02}.00–{self.next:02}.00"


@dataclass(frozen=True)
class Coverage:
    """All of a round."""

    areas: tuple[AreaCoverage, ...]
    hours: tuple[Hour, ...] = ()

    @property
    def tally(self) -> Tally:
        return sum((one.tally for one in self.areas), Tally())

    @property
    def target(self) -> int | None:
        """Of the RT whose number is known; None when no number is."""
        return sum(one.area.target or 0 for one in self.areas) or None

    @property
    def percent(self) -> int | None:
        """Only of the RT with an estimate, so that the others do not make it look better than it is."""
        if not self.target:
            return None
        return min(100, sum(one.tally.visited for one in self.areas if one.area.target) * 100 // self.target)

    @property
    def best_hour(self) -> Hour | None:
        """The hour in which most doors were opened, once enough were knocked at to say so."""
        known = [hour for hour in self.hours if hour.knocks >= 10]
        return max(known, key=lambda hour: (hour.percent, hour.knocks), default=None)


def coverage_of(round_: Round, *, with_hours: bool = False) -> Coverage:
    areas = list(round_.areas.select_related("area__parent", "round"))
    return Coverage(covered(areas), hours_of(round_) if with_hours else ())


def coverages(rounds: Sequence[Round]) -> list[tuple[Round, Coverage]]:
    """Each of these rounds with its numbers."""
    areas: dict[int, list[AreaCoverage]] = {round_.pk: [] for round_ in rounds}
    rows = RoundArea.objects.filter(round__in=areas).select_related("area__parent", "round")
    for one in covered(list(rows)):
        areas[one.area.round_id].append(one)
    return [(round_, Coverage(tuple(areas[round_.pk]))) for round_ in rounds]


def covered(areas: Sequence[RoundArea]) -> tuple[AreaCoverage, ...]:
    """These RT with their numbers, in the order given."""
    tallies: dict[int, Tally] = {area.pk: Tally() for area in areas}
    standing = Visit.objects.standing().filter(area__in=tallies).order_by()
    for pk, outcome, homes in standing.values_list("area", "outcome").annotate(Sum("households")):
        tallies[pk].homes[outcome] += homes
    live = Visit.objects.live().filter(area__in=tallies).order_by()
    sums = live.values_list("area").annotate(Sum("households"), Sum("raised"), Sum("flyers"))
    for pk, knocks, raised, flyers in sums:
        tallies[pk].knocks, tallies[pk].raised, tallies[pk].flyers = knocks, raised, flyers
    return tuple(AreaCoverage(area, tallies[area.pk]) for area in areas)


def hours_of(round_: Round) -> tuple[Hour, ...]:
    """Knocks by hour of day in local time, from the first hour anybody walked to the last."""
    zone = timezone.get_current_timezone()
    rows = (
        Visit.objects.live()
        .filter(area__round=round_)
        .order_by()
        .annotate(hour=ExtractHour("at", tzinfo=zone))
        .values_list("hour", "outcome")
        .annotate(Sum("households"), Count("pk"))
    )
    knocks: dict[int, int] = defaultdict(int)
    met: dict[int, int] = defaultdict(int)
    for hour, outcome, homes, _visits in rows:
        knocks[hour] += homes
        met[hour] += homes if outcome == Outcome.MET else 0
    if not knocks:
        return ()
    return tuple(Hour(hour, knocks[hour], met[hour]) for hour in range(min(knocks), max(knocks) + 1))
