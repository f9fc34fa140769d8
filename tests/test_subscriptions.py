"""Letters with what is new: nothing before a yes, each thing told once, gone without a trace."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.models import Event
from portal.shared.work.mail import OutgoingMail, queue_mail
from portal.subscriptions import asking
from portal.subscriptions.models import Subscription, address_hash
from portal.subscriptions.sending import send_all_due
from tests.builders import make_area, make_category, make_event, make_improvement, make_portal, make_released
from tests.news_world import make_news

pytestmark = pytest.mark.django_db

FORM, CODE = "/langganan/", "/langganan/pasti/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ADDRESS = "warga@contoh.id"


@pytest.fixture(autouse=True)
def portal(time_machine: Any, now: datetime) -> Any:
    time_machine.move_to(now, tick=False)
    return make_portal(area=make_area("Tanjung Contoh"))


def filled_in(**changes: Any) -> dict[str, Any]:
    return {"email": ADDRESS, "kinds": ["wants_news"], "every": "day", "form_key": "kunci-satu"} | changes


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(sent_at=None).order_by("pk"))


def code_in(letter: OutgoingMail) -> str:
    return re.findall(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$", letter.body, re.MULTILINE)[0]


def subscribed(now: datetime, **changes: Any) -> Subscription:
    given: dict[str, Any] = {"email": ADDRESS, "wants_news": True, "every": "day"} | changes
    topics = given.pop("topics", ())
    email = given["email"]
    given = {"told_until": now, "code_hash": f"kode {email}", **given}
    one = Subscription.objects.create(
        address_hash=address_hash(email), asked_at=now, confirmed_at=now, **given
    )
    one.topics.set(topics)
    return one


# Asking and saying yes ------------------------------------------------------------


def test_a_letter_asks_first_and_the_code_in_it_begins_the_letters(client: Client, now: datetime) -> None:
    assert client.get(FORM).status_code == 200
    assert (
        client.post(FORM, filled_in(email=" Warga@Contoh.id")).headers["Location"] == "/langganan/terkirim/"
    )
    [letter] = letters()
    code = code_in(letter)
    assert letter.to == "Warga@Contoh.id"
    # The way to the page is told, and the code is no part of it.
    assert reverse("subscriptions:confirm") in letter.body
    assert all(code not in line for line in letter.body.splitlines() if "http" in line)
    assert not Subscription.objects.confirmed().exists()
    assert client.get(f"{CODE}?code={code}").status_code == 200
    assert not Subscription.objects.confirmed().exists()
    for _press in range(2):
        answer = client.post(CODE, {"code": code.lower().replace("-", " ")})
        assert answer.headers["Location"] == "/langganan/jadi/"
    one = Subscription.objects.get()
    assert (one.confirmed_at, one.told_until) == (now, now)


def test_the_same_form_sent_twice_writes_once_and_four_forms_a_day_write_three_times(client: Client) -> None:
    for _press in range(2):
        client.post(FORM, filled_in())
    assert len(letters()) == 1
    answers = {client.post(FORM, filled_in(form_key=f"kunci-{n}")).headers["Location"] for n in range(5)}
    assert answers == {"/langganan/terkirim/"}
    assert len(letters()) == 3


@pytest.mark.any_engine
def test_nothing_tells_whether_an_address_is_known(client: Client, now: datetime) -> None:
    subscribed(now)
    known = client.post(FORM, filled_in(form_key="a"))
    unknown = client.post(FORM, filled_in(form_key="b", email="lain@contoh.id"))
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert len({one.body.replace(code_in(one), "") for one in letters()}) == 1
    pages = []
    for key in (Subscription.objects.confirmed().get().leave_key, "bukan-siapa-siapa"):
        answer = client.post(f"/langganan/berhenti/{key}/")
        pages.append((answer.status_code, answer.content.decode().replace(key, "")))
    assert pages[0] == pages[1]


def test_a_new_yes_replaces_the_old_choice(client: Client, now: datetime) -> None:
    old = subscribed(now)
    client.post(FORM, filled_in(kinds=["wants_activities"], every="week"))
    assert Subscription.objects.confirmed().get() == old
    client.post(CODE, {"code": code_in(letters()[0])})
    one = Subscription.objects.get()
    assert (one.wants_news, one.wants_activities, one.every) == (False, True, "week")


def test_unconfirmed_addresses_are_gone_after_two_days(
    client: Client, now: datetime, time_machine: Any
) -> None:
    client.post(FORM, filled_in())
    code = code_in(letters()[0])
    kept = subscribed(now, email="setia@contoh.id")
    time_machine.move_to(now + 2 * DAY - HOUR, tick=False)
    asking.erase_unconfirmed.func()
    assert Subscription.objects.count() == 2
    time_machine.move_to(now + 2 * DAY, tick=False)
    assert client.post(CODE, {"code": code}).status_code == 200
    asking.erase_unconfirmed.func()
    assert [*Subscription.objects.all()] == [kept]
    assert not letters()


@pytest.mark.any_engine
@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "bukan alamat"},
        {"email": ""},
        {"kinds": []},
        {"kinds": ["semua"]},
        {"every": ""},
        {"area": "999999"},
        {"topics": ["x"]},
        {"email": "a\x00b@contoh.id\r\nBcc: x@contoh.id"},
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_filled(client: Client, wrong: dict[str, Any]) -> None:
    answer = client.post(FORM, filled_in(**wrong))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Subscription.objects.exists()


@pytest.mark.any_engine
def test_wrong_codes_strange_forms_and_the_hidden_field_do_nothing(client: Client) -> None:
    assert "code" in client.post(CODE, {"code": "7K4M-X2C9-PQ3T-A"}).context["form"].errors
    assert client.post(FORM, filled_in(website="http://x")).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(FORM, filled_in()).status_code == 200
    assert not Subscription.objects.exists()


@pytest.mark.any_engine
def test_a_portal_without_mail_says_so(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.shared.work.mail.NoMailServer"
    assert "<form" not in client.get(FORM).content.decode()
    client.post(FORM, filled_in())
    assert not Subscription.objects.exists()


def test_the_database_refuses_two_for_an_address_and_a_wish_for_nothing(now: datetime) -> None:
    subscribed(now)
    for wrong in ({"code_hash": "lain"}, {"email": "b@contoh.id", "wants_news": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            subscribed(now, **wrong)


# The letters ------------------------------------------------------------


def test_each_new_thing_is_told_once_and_nothing_is_sent_when_there_is_nothing(now: datetime) -> None:
    subscribed(now)
    assert send_all_due(now + DAY) == 0
    make_news("Loket tutup Jumat", at=now + DAY + HOUR)
    assert send_all_due(now + 2 * DAY) == 1
    assert send_all_due(now + 2 * DAY) == 0
    assert send_all_due(now + 2 * DAY + HOUR) == 0
    assert send_all_due(now + 3 * DAY) == 0
    [letter] = letters()
    assert "Loket tutup Jumat" in letter.subject
    assert "/kabar/loket-tutup-jumat" in letter.body


def test_a_letter_holds_what_was_chosen_here_and_of_these_topics(now: datetime, portal: Any) -> None:
    rw, other = (make_area(name, level="rw", parent=portal.area) for name in ("RW 01", "RW 02"))
    field, elsewhere = make_category("Kesehatan"), make_category("Usaha")
    topic = make_category("Imunisasi", parent=field)
    soon = now + HOUR
    make_news("Untuk semua", at=soon)
    make_news("Sekelurahan", at=soon, areas=[portal.area])
    make_news("RW lain", at=soon, areas=[other])
    make_news("Bidang lain", at=soon, category=elsewhere)
    make_news("Bidang ini", at=soon, category=topic, areas=[rw], shown_until=now + 3 * DAY)
    make_news("Rancangan", at=soon, is_published=False)
    make_news("Sudah lewat", at=soon, shown_until=soon + HOUR)
    make_news("Sebelum daftar", at=now - HOUR)
    subscribed(now, area=rw, topics=[field])
    assert send_all_due(now + DAY) == 1
    [letter] = letters()
    assert "Bidang ini\n" in letter.body
    assert "Sabtu, 21 November 2026, 09.00" in letter.body
    told = ("Untuk semua", "Sekelurahan", "Bidang ini")
    untold = ("RW lain", "Bidang lain", "Rancangan", "Sudah lewat", "Sebelum daftar")
    assert [one in letter.body for one in (*told, *untold)] == [True] * 3 + [False] * 5


def test_activities_answers_and_changes_come_to_whoever_wants_them(now: datetime) -> None:
    since = {"wants_news": False, "told_until": now - 20 * DAY}
    subscribed(now, wants_activities=True, email="a@contoh.id", **since)
    subscribed(now, wants_answers=True, email="b@contoh.id", language="en", **since)
    event = make_event("Cek kesehatan", starts_at=now + 9 * DAY)
    make_event("Konsep", is_published=False)
    released = make_released()
    change = make_improvement()
    assert send_all_due(now + DAY) == 2
    to_a, to_b = letters()
    assert event.title in to_a.body
    assert "Konsep" not in to_a.body
    assert released.public_title not in to_a.body
    assert released.public_title in to_b.body
    assert change.result in to_b.body
    assert f"/en/jawaban/{released.number}" in to_b.body
    assert Event.objects.count() == 2


def test_weekly_letters_go_out_once_in_a_week(now: datetime) -> None:
    """Asked for on a Wednesday: the first on Monday, and on Tuesday where Monday's round was missed."""
    subscribed(now, every="week")
    make_news("Kabar satu", at=now + HOUR)
    assert [send_all_due(now + days * DAY) for days in (1, 4, 5, 6, 7)] == [0, 0, 1, 0, 0]
    make_news("Kabar dua", at=now + 8 * DAY)
    assert [send_all_due(now + days * DAY) for days in (11, 13, 14)] == [0, 1, 0]


