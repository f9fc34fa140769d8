"""Flyers, posters and pictures of activities and campaigns: what they say, where their codes lead, their size."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from outreach.flyers import content_for, sheet_of
from outreach.linking import codes_of
from outreach.models import Event
from outreach.share_images import addresses_of, content_of, period
from services import flyer
from services.flyer import FLYER, POSTER
from services.share_drawing import SHAPES, render
from tests.builders import (
    EVENT_AT,
    make_audience,
    make_campaign,
    make_event,
    make_portal,
    make_service,
    make_user,
)
from tests.outreach_world import make_drop, make_material, make_print_run

# Papers and pictures are the same whatever the database.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

BEFORE = EVENT_AT - timedelta(days=7)
MM = 72 / 25.4


@pytest.fixture(autouse=True)
def a_week_before(time_machine: Any) -> None:
    time_machine.move_to(BEFORE, tick=False)


def full_event(**changes: Any) -> Event:
    return make_event(
        **{
            "title": "Cek kesehatan gratis di RW 03",
            "bring": "KTP atau KK\nKacamata baca",
            "fee_words": "Gratis",
            "audiences": [make_audience("Lansia")],
            "campaign": make_campaign(),
        }
        | changes
    )


def page_of(pdf: bytes) -> tuple[str, float, float]:
    """The words of the only page on one line, and its width and height in mm."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    words = " ".join(page.extract_text().replace("\u200b", "").split())
    return words, float(page.mediabox.width) / MM, float(page.mediabox.height) / MM


def scanned(content: Any, form: str, ppi: int) -> Any:
    image = Image.open(io.BytesIO(flyer.render_png(content, form, ppi=ppi))).convert("L")
    [code] = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return code


def test_flyer_and_poster_of_an_activity_say_all_one_has_to_know() -> None:
    portal, event = make_portal(), full_event()
    for form, width, height in ((FLYER, 148, 210), (POSTER, 210, 297)):
        words, paper_width, paper_height = page_of(
            flyer.render(content_for(event, portal, form, at=BEFORE), form)
        )
        assert (round(paper_width), round(paper_height)) == (width, height)
        code = codes_of(event)[form]
        for said in (
            *("Cek kesehatan gratis di RW 03", "28 November 2026", "09.00–12.00 WIB", "Balai RW 03"),
            *("Gratis", "KTP atau KK", f"/l/{code}", "2 November 2026", event.unit.name),
        ):
            assert said in words, (form, said)


@pytest.mark.parametrize(("form", "least"), [(FLYER, 30), (POSTER, 55)])
def test_the_code_is_large_enough_and_leads_to_the_page_with_its_channel(form: str, least: int) -> None:
    portal, event, ppi = make_portal(), full_event(), 100
    code = scanned(content_for(event, portal, form, at=BEFORE), form, ppi)
    corners = code.position
    assert (corners.top_right.x - corners.top_left.x) / ppi * 25.4 >= least
    path = "/" + code.text.partition("://")[2].partition("/")[2]
    answer = Client().get(path, headers={"user-agent": "Mozilla/5.0 (Linux; Android 10) Mobile"})
    assert answer["Location"] == f"/kegiatan/{event.slug}/?dari={form}.{path.removeprefix('/l/')}"


def test_a_service_says_by_its_code_that_it_was_paper_and_stays_short_to_type() -> None:
    make_portal()
    service = make_service(requirements=["KTP"], steps=["Datang"])
    pdf = Client().get(f"/layanan/{service.slug}/poster.pdf")
    assert pdf["Content-Disposition"].endswith('-a4.pdf"')
    words, width, _height = page_of(pdf.content)
    assert round(width) == 210
    assert f"/l/{service.slug}" in words.replace(" ", "")
    assert (
        Client().get(f"/l/{service.slug}?dari=poster")["Location"] == f"/layanan/{service.slug}/?dari=poster"
    )
    assert Client().get(f"/l/{service.slug}?dari=//x")["Location"] == f"/layanan/{service.slug}/"


def test_a_campaign_lists_its_coming_activities_with_their_days() -> None:
    portal, campaign = make_portal(), make_campaign("Cek kesehatan gratis RW 03")
    make_event("Senam sehat", campaign=campaign)
    make_event("Sudah lewat", campaign=campaign, starts_at=BEFORE - timedelta(days=9))
    words, _width, _height = page_of(flyer.render(content_for(campaign, portal, FLYER, at=BEFORE)))
    assert "28 Nov, 09.00: Senam sehat (Balai RW 03)" in words
    assert "1–30 November 2026" in words
    assert "Sudah lewat" not in words
    assert Client().get(f"/kampanye/{campaign.slug}/poster.pdf").status_code == 200
    assert Client().get(f"/l/{campaign.slug}")["Location"] == f"/kampanye/{campaign.slug}/"


