"""The main story: a resident with a small phone, no scripts and a few words finds what to bring, and passes it on."""

import io
import subprocess
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests import tools
from tests.browser_server import Served

pytest_plugins = ["tests.browser_world"]

Visit = Callable[..., Any]
MM = 72 / 25.4
SERVICE = "/layanan/ktp-hilang/"


def path_of(page: Any) -> str:
    """The address of the page without its host."""
    parts = urlsplit(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def facts_of(page: Any) -> dict[str, str]:
    """Cost, time and place as they stand at the top of a service."""
    rows = page.locator(".facts > div").all()
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}


# From the question to the answer -------------------------------------------------------------------------


def test_a_few_misspelt_words_lead_to_the_answer(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/")
    assert page.get_by_role("heading", level=1).inner_text() == "Mau urus apa hari ini?"
    page.get_by_label("Cari layanan atau tempat").fill("ktp ilang")
    page.get_by_role("button", name="Cari").click()
    assert path_of(page) == "/cari/?q=ktp+ilang"
    first = page.locator(".results :is(h2, h3) a").first
    assert first.locator("mark").all_inner_texts() == ["KTP", "hilang"]
    first.click()
    assert path_of(page) == SERVICE
    assert page.get_by_role("heading", level=1).inner_text() == "Mengganti KTP yang hilang atau rusak"


def test_cost_time_and_place_are_seen_at_a_glance(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, SERVICE)
    assert facts_of(page) == {
        "Biaya": "Gratis",
        # No source says how long it takes, and that is not the same as no time at all.
        "Lama": "Belum tercantum",
        "Tempat": "Loket Dukcapil, Kantor Kelurahan Tanjung Barat",
    }
    box = page.locator(".facts").bounding_box()
    assert box["y"] + box["height"] <= 740, "Nobody should have to scroll for these three."


def test_a_service_says_what_to_prepare_how_it_goes_and_what_is_promised(
    visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, SERVICE)
    prepare = page.locator("section", has=page.get_by_role("heading", name="Siapkan ini"))
    assert [one.inner_text() for one in prepare.get_by_role("listitem").all()] == [
        "Kalau hilang: Surat kehilangan dari kepolisian",
        "Kalau rusak: Kartu yang rusak",
        "Fotokopi KK",
    ]
    steps = page.locator("section", has=page.get_by_role("heading", name="Caranya"))
    assert steps.get_by_role("heading", level=3).all_inner_texts() == [
        "Datang ke loket Dukcapil",
        "Ambil kartu pengganti",
    ]
    promise = page.locator("section", has=page.get_by_role("heading", name="Janji layanan kami"))
    assert promise.locator("tr").count() == 6, "The six parts of the delivery of a service stand open."
    assert promise.get_by_role("row", name="Hasil").inner_text().endswith("KTP elektronik (KTP-el) pengganti")
    # The management parts are one press away, without a script.
    basis = promise.locator("details")
    assert not basis.locator("dl").is_visible()
    basis.locator("summary").click()
    assert basis.locator("dl").is_visible()


def test_what_nobody_has_confirmed_is_called_an_example_and_names_its_source(
    visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, SERVICE)
    assert page.locator(".tag").first.inner_text() == "Contoh, belum dikonfirmasi"
    source = page.locator(".source").inner_text()
    assert "kependudukancapil.jakarta.go.id/sudin_jakbar" in source
    assert "21 November 2026" in source
    assert "Portal contoh, bukan situs resmi" in page.get_by_role("banner").inner_text()


def test_what_the_office_has_confirmed_says_who_checked_it_and_when(
    visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, "/layanan/akta-lahir/")
    assert page.locator(".tag").first.inner_text() == "Sudah diperiksa petugas"
    source = page.locator(".source").inner_text()
    assert "25 November 2026" in source
    assert "Siti Rahayu" in source
    assert "Contoh" not in page.locator("article").inner_text()


# Passing it on -------------------------------------------------------------------------------------------


def test_the_answer_goes_to_whatsapp_with_a_link_that_leads_back(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, SERVICE)
    link = urlsplit(page.get_by_role("link", name="Kirim ke WhatsApp").get_attribute("href"))
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/")
    name, answer, doubt, short = parse_qs(link.query)["text"][0].split("\n")
    assert name == page.get_by_role("heading", level=1).inner_text()
    assert answer == page.locator(".lead").inner_text()
    assert doubt == "Contoh, belum dikonfirmasi"
    assert short == f"{tanjung_barat.url}/l/ktp-hilang"
    assert path_of(visit(tanjung_barat, "/l/ktp-hilang")) == SERVICE


def test_the_flyer_is_one_a5_page_whose_code_leads_back(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, SERVICE)
    address = page.get_by_role("link", name="Cetak selebaran").get_attribute("href")
    flyer = tanjung_barat.ask(address).body
    (sheet,) = PdfReader(io.BytesIO(flyer)).pages
    assert float(sheet.mediabox.width) == pytest.approx(148 * MM, abs=0.5)
    assert float(sheet.mediabox.height) == pytest.approx(210 * MM, abs=0.5)
    words = " ".join(sheet.extract_text().split())
    assert "Surat kehilangan dari kepolisian" in words

    code = zxingcpp.read_barcode(drawn(flyer))
    assert code is not None, "The code on the flyer cannot be read."
    assert code.text == f"{tanjung_barat.url}/l/ktp-hilang?dari=flyer"
    arrived = path_of(visit(tanjung_barat, code.text.removeprefix(tanjung_barat.url)))
    assert arrived == f"{SERVICE}?dari=flyer"


def drawn(pdf: bytes) -> Image.Image:
    """The page as a printer of 150 dots an inch would draw it, in grey."""
    program = tools.pdftoppm()
    if program is None:
        pytest.skip(f"{tools.POPPLER_MISSING}.")
    command = [program, "-r", "150", "-gray", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout))


