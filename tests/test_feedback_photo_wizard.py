"""Photos on the page of the story: every seeded one through the form, and none that fails takes the story along."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

from feedback.models import Draft, Photo, Submission
from portal.shared import durable, pictures
from tests.builders import make_portal
from tests.photo_files import MARK, REFUSED, SEEDED
from tests.photos import another, upload

pytestmark = pytest.mark.django_db
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."


@pytest.fixture
def resident() -> Client:
    make_portal()
    client = Client()
    client.post(reverse("feedback:tell"), {"kind": "defect_report"})
    return client


@pytest.fixture(autouse=True)
def no_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The original never touches the disk."""

    def refuse(*args: object, **more: object) -> None:
        raise AssertionError("Somebody wrote what a resident sent to the disk.")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)


def tell(resident: Client, *contents: bytes, **more: Any) -> Any:
    sent = {"story": STORY, "photos": [upload(content=content) for content in contents]} | more
    return resident.post(reverse("feedback:tell_story"), sent)


def stored() -> Iterator[tuple[str, bytes]]:
    folder = Path(default_storage.path(""))
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def test_no_byte_of_any_photo_is_stored_or_served(resident: Client) -> None:
    names = list(SEEDED)
    for start in range(0, len(names), 3):
        before = set(Photo.objects.values_list("pk", flat=True))
        answer = tell(resident, *(SEEDED[name]() for name in names[start : start + 3]))
        assert answer.status_code == 302, names[start : start + 3]
        for photo in Photo.objects.exclude(pk__in=before):
            shown = resident.get(reverse("feedback:tell_photo", args=[photo.pk]))
            assert shown.status_code == 200
            assert shown["Cache-Control"] == "no-store"
            assert MARK not in shown.content
            assert pictures.is_bare(shown.content)
            tell(resident, buang=photo.pk)
    # Those of the last page stay, the rest was taken away; what lies there is searched byte by byte.
    tell(resident, *(SEEDED[name]() for name in ("jpeg-gps", "png-exif", "webp-xmp")))
    assert not [name for name, content in stored() if MARK in content]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM feedback_photo")
        assert MARK.decode() not in str(cursor.fetchall())
    assert MARK.decode() not in str(Draft.objects.values_list("data", flat=True))


def test_a_photo_that_fails_never_takes_the_story_along(resident: Client) -> None:
    sentences = {
        "too_large": pictures.TOO_LARGE,
        "not_a_photo": pictures.NOT_A_PHOTO,
        "broken": pictures.BROKEN,
        "unreadable": pictures.UNREADABLE,
    }
    for name, (make, code) in REFUSED.items():
        answer = tell(resident, make())
        assert answer.status_code == 200, name
        page = answer.content.decode()
        assert str(sentences[code]) in page, name
        assert STORY in page, name
    assert not Photo.objects.exists()
    assert Draft.objects.get().data["story"]["story"] == STORY


def test_one_bad_photo_leaves_the_good_ones(resident: Client) -> None:
    answer = tell(resident, SEEDED["jpeg-exif"](), REFUSED["svg"][0](), SEEDED["gif-comment"]())
    assert answer.status_code == 200
    assert Photo.objects.count() == 2
    assert tell(resident, another(0).read(), another(80).read()).status_code == 200
    assert Photo.objects.count() == 3
    # The fourth was refused; without one the page goes on.
    assert tell(resident).status_code == 302


def test_a_body_beyond_every_bound_is_a_clear_page(resident: Client) -> None:
    answer = resident.post(
        reverse("feedback:tell_story"),
        {"story": STORY, "photos": upload()},
        headers={"Content-Length": str(100 * 1024 * 1024)},
    )
    assert answer.status_code == 400
    assert "text/html" in answer["Content-Type"]


def test_photos_travel_with_the_case_and_are_nobody_else_s(resident: Client) -> None:
    tell(resident, SEEDED["jpeg-exif"]())
    photo = Photo.objects.get()
    address = reverse("feedback:tell_photo", args=[photo.pk])
    assert Client().get(address).status_code == 404
    durable.destroy(photo.name)
    assert resident.get(address).status_code == 404
    tell(resident, SEEDED["jpeg-exif"]())
    resident.post(reverse("feedback:tell_place"), {})
    resident.post(reverse("feedback:tell_send"), {"privacy": "public"})
    case = Submission.objects.get()
    assert case.photos.count() == 2
    assert not Photo.objects.filter(draft__isnull=False).exists()
