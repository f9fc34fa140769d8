"""What a phone takes along: rounds with their homes to return to and to pass by, lists of activities, case numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from outreach import attending, visiting
from outreach.coverage import AreaCoverage, covered
from outreach.models import Event, Registration, Round, RoundArea, Visit
from outreach.models.deciding import Decision
from outreach.views.visits import DOOR, WALK
from portal.shared import receipt

SLIPS: Final = 12
MOST_ROUNDS: Final = 20
MOST_EVENTS: Final = 10
MOST_NAMES: Final = 3_000
MOST_RETURNS: Final = 1_000
# An activity that is just over may still have people to let in who stand in line.
STILL_COMING: Final = timedelta(hours=3)


def rounds_of(user: Any, at: datetime) -> list[Round]:
    """The rounds this officer walks now, with their topics."""
    if not user.has_perm(WALK):
        return []
    mine = Round.objects.walked_by(user).going_on(timezone.localdate(at)).prefetch_related("topics")
    return list(mine.order_by("ends_on", "pk")[:MOST_ROUNDS])


def events_of(user: Any, at: datetime, until: datetime) -> list[Event]:
    """Activities whose door opens before this officer's sign-in ends."""
    if not user.has_perm(DOOR):
        return []
    rows = Event.objects.visible_to(user).filter(decision__in=(Decision.PUBLISHED, Decision.HELD))
    rows = rows.filter(ends_at__gt=at - STILL_COMING, starts_at__lt=at + timedelta(days=2))
    near = rows.select_related("unit", "location").order_by("starts_at", "pk")[: 5 * MOST_EVENTS]
    return [event for event in near if attending.opens_at(event) < until][:MOST_EVENTS]


@dataclass(frozen=True)
class Chosen:
    """What an officer takes along of what they may."""

    rounds: list[Round]
    events: list[Event]
    areas: list[RoundArea]

    @property
    def round_of_area(self) -> dict[str, int]:
        return {str(area.pk): area.round_id for area in self.areas}


def chosen(rounds: Sequence[Round], events: Sequence[Event]) -> Chosen:
    rows = RoundArea.objects.filter(round__in=[one.pk for one in rounds])
    return Chosen(list(rounds), list(events), list(rows.select_related("area__parent", "round")))


# As the phone keeps it --------------------------------------------------------------------------------------


def rounds_as_told(along: Chosen) -> list[dict[str, Any]]:
    """In a number of questions that does not grow with rounds and RT."""
    coverage = {one.area.pk: one for one in covered(along.areas)}
    homes = visiting.not_to_visit(along.areas)
    returns: dict[int, list[dict[str, Any]]] = {}
    waiting = Visit.objects.to_return_to().filter(area__in=along.areas)
    for visit in waiting[:MOST_RETURNS]:
        returns.setdefault(visit.area_id, []).append(
            {"id": visit.pk, "house": visit.house, "at": visit.return_at, "outcome": visit.outcome}
        )
    areas: dict[int, list[dict[str, Any]]] = {}
    for area in along.areas:
        houses = [home.house for home in homes.get(area.area_id, [])]
        areas.setdefault(area.round_id, []).append(
            area_as_told(coverage[area.pk], houses, returns.get(area.pk, []))
        )
    return [
        {
            "id": one.pk,
            "title": one.title,
            "guide": one.guide_lines,
            "topics": [{"id": topic.pk, "words": topic.words} for topic in one.topics.all()],
            "question": one.understanding_question,
            "material": one.material_words,
            "counts_only": one.counts_only,
            "areas": areas.get(one.pk, []),
        }
        for one in along.rounds
    ]


def area_as_told(coverage: AreaCoverage, pass_by: list[str], returns: list[dict[str, Any]]) -> dict[str, Any]:
    area = coverage.area
    return {
        "id": area.pk,
        "label": area.label,
        "target": area.target,
        "done": coverage.tally.visited,
        "pass_by": pass_by,
        "returns": returns,
    }


def events_as_told(events: Collection[Event]) -> list[dict[str, Any]]:
    """Name to be called by, tail of the code, size and state: nothing that would open a registration."""
    rosters: dict[int, list[dict[str, Any]]] = {event.pk: [] for event in events}
    rows = Registration.objects.filter(event__in=rosters).exclude(state=Registration.State.CANCELLED)
    inside = attending.Attendance.objects.standing().filter(event__in=rosters, registration__isnull=False)
    came = set(inside.values_list("registration", flat=True))
    for row in rows.order_by("nickname", "pk")[:MOST_NAMES]:
        rosters[row.event_id].append(
            {
                "id": row.pk,
                "name": row.nickname,
                "tail": row.code_tail,
                "size": row.party_size,
                "state": "inside" if row.pk in came else row.state,
            }
        )
    return [
        {
            "id": event.pk,
            "title": event.title,
            "starts": event.starts_at,
            "place": event.place,
            "roster": rosters[event.pk],
        }
        for event in events
    ]


def slips(at: datetime) -> list[dict[str, str]]:
    """Receipts made before there is a case: read out at the door, they are those of the case that is sent later."""
    today = timezone.localdate(at)
    made = []
    for _one in range(SLIPS):
        key = receipt.new_key()
        number = receipt.number_from(key, today)
        made.append({"form_key": key, "number": number, "secret": receipt.secret_from(key)})
    return made
