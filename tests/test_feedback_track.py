"""Following a case: by its number how far it is, with the secret everything, and the same for all who guess."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import following
from feedback.models import Rating, Submission
from portal.shared import receipt, slowing
from portal.shared.slowing import Bucket
from tests.builders import make_organization, make_released, make_submission
from tests.photos import make_photo_row

pytestmark = pytest.mark.django_db
KEY = "kunci-warga"
SECRET = receipt.secret_from(KEY)
WRONG = receipt.secret_from("another")
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."


def look(client: Client, number: str, secret: str = "", **more: Any) -> Any:
    return client.post(reverse("feedback:track"), {"number": number, "secret": secret}, **more)


def opened(case: Submission, key: str = KEY) -> Client:
    client = Client()
    assert look(client, case.number, receipt.secret_from(key)).status_code == 302
    return client


def test_number_and_secret_open_the_case_and_leave_the_secret_nowhere() -> None:
    case = make_submission(form_key=KEY, contact={"name": "Warga contoh"})
    client = Client()
    # As hurried hands write them.
    answer = look(client, f" {case.number.lower().replace('-', ' ')}", SECRET.lower().replace("-", ""))
    assert answer.url == reverse("feedback:case")
    cookie = answer.cookies["case"]
    assert cookie["httponly"]
    assert int(cookie["max-age"]) == 1800
    assert SECRET not in cookie.value
    page = client.get(answer.url)
    assert STORY in page.content.decode()
    assert "Warga contoh" not in page.content.decode()
    assert SECRET not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("mark", ["", "x", "WzEsMl0:abc:def", "[]"])
def test_without_having_opened_it_nothing_opens(mark: str) -> None:
    case = make_submission(form_key=KEY)
    photo = make_photo_row(case)
    client = Client()
    client.cookies["case"] = mark
    for name in (
        "case",
        "case_message",
        "case_rating",
        "case_contact",
        "case_copy",
        "case_all",
        "case_erase",
    ):
        for answer in (client.get(reverse(f"feedback:{name}")), client.post(reverse(f"feedback:{name}"))):
            assert answer.status_code in {302, 405}, name
            assert answer.get("Location", reverse("feedback:track")) == reverse("feedback:track")
    assert client.get(reverse("feedback:case_photo", args=[photo.pk])).status_code == 302


def test_the_cookie_dies_with_time_and_with_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_submission(form_key=KEY)
    client = opened(case)
    assert client.get(reverse("feedback:case")).status_code == 200
    Submission.objects.filter(pk=case.pk).update(secret_hash="0" * 64)
    assert client.get(reverse("feedback:case")).status_code == 302
    client = opened(make_submission(form_key="k2"), "k2")
    monkeypatch.setattr(following, "OPEN_FOR", timedelta(seconds=-1))
    assert client.get(reverse("feedback:case")).status_code == 302


def test_nobody_sees_another_ones_photo() -> None:
    other = make_photo_row(make_submission())
    assert (
        opened(make_submission(form_key=KEY)).get(reverse("feedback:case_photo", args=[other.pk])).status_code
        == 404
    )


def test_a_wrong_secret_and_an_unknown_number_are_the_same_answer_and_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = make_submission(form_key=KEY)
    unknown = receipt.written_number("2611ZZZZZZ")
    hashes: list[str] = []
    kept = receipt.keyed_hash

    def counted(salt: str, value: str) -> str:
        hashes.append(salt)
        return kept(salt, value)

    monkeypatch.setattr(receipt, "keyed_hash", counted)
    # What the first visitor makes once, a bucket and the portal's own rows, is made.
    look(Client(), unknown, WRONG)
    Bucket.objects.exclude(key_hash=slowing.key_of("track", "127.0.0.1")).delete()
    seen = []
    for number in (case.number, unknown):
        hashes.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = look(Client(), number, WRONG)
        words = page.content.decode().replace(number, "")
        seen.append((page.status_code, words.count("form-control"), len(queries), list(hashes)))
        assert "pos ronda" not in words
    assert seen[0] == seen[1]
    assert "feedback.receipt.stored" in seen[0][3]


def test_the_number_alone_tells_how_far_it_is_and_nothing_of_the_story() -> None:
    case = make_submission(status="assigned", unit=make_organization("Seksi Prasarana"))
    page = look(Client(), case.number)
    words = page.content.decode()
    assert page.status_code == 200
    assert "Seksi Prasarana" in words
    assert "pos ronda" not in words
    assert not page.cookies


def test_the_number_alone_shows_released_words() -> None:
    case = make_released("Lampu jalan mati", form_key=KEY)
    words = look(Client(), case.number).content.decode()
    assert "Lampu jalan mati" in words
    assert case.get_absolute_url() in words


def test_of_a_confidential_case_the_number_tells_the_status_only() -> None:
    case = make_submission(
        status="assigned", unit=make_organization("Seksi Prasarana"), privacy="confidential"
    )
    words = look(Client(), case.number).content.decode()
    assert str(case.public_status) in words
    assert "Seksi Prasarana" not in words
    assert "timeline" not in words


def test_lateness_is_said_plainly_with_who_has_it() -> None:
    case = make_submission(status="assigned", unit=make_organization("Seksi Prasarana"), form_key=KEY)
    Submission.objects.filter(pk=case.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    words = opened(case).get("/en/lacak/kiriman/").content.decode()
    assert "and are late. It is with Seksi Prasarana" in words


def test_a_message_sent_twice_is_one_and_lets_the_clock_run_again() -> None:
    case = make_submission(status="waiting", form_key=KEY)
    client = opened(case)
    key = client.get(reverse("feedback:case")).context["message_form"].initial["form_key"]
    for _time in range(2):
        answer = client.post(reverse("feedback:case_message"), {"text": "Gang Mawar.", "form_key": key})
        assert answer.status_code == 302
    case.refresh_from_db()
    assert case.status != "waiting"
    assert case.messages.filter(side="resident").count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_a_message_that_cannot_be_taken_comes_back_as_typed(text: str) -> None:
    case = make_submission(form_key=KEY)
    page = opened(case).post(reverse("feedback:case_message"), {"text": text, "form_key": "k"})
    assert page.status_code == 200
    assert text.strip() in page.content.decode()
    assert "field__error" in page.content.decode()
    assert not case.messages.exists()


def test_an_old_page_keeps_what_was_typed() -> None:
    case = make_submission(form_key=KEY)
    client = opened(case)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    page = strict.post(reverse("feedback:case_message"), {"text": "Gang Mawar.", "form_key": "k"})
    assert "Gang Mawar." in page.content.decode()
    assert not case.messages.exists()


def test_not_yet_opens_it_again_and_settled_ends_it() -> None:
    case = make_submission(status="answered", form_key=KEY)
    client = opened(case)
    for _time in range(2):
        assert (
            client.post(
                reverse("feedback:case_rating"), {"verdict": "not", "words": "Masih mati."}
            ).status_code
            == 302
        )
    case.refresh_from_db()
    assert (case.status, case.reopened_count) == ("reopened", 1)
    case.answer("Sudah diganti lagi.", by=None)
    client.post(reverse("feedback:case_rating"), {"verdict": "solved"})
    case.refresh_from_db()
    assert case.status == "settled"
    assert list(Rating.objects.order_by("pk").values_list("verdict", flat=True)) == ["not", "solved"]


def test_it_came_back_after_it_was_settled() -> None:
    case = make_submission(status="answered", form_key=KEY, at=timezone.now())
    client = opened(case)
    client.post(reverse("feedback:case_rating"), {"verdict": "solved"})
    assert client.get(reverse("feedback:case")).context["may_say_again"]
    for _time in range(2):
        client.post(reverse("feedback:case_rating"), {"verdict": "not", "words": "Mati lagi."})
    case.refresh_from_db()
    assert (case.status, case.reopened_count) == ("reopened", 1)


def test_long_ago_is_too_long_ago() -> None:
    case = make_submission(status="settled", form_key=KEY)
    Submission.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=61))
    client = opened(case)
    assert not client.get(reverse("feedback:case")).context["may_say_again"]


def test_a_case_still_open_is_not_rated() -> None:
    case = make_submission(status="assigned", unit=make_organization(), form_key=KEY)
    client = opened(case)
    assert "id_words" not in client.get(reverse("feedback:case")).content.decode()
    assert client.post(reverse("feedback:case_rating"), {"verdict": "solved"}).status_code == 302
    assert client.post(reverse("feedback:case_rating"), {"verdict": "splendid"}).status_code == 200
    case.refresh_from_db()
    assert case.status == "assigned"
    assert not Rating.objects.exists()


def test_whoever_told_the_same_follows_the_common_case_without_its_words() -> None:
    main = make_submission("Rahasia Budi di gang 4.", status="assigned", unit=make_organization())
    case = make_submission(form_key=KEY)
    case.join(main, by=None)
    main.note("Catatan dalam.", by=None)
    main.refresh_from_db()
    main.answer("Lampunya sudah diganti.", by=None)
    client = opened(case)
    words = client.get(reverse("feedback:case")).content.decode()
    assert "Lampunya sudah diganti." in words
    assert "Rahasia Budi" not in words
    assert "Catatan dalam" not in words
    client.post(reverse("feedback:case_rating"), {"verdict": "not", "words": "Masih gelap."})
    main.refresh_from_db()
    assert main.status == "reopened"


def test_closing_it_on_a_shared_phone() -> None:
    client = opened(make_submission(form_key=KEY))
    client.post(reverse("feedback:case_close"))
    assert client.get(reverse("feedback:case")).status_code == 302


def test_too_many_guesses_of_one_secret_wait_and_then_go_on() -> None:
    case = make_submission(form_key=KEY)
    tries = slowing.SIZES["secret"].drops
    statuses = [look(Client(), case.number, WRONG).status_code for _ in range(tries + 1)]
    assert statuses == [200] * tries + [429]
    waiting = look(Client(), case.number, SECRET)
    assert waiting.status_code == 429
    assert 0 < int(waiting["Retry-After"]) <= 180
    # The number alone, and other cases, are open to everybody as before.
    assert look(Client(), case.number).status_code == 200
    other = make_submission(form_key="k2")
    assert look(Client(), other.number, receipt.secret_from("k2")).status_code == 302
    Bucket.objects.update(empty_at=timezone.now())
    assert look(Client(), case.number, SECRET).status_code == 302


def test_a_stranger_who_guesses_from_elsewhere_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_submission(form_key=KEY)
    tries = slowing.SIZES["secret"].drops
    # As many as all places together may: what has to wait is not counted against the number.
    monkeypatch.setitem(slowing.SIZES, "number", slowing.Size(tries + 1, timedelta(hours=1)))
    flood = [look(Client(), case.number, WRONG, REMOTE_ADDR="203.0.113.9") for _ in range(3 * tries)]
    assert [answer.status_code for answer in flood] == [200] * tries + [429] * 2 * tries
    assert look(Client(), case.number, SECRET, REMOTE_ADDR="198.51.100.4").status_code == 302


def test_guesses_from_very_many_places_wait_together(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_submission(form_key=KEY)
    monkeypatch.setitem(slowing.SIZES, "number", slowing.Size(3, timedelta(hours=1)))
    guesses = [look(Client(), case.number, WRONG, REMOTE_ADDR=f"203.0.113.{last}") for last in range(4)]
    assert [answer.status_code for answer in guesses] == [200] * 3 + [429]
    assert look(Client(), case.number).status_code == 200


@pytest.mark.parametrize(
    "number", ["", "x", "2611-000000", "2611-7K4MX2-Z", "9" * 500, "\x00", "😀" * 10, "' OR 1=1 --"]
)
@pytest.mark.parametrize("secret", ["", "ABCD", "\x00", "é" * 100])
def test_whatever_is_typed_comes_back_in_words(number: str, secret: str) -> None:
    page = look(Client(), number, secret)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_nothing_is_sent_by_looking() -> None:
    opened(make_submission(form_key=KEY)).get(reverse("feedback:case"))
    assert not mail.outbox
