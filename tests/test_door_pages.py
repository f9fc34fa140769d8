"""The officers' pages of the door, as a phone sends them."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from outreach import attending
from outreach.attending import came, check_in, inside
from outreach.models import Attendance, Event, HeadCountSheet
from outreach.registering import Ticket, Wish, cancel, register
from portal.accounts.roles import AUDITOR, UNIT_OFFICER
from tests.builders import make_event, make_organization, make_portal, unique
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db


def party(event: Event, people: int = 1, name: str = "", **more: Any) -> Ticket:
    wish = Wish(nickname=name, party_size=people, **more)
    return register(event, wish, form_key=unique("kunci"), at=event.starts_at - timedelta(days=1))


@pytest.fixture
def event() -> Event:
    """It began an hour ago."""
    return make_event(
        starts_at=timezone.now() - timedelta(hours=1), capacity=20, most_at_once=20, is_example=True
    )


@pytest.fixture
def officer(event: Event) -> Client:
    return signed_in(make_officer(UNIT_OFFICER, event.unit))


def at(page: str, event: Event, *args: Any) -> str:
    return reverse(f"outreach:{page}", args=[event.pk, *args])


def test_an_officer_sees_the_activities_of_their_units_and_no_other_door(
    officer: Client, event: Event
) -> None:
    other = make_event("Milik unit lain", starts_at=event.starts_at, unit=make_organization("Unit lain"))
    make_event("Masih konsep", starts_at=event.starts_at, unit=event.unit, is_published=False)
    page = officer.get(reverse("outreach:door_events")).content.decode()
    assert event.title in page
    assert "Milik unit lain" not in page
    assert "Masih konsep" not in page
    pages = ("door", "scan", "tick_list", "head_count", "sign_in_sheet", "type_sheet", "certificates")
    assert [officer.get(at(name, other)).status_code for name in pages] == [404] * len(pages)
    auditor = signed_in(make_officer(AUDITOR, event.unit))
    assert [auditor.get(at(name, event)).status_code for name in pages] == [403] * len(pages)


def test_a_code_is_answered_at_once_and_its_entry_corrected_and_taken_back(
    officer: Client, event: Event
) -> None:
    ticket = party(event, 3, "Bu Tini", needs_wheelchair=True)
    page = officer.get(at("scan", event))
    sent = {"code": ticket.code.lower(), "nonce": "n1", "way": "scan"}
    page = officer.post(at("scan", event), sent)
    assert "Bu Tini" in page.content.decode()
    assert "door-answer--ok" in page.content.decode()
    assert (page.context["form"]["code"].value(), page.context["form"]["nonce"].value()) != (
        ticket.code,
        "n1",
    )
    assert "door-answer--already" in officer.post(at("scan", event), sent | {"nonce": "n2"}).content.decode()
    entry = Attendance.objects.get()
    assert (entry.way, entry.people) == ("scan", 3)
    address = at("attendance_entry", event, entry.pk)
    for people, stands in (("2", 2), ("9", 2), ("x", 2)):
        assert officer.post(address, {"people": people, "back": "pindai"}).url == at("scan", event)
        entry.refresh_from_db()
        assert entry.people == stands
    assert officer.post(address, {"undo": "1", "back": "daftar"}).url.startswith(at("tick_list", event))
    assert inside(event) == 0
    assert officer.get(address).status_code == 405


def test_a_slip_stays_to_be_put_right_and_a_waiting_party_is_let_in_by_the_officer(
    officer: Client, event: Event
) -> None:
    party(event, 20)
    waiting = party(event, 2, "Pak Budi")
    page = officer.post(at("scan", event), {"code": "ABCD-EFGH", "nonce": "a"})
    assert page.context["form"]["code"].value() == "ABCD-EFGH"
    assert officer.post(at("scan", event), {"code": "", "nonce": "b"}).context["form"].errors
    page = officer.post(at("scan", event), {"code": waiting.code, "nonce": "c"})
    assert 'name="let_in"' in page.content.decode()
    page = officer.post(
        at("scan", event), {"code": waiting.code, "nonce": page.context["new_key"], "let_in": "1"}
    )
    assert "door-answer--ok" in page.content.decode()
    assert inside(event) == 2


def test_the_camera_is_allowed_where_codes_are_read_and_nowhere_else(officer: Client, event: Event) -> None:
    said = {
        name: officer.get(at(name, event)).headers["Permissions-Policy"] for name in ("scan", "tick_list")
    }
    assert "camera=(self)" in said["scan"]
    assert "microphone=()" in said["scan"]
    assert "camera=()" in said["tick_list"]


def test_names_are_found_by_letters_and_by_the_end_of_the_code(
    officer: Client, event: Event, django_assert_max_num_queries: Any
) -> None:
    Event.objects.filter(pk=event.pk).update(capacity=None)
    tickets = [party(event, 1, name) for name in ("Bu Sri", "Pak Srihadi", "Mas Eko", "")]
    gone = party(event, 1, "Bu Sri lama")
    cancel(gone.registration, at=event.starts_at - timedelta(hours=2))
    tail = tickets[2].registration.code_tail

    def names(typed: str, **more: str) -> list[str]:
        page = officer.get(at("tick_list", event), {"q": typed, **more})
        return [one.nickname for one in page.context["parties"]]

    assert names("sri") == ["Bu Sri", "Pak Srihadi"]
    assert names(f"…{tail.lower()}") == ["Mas Eko"]
    assert names(tickets[3].code) == [""]
    # No code has a U in it; one letter of another kind may well end one.
    assert names("<u>") == names("zzz") == []
    with django_assert_max_num_queries(12):
        assert names("") == ["Bu Sri", "Mas Eko", "Pak Srihadi", ""]
    sent = {"party": tickets[0].registration.pk, "nonce": "n"}
    answer = officer.post(f"{at('tick_list', event)}?q=sri", sent)
    assert answer.url == f"{at('tick_list', event)}?q=sri#r{tickets[0].registration.pk}"
    officer.post(at("tick_list", event), sent)
    assert Attendance.objects.get().way == "tick"
    assert (names("", hadir="sudah"), len(names("", hadir="belum"))) == (["Bu Sri"], 3)
    officer.post(at("tick_list", event), {"undo": tickets[0].registration.pk})
    assert names("", hadir="sudah") == []
    for word in ("", "x", "9" * 30, "999", "²"):
        assert officer.post(at("tick_list", event), {"party": word}).status_code == 302
    assert Attendance.objects.count() == 1


def test_walk_ins_with_a_name_get_a_code_and_too_many_are_told_why(officer: Client, event: Event) -> None:
    officer.post(at("door", event), {"people": "4", "nonce": "a"})
    page = officer.post(at("door", event), {"people": "2", "nickname": "Bu Ani", "nonce": "b"}, follow=True)
    assert "Bu Ani" in page.content.decode()
    assert Attendance.objects.get(registration__isnull=False).registration.is_walk_in
    assert inside(event) == 6
    page = officer.post(at("door", event), {"people": "150", "nonce": "c"})
    assert page.context["form"].errors
    assert page.context["form"]["people"].value() == "150"
    assert inside(event) == 6


def test_a_named_walk_in_has_a_seat_and_an_entry_or_neither(
    officer: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        raise ValidationError("Buku kehadiran terkunci.")

    with monkeypatch.context() as broken:
        broken.setattr(attending, "tick", refuse)
        officer.post(at("door", event), {"people": "2", "nickname": "Bu Ani", "nonce": "b"})
    event.refresh_from_db()
    assert (event.taken, event.registrations.count(), inside(event)) == (0, 0, 0)
    for _twice in range(2):
        officer.post(at("door", event), {"people": "2", "nickname": "Bu Ani", "nonce": "b"})
    event.refresh_from_db()
    assert (event.taken, event.registrations.count(), inside(event)) == (2, 1, 2)


def test_heads_are_typed_into_a_grid_and_taken_back(officer: Client, event: Event) -> None:
    sent = {
        "covers": "everybody",
        "all_adult_women": "12",
        "all_x_x": "5",
        "dis_adult_women": "2",
        "nonce": "a",
    }
    assert officer.post(at("head_count", event), {**sent, "all_teen_men": "-1"}).context["form"].box_errors
    assert officer.post(at("head_count", event), {"covers": "everybody", "nonce": "a"}).context["form"].errors
    officer.post(at("head_count", event), sent | {"from_words": "RW 03"})
    officer.post(at("head_count", event), sent | {"from_words": "RW 03"})
    sheet = HeadCountSheet.objects.get()
    assert sorted(sheet.rows.values_list("sex", "age", "has_disability", "people")) == [
        ("", "", False, 5),
        ("women", "adult", False, 10),
        ("women", "adult", True, 2),
    ]
    assert came(event).total == 17
    assert officer.post(at("head_count", event), {"undo": "x"}).status_code == 404
    officer.post(at("head_count", event), {"undo": sheet.pk})
    assert came(event).total == 0


def test_the_sheet_is_printed_and_typed_back(officer: Client, event: Event) -> None:
    for name in ("Bu Sri", "<i>Pak Budi", "Mas Eko"):
        party(event, 2, name)
    page = officer.get(at("sign_in_sheet", event)).content.decode()
    assert "&lt;i&gt;Pak Budi" in page
    for wrong in ("7", "1-", "2-1", "1 dua", "", "1-99999"):
        assert officer.post(at("type_sheet", event), {"lines": wrong, "nonce": "a"}).context["form"].errors
    page = officer.post(
        at("type_sheet", event), {"lines": "1 – 2, 3x1", "others": "4", "nonce": "a"}, follow=True
    )
    assert "Mas Eko" in page.content.decode()
    assert inside(event) == 2 + 2 + 1 + 4


def pages_of(answer: Any) -> int:
    assert answer["Content-Type"] == "application/pdf"
    return len(PdfReader(BytesIO(answer.content)).pages)


def test_certificates_come_in_files_with_a_page_for_each_person(officer: Client, event: Event) -> None:
    make_portal()
    assert officer.get(at("certificates", event)).status_code == 404
    for ticket in (party(event, 2, "Bu Sri"), party(event, 1, "漢字 👍")):
        check_in(event, ticket.code, nonce="n", at=timezone.now(), by=None)
    answer = officer.get(at("certificates", event), {"mulai": "x"})
    assert pages_of(answer) == 3
    assert "Bu Sri" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert pages_of(officer.get(at("certificates", event), {"mulai": "3"})) == 1
    assert officer.get(at("certificates", event), {"mulai": "4"}).status_code == 404


def test_whoever_was_there_makes_their_own_certificate_with_the_code(client: Client, event: Event) -> None:
    make_portal()
    address = reverse("outreach:certificate")
    assert client.get(address).url == reverse("outreach:code")
    ticket = party(event, 1, "Bu Sri")
    client.post(reverse("outreach:code"), {"code": ticket.code})
    assert client.get(address).url == reverse("outreach:my_registration")
    check_in(event, ticket.code, nonce="n", at=timezone.now(), by=None)
    assert client.get(address).context["form"]["name"].value() == "Bu Sri"
    answer = client.post(address, {"name": "Sri Contohwati"})
    assert pages_of(answer) == 1
    assert "Sri Contohwati" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "no-store" in answer["Cache-Control"]
    for wrong in ("", "x" * 81):
        assert client.post(address, {"name": wrong}).context["form"].errors
