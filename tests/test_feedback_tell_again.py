"""Going back, coming late and pressing again while telling: nothing is lost, doubled, or shown where it may be read."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from feedback import drafting, spam
from feedback.kinds import CARDS
from feedback.models import Draft, Submission
from tests.builders import make_location, make_portal, make_submission

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-18T09:00:00+07:00")
STORY = "Lampu jalan di depan pos ronda\r\nmati sejak Senin."
KIND, TALE, PLACE, SEND = "/suara/", "/suara/cerita/", "/suara/tempat/", "/suara/kirim/"
RECEIPT, SAVED, CLOSE = "/suara/tanda-terima/", "/suara/tersimpan/", "/suara/tutup/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone() -> Client:
    make_portal()
    return Client()


def begin(phone: Client, kind: str = "complaint", **story: Any) -> None:
    stamp = {"stamp": spam.stamp(NOW - timedelta(minutes=1))}
    assert phone.post(KIND, {"kind": kind} | stamp)["Location"] == TALE
    assert phone.post(TALE, {"story": STORY} | stamp | story)["Location"] == PLACE


def send(phone: Client, **answers: Any) -> Submission:
    stamp = {"stamp": spam.stamp(NOW)}
    assert phone.post(SEND, stamp | answers)["Location"] == RECEIPT
    return Submission.objects.latest("pk")


@pytest.mark.parametrize("kind", [card.kind.value for card in CARDS])
def test_every_kind_is_told_and_sent(phone: Client, kind: str) -> None:
    begin(phone, kind)
    case = send(phone)
    assert (case.kind, case.suspicion, case.is_about_staff) == (kind, "", False)
    page = phone.get(RECEIPT).content.decode()
    assert case.number in page


@pytest.mark.parametrize("page", [TALE, PLACE, SEND])
def test_a_page_found_by_going_back_after_sending_leads_to_the_receipt(phone: Client, page: str) -> None:
    begin(phone)
    case = send(phone)
    assert phone.post(page, {"story": STORY.replace("\r\n", "\n")})["Location"] == RECEIPT
    assert phone.get(page)["Location"] == RECEIPT
    assert Submission.objects.get() == case


def test_other_words_after_sending_are_another_story(phone: Client) -> None:
    begin(phone)
    first = send(phone)
    assert phone.post(TALE, {"story": "Terima kasih, sudah menyala."})["Location"] == PLACE
    second = send(phone)
    assert (Submission.objects.count(), second.kind) == (2, "undecided")
    assert second.story != first.story


def test_a_story_a_day_old_is_erased_and_the_one_just_typed_is_kept(phone: Client, clock: Any) -> None:
    begin(phone)
    clock.move_to(NOW + timedelta(hours=24))
    assert phone.post(PLACE, {"rw": "5"})["Location"] == KIND
    assert phone.post(TALE, {"story": "Lampu masih mati."})["Location"] == PLACE
    assert "Lampu masih mati." in phone.get(SEND).content.decode()


def test_every_page_begins_the_day_anew(phone: Client, clock: Any) -> None:
    begin(phone)
    clock.move_to(NOW + timedelta(hours=23, minutes=59))
    phone.post(PLACE, {"rw": "5"})
    clock.move_to(NOW + timedelta(hours=47))
    assert phone.get(SEND).status_code == 200


def test_the_receipt_is_shown_for_a_day(phone: Client, clock: Any) -> None:
    begin(phone)
    send(phone)
    clock.move_to(NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert phone.get(RECEIPT).status_code == 200
    clock.move_to(NOW + timedelta(hours=24))
    assert phone.get(RECEIPT)["Location"] == "/lacak/"


def test_a_receipt_that_was_closed_is_shown_to_nobody_at_this_phone(phone: Client) -> None:
    begin(phone)
    case = send(phone)
    button = f'<form method="post" action="{CLOSE}"><input type="hidden" name="csrfmiddlewaretoken"'
    assert button in phone.get(RECEIPT).content.decode()
    for _time in range(2):
        assert phone.post(CLOSE)["Location"] == "/"
    assert not phone.cookies["draft"].value
    assert phone.get(RECEIPT)["Location"] == "/lacak/"
    assert phone.get(CLOSE).status_code == 405
    assert Submission.objects.get() == case


def test_closing_an_old_receipt_leaves_what_was_begun_since(phone: Client) -> None:
    begin(phone)
    send(phone)
    begin(phone)
    assert phone.post(CLOSE)["Location"] == "/"
    assert "mati sejak Senin." in phone.get(TALE).content.decode()


def test_no_other_site_closes_a_receipt() -> None:
    make_portal()
    phone = Client()
    begin(phone)
    send(phone)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = phone.cookies
    assert strict.post(CLOSE).status_code == 403
    assert strict.get(RECEIPT).status_code == 200


def test_a_story_too_long_is_kept_whole_and_not_sent(phone: Client) -> None:
    begin(phone)
    long = f"{'panjang ' * 6_000}akhir"
    answer = phone.post(TALE, {"story": long})
    assert answer.context["form"].has_error("story", "max_length")
    assert long in answer.content.decode()
    assert phone.post(TALE, {"story": long, "simpan": "1"})["Location"] == SAVED
    # Not by going round the page either.
    assert phone.get(SEND)["Location"] == TALE
    assert phone.post(SEND, {})["Location"] == TALE
    assert long in phone.get(TALE).content.decode()
    assert phone.post(TALE, {"story": "x" * 10_000})["Location"] == PLACE


def test_pages_in_the_wrong_order_lead_to_the_first_unanswered(phone: Client) -> None:
    for page in (TALE, PLACE, SEND):
        assert phone.get(page)["Location"] == KIND
        assert phone.post(page, {})["Location"] == KIND
    assert phone.get(SAVED)["Location"] == KIND
    phone.post(KIND, {"kind": "question"})
    for page in (PLACE, SEND):
        assert phone.get(page)["Location"] == TALE
    assert phone.post(KIND, {"kind": "correction"}).context["form"].has_error("kind")
    assert phone.post(KIND, {}).context["form"].has_error("kind", "required")


def test_another_kind_chosen_on_going_back_keeps_the_story(phone: Client) -> None:
    begin(phone, is_about_staff="on")
    assert phone.post(f"{KIND}?ubah=1", {"kind": "suggestion"})["Location"] == TALE
    phone.post(PLACE, {})
    assert phone.post(f"{KIND}?ubah=1", {"kind": "appreciation"})["Location"] == SEND
    case = send(phone)
    # Thanks are nobody's misconduct, whatever was ticked while it was a complaint.
    assert (case.kind, case.is_about_staff) == ("appreciation", False)
    assert case.story == STORY


def test_a_form_from_elsewhere_begins_and_overwrites_nothing() -> None:
    make_portal()
    phone = Client(enforce_csrf_checks=True)
    answer = phone.post(TALE, {"story": STORY})
    assert answer.status_code == 200
    assert "mati sejak Senin." in answer.content.decode()
    assert not Draft.objects.exists()
    assert "draft" not in {name for name in answer.cookies if answer.cookies[name].value} - {"csrftoken"}
    token = {"csrfmiddlewaretoken": phone.cookies["csrftoken"].value}
    assert phone.post(TALE, {"story": STORY} | token)["Location"] == PLACE
    assert phone.post("/suara/hapus/", {}).status_code == 403
    assert Draft.objects.exists()


def test_a_place_is_told_with_the_story(phone: Client) -> None:
    place = make_location("Taman Contoh")
    phone.post(f"{KIND}?tempat={place.slug}", {"kind": "defect_report", "is_about": "on"})
    phone.post(TALE, {"story": STORY})
    assert "Taman Contoh" in phone.get(SEND).content.decode()
    assert send(phone).location == place


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"rt": "rt.7", "rw": "RW 012"}, {"rt": "07", "rw": "12"}),
        ({"rt": "999", "rw": "001"}, {"rt": "999", "rw": "01"}),
        (
            {"point": "https://peta.contoh/@-6.30310,106.84600,17z"},
            {"latitude": -6.3031, "longitude": 106.846},
        ),
        ({"point": "-6,3031; 106,8460"}, {"latitude": -6.3031, "longitude": 106.846}),
        ({"point": "-90.00, 180.00"}, {"latitude": -90, "longitude": 180}),
        ({"when": "today"}, {"happened_on": NOW.date()}),
        ({"when": "date", "day": "2026-11-18"}, {"happened_on": NOW.date()}),
        ({"day": "17/11/2026"}, {"happened_on": NOW.date() - timedelta(days=1)}),
        ({"when": "unknown"}, {"happened_on": None, "happened_words": ""}),
        ({"when": "unknown", "day": ""}, {"happened_on": None}),
    ],
)
def test_places_and_days_as_people_write_them(phone: Client, typed: Any, kept: Any) -> None:
    begin(phone)
    assert phone.post(PLACE, typed)["Location"] == SEND
    case = send(phone)
    case.refresh_from_db()
    found = {name: getattr(case, name) for name in kept}
    assert {name: float(one) if name.endswith("tude") else one for name, one in found.items()} == kept


@pytest.mark.parametrize(
    ("phone_number", "is_taken"),
    [("081234567", True), ("08123456", False), ("+628123456789012", True), ("+6281234567890123", False)],
)
def test_the_shortest_and_the_longest_number(phone: Client, phone_number: str, is_taken: bool) -> None:
    begin(phone)
    assert (phone.post(SEND, {"phone": phone_number}).status_code == 302) == is_taken


@pytest.mark.parametrize(("seconds", "signs"), [(3, spam.TOO_FAST), (4, "")])
def test_faster_than_anybody_reads(phone: Client, seconds: int, signs: str) -> None:
    begin(phone, stamp=spam.stamp(NOW - timedelta(seconds=seconds)))
    assert send(phone, stamp=spam.stamp(NOW)).suspicion == signs


@pytest.mark.parametrize(("hours", "is_told"), [(72, False), (71, True)])
def test_the_same_words_of_long_ago_are_no_sign(phone: Client, hours: int, is_told: bool) -> None:
    make_submission(STORY, at=NOW - timedelta(hours=hours))
    begin(phone)
    assert ("same words" in send(phone).suspicion) == is_told


def test_nothing_secret_in_an_address_or_a_log(phone: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    begin(phone)
    # A first try that is wrong, then the good one; all addresses it leads through.
    phone.post(SEND, {"email": "tuti"})
    case = send(phone, email="tuti@contoh.id", wish="email")
    shown = phone.get(RECEIPT)
    secret, key = shown.context["secret"], phone.cookies["draft"].value
    logged = " ".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )
    for word in (secret, key, "tuti@contoh.id", "pos ronda", case.secret_hash):
        assert word not in logged
    page = shown.content.decode()
    assert key not in page
    # Once to read, and once behind “#”, which no server is sent.
    assert page.count(secret) == 2
    assert f"#{case.number}.{secret}" in page
    assert f"={secret}" not in page


def test_what_is_left_on_the_last_page_stands_before_what_was_told(phone: Client) -> None:
    begin(phone)
    page = re.sub(r'data-told="[^"]*"', "", phone.post(SEND, {"wish": "email"}).content.decode())
    assert page.index('href="#id_email"') < page.index("mati sejak Senin.")
    assert page.count("mati sejak Senin.") == 1


def test_of_two_pages_open_at_once_neither_overwrites_the_other_unseen(phone: Client, clock: Any) -> None:
    begin(phone)
    early = {"stamp": spam.stamp(NOW)}
    clock.move_to(NOW + timedelta(minutes=1))
    # The same page pressed again, and again with other words, is no second page.
    assert phone.post(TALE, early | {"story": STORY})["Location"] == PLACE
    assert phone.post(TALE, early | {"story": "Sudah seminggu."})["Location"] == PLACE
    other = {"stamp": spam.stamp(NOW - timedelta(seconds=5))}
    answer = phone.post(TALE, other | {"story": "Kata-kata saya."})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Kata-kata saya.</textarea>" in page
    assert "<dd>Sudah seminggu.</dd>" in page
    assert 'id="errors"' in page
    # The same words are no quarrel; seen and sent again, the last word counts.
    assert phone.post(TALE, other | {"story": "Sudah seminggu. "})["Location"] == PLACE
    seen = {"stamp": answer.context["form"].data["stamp"]}
    assert phone.post(TALE, seen | {"story": "Kata-kata saya."})["Location"] == PLACE
    assert phone.post(PLACE, early | {"rw": "5", "when": "today"})["Location"] == SEND
    answer = phone.post(PLACE, other | {"rw": "6"})
    assert "<dd>5</dd>" in answer.content.decode()
    # What is sent is what the last page showed.
    answer = phone.post(SEND, {"stamp": spam.stamp(NOW)})
    assert answer.status_code == 200
    assert not Submission.objects.exists()
    assert phone.post(SEND, {"stamp": answer.context["form"].data["stamp"]})["Location"] == RECEIPT
    case = Submission.objects.get()
    assert (case.story, case.rw) == ("Kata-kata saya.", "05")


def test_two_pages_opened_within_one_second_are_two(phone: Client, clock: Any) -> None:
    begin(phone)
    one, other = ({"stamp": spam.stamp(NOW + timedelta(milliseconds=part))} for part in (100, 600))
    clock.move_to(NOW + timedelta(minutes=1))
    assert phone.post(TALE, one | {"story": "Sudah seminggu."})["Location"] == PLACE
    answer = phone.post(TALE, other | {"story": "Kata-kata saya."})
    assert answer.status_code == 200
    assert "<dd>Sudah seminggu.</dd>" in answer.content.decode()


def test_what_two_pages_keep_at_once_is_both_kept() -> None:
    one = drafting.begin(NOW)
    other = drafting.Kept(Draft.objects.get(), one.key)
    one.keep("story", {"story": STORY}, NOW)
    other.keep("place", {"rw": "5"}, NOW)
    kept = Draft.objects.get().data
    assert (kept["story"], kept["place"]) == ({"story": STORY}, {"rw": "5"})
