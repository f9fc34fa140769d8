"""Light pictures, and lighter ones for phones that ask to be spared, each kept apart from the other."""

import io
from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from feedback.models import Photo, Submission
from portal.shared import small_pictures
from tests.agenda_world import make_held
from tests.doors import Door, connections_kept_open
from tests.photo_files import saved
from tests.photos import make_photo
from tests.reading import read

pytestmark = pytest.mark.django_db

KINDS = tuple(small_pictures.KINDS)


@pytest.fixture
def door() -> Iterator[Door]:
    with connections_kept_open():
        yield Door()


@pytest.fixture
def photo() -> Photo:
    """A released photo of a released case, as large as photos of phones are."""
    photo = make_photo(content=saved("JPEG", Image.effect_noise((1_000, 750), 60).convert("RGB")))
    photo.release("Lampu jalan", by=None)
    Submission.objects.filter(pk=photo.submission_id).update(
        released_at=timezone.now(), public_title="Lampu", public_story="Mati.", public_answer="Menyala."
    )
    return photo


def in_kind(address: str, kind: str) -> str:
    return f"{address.rpartition('.')[0]}.{kind}"


def size_of(content: bytes) -> tuple[int, int]:
    size: tuple[int, int] = Image.open(io.BytesIO(content)).size
    return size


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_that_asks_to_be_spared_gets_a_smaller_picture(photo: Photo, door: Door, kind: str) -> None:
    address = in_kind(photo.public_url, kind)
    # Asked twice in either order: made by the view, then out of the store.
    for spelling in ("on", "", "on", " ON ", "off", "1", ""):
        answer = door.ask(address, HTTP_SAVE_DATA=spelling)
        is_saving = spelling.strip().lower() == "on"
        assert answer.headers["Content-Type"] == small_pictures.MEDIA_TYPES[kind]
        assert answer.headers["Vary"] == "Accept-Encoding, Save-Data"
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert max(size_of(answer.body)) <= (400 if is_saving else 800)
        assert len(answer.body) <= (20_000 if is_saving else 60_000)
    assert len(door.store) == 2


def test_only_pictures_have_a_second_form(door: Door) -> None:
    first, second = door.ask("/kegiatan/"), door.ask("/kegiatan/", HTTP_SAVE_DATA="on")
    assert first == second
    assert first.headers["Vary"] == "Accept-Encoding"
    assert len(door.store) == 1


def test_a_picture_lost_or_never_drawn_is_drawn_when_it_is_asked_for(photo: Photo) -> None:
    name = small_pictures.name_of(photo.name, "avif", is_saving=True)
    default_storage.delete(name)
    answer = Client().get(photo.public_avif_url, headers={"save-data": "on"})
    assert answer.status_code == 200
    assert default_storage.exists(name)
    default_storage.delete(photo.name)
    default_storage.delete(name)
    assert Client().get(photo.public_avif_url, headers={"save-data": "on"}).status_code == 404


def test_every_picture_of_a_page_keeps_its_place_and_waits_its_turn(photo: Photo) -> None:
    case = photo.submission
    assert case is not None
    held = make_held(timezone.now())
    for address in (case.get_absolute_url(), held.get_absolute_url()):
        (picture,) = read(Client(), address).split("<picture>")[1:]
        picture = picture.partition("</picture>")[0]
        offered = [picture.index(f".{kind}") for kind in KINDS]
        assert offered == sorted(offered), "A browser takes the first it can read."
        for needed in ('type="image/avif"', 'type="image/webp"', ' width="', ' height="', 'loading="lazy"'):
            assert needed in picture
    # What an activity leaves is drawn for the first who asks, and goes when the photo goes.
    kept = held.photos.get()
    stem = kept.file.name.removesuffix(".jpg").rpartition("/")[2]
    for kind in KINDS:
        answer = Client().get(f"/kegiatan/foto/{stem}.{kind}", headers={"save-data": "on"})
        assert answer.headers["Content-Type"] == small_pictures.MEDIA_TYPES[kind]
        assert default_storage.exists(small_pictures.name_of(kept.file.name, kind, is_saving=True))
