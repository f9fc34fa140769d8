"""What is made for one visitor travels compressed, and its length tells nothing of what is in it."""

import gzip
from collections.abc import Iterator

import brotli
import pytest
from django.test import Client

from portal.shared import compressing
from portal.shared.compressing import MOST_BYTES_BESIDE, in_parts, unread
from tests.builders import make_portal, make_submission
from tests.desk import make_officer, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

LIST = "/admin/feedback/submission/"
BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}
READERS = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
def desk() -> Client:
    make_submission()
    return signed_in(make_officer("coordinator"))


@pytest.mark.parametrize("coding", READERS)
def test_a_page_of_the_desk_travels_compressed(desk: Client, coding: str) -> None:
    plain = desk.get(LIST)
    packed = desk.get(LIST, headers={"accept-encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 3
    # Tokens differ from answer to answer, and with them a few characters.
    read = READERS[coding](packed.content).decode()
    assert read.startswith("<!DOCTYPE html>")
    assert read.endswith("</html>\n")
    assert abs(len(read) - len(plain.content.decode())) < 50


def test_a_form_of_a_resident_travels_compressed_and_its_length_tells_nothing() -> None:
    make_portal()
    resident = Client()
    answers = [resident.get("/suara/", headers=BROWSER) for _ in range(12)]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"br"}
    assert len({len(answer.content) for answer in answers}) > 3
    assert all("</html>" in brotli.decompress(answer.content).decode() for answer in answers)
    assert "Content-Encoding" not in resident.get("/suara/", headers={"accept-encoding": "br;q=0"}).headers


@pytest.mark.parametrize("coding", READERS)
def test_a_table_that_is_made_line_by_line_leaves_line_by_line(desk: Client, coding: str) -> None:
    asked = {"why": "Untuk rapat bulanan.", "shape": "csv"}
    plain = desk.post(f"{LIST}export/", asked)
    packed = desk.post(f"{LIST}export/", asked, headers={"accept-encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert "Content-Length" not in packed.headers
    assert READERS[coding](b"".join(packed.streaming_content)) == b"".join(plain.streaming_content)


def test_nothing_waits_for_the_end_of_a_long_answer() -> None:
    given = []

    def lines() -> Iterator[bytes]:
        for number in range(20_000):
            given.append(number)
            yield f"{number};{number * 7919 % 104_729};{number * 104_729 % 7919}\r\n".encode()

    for coding in READERS:
        given.clear()
        parts = in_parts(lines(), coding)
        next(parts)
        assert next(parts)
        assert len(given) < 10_000


def test_what_others_compress_and_what_cannot_be_is_left_alone(desk: Client) -> None:
    # Of a public page the front door makes one form for everybody, with one tag.
    public = desk.get("/kegiatan/", headers=BROWSER)
    assert "Content-Encoding" not in public.headers
    assert public.headers["Vary"] == "Accept-Encoding"
    small = desk.get("/healthz", headers=BROWSER)
    assert "Content-Encoding" not in small.headers
    # A workbook is compressed by its own making.
    book = desk.post(f"{LIST}export/", {"why": "Rapat.", "shape": "xlsx"}, headers=BROWSER)
    assert "Content-Encoding" not in book.headers


@pytest.mark.parametrize("length", [1, 2, 100, 256])
def test_bytes_beside_are_skipped_by_every_reader(length: int) -> None:
    packer = brotli.Compressor(quality=compressing.QUALITY)
    begun = packer.flush() + unread(length)
    assert brotli.decompress(begun + packer.process(b"warga") + packer.finish()) == b"warga"
    assert MOST_BYTES_BESIDE <= 256
