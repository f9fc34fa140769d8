"""Registering on the page: the form, the receipt, and one's own registration behind its code."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outreach.models import Event, Registration
from outreach.registering import find
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
    form = client.get(f"{address(event)}?dari=flyer")
    assert "no-store" in form["Cache-Control"]
    sent = filled(form, party_size="2", nickname="Bu Tini", email="tini@contoh.id", needs_wheelchair="on")
    assert sent["heard_from"] == "flyer"
    sent |= {f"q{event.questions_asked.get().pk}": "4"}
    receipt = client.post(address(event), sent)
    code, again = code_on(receipt), client.post(address(event), sent)
    assert (receipt.status_code, code_on(again), Registration.objects.count()) == (200, code, 1)
    made = find(code)
    assert (made.party_size, made.needs_wheelchair, made.heard_from, made.language) == (
        2,
        True,
        "flyer",
        "id",
    )
    assert made.answers.get().value == "4"
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
