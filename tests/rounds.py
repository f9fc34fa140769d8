"""Short ways to a round of home visits and to visits in it, through the verbs of the domain."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from outreach import visiting
from outreach.models import Round, RoundArea, Visit
from outreach.visiting import Door
from outreach.walk_sheets import make_sheets
from portal.field import arriving, passing
from portal.field.models import HeldItem
from portal.field.sending import Sending
from portal.shared.history import recorded
from tests.builders import PUBLISHED_AT, WHO, make_area, make_organization, make_user

# A Thursday afternoon of the round.
WALK_AT = datetime(2026, 11, 19, 15, 30, tzinfo=ZoneInfo("Asia/Jakarta"))


def make_round(
    title: str = "Kunjungan cek kesehatan RW 03",
    *,
    officers: Iterable[Any] = (),
    areas: Iterable[tuple[str, int | None]] = (("RT 001", 40), ("RT 002", None)),
    topics: Iterable[str] = (),
    **changes: Any,
) -> Round:
    """A round of November 2026 in some RT of one RW, each with its estimate."""
    given = {"title": title, "starts_on": date(2026, 11, 16), "ends_on": date(2026, 11, 30)} | changes
    given["unit"] = given.get("unit") or make_organization()
    rw = make_area("RW 03", level="rw") if areas else None
    round_ = Round(**given)
    with recorded(round_, verb="create", by=WHO, at=PUBLISHED_AT, is_public=False):
        round_.save()
        round_.officers.set(officers)
        for place, (name, target) in enumerate(areas):
            source = "Ketua RT, Oktober 2026 (contoh)" if target else ""
            rt = make_area(name, level="rt", parent=rw)
            round_.areas.create(area=rt, target=target, target_source=source, sequence=place)
        for place, words in enumerate(topics):
            round_.topics.create(words=words, sequence=place)
    return round_


def first_area(round_: Round) -> RoundArea:
    area: RoundArea = round_.areas.select_related("area__parent", "round").first()
    return area


def knock(
    area: RoundArea, outcome: str = "met", *, at: datetime = WALK_AT, by: Any = None, **said: Any
) -> Visit:
    """One visit, new each time."""
    return visiting.record(area, Door(outcome, **said), client_id=uuid4(), at=at, by=by)[0]


def make_round_of_everything(unit: Any) -> Round:
    """One row of every noun of home visits, of this unit and in its area."""
    round_ = make_round(unit=unit, areas=(), topics=["Jentik"])
    area = round_.areas.create(area=unit.area or make_area("RT 001", level="rt"))
    knock(area, "refused")
    visiting.keep_away(area.area, "No. 7", at=WALK_AT, by=None)
    make_sheets(area, 1, client_id=uuid4(), at=WALK_AT, by=None)
    bring_by_phone(area)
    return round_


def bring_by_phone(area: RoundArea) -> HeldItem:
    """A phone that took this round along, and a visit of its that somebody has to look at."""
    officer, now = make_user(), timezone.now()
    given, _token = passing.give(
        officer,
        uuid4(),
        rounds=[area.round],
        events=(),
        areas={str(area.pk): area.round_id},
        at=now,
        until=now + timedelta(hours=8),
    )
    thing = {"client_id": str(uuid4()), "kind": "visit", "area": area.pk, "outcome": "met"}
    arriving.arrive(Sending(given, now, None), [thing | {"at": WALK_AT.replace(year=2020).isoformat()}])
    held: HeldItem = HeldItem.objects.get(client_id=thing["client_id"])
    return held
