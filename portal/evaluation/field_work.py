"""What was done without a room: homes visited, flyers handed out and scanned, posts with what came of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, IntegerField, Q, Sum, Value

from outreach.models import Target, Visit
from outreach.models.post_version import RESULTS
from outreach.reaching import Part
from portal.evaluation.documents import Figure, Number, Row, Table
from portal.evaluation.figures import counted, most_first, percent, rate
from portal.evaluation.places import Places
from portal.evaluation.scope import Scope

Measure = Target.Measure
Outcome = Visit.Outcome
EXPECTED, PRINTED = "expected", "printed"
# Places with copies that a table names; all others are one row.
PLACES_NAMED = 60


class FieldWork:
    """Each question is asked once; two kinds of rows that are alike in one."""

    def __init__(self, scope: Scope, places: Places) -> None:
        self.scope, self.places = scope, places
        self.campaign = scope.campaign.pk if scope.campaign else 0
        self.begins = scope.begins or date.min
        self.homes: list[tuple[int, str, int, int]] = []
        self.expected: Counter[int] = Counter()
        for area, outcome, homes, known in self.doors():
            if outcome == EXPECTED:
                self.expected[area] += homes
            else:
                self.homes.append((area, outcome, homes, known))
        self.runs: list[tuple[date, int]] = []
        self.drops: list[tuple[int, str, int | None, date, int]] = []
        for kind, pk, words, where, day, copies in self.copies():
            if kind == PRINTED:
                self.runs.append((day, copies))
            else:
                self.drops.append((pk, words, where, day, copies))
        self.scans = list(
            scope.scans.values_list("link__channel", "link__drop", "link__drop__area").annotate(Sum("count"))
        )
        self.posts = list(
            scope.posts.values_list("channel")
            .annotate(Count("pk"), *(Sum(name) for name in RESULTS))
            .order_by("channel")
        )

    # What was asked of the database -----------------------------------------------------------------------

    def doors(self) -> Iterable[tuple[int, str, int, int]]:
        """Homes by area and outcome, and of them those in an RT with an estimate; how many were expected there."""
        visited = self.scope.visits.values("area__area", "outcome").annotate(
            homes=Sum("households"),
            known=Sum("households", default=0, filter=Q(area__target__isnull=False)),
        )
        walked = self.scope.walked.filter(target__isnull=False).values("area", outcome=Value(EXPECTED))
        expected = walked.annotate(homes=Sum("target"), known=Sum("target"))
        return visited.values_list("area__area", "outcome", "homes", "known").union(
            expected.values_list("area", "outcome", "homes", "known"), all=True
        )

    def copies(self) -> Iterable[tuple[str, int, str, int | None, date, int]]:
        """Flyers printed, by run, and those that stayed at a place, by drop."""
        columns = ("kind", "pk", "words", "where", "day", "copies")
        printed = self.scope.runs.annotate(
            kind=Value(PRINTED),
            words=Value(""),
            where=Value(None, output_field=IntegerField()),
            day=F("printed_on"),
            copies=F("amount"),
        )
        taken = self.scope.drops.annotate(
            kind=Value("taken"),
            words=F("place_words"),
            where=F("area_id"),
            day=F("dropped_on"),
            copies=F("amount") - F("returned"),
        )
        return printed.values_list(*columns).union(taken.values_list(*columns), all=True)

    # Homes ------------------------------------------------------------------------------------------------

    def homes_where(self, outcome: str | None = None) -> int:
        return sum(homes for _area, found, homes, _known in self.homes if outcome in (None, found))

    @property
    def met(self) -> int:
        return self.homes_where(Outcome.MET)

    def figures(self) -> Iterable[Figure]:
        yield Figure("homes_visited", self.homes_where(), "homes")
        yield Figure("homes_met", self.met, "homes")
        yield Figure("homes_refused", self.homes_where(Outcome.REFUSED), "homes")
        # Only of the RT of which somebody has said how many homes there are.
        known = sum(known for _area, _outcome, _homes, known in self.homes)
        yield rate("home_coverage", known, sum(self.expected.values()), "homes_target")
        yield from self.on_paper()
        yield Figure("scans", sum(count for *_link, count in self.scans), "scans")
        is_known = self.scope.area is None
        yield Figure("posts", sum(number for _channel, number, *_results in self.posts) if is_known else None)

    def on_paper(self) -> Iterable[Figure]:
        """What is left is left at the end of the period; where something was printed says nothing of an area."""
        stayed = sum(copies for *_drop, copies in self.drops)
        is_known = self.scope.area is None
        left = sum(copies for _day, copies in self.runs) - stayed
        printed = sum(copies for day, copies in self.runs if day >= self.begins)
        yield Figure("flyers_printed", printed if is_known else None, "copies")
        yield Figure("flyers_out", sum(copies for *_drop, copies in self.drops_now), "copies")
        yield Figure("flyers_left", left if is_known else None, "copies")

    @property
    def drops_now(self) -> list[tuple[int, str, int | None, date, int]]:
        """Those of the period."""
        return [drop for drop in self.drops if drop[3] >= self.begins]

    # Tables -----------------------------------------------------------------------------------------------

    def tables(self) -> Iterable[Table]:
        outcomes = {str(one): self.homes_where(one) for one in Outcome}
        yield counted("visits_by_outcome", "outcome", "homes", outcomes)
        yield self.coverage_by_area()
        yield self.flyers_by_place()
        channels: Counter[str] = Counter()
        for channel, _drop, _area, count in self.scans:
            channels[channel] += count
        scans = counted("scans_by_channel", "channel", "visits", most_first(channels))
        yield Table(scans.key, scans.dimension, scans.columns, scans.rows, (), scans.total)
        yield self.posts_by_channel()

    def coverage_by_area(self) -> Table:
        """By RW: homes expected there, visited, met, refused, and visited of those expected in percent."""
        found: dict[str, list[int]] = {}

        def line(area: int) -> list[int]:
            return found.setdefault(self.places.rw(area), [0] * 5)

        for area, homes in self.expected.items():
            line(area)[0] += homes
        for area, outcome, homes, known in self.homes:
            one = line(area)
            one[1] += homes
            one[2] += homes if outcome == Outcome.MET else 0
            one[3] += homes if outcome == Outcome.REFUSED else 0
            one[4] += known

        def row(key: str, one: list[int]) -> Row:
            # Nobody has said how many homes there are: not known, which is not zero.
            return Row(key, (one[0] or None, *one[1:4], percent(one[4], one[0])))

        total = [sum(column) for column in zip(*found.values(), strict=True)] or [0] * 5
        return Table(
            "coverage_by_area",
            "area",
            ("homes_target", "visited", "met", "refused", "coverage"),
            tuple(row(key, found[key]) for key in sorted(found)),
            ("visited", "met", "refused"),
            row("total", total),
        )

    def flyers_by_place(self) -> Table:
        """Copies that stayed at each place, and how often the code on them was followed."""
        copies: Counter[str] = Counter()
        visits: Counter[str] = Counter()
        words = {pk: place for pk, place, *_rest in self.drops}
        for _pk, place, _area, _day, stayed in self.drops_now:
            copies[place] += stayed
        for _channel, drop, _area, count in self.scans:
            if drop in words:
                visits[words[drop]] += count
        places = most_first({place: copies[place] for place in (*copies, *visits)})
        named, others = list(places)[:PLACES_NAMED], list(places)[PLACES_NAMED:]
        rows = [Row(place, (copies[place], visits[place])) for place in named]
        if others:
            rows.append(Row("", (sum(copies[one] for one in others), sum(visits[one] for one in others))))
        total = Row("total", (copies.total(), visits.total()))
        return Table("flyers_by_place", "place", ("out", "visits"), tuple(rows), (), total)

    def posts_by_channel(self) -> Table:
        """With what the channels showed some days later; nobody has looked is not zero."""
        rows = tuple(Row(channel, tuple(numbers)) for channel, *numbers in self.posts)
        columns = list(zip(*(row.values for row in rows), strict=True)) or [()] * 5
        total: tuple[Number | None, ...] = tuple(sum_known(column) for column in columns)
        names = ("posts", "reached", "likes", "comments", "shares")
        return Table("posts", "channel", names, rows, (), Row("total", total))

    # For targets ------------------------------------------------------------------------------------------

    def parts(self) -> dict[str, list[Part]]:
        def homes(*outcomes: str) -> list[Part]:
            wanted = outcomes or tuple(map(str, Outcome))
            return [self.part(area, n) for area, outcome, n, _known in self.homes if outcome in wanted]

        return {
            Measure.HOMES_VISITED: homes(),
            Measure.HOMES_MET: homes(Outcome.MET),
            Measure.FLYERS: [self.part(area, stayed) for _pk, _place, area, _day, stayed in self.drops_now],
            Measure.SCANS: [self.part(area, count) for _channel, _drop, area, count in self.scans],
            Measure.POSTS: [self.part(None, number) for _channel, number, *_results in self.posts],
        }

    def part(self, area: int | None, amount: int) -> Part:
        return Part(self.campaign, amount, areas=frozenset(filter(None, (area,))))


def sum_known(values: Iterable[Number | None]) -> Number | None:
    """Of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
