"""On paper: the longest real services on two sheets, without what only a screen can use."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.browser_server import Served

pytest_plugins = ["tests.browser_world"]

DATA = Path(__file__).resolve().parent.parent / "services" / "data"
MM = 72 / 25.4
Visit = Callable[..., Any]


def longest(data_set: str, most: int) -> list[str]:
    """The services with the most words, by their address word."""
    letters: Counter[str] = Counter()
    slugs = {}
    for name in ("services", "requirements", "steps", "channels", "counters"):
        with (DATA / data_set / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                letters[row.get("service") or row["code"]] += sum(map(len, filter(None, row.values())))
                if name == "services":
                    slugs[row["code"]] = row["slug"]
    return [slugs[code] for code, _count in letters.most_common(most)]


LONG = [("tanjung_barat", slug) for slug in longest("tanjung-barat", 5)]
LONG += [("labura", slug) for slug in longest("disdik-labura", 3)]


def printed(page: Any) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=False)))


def words_of(paper: PdfReader) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in paper.pages)


@pytest.mark.parametrize("query", ["", "?cetak=1"])
@pytest.mark.parametrize(("portal", "slug"), LONG)
def test_a_service_fits_two_sheets_of_a4(
    portal: str, slug: str, query: str, visit: Visit, portal_of: Callable[[str], Served]
) -> None:
    served = portal_of(portal)
    page = visit(served, f"/layanan/{slug}/{query}")
    paper = printed(page)
    assert len(paper.pages) <= 2
    for sheet in paper.pages:
        assert float(sheet.mediabox.width) == pytest.approx(210 * MM, abs=1)
        assert float(sheet.mediabox.height) == pytest.approx(297 * MM, abs=1)
    words = words_of(paper)
    assert page.locator("h1").inner_text() in words
    assert f"{served.url}/l/{slug}" in words, "The address stands on paper as a person can type it."
    # Folded away on the screen, so on paper only where it is asked for.
    assert ("Dasar hukum" in words) == bool(query)
    assert "Sumber: " in words


def test_paper_has_no_navigation_and_no_buttons(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/layanan/ktp-hilang/")
    seen = page.locator("body").inner_text()
    words = words_of(printed(page))
    for name in (
        "Menu",
        "English",
        "Kirim ke WhatsApp",
        "Cetak selebaran",
        "Layanan yang mirip",
        "Butuh bantuan?",
    ):
        assert name in seen
        assert name not in words
    for name in ("Beranda", "Langsung ke isi", "Alamat dan peta", "Data terbuka"):
        assert name not in words
    for name in (
        "Kelurahan Tanjung Barat",
        "Biaya",
        "Gratis",
        "Siapkan ini",
        "Jl. Rancho Indah",
        "Contoh, belum",
    ):
        assert name in words


def test_where_a_link_leads_can_be_read_on_paper(visit: Visit, tanjung_barat: Served) -> None:
    words = words_of(printed(visit(tanjung_barat, "/layanan/ktp-hilang/")))
    assert "https://alpukat-dukcapil.jakarta.go.id" in words


def test_emergency_numbers_fit_one_sheet(visit: Visit, tanjung_barat: Served) -> None:
    paper = printed(visit(tanjung_barat, "/darurat/"))
    (sheet,) = paper.pages
    assert "0811-1211-9119" in sheet.extract_text()
