"""Every template compiles, and none brings what a strict content policy will refuse."""

import re
from pathlib import Path

import pytest
from django.template import engines

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "templates", *(ROOT / app / "templates" for app in ("services", "outreach", "feedback"))]
TEMPLATES = sorted(
    path.relative_to(folder).as_posix() for folder in FOLDERS for path in folder.rglob("*") if path.is_file()
)
INLINE = {
    "a style attribute": r"<[a-z][^>]*\sstyle\s*=",
    "an event handler": r"<[a-z][^>]*\son[a-z]+\s*=",
    "a script of its own": r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/(?:ld\+)?json)",
    "a script address": r"(?:href|action)\s*=\s*[\"']javascript:",
}


def inline_parts(text: str) -> list[str]:
    markup = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " x ", text, flags=re.DOTALL)
    return [name for name, pattern in INLINE.items() if re.search(pattern, markup, re.IGNORECASE)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name: str) -> None:
    engines["django"].get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_keeps_style_and_script_in_files(name: str) -> None:
    path = next(folder / name for folder in FOLDERS if (folder / name).exists())
    assert inline_parts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("markup", "part"),
    [
        ('<p class="a" style="color:red">', "a style attribute"),
        ('<a\n onclick="go()">', "an event handler"),
        ("<script>go()</script>", "a script of its own"),
        ('<a href="javascript:go()">', "a script address"),
    ],
)
def test_inline_parts_are_found(markup: str, part: str) -> None:
    assert inline_parts(markup) == [part]


def test_a_condition_inside_a_tag_is_no_handler() -> None:
    assert inline_parts('<a href="#"{% if one == letter %} aria-current="true"{% endif %}>') == []


def test_there_are_templates_to_look_at() -> None:
    assert "base.html" in TEMPLATES
