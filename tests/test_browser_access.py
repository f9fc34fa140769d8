"""Every type of page, with real data, for every reader: no fault axe knows, nothing cut off, targets for a thumb."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.browser_pages import EVERY_PAGE, ON_THEIR_OWN
from tests.browser_server import Served

pytest_plugins = ["tests.browser_world"]

AXE = (Path(__file__).resolve().parent / "data" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (320, 360, 1280)
CHECKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND_FAULTS = """async (tags) => {
    const result = await axe.run(document, {runOnly: tags, preload: false});
    return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
}"""

# Text twice as large by the root's font size: what a reader's own browser setting does to sizes in rem.
LARGE_TEXT = "html { font-size: 200% !important }"
# What a reader may ask for by WCAG 1.4.12.
WIDE_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
CUT_OFF = """() => {
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) found.push(`page: ${wide}`);
    for (const one of document.querySelectorAll("body *")) {
        const style = getComputedStyle(one);
        if (style.overflowX === "visible" || one.closest(".visually-hidden, svg")) continue;
        const isCut = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
        if (isCut) found.push(`${one.className || one.tagName}: ${one.scrollWidth} x ${one.scrollHeight}`);
    }
    return found;
}"""

# A link is in a sentence when words that are no link stand beside it in the same block.
SMALL_TARGETS = """([control, link]) => {
    const words = /[\\p{L}\\p{N}]/u;
    const found = [];
    for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")) {
        const box = one.getBoundingClientRect();
        if (!one.checkVisibility({visibilityProperty: true}) || box.right <= 0) continue;
        const isControl = one.matches("button, input, select, summary, .btn");
        if (!isControl && getComputedStyle(one).display === "inline") {
            let block = one.parentElement;
            while (getComputedStyle(block).display === "inline") block = block.parentElement;
            const rest = block.cloneNode(true);
            for (const inner of rest.querySelectorAll("a, .visually-hidden, svg, ul, ol, small")) inner.remove();
            if (words.test(rest.textContent)) continue;
        }
        // A link may spread over the card it names.
        const spread = parseFloat(getComputedStyle(one, "::after").height) || 0;
        const least = isControl ? control : link;
        const tooSmall = Math.max(box.height, spread) < least - 0.5 || (isControl && box.width < least - 0.5);
        if (tooSmall) found.push(`${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`);
    }
    return found;
}"""
CONTROL, LINK = 48, 44

Visit = Callable[..., Any]
PortalOf = Callable[[str], Served]


# In the browser ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_page_shuts_nobody_out(name: str, visit: Visit, portal_of: PortalOf) -> None:
    """One visit for all measurements: loading a page takes longer than most of them."""
    asked = EVERY_PAGE[name]
    # Larger letters and wider spacing are the visitor's own style sheets, which no policy of a page keeps out.
    page = visit(portal_of(asked.portal), asked.address, javascript=True, bypass_csp=True)
    page.evaluate(AXE)
    faults = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        faults[f"axe at {width} px"] = page.evaluate(FIND_FAULTS, CHECKED)
        faults[f"targets at {width} px"] = page.evaluate(SMALL_TARGETS, [CONTROL, LINK])
    for width, style in ((320, "/* as it is */"), (360, LARGE_TEXT), (320, WIDE_SPACING)):
        page.set_viewport_size({"width": width, "height": 740})
        added = page.add_style_tag(content=style)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        faults[f"cut off at {width} px {style}"] = page.evaluate(CUT_OFF)
        added.evaluate("(one) => one.remove()")
    assert {what: found for what, found in faults.items() if found} == {}


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


@pytest.mark.parametrize("address", ["/", "/layanan/ktp-hilang/"])
def test_with_the_systems_own_colours_edges_and_focus_stay(
    address: str, visit: Visit, tanjung_barat: Served
) -> None:
    page = visit(tanjung_barat, address, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    edges = """(one) => {
        const style = getComputedStyle(one);
        return parseFloat(style.borderTopWidth) > 0 && style.borderTopColor !== style.backgroundColor;
    }"""
    for one in page.query_selector_all(".btn, .tag, .form-control, .panel, .menu summary"):
        assert one.evaluate(edges), one.evaluate("(one) => one.outerHTML.slice(0, 120)")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


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
        assert "script" not in outline.tags, name
        if name not in ON_THEIR_OWN:
            assert {"header", "main", "footer", "nav"} <= set(outline.tags), name
        twin = titles.setdefault(outline.title, name)
        # The name of a place is the same in both languages.
        assert twin in {name, name.removesuffix(", in English")}, (name, twin)
