"""What a campaign has reached beside what it wanted to reach, from what is there already: nobody types it in.

What is counted for one audience or one area are the activities meant for it. Nobody is asked at the door who they are,
so an activity for two audiences counts for both; but where heads were counted by group, those whom the eye can tell
(the elderly, children, women …) are counted by what was seen.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from outreach.attending import Group, came_to
from outreach.heads import heads_of
from outreach.models import (
    Campaign,
    Drop,
    Event,
    HeadCount,
    LinkCount,
    PostVersion,
    Registration,
    Target,
    Visit,
)
from outreach.models.deciding import Decision
from services.models import Area, Audience

Measure = Target.Measure
# Which groups of a head count are which audience, by its address word.
SEEN: dict[str, Callable[[Group], bool]] = {
    "lansia": lambda group: group[1] == HeadCount.Age.ELDERLY,
    "remaja": lambda group: group[1] == HeadCount.Age.TEEN,
    "anak": lambda group: group[1] == HeadCount.Age.CHILD,
    "perempuan": lambda group: group[0] == HeadCount.Sex.WOMEN,
    "penyandang-disabilitas": lambda group: group[2],
}
# How deep areas lie in each other: province, regency, district, village, RW, RT, and one more for safety.
DEPTH = 7

Chosen = defaultdict[int, frozenset[int]]


@dataclass(frozen=True)
class Plan:
    """What one activity counts for."""

    campaign: int
    is_called_off: bool
    is_over: bool
    audiences: frozenset[int]
    # The areas it was meant for, or that of its place where none was named.
    areas: frozenset[int]


@dataclass(frozen=True)
class Part:
    """Some of what was reached: how many, and of what it is counted."""

    campaign: int
    amount: int
    audiences: frozenset[int] = frozenset()
    areas: frozenset[int] = frozenset()
    # Of people another part holds already, so that it counts only for its audience.
    is_share: bool = False


@dataclass
class Tally:
    """Counts for several campaigns at once; each measure is asked once, and only if a target needs it."""

    campaigns: Sequence[int]
    at: datetime
    # What somebody has counted already need not be asked again: the activities, measures, areas with all above them.
    _plans: dict[int, Plan] | None = None
    _parts: dict[str, list[Part]] = field(default_factory=dict)
    _above: dict[int, frozenset[int]] | None = None

    def amount(self, target: Target) -> int:
        """How much of a target is reached."""
        parts = self.parts(target.measure)
        return sum(part.amount for part in parts if self.counts_for(part, target))

    def counts_for(self, part: Part, target: Target) -> bool:
        if part.campaign != target.campaign_id:
            return False
        if part.is_share if target.audience_id is None else target.audience_id not in part.audiences:
            return False
        return target.area_id is None or any(self.lies_in(area, target.area_id) for area in part.areas)

    def parts(self, measure: str) -> list[Part]:
        if measure not in self._parts:
            self._parts[measure] = list(COUNTED_BY[measure](self))
        return self._parts[measure]

    def lies_in(self, area: int, wanted: int) -> bool:
        if self._above is None:
            self._above = with_all_above()
        return wanted in self._above.get(area, frozenset())

    # The activities ---------------------------------------------------------------------------------------

    @property
    def plans(self) -> dict[int, Plan]:
        """The activities that have a page, by their key."""
        if self._plans is None:
            self._plans = plans_of(Event.objects.public().filter(campaign__in=self.campaigns), self.at)
        return self._plans

    def of_events(self, amounts: dict[int, int]) -> Iterable[Part]:
        for pk, amount in amounts.items():
            plan = self.plans[pk]
            yield Part(plan.campaign, amount, plan.audiences, plan.areas)

    def came(self) -> Iterable[Part]:
        totals = {pk: came.total for pk, came in came_to(self.plans).items()}
        seen: dict[str, int] = dict(Audience.objects.filter(slug__in=SEEN).values_list("slug", "pk"))
        return parts_of(self.plans, totals, heads_of(self.plans) if seen else {}, seen)

    def registered(self) -> Iterable[Part]:
        """People with a place; what was called off counts for nothing."""
        live = [pk for pk, plan in self.plans.items() if not plan.is_called_off]
        rows = Registration.objects.registered().filter(event__in=live).order_by()
        return self.of_events(dict(rows.values_list("event").annotate(Sum("party_size"))))

    def events(self) -> Iterable[Part]:
        held = [pk for pk, plan in self.plans.items() if plan.is_over and not plan.is_called_off]
        return self.of_events(dict.fromkeys(held, 1))

    # At the doors, on paper, online -----------------------------------------------------------------------

    def homes(self, **narrow: Any) -> Iterable[Part]:
        rows = Visit.objects.standing().filter(area__round__campaign__in=self.campaigns, **narrow).order_by()
        found = rows.values_list("area__round__campaign", "area__area").annotate(Sum("households"))
        return (Part(campaign, homes, areas=frozenset((area,))) for campaign, area, homes in found)

    def flyers(self) -> Iterable[Part]:
        """Copies that stayed at the places they were taken to; what officers hand out comes from such a place too."""
        rows = Drop.objects.out(timezone.localdate(self.at)).flyers()
        rows = rows.filter(run__material__campaign__in=self.campaigns).order_by()
        found = rows.values_list("run__material__campaign", "area").annotate(
            copies=Sum(F("amount") - F("returned"))
        )
        return (parted(*row) for row in found)

    def posts(self) -> Iterable[Part]:
        """Each channel on which a post was published counts once."""
        rows = PostVersion.objects.filter(published_at__lte=self.at).annotate(
            counts_for=Coalesce("post__campaign", "post__event__campaign")
        )
        counted = Counter(rows.filter(counts_for__in=self.campaigns).values_list("counts_for", flat=True))
        return (Part(campaign, amount) for campaign, amount in counted.items())

    def scans(self) -> Iterable[Part]:
        rows = LinkCount.objects.filter(link__campaign__in=self.campaigns).order_by()
        found = rows.values_list("link__campaign", "link__drop__area").annotate(Sum("count"))
        return (parted(*row) for row in found)


COUNTED_BY: dict[str, Callable[[Tally], Iterable[Part]]] = {
    Measure.CAME: Tally.came,
    Measure.REGISTERED: Tally.registered,
    Measure.EVENTS: Tally.events,
    Measure.HOMES_MET: lambda tally: tally.homes(outcome=Visit.Outcome.MET),
    Measure.HOMES_VISITED: Tally.homes,
    Measure.FLYERS: Tally.flyers,
    Measure.POSTS: Tally.posts,
    Measure.SCANS: Tally.scans,
}


def reached(campaign: Campaign, at: datetime | None = None) -> list[tuple[Target, int]]:
    """Each target of a campaign with how much of it is reached."""
    return reached_by([campaign], at)[campaign.pk]


def reached_by(
    campaigns: Iterable[Campaign], at: datetime | None = None
) -> dict[int, list[tuple[Target, int]]]:
    """The same for several campaigns, in as many questions as for one."""
    pks = [campaign.pk for campaign in campaigns]
    found: dict[int, list[tuple[Target, int]]] = {pk: [] for pk in pks}
    tally = Tally(pks, at or timezone.now())
    for target in Target.objects.filter(campaign__in=pks).select_related("audience", "area"):
        found[target.campaign_id].append((target, tally.amount(target)))
    return found


def parted(campaign: int, area: int | None, amount: int) -> Part:
    return Part(campaign, amount, areas=frozenset(filter(None, (area,))))


def plans_of(events: QuerySet[Event], at: datetime) -> dict[int, Plan]:
    """What each of these activities counts for, by its key; two questions however many they are."""
    events = events.order_by()
    audiences, areas = meant_for(events)
    return {
        pk: Plan(
            campaign=campaign,
            is_called_off=decision in (Decision.CANCELLED, Decision.POSTPONED),
            is_over=ends_at <= at or decision == Decision.HELD,
            audiences=audiences[pk],
            areas=areas[pk] or frozenset(filter(None, (place,))),
        )
        for pk, campaign, decision, ends_at, place in events.values_list(
            "pk", "campaign", "decision", "ends_at", "location__area"
        )
    }


def parts_of(
    plans: Mapping[int, Plan],
    totals: Mapping[int, int],
    heads: Mapping[int, Mapping[Group, int]],
    seen: Mapping[str, int],
) -> Iterator[Part]:
    """Who came as parts: `totals` by activity, `heads` as `heads_of` has them.

    ``seen`` are the keys of the audiences that the eye can tell, by address word.
    """
    for pk, total in totals.items():
        plan, groups = plans[pk], heads.get(pk, {})
        # An activity for one audience alone needs no eye, and without ages it has not looked.
        has_looked = len(plan.audiences) > 1 and any(age for _sex, age, _disabled in groups)
        told_apart = {
            audience: sum(people for group, people in groups.items() if group[1] and SEEN[word](group))
            for word, audience in (seen.items() if has_looked else ())
        }
        yield Part(plan.campaign, total, plan.audiences - told_apart.keys(), plan.areas)
        for audience, people in told_apart.items():
            yield Part(plan.campaign, people, frozenset((audience,)), plan.areas, is_share=True)


def meant_for(events: QuerySet[Event]) -> tuple[Chosen, Chosen]:
    """The audiences and the areas of each of these activities, by the relations' own tables."""
    wanted = events.values("pk")
    marks = [
        relation.through.objects.filter(event__in=wanted)
        .annotate(mark=Value(mark))
        .values_list("mark", "event_id", column)
        for mark, relation, column in (
            ("audience", Event.audiences, "audience_id"),
            ("area", Event.areas, "area_id"),
        )
    ]
    found: dict[str, Chosen] = {"audience": defaultdict(frozenset), "area": defaultdict(frozenset)}
    for mark, event, chosen in marks[0].union(marks[1], all=True):
        found[mark][event] |= {chosen}
    return found["audience"], found["area"]


def with_all_above() -> dict[int, frozenset[int]]:
    """Every area with itself and all it lies in."""
    parents = dict(Area.objects.order_by().values_list("pk", "parent"))
    found = {}
    for pk in parents:
        line, current = {pk}, parents[pk]
        while current is not None and len(line) < DEPTH:
            line.add(current)
            current = parents.get(current)
        found[pk] = frozenset(line)
    return found