def test_a_letter_leads_out_with_one_press_and_leaving_erases_everything(
    client: Client, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    one = subscribed(now)
    make_news(at=now + HOUR)
    send_all_due(now + DAY)
    [letter] = letters()
    letter.send(now + DAY)
    [sent] = mail.outbox
    address = re.fullmatch("<(https?://.+)>", sent.extra_headers["List-Unsubscribe"])[1]  # type: ignore[index]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in sent.body
    letter.refresh_from_db()
    assert (letter.to, letter.body, letter.headers) == ("", "", "")
    queue_mail(to=ADDRESS, subject="Lain", body="Belum terkirim", key=f"subscribe:{one.pk}:besok")
    path = "/langganan/" + address.partition("/langganan/")[2]
    assert client.get(path).status_code == 200
    assert Subscription.objects.exists()
    # As a mail program presses: no cookie, no token, only what RFC 8058 says.
    program = Client(enforce_csrf_checks=True)
    for _press in range(2):
        assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert not letters()


@pytest.mark.any_engine
def test_headers_of_a_mail_are_one_line_each() -> None:
    with pytest.raises(ValueError, match="one line"):
        queue_mail(to=ADDRESS, subject="a", body="b", key="c", headers={"List-Id": "a\r\nBcc: x@contoh.id"})


@pytest.mark.any_engine
def test_a_thousand_subscribers_cost_no_more_questions_about_what_is_new(now: datetime) -> None:
    """What is new is asked once for each language, whoever it is for."""

    def asked(number: int) -> int:
        for n in range(number):
            subscribed(now, email=f"warga{Subscription.objects.count()}{n}@contoh.id")
        with CaptureQueriesContext(connection) as queries:
            send_all_due(now + DAY)
        return sum('"services_news"."text"' in one["sql"] for one in queries)

    make_news(at=now + HOUR)
    assert asked(1) == asked(5) == 2
