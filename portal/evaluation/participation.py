"""Who took part: invited, registered, came – by sex, age, audience, RW and channel, against what was wanted.

Everything is asked of the database in sums by activity; rates are of activities that are over and were not called
off, so that what is still to come makes none of them look worse.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import CharField, F, Sum, Value
from django.utils import timezone

from outreach.attending import Came, Covers
from outreach.heads import counts_of, larger
from outreach.models import Attendance, Invitation, Registration, Target
from outreach.models.attendance import HeadCount
from outreach.reaching import SEEN, Part, Plan, Tally, parts_of, plans_of
from portal.evaluation.documents import Document, Figure, Row, Table
from portal.evaluation.field_work import FieldWork
from portal.evaluation.figures import by_key, counted, most_first, percent, rate
from portal.evaluation.places import names
from portal.evaluation.scope import Scope

Measure = Target.Measure
INVITED, REGISTERED, CAME = "invited", "registered", "came"


def participation_of(scope: Scope) -> Document:
    counts = Participation(scope)
    return Document(
        scope.subject,
        scope.period,
        timezone.localtime(scope.at).isoformat(),
        by_key((*counts.figures(), *counts.field_work.figures(), *counts.money())),
        {one.key: one for one in (*counts.tables(), *counts.field_work.tables())},
    )


@dataclass
class Sums:
    """What one activity adds up to."""

    invited: int = 0
    registered: int = 0
    # Without parties that were written down at the door.
    registered_before: int = 0
    came_of_registered: int = 0
    by_name: int = 0
    walk_ins: int = 0
    written_at_door: int = 0


class Participation:
    """Each question is asked once; whatever needs its answer takes it from here."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.places, self.audiences = names()
        self.field_work = FieldWork(scope, self.places)
        self.plans: Mapping[int, Plan] = plans_of(scope.events, scope.at)
        self.sums: dict[int, Sums] = defaultdict(Sums)
        self.registered_by_channel: Counter[str] = Counter()
        self.came_by_channel: Counter[str] = Counter()
        # Registered and came, by the code of the flyer or post they came by.
        self.by_link: dict[str, Counter[str]] = defaultdict(Counter)
        for kind, event, channel, is_at_door, link, people in self.people():
            if not (kind == REGISTERED and self.plans[event].is_called_off):
                self.add(kind, self.sums[event], channel, is_at_door, people)
                if link:
                    self.by_link[link][kind] += people
        self.heads = counts_of(scope.events.values("pk"))

    # What was asked of the database -----------------------------------------------------------------------

    def people(self) -> Iterable[tuple[str, int, str | None, bool | None, str | None, int]]:
        """Invited, registered and came by activity, channel, link, and whether written down at the door; at once."""
        none = Value(None, output_field=CharField())
        columns = ("kind", "event", "channel", "is_at_door", "link")
        sources = (
            (INVITED, Invitation.objects.all(), (Value(""), Value(False), none), "amount"),
            (
                REGISTERED,
                Registration.objects.registered(),
                (F("heard_from"), F("is_walk_in"), F("short_link__code")),
                "party_size",
            ),
            (
                CAME,
                Attendance.objects.standing(),
                tuple(F(f"registration__{one}") for one in ("heard_from", "is_walk_in", "short_link__code")),
                "people",
            ),
        )
        sums = [
            self.scope.of_events(rows)
            .annotate(kind=Value(kind), channel=told[0], is_at_door=told[1], link=told[2])
            .values(*columns)
            .annotate(number=Sum(people))
            .values_list(*columns, "number")
            for kind, rows, told, people in sources
        ]
        return sums[0].union(*sums[1:], all=True)

    def add(self, kind: str, sums: Sums, channel: str | None, is_at_door: bool | None, people: int) -> None:
        if kind == INVITED:
            sums.invited += people
        elif kind == REGISTERED:
            sums.registered += people
            sums.registered_before += 0 if is_at_door else people
            self.registered_by_channel[channel or ""] += people
        elif is_at_door is None:
            sums.walk_ins += people
        else:
            sums.by_name += people
            sums.written_at_door += people if is_at_door else 0
            sums.came_of_registered += 0 if is_at_door else people
            self.came_by_channel[channel or ""] += people

    # Counting ---------------------------------------------------------------------------------------------

    @cached_property
    def came(self) -> dict[int, Came]:
        """Of each activity, with the rule of the door for who was counted twice (`outreach.attending.Came`)."""
        return {
            pk: Came(
                by_name=self.sums[pk].by_name,
                walk_ins=self.sums[pk].walk_ins,
                counted=sum(self.heads[pk][Covers.EVERYBODY].values()) if pk in self.heads else 0,
                unnamed=sum(self.heads[pk][Covers.UNNAMED].values()) if pk in self.heads else 0,
            )
            for pk in self.plans
        }

    @cached_property
    def total(self) -> int:
        return sum(came.total for came in self.came.values())

    @property
    def over(self) -> list[int]:
        """The activities that took place."""
        return [pk for pk, plan in self.plans.items() if plan.is_over and not plan.is_called_off]

    def figures(self) -> Iterable[Figure]:
        going = [pk for pk, plan in self.plans.items() if not plan.is_called_off]
        with_letters = [pk for pk in self.over if self.sums[pk].invited]
        walked_in = sum(came.walk_ins + self.sums[pk].written_at_door for pk, came in self.came.items())
        yield Figure("events", len(self.over))
        yield Figure("invited", sum(self.sums[pk].invited for pk in going), "people")
        yield Figure("registered", sum(self.sums[pk].registered for pk in going), "people")
        yield Figure("came", self.total, "people")
        yield Figure("walk_ins", walked_in, "people")
        # Of the activities to which somebody was invited at all.
        yield rate(
            "attendance_rate",
            sum(self.came[pk].total for pk in with_letters),
            sum(self.sums[pk].invited for pk in with_letters),
            "invited",
        )
        yield rate(
            "expected_rate",
            sum(self.sums[pk].came_of_registered for pk in self.over),
            sum(self.sums[pk].registered_before for pk in self.over),
            "registered",
        )

    def money(self) -> Iterable[Figure]:
        """What was spent, or as long as nobody knows what was planned, by everybody who was reached in person."""
        campaign = self.scope.campaign
        if campaign is None:
            return
        budget, spent = (None if one is None else int(one) for one in (campaign.budget, campaign.spent))
        yield Figure("budget", budget, "rupiah")
        yield Figure("spent", spent, "rupiah")
        paid, reached = (budget if spent is None else spent), self.total + self.field_work.met
        if paid is not None:
            # One person for each home in which somebody was met.
            yield Figure(
                "cost_per_person",
                percent(paid, 100 * reached),
                "rupiah",
                part=paid,
                whole=reached,
                of="came_and_homes_met",
            )

    # Tables -----------------------------------------------------------------------------------------------

    def tables(self) -> Iterable[Table]:
        yield self.came_by("came_by_sex", "sex", 0, HeadCount.Sex.values)
        yield self.came_by("came_by_age", "age", 1, HeadCount.Age.values)
        yield self.by_audience()
        yield counted("came_by_area", "area", "people", most_first(self.by_area))
        registered = self.registered_by_channel
        yield counted("registered_by_channel", "channel", "people", most_first(registered))
        heard = self.came_by_channel.copy()
        heard[""] += self.total - sum(heard.values())
        yield counted("came_by_channel", "channel", "people", most_first(heard))
        if self.scope.campaign is not None:
            if self.by_link:
                yield self.by_flyer_and_post()
            yield self.against_targets()

    def by_flyer_and_post(self) -> Table:
        """How many registered and came by each link on paper or in a post; most came by none."""
        found = sorted(self.by_link.items(), key=lambda one: (-one[1][REGISTERED], one[0]))
        rows = [Row(code, (people[REGISTERED], people[CAME])) for code, people in found]
        total = Row("total", tuple(sum(one[kind] for _code, one in found) for kind in (REGISTERED, CAME)))
        return Table("came_by_link", "link", ("registered", "came"), tuple(rows), (), total)

    def came_by(self, key: str, dimension: str, place: int, known: Iterable[str]) -> Table:
        """By what the eye saw where heads were counted; everybody else is “not noted”."""
        found = dict.fromkeys((one for one in known if one), 0)
        for heads in map(larger, self.heads.values()):
            for group, people in heads.items():
                if group[place]:
                    found[str(group[place])] += people
        found[""] = self.total - sum(found.values())
        return counted(key, dimension, "people", found)

    @property
    def by_area(self) -> Counter[str]:
        """By the RW an activity was for; those for several are under the empty key."""
        found: Counter[str] = Counter()
        for pk, came in self.came.items():
            if came:
                found[self.places.rw_of(self.plans[pk].areas)] += came.total
        return found

    def by_audience(self) -> Table:
        """Whoever came to an activity for two audiences counts for both, unless the eye told them apart."""
        found: Counter[str] = Counter()
        for part in self.came_parts:
            for audience in part.audiences:
                found[self.audiences[audience]] += part.amount
        for pk, came in self.came.items():
            if came and not self.plans[pk].audiences:
                found[""] += came.total
        rows = {slug: found[slug] for slug in (*self.audiences.values(), "") if slug in found}
        return counted("came_by_audience", "audience", "people", rows, whole=self.total, is_partition=False)

    @cached_property
    def came_parts(self) -> list[Part]:
        seen = {slug: pk for pk, slug in self.audiences.items() if slug in SEEN}
        totals = {pk: came.total for pk, came in self.came.items() if came}
        heads = {pk: larger(counts) for pk, counts in self.heads.items()}
        return list(parts_of(self.plans, totals, heads, seen))

    @property
    def parts(self) -> dict[str, list[Part]]:
        """All of it as targets count it, so that nothing is asked twice."""
        tally = Tally((), self.scope.at, _plans=dict(self.plans))
        registered = {pk: sums.registered for pk, sums in self.sums.items() if sums.registered}
        return {
            Measure.CAME: self.came_parts,
            Measure.REGISTERED: list(tally.of_events(registered)),
            Measure.EVENTS: list(tally.of_events(dict.fromkeys(self.over, 1))),
            **self.field_work.parts(),
        }

    def against_targets(self) -> Table:
        """Target beside reached, as the campaign's own page has it."""
        campaign = self.scope.campaign
        assert campaign is not None
        tally = Tally([campaign.pk], self.scope.at, _parts=self.parts, _above=self.places.above)
        rows = []
        for target in campaign.targets.select_related("audience", "area"):
            words = (target.measure, *(one.slug if one else "" for one in (target.audience, target.area)))
            reached = tally.amount(target)
            rows.append(Row(":".join(words), (target.amount, reached, percent(reached, target.amount))))
        columns = ("target", "reached", "percent")
        return Table("targets", "target", columns, tuple(rows), ("reached",), is_partition=False)
