"""A photo of a resident: three to a draft, covered for good, released on purpose, gone when it is gone."""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from feedback import pictures
from feedback.models import Draft, Photo
from portal.shared import durable
from portal.shared.history import changes_of
from tests.builders import RECEIVED_AT, make_submission, make_user
from tests.photo_files import MARK, REFUSED, saved
from tests.photos import another, make_draft, make_photo, upload

pytestmark = pytest.mark.django_db
OnCommit = Callable[..., Any]
Settled = Any


@pytest.fixture
def settled(django_capture_on_commit_callbacks: OnCommit) -> Settled:
    """What happens once the transaction is certain happens at the end of its block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def everything_stored() -> bytes:
    folder = Path(default_storage.path("photos"))
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


# Taking in ----------------------------------------------------------------------------------------------------


def test_a_photo_is_kept_as_drawn_anew() -> None:
    photo = make_draft().add_photo(upload("jpeg-held-6"), RECEIVED_AT)
    photo.refresh_from_db()
    content = durable.read(photo.name)
    assert (photo.width, photo.height, photo.size) == (64, 96, len(content))
    assert MARK not in everything_stored()


def test_a_draft_has_room_for_three() -> None:
    draft = make_draft()
    photos = [draft.add_photo(another(shade), RECEIVED_AT) for shade in (0, 80, 160)]
    before = set(default_storage.listdir("photos")[1])
    with pytest.raises(ValidationError, match=r"(?i)tiga foto|three photos"):
        draft.add_photo(upload(), RECEIVED_AT)
    assert set(default_storage.listdir("photos")[1]) == before
    # Sent again it is the one that is there, and nothing is left behind.
    assert draft.add_photo(another(160), RECEIVED_AT) == photos[2]
    assert set(default_storage.listdir("photos")[1]) == before
    draft.remove_photo(photos[1].pk)
    assert draft.add_photo(upload(), RECEIVED_AT).place == 2


def test_a_fourth_is_refused_even_when_nobody_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two uploads at once: the second is told, and its file is not left behind."""
    draft = make_draft()
    for shade in (0, 80):
        draft.add_photo(another(shade), RECEIVED_AT)
    kept: list[str] = []
    keep = pictures.keep

    def slow_keep(sent: Any) -> pictures.Picture:
        if not kept:
            kept.append("")
            draft.add_photo(another(160), RECEIVED_AT)
        picture = keep(sent)
        kept.append(picture.name)
        return picture

    monkeypatch.setattr(pictures, "keep", slow_keep)
    with pytest.raises(ValidationError):
        draft.add_photo(upload(), RECEIVED_AT)
    assert draft.photos.count() == 3
    assert not default_storage.exists(kept[-1])


@pytest.mark.parametrize("name", ["photo_place_known", "photo_place_taken_once"])
def test_the_database_takes_no_fourth(name: str) -> None:
    photo = make_draft().add_photo(upload(), RECEIVED_AT)
    place = 4 if name == "photo_place_known" else 1
    again = Photo(draft=photo.draft, file="photos/x.jpg", width=1, height=1, size=1, added_at=RECEIVED_AT)
    again.place = place
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    with pytest.raises(ValidationError, match=r"(?i)tiga foto|three photos"):
        again.validate_constraints()


def test_what_is_no_photo_leaves_nothing() -> None:
    draft = make_draft()
    for name in ("svg", "nothing", "jpeg-cut-off", "png-bomb", "heic", "thirty-megabytes"):
        make, code = REFUSED[name]
        with pytest.raises(ValidationError) as refused:
            draft.add_photo(upload(content=make()), RECEIVED_AT)
        assert refused.value.code == code
    assert not draft.photos.exists()


def test_a_storage_in_trouble_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ValidationError) as refused:
        make_draft().add_photo(upload(), RECEIVED_AT)
    assert refused.value.code == "not_kept"
    assert not [name for name in default_storage.listdir("photos")[1] if name.endswith(".part")]


