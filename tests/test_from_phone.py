"""What a phone kept without signal: one case however often it is sent, its receipt, and nothing for foreign pages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from feedback import spam
from feedback.models import Contact, Draft, Photo, Submission
from portal.shared import receipt, slowing
from tests.builders import make_portal, make_service
from tests.photos import another, upload

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-18T09:00:00+07:00")
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."
PAGE, SENDING, RECEIPT = "/suara/di-hp/", "/suara/dari-hp/", "/suara/dari-hp/tanda-terima/"
KEY = "a" * 31 + "_"
OURS = {"X-Form-Key": "yes"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone() -> Client:
    make_portal()
    return Client()


def send(client: Client, address: str = SENDING, *, key: str = KEY, **fields: Any) -> Any:
    told = {"form_key": key, "kind": "defect_report", "story": STORY, "age": "30"}
    return client.post(address, told | fields, headers=OURS)


def test_a_kept_story_with_photos_becomes_one_case_and_keeps_its_receipt(phone: Client) -> None:
    service = make_service("Mengurus KTP")
    answers = {
        "place_words": "Gang Mawar",
        "rw": "RW 5",
        "rt": "3",
        "privacy": "confidential",
        "is_about": "on",
    }
    more: dict[str, Any] = {
        "layanan": service.slug,
        "dari": "flyer",
        "wish": "email",
        "email": "tuti@contoh.id",
    }
    sent = send(phone, photos=[upload(), another(0)], **answers, **more)
    assert sent.status_code == 201, sent.content
    assert sent.headers["Cache-Control"] == "no-store"
    assert not sent.cookies
    case = Submission.objects.get()
    assert sent.json() == {"number": case.number}
    assert (case.kind, case.story, case.place_words, case.rw, case.rt) == (
        "defect_report",
        STORY,
        "Gang Mawar",
        "05",
        "03",
    )
    assert (case.privacy, case.channel, case.language) == ("confidential", "portal", "id")
    assert (case.service, case.heard_from, case.suspicion) == (service, "flyer", "")
    assert case.photos.count() == 2
    assert Contact.objects.get().email == "tuti@contoh.id"
    # The answer was lost: the same again brings the same, and leaves nothing behind.
    again = send(phone, photos=[upload(), another(0)], **answers, **more)
    assert (again.status_code, again.json()) == (200, sent.json())
    assert (Submission.objects.count(), Photo.objects.count(), Draft.objects.count()) == (1, 2, 0)


def test_the_receipt_is_opened_days_later_and_shown_like_every_other(phone: Client, clock: Any) -> None:
    number = send(phone).json()["number"]
    clock.shift(timedelta(days=5))
    opened = phone.post(RECEIPT, {"form_key": KEY}, headers=OURS)
    assert opened.json() == {"next": "/suara/tanda-terima/"}
    shown = phone.get("/suara/tanda-terima/")
    assert (shown.context["submission"].number, shown.context["secret"]) == (number, receipt.secret_from(KEY))
    clock.shift(timedelta(hours=25))
    assert phone.get("/suara/tanda-terima/").status_code == 302
    assert phone.post(RECEIPT, {"form_key": KEY}, headers=OURS).json()["next"] == "/suara/tanda-terima/"
    clock.shift(timedelta(days=30))
    other = Client().post(f"/en{RECEIPT}", {"form_key": KEY}, headers=OURS)
    assert other.json() == {"next": "/en/lacak/"}
    assert not other.cookies


def test_a_receipt_never_takes_the_place_of_an_unfinished_story(phone: Client) -> None:
    number = send(phone).json()["number"]
    phone.post("/suara/", {"kind": "complaint", "stamp": spam.stamp(NOW)})
    phone.post("/suara/cerita/", {"story": "Belum selesai", "stamp": spam.stamp(NOW)})
    before = phone.cookies["draft"].value
    opened = phone.post(RECEIPT, {"form_key": KEY}, headers=OURS)
    assert opened.json() == {"next": f"/lacak/#{number}.{receipt.secret_from(KEY)}"}
    assert phone.cookies["draft"].value == before


def test_what_is_left_to_do_comes_back_in_words_and_leaves_nothing(phone: Client) -> None:
    wrong = send(phone, story=" ", kind="lain", rw="lima", wish="email", phone="08")
    assert wrong.status_code == 422
    assert set(wrong.json()["problems"]) == {"kind", "story", "rw", "phone", "email"}
    many = send(phone, photos=[upload() for _ in range(4)])
    broken = send(phone, photos=[upload(), upload(content=b"bukan foto")])
    assert (many.status_code, list(many.json()["problems"])) == (422, ["photos"])
    assert (broken.status_code, list(broken.json()["problems"])) == (422, ["photos"])
    assert (Submission.objects.count(), Photo.objects.count(), Draft.objects.count()) == (0, 0, 0)


def test_yesterday_is_the_day_before_it_was_written(phone: Client) -> None:
    send(phone, when="yesterday", age=str(3 * 86_400))
    assert str(Submission.objects.get().happened_on) == "2026-11-14"
    # A clock that was set meanwhile claims no more than a phone keeps; what is no number is now.
    send(phone, key="b" * 32, when="today", age="99999999")
    send(phone, key="c" * 32, when="today", age="-5")
    send(phone, key="d" * 32, when="today", age="٣")
    days = Submission.objects.order_by("pk").values_list("happened_on", flat=True)
    assert list(map(str, days))[1:] == ["2026-11-04", "2026-11-18", "2026-11-18"]


def test_a_story_written_after_its_form_was_sent_is_never_swallowed(phone: Client, clock: Any) -> None:
    send(phone)
    clock.shift(timedelta(minutes=10))
    assert send(phone, story="Cerita lain sama sekali.", age="60").status_code == 409
    # Written before that, it is an earlier wording of what arrived.
    assert send(phone, story="Lampu jalan mati", age="900").status_code == 200
    assert send(phone, story=f" {STORY}\r\n", age="0").status_code == 200
    assert Submission.objects.count() == 1


def test_a_form_of_the_wizard_kept_on_the_phone_is_the_same_form(phone: Client) -> None:
    stamp = {"stamp": spam.stamp(NOW - timedelta(minutes=1))}
    phone.post("/suara/", stamp | {"kind": "complaint"})
    phone.post("/suara/cerita/", stamp | {"story": STORY, "photos": [upload()]})
    page = phone.get("/suara/tempat/").content.decode()
    key = phone.cookies["draft"].value
    assert f'data-key="{key}"' in page
    assert "Lampu jalan di depan pos ronda" in page
    # The line is cut, the phone keeps and sends it: the photo the wizard had is not lost.
    assert send(phone, key=key).status_code == 201
    case = Submission.objects.get()
    assert case.photos.count() == 1
    assert phone.get("/suara/tanda-terima/").context["submission"] == case
    assert send(phone, key=key, photos=[upload()]).status_code == 200
    assert (Submission.objects.count(), Photo.objects.count()) == (1, 1)


def test_the_script_is_told_the_next_page_and_the_cookie_comes_along(phone: Client) -> None:
    step = {"X-Step": "yes"}
    told = phone.post("/en/suara/", {"kind": "complaint"}, headers=step)
    assert (told.status_code, told.json()) == (200, {"next": "/en/suara/cerita/"})
    assert told.cookies["draft"].value
    wrong = phone.post("/en/suara/cerita/", {"story": ""}, headers=step)
    assert wrong.headers["Content-Type"].startswith("text/html")


@pytest.mark.any_engine
def test_foreign_pages_and_broken_keys_are_turned_away(phone: Client) -> None:
    for address in (SENDING, RECEIPT):
        assert phone.get(address, headers=OURS).status_code == 405
        assert phone.post(address, {"form_key": KEY, "story": STORY}).status_code == 403
        for key in ("", "a" * 31, "a" * 33, "ä" * 32, "a" * 31 + "\n"):
            assert phone.post(address, {"form_key": key, "story": STORY}, headers=OURS).status_code == 400
        preflight = phone.options(address, headers={"Origin": "https://lain.example"})
        assert "Access-Control-Allow-Origin" not in preflight.headers
    assert not Submission.objects.exists()


def test_programs_are_looked_at_twice_and_floods_wait_on_the_phone(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(slowing.SIZES, "phone", slowing.Size(2, timedelta(hours=1)))
    send(phone, website="https://contoh.example")
    assert spam.TRAPPED in Submission.objects.get().suspicion
    send(phone, f"/en{SENDING}", key="b" * 32)
    assert Submission.objects.order_by("pk").last().language == "en"
    waits = send(phone, key="c" * 32)
    assert waits.status_code == 429
    assert int(waits.headers["Retry-After"]) > 0
    # Whoever asks for what arrived does not wait.
    assert send(phone, key="b" * 32).status_code == 200
    assert Submission.objects.count() == 2


@pytest.mark.any_engine
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_is_the_same_for_everybody_and_holds_no_token(phone: Client, language: str) -> None:
    page = phone.get(language + PAGE)
    assert page.headers["Cache-Control"].startswith("public")
    html = page.content.decode()
    assert "csrf" not in html
    assert 'method="post"' not in html
    assert 'name="story"' in html


@pytest.mark.django_db(transaction=True)
def test_sent_by_several_tabs_at_once_it_is_one_case_with_its_photo_once() -> None:
    make_portal()
    barrier, found = Barrier(3), []

    def press() -> None:
        try:
            barrier.wait(20)
            found.append(send(Client(), photos=[upload()]).json())
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case = Submission.objects.get()
    assert found == [{"number": case.number}] * 3
    assert (case.photos.count(), Photo.objects.count(), Draft.objects.count()) == (1, 1, 0)