def test_a_preview_of_a_shared_link_has_name_answer_and_picture(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, SERVICE)
    told = {
        name: page.locator(f'meta[property="og:{name}"]').get_attribute("content")
        for name in ("title", "description", "image")
    }
    assert told["title"] == page.get_by_role("heading", level=1).inner_text()
    assert told["description"] == page.locator(".lead").inner_text()
    assert told["image"].startswith(f"{tanjung_barat.url}{SERVICE}bagikan-")
    picture = Image.open(io.BytesIO(tanjung_barat.ask(told["image"].removeprefix(tanjung_barat.url)).body))
    assert (picture.format, picture.size) == ("JPEG", (1200, 630))


# Two portals, two languages ------------------------------------------------------------------------------


def test_another_data_set_is_another_portal(visit: Visit, tanjung_barat: Served, labura: Served) -> None:
    names = {tanjung_barat: "Kelurahan Tanjung Barat", labura: "Dinas Pendidikan Labuhanbatu Utara"}
    counts = {tanjung_barat: ("42 layanan", "45 tempat"), labura: ("20 layanan", "376 tempat")}
    for portal, other in ((tanjung_barat, labura), (labura, tanjung_barat)):
        page = visit(portal, "/")
        assert page.title().endswith(names[portal])
        assert names[other] not in page.content()
        for address, count in zip(("/layanan/", "/tempat/"), counts[portal], strict=True):
            page.goto(portal.url + address)
            assert page.get_by_role("status").inner_text() == count

    page = visit(labura, "/wilayah/")
    districts = page.get_by_role("main").locator("summary").all_inner_texts()
    assert len(districts) == 8
    assert all(name.startswith("Kecamatan ") for name in districts)
    assert visit(tanjung_barat, "/wilayah/").get_by_role("link", name="Kecamatan Jagakarsa").is_visible()


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/", "What do you need to get done today?"),
        ("/cari/?q=ktp+ilang", "Search results for “ktp ilang”"),
        (SERVICE, "Replace a lost or damaged ID card (KTP)"),
        ("/layanan/?bidang=kesehatan", "Health"),
    ],
)
def test_the_language_link_leads_to_the_same_page_and_back(
    address: str, heading: str, visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, address)
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="English", exact=True).click()
    assert path_of(page) == "/en" + address
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text() == heading
    page.get_by_role("link", name="Bahasa Indonesia", exact=True).click()
    assert path_of(page) == address
    assert page.get_by_role("heading", level=1).inner_text() == before


# With the keyboard alone ---------------------------------------------------------------------------------

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary"
STOP = """() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return {
        at: [...document.querySelectorAll("*")].indexOf(one),
        ring: style.outlineStyle === "solid" ? parseFloat(style.outlineWidth) : 0,
        halo: style.boxShadow,
        isSeen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""
IN_ORDER = """(selector) => {
    const all = [...document.querySelectorAll("*")];
    const seen = (one) => one.checkVisibility({visibilityProperty: true});
    return [...document.querySelectorAll(selector)].filter(seen).map((one) => all.indexOf(one));
}"""


@pytest.mark.parametrize("address", ["/", "/cari/?q=ktp+ilang", SERVICE, "/layanan/"])
def test_tab_visits_everything_in_reading_order_and_always_shows_where(
    address: str, visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, address)
    expected = page.evaluate(IN_ORDER, FOCUSABLE)
    visited = []
    for _ in expected:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        visited.append(stop["at"])
        assert stop["ring"] >= 3, page.evaluate("document.activeElement.outerHTML")
        assert stop["halo"] != "none"
        assert stop["isSeen"], page.evaluate("document.activeElement.outerHTML")
    assert visited == expected
    assert len(expected) > 15


def test_the_first_stop_skips_to_the_content(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, SERVICE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_opens_with_enter_and_leads_on(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/")
    menu = page.locator("details.menu")
    links = menu.get_by_role("link")
    assert not menu.get_by_role("list").is_visible()
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert links.all_inner_texts() == [
        "Beranda",
        "Layanan",
        "Kegiatan",
        "Tempat",
        "Suara warga",
        "Darurat",
    ]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Layanan"
    page.keyboard.press("Enter")
    page.wait_for_url("**/layanan/")


def test_the_whole_story_works_without_a_pointer(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/")
    page.get_by_label("Cari layanan atau tempat").focus()
    page.keyboard.type("ktp ilang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cari/?q=ktp+ilang")
    page.locator(".results :is(h2, h3) a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{SERVICE}")
