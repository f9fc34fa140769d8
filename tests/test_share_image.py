"""The picture of a shared address: its size, its weight, and an address that changes with what it says."""

import io
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from portal.shared.whatsapp import share_link
from services import share_image
from services.share_image import ShareContent
from tests.builders import make_location, make_portal, make_service

CARD = ShareContent(
    portal_name="Kelurahan Tanjung Contoh",
    theme="daun",
    name="Mengganti KTP yang hilang",
    answer="Bawa surat kehilangan dari polisi dan fotokopi KK. Jadi dalam 1 hari kerja, gratis.",
    facts=(("Biaya", "Gratis"), ("Lama", "1 hari kerja"), ("Tempat", "Loket 2, Kantor Kelurahan")),
    checked="Diperiksa 3 November 2026.",
    is_confirmed=True,
)


def picture(content: ShareContent) -> Image.Image:
    image = Image.open(io.BytesIO(share_image.render(content)))
    image.load()
    return image


def differs(one: ShareContent, other: ShareContent) -> bool:
    return share_image.render(one) != share_image.render(other)


def test_a_share_image_is_a_jpeg_of_1200_by_630() -> None:
    image = picture(CARD)
    assert image.format == "JPEG"
    assert image.size == (1200, 630)
    assert image.mode == "RGB"


def test_the_same_content_gives_the_same_bytes() -> None:
    assert share_image.render(CARD) == share_image.render(replace(CARD))


@pytest.mark.parametrize(
    "change",
    [
        {"portal_name": "Kelurahan Lain"},
        {"theme": "kali"},
        {"name": "Mengganti KTP yang rusak"},
        {"answer": "Bawa kartu yang rusak."},
        {"facts": (("Biaya", "Rp25.000"), ("Lama", "1 hari kerja"), ("Tempat", "Loket 2, Kantor Kelurahan"))},
        {"checked": "Diperiksa 4 November 2026."},
        {"is_confirmed": False},
    ],
)
def test_everything_it_says_is_seen(change: dict[str, Any]) -> None:
    assert differs(CARD, replace(CARD, **change))


def test_an_example_carries_a_tag_that_a_confirmed_fact_does_not() -> None:
    tint = (0xFF, 0xF1, 0xCF)
    corner = (760, 90, 1140, 145)

    def has_tag(content: ShareContent) -> bool:
        colours = picture(content).crop(corner).getcolors(maxcolors=100_000) or []
        near = [
            n
            for n, rgb in colours
            if isinstance(rgb, tuple) and all(abs(a - b) < 6 for a, b in zip(rgb, tint, strict=True))
        ]
        return sum(near) > 5_000

    assert has_tag(replace(CARD, is_confirmed=False))
    assert not has_tag(CARD)


@pytest.mark.parametrize(
    "text",
    ["W" * 10_000, "surat keterangan " * 600, "#$@\x00\ud800😀", "", "مرحبا 中文", "&" * 300],
    ids=["endless word", "long", "odd", "empty", "other letters", "dense"],
)
def test_any_text_stays_inside_the_picture_and_its_weight(text: str) -> None:
    content = ShareContent(text, "kali", text, text, ((text, text),) * 3, text, False)
    data = share_image.render(content)
    assert len(data) <= 150_000
    image = Image.open(io.BytesIO(data))
    # Nothing reaches the margins below the eaves.
    for box in ((0, 100, 60, 630), (1140, 100, 1200, 630), (0, 600, 1200, 630)):
        assert image.crop(box).convert("L").getextrema()[0] > 230


def test_the_usual_picture_weighs_less_than_150_kb() -> None:
    assert len(share_image.render(CARD)) < 150_000


# From the catalogue --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_address_changes_when_the_fee_does(now: datetime) -> None:
    portal = make_portal()
    service = make_service(fee_amount=0, counters=[make_location()])
    before = share_image.fingerprint(service, portal)
    assert re.fullmatch(r"[0-9a-f]{12}", before)
    assert share_image.fingerprint(service, portal) == before

    service.fee_amount = 25000
    assert share_image.fingerprint(service, portal) != before
    service.fee_amount = None
    assert share_image.fingerprint(service, portal) != before


@pytest.mark.django_db
def test_the_address_changes_when_the_unit_confirms(now: datetime) -> None:
    portal, service = make_portal(), make_service()
    before = share_image.fingerprint(service, portal)
    service.confirm(by="Sari", at=now)
    assert share_image.fingerprint(service, portal) != before
    assert "18 November 2026" in share_image.content_of(service, portal).checked


@pytest.mark.django_db
def test_what_the_picture_does_not_say_leaves_the_address_alone() -> None:
    portal, service = make_portal(), make_service()
    before = share_image.fingerprint(service, portal)
    service.supervision = "Diawasi sekretaris kelurahan."
    assert share_image.fingerprint(service, portal) == before


@pytest.mark.django_db
def test_the_picture_is_written_in_one_piece_and_the_earlier_one_goes(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    portal, service = make_portal(), make_service(fee_amount=0)
    picture, first = (
        share_image.picture_of(service, portal).write(),
        share_image.picture_of(service, portal).path,
    )
    assert first.read_bytes() == picture
    assert first.is_relative_to(tmp_path / "bagikan")

    service.fee_amount = 25000
    share_image.picture_of(service, portal).write()
    second = share_image.picture_of(service, portal).path
    assert second != first
    assert [path for path in (tmp_path / "bagikan").rglob("*") if path.is_file()] == [second]
    assert second.stat().st_mode & 0o777 == 0o644


@pytest.mark.django_db
def test_a_failed_write_leaves_the_present_picture(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    portal, service = make_portal(), make_service(fee_amount=0)
    share_image.picture_of(service, portal).write()
    first = share_image.picture_of(service, portal).path
    service.fee_amount = 25000

    def full_disk(handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("services.share_image.os.fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        share_image.picture_of(service, portal).write()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [first]


@pytest.mark.django_db
def test_a_picture_nobody_wrote_is_drawn_when_asked_for(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    portal, service = make_portal(), make_service()
    data = share_image.picture_of(service, portal).read_or_write()
    assert data == share_image.picture_of(service, portal).path.read_bytes()
    assert share_image.picture_of(service, portal).read_or_write() == data


# WhatsApp ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["KTP hilang?\nhttps://balai.example.id/l/x", "a & b = c # d + e % f", "“Gratis” 😀"]
)
def test_whatsapp_receives_the_text_as_it_was_written(text: str) -> None:
    link = urlsplit(share_link(text))
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/")
    assert parse_qs(link.query, strict_parsing=True) == {"text": [text]}
    assert link.fragment == ""
