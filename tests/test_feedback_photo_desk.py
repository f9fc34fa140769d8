"""Photos at the desk: who may look, describe, cover, release and remove, without script and by keyboard."""

import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from feedback.models import Photo, Submission
from portal.accounts.roles import AUDITOR, CLERK, UNIT_OFFICER
from portal.shared import durable
from tests.builders import make_organization, make_submission
from tests.desk import make_officer, signed_in
from tests.photos import make_draft, make_photo

pytestmark = pytest.mark.django_db


def address(photo: Photo, page: str = "change", *more: str) -> str:
    return reverse(f"admin:feedback_photo_{page}", args=[photo.pk, *more])


@pytest.fixture
def photo() -> Photo:
    return make_photo()


@pytest.fixture
def clerk() -> Client:
    return signed_in(make_officer(CLERK))


def test_the_page_shows_the_photo_and_what_can_be_done(photo: Photo, clerk: Client) -> None:
    page = clerk.get(address(photo)).content.decode()
    assert photo.desk_file in page
    for verb in ("release", "describe", "remove"):
        assert address(photo, "verb", verb) in page
    assert address(photo, "cover") in page
    assert address(photo, "verb", "take_back") not in page
    assert photo.name not in page


def test_the_file_is_for_staff_and_kept_by_nobody(photo: Photo, clerk: Client) -> None:
    answer = clerk.get(photo.desk_file)
    assert answer.content == durable.read(photo.name)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Client().get(photo.desk_file).status_code == 302
    durable.destroy(photo.name)
    assert clerk.get(photo.desk_file).status_code == 404


def test_photos_of_drafts_are_not_for_staff(photo: Photo, clerk: Client) -> None:
    Photo.objects.filter(pk=photo.pk).update(submission=None, draft=make_draft())
    assert clerk.get(photo.desk_file).status_code == 404


def test_a_unit_sees_its_own_alone() -> None:
    ours, theirs = make_organization("Unit Kami"), make_organization("Unit Lain")
    officer = signed_in(make_officer(UNIT_OFFICER, ours))
    own, other = (make_photo(submission=make_submission(unit=unit)) for unit in (ours, theirs))
    about = make_photo(submission=make_submission(unit=ours, is_about_staff=True, about_unit=ours))
    assert officer.get(own.desk_file).status_code == 200
    for hidden in (other, about):
        for page in (address(hidden), hidden.desk_file, address(hidden, "cover")):
            assert officer.get(page).status_code in {302, 403, 404}
    # Looking is no right to paint over.
    assert officer.post(address(own, "cover"), {"written": "A1"}).status_code == 403


def test_an_auditor_only_looks(photo: Photo) -> None:
    auditor = signed_in(make_officer(AUDITOR))
    assert auditor.get(address(photo)).status_code == 200
    assert auditor.get(address(photo, "cover")).status_code == 403
    assert auditor.get(address(photo, "verb", "release")).status_code == 403
    assert auditor.post(address(photo), {"alt": "x"}).status_code == 403


def test_covering_by_ticks_and_by_words(photo: Photo, clerk: Client) -> None:
    page = clerk.get(address(photo, "cover")).content.decode()
    # Twenty squares on the long side, about as high as wide.
    assert len(re.findall(r'name="ticked" value="[A-T]\d+"', page)) == 20 * 13
    assert "<script" not in page.split('id="content-main"')[1]
    before = photo.name
    answer = clerk.post(address(photo, "cover"), {"ticked": ["A1", "T13"], "written": "c2 - b1, d4"})
    assert answer.status_code == 302
    photo.refresh_from_db()
    assert photo.name != before
    with default_storage.open(photo.name) as file:
        image = Image.open(file).convert("RGB")
    side = 1_200 // 20
    painted = {"A1", "T13", "B1", "B2", "C1", "C2", "D4"}
    for name in ("A1", "T13", "B1", "B2", "C1", "C2", "D4", "A2", "E4", "S13"):
        column, row = ord(name[0]) - ord("A"), int(name[1:]) - 1
        colour = image.getpixel((column * side + side // 2, row * 800 // 13 + 30))
        assert (max(colour) - min(colour) < 12) == (name in painted), name


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "A1"),
        ({"written": "Z99"}, "T13"),
        ({"written": "A1-U2"}, "T13"),
        ({"written": "kiri atas"}, "T13"),
        ({"written": "A0"}, "T13"),
        ({"ticked": ["A99"], "written": "A1"}, "A99"),
        ({"written": "A1," * 150}, "300"),
    ],
)
def test_what_is_no_square_is_asked_again(
    photo: Photo, clerk: Client, sent: dict[str, Any], words: str
) -> None:
    answer = clerk.post(address(photo, "cover"), sent)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    before = photo.name
    photo.refresh_from_db()
    assert photo.name == before


def test_ticks_stay_when_the_words_are_wrong(photo: Photo, clerk: Client) -> None:
    page = clerk.post(address(photo, "cover"), {"ticked": ["C3"], "written": "Z9"}).content.decode()
    assert 'value="C3" checked' in page


def test_releasing_asks_for_words_and_a_look(photo: Photo, clerk: Client) -> None:
    url = address(photo, "verb", "release")
    assert clerk.get(url).status_code == 200
    for missing in ({"alt": "Lampu"}, {"is_looked_at": "on"}, {"alt": " ", "is_looked_at": "on"}):
        assert clerk.post(url, missing).status_code == 200
    assert not Photo.objects.get(pk=photo.pk).is_released
    assert clerk.post(url, {"alt": "Lampu jalan", "is_looked_at": "on"}).status_code == 302
    assert Photo.objects.get(pk=photo.pk).is_released
    assert clerk.post(address(photo, "verb", "take_back"), {}).status_code == 302
    assert not Photo.objects.get(pk=photo.pk).is_released


def test_removing_leads_back_to_the_case(photo: Photo, clerk: Client) -> None:
    answer = clerk.post(address(photo, "verb", "remove"), {"reason": "Bukan foto kejadian."})
    assert answer["Location"] == reverse("admin:feedback_submission_change", args=[photo.submission_id])
    assert not Photo.objects.filter(pk=photo.pk).exists()


# Everybody ----------------------------------------------------------------------------------------------------


def test_only_a_released_photo_of_a_released_case_is_public(photo: Photo) -> None:
    visitor = Client()
    photo.release("Lampu jalan", by=None)
    pages = {photo.public_url: "image/jpeg", photo.public_webp_url: "image/webp"}
    assert [visitor.get(page).status_code for page in pages] == [404, 404]
    case = photo.submission
    assert case is not None
    Submission.objects.filter(pk=case.pk).update(released_at=case.received_at, public_title="Lampu")
    for page, kind in pages.items():
        answer = visitor.get(page)
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer["Cache-Control"] == "public, max-age=60"
        assert len(answer.content) <= 60_000
    photo.take_back(by=None)
    assert [visitor.get(page).status_code for page in pages] == [404, 404]


def test_nobody_guesses_an_address() -> None:
    visitor = Client()
    for name in ("0" * 32, "..%2f..%2fsecret-key", "a", "x" * 300):
        assert visitor.get(f"/jawaban/foto/{name}.jpg").status_code == 404
