"""What shuts somebody out of a page, measured in one visit: axe, targets, what is cut off, edges, keyboard."""

from pathlib import Path
from typing import Any

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
# The visitor's own sheet, which no policy of a page keeps out.
WEAR = """(css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = css ? [sheet] : [];
}"""
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
# What scrolls by itself and takes the focus loses nothing: text being written, a table too wide for a phone.
CUT_OFF = """() => {
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) found.push(`page: ${wide}`);
    for (const one of document.querySelectorAll("body *")) {
        const style = getComputedStyle(one);
        if (style.overflowX === "visible" || one.closest(".visually-hidden, svg")) continue;
        if (one.matches("textarea, [type=file], [role=region][tabindex]")) continue;
        const isCut = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
        if (isCut) found.push(`${one.className || one.tagName}: ${one.scrollWidth} x ${one.scrollHeight}`);
    }
    return found;
}"""

# A link is in a sentence when words that are no link stand beside it in the same block; a box has its label.
SMALL_TARGETS = """([control, link]) => {
    const words = /[\\p{L}\\p{N}]/u;
    const found = [];
    for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")) {
        const [label] = one.matches("[type=radio], [type=checkbox]") ? one.labels : [];
        const box = (label || one).getBoundingClientRect();
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

# With the system's own colours a fill is gone: what it set apart needs an edge.
EDGES = """() => [...document.querySelectorAll(".btn, .tag, .form-control, .panel, .menu summary")].filter((one) => {
    const style = getComputedStyle(one);
    return !(parseFloat(style.borderTopWidth) > 0 && style.borderTopColor !== style.backgroundColor);
}).map((one) => one.outerHTML.slice(0, 120))"""

# Everything the Tab key reaches, in the order of the page: it shows that it is there, and nothing lies over it.
KEYBOARD = """() => {
    const found = [];
    const say = (what, one) => found.push(`${what}: ${one.outerHTML.slice(0, 120)}`);
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    for (const one of document.querySelectorAll(all)) {
        if (one.tabIndex > 0) say("an order of its own", one);
        if (one.tabIndex < 0 || one.disabled || !one.checkVisibility({visibilityProperty: true})) continue;
        one.focus();
        one.scrollIntoView({block: "nearest", inline: "nearest"});
        if (document.activeElement !== one) { say("takes no focus", one); continue; }
        const style = getComputedStyle(one);
        const isShown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const card = one.closest(".choice");
        if (!isShown && !(card && getComputedStyle(card).outlineStyle !== "none")) say("hides the focus", one);
        const [box] = one.getClientRects();
        const over = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (!over || !(one.contains(over) || over.contains(one) || one.closest("label, .choice")?.contains(over)))
            say("is covered or out of sight", one);
    }
    return found;
}"""


def faults_of(page: Any, *, of_desk: bool = False) -> dict[str, Any]:
    """What is wrong with the page that is open, by the way it was looked at; empty is well."""
    faults = {}
    page.evaluate(AXE)
    for width in (320, 1280) if of_desk else WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        # Between 320 and 360 px no rule of ours begins: what axe sees is the same.
        if width != 360:
            faults[f"axe at {width} px"] = page.evaluate(FIND_FAULTS, CHECKED)
        if of_desk:
            # Targets there are those of Django, which axe measures; wide lists scroll by themselves.
            too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            faults[f"pushed sideways at {width} px"] = too_wide
        else:
            faults[f"targets at {width} px"] = page.evaluate(SMALL_TARGETS, [CONTROL, LINK])
    page.emulate_media(forced_colors="active")
    page.keyboard.press("Tab")
    faults["keyboard"] = page.evaluate(KEYBOARD)
    if not of_desk:
        faults["edges"] = page.evaluate(EDGES)
    page.emulate_media(forced_colors="none")
    if not of_desk:
        page.evaluate(OPEN_ALL)
        for width, style in ((320, ""), (360, LARGE_TEXT), (1280, LARGE_TEXT), (320, WIDE_SPACING)):
            page.set_viewport_size({"width": width, "height": 740})
            page.evaluate(WEAR, style)
            faults[f"cut off at {width} px {style}"] = page.evaluate(CUT_OFF)
        page.evaluate(WEAR, "")
    return {what: found for what, found in faults.items() if found}
