"""What people say about an activity: once per form and per code, in its time, on the phone and from paper."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from outreach import registering
from outreach.inviting import ask_those_who_came
from outreach.models import AfterUse, Attendance, Event, EventRating, UnderstandingItem, UnderstandingSheet
from outreach.models.opinion import RATED_WITHIN, USED_AFTER, USED_WITHIN, now_asked, self_made_code
from outreach.nagging import remind_units, without_minutes
from outreach.registering import Wish
from portal.shared import slowing
from portal.shared.work.mail import OutgoingMail
from services.models import Membership
from tests.builders import (
    EVENT_AT,
    RECEIVED_AT,
    make_event,
    make_organization,
    make_portal,
    make_service,
    make_user,
)
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
AFTERWARDS = EVENT_AT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def portal() -> None:
    make_portal()


def rated(client: Client, event: Event, **typed: Any) -> Any:
    given = {"form_key": "kunci-1", "usefulness": "4", "clarity": "3", "missing": "Mikrofon kecil"} | typed
    return client.post(f"/kegiatan/{event.slug}/nilai/", given)


def with_questions() -> Event:
    event = make_event()
    UnderstandingItem.objects.create(
        event=event, position=1, text="Jentik mati oleh apa?", choices="*Abate\nGaram"
    )
    UnderstandingItem.objects.create(event=event, position=2, text="Seberapa yakin?", kind="scale")
    return event


def test_a_guest_rates_without_name_and_a_double_press_counts_once(client: Client, time_machine: Any) -> None:
    event = make_event()
    time_machine.move_to(AFTERWARDS)
    page = client.get(f"/kegiatan/{event.slug}/nilai/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    for _press in range(2):
        assert rated(client, event).status_code == 302
    rating = EventRating.objects.get()
    assert (rating.usefulness, rating.clarity, rating.missing, rating.way) == (4, 3, "Mikrofon kecil", "open")
    assert client.get(f"/kegiatan/{event.slug}/terima-kasih/").status_code == 200


def test_nothing_chosen_comes_back_with_what_was_typed(client: Client, time_machine: Any) -> None:
    event = make_event()
    time_machine.move_to(AFTERWARDS)
    page = rated(client, event, usefulness="", clarity="", missing="  ")
    assert page.status_code == 200
    page = rated(client, event, usefulness="9", missing="Kursi kurang")
    assert "Kursi kurang" in page.content.decode()
    assert not EventRating.objects.exists()


def test_a_receipt_code_answers_once_and_leads_to_nobody(client: Client, time_machine: Any) -> None:
    event, other = make_event(), make_event()
    ticket = registering.register(event, Wish(nickname="Sari"), form_key="daftar-1", at=RECEIVED_AT)
    time_machine.move_to(AFTERWARDS)
    assert rated(client, other, code=ticket.code).status_code == 200
    assert not EventRating.objects.exists()
    assert rated(client, event, code=ticket.code.lower()).status_code == 302
    assert rated(client, event, code=ticket.code, form_key="kunci-2", usefulness="1").status_code == 302
    rating = EventRating.objects.get()
    assert (rating.way, rating.usefulness) == ("code", 4)
    assert rating.respondent
    assert rating.respondent != ticket.registration.code_hash


def test_whoever_guesses_codes_is_slowed_before_they_are_looked_up(
    client: Client, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    ticket = registering.register(event, Wish(), form_key="daftar", at=RECEIVED_AT)
    time_machine.move_to(AFTERWARDS)
    monkeypatch.setitem(slowing.SIZES, "opinion", slowing.Size(2, timedelta(hours=1)))
    codes = ("AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC", ticket.code)
    assert [rated(client, event, code=code).status_code for code in codes] == [200, 200, 429, 429]
    assert not EventRating.objects.exists()


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (EventRating, timedelta(0), timedelta(hours=3) + RATED_WITHIN),
        (AfterUse, timedelta(hours=3) + USED_AFTER, timedelta(hours=3) + USED_WITHIN),
        (UnderstandingSheet, -timedelta(days=1), timedelta(hours=3) + RATED_WITHIN),
    ],
)
def test_each_is_asked_in_its_time_only(kind: Any, first: timedelta, last: timedelta) -> None:
    event, moment = make_event(), timedelta(seconds=1)
    assert not kind.is_asked(event, EVENT_AT + first - moment)
    assert kind.is_asked(event, EVENT_AT + first)
    assert kind.is_asked(event, EVENT_AT + last - moment)
    assert not kind.is_asked(event, EVENT_AT + last)
    event.cancel("Hujan deras.", by=None, at=EVENT_AT - timedelta(days=2))
    assert not kind.is_asked(event, EVENT_AT + first)


def test_too_early_and_never_held_say_so(client: Client, time_machine: Any) -> None:
    event = make_event()
    time_machine.move_to(RECEIVED_AT)
    assert client.get(f"/kegiatan/{event.slug}/nilai/").status_code == 404
    assert rated(client, event).status_code == 404
    assert client.get(f"/kegiatan/{event.slug}/soal/sebelum/").status_code == 404
    assert client.get(f"/kegiatan/{make_event(is_published=False).slug}/nilai/").status_code == 404
    with pytest.raises(ValidationError):
        EventRating.take(event, {"usefulness": 4}, form_key="x", at=RECEIVED_AT)
    assert now_asked(event, AFTERWARDS) == ["rating", "understanding"]


def test_before_and_after_belong_together_by_a_code_of_ones_own(client: Client, time_machine: Any) -> None:
    event = with_questions()
    time_machine.move_to(AFTERWARDS)
    before = {"form_key": "a", "own_code": "si-17", "item_0": "2", "item_1": "2"}
    after = {"form_key": "b", "own_code": "SI 17", "item_0": "1", "item_1": "5"}
    assert client.post(f"/kegiatan/{event.slug}/soal/sebelum/", before).status_code == 302
    assert client.post(f"/kegiatan/{event.slug}/soal/sesudah/", after).status_code == 302
    assert client.post(f"/kegiatan/{event.slug}/soal/sesudah/", after | {"form_key": "c"}).status_code == 302
    sheets = {sheet.phase: sheet for sheet in UnderstandingSheet.objects.all()}
    assert len(sheets) == UnderstandingSheet.objects.count() == 2
    assert [(sheets[phase].score, sheets[phase].out_of) for phase in ("before", "after")] == [(2, 6), (6, 6)]
    assert sheets["before"].respondent == sheets["after"].respondent
    assert "SI17" not in sheets["before"].respondent
    assert self_made_code("si-17") == self_made_code(" SI 17 ")


def test_the_questions_need_one_right_choice() -> None:
    item = UnderstandingItem(event=make_event(), text="Apa?", choices="Abate\nGaram")
    with pytest.raises(ValidationError):
        item.clean()
    item.choices = "* Abate\nGaram\n\n"
    item.clean()
    assert (item.lines, item.right, item.score(1), item.score(2), item.score(None)) == (
        ["Abate", "Garam"],
        1,
        1,
        0,
        0,
    )


def test_a_clerk_types_in_paper_line_by_line(time_machine: Any) -> None:
    event = with_questions()
    time_machine.move_to(EVENT_AT + timedelta(days=40))
    desk = signed_in(make_officer("clerk"))
    page = f"/petugas/kegiatan/{event.pk}/nilai/"
    for key, pile, line in [
        ("1", "nilai", "34 mikrofon kecil"),
        ("1", "nilai", "34 mikrofon kecil"),
        ("2", "nilai", "0-"),
        ("3", "nilai", "54"),
        ("4", "pakai", "2 antre panjang"),
        ("5", "pakai", "7"),
        ("6", "sebelum", "SI17 2 3"),
        ("7", "sesudah", "SI17 15"),
        ("8", "sesudah", "SI17 1"),
        ("9", "sesudah", "SI17 3 1"),
    ]:
        assert desk.post(f"{page}?lembar={pile}", {"form_key": key, "line": line}).status_code in (200, 302)
    assert [(one.usefulness, one.clarity, one.way) for one in EventRating.objects.all()] == [(3, 4, "paper")]
    assert [(one.answer, one.words) for one in AfterUse.objects.all()] == [("tried", "antre panjang")]
    scores = UnderstandingSheet.objects.order_by("pk").values_list("phase", "score")
    assert [*scores] == [("before", 3), ("after", 6)]
    shown = desk.get(page).content.decode()
    assert "mikrofon kecil" in shown
    assert desk.get(f"{page}lembar/").status_code == 200


def test_the_answers_are_for_officers_of_the_unit() -> None:
    event = make_event()
    stranger = signed_in(make_officer("unit officer", make_organization()))
    own = signed_in(make_officer("unit officer", event.unit))
    page = f"/petugas/kegiatan/{event.pk}/nilai/"
    assert Client().get(page).status_code == 302
    assert stranger.get(page).status_code == 404
    assert own.get(page).status_code == 200
    # Who may only look is led to the desk rather than to tasks that would refuse them.
    auditor = signed_in(make_officer("auditor"))
    for address in re.findall(r'href="(/(?:petugas|admin)/[^"]*)"', auditor.get(page).content.decode()):
        assert auditor.get(address).status_code == 200, address


# Letters that ask ----------------------------------------------------------------------------------------


def test_those_who_came_are_asked_the_day_after_and_a_month_later_each_once() -> None:
    event = make_event(services=[make_service()])
    came, absent, silent = (
        registering.register(
            event, Wish(nickname=name, contact=contact), form_key=name, at=RECEIVED_AT
        ).registration
        for name, contact in (
            ("Sari", {"email": "sari@contoh.id"}),
            ("Budi", {"email": "budi@contoh.id"}),
            ("Tini", {"whatsapp": "081234567890"}),
        )
    )
    for party in (came, silent):
        Attendance.objects.create(
            event=event, registration=party, people=1, way="tick", at=AFTERWARDS, nonce_hash=party.nickname
        )
    OutgoingMail.objects.all().delete()
    days = [event.ends_at + timedelta(days=day, hours=7) for day in range(100)]
    written = [day for day, at in enumerate(days) if new_letters(at)]
    assert written == [0, 30]
    assert {*OutgoingMail.objects.values_list("to", flat=True)} == {"sari@contoh.id"}
    assert absent.contact
    letters = [*OutgoingMail.objects.order_by("pk").values_list("body", flat=True)]
    assert [
        f"/kegiatan/{event.slug}/{page}/" in body
        for page, body in zip(("nilai", "manfaat"), letters, strict=True)
    ]


def test_nobody_is_asked_about_what_was_called_off() -> None:
    event = make_event()
    registering.register(event, Wish(contact={"email": "sari@contoh.id"}), form_key="a", at=RECEIVED_AT)
    event.cancel("Hujan deras.", by=None, at=RECEIVED_AT)
    assert not ask_those_who_came(event.ends_at + timedelta(days=1))


def new_letters(at: Any) -> int:
    before = OutgoingMail.objects.count()
    ask_those_who_came(at)
    return OutgoingMail.objects.count() - before


# Reminders to write down what was said -------------------------------------------------------------------


def test_a_unit_is_reminded_of_minutes_and_promises_weekly_and_not_for_ever() -> None:
    event = make_event()
    member = make_user("petugas", email="petugas@contoh.id")
    Membership.objects.create(user=member, organization=event.unit)
    days = [event.ends_at + timedelta(days=day) for day in range(45)]
    written = [day for day, at in enumerate(days) if remind_units(at)]
    assert written == [3, 10, 17, 24]
    assert OutgoingMail.objects.count() == 4
    assert event.title in OutgoingMail.objects.first().body  # type: ignore[union-attr]


def test_whoever_published_both_is_left_alone() -> None:
    from_talk, no_promise, service = make_event(), make_event(), make_event(kind=Event.Kind.MOBILE_SERVICE)
    at = from_talk.ends_at + timedelta(days=3)
    assert {*without_minutes(at)} == {from_talk, no_promise}
    for event in (from_talk, no_promise):
        minutes = event_minutes(event, has_no_promises=event == no_promise)
        minutes.publish(by=None, at=at)
    assert {*without_minutes(at)} == {from_talk}
    promise = make_promise(from_talk)
    assert {*without_minutes(at)} == {from_talk}
    promise.publish(by=None, at=at)
    assert not without_minutes(at)
    assert service not in without_minutes(at)


def event_minutes(event: Event, **changes: Any) -> Any:
    return event._meta.apps.get_model("outreach.Minutes").objects.create(
        event=event, text="Disepakati.", **changes
    )


def make_promise(event: Event) -> Any:
    model = event._meta.apps.get_model("outreach.Commitment")
    return model.objects.create(
        what="Lampu gang dipasang", unit=event.unit, by_when=EVENT_AT.date() + timedelta(days=20), event=event
    )
