"""Uploads on S3-compatible storage, played by moto in this process: private, never overwritten, never linked."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from django.core.files.base import ContentFile
from moto import mock_aws

from portal.shared.bucket import PrivateBucket
from tests.test_settings import PRODUCTION, start

# No database is asked; once is enough.
pytestmark = pytest.mark.sqlite

# moto answers for Amazon's own addresses only.
ENDPOINT = "https://s3.us-east-1.amazonaws.com"
MEDIA = {
    "MEDIA_BUCKET": "balai-media",
    "MEDIA_ENDPOINT_URL": ENDPOINT,
    "MEDIA_ACCESS_KEY_ID": "AKIA-OF-A-TEST",
    "MEDIA_SECRET_ACCESS_KEY": "s3cret-of-a-test",
}


@pytest.fixture
def bucket(settings: Any) -> Iterator[PrivateBucket]:
    for name, value in MEDIA.items():
        setattr(settings, name, value)
    settings.MEDIA_REGION = "us-east-1"
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="balai-media")
        yield PrivateBucket()


def test_what_is_stored_comes_back(bucket: PrivateBucket) -> None:
    name = bucket.save("foto/jalan.jpg", ContentFile(b"picture"))
    with bucket.open(name) as file:
        assert file.read() == b"picture"
    bucket.delete(name)
    assert not bucket.exists(name)


def test_a_second_file_of_a_name_leaves_the_first_alone(bucket: PrivateBucket) -> None:
    first, second = (bucket.save("foto/jalan.jpg", ContentFile(body)) for body in (b"first", b"second"))
    assert first != second
    with bucket.open(first) as file:
        assert file.read() == b"first"


def test_nobody_but_the_portal_may_read_a_file(bucket: PrivateBucket) -> None:
    name = bucket.save("foto/jalan.jpg", ContentFile(b"picture"))
    grants = boto3.client("s3").get_object_acl(Bucket="balai-media", Key=name)["Grants"]
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]


def test_no_page_can_link_to_the_bucket(bucket: PrivateBucket) -> None:
    name = bucket.save("foto/jalan.jpg", ContentFile(b"picture"))
    with pytest.raises(ValueError, match="hands them on itself"):
        bucket.url(name)


def test_names_do_not_lead_out_of_the_bucket(bucket: PrivateBucket) -> None:
    for name in ("../secret-key", "foto/../../secret-key"):
        with pytest.raises(Exception, match=r"(?i)traversal|denied|suspicious|outside"):
            bucket.save(name, ContentFile(b"x"))


def test_keys_and_address_come_from_the_settings(bucket: PrivateBucket) -> None:
    client = bucket.connection.meta.client
    assert urlsplit(client.meta.endpoint_url).hostname == urlsplit(ENDPOINT).hostname
    assert client._request_signer._credentials.access_key == MEDIA["MEDIA_ACCESS_KEY_ID"]


def test_with_all_of_them_set_the_portal_starts(tmp_path: Any) -> None:
    assert start(tmp_path, **MEDIA).returncode == 0
    assert start(tmp_path, **PRODUCTION, **MEDIA).returncode == 0


@pytest.mark.parametrize("missing", MEDIA)
@pytest.mark.parametrize("base", [{}, PRODUCTION], ids=["laptop", "production"])
def test_half_a_setting_is_refused_by_name(tmp_path: Any, missing: str, base: dict[str, str]) -> None:
    started = start(tmp_path, **base, **{name: value for name, value in MEDIA.items() if name != missing})
    assert started.returncode != 0
    assert missing in started.stderr
    assert MEDIA["MEDIA_SECRET_ACCESS_KEY"] not in started.stderr


def test_keys_do_not_travel_for_all_to_read(tmp_path: Any) -> None:
    started = start(tmp_path, **MEDIA | {"MEDIA_ENDPOINT_URL": "http://s3.example.go.id"})
    assert started.returncode != 0
    assert "MEDIA_ENDPOINT_URL" in started.stderr
    assert start(tmp_path, **MEDIA | {"MEDIA_ENDPOINT_URL": "http://127.0.0.1:9000"}).returncode == 0
