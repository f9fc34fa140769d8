"""Draws the icons of the installed app from the marks; run once by hand: `python -m portal.web_app.icons`."""

import re
from pathlib import Path

import typst

STATIC = Path(__file__).resolve().parents[2] / "static"
MARKS = {"village": "mark.svg", "agency": "mark-agency.svg"}
# Of the middle that every shape of a phone's mask leaves, as the mark's own corners are empty.
SAFE = 0.78
SIDE = 44
# The house under the roof, which the small sign in the browser's bar has no room for.
HOUSE = '<path d="M10 28h4v9h-4zM30 28h4v9h-4zM18.5 29h7v8h-7z" fill="#e2f0e9"/>'


def drawn(svg: str, side: int) -> bytes:
    """The drawing as PNG of this many pixels a side."""
    sheet = f"#set page(width: {side}pt, height: {side}pt, margin: 0pt, fill: none)"
    page = f'{sheet}\n#image(bytes("{escaped(svg)}"), width: 100%)'
    png = typst.compile(page.encode(), format="png", ppi=72)
    assert isinstance(png, bytes)
    return png


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def parts(mark: str) -> tuple[str, str]:
    """Colour of the ground, and the drawing on it."""
    found = re.search(r'<rect[^>]*fill="(#\w+)"/>(.*)</svg>', mark)
    assert found
    return found[1], found[2]


def svg(inside: str) -> str:
    size = f'width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'


def within_mask(drawing: str) -> str:
    away = SIDE * (1 - SAFE) / 2
    return f'<g transform="translate({away} {away}) scale({SAFE})">{drawing}</g>'


def on_full_ground(mark: str) -> str:
    ground, drawing = parts(mark)
    return svg(f'<rect width="{SIDE}" height="{SIDE}" fill="{ground}"/>{within_mask(drawing)}')


def in_one_colour(mark: str) -> str:
    """The phone gives it its colour: only where something is counts, so white parts become holes."""
    _ground, drawing = parts(mark)
    shapes = [one for one in re.findall(r"<path[^>]*/>", drawing) if 'fill="none"' not in one]
    if any('"#fff"' in one for one in shapes):
        outline = " ".join(found for one in shapes for found in re.findall(r' d="([^"]+)"', one))
        drawing = f'<path fill-rule="evenodd" fill="#000" d="{outline}"/>' + "".join(
            one for one in re.findall(r"<path[^>]*/>", drawing) if one not in shapes
        )
    return svg(within_mask(re.sub(r'"#\w{3,6}"', '"#000"', drawing)))


def write_all() -> None:
    for kind, name in MARKS.items():
        mark = (STATIC / name).read_text(encoding="utf-8")
        if kind == "village":
            mark = mark.replace("</svg>", f"{HOUSE}</svg>")
        plain = svg(re.sub(r"^<svg[^>]*>|</svg>$", "", mark))
        for suffix, drawing, side in (
            ("192", plain, 192),
            ("512", plain, 512),
            ("maskable", on_full_ground(mark), 512),
            ("monochrome", in_one_colour(mark), 512),
            ("touch", on_full_ground(mark), 180),
        ):
            (STATIC / f"app-{kind}-{suffix}.png").write_bytes(drawn(drawing, side))


if __name__ == "__main__":
    write_all()
