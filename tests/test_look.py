"""The frame of every page and its small parts."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation

from portal.shared.templatetags.look import icon, said
from tests import own_scripts

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PUBLIC_TEMPLATES = [
    path
    for path in TEMPLATES.rglob("*.html")
    if not {"admin", "accounts", "door", "visits"} & set(path.parts) and not path.name.startswith("officer_")
]
SELF_CONTAINED = ("500.html", "503.html")

OFFICE = SimpleNamespace(
    name="Kantor Kelurahan",
    slug="kantor",
    address="Jl. Rancho Indah",
    is_confirmed=False,
    get_absolute_url="/tempat/kantor/",
)


def a_portal(**changes: Any) -> SimpleNamespace:
    portal = {
        "name": "Kelurahan Tanjung Barat",
        "short_name": "Tanjung Barat",
        "tagline": "Portal layanan warga",
        "kind": "village",
        "theme": "daun",
        "is_official": False,
        "office": None,
        "phone": "",
        "whatsapp": "",
        "email": "",
    }
    return SimpleNamespace(**(portal | changes))


def a_page(section: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        path_id="/layanan/",
        path_en="/en/layanan/",
        canonical="https://balai.example/layanan/",
        site_url="https://balai.example",
        section=section,
    )


def english(name: str, **context: Any) -> str:
    with translation.override("en"):
        return render_to_string(name, context)


def rendered(source: str, language: str = "en", **context: Any) -> str:
    with translation.override(language):
        return engines["django"].from_string(source).render(context)


def frame(body: str = "", **context: Any) -> str:
    return rendered(
        '{% extends "base.html" %}' + body, **({"portal": a_portal(), "page": a_page()} | context)
    )


# Tags -------------------------------------------------------------------------------------------------------


def test_an_icon_is_hidden_from_readers_and_small_without_the_sheet() -> None:
    drawn = icon("clock")
    assert 'aria-hidden="true"' in drawn
    assert 'width="20" height="20"' in drawn
    assert re.search(r'href="[^"]*icons[^"]*\.svg#clock"', drawn)


def test_an_icon_name_cannot_break_out_of_its_tag() -> None:
    assert "<script>" not in icon('"/><script>')


def test_said_text_may_stand_in_an_attribute() -> None:
    assert said('  Mengganti\n "KTP"  ') == "Mengganti &quot;KTP&quot;"


# The frame --------------------------------------------------------------------------------------------------


def test_the_title_is_followed_by_whose_portal_it_is_and_the_preview_goes_without() -> None:
    html = frame("{% block title %}{{ name }}{% endblock %}", name='KTP "hilang" & rusak')
    assert "<title>KTP &quot;hilang&quot; &amp; rusak – Kelurahan Tanjung Barat</title>" in html
    assert '<meta property="og:title" content="KTP &quot;hilang&quot; &amp; rusak">' in html


def test_the_preview_comes_early_with_a_picture_at_a_full_address() -> None:
    html = frame()
    assert html.index("og:title") < html.index("stylesheet")
    assert re.search(r'og:image" content="https://balai\.example/static/share-village[^"]*\.png"', html)
    assert 'property="og:image:width" content="1200"' in html


def test_a_page_names_its_address_in_both_languages() -> None:
    html = frame()
    assert '<link rel="canonical" href="https://balai.example/layanan/">' in html
    assert 'hreflang="id" href="https://balai.example/layanan/"' in html
    assert 'hreflang="en" href="https://balai.example/en/layanan/"' in html
    assert 'hreflang="x-default" href="https://balai.example/layanan/"' in html


@pytest.mark.parametrize(
    ("language", "other", "address"), [("id", "en", "/en/layanan/"), ("en", "id", "/layanan/")]
)
def test_the_other_language_is_one_link_away_in_its_own_words(
    language: str, other: str, address: str
) -> None:
    html = rendered('{% extends "base.html" %}', language, portal=a_portal(), page=a_page())
    assert f'<html lang="{language}">' in html
    words = {"en": "English", "id": "Bahasa Indonesia"}[other]
    assert f'<a href="{address}" lang="{other}" hreflang="{other}">{words}</a>' in html


def test_the_portal_calls_itself_official_only_when_its_profile_says_so() -> None:
    assert "Official site of Kelurahan Tanjung Barat" not in frame()
    assert "Example portal, not an official site" in frame()
    assert "Official site of Kelurahan Tanjung Barat" in frame(portal=a_portal(is_official=True))


def test_the_menu_has_six_doors_and_marks_the_one_we_stand_behind() -> None:
    wide = frame(page=a_page(section="places")).split('class="nav-wide"')[1].split("</nav>")[0]
    doors = ["Home", "Services", "Activities", "Places", "Residents’ voice", "Emergency"]
    assert re.findall(r">([^<]+)</a>", wide) == doors
    assert re.findall(r'aria-current="\w+">([^<]+)<', wide) == ["Places"]


@pytest.mark.parametrize("theme", ["daun", "kali"])
def test_the_theme_is_a_class_on_the_body(theme: str) -> None:
    assert f'<body class="theme-{theme}">' in frame(portal=a_portal(theme=theme))


def test_the_first_link_skips_to_the_content() -> None:
    html = frame()
    assert re.search(r'<body[^>]*>\s*<a class="skip" href="#isi">', html)
    assert '<main id="isi" tabindex="-1"' in html


def test_the_footer_names_only_contacts_that_are_known() -> None:
    empty = frame()
    assert "wa.me" not in empty
    assert "tel:" not in empty
    assert "mailto:" not in empty
    full = frame(portal=a_portal(whatsapp="0811-1211-9119", phone="(021) 123456", office=OFFICE))
    assert "https://wa.me/6281112119119" in full
    assert "tel:+6221123456" in full
    assert "/tempat/kantor/" in full


def test_the_frame_stands_without_profile_and_page() -> None:
    html = rendered('{% extends "base.html" %}')
    assert "Balai Warga</title>" in html
    assert "canonical" not in html
    assert 'href="/"' in html


@pytest.mark.parametrize("path", PUBLIC_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_need_no_inline_style_script_token_or_session(path: Path) -> None:
    """A strict content security policy refuses inline style and script; a token would make a page private."""
    source = path.read_text()
    assert own_scripts.foreign_in_template(source) == []
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", source)
    assert not re.search(r"request\.user|request\.session|\{\{\s*user\b", source)
    # Only a page that sends something is private, and has a form for each of its tokens. Mail programs press the
    # button of the page that ends letters, and they know no token (RFC 8058).
    forms = len(re.findall(r"<form[^>]*method=\"post\"", source))
    assert source.count("csrf_token") == (0 if path.match("subscriptions/leave.html") else forms)
    assert ("<style" in source) == (path.name in SELF_CONTAINED)


def test_every_drawing_keeps_its_size_without_the_sheet() -> None:
    for path in PUBLIC_TEMPLATES:
        for tag in re.findall(r"<svg\b[^>]*>", path.read_text()):
            assert "height=" in tag, f"{path.name}: {tag}"
            assert "aria-hidden" in tag or "role=" in tag, f"{path.name}: {tag}"


# Small parts ------------------------------------------------------------------------------------------------


def test_a_search_form_keeps_the_filters_and_escapes_the_words() -> None:
    html = english("includes/_search_form.html", value='"><b>', hidden=[("bidang", "kesehatan")])
    assert '<input type="hidden" name="bidang" value="kesehatan">' in html
    assert "&quot;&gt;&lt;b&gt;" in html
    assert "method=" not in html
    assert '<label class="form-label" for="q">' in html


@pytest.mark.parametrize("closed", ["", "Closed for a while: new counter."])
def test_a_service_card_says_name_answer_cost_time_and_place(closed: str) -> None:
    service = SimpleNamespace(
        title="Mengganti KTP yang hilang",
        answer="Bawa surat kehilangan.",
        fee_display="Free",
        turnaround_display="1 working day",
        place_display="Loket 2",
        get_absolute_url="/layanan/ktp-hilang/",
        closing_words_at=lambda at: closed,
    )
    html = english("includes/_service_cards.html", services=[service])
    for words in (
        '<a href="/layanan/ktp-hilang/">Mengganti KTP',
        "Bawa surat",
        "Free",
        "1 working day",
        "Loket 2",
    ):
        assert words in html
    assert ("tag--stop" in html) == bool(closed)
    assert closed in html
    assert [name for name in ("Cost", "Time it takes", "Place") if f">{name}</span>" not in html] == []


def pages(number: int, total: int) -> SimpleNamespace:
    return SimpleNamespace(
        number=number,
        page_count=total,
        has_other_pages=total > 1,
        has_previous=number > 1,
        has_next=number < total,
        previous_page_number=number - 1,
        next_page_number=number + 1,
    )


def test_pagination_keeps_the_question_and_stops_at_both_ends() -> None:
    query = "q=ktp&bidang=kesehatan"
    middle = english("includes/_pagination.html", page_obj=pages(2, 3), query_without_page=query)
    assert "Page 2 of 3" in middle
    assert 'rel="prev" href="?q=ktp&amp;bidang=kesehatan&amp;hal=1"' in middle
    assert 'rel="next" href="?q=ktp&amp;bidang=kesehatan&amp;hal=3"' in middle
    assert 'rel="prev"' not in english(
        "includes/_pagination.html", page_obj=pages(1, 3), query_without_page=""
    )
    assert 'rel="next"' not in english(
        "includes/_pagination.html", page_obj=pages(3, 3), query_without_page=""
    )
    assert english("includes/_pagination.html", page_obj=pages(1, 1), query_without_page="").strip() == ""


def a_fact(**changes: Any) -> SimpleNamespace:
    fact = {
        "is_confirmed": False,
        "checked_on": None,
        "checked_by_name": "",
        "source": "jakarta.go.id/ktp",
        "scope": "jakarta",
        "get_scope_display": "a source of the city",
        "source_year": "2019",
        "caution": "page of Jakarta Barat",
        "read_on": date(2026, 11, 21),
        "is_stale_on": lambda day: False,
    }
    return SimpleNamespace(**(fact | changes))


def test_an_unconfirmed_fact_is_called_an_example_and_shows_its_source() -> None:
    html = english("includes/_provenance.html", fact=a_fact())
    for words in (
        "Example, not confirmed yet",
        "jakarta.go.id/ktp",
        "2019",
        "Jakarta Barat",
        "21 November 2026",
    ):
        assert words in html
    assert "Checked" not in html


def test_a_confirmed_fact_says_who_checked_it_and_when() -> None:
    fact = a_fact(is_confirmed=True, checked_on=date(2026, 11, 3), checked_by_name="Loket Dukcapil")
    html = english("includes/_provenance.html", fact=fact)
    assert "Checked on 3 November 2026 by Loket Dukcapil." in html
    assert "not confirmed" not in html


def test_the_help_card_offers_the_address_with_its_doubt_when_no_number_is_known() -> None:
    html = english("includes/_help_card.html", portal=a_portal(office=OFFICE))
    assert "Jl. Rancho Indah" in html
    assert "This address has not been confirmed yet." in html
    assert "WhatsApp" not in html
    assert "tel:" not in html
    known = english("includes/_help_card.html", portal=a_portal(whatsapp="0811-1211-9119"))
    assert "https://wa.me/6281112119119" in known


@pytest.mark.parametrize(
    ("is_open", "mark"), [(True, "check-circle"), (False, "x-circle"), (None, "question-circle")]
)
def test_open_closed_and_unknown_differ_in_shape_not_only_in_colour(is_open: bool | None, mark: str) -> None:
    html = english("includes/_opening.html", is_open=is_open, words="Buka")
    assert f"#{mark}" in html


@pytest.mark.parametrize("kind", ["info", "good", "attention", "error"])
def test_a_notice_has_a_heading_and_only_an_error_interrupts(kind: str) -> None:
    html = english("includes/_notice.html", kind=kind, title="Sementara tutup", text="Loket pindah.")
    assert "<h2>Sementara tutup</h2>" in html
    assert ('role="alert"' in html) == (kind == "error")


@pytest.mark.parametrize(("kind", "sign"), [("village", "M64 86 122 50l58 36z"), ("agency", "#b3261e")])
def test_each_kind_of_portal_has_its_drawing(kind: str, sign: str) -> None:
    assert sign in english("includes/_drawing.html", portal=a_portal(kind=kind))
