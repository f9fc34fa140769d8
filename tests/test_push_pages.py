"""“Tell me on this phone”: who may ask it, what the pages offer, and what a phone that leaves is answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from outreach.registering import Wish, register
from portal.shared import receipt, slowing
from portal.shared.push import keys
from portal.shared.push.models import Listener, Topic
from tests.builders import EVENT_AT, make_event, make_portal, make_submission

# Forms and rights alone; what the database does with them is asked in test_push.py.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]
KEY = "kunci-warga-0123456789abcdef"
PHONE = "https://fcm.googleapis.com/fcm/send/contoh-1"


@pytest.fixture(autouse=True)
def _portal() -> None:
    make_portal()


def opened_case(**changes: Any) -> tuple[Client, Any]:
    case = make_submission(form_key=KEY, **changes)
    client = Client()
    client.post(reverse("feedback:track"), {"number": case.number, "secret": receipt.secret_from(KEY)})
    return client, case


def wish(client: Client, name: str, wish: str = "on", endpoint: str = PHONE, **more: Any) -> Any:
    return client.post(reverse(name), {"wish": wish, "endpoint": endpoint}, **more)


def test_the_page_of_a_case_offers_it_and_says_how_it_stands() -> None:
    client, case = opened_case()
    page = client.get(reverse("feedback:case")).content.decode()
    assert f'data-push="{keys.public_key()}"' in page
    assert f'action="{reverse("feedback:case_news")}"' in page
    assert 'hidden><input type="hidden" name="csrfmiddlewaretoken"' in page
    name = "feedback:case_news"
    assert wish(client, name, "ask").json() == {"on": False}
    assert wish(client, name).json() == {"on": True}
    assert wish(client, name).json() == wish(client, name, "ask").json() == {"on": True}
    [listener] = Listener.objects.of(Topic.case(case.pk))
    assert (listener.endpoint, listener.key_mark) == (PHONE, keys.mark())
    assert wish(client, name, "off").json() == {"on": False, "more": False}
    assert wish(client, name, "ask").json() == {"on": False}


def test_nobody_listens_to_a_case_they_have_not_opened() -> None:
    make_submission(form_key=KEY)
    for name in ("feedback:case_news", "feedback:receipt_news", "outreach:registration_news"):
        assert wish(Client(), name).status_code == 302
    client, _case = opened_case()
    assert wish(client, "feedback:case_news").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(client.cookies)
    refused = wish(strict, "feedback:case_news", "off")
    assert refused.status_code == 403
    assert refused.json()["problem"]
    assert Listener.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"wish": "maybe"}, 400),
        ({"endpoint": ""}, 400),
        ({"endpoint": "x" * 5000}, 400),
        ({"endpoint": "https://127.0.0.1/x"}, 422),
        ({"endpoint": "\x00"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(fields: dict[str, str], status: int) -> None:
    client, _case = opened_case()
    assert wish(client, "feedback:case_news", **fields).status_code == status
    assert not Listener.objects.exists()


def test_a_case_that_is_over_offers_nothing_more() -> None:
    client, case = opened_case(status="answered")
    assert "data-push=" in client.get(reverse("feedback:case")).content.decode()
    case.rate("solved", at=case.answered_at + timedelta(hours=1))
    assert "data-push=" not in client.get(reverse("feedback:case")).content.decode()
    assert wish(client, "feedback:case_news").status_code == 409


def test_without_a_key_the_page_shows_nothing(settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    client, _case = opened_case()
    page = client.get(reverse("feedback:case")).content.decode()
    assert "data-push" not in page
    assert "push.js" not in page
    assert wish(client, "feedback:case_news").status_code == 422


def test_a_registration_offers_it_on_its_receipt_and_later(time_machine: Any) -> None:
    time_machine.move_to(EVENT_AT - timedelta(days=3), tick=False)
    event = make_event()
    form = {"party_size": 1, "form_key": receipt.new_key()}
    client = Client()
    page = client.post(reverse("outreach:register", args=[event.slug]), form).content.decode()
    assert f'action="{reverse("outreach:registration_news")}"' in page
    assert "data-push=" in client.get(reverse("outreach:my_registration")).content.decode()
    assert wish(client, "outreach:registration_news").json() == {"on": True}
    [listener] = Listener.objects.all()
    assert (listener.kind, listener.number) == ("registration", event.registrations.get().pk)
    client.post(reverse("outreach:give_up"), {"sure": "on"})
    time_machine.move_to(EVENT_AT + timedelta(days=3), tick=False)
    late = register(make_event(), Wish(), form_key="lama", at=EVENT_AT - timedelta(days=3), by=None)
    client.post(reverse("outreach:code"), {"code": late.code})
    assert "data-push=" not in client.get(reverse("outreach:my_registration")).content.decode()
    assert wish(client, "outreach:registration_news").status_code == 409


def test_too_many_phones_from_one_place_have_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(slowing.SIZES, "push", slowing.Size(2, timedelta(hours=1)))
    client, _case = opened_case()
    answers = [wish(client, "feedback:case_news", endpoint=f"{PHONE}{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_phone_leaves_everything_at_once_and_moves_without_any_code() -> None:
    client, _case = opened_case()
    wish(client, "feedback:case_news")
    phone = Client(enforce_csrf_checks=True)
    moved = phone.post(reverse("move_phone_news"), {"was": PHONE, "endpoint": f"{PHONE}-baru"})
    assert (moved.status_code, moved.content) == (204, b"")
    # Nothing tells a phone we know from one we do not.
    assert phone.post(reverse("stop_phone_news"), {"endpoint": PHONE}).status_code == 204
    assert Listener.objects.count() == 1
    assert phone.post(reverse("stop_phone_news"), {"endpoint": f"{PHONE}-baru"}).status_code == 204
    assert not Listener.objects.exists()
    assert phone.post(reverse("stop_phone_news")).status_code == 400
    assert phone.get(reverse("stop_phone_news")).status_code == 405


def test_the_page_a_call_leads_to_holds_nothing_of_anybody() -> None:
    page = Client().get(reverse("phone_news"))
    assert not page.cookies
    assert "public" in page["Cache-Control"]
    text = page.content.decode()
    for name in ("feedback:track", "outreach:code"):
        assert f'href="{reverse(name)}"' in text
    assert "noindex" in text