def test_the_file_is_on_the_disk_before_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushed, then named, then its folder flushed, and only then a row says so."""
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def spy(number: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{number}").resolve().is_dir() else "file")
        fsync(number)

    def spy_rename(self: Path, target: Any) -> Path:
        steps.append("name")
        return rename(self, target)

    draft = make_draft()
    draft.add_photo(another(0), RECEIVED_AT)
    monkeypatch.setattr(os, "fsync", spy)
    monkeypatch.setattr(Path, "rename", spy_rename)
    create = type(draft.photos).create
    monkeypatch.setattr(
        type(draft.photos), "create", lambda self, **given: steps.append("row") or create(self, **given)
    )
    draft.add_photo(upload(), RECEIVED_AT)
    assert steps == ["file", "name", "folder", "row"]


# Covering -----------------------------------------------------------------------------------------------------


def test_covering_destroys_the_photo_as_it_was(settled: Settled) -> None:
    sari = make_user("sari")
    photo = make_photo()
    before, content = photo.name, durable.read(photo.name)
    with settled():
        photo.cover([(0, 0), (1, 0)], by=sari, at=RECEIVED_AT)
    photo.refresh_from_db()
    assert photo.name != before
    assert not default_storage.exists(before)
    assert durable.read(photo.name) != content
    assert photo.covered_at == RECEIVED_AT
    assert changes_of(photo).get().by == sari


def test_covering_takes_a_released_photo_back(settled: Settled) -> None:
    photo = make_photo()
    photo.release("Lampu jalan yang mati", by=None)
    small = pictures.shown_names(photo.name)
    with settled():
        photo.cover([(3, 3)], by=None, at=RECEIVED_AT)
    photo.refresh_from_db()
    assert not photo.is_released
    assert not any(default_storage.exists(name) for name in small)


def test_of_two_clerks_who_cover_at_once_one_is_told() -> None:
    photo = make_photo()
    other = Photo.objects.get(pk=photo.pk)
    photo.cover([(0, 0)], by=None, at=RECEIVED_AT)
    kept = set(default_storage.listdir("photos")[1])
    with pytest.raises(ValidationError):
        other.cover([(5, 5)], by=None, at=RECEIVED_AT)
    photo.refresh_from_db()
    assert default_storage.exists(photo.name)
    # The drawing nobody needs is not left behind.
    assert set(default_storage.listdir("photos")[1]) <= kept


def test_nothing_ticked_is_asked_again() -> None:
    with pytest.raises(ValidationError):
        make_photo().cover([], by=None, at=RECEIVED_AT)


# Releasing ----------------------------------------------------------------------------------------------------


def test_a_released_photo_has_small_pictures() -> None:
    photo = make_photo()
    photo.release(" Lampu jalan yang mati ", by=make_user("sari"), at=RECEIVED_AT)
    photo.refresh_from_db()
    assert photo.is_released
    assert photo.alt == "Lampu jalan yang mati"
    for name in pictures.shown_names(photo.name):
        assert len(durable.read(name)) <= 60_000
    # Every time anew, for example after a restored backup.
    photo.release("Lampu jalan", by=None, at=RECEIVED_AT)
    assert default_storage.listdir("photos")[1].count(f"{photo.public_name}-800.webp") == 1


def test_without_words_it_is_not_released() -> None:
    photo = make_photo()
    with pytest.raises(ValidationError):
        photo.release("  ", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(is_released=True)
    photo.release("Lampu", by=None)
    with pytest.raises(ValidationError):
        photo.describe("", by=None)


def test_confidential_photos_stay_with_staff() -> None:
    photo = make_photo(privacy="confidential")
    with pytest.raises(ValidationError):
        photo.release("Lampu", by=None)


def test_what_was_covered_meanwhile_is_not_released_unseen() -> None:
    photo = make_photo()
    other = Photo.objects.get(pk=photo.pk)
    photo.cover([(0, 0)], by=None, at=RECEIVED_AT)
    other.file.name = "photos/" + "0" * 32 + ".jpg"
    durable.store(other.name, saved("JPEG"))
    with pytest.raises(ValidationError):
        other.release("Lampu", by=None)


def test_taking_back_and_removing(settled: Settled) -> None:
    photo = make_photo()
    photo.release("Lampu", by=None)
    small = pictures.shown_names(photo.name)
    with settled():
        photo.take_back(by=None)
    assert not any(default_storage.exists(name) for name in small)
    assert default_storage.exists(photo.name)
    with pytest.raises(ValidationError):
        photo.remove(by=None, reason=" ")
    name, pk = photo.name, photo.pk
    with settled():
        photo.remove(by=None, reason="Bukan foto kejadian.")
    assert not default_storage.exists(name)
    assert not Photo.objects.filter(pk=pk).exists()


def test_history_keeps_no_file_and_no_words() -> None:
    photo = make_photo()
    photo.release("Bu Contoh di depan rumah", by=None)
    [change] = changes_of(photo)
    assert "Bu Contoh" not in f"{change.before}{change.after}"
    assert "photos/" not in f"{change.before}{change.after}"


# Erasing and sweeping -----------------------------------------------------------------------------------------


def test_erasing_takes_every_file_along(settled: Settled) -> None:
    photo = make_photo()
    photo.release("Lampu", by=None)
    names = [photo.name, *pictures.shown_names(photo.name)]
    with settled():
        assert Photo.objects.filter(submission=photo.submission).erase() == 1
    assert not any(default_storage.exists(name) for name in names)


def age(name: str, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(default_storage.path(name), (then, then))


def test_files_without_a_row_are_swept_when_they_are_old() -> None:
    kept, orphan, fresh = (make_photo() for _ in range(3))
    part = f"photos/{'a' * 32}.jpg.part"
    durable.store(part, b"half a photo")
    stranger = durable.store("photos/catatan.txt", b"not ours")
    for name in (kept.name, orphan.name, part, stranger):
        age(name, 25)
    for photo in (orphan, fresh):
        Photo.objects.filter(pk=photo.pk).delete()
    at = timezone.now()
    assert set(Photo.objects.sweep(at, is_dry=True)) >= {orphan.name, part}
    assert default_storage.exists(orphan.name)
    removed = Photo.objects.sweep(at)
    assert {orphan.name, part} <= set(removed)
    assert not {kept.name, fresh.name, stranger} & set(removed)
    assert [default_storage.exists(one.name) for one in (kept, orphan, fresh)] == [True, False, True]
    durable.destroy(stranger)


def test_the_worker_and_the_command_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    orphan = make_photo()
    age(orphan.name, 25)
    Photo.objects.filter(pk=orphan.pk).delete()
    call_command("sweep_photos", "--dry-run")
    assert "Would be removed: " in capsys.readouterr().out
    assert default_storage.exists(orphan.name)
    assert import_string("feedback.sweeping.sweep_photos").func() >= 1
    assert not default_storage.exists(orphan.name)
    assert "feedback.sweeping.sweep_photos" in {one.path for one in settings.PERIODIC_WORK}
    call_command("sweep_photos")
    assert "Removed: 0 files." in capsys.readouterr().out


def test_drafts_that_expire_leave_files_to_the_sweep(now: datetime) -> None:
    draft = make_draft(now - timedelta(hours=25))
    name = draft.add_photo(upload(), now).name
    Draft.objects.filter(pk=draft.pk).delete()
    age(name, 25)
    assert name in Photo.objects.sweep(timezone.now())


def test_photos_follow_their_case() -> None:
    submission = make_submission()
    photo = make_photo(submission=submission)
    assert list(submission.photos.all()) == [photo]
