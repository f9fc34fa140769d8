"""The picture a service shows when its address is shared: 1200 × 630 JPEG, drawn when it is first asked for.

Its address carries a fingerprint of what it says, so that a corrected fee is never shown from an old cache.
Shared addresses are Indonesian, and so are their pictures.
"""

import bisect
import hashlib
import io
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from services.lettering import FONT_BOLD, FONT_REGULAR, Palette, drawable, palette, shortened

WIDTH: Final = 1200
HEIGHT: Final = 630
SIDE: Final = 72
EAVES_HEIGHT: Final = 66
TEETH: Final = 20
TARGET_BYTES: Final = 150_000
MOST_BYTES: Final = 300_000
QUALITIES: Final = (86, 80, 72, 60, 45, 30)
# Part of the fingerprint: raise it when the drawing below changes.
LAYOUT: Final = 1

NAME_TOP: Final = 96
TITLE_TOP: Final = 150
CARDS_TOP: Final = 452
CARDS_HEIGHT: Final = 140
CARDS_GAP: Final = 24
# Cost is short, a place is long.
CARD_WIDTHS: Final = (288, 324, 396)

# How a text is fitted: sizes in pixels with the lines allowed at each, tried in order.
Steps = tuple[tuple[int, int], ...]
NAME_STEPS: Final[Steps] = ((34, 1), (30, 1), (26, 1), (23, 2))
TITLE_STEPS: Final[Steps] = ((78, 1), (66, 2), (58, 2), (52, 2), (46, 2), (42, 3))
ANSWER_STEPS: Final[Steps] = ((34, 2), (31, 2))
LABEL_STEPS: Final[Steps] = ((25, 1),)
VALUE_STEPS: Final[Steps] = ((36, 1), (32, 1), (29, 2), (26, 2), (23, 3))


@dataclass(frozen=True)
class ShareContent:
    """Everything the picture says; ``checked`` is empty while the unit has not confirmed the facts."""

    portal_name: str
    theme: str
    name: str
    answer: str
    facts: tuple[tuple[str, str], ...]
    checked: str
    is_confirmed: bool


def content_of(service: Any, portal: Any) -> ShareContent:
    with translation.override("id"):
        checked = ""
        if service.is_confirmed:
            checked = _("Checked on %(date)s.") % {"date": date_format(service.checked_on, "j F Y")}
        return ShareContent(
            portal_name=portal.name,
            theme=portal.theme,
            name=service.title,
            answer=service.answer,
            facts=(
                (_("Cost"), service.fee_display),
                (_("Time it takes"), service.turnaround_display),
                (_("Place"), service.place_display),
            ),
            checked=checked,
            is_confirmed=service.is_confirmed,
        )


