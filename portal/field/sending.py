"""One sending of a phone: whose it is, how wrong its clock is, and what is asked once for all of its things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from outreach.models import Round, RoundArea
from outreach.models.home_visit import house_key
from outreach.visiting import AHEAD, not_to_visit
from portal.field.items import Said
from portal.field.models import FieldPass, Kind
from services.models import Organization

# Sending takes a moment, and clocks of phones go wrong by some seconds.
SMALL: Final = timedelta(minutes=2)
# Kinds whose own time decides nothing.
TIMELESS: Final = frozenset({Kind.CORRECTION, Kind.UNDO, Kind.KEEP_AWAY})


class Hold(Exception):
    """Somebody has to look at it first; `why` is one of `portal.field.words.WHY`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refuse(ValidationError):
    """Nobody can do anything with it: it stays on the phone."""


class Later(Exception):
    """Nothing is wrong with it, we cannot keep it now: the phone has it still and sends it again."""


@dataclass
class Done:
    """What was made, and what about it a supervisor should know."""

    made: int | None = None
    flags: list[str] = field(default_factory=list)


@dataclass
class Sending:
    """One sending of one phone: what is asked once for all of its things."""

    given: FieldPass
    now: datetime
    clock: datetime | None
    files: Mapping[str, list[Any]] = field(default_factory=dict)
    events: set[int] = field(default_factory=set)

    @property
    def user(self) -> Any:
        return self.given.user

    @cached_property
    def unit(self) -> Organization | None:
        """Whom a thing concerns that names neither round nor activity."""
        for rows in (self.given.rounds, self.given.events):
            if one := rows.select_related("unit").first():
                found: Organization = one.unit
                return found
        return None

    @cached_property
    def ahead(self) -> timedelta:
        """How far the phone's clock is ahead of ours; nothing where it is only the time of sending."""
        off = self.clock - self.now if self.clock else timedelta(0)
        return off if abs(off) > SMALL else timedelta(0)

    @cached_property
    def of_box(self) -> list[FieldPass]:
        """This pass and those before it on the same phone: unsent things may be from then."""
        rows = FieldPass.objects.filter(user=self.given.user, box=self.given.box)
        return list(rows.order_by("made_at"))

    @cached_property
    def began(self) -> datetime:
        return self.of_box[0].made_at

    @cached_property
    def round_of_area(self) -> dict[int, int]:
        """Which round each RT belonged to when it was taken along."""
        return {int(area): number for one in self.of_box for area, number in one.areas.items()}

    @cached_property
    def areas(self) -> dict[int, RoundArea]:
        """The RT this officer may write in now."""
        rounds = Round.objects.open_to(self.user).values("pk")
        keys = [*self.round_of_area]
        rows = RoundArea.objects.filter(round__in=rounds, pk__in=keys)
        return {area.pk: area for area in rows.select_related("area__parent", "round__unit")}

    @cached_property
    def topics(self) -> dict[int, dict[int, Any]]:
        """By round, its topics by key."""
        rounds = {area.round_id: area.round for area in self.areas.values()}
        found: dict[int, dict[int, Any]] = {pk: {} for pk in rounds}
        for round_ in rounds.values():
            found[round_.pk] = {topic.pk: topic for topic in round_.topics.all()}
        return found

    @cached_property
    def homes_to_pass(self) -> dict[int, set[str]]:
        """By area of the catalogue, homes that asked somebody else not to be visited."""
        homes = not_to_visit(list(self.areas.values()))
        return {
            area: {home.house_key for home in rows if home.by_id != self.user.pk}
            for area, rows in homes.items()
        }

    def is_to_pass(self, area: RoundArea, house: str) -> bool:
        return bool(house) and house_key(house) in self.homes_to_pass.get(area.area_id, set())

    def corrected(self, said: Said) -> datetime:
        """When it was by our clock. Raises Hold where that cannot be."""
        at = said.said_at - self.ahead
        if said.kind in TIMELESS:
            return min(at, self.now)
        if not self.began - AHEAD <= at <= self.now + SMALL:
            raise Hold("clock")
        return min(at, self.now)
