"""Writing down what happened at the doors of a round: once however often it is sent, corrected, taken back, counted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models.campaign import Campaign
from outreach.models.home_visit import DoNotVisit, Visit, count_key, house_key
from outreach.models.visit_round import RoundArea, RoundTopic, WalkSheet
from portal.shared.history import recorded
from services.models import Area

Outcome = Visit.Outcome
# Clocks of phones go wrong by some minutes; more than this ahead is a slip.
AHEAD = timedelta(minutes=30)
# Paper is typed in some weeks later; a year nobody walked is a slip.
LONG_AGO = timedelta(days=366)
FOLLOW_TRIES = 3
KEEPS_A_HOUSE = (Outcome.NOT_HOME, Outcome.RETURN)


@dataclass(frozen=True)
class Door:
    """What an officer says of one door, checked by a form; `households` above 1 stands for several doors."""

    outcome: str
    households: int = 1
    house: str = ""
    follows: Visit | None = None
    return_at: datetime | None = None
    topics: tuple[RoundTopic, ...] = ()
    flyers: int = 0
    before: int | None = None
    after: int | None = None
    note: str = ""

    def fitting(self) -> "Door":
        """Without what its outcome has no room for: a refusal has no topics, an empty house no time to return."""
        kept = self
        if self.outcome != Outcome.MET:
            kept = replace(kept, topics=(), before=None, after=None)
        if self.outcome != Outcome.RETURN:
            kept = replace(kept, return_at=None)
        if self.outcome not in KEEPS_A_HOUSE:
            kept = replace(kept, house="")
        if self.households > 1:
            kept = replace(kept, house="", follows=None, return_at=None)
        return kept

    def columns(self) -> dict[str, Any]:
        names = ("outcome", "households", "house", "return_at", "flyers", "before", "after", "note")
        return {name: getattr(self, name) for name in names}


def record(
    area: RoundArea,
    door: Door,
    *,
    client_id: UUID,
    at: datetime,
    by: Any,
    way: str = Visit.Way.PHONE,
    sheet: WalkSheet | None = None,
    line: int | None = None,
    now: datetime | None = None,
) -> tuple[Visit, bool]:
    """The visit of this client id, and whether it is new; a second sending changes nothing."""
    now = now or at
    if known := Visit.objects.filter(client_id=client_id).first():
        return known, False
    check_time(area, at, now)
    door = door.fitting()
    for left in reversed(range(FOLLOW_TRIES)):
        visit = Visit(
            **door.columns(),
            client_id=client_id,
            area=area,
            at=at,
            by=by,
            way=way,
            sheet=sheet,
            line=line,
            recorded_at=now,
            follows=standing_of(door.follows),
        )
        visit.clean_fields(exclude=("by", "follows"))
        try:
            with transaction.atomic():
                visit.save()
                visit.topics.set(door.topics)
                return visit, True
        except IntegrityError:
            # The same visit, sent at the same moment; or somebody else was at the same home just now.
            if known := Visit.objects.filter(client_id=client_id).first():
                return known, False
            if not left:
                visit.validate_constraints()
                raise
    raise AssertionError("unreachable")


def record_counts(
    area: RoundArea,
    counts: Mapping[str, int],
    *,
    client_id: UUID,
    at: datetime,
    by: Any,
    way: str = Visit.Way.COUNT,
    now: datetime | None = None,
) -> list[Visit]:
    """Doors counted by outcome, all or none; counted with the same client id again, they are the same."""
    with transaction.atomic():
        return [
            record(
                area,
                Door(outcome, households=number),
                client_id=count_key(client_id, outcome),
                at=at,
                by=by,
                way=way,
                now=now,
            )[0]
            for outcome, number in counts.items()
            if number
        ]


def correct(
    visit: Visit, door: Door, *, at: datetime, by: Any, reason: str = "", said_at: datetime | None = None
) -> None:
    """What was written down was not quite so: history keeps both. `said_at`: without signal, before it arrived."""
    refuse_closed(visit.area, said_at)
    door = door.fitting()
    with recorded(visit, verb="correct", by=by, at=at, reason=reason, is_public=False):
        visit.refresh_from_db()
        if visit.is_undone:
            raise ValidationError(_("This visit was taken back. Write it down anew."), code="undone")
        for name, value in door.columns().items():
            setattr(visit, name, value)
        visit.full_clean(exclude=("by", "follows"))
        visit.save()
        visit.topics.set(door.topics)


def undo(visit: Visit, *, at: datetime, by: Any, reason: str = "", said_at: datetime | None = None) -> None:
    """It did not happen; taking it back again changes nothing. What followed it now follows what it had followed."""
    refuse_closed(visit.area, said_at)
    with recorded(visit, verb="undo", by=by, at=at, reason=reason, is_public=False):
        visit.refresh_from_db()
        if visit.is_undone:
            return
        visit.undone_at = at
        visit.save(update_fields=["undone_at"])
        visit.followers.live().update(follows=visit.follows)


def note_raised(visit: Visit) -> None:
    """One more question or complaint was written down at this door; the case itself knows nothing of the door."""
    Visit.objects.filter(pk=visit.pk).update(raised=F("raised") + 1)


def keep_away(area: Area, house: str, *, at: datetime, by: Any) -> DoNotVisit:
    """This home asked not to be visited; asked twice, it stands on the list once."""
    key = house_key(house)
    if known := DoNotVisit.objects.live().filter(area=area, house_key=key).first():
        return known
    home = DoNotVisit(area=area, house=house.strip(), house_key=key, asked_on=timezone.localdate(at), by=by)
    home.full_clean(exclude=("by",))
    try:
        with recorded(home, verb="create", by=by, at=at, is_public=False):
            home.save()
    except IntegrityError:
        return DoNotVisit.objects.live().get(area=area, house_key=key)
    return home


def lift(home: DoNotVisit, *, at: datetime, by: Any, reason: str) -> None:
    """They may be visited again, because they said so."""
    if not reason.strip():
        raise ValidationError(_("Say in one sentence who told you so."), code="reason_missing")
    with recorded(home, verb="lift", by=by, at=at, reason=reason, is_public=False):
        home.refresh_from_db()
        home.lifted_at = home.lifted_at or at
        home.save()


def not_to_visit(areas: Collection[RoundArea]) -> dict[int, list[DoNotVisit]]:
    """By area of the catalogue, the homes to pass by."""
    homes: dict[int, list[DoNotVisit]] = {}
    for home in DoNotVisit.objects.live().filter(area__in=[one.area_id for one in areas]):
        homes.setdefault(home.area_id, []).append(home)
    return homes


def refuse_closed(area: RoundArea, said_at: datetime | None = None) -> None:
    """Refuses what is written down in a closed round; what was written down before (`said_at`) may come later."""
    closed_at = area.round.closed_at
    if closed_at is not None and (said_at is None or said_at > closed_at):
        raise ValidationError(
            _("This round is closed. Ask your coordinator to open it again."), code="closed"
        )


def check_time(area: RoundArea, at: datetime, now: datetime) -> None:
    """A visit made before the round was closed is taken in even later: it may come from a place without signal."""
    refuse_closed(area, at)
    if at < now - LONG_AGO:
        raise ValidationError(_("That is too long ago. Look at the date."), code="long_ago")
    if at > now + AHEAD:
        raise ValidationError(_("That time has not come yet. Look at the date and the hour."), code="ahead")


def standing_of(visit: Visit | None) -> Visit | None:
    """The newest visit to the same home, so that each home has one chain of visits and is counted once."""
    while visit is not None and (later := visit.followers.live().first()):
        visit = later
    return visit


# What campaigns count ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reached:
    """Homes of a campaign, each once however often somebody knocked."""

    visited: int
    met: int


def reached(campaign: Campaign, area: Area | None = None) -> Reached:
    """How many homes were visited and met in all rounds of the campaign, in one area or everywhere."""
    standing = Visit.objects.of_campaign(campaign, area).standing()
    return Reached(standing.homes(), standing.filter(outcome=Outcome.MET).homes())
