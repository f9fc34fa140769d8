"""Pages that could not be given: they say what to do next, and the last ones need nothing that may be broken."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from tests.desk import make_officer, signed_in

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
SELF_CONTAINED = ("500.html", "503.html")


def english(name: str, **context: Any) -> str:
    with translation.override("en"):
        return render_to_string(name, context)


def test_a_lost_reader_gets_a_search_and_four_doors(client: Client, db: None) -> None:
    response = client.get("/en/no-such-page/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "This page is not here" in html
    assert 'role="search"' in html
    assert html.count('class="tile"') == 4
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_error_pages_stand_without_any_context(name: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(name)
    assert html.count("<h1") == 1
    assert f'<html lang="{language}">' in html


def test_the_waiting_page_says_how_long_and_whom_to_call() -> None:
    html = english("429.html", wait_minutes=5, portal=SimpleNamespace(phone="021 123456"))
    assert "Try again in 5 minutes." in html
    assert "tel:+6221123456" in html
    assert "Try again in 1 minute." in english("429.html", wait_minutes=1)
    assert "Try again in a few minutes." in english("429.html")


def test_the_closed_door_says_how_to_get_in() -> None:
    html = english("403.html")
    assert 'href="/en/admin/login/"' in html
    assert "without an account" in html


@pytest.mark.django_db
def test_whoever_is_inside_is_shown_back_to_the_desk_and_not_to_the_door() -> None:
    answer = signed_in(make_officer("field officer")).get("/en/admin/accounts/colleague/")
    assert answer.status_code == 403
    assert 'href="/en/admin/"' in answer.text
    assert "/admin/login/" not in answer.text


@pytest.mark.parametrize("name", SELF_CONTAINED)
def test_the_apology_needs_nothing_that_may_be_broken(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    assert "{%" not in source
    assert "{{" not in source
    assert not re.search(r"<link|<img|<script|src=|url\((?!#)", source)
    assert len(brotli.compress(source.encode())) < 6 * 1024
    assert len(source.encode()) < 6 * 1024
    assert "Maaf" in source
    assert '<div lang="en">' in source
    assert "Sorry" in source


@pytest.mark.parametrize("width", [320, 360])
def test_large_text_never_scrolls_sideways(open_page: Any, db: None, width: int) -> None:
    # The large letters are ours, not the page's, and so not under its policy.
    page = open_page("/alamat-yang-tidak-ada/", width=width, javascript=True, bypass_csp=True)
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
