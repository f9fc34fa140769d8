"""Taking in what a phone wrote down without signal: each thing once, in a transaction of its own, with its answer.

What the rules of a room refuse is held for a supervisor and never dropped; what is written down although two people
speak of the same is flagged. Refused is only what nobody can understand.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from outreach import registering
from outreach.models import Event, Round, RoundArea
from portal.field import applying, cases
from portal.field.items import NOT_UNDERSTOOD, Said
from portal.field.models import Arrival, HeldItem, Kind
from portal.field.sending import Done, Hold, Refuse, Sending
from portal.field.words import WHY
from portal.shared.history import recorded

# Open things of one officer; more than these are a program gone wrong, and stay on the phone.
MOST_HELD: Final = 500


def arrive(sending: Sending, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers in the order of the things; each thing is safe before its answer is given."""
    items = list(items)
    known = known_before(items)
    return [answer(sending, item, known) for item in items]


def known_before(items: Iterable[dict[str, Any]]) -> dict[UUID, Arrival]:
    keys = []
    for item in items:
        try:
            keys.append(UUID(str(item.get("client_id"))))
        except ValueError:
            continue
    return {one.client_id: one for one in Arrival.objects.filter(client_id__in=keys)}


def answer(sending: Sending, item: dict[str, Any], known: dict[UUID, Arrival]) -> dict[str, Any]:
    told: dict[str, Any] = {"client_id": str(item.get("client_id", ""))[:40]}
    try:
        said = Said(item)
        if said.kind == Kind.CASE:
            return told | cases.take(sending, said)
        if before := known.get(said.key):
            return told | as_known(sending, before)
        return told | taken(sending, said)
    except Refuse as refused:
        return told | {"result": "refused", "words": " ".join(refused.messages)}
    except ValidationError as problem:
        return told | {"result": "refused", "words": " ".join(problem.messages)}


def as_known(sending: Sending, before: Arrival) -> dict[str, Any]:
    if before.by_id != sending.user.pk:
        raise Refuse(NOT_UNDERSTOOD)
    if not before.is_held:
        return {"result": "known", "words": ""}
    held = HeldItem.objects.filter(client_id=before.client_id).first()
    return {"result": "held", "words": held.told if held else ""}


def taken(sending: Sending, said: Said) -> dict[str, Any]:
    """Writes it down, or holds it with the reason."""
    at = min(said.said_at - sending.ahead, sending.now)
    try:
        try:
            at = sending.corrected(said)
            with transaction.atomic():
                done = applying.apply(sending, said, at)
                noted(sending, said, at, made=done.made)
                if done.flags:
                    hold(sending, said, at, done.flags[0], done=done)
            return {"result": "done", "words": " ".join(str(WHY[why].told) for why in done.flags)}
        except Hold as held:
            with transaction.atomic():
                noted(sending, said, at, is_held=True)
                hold(sending, said, at, held.why)
            return {"result": "held", "words": str(WHY[held.why].told)}
    except IntegrityError:
        # The same thing, sent at the same moment.
        before = Arrival.objects.filter(client_id=said.key).first()
        if before is None:
            raise
        return as_known(sending, before)


def noted(
    sending: Sending, said: Said, at: datetime, *, made: int | None = None, is_held: bool = False
) -> Arrival:
    arrival: Arrival = Arrival.objects.create(
        client_id=said.key,
        kind=said.kind,
        by=sending.user,
        field_pass=sending.given,
        said_at=said.said_at,
        at=at,
        received_at=sending.now,
        made=made,
        is_held=is_held,
    )
    return arrival


def hold(sending: Sending, said: Said, at: datetime, why: str, *, done: Done | None = None) -> HeldItem:
    """Something for a supervisor to look at, of the unit whose round or activity it belongs to."""
    area_key, event_key = said.data.get("area"), said.data.get("event")
    area = RoundArea.objects.select_related("round__unit").filter(pk=area_key).first() if area_key else None
    round_ = area.round if area else None
    if round_ is None and area_key in sending.round_of_area:
        round_ = Round.objects.select_related("unit").filter(pk=sending.round_of_area[area_key]).first()
    event = Event.objects.select_related("unit").filter(pk=event_key).first() if event_key else None
    unit = round_.unit if round_ else event.unit if event else sending.unit
    held = HeldItem(
        client_id=said.key,
        kind=said.kind,
        why=why,
        is_counted=done is not None,
        by=sending.user,
        unit=unit,
        round=round_,
        area=area,
        event=event,
        visit_id=done.made if done and said.kind == Kind.VISIT else None,
        said_at=said.said_at,
        at=at,
        received_at=sending.now,
        payload=payload_of(said),
    )
    with recorded(held, verb="hold", by=sending.user, at=sending.now, is_public=False):
        held.save()
    return held


def payload_of(said: Said) -> dict[str, Any]:
    """As it was said, without the code of a registration, which opens it: its row stands for it."""
    payload = {name: value for name, value in said.item.items() if name in said.form.base_fields}
    found = registering.find(payload["code"]) if isinstance(payload.get("code"), str) else None
    if found is not None:
        payload |= {"registration": found.pk, "code": ""}
    return payload


def refused_now(sending: Sending) -> str:
    """A sentence while too much of this officer waits for a supervisor; empty else."""
    if HeldItem.objects.open().filter(by=sending.user).count() < MOST_HELD:
        return ""
    return _("Too much of yours waits for your supervisor. Ask them to look at it, then send again.")
