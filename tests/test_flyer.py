"""The A5 flyer: one page, whatever the text; readable by people, by scanners and by reading voices."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.utils import translation
from django.utils.translation import gettext, ngettext
from PIL import Image
from pypdf import PdfReader

from services import flyer
from services.flyer import Fact, FlyerContent, Need
from services.lettering import FONT_BOLD, FONT_REGULAR

pytestmark = pytest.mark.any_engine

DATA = Path(__file__).resolve().parent.parent / "services" / "data"
MM = 72 / 25.4

CARD = FlyerContent(
    portal_name="Kelurahan Tanjung Contoh",
    title="Mengganti KTP yang hilang",
    short_url="https://balai.example.id/l/ktp-hilang",
    url="https://balai.example.id/layanan/ktp-hilang/",
    promise=(Fact("Biaya", "Gratis"), Fact("Lama", "1 hari kerja")),
    needs=(Need("Surat kehilangan dari polisi", "Hilang"), Need("Fotokopi Kartu Keluarga")),
    steps=("Ambil nomor di pintu masuk", "Serahkan berkas di Loket 2"),
    hours=("Senin–Jumat 07.30–16.00",),
    address="Kantor Kelurahan, Jalan Contoh No. 1",
    phone="021-555-000",
    whatsapp="0812-000-000",
    checked="Diperiksa 3 November 2026.",
    checked_on=date(2026, 11, 3),
    is_confirmed=True,
)


def read(content: FlyerContent) -> PdfReader:
    return PdfReader(io.BytesIO(flyer.render(content)))


def text_of(content: FlyerContent) -> str:
    """The words of the only page, on one line."""
    (page,) = read(content).pages
    return " ".join(page.extract_text().replace("\u200b", "").split())


def structure(reader: PdfReader) -> Iterator[Any]:
    """Every element of the tag tree."""
    waiting: list[Any] = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            yield element
            if "/K" in element:
                waiting.append(element["/K"])


def roles(content: FlyerContent) -> list[str]:
    return [str(element["/S"]) for element in structure(read(content)) if "/S" in element]


# The page ------------------------------------------------------------------------------------------------


def test_a_flyer_is_one_a5_page() -> None:
    (page,) = read(CARD).pages
    assert float(page.mediabox.width) == pytest.approx(148 * MM, abs=0.5)
    assert float(page.mediabox.height) == pytest.approx(210 * MM, abs=0.5)


def test_it_says_what_to_bring_how_when_where_and_when_it_was_checked() -> None:
    text = text_of(CARD)
    for words in (
        "Kelurahan Tanjung Contoh",
        "Mengganti KTP yang hilang",
        "Biaya Gratis",
        "Lama 1 hari kerja",
        "Hilang: Surat kehilangan dari polisi",
        "Fotokopi Kartu Keluarga",
        "Ambil nomor di pintu masuk",
        "Serahkan berkas di Loket 2",
        "Senin–Jumat 07.30–16.00",
        "Jalan Contoh No. 1",
        "021-555-000",
        "0812-000-000",
        "balai.example.id/l/ktp-hilang",
        "Diperiksa 3 November 2026.",
    ):
        assert words in text


def test_what_everyone_brings_comes_first_and_each_case_once() -> None:
    needs = (
        Need("KK lama", "Kalau mengubah data"),
        Need("Fotokopi KTP"),
        Need("Bukti perubahan", "Kalau mengubah data"),
        Need("Surat kehilangan", "Kalau hilang", note="Dari kantor polisi."),
    )
    assert (
        "Fotokopi KTP Kalau mengubah data: KK lama Bukti perubahan "
        "Kalau hilang: Surat kehilangan Dari kantor polisi."
    ) in text_of(replace(CARD, needs=needs))


def test_facts_nobody_stated_are_left_out() -> None:
    bare = replace(CARD, promise=(), hours=(), address="", phone="", whatsapp="", checked="", checked_on=None)
    text = text_of(bare)
    with translation.override("id"):
        assert gettext("Phone:") not in text
        assert gettext("Ask by WhatsApp:") not in text
        assert gettext("Cost") not in text


def test_a_list_nobody_has_written_yet_says_so() -> None:
    with translation.override("id"):
        words = gettext("Not stated yet. Ask the officer first.")
    assert words in text_of(replace(CARD, needs=()))
    assert words not in text_of(CARD)


def test_unconfirmed_facts_carry_the_tag_and_their_source() -> None:
    with translation.override("id"):
        tag = gettext("Example, not confirmed yet")
    example = replace(CARD, is_confirmed=False, source="Sumber: kelurahan lain (2022)")
    assert tag in text_of(example)
    assert "kelurahan lain (2022)" in text_of(example)
    assert tag not in text_of(CARD)


def test_an_english_flyer_speaks_english() -> None:
    text = text_of(replace(CARD, language="en"))
    for words in ("Bring", "How", "Scan or type:", "Ask by WhatsApp:"):
        assert words in text


def test_the_two_themes_differ_in_colour_only() -> None:
    river = replace(CARD, theme="kali")
    assert text_of(river) == text_of(CARD)
    assert pixel(river) == (0x0A, 0x33, 0x52)
    assert pixel(CARD) == (0x07, 0x3D, 0x31)


def pixel(content: FlyerContent) -> tuple[int, ...]:
    """Colour of the eaves board at the upper edge, between two beads."""
    image = Image.open(io.BytesIO(flyer.render_png(content, ppi=72))).convert("RGB")
    value = image.getpixel((14, 2))
    assert isinstance(value, tuple)
    return tuple(int(part) for part in value)


# The QR code ---------------------------------------------------------------------------------------------


def scanned(content: FlyerContent, ppi: float = 200) -> Any:
    image = Image.open(io.BytesIO(flyer.render_png(content, ppi=ppi)))
    return zxingcpp.read_barcode(image.convert("L"))


@pytest.mark.parametrize("theme", ["daun", "kali"])
def test_a_phone_reads_the_short_address(theme: str) -> None:
    assert scanned(replace(CARD, theme=theme)).text == CARD.short_url


def test_the_code_is_read_from_a_coarse_copy_of_a_full_page() -> None:
    assert scanned(replace(CARD, needs=(Need("Fotokopi akta"),) * 20), ppi=96).text == CARD.short_url


def test_the_code_is_at_least_30_mm_wide_and_has_level_m() -> None:
    code = scanned(CARD, ppi=254)  # Ten pixels a millimetre.
    assert code.position.top_right.x - code.position.top_left.x >= 300
    assert code.position.bottom_left.y - code.position.top_left.y >= 300
    assert code.ec_level == "M"


def test_four_modules_around_the_code_are_white() -> None:
    image = Image.open(io.BytesIO(flyer.render_png(CARD, ppi=254))).convert("L")
    position = zxingcpp.read_barcode(image).position
    left, right = position.top_left.x, position.top_right.x
    quiet = (
        round((right - left) / 25 * 4) - 4
    )  # The smallest code in use has 25 modules; more make it narrower.
    box = (left - quiet, position.top_left.y - quiet, right + quiet, position.bottom_left.y + quiet)
    around = image.crop(box)
    around.paste(255, (quiet - 6, quiet - 6, around.width - quiet + 6, around.height - quiet + 6))
    assert around.getextrema() == (255, 255)


def test_the_short_address_leads_to_the_page_on_a_screen() -> None:
    (page,) = read(CARD).pages
    links = [note.get_object().get("/A", {}).get("/URI") for note in page["/Annots"]]
    assert links == [CARD.url]


# The document --------------------------------------------------------------------------------------------


def test_a_reading_voice_finds_headings_lists_and_the_language() -> None:
    found = roles(CARD)
    assert found.count("/H1") == 1
    assert found.count("/H2") == 2
    assert found.count("/L") == 2
    assert found.count("/LI") == len(CARD.needs) + len(CARD.steps)
    root = read(CARD).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_the_picture_of_the_code_has_words() -> None:
    words = [str(element["/Alt"]) for element in structure(read(CARD)) if "/Alt" in element]
    assert any(CARD.short_address in text for text in words)


def test_lists_in_indonesian_are_marked_on_an_english_flyer() -> None:
    english = read(replace(CARD, language="en"))
    assert english.trailer["/Root"]["/Lang"] == "en"
    assert "id" in {str(element["/Lang"]) for element in structure(english) if "/Lang" in element}


def test_title_author_and_date_are_in_the_properties() -> None:
    properties = read(CARD).metadata
    assert properties is not None
    assert properties.title == CARD.title
    assert properties.author == CARD.portal_name
    assert properties.creation_date is not None
    assert properties.creation_date.date() == CARD.checked_on


def test_a_flyer_never_checked_has_no_date_of_its_own() -> None:
    properties = read(replace(CARD, checked_on=None)).metadata
    assert properties is not None
    assert properties.creation_date is None


def test_the_same_content_gives_the_same_bytes() -> None:
    assert flyer.render(CARD) == flyer.render(replace(CARD))
    assert flyer.render(CARD) != flyer.render(replace(CARD, promise=(Fact("Biaya", "Rp25.000"),)))


# Fitting -------------------------------------------------------------------------------------------------


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    needs = tuple(
        Need(f"Surat pernyataan bermeterai nomor {number} dengan dua saksi") for number in range(1, 41)
    )
    text = text_of(replace(CARD, needs=needs))
    shown = sum(f"nomor {number} dengan" in text for number in range(1, 41))
    with translation.override("id"):
        left = len(needs) - shown
        rest = ngettext("… and %(count)d more, see the site", "… and %(count)d more, see the site", left)
    assert 4 <= shown < len(needs)
    assert rest % {"count": left} in text


def test_a_list_that_fits_in_smaller_letters_is_not_cut() -> None:
    needs = tuple(Need(f"Berkas nomor {number}") for number in range(1, 14))
    text = text_of(replace(CARD, needs=needs))
    assert all(f"Berkas nomor {number}" in text for number in range(1, 14))


def test_a_name_of_more_than_eight_words_stands_in_two_sizes() -> None:
    title = "Membuat KTP elektronik pertama (usia 17 tahun atau sudah menikah)"
    text = text_of(replace(CARD, title=title))
    assert "Membuat KTP elektronik pertama Usia 17 tahun atau sudah menikah" in text
    properties = read(replace(CARD, title=title)).metadata
    assert properties is not None
    assert properties.title == title


HOSTILE = {
    "markup": '#import "@preview/x:1.0.0": * #panic("x") $ a_1 $ @cite <label> [x] *b* _i_ `c` // /* ~',
    "quotes": "\"'“”‘’`´«»{}[]()<>&%$#@!?*/\\|^~",
    "one endless word": "W" * 10_000,
    "ten thousand letters": "surat pernyataan " * 600,
    "right to left": "مرحبا بالعالم שלום עולם " * 40,
    "emoji and others": "😀👨‍👩‍👧‍👦🇮🇩 中文字符 ไทย \U00010380",
    "control characters": "a\x00b\x07c\x1bd\x7fe\u202ef\ufefff\u2028g\u2029h\r\ni\tj",
    "broken surrogate": "a\ud800b",
    "nothing but spaces": " \t\n\u00a0\u2003 ",
    "combining": "Z̸̡̛͈̦a̷̢l̶g̵o " * 30,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_gives_one_page_and_is_never_obeyed(text: str) -> None:
    content = replace(
        CARD,
        portal_name=text,
        title=text,
        promise=(Fact(text, text),) * 3,
        needs=(Need(text, text),) * 30,
        steps=(text,) * 30,
        hours=(text,) * 9,
        address=text,
        phone=text,
        whatsapp=text,
        checked=text,
        source=text,
        is_confirmed=False,
    )
    reader = read(content)
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert scanned(content).text == CARD.short_url


def test_marks_of_the_typesetter_are_printed_as_they_are() -> None:
    written = 'Isi #formulir $F1$ @loket *2* _a_ [x] "y" \\z = 3 < 4 `k` //'
    assert written in text_of(replace(CARD, needs=(Need(written),)))


def rows_of(data_set: Path, name: str) -> dict[str, list[dict[str, str]]]:
    grouped = defaultdict(list)
    with (data_set / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            grouped[row.get("service") or row["code"]].append(row)
    return grouped


@pytest.mark.parametrize("data_set", ["tanjung-barat", "disdik-labura"])
def test_every_real_service_fits_with_all_it_needs(data_set: str) -> None:
    requirements = rows_of(DATA / data_set, "requirements.csv")
    steps = rows_of(DATA / data_set, "steps.csv")
    services = rows_of(DATA / data_set, "services.csv")
    assert len(services) >= 20
    for code, (row,) in services.items():
        content = replace(
            CARD,
            title=row["name"],
            promise=(Fact("", row["summary"]),),
            needs=tuple(Need(need["text"], need["condition"]) for need in requirements[code]),
            steps=tuple(f"{step['title']} ({step['place']})" for step in steps[code]),
            source=f"Sumber: {row['source']}",
            is_confirmed=False,
        )
        text = text_of(content).replace(" ", "")
        ends = [words.split()[-1] for words in (*(need.text for need in content.needs), *content.steps)]
        assert [word for word in ends if word not in text] == [], code


def test_the_fonts_are_small_and_their_licence_lies_beside_them() -> None:
    for font in (FONT_REGULAR, FONT_BOLD):
        assert font.stat().st_size <= 60_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONT_REGULAR.parent / "OFL.txt").read_text()


def test_only_our_own_font_is_in_the_file() -> None:
    (page,) = read(CARD).pages
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1] for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"NotoSans-Regular", "NotoSans-Bold"}
