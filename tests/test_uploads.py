"""What forms bring along: in memory, within bounds, never on the disk as it came."""

import tempfile
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.shared import uploads

MEGABYTE = 1024 * 1024


def sent(**files: bytes | list[bytes]) -> HttpRequest:
    given: dict[str, Any] = {"story": "Lampu mati"}
    for name, content in files.items():
        several = content if isinstance(content, list) else [content]
        given[name] = [SimpleUploadedFile(f"{name}.jpg", one, "image/jpeg") for one in several]
    return RequestFactory().post("/suara/cerita/", given)


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise AssertionError("Somebody wrote an upload to the disk.")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)


@pytest.mark.usefixtures("no_disk")
def test_a_large_photo_stays_in_memory() -> None:
    content = bytes(range(256)) * (5 * MEGABYTE // 256)
    request = sent(photo=content)
    assert request.FILES["photo"].read() == content
    assert request.FILES["photo"].size == len(content)
    assert request.POST["story"] == "Lampu mati"


@pytest.mark.usefixtures("no_disk")
def test_of_one_too_large_only_the_size_is_kept() -> None:
    request = sent(photo=bytes(30 * MEGABYTE), other=b"small")
    assert request.FILES["photo"].size == 30 * MEGABYTE
    assert request.FILES["photo"].read() == b""
    assert request.FILES["other"].read() == b"small"
    assert request.POST["story"] == "Lampu mati"


@pytest.mark.usefixtures("no_disk")
def test_all_together_have_a_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 3 * MEGABYTE)
    request = sent(photos=[bytes(2 * MEGABYTE), bytes(2 * MEGABYTE), bytes(MEGABYTE)])
    kept = [(len(one.read()), one.size > uploads.MOST_OF_ONE) for one in request.FILES.getlist("photos")]
    # The second is dropped, and told apart from an empty file; for the third there is room again.
    assert kept == [(2 * MEGABYTE, False), (0, True), (MEGABYTE, False)]


def test_a_body_without_measure_is_refused_before_it_is_read() -> None:
    request = sent(photo=b"small")
    request.META["CONTENT_LENGTH"] = str(uploads.MOST_OF_A_REQUEST + 1)
    with pytest.raises(RequestDataTooBig):
        request.POST["story"]


@pytest.mark.django_db
def test_the_refusal_is_a_clear_page() -> None:
    door = reverse("admin:login")
    answer = Client().post(
        door, {"username": "x"}, headers={"Content-Length": str(uploads.MOST_OF_A_REQUEST + 1)}
    )
    assert answer.status_code == 400
    assert "text/html" in answer["Content-Type"]
