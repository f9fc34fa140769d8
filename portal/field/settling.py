"""Deciding about what phones brought: accepted as it was or put right, or set aside with a reason; history keeps it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from outreach import attending, registering, visiting
from outreach.models import Event, Registration, Round, RoundArea, Visit
from portal.field import held_cases
from portal.field.items import Said, understood
from portal.field.models import Arrival, HeldItem, Kind
from portal.shared.history import recorded

State = HeldItem.State
TO_CHOOSE_RT: Final = frozenset({Kind.VISIT, Kind.COUNT, Kind.KEEP_AWAY})


@contextmanager
def decided(held: HeldItem, state: str, *, by: Any, at: datetime, reason: str = "") -> Iterator[None]:
    """Holds the row until it is decided; of two at the same moment the second hears that it is."""
    with recorded(held, verb=state, by=by, at=at, reason=reason, is_public=False):
        held.refresh_from_db()
        if not held.is_open:
            raise ValidationError(_("Somebody has decided about this already."), code="decided")
        yield
        held.state, held.settled_at, held.settled_by = state, at, by
        held.reason = reason.strip()[:300]
        held.save()


def accept(
    held: HeldItem,
    *,
    by: Any,
    at: datetime,
    area: RoundArea | None = None,
    when: datetime | None = None,
    people: int | None = None,
) -> None:
    """Writes it down under the officer who brought it, where and when whoever decides says."""
    with decided(held, State.ACCEPTED, by=by, at=at):
        if held.is_counted:
            raise ValidationError(_("It is written down already."), code="counted")
        held.area = area or held.area
        held.at = when or held.at
        if held.area is not None:
            check_reach(held.area, by)
        if held.kind == Kind.CASE:
            return held_cases.accept(held, at)
        made = ACCEPTED[held.kind](held, understood(held.kind, held.payload), by, at, people)
        Arrival.objects.filter(client_id=held.client_id).update(is_held=False, made=made, at=held.at)


def see(held: HeldItem, *, by: Any, at: datetime) -> None:
    """It is written down and stays so; somebody knows of it now."""
    with decided(held, State.ACCEPTED, by=by, at=at):
        pass


def set_aside(held: HeldItem, *, by: Any, at: datetime, reason: str) -> None:
    """It does not count; it stays readable, with who said so and why. A resident's words and photos do not stay."""
    if not reason.strip():
        raise ValidationError(_("Say in one sentence why it does not count."), code="reason_missing")
    with decided(held, State.SET_ASIDE, by=by, at=at, reason=reason):
        if held.kind == Kind.CASE:
            held_cases.check_set_aside(held)
            held_cases.erase(held)


def take_back(held: HeldItem, *, by: Any, at: datetime) -> None:
    """Whoever brought it says it did not happen."""
    set_aside(held, by=by, at=at, reason=_("Taken back by the officer."))


def change(held: HeldItem, said: Said) -> None:
    """Whoever brought it corrects it while it waits."""
    known = said.form.base_fields.keys() - {"target"}
    held.payload = held.payload | {name: value for name, value in said.item.items() if name in known}
    held.save(update_fields=["payload"])


def check_reach(area: RoundArea, by: Any) -> None:
    if not Round.objects.open_to(by).filter(pk=area.round_id).exists():
        raise ValidationError(_("This round belongs to another unit."), code="reach")


# What accepting each kind means -------------------------------------------------------------------------------


def needed(held: HeldItem) -> RoundArea:
    if held.area is None:
        raise ValidationError(_("Choose the RT it belongs to."), code="area")
    return held.area


def visit(held: HeldItem, form: Any, by: Any, at: datetime, people: int | None) -> int:
    area = needed(held)
    topics = area.round.topics.filter(pk__in=form.cleaned_data["topics"])
    first = form.cleaned_data["follows_client"]
    if first and HeldItem.objects.open().filter(client_id=first, by=held.by).exists():
        raise ValidationError(_("Decide about the first visit to this home before."), code="first_visit")
    follows = Visit.objects.live().filter(area=area, client_id=first).first() if first else None
    if pk := form.cleaned_data["follows"]:
        follows = Visit.objects.live().filter(area=area, pk=pk).first()
    door = form.door(topics=tuple(topics), follows=follows)
    row, _is_new = visiting.record(area, door, client_id=held.client_id, at=held.at, by=held.by, now=at)
    held.visit = row
    return int(row.pk)


def count(held: HeldItem, form: Any, by: Any, at: datetime, people: int | None) -> None:
    counts = form.cleaned_data["counts"]
    visiting.record_counts(needed(held), counts, client_id=held.client_id, at=held.at, by=held.by, now=at)


def keep_away(held: HeldItem, form: Any, by: Any, at: datetime, people: int | None) -> int:
    home = visiting.keep_away(needed(held).area, form.cleaned_data["house"], at=held.at, by=held.by)
    return int(home.pk)


def visits_of(held: HeldItem, target: UUID) -> list[Visit]:
    found = list(Visit.objects.said_with(target).filter(by=held.by).select_related("area__round"))
    if not found:
        raise ValidationError(_("What it belongs to has not arrived. Set it aside."), code="nothing_there")
    for one in found:
        check_reach(one.area, held.by)
    return found


def correction(held: HeldItem, form: Any, by: Any, at: datetime, people: int | None) -> int:
    row = visits_of(held, form.cleaned_data["target"])[0]
    check_reach(row.area, by)
    topics = row.area.round.topics.filter(pk__in=form.cleaned_data["topics"])
    door = replace(form.door(topics=tuple(topics)), households=row.households)
    visiting.correct(row, door, at=at, by=by)
    return int(row.pk)


def undo(held: HeldItem, form: Any, by: Any, at: datetime, people: int | None) -> None:
    for row in visits_of(held, form.cleaned_data["target"]):
        check_reach(row.area, by)
        visiting.undo(row, at=at, by=by)


def check_in(held: HeldItem, form: Any, by: Any, at: datetime, people: int | None) -> int | None:
    """They were there: from the waiting list on the place of their registration, everybody else as a walk-in."""
    event = Event.objects.visible_to(by).public().filter(pk=form.cleaned_data["event"]).first()
    if event is None:
        raise ValidationError(_("This activity belongs to another unit, or is gone."), code="reach")
    nonce = str(held.client_id)
    found = registration_of(form)
    if found is not None and found.event_id == event.pk and found.state != Registration.State.CANCELLED:
        try:
            given = attending.let_in(event, found, nonce=nonce, at=held.at, by=held.by)
            return given.attendance.pk if given.attendance else None
        except ValidationError as refused:
            if getattr(refused, "code", "") != "full":
                raise
    number = people or form.cleaned_data["people"] or (found.party_size if found else 1)
    # Places are counted at the door; whoever was there without one is counted as the sign-in sheet counts.
    entry = attending.walk_in(event, number, nonce=nonce, at=held.at, by=held.by, is_paper=True)
    return int(entry.pk)


def registration_of(form: Any) -> Registration | None:
    if pk := form.cleaned_data["registration"]:
        found: Registration | None = Registration.objects.filter(pk=pk).first()
        return found
    return registering.find(form.cleaned_data["code"]) if form.cleaned_data["code"] else None


ACCEPTED: Final[dict[str, Callable[..., int | None]]] = {
    Kind.VISIT: visit,
    Kind.COUNT: count,
    Kind.KEEP_AWAY: keep_away,
    Kind.CORRECTION: correction,
    Kind.UNDO: undo,
    Kind.CHECK_IN: check_in,
}
