"""Telling in four pages: nothing typed is lost, nothing is sent twice, nobody else at the same phone reads it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client

from feedback import spam
from feedback.forms.tell import StoryForm
from feedback.models import Contact, Draft, Submission
from portal.shared import receipt
from portal.shared.slowing import Bucket
from services.models import Service
from tests.builders import make_portal, make_public_work, make_service, make_submission
from tests.photos import upload

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-18T09:00:00+07:00")
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."
KIND, TALE, PLACE, SEND = "/suara/", "/suara/cerita/", "/suara/tempat/", "/suara/kirim/"
RECEIPT, SAVED, DISCARD = "/suara/tanda-terima/", "/suara/tersimpan/", "/suara/hapus/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone() -> Client:
    make_portal(whatsapp="0812 0000 0000")
    return Client()


def follow(phone: Client, address: str, data: dict[str, Any], leads_to: str, **more: Any) -> None:
    answer = phone.post(address, {"stamp": spam.stamp(NOW - timedelta(seconds=30))} | data, **more)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    assert answer["Location"] == leads_to


def tell_until_the_end(phone: Client, kind: str = "complaint", **story: Any) -> None:
    follow(phone, KIND, {"kind": kind}, TALE)
    follow(phone, TALE, {"story": STORY} | story, PLACE)
    follow(phone, PLACE, {"place_words": "Gang Mawar", "rt": "3", "rw": "RW 5", "when": "yesterday"}, SEND)


def codes(phone: Client) -> tuple[str, str]:
    """Number and secret as the receipt shows them."""
    context = phone.get(RECEIPT).context
    return context["submission"].number, context["secret"]


# The way through ------------------------------------------------------------------------------------------


def test_four_pages_make_one_case_and_a_receipt(phone: Client) -> None:
    service = make_service("Mengurus KTP")
    page = phone.get(f"/layanan/{service.slug}/").content.decode()
    assert f"/suara/?jenis=complaint&amp;layanan={service.slug}" in page
    prefilled = f"{KIND}?jenis=complaint&layanan={service.slug}"
    shown = phone.get(prefilled)
    assert shown.headers["Cache-Control"] == "no-store"
    assert not shown.cookies.get("draft")
    assert str(service) in shown.content.decode()
    follow(phone, prefilled, {"kind": "complaint", "is_about": "on"}, TALE)
    follow(phone, TALE, {"story": f"  {STORY} ", "photos": [upload()]}, PLACE)
    follow(phone, PLACE, {"place_words": "Gang Mawar", "rt": "3", "rw": "RW 5", "when": "yesterday"}, SEND)
    summary = phone.get(SEND).content.decode()
    assert STORY in summary
    assert "RT 03" in summary
    follow(phone, SEND, {"privacy": "anonymous", "wish": "none"}, RECEIPT)
    case = Submission.objects.get()
    assert (case.kind, case.privacy, case.channel) == ("complaint", "anonymous", "portal")
    assert (case.story, case.rt, case.rw, case.place_words) == (STORY, "03", "05", "Gang Mawar")
    assert str(case.happened_on) == "2026-11-17"
    assert (case.service, case.suspicion) == (service, "")
    assert case.photos.count() == 1
    number, secret = codes(phone)
    assert number == case.number
    assert receipt.secret_hash(secret) == case.secret_hash
    draft = Draft.objects.get()
    assert (draft.data, draft.submission) == ({}, case)
    assert secret not in str(draft.__dict__) + str(case.__dict__)


def test_a_service_can_be_taken_off_the_story(phone: Client) -> None:
    work = make_public_work()
    prefilled = f"{KIND}?pekerjaan={work.slug}"
    follow(phone, prefilled, {"kind": "defect_report", "is_about": "on"}, TALE)
    follow(phone, TALE, {"story": STORY}, PLACE)
    follow(phone, PLACE, {}, SEND)
    assert str(work) in phone.get(f"{KIND}?ubah=1").content.decode()
    follow(phone, f"{KIND}?ubah=1", {"kind": "defect_report"}, SEND)
    assert Draft.objects.get().data["about"] == {}


@pytest.mark.parametrize(
    "about", ["layanan=tidak-ada", "tempat=%00", "pekerjaan=" + "x" * 300, "jenis=' OR 1"]
)
def test_an_address_that_names_nothing_is_an_empty_beginning(phone: Client, about: str) -> None:
    assert phone.get(f"{KIND}?{about}").status_code in {200, 400}


def test_a_draft_service_is_not_told_by_prefilling(phone: Client) -> None:
    service: Service = make_service("Belum terbit", is_published=False)
    assert "Belum terbit" not in phone.get(f"{KIND}?layanan={service.slug}").content.decode()


def test_every_kind_is_on_the_first_page(phone: Client) -> None:
    page = phone.get("/en/suara/").content.decode()
    for kind in Submission.Kind.values:
        assert (f'value="{kind}"' in page) == (kind != "correction")
    assert "checked" not in page
    assert "lapor.go.id" in page
    assert "PPID" in page


# Once, whatever happens ------------------------------------------------------------------------------------


def test_a_second_press_a_retry_and_a_reload_bring_the_same_receipt(phone: Client) -> None:
    tell_until_the_end(phone)
    follow(phone, SEND, {}, RECEIPT)
    first = codes(phone)
    follow(phone, SEND, {}, RECEIPT)
    assert phone.get(SEND)["Location"] == RECEIPT
    assert codes(phone) == codes(phone) == first
    assert Submission.objects.count() == 1


def test_a_send_that_fails_halfway_leaves_the_draft_and_can_be_repeated(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_until_the_end(phone, photos=[upload()])
    with monkeypatch.context() as broken:
        broken.setattr("feedback.letters.tell_receipt", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            phone.post(SEND, {})
    assert not Submission.objects.exists()
    assert Draft.objects.get().data["story"]["story"] == STORY
    follow(phone, SEND, {}, RECEIPT)
    assert Submission.objects.get().photos.count() == 1


def test_two_cases_of_one_key_are_refused_by_the_database(phone: Client) -> None:
    case = make_submission(form_key="satu")
    case.pk, case.number = None, "2611-XXXXXX-X"
    with pytest.raises(IntegrityError):
        case.save()


def test_the_receipt_is_this_browsers_and_ends_with_it(phone: Client, clock: Any) -> None:
    tell_until_the_end(phone)
    cookie = phone.post(SEND, {}).cookies["draft"]
    # Gone when the browser is closed; never for a script, never sent along from another site.
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"]) == ("", "", True)
    assert cookie["samesite"] == "Lax"
    assert Client().get(RECEIPT)["Location"] == "/lacak/"
    clock.move_to(NOW + timedelta(hours=25))
    assert phone.get(RECEIPT)["Location"] == "/lacak/"


# Nothing typed is lost --------------------------------------------------------------------------------------


def test_a_closed_browser_loses_nothing_for_a_day(phone: Client, clock: Any) -> None:
    tell_until_the_end(phone)
    clock.move_to(NOW + timedelta(hours=23, minutes=59))
    assert STORY in phone.get(TALE).content.decode()
    clock.move_to(NOW + timedelta(hours=24))
    assert phone.get(TALE)["Location"] == KIND


def test_what_is_wrong_is_kept_too(phone: Client) -> None:
    tell_until_the_end(phone)
    answer = phone.post(PLACE, {"place_words": "Gang Melati", "rt": "lima", "point": "di sana"})
    assert answer.status_code == 200
    page = phone.get(PLACE).content.decode()
    assert "Gang Melati" in page
    assert 'value="lima"' in page
    assert 'value="di sana"' in page
    # The last page waits until it is put right.
    assert phone.get(SEND)["Location"] == PLACE


def test_saving_for_later_says_until_when(phone: Client) -> None:
    follow(phone, KIND, {"kind": "suggestion"}, TALE)
    follow(phone, TALE, {"story": "", "simpan": "1"}, SAVED)
    assert "09.00" in phone.get(SAVED).content.decode()


def test_a_photo_that_is_none_keeps_the_story_and_the_good_photos(phone: Client) -> None:
    follow(phone, KIND, {"kind": "complaint"}, TALE)
    files = [upload(), upload(content=b"%PDF-1.7 bukan foto")]
    answer = phone.post(TALE, {"story": STORY, "photos": files})
    assert answer.status_code == 200
    assert answer.context["form"].has_error("photos")
    draft = Draft.objects.get()
    assert draft.data["story"]["story"] == STORY
    assert draft.photos.count() == 1
    address = f"/suara/foto/{draft.photos.get().pk}.jpg"
    assert phone.get(address)["Content-Type"] == "image/jpeg"
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        (KIND, {"kind": "question"}),
        (TALE, {"story": "Cerita baru"}),
        (PLACE, {"rw": "07"}),
        (SEND, {"name": "Bu Contoh"}),
    ],
)
def test_a_page_open_for_too_long_comes_back_filled_with_a_fresh_token(
    address: str, typed: dict[str, str]
) -> None:
    make_portal()
    phone = Client(enforce_csrf_checks=True)
    phone.get(KIND)

    def token() -> dict[str, str]:
        return {"csrfmiddlewaretoken": phone.cookies["csrftoken"].value}

    for step, data in ((KIND, {"kind": "complaint"}), (TALE, {"story": STORY}), (PLACE, {})):
        phone.post(step, data | token())
    old = phone.post(address, typed | {"csrfmiddlewaretoken": "a" * 32})
    assert old.status_code == 200
    page = old.content.decode()
    assert "terbuka terlalu lama" in page or "open for too long" in page
    for name, value in typed.items():
        assert str(old.context["form"][name].value()) == value
    again = phone.post(address, typed | token())
    assert again.status_code == 302


def test_a_story_without_its_draft_begins_a_new_one(phone: Client) -> None:
    follow(phone, TALE, {"story": STORY}, PLACE)
    assert Draft.objects.get().data["story"]["story"] == STORY


# Somebody else at the same phone ----------------------------------------------------------------------------


def test_somebody_else_sees_only_that_something_is_unfinished(phone: Client) -> None:
    tell_until_the_end(phone)
    page = phone.get(KIND).content.decode()
    assert STORY not in page
    assert "Gang Mawar" not in page
    assert TALE in page
    phone.post(DISCARD, {"jenis": "suggestion"})
    assert not Draft.objects.exists()
    assert phone.get(TALE)["Location"] == KIND


def test_throwing_away_takes_the_photos_along(phone: Client, django_capture_on_commit_callbacks: Any) -> None:
    tell_until_the_end(phone, photos=[upload()])
    photo = Draft.objects.get().photos.get()
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(DISCARD)
    assert not photo.file.storage.exists(photo.name)


def test_another_story_on_the_same_phone_is_not_the_first_ones(phone: Client) -> None:
    tell_until_the_end(phone)
    follow(phone, KIND, {"kind": "question"}, TALE)
    assert STORY not in phone.get(TALE).content.decode()
    assert Draft.objects.count() == 2


def test_only_a_hash_of_the_key_is_stored(phone: Client) -> None:
    follow(phone, KIND, {"kind": "question"}, TALE)
    key = phone.cookies["draft"].value
    assert Draft.objects.get().key_hash == receipt.key_hash(key)
    phone.cookies["draft"] = Draft.objects.get().key_hash
    assert phone.get(TALE)["Location"] == KIND


# Who may read it, and whom to tell --------------------------------------------------------------------------


def test_nobody_is_asked_who_they_are(phone: Client) -> None:
    tell_until_the_end(phone)
    follow(phone, SEND, {}, RECEIPT)
    assert Submission.objects.get().privacy == "public"
    assert not Contact.objects.exists()


def test_a_contact_is_kept_apart(phone: Client) -> None:
    tell_until_the_end(phone)
    sent = {"privacy": "confidential", "wish": "whatsapp", "phone": "0812 3456-7890", "name": "Bu Contoh"}
    follow(phone, SEND, sent, RECEIPT)
    case = Submission.objects.get()
    assert (case.contact.phone, case.contact.wish) == ("081234567890", "whatsapp")
    assert "Contoh" not in str(case.__dict__)


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"privacy": "anonymous", "name": "Bu Contoh"}, "privacy", "not_anonymous"),
        ({"wish": "email"}, "email", "missing"),
        ({"wish": "whatsapp"}, "phone", "missing"),
        ({"phone": "0812"}, "phone", "short"),
        ({"phone": "08123456789012345"}, "phone", "long"),
        ({"phone": "tanya tetangga"}, "phone", "letters"),
        ({"email": "warga"}, "email", "invalid"),
        ({"privacy": "rahasia"}, "privacy", "invalid_choice"),
    ],
)
def test_the_last_page_says_what_is_left(phone: Client, sent: dict[str, str], field: str, code: str) -> None:
    tell_until_the_end(phone)
    form = phone.post(SEND, sent).context["form"]
    assert form.has_error(field, code)
    assert not Submission.objects.exists()


def test_a_story_about_staff_is_kept_from_their_unit(phone: Client) -> None:
    service = make_service()
    follow(phone, f"{KIND}?layanan={service.slug}", {"kind": "complaint", "is_about": "on"}, TALE)
    follow(phone, TALE, {"story": STORY, "is_about_staff": "on"}, PLACE)
    follow(phone, PLACE, {}, SEND)
    follow(phone, SEND, {}, RECEIPT)
    case = Submission.objects.get()
    assert (case.is_about_staff, case.about_unit) == (True, service.organization)


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"rw": "nol"}, "rw", "number"),
        ({"rt": "0"}, "rt", "number"),
        ({"rw": "٣"}, "rw", "number"),
        ({"point": "91.5, 106.8"}, "point", "point"),
        ({"when": "date"}, "day", "day"),
        ({"when": "date", "day": "2026-11-19"}, "day", "future"),
        ({"day": "0001-01-01"}, "day", "ancient"),
        ({"day": "kemarin"}, "day", "invalid"),
    ],
)
def test_a_place_or_day_nobody_understands_is_said(
    phone: Client, typed: dict[str, str], field: str, code: str
) -> None:
    tell_until_the_end(phone)
    assert phone.post(PLACE, typed).context["form"].has_error(field, code)


# Signs of programs: told to the clerk, and nobody is refused -------------------------------------------------


@pytest.mark.parametrize(
    ("story", "sent", "sign"),
    [
        ({"website": "https://x.example"}, {}, spam.TRAPPED),
        ({}, {"stamp": ""}, spam.NO_STAMP),
        ({}, {"stamp": "1:abc"}, spam.NO_STAMP),
        ({"stamp": spam.stamp(NOW)}, {"stamp": spam.stamp(NOW)}, spam.TOO_FAST),
        ({"story": "http://a http://b www.c"}, {}, spam.LINKS),
    ],
)
def test_what_looks_like_a_program_is_taken_and_looked_at_twice(
    phone: Client, story: dict[str, str], sent: dict[str, str], sign: str
) -> None:
    tell_until_the_end(phone, **story)
    follow(phone, SEND, sent, RECEIPT)
    assert Submission.objects.get().suspicion == sign


def test_the_same_words_name_the_first(phone: Client) -> None:
    first = make_submission(STORY, at=NOW)
    tell_until_the_end(phone)
    follow(phone, SEND, {}, RECEIPT)
    assert first.number in Submission.objects.latest("pk").suspicion


def test_a_whole_village_behind_one_address_is_never_refused(phone: Client) -> None:
    tell_until_the_end(phone)
    follow(phone, SEND, {}, RECEIPT)
    Bucket.objects.update(empty_at=NOW + timedelta(days=1))
    tell_until_the_end(phone)
    follow(phone, SEND, {}, RECEIPT)
    assert spam.MANY in Submission.objects.latest("pk").suspicion
    assert "127.0.0.1" not in str(list(Bucket.objects.values()))


def test_the_browser_does_not_cut_a_story_pasted_too_long() -> None:
    assert "maxlength" not in StoryForm()["story"].as_widget()
