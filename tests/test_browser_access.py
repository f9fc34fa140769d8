"""Every type of page, with real data, for every reader: no fault axe knows, nothing cut off, targets for a thumb."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from tests import own_scripts
from tests.browser_access import (
    AXE,
    CHECKED,
    CONTROL,
    CUT_OFF,
    EDGES,
    FIND_FAULTS,
    KEYBOARD,
    LINK,
    SMALL_TARGETS,
    faults_of,
)
from tests.browser_pages import EVERY_PAGE, ON_THEIR_OWN
from tests.browser_server import Served

pytest_plugins = ["tests.browser_world"]

Visit = Callable[..., Any]
PortalOf = Callable[[str], Served]


# In the browser ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_page_shuts_nobody_out(name: str, visit: Visit, portal_of: PortalOf) -> None:
    """One visit for all measurements: loading a page takes longer than most of them."""
    asked = EVERY_PAGE[name]
    assert faults_of(visit(portal_of(asked.portal), asked.address, javascript=True)) == {}


def test_axe_does_find_faults(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/", javascript=True, bypass_csp=True)
    page.evaluate(AXE)
    page.evaluate(
        """document.querySelector("main").insertAdjacentHTML("beforeend",
        '<img src="/static/mark.svg"><p style="color: #999">Hampir tak terbaca</p><h4>Loncat</h4><input>')"""
    )
    found = {fault.partition(":")[0] for fault in page.evaluate(FIND_FAULTS, CHECKED)}
    assert {"image-alt", "color-contrast", "heading-order", "label"} <= found


def test_what_is_cut_off_or_too_small_is_seen(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/", javascript=True, bypass_csp=True)
    page.evaluate(
        """document.querySelector("main").insertAdjacentHTML("beforeend",
        '<p style="width: 500px">Lebar</p><div style="overflow: hidden; height: 9px">Terpotong di tengah</div>'
        + '<p><a href="/">Sendiri</a></p><p>Dalam <a href="/">kalimat</a></p><button>x</button>')"""
    )
    assert len(page.evaluate(CUT_OFF)) == 2
    assert [re.findall(r">(\w+)<", fault) for fault in page.evaluate(SMALL_TARGETS, [CONTROL, LINK])] == [
        ["Sendiri"],
        ["x"],
    ]


def test_what_the_keyboard_or_the_systems_own_colours_lose_is_seen(
    visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, "/", javascript=True, bypass_csp=True)
    page.emulate_media(forced_colors="active")
    page.evaluate(
        """document.querySelector("main").insertAdjacentHTML("afterbegin",
        '<a href="/" tabindex="2">Dahulu</a><p style="position: relative"><button>Di bawah</button>'
        + '<span style="position: absolute; inset: 0"></span></p>'
        + '<a href="/" style="outline: 0 !important">Tak tampak</a><p class="panel" style="border: 0">Lepas</p>')"""
    )
    page.keyboard.press("Tab")
    assert [fault.partition(":")[0] for fault in page.evaluate(KEYBOARD)] == [
        "an order of its own",
        "is covered or out of sight",
        "hides the focus",
    ]
    assert [re.findall(r">(\w+)<", fault) for fault in page.evaluate(EDGES)] == [["Lepas"]]


def test_nothing_moves_for_who_asks_for_stillness(visit: Visit, tanjung_barat: Served) -> None:
    page = visit(tanjung_barat, "/", reduced_motion="reduce")
    moving = """[...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
    }).length"""
    assert page.evaluate(moving) == 0


# In the text of the page -------------------------------------------------------------------------------------


class Outline(HTMLParser):
    """Language, title, headings and landmarks of a page, and the links that open it in the other language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language, self.title = "", ""
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("type") == "application/ld+json":
            return  # Data for search engines: no reader meets it and nothing runs it.
        self.tags.append(tag)
        if identity := given.get("id"):
            self.ids.append(identity)
        if tag == "html":
            self.language = given.get("lang") or ""
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


@pytest.mark.sqlite
def test_every_page_has_an_orderly_outline_and_a_title_of_its_own(portal_of: PortalOf) -> None:
    titles: dict[str, str] = {}
    for name, asked in EVERY_PAGE.items():
        answer = portal_of(asked.portal).ask(asked.address)
        assert answer.status == asked.status, name
        outline = Outline(answer.text)
        assert outline.language == ("en" if asked.address.startswith("/en/") else "id"), name
        assert outline.headings.count(1) == 1, name
        assert outline.headings[0] == 1, name
        steps = zip(outline.headings, outline.headings[1:], strict=False)
        assert all(below <= above + 1 for above, below in steps), (name, outline.headings)
        assert len(outline.ids) == len(set(outline.ids)), name
        assert own_scripts.foreign(answer.text) == [], name
        if name not in ON_THEIR_OWN:
            assert {"header", "main", "footer", "nav"} <= set(outline.tags), name
        twin = titles.setdefault(outline.title, name)
        # The name of a place is the same in both languages.
        assert twin in {name, name.removesuffix(", in English")}, (name, twin)
