"""Photos for tests: as they are sent, and as a case has them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from feedback.models import Draft, Photo, Submission
from portal.shared import receipt
from tests.builders import RECEIVED_AT, make_submission, unique
from tests.photo_files import SEEDED, saved


def upload(name: str = "jpeg-gps", content: bytes | None = None) -> SimpleUploadedFile:
    """What a form gets: a seeded photo by its name, or any content."""
    return SimpleUploadedFile("foto.jpg", SEEDED[name]() if content is None else content, "image/jpeg")


def large() -> bytes:
    """Larger than a page needs, so that small and kept picture differ."""
    return saved("JPEG", Image.new("RGB", (1_200, 800), (10, 120, 200)))


def another(shade: int) -> SimpleUploadedFile:
    """A photo unlike those of other shades."""
    return upload(content=saved("JPEG", Image.new("RGB", (96, 64), (shade, 60, 60))))


def make_draft(at: datetime = RECEIVED_AT) -> Draft:
    return Draft.objects.create(key_hash=receipt.key_hash(unique("kunci")), touched_at=at)


def make_photo(content: bytes | None = None, *, at: datetime = RECEIVED_AT, **case: Any) -> Photo:
    """A photo of a case, taken in as a resident's."""
    submission = case.pop("submission", None) or make_submission(**case)
    photo: Photo = make_draft(at).add_photo(upload(content=content or large()), at)
    Photo.objects.filter(pk=photo.pk).update(submission=submission, draft=None)
    photo.refresh_from_db()
    return photo


def make_photo_row(submission: Submission, at: datetime = RECEIVED_AT) -> Photo:
    """A photo whose file is nobody's concern here."""
    name = f"photos/{uuid4().hex}.jpg"
    return Photo.objects.create(submission=submission, file=name, width=120, height=80, size=9, added_at=at)
