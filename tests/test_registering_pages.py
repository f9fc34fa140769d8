"""Registering on the page: the form, the receipt, and one's own registration behind its code."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outreach.linking import link_for
from outreach.models import Event, Registration
from outreach.registering import code_from, find
from portal.shared import slowing
from tests.builders import EVENT_AT, make_event, make_portal

pytestmark = pytest.mark.django_db
AT = EVENT_AT - timedelta(days=3)
State = Registration.State


@pytest.fixture(autouse=True)
def _a_portal_three_days_before(time_machine: Any) -> None:
    time_machine.move_to(AT, tick=False)
    make_portal()


def address(event: Event) -> str:
    return reverse("outreach:register", args=[event.slug])


def filled(response: Any, **changes: str) -> dict[str, str]:
    """What a browser would send of the form on this page."""
    form = response.context["form"]
    kept = {bound.name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    return {name: str(value) for name, value in (kept | changes).items()}


def code_on(response: Any) -> str:
    found = re.search(r'class="code" translate="no">([^<]+)<', response.content.decode())
    assert found, response.content.decode()
    return found[1]


def test_a_resident_registers_shows_the_code_and_gives_the_place_up():
    event, client = make_event(capacity=2, questions=[{"text": "Umur anak?", "kind": "number"}]), Client()
    link = link_for(event, "flyer", "Pos RW 03")
    page = client.get(client.get(f"/l/{link.code}")["Location"]).content.decode()
    assert f"{address(event)}?dari=flyer.{link.code}" in page
    by_link = f"{address(event)}?dari=flyer.{link.code}"
    form = client.get(by_link)
    assert "no-store" in form["Cache-Control"]
    sent = filled(form, party_size="2", nickname="Bu Tini", email="tini@contoh.id", needs_wheelchair="on")
    assert sent["heard_from"] == "flyer"
    sent |= {f"q{event.questions_asked.get().pk}": "4"}
    receipt = client.post(by_link, sent)
    code, again = code_on(receipt), client.post(address(event), sent)
    assert (receipt.status_code, code_on(again), Registration.objects.count()) == (200, code, 1)
    made = find(code)
    assert (made.party_size, made.needs_wheelchair, made.heard_from, made.language) == (
        2,
        True,
        "flyer",
        "id",
    )
    assert (made.answers.get().value, made.short_link) == ("4", link)
    page = client.get(reverse("outreach:my_registration"))
    assert code_on(page) == code
    assert "tini@contoh.id" not in page.content.decode()
    too_many = client.post(reverse("outreach:change_party"), filled(page, party_size="3"))
    assert "is-invalid" in too_many.content.decode() or "field--bad" in too_many.content.decode()
    assert client.post(reverse("outreach:change_party"), filled(page, party_size="1")).status_code == 302
    assert Event.objects.get().taken == 1
    client.post(reverse("outreach:forget_me"))
    made.refresh_from_db()
    assert (made.nickname, hasattr(find(code), "contact"), made.state) == ("", False, State.REGISTERED)
    client.post(reverse("outreach:give_up"))
    assert find(code).state == State.CANCELLED
    client.post(reverse("outreach:close_registration"))
    assert client.get(reverse("outreach:my_registration")).url == reverse("outreach:code")


@pytest.mark.parametrize("way", ["flyer", "flyer.tidak-ada", "flyer.%22%3E", "x.c4fgh"])
def test_an_odd_link_stops_nobody(way: str) -> None:
    event, client = make_event(), Client()
    sent = filled(client.get(f"{address(event)}?dari={way}"))
    assert client.post(f"{address(event)}?dari={way}", sent).status_code == 200
    assert Registration.objects.get().short_link is None


def test_whoever_comes_too_late_for_a_seat_waits_and_sees_it() -> None:
    event = make_event(capacity=1)
    full, second = Client(), Client()
    full.post(address(event), filled(full.get(address(event))))
    page = second.get(address(event))
    assert page.context["form"].button == "Masuk daftar tunggu" or "waiting list" in str(
        page.context["form"].button
    )
    code = code_on(second.post(address(event), filled(page)))
    assert find(code).state == State.WAITING
    mine = second.get(reverse("outreach:my_registration"))
    assert mine.context["ahead_of_us"] == 0
    full.post(reverse("outreach:give_up"))
    assert find(code).state == State.REGISTERED


@pytest.mark.parametrize(
    ("changes", "status"), [({"party_size": "0"}, 200), ({"whatsapp": "12"}, 200), ({"website": "x"}, 200)]
)
def test_what_cannot_be_taken_comes_back_filled(changes: dict[str, str], status: int) -> None:
    event, client = make_event(), Client()
    sent = filled(client.get(address(event)), nickname="Bu Tini", **changes)
    answer = client.post(address(event), sent)
    assert answer.status_code == status
    assert "Bu Tini" in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_page_that_was_open_for_too_long_comes_back_filled() -> None:
    event, client = make_event(), Client(enforce_csrf_checks=True)
    sent = filled(client.get(address(event)), nickname="Bu Tini") | {"csrfmiddlewaretoken": "a" * 64}
    answer = client.post(address(event), sent)
    assert "Bu Tini" in answer.content.decode()
    assert not Registration.objects.exists()


def test_who_may_not_register_now_reads_why() -> None:
    later = make_event(registration_opens_at=AT + timedelta(days=1))
    off = make_event("Batal")
    off.cancel("Hujan.", by=None, at=AT)
    draft = make_event("Konsep", is_published=False)
    client = Client()
    assert client.get(address(later)).context["opens_at"] == later.registration_opens_at
    assert "Hujan." in client.get(address(off)).content.decode()
    assert client.get(address(draft)).status_code == 404
    known = filled(client.get(address(make_event())))
    assert client.post(address(later), known).status_code == 200
    assert not Registration.objects.exists()


def test_a_code_nobody_has_is_not_found_and_guessing_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    client, page = Client(), reverse("outreach:code")
    monkeypatch.setitem(slowing.SIZES, "code", slowing.Size(2, timedelta(minutes=30)))
    answers = [
        client.post(page, {"code": typed}).status_code for typed in ("x", code_from("a"), code_from("b"))
    ]
    assert answers == [200, 200, 200]
    assert client.post(page, {"code": code_from("c")}).status_code == 429
    client.cookies["registration"] = "made-up"
    assert client.get(reverse("outreach:my_registration")).status_code == 302
