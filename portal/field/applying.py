"""Each kind of thing a phone brings, handed to the verbs of its room; what they refuse is held, with why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import attending, visiting
from outreach.attending import Answer
from outreach.models import Attendance, DoNotVisit, Event, Registration, RoundArea, Visit
from outreach.models.home_visit import house_key
from outreach.views.visits import DOOR, WALK
from portal.field import settling
from portal.field.items import NOT_UNDERSTOOD, Said
from portal.field.models import Arrival, HeldItem, Kind
from portal.field.sending import Done, Hold, Refuse, Sending
from portal.shared import content_version

T = TypeVar("T")
# What the verbs of visits and doors say, as the reason for which a thing is held.
REASONS: Final = {
    "closed": "closed",
    "long_ago": "clock",
    "ahead": "clock",
    "undone": "undone",
    "not_held": "not_now",
    "too_early": "not_now",
}
HELD_ANSWERS: Final = {
    Answer.UNKNOWN: "unknown",
    Answer.CANCELLED: "cancelled",
    Answer.WAITING: "waiting",
    Answer.WRONG_EVENT: "wrong_event",
}


def apply(sending: Sending, said: Said, at: datetime) -> Done:
    """Raises Hold or Refuse where it cannot be."""
    return KINDS[said.kind](sending, said, at)


def asked(verb: Callable[[], T]) -> T:
    """What a verb gives, its refusal as a reason to hold."""
    try:
        return verb()
    except ValidationError as refusal:
        code = getattr(refusal, "code", None) or next(
            (one.code for one in getattr(refusal, "error_list", [])), ""
        )
        raise Hold(REASONS.get(str(code), "other")) from refusal


# Homes --------------------------------------------------------------------------------------------------------


def area_of(sending: Sending, pk: int) -> RoundArea:
    """The RT as it is now, for whoever may still write there."""
    area = sending.areas.get(pk)
    if area is not None and sending.user.has_perm(WALK):
        return area
    if pk not in sending.round_of_area:
        raise Refuse(NOT_UNDERSTOOD)
    raise Hold("taken_off" if RoundArea.objects.filter(pk=pk).exists() else "area_gone")


def visit(sending: Sending, said: Said, at: datetime) -> Done:
    area = area_of(sending, said.data["area"])
    done = Done()
    known_topics = sending.topics[area.round_id]
    topics = tuple(known_topics[pk] for pk in said.data["topics"] if pk in known_topics)
    if len(topics) < len(said.data["topics"]):
        done.flags.append("topic_gone")
    house = said.data["house"]
    follows = followed(said, area)
    if follows is None and waits(sending, said.data["follows_client"]):
        raise Hold("first_visit")
    if stranger := met_there(sending, area, house, follows, at):
        done.flags.insert(0, "two_officers")
        follows = stranger
    if sending.is_to_pass(area, house):
        done.flags.append("not_to_visit")
    door = said.form.door(topics=topics, follows=follows)
    if area.round.is_closed:
        door = replace(door, house="")
    row, _is_new = asked(
        lambda: visiting.record(area, door, client_id=said.key, at=at, by=sending.user, now=sending.now)
    )
    if row.by_id != sending.user.pk:
        raise Refuse(NOT_UNDERSTOOD)
    done.made = row.pk
    return done


def followed(said: Said, area: RoundArea) -> Visit | None:
    """The visit this one comes back to, if it still counts."""
    live = Visit.objects.live().filter(area=area)
    if pk := said.data["follows"]:
        return live.filter(pk=pk).first()
    if key := said.data["follows_client"]:
        return live.filter(client_id=key).first()
    return None


def waits(sending: Sending, key: UUID | None) -> bool:
    """Whether the visit it comes back to waits for a supervisor: written down alone, its home would count twice."""
    return bool(key) and HeldItem.objects.open().filter(client_id=key, by=sending.user).exists()


def met_there(
    sending: Sending, area: RoundArea, house: str, follows: Visit | None, at: datetime
) -> Visit | None:
    """The visit of somebody else at the same home of which this officer could not know."""
    if follows is not None:
        latest = visiting.standing_of(follows)
        return latest if latest and latest != follows and latest.by_id != sending.user.pk else None
    if not house_key(house):
        return None
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    others = Visit.objects.standing().filter(area=area, at__gte=day, at__lt=day + timedelta(days=1))
    others = others.filter(recorded_at__gte=sending.began).exclude(house="").exclude(by=sending.user)
    return next((one for one in others if house_key(one.house) == house_key(house)), None)


def correction(sending: Sending, said: Said, at: datetime) -> Done:
    row = own_visit(sending, said.data["target"])
    if row is None:
        settling.change(own_held(sending, said), said)
        return Done()
    topics = {topic.pk: topic for topic in row.area.round.topics.all()}
    wanted = said.data["topics"]
    door = said.form.door(topics=tuple(topics[pk] for pk in wanted if pk in topics))
    door = replace(door, households=row.households, house="" if row.area.round.is_closed else door.house)
    asked(lambda: visiting.correct(row, door, at=sending.now, by=sending.user, said_at=at))
    return Done(row.pk, ["topic_gone"] if any(pk not in topics for pk in wanted) else [])


def undo(sending: Sending, said: Said, at: datetime) -> Done:
    target = said.data["target"]
    visits = list(Visit.objects.said_with(target).filter(by=sending.user).select_related("area__round"))
    for row in visits:
        asked(lambda row=row: visiting.undo(row, at=sending.now, by=sending.user, said_at=at))  # type: ignore[misc]
    if not visits and not undone(sending, target):
        held = own_held(sending, said)
        asked(lambda: settling.take_back(held, by=sending.user, at=sending.now))
    return Done()


def undone(sending: Sending, target: UUID) -> bool:
    """Takes an entry at a door or a home not to visit back; whether there was one."""
    arrival = Arrival.objects.filter(client_id=target, by=sending.user).exclude(made=None).first()
    if arrival is None or arrival.made is None:
        return False
    if arrival.kind == Kind.CHECK_IN:
        entry = Attendance.objects.select_related("event").filter(pk=arrival.made, by=sending.user).first()
        if entry:
            asked(lambda: attending.undo(entry, at=sending.now, by=sending.user))
            sending.events.add(entry.event_id)
    elif arrival.kind == Kind.KEEP_AWAY:
        home = DoNotVisit.objects.filter(pk=arrival.made, by=sending.user).first()
        if home:
            reason = _("Written down by mistake.")
            asked(lambda: visiting.lift(home, at=sending.now, by=sending.user, reason=reason))
    return arrival.kind in (Kind.CHECK_IN, Kind.KEEP_AWAY)


def own_visit(sending: Sending, target: UUID) -> Visit | None:
    rows = Visit.objects.select_related("area__area__parent", "area__round")
    found: Visit | None = rows.filter(client_id=target).first()
    if found is not None and found.by_id != sending.user.pk:
        raise Refuse(NOT_UNDERSTOOD)
    return found


def own_held(sending: Sending, said: Said) -> HeldItem:
    """What waits for a supervisor and is corrected or taken back meanwhile by whoever brought it.

    Never a complaint: its officer may have lost the right to it for a reason.
    """
    own = HeldItem.objects.open().exclude(kind=Kind.CASE)
    held = own.filter(client_id=said.data["target"], by=sending.user).first()
    if held is None:
        raise Hold("nothing_there")
    return held


def keep_away(sending: Sending, said: Said, at: datetime) -> Done:
    area = area_of(sending, said.data["area"])
    home = asked(lambda: visiting.keep_away(area.area, said.data["house"], at=at, by=sending.user))
    return Done(home.pk)


def count(sending: Sending, said: Said, at: datetime) -> Done:
    area = area_of(sending, said.data["area"])
    counts = said.data["counts"]
    asked(
        lambda: visiting.record_counts(
            area, counts, client_id=said.key, at=at, by=sending.user, now=sending.now
        )
    )
    return Done()


# Doors of activities ------------------------------------------------------------------------------------------


def check_in(sending: Sending, said: Said, at: datetime) -> Done:
    event = Event.objects.visible_to(sending.user).public().filter(pk=said.data["event"]).first()
    if event is None or not sending.user.has_perm(DOOR):
        raise Hold("event_gone")
    sending.events.add(event.pk)
    found = asked(lambda: let_in(event, said, at, sending.user))
    if found.answer in HELD_ANSWERS:
        raise Hold(HELD_ANSWERS[found.answer])
    if sending.now >= event.ends_at:
        # Everybody reads by now how many came.
        content_version.bump()
    flags = []
    if found.answer == Answer.ALREADY and found.attendance and found.attendance.by_id != sending.user.pk:
        flags.append("already")
    return Done(found.attendance.pk if found.attendance and not flags else None, flags)


def let_in(event: Event, said: Said, at: datetime, by: Any) -> attending.CheckIn:
    nonce, data = str(said.key), said.data
    if data["code"]:
        way = data["way"] or attending.Way.TYPED
        return attending.check_in(event, data["code"], nonce=nonce, way=way, at=at, by=by)
    if data["registration"]:
        row = Registration.objects.filter(pk=data["registration"]).first()
        if row is None:
            raise Hold("unknown")
        way = data["way"] or attending.Way.TICK
        return attending.tick(event, row, nonce=nonce, way=way, at=at, by=by, people=data["people"])
    entry = attending.walk_in(event, data["people"], nonce=nonce, at=at, by=by)
    return attending.CheckIn(Answer.OK, None, entry, 0)


KINDS: Final[dict[str, Callable[[Sending, Said, datetime], Done]]] = {
    Kind.VISIT: visit,
    Kind.CORRECTION: correction,
    Kind.UNDO: undo,
    Kind.KEEP_AWAY: keep_away,
    Kind.COUNT: count,
    Kind.CHECK_IN: check_in,
}
