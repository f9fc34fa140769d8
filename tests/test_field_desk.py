"""What phones brought, at the desk: looked at, put right, set aside with a reason, forgotten."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from outreach.models import Attendance, RoundArea, Visit
from outreach.registering import Wish, cancel, register
from portal.accounts.roles import AUDITOR, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from portal.field import forgetting, settling
from portal.field.models import Arrival, FieldPass, HeldItem
from portal.field.piles import to_look_at
from portal.field.telling import in_words
from portal.shared.history import changes_of
from tests.builders import make_event, make_organization, unique
from tests.desk import make_officer, signed_in
from tests.field_world import Phone, at_door, current_round, item, take_along, walker
from tests.rounds import first_area

LIST, PHONES = "/en/admin/field/helditem/", "/en/admin/field/fieldpass/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def rt() -> RoundArea:
    return first_area(current_round(walker("siti"), topics=["Jentik"]))


@pytest.fixture
def phone(rt: RoundArea) -> Phone:
    return take_along(rt.round.officers.get())


def page(held: HeldItem, verb: str = "") -> str:
    return f"{LIST}{held.pk}/verb/{verb}/" if verb else f"{LIST}{held.pk}/change/"


def test_a_supervisor_puts_a_visit_right(phone: Phone, rt: RoundArea) -> None:
    """The time cannot be right and the RT is gone: the desk says both, and the visit counts under its officer."""
    late = timezone.now() + timedelta(days=2)
    visit = at_door(rt, "not_home", house="No. 4", note="Pagar biru") | {"at": late.isoformat()}
    assert phone.one(visit) == "held"
    RoundArea.objects.filter(pk=rt.pk).delete()
    held, right = HeldItem.objects.get(), rt.round.areas.get()
    coordinator = make_officer(COORDINATOR)
    desk = signed_in(coordinator)
    with translation.override("en"):
        shown = desk.get(page(held)).content.decode()
        missing = {"No. 4", "Pagar biru", "Nobody home", "clock of the phone"}
        assert not {words for words in missing if words not in shown}
        assert [line.url for line in to_look_at(coordinator, timezone.now()).lines] == [held.desk_url]
    asked = desk.get(page(held, "accept"))
    assert 'name="area"' in asked.content.decode()
    when = timezone.localtime() - timedelta(minutes=30)
    said = {"area": right.pk, "when": f"{when:%Y-%m-%dT%H:%M}"}
    assert desk.post(page(held, "accept"), {"area": "", "when": ""}).status_code == 200
    assert desk.post(page(held, "accept"), said).status_code == 302
    held.refresh_from_db()
    made = Visit.objects.get()
    assert (made.area, made.by, made.house, made.at.minute) == (right, phone.officer, "No. 4", when.minute)
    assert (held.state, held.settled_by, held.visit) == ("accepted", coordinator, made)
    assert [change.verb for change in changes_of(held)] == ["accepted", "hold"]
    assert "Pagar" not in str([(change.before, change.after) for change in changes_of(held)])
    # Sent again it is known now, and nobody decides twice.
    assert phone.one(visit) == "known"
    with pytest.raises(ValidationError):
        settling.set_aside(held, by=coordinator, at=timezone.now(), reason="Ganda")
    assert Visit.objects.count() == 1


def test_what_does_not_count_is_set_aside_with_a_reason(phone: Phone, rt: RoundArea) -> None:
    visit = at_door(rt)
    rt.round.close(by=None)
    assert phone.one(at_door(rt)) == phone.one(visit | {"at": timezone.now().isoformat()}) == "held"
    first, second = HeldItem.objects.order_by("pk")
    desk = signed_in(make_officer(COORDINATOR))
    soon = timezone.localtime() + timedelta(minutes=5)
    # Closed is closed: first the round is opened again, or the time is put right.
    desk.post(page(first, "accept"), {"area": rt.pk, "when": f"{soon:%Y-%m-%dT%H:%M}"})
    assert HeldItem.objects.open().count() == 2
    rt.round.reopen(by=None, reason="Masih ada yang belum")
    settling.accept(first, by=make_officer(COORDINATOR), at=timezone.now())
    assert desk.post(page(second, "set_aside"), {"reason": ""}).status_code == 200
    assert desk.post(page(second, "set_aside"), {"reason": "Tercatat di kertas"}).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.reason) == ("set_aside", "Tercatat di kertas")
    assert Visit.objects.count() == 1


def test_a_flag_is_only_seen(phone: Phone, rt: RoundArea) -> None:
    topic = rt.round.topics.get()
    visit = at_door(rt, topics=[topic.pk])
    topic.delete()
    assert phone.one(visit) == "done"
    held = HeldItem.objects.get()
    desk = signed_in(make_officer(COORDINATOR))
    assert reverse("outreach:visit", args=[Visit.objects.get().pk]) in desk.get(page(held)).content.decode()
    with pytest.raises(ValidationError):
        settling.accept(held, by=None, at=timezone.now())
    desk.post(page(held, "seen"))
    held.refresh_from_db()
    assert (held.state, Visit.objects.count()) == ("accepted", 1)


def test_people_who_were_there_are_counted_after_all(phone: Phone) -> None:
    now = timezone.now()
    event = make_event(starts_at=now - timedelta(hours=1), capacity=2)
    rows = []
    for size in (2, 2, 1):
        wish = Wish(party_size=size)
        rows.append(register(event, wish, form_key=unique("k"), at=now - timedelta(days=1), by=phone.officer))
    cancel(rows[2].registration, at=now)
    said = [item("check_in", event=event.pk, registration=row.registration.pk) for row in rows[1:]]
    said.append(item("check_in", event=event.pk, code="AAAA-AAAA"))
    assert {one["result"] for one in phone.send(*said)} == {"held"}
    coordinator = make_officer(COORDINATOR)
    for held in HeldItem.objects.all():
        settling.accept(held, by=coordinator, at=timezone.now(), people=1 if held.why == "unknown" else None)
    assert Attendance.objects.standing().people() == 4
    assert Arrival.objects.filter(is_held=True).count() == 0


@pytest.mark.any_engine
def test_units_see_and_decide_their_own(phone: Phone, rt: RoundArea) -> None:
    rt.round.officers.clear()
    assert phone.one(at_door(rt)) == "held"
    held = HeldItem.objects.get()
    own = signed_in(make_officer(UNIT_OFFICER, rt.round.unit))
    stranger = signed_in(make_officer(UNIT_OFFICER, make_organization("Unit lain")))
    auditor = signed_in(make_officer(AUDITOR))
    walks = signed_in(make_officer(FIELD_OFFICER))
    assert [one.get(LIST).status_code for one in (own, stranger, auditor, walks)] == [200, 200, 200, 403]
    assert [one.get(page(held)).status_code for one in (own, auditor)] == [200, 200]
    assert stranger.get(page(held)).status_code != 200
    assert [
        one.post(page(held, "set_aside"), {"reason": "Bukan"}).status_code for one in (auditor, walks)
    ] == [403] * 2
    # Accepting asks whether that round is theirs; the officer who was taken off stays the one who walked.
    with pytest.raises(ValidationError):
        settling.accept(held, by=make_officer(UNIT_OFFICER), at=timezone.now())
    settling.accept(held, by=make_officer(UNIT_OFFICER, rt.round.unit), at=timezone.now())
    assert Visit.objects.get().by == phone.officer


@pytest.mark.any_engine
def test_which_phones_are_out_and_a_lost_one(phone: Phone, rt: RoundArea) -> None:
    phone.send(at_door(rt))
    desk = signed_in(make_officer(COORDINATOR))
    shown = desk.get(PHONES, {"state": "out"}).content.decode()
    assert all(words in shown for words in ("siti", "on the way now"))
    given = phone.given
    address = f"{PHONES}{given.pk}/"
    assert desk.get(f"{address}change/").status_code == 200
    assert desk.post(f"{address}verb/end/", {"reason": "HP hilang"}).status_code == 302
    assert phone.post([at_door(rt)]).status_code == 401
    assert FieldPass.objects.get().ended_why == "taken"
    assert desk.get(PHONES, {"state": "over"}).content.decode().count("siti") > 0


def test_what_is_decided_is_forgotten_later(phone: Phone, rt: RoundArea) -> None:
    late = (timezone.now() + timedelta(days=2)).isoformat()
    first, second = at_door(rt, "not_home", house="No. 1") | {"at": late}, at_door(rt) | {"at": late}
    phone.send(first, second)
    held, waits = HeldItem.objects.order_by("pk")
    settling.set_aside(held, by=None, at=timezone.now(), reason="Ganda")
    assert "No. 1" in in_words(held)
    assert forgetting.forget(timezone.now() + timedelta(days=29)) == 0
    assert forgetting.forget(timezone.now() + timedelta(days=31)) == 1
    held.refresh_from_db()
    assert (held.payload, in_words(held), held.state) == ({}, "", "set_aside")
    assert forgetting.forget(timezone.now() + timedelta(days=91)) > 0
    assert (Arrival.objects.count(), FieldPass.objects.count()) == (0, 0)
    waits.refresh_from_db()
    assert waits.payload, "what nobody has decided about stays"
    assert forgetting.forget(timezone.now() + timedelta(days=91)) == 0
