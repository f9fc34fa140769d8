"""Photos on S3-compatible storage: taken in, covered, released, swept, and nothing of the file sent is there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from moto import mock_aws

from feedback.models import Photo
from portal.shared import durable, pictures
from portal.shared.bucket import PrivateBucket
from tests.builders import RECEIVED_AT
from tests.photo_files import MARK, SEEDED
from tests.photos import make_photo
from tests.test_deploy_bucket import MEDIA

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBucket]:
    for name, value in MEDIA.items():
        setattr(settings, name, value)
    settings.MEDIA_REGION = "us-east-1"
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=MEDIA["MEDIA_BUCKET"])
        kept = PrivateBucket()
        monkeypatch.setattr(durable, "storage", lambda: kept)
        yield kept


def everything(bucket: PrivateBucket) -> dict[str, bytes]:
    return {f"photos/{name}": durable.read(f"photos/{name}") for name in bucket.listdir("photos")[1]}


def test_a_photo_lives_and_ends_in_the_bucket(
    bucket: PrivateBucket, django_capture_on_commit_callbacks: Any
) -> None:
    photo = make_photo(SEEDED["jpeg-gps"]())
    first = photo.name
    with django_capture_on_commit_callbacks(execute=True):
        photo.cover([(0, 0)], by=None, at=RECEIVED_AT)
        photo.release("Lampu jalan", by=None)
        photo.release("Lampu jalan", by=None)
    stored = everything(bucket)
    assert first not in stored
    # The photo, and two sizes of it for everybody in three formats.
    assert len(stored) == 1 + 2 * 3
    assert all(pictures.is_bare(content) and MARK not in content for content in stored.values())
    with django_capture_on_commit_callbacks(execute=True):
        Photo.objects.filter(pk=photo.pk).erase()
    assert not everything(bucket)


def test_files_without_a_row_are_swept(bucket: PrivateBucket) -> None:
    photo, orphan = make_photo(), make_photo()
    Photo.objects.filter(pk=orphan.pk).delete()
    assert Photo.objects.sweep(timezone.now()) == []
    assert Photo.objects.sweep(timezone.now() + timedelta(days=2)) == [orphan.name]
    assert list(everything(bucket)) == [photo.name]


def test_a_bucket_that_does_not_answer_is_a_sentence(
    bucket: PrivateBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*args: object, **more: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(bucket, "save", silent)
    with pytest.raises(ValidationError) as refused:
        make_photo()
    assert refused.value.code == "not_kept"