def fingerprint(service: Any, portal: Any) -> str:
    """Twelve hex digits that change when anything shown on the picture does."""
    said = json.dumps([LAYOUT, asdict(content_of(service, portal))], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def path_for(service: Any, portal: Any) -> Path:
    return folder_of(service) / f"{fingerprint(service, portal)}.jpg"


def folder_of(service: Any) -> Path:
    """Where the pictures of one service lie."""
    return Path(settings.MEDIA_ROOT) / "bagikan" / str(service.slug)


def write(service: Any, portal: Any) -> bytes:
    """Draws the present picture, puts it in place in one move, and removes those of earlier contents."""
    path, picture = path_for(service, portal), render(content_of(service, portal))
    _put_in_place(path, picture)
    for earlier in path.parent.glob("*.jpg"):
        if earlier != path:
            earlier.unlink(missing_ok=True)
    return picture


def read_or_write(service: Any, portal: Any) -> bytes:
    """The present picture, drawn first if nobody has asked for it yet."""
    try:
        return path_for(service, portal).read_bytes()
    except FileNotFoundError:
        # Not read back: another process that knows a newer content may have removed it already.
        return write(service, portal)


def _put_in_place(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp keeps its files to itself; a web server in front must be able to read this one.
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# Drawing --------------------------------------------------------------------------------------------------


def render(content: ShareContent) -> bytes:
    """The picture as JPEG of at most 150 kB, in no case above 300 kB; same content, same bytes."""
    colours = palette(content.theme)
    image = Image.new("RGB", (WIDTH, HEIGHT), colours.paper)
    image.paste(_eaves(colours), (0, 0))
    draw = ImageDraw.Draw(image)
    tag_left = _draw_tag(image, content, colours)
    name = _fitted(drawable(content.portal_name), FONT_BOLD, NAME_STEPS, tag_left - SIDE - 24)
    name.draw(draw, (SIDE, NAME_TOP + 20 - name.height // 2), colours.brand)

    title = _fitted(drawable(content.name), FONT_BOLD, TITLE_STEPS, WIDTH - 2 * SIDE)
    answer = _fitted(drawable(content.answer), FONT_REGULAR, ANSWER_STEPS, WIDTH - 2 * SIDE)
    gap = 18 if answer.lines else 0
    # Title and answer stand together in the middle of the room above the cards.
    room = CARDS_TOP - TITLE_TOP - 20
    top = TITLE_TOP + (room - title.height - gap - answer.height) // 2
    title.draw(draw, (SIDE, top), colours.deep)
    answer.draw(draw, (SIDE, top + title.height + gap), colours.ink)
    _draw_facts(image, content.facts, colours)
    return _as_jpeg(image)


def _as_jpeg(image: Image.Image) -> bytes:
    data = b""
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, subsampling=0, optimize=True)
        data = file.getvalue()
        if len(data) <= TARGET_BYTES:
            return data
    if len(data) > MOST_BYTES:
        raise ValueError(f"The share image has {len(data)} bytes, more than {MOST_BYTES}.")
    return data


@lru_cache(maxsize=4)
def _eaves(colours: Palette) -> Image.Image:
    """The toothed eaves board, drawn four times as large so that its edges are smooth."""
    scale = 4
    strip = Image.new("RGB", (WIDTH * scale, EAVES_HEIGHT * scale), colours.paper)
    draw = ImageDraw.Draw(strip)
    body, tip, tooth = 25 * scale, EAVES_HEIGHT * scale, WIDTH * scale // TEETH
    draw.rectangle((0, 0, WIDTH * scale, body), fill=colours.deep)
    for number in range(TEETH):
        left = number * tooth
        draw.polygon(((left, body), (left + tooth, body), (left + tooth // 2, tip)), fill=colours.deep)
    radius, height = 8 * scale, 13 * scale
    for number in range(TEETH + 1):
        x = number * tooth
        draw.ellipse((x - radius, height - radius, x + radius, height + radius), fill=colours.accent)
    return strip.resize((WIDTH, EAVES_HEIGHT), Image.Resampling.LANCZOS)


def _draw_tag(image: Image.Image, content: ShareContent, colours: Palette) -> int:
    """Who vouches for the facts, at the right edge; returns where it begins."""
    draw = ImageDraw.Draw(image)
    middle = NAME_TOP + 20
    if content.is_confirmed:
        words = _lettered(drawable(content.checked), FONT_REGULAR, 26)
        left = WIDTH - SIDE - words.width
        words.draw(draw, (left, middle - words.height // 2), colours.ink_soft)
        return left
    with translation.override("id"):
        words = _lettered(_("Example, not confirmed yet"), FONT_BOLD, 26)
    left = WIDTH - SIDE - words.width - 36
    box = (left, middle - 25, WIDTH - SIDE, middle + 25)
    _draw_panel(image, box, 10, colours.accent_tint, colours.accent_ink)
    words.draw(draw, (left + 18, middle - words.height // 2), colours.accent_ink)
    return left


def _draw_facts(image: Image.Image, facts: tuple[tuple[str, str], ...], colours: Palette) -> None:
    """One white card a fact: what it is about, and the answer in bold."""
    draw = ImageDraw.Draw(image)
    left = SIDE
    for (label, value), width in zip(facts, CARD_WIDTHS, strict=True):
        _draw_panel(
            image, (left, CARDS_TOP, left + width, CARDS_TOP + CARDS_HEIGHT), 14, "#ffffff", colours.line
        )
        bar = (left + 20, CARDS_TOP + 22, left + 26, CARDS_TOP + CARDS_HEIGHT - 22)
        draw.rectangle(bar, fill=colours.accent)
        inside = width - 42 - 16
        heading = _fitted(drawable(label), FONT_REGULAR, LABEL_STEPS, inside)
        answer = _fitted(drawable(value), FONT_BOLD, VALUE_STEPS, inside)
        top = CARDS_TOP + (CARDS_HEIGHT - heading.height - 4 - answer.height) // 2
        heading.draw(draw, (left + 42, top), colours.ink_soft)
        answer.draw(draw, (left + 42, top + heading.height + 4), colours.ink)
        left += width + CARDS_GAP


def _draw_panel(
    image: Image.Image, box: tuple[int, int, int, int], radius: int, fill: str, edge: str
) -> None:
    """A rounded box with smooth corners: drawn four times as large on what lies below it, then shrunk."""
    scale = 4
    below = image.crop(box)
    large = below.resize((below.width * scale, below.height * scale), Image.Resampling.NEAREST)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius * scale, fill=fill, outline=edge, width=2 * scale
    )
    image.paste(large.resize(below.size, Image.Resampling.BOX), box)


@dataclass(frozen=True)
class Lettering:
    """Lines of one font, with the room they take."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    width: int

    @property
    def line_height(self) -> int:
        return round(self.font.size * 1.24)

    @property
    def height(self) -> int:
        return self.line_height * len(self.lines)

    def draw(self, draw: ImageDraw.ImageDraw, at: tuple[int, int], fill: str) -> None:
        # Letters sit in the middle of their line: ascent and descent of the font exceed its line height.
        shift = (self.line_height - sum(self.font.getmetrics())) / 2
        for number, line in enumerate(self.lines):
            draw.text(
                (at[0], round(at[1] + number * self.line_height + shift)), line, font=self.font, fill=fill
            )


@lru_cache(maxsize=32)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # The basic engine is in every Pillow, so every machine sets the same picture.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def _lettered(text: str, path: Path, size: int) -> Lettering:
    font = _font(path, size)
    return Lettering((text,), font, round(font.getlength(text)))


def _fitted(text: str, path: Path, steps: Steps, width: int) -> Lettering:
    """The text in the first step it fits; in the last one it is cut with "…"."""
    text = shortened(text, 300)
    for size, most_lines in steps:
        font = _font(path, size)
        lines = _wrapped(text, font, width)
        if len(lines) <= most_lines:
            return Lettering(tuple(lines), font, width)
    *kept, last = lines[:most_lines]
    last = last[: _letters_within(last, font, width - round(font.getlength("…")))].rstrip(" ,;:.–-(/") + "…"
    return Lettering((*kept, last), font, width)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines no wider than ``width``; a word wider than a line is broken where the line ends."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > width:
            fitting = max(1, _letters_within(word, font, width))
            lines.append(word[:fitting])
            word = word[fitting:]
        line = word
    return [*lines, line] if line else lines


def _letters_within(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """How many letters from the start fit the width."""
    counts = range(1, len(text) + 1)
    return bisect.bisect_right(counts, float(width), key=lambda count: font.getlength(text[:count]))