def test_each_place_gets_sheets_with_its_own_code_and_headline() -> None:
    portal, event = make_portal(), full_event()
    run = make_print_run(material=make_material(event=event, headline="Periksa dulu, gratis."))
    one, other = make_drop("Pos RW 03", 10, run=run), make_drop("Warung", 10, run=run)
    for drop in (one, other):
        words = page_of(sheet_of(run.material, portal, at=BEFORE, drop=drop))[0]
        assert f"/l/{drop.link.code}" in words
        assert "Periksa dulu, gratis." in words
        assert event.title in words
    assert one.link.code != other.link.code


@pytest.mark.parametrize("text", ["W" * 250, "surat keterangan " * 14, "#[$x$] \\ “” 😀"])
def test_any_words_fit_one_page(text: str) -> None:
    portal = make_portal()
    event = full_event(title=text[:160], summary=text, bring="\n".join([text] * 30), fee_words=text[:120])
    for form in (FLYER, POSTER):
        page_of(flyer.render(content_for(event, portal, form, at=BEFORE), form))


def test_what_is_not_ahead_or_not_public_has_no_sheet() -> None:
    make_portal()
    event, draft = make_event(), make_event(is_published=False)
    address = f"/kegiatan/{event.slug}/selebaran.pdf"
    assert Client().get(address)["Content-Type"] == "application/pdf"
    assert Client().get(f"/en{address}")["Content-Disposition"].endswith('-a5.pdf"')
    assert Client().get(f"/kegiatan/{draft.slug}/selebaran.pdf").status_code == 404
    event.cancel("Hujan deras.", by=make_user(), at=BEFORE)
    assert Client().get(address).status_code == 404


def test_an_example_is_marked_and_an_unknown_cost_is_not_free() -> None:
    portal = make_portal()
    words = page_of(flyer.render(content_for(make_event(is_example=True), portal, FLYER, at=BEFORE)))[0]
    assert "Contoh" in words
    assert "Gratis" not in words.replace("Periksa tekanan darah dan gula, gratis.", "")


# Pictures ------------------------------------------------------------------------------------------------


def test_the_three_pictures_are_found_under_their_present_mark_only() -> None:
    portal, event = make_portal(), full_event()
    for subject in (event, event.campaign):
        addresses = addresses_of(subject, portal)
        assert {*addresses} == {*SHAPES}
        for key, address in addresses.items():
            path = "/" + address.partition("://")[2].partition("/")[2]
            answer = Client().get(path)
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
            assert len(answer.content) < 150_000
            shape = SHAPES[key]
            assert Image.open(io.BytesIO(answer.content)).size == (shape.width, shape.height)
    old = addresses_of(event, portal)
    event.cancel("Hujan deras.", by=make_user(), at=BEFORE)
    event.refresh_from_db()
    assert addresses_of(event, portal) != old
    assert "Hujan deras." in content_of(event, portal).answer
    path = "/" + old["tegak"].partition("://")[2].partition("/")[2]
    assert Client().get(path).status_code == 404
    assert Client().get(path.replace("tegak", "bulat")).status_code == 404


def test_a_service_has_the_same_three() -> None:
    portal, service = make_portal(), make_service()
    for address in addresses_of(service, portal).values():
        path = "/" + address.partition("://")[2].partition("/")[2]
        assert Client().get(path).status_code == 200


@pytest.mark.parametrize("text", ["W" * 3_000, "surat keterangan " * 60, ""])
def test_any_words_stay_inside_square_and_tall(text: str, now: datetime) -> None:
    portal, event = make_portal(), make_event()
    content = content_of(event, portal)
    content = type(content)(text, "kali", text, text, ((text, text),) * 3, text, False, text)
    for key in ("persegi", "tegak"):
        data = render(content, SHAPES[key])
        assert len(data) < 150_000
        image = Image.open(io.BytesIO(data)).convert("L")
        bottom = SHAPES[key].ground or image.height
        edge = image.crop((0, 140, 60, bottom - 80))
        assert edge.getextrema()[0] > 230


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2026-11-01", "2026-11-30", "1–30 November 2026"),
        ("2026-11-20", "2026-12-03", "20 November – 3 Desember 2026"),
        ("2026-12-20", "2027-01-03", "20 Desember 2026 – 3 Januari 2027"),
        ("2026-11-20", "2026-11-20", "20 November 2026"),
    ],
)
def test_a_period_is_said_once(starts: str, ends: str, words: str) -> None:
    dates = [datetime.fromisoformat(day).date() for day in (starts, ends)]
    assert period(make_campaign(is_published=False, starts_on=dates[0], ends_on=dates[1])) == words
