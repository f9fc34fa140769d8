"""Drawing the pictures people share, in three shapes of one identity: eaves, title, facts, and who vouches.

Wide for a link's preview, square for a post, tall for a status; the last two are shared without a link, so
they also say the address to type.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from services.lettering import FONT_BOLD, FONT_REGULAR, Palette, drawable, palette
from services.setting_type import Lettering, Steps, fitted, lettered

TARGET_BYTES: Final = 150_000
MOST_BYTES: Final = 300_000
QUALITIES: Final = (86, 80, 72, 60, 45, 30, 20, 12)
TOOTH_WIDTH: Final = 60
EAVES_HEIGHT: Final = 66

Box = tuple[int, int, int, int]
NAME_STEPS: Final[Steps] = ((34, 1), (30, 1), (26, 1), (23, 2))
LABEL_STEPS: Final[Steps] = ((25, 1),)


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
    address: str = ""


@dataclass(frozen=True)
class Shape:
    """One size of the picture, and where its parts stand; everything in pixels."""

    key: str
    width: int
    height: int
    side: int
    # The line of the portal's name and of the tag; the tag moves below it where the picture is narrow.
    name_middle: int
    tag_middle: int
    # Title and answer stand together in the middle of this room.
    words: tuple[int, int]
    cards: tuple[Box, ...]
    title_steps: Steps
    answer_steps: Steps
    label_steps: Steps
    value_steps: Steps
    # Where the address to type stands; None: the picture is shown beside its link.
    address_middle: int | None = None
    eaves_scale: float = 1.0
    # From here on down the ground is the colour of the eaves.
    ground: int | None = None


def _rows(top: int, height: int, gap: int, left: int, right: int) -> tuple[Box, ...]:
    return tuple((left, top + n * (height + gap), right, top + n * (height + gap) + height) for n in range(3))


WIDE: Final = Shape(
    key="lebar",
    width=1200,
    height=630,
    side=72,
    name_middle=116,
    tag_middle=116,
    words=(150, 432),
    cards=((72, 452, 360, 592), (384, 452, 708, 592), (732, 452, 1128, 592)),
    title_steps=((78, 1), (66, 2), (58, 2), (52, 2), (46, 2), (42, 3)),
    answer_steps=((34, 2), (31, 2)),
    label_steps=LABEL_STEPS,
    value_steps=((36, 1), (32, 1), (29, 2), (26, 2), (23, 3)),
)
SQUARE: Final = Shape(
    key="persegi",
    width=1080,
    height=1080,
    side=72,
    name_middle=124,
    tag_middle=124,
    words=(168, 586),
    cards=_rows(604, 112, 16, 72, 1008),
    title_steps=((88, 2), (76, 3), (66, 3), (58, 4), (50, 4)),
    answer_steps=((40, 2), (36, 3), (33, 3)),
    label_steps=((26, 1),),
    value_steps=((40, 1), (36, 1), (32, 1), (27, 2)),
    address_middle=1026,
)
TALL: Final = Shape(
    key="tegak",
    width=1080,
    height=1920,
    side=84,
    # Phones lay their own controls over the top and the bottom of a status.
    name_middle=300,
    tag_middle=364,
    words=(408, 952),
    cards=_rows(992, 142, 22, 84, 996),
    title_steps=((96, 2), (92, 3), (84, 3), (76, 4), (66, 4), (56, 5)),
    answer_steps=((46, 3), (42, 4), (38, 4)),
    label_steps=((30, 1),),
    value_steps=((46, 1), (41, 1), (36, 1), (31, 2)),
    address_middle=1562,
    eaves_scale=1.8,
    ground=1680,
)
SHAPES: Final = {shape.key: shape for shape in (WIDE, SQUARE, TALL)}


def render(content: ShareContent, shape: Shape = WIDE) -> bytes:
    """The picture as JPEG of at most 150 kB, in no case above 300 kB; same content, same bytes."""
    colours = palette(content.theme)
    image = Image.new("RGB", (shape.width, shape.height), colours.paper)
    image.paste(_eaves(colours, shape.width, shape.eaves_scale), (0, 0))
    if shape.ground is not None:
        ground = _eaves(colours, shape.width, shape.eaves_scale).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        image.paste(colours.deep, (0, shape.ground, shape.width, shape.height))
        image.paste(
            ground.crop((0, 0, shape.width, ground.height // 2)), (0, shape.ground - ground.height // 2)
        )
    draw = ImageDraw.Draw(image)
    tag_left = _draw_tag(image, content, shape, colours)
    has_tag_beside = tag_left is not None and shape.tag_middle == shape.name_middle
    name_width = (tag_left or 0) - 24 - shape.side if has_tag_beside else shape.width - 2 * shape.side
    name = fitted(drawable(content.portal_name), FONT_BOLD, NAME_STEPS, name_width)
    name.draw(draw, (shape.side, shape.name_middle - name.height // 2), colours.brand)
    _draw_words(draw, content, shape, colours)
    _draw_facts(image, content.facts, shape, colours)
    if shape.address_middle is not None and content.address:
        _draw_address(draw, content.address, shape, colours)
    return _as_jpeg(image)


def _draw_words(draw: ImageDraw.ImageDraw, content: ShareContent, shape: Shape, colours: Palette) -> None:
    width = shape.width - 2 * shape.side
    title = fitted(drawable(content.name), FONT_BOLD, shape.title_steps, width)
    answer = fitted(drawable(content.answer), FONT_REGULAR, shape.answer_steps, width)
    top, bottom = shape.words
    gap = 18 if answer.lines else 0
    first = top + (bottom - top - title.height - gap - answer.height) // 2
    title.draw(draw, (shape.side, first), colours.deep)
    answer.draw(draw, (shape.side, first + title.height + gap), colours.ink)


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


@lru_cache(maxsize=12)
def _eaves(colours: Palette, width: int, size: float) -> Image.Image:
    """The toothed eaves board, drawn four times as large so that its edges are smooth."""
    scale = 4 * size
    height = round(EAVES_HEIGHT * size)
    strip = Image.new("RGB", (width * 4, height * 4), colours.paper)
    draw = ImageDraw.Draw(strip)
    teeth = round(width / (TOOTH_WIDTH * size))
    body, tip, tooth = 25 * scale, EAVES_HEIGHT * scale, width * 4 / teeth
    draw.rectangle((0, 0, width * 4, body), fill=colours.deep)
    for number in range(teeth):
        left = number * tooth
        draw.polygon(((left, body), (left + tooth, body), (left + tooth / 2, tip)), fill=colours.deep)
    radius, middle = 8 * scale, 13 * scale
    for number in range(teeth + 1):
        x = number * tooth
        draw.ellipse((x - radius, middle - radius, x + radius, middle + radius), fill=colours.accent)
    return strip.resize((width, height), Image.Resampling.LANCZOS)


def _draw_tag(image: Image.Image, content: ShareContent, shape: Shape, colours: Palette) -> int | None:
    """Who vouches for the facts: at the right edge, or under the name; returns where it begins."""
    draw = ImageDraw.Draw(image)
    middle, is_beside = shape.tag_middle, shape.tag_middle == shape.name_middle
    if content.is_confirmed:
        words = lettered(drawable(content.checked), FONT_REGULAR, 26)
        left = shape.width - shape.side - words.width if is_beside else shape.side
        words.draw(draw, (left, middle - words.height // 2), colours.ink_soft)
        return left
    with translation.override("id"):
        words = lettered(_("Example, not confirmed yet"), FONT_BOLD, 26)
    left = shape.width - shape.side - words.width - 36 if is_beside else shape.side
    box = (left, middle - 25, left + words.width + 36, middle + 25)
    _draw_panel(image, box, 10, colours.accent_tint, colours.accent_ink)
    words.draw(draw, (left + 18, middle - words.height // 2), colours.accent_ink)
    return left


def _draw_facts(
    image: Image.Image, facts: tuple[tuple[str, str], ...], shape: Shape, colours: Palette
) -> None:
    """One white card a fact: what it is about, and the answer in bold."""
    draw = ImageDraw.Draw(image)
    boxes = _cards_for([value for _label, value in facts], shape)
    for (label, value), box in zip(facts, boxes, strict=False):
        left, top, right, bottom = box
        _draw_panel(image, box, 14, "#ffffff", colours.line)
        draw.rectangle((left + 20, top + 22, left + 26, bottom - 22), fill=colours.accent)
        inside = right - left - 42 - 16
        heading = fitted(drawable(label), FONT_REGULAR, shape.label_steps, inside)
        answer = fitted(drawable(value), FONT_BOLD, shape.value_steps, inside)
        first = top + (bottom - top - heading.height - 4 - answer.height) // 2
        heading.draw(draw, (left + 42, first), colours.ink_soft)
        answer.draw(draw, (left + 42, first + heading.height + 4), colours.ink)


def _cards_for(values: list[str], shape: Shape) -> list[Box]:
    """Cards side by side get their widths by what they hold: a price is short, a place is long."""
    if len({top for _left, top, _right, _bottom in shape.cards}) > 1 or len(values) != len(shape.cards):
        return list(shape.cards)
    widths = sorted(right - left for left, _top, right, _bottom in shape.cards)
    ranks = sorted(range(len(values)), key=lambda number: (len(values[number]), number))
    gap, at = shape.cards[1][0] - shape.cards[0][2], shape.side
    boxes = []
    for number in range(len(values)):
        width = widths[ranks.index(number)]
        boxes.append((at, shape.cards[0][1], at + width, shape.cards[0][3]))
        at += width + gap
    return boxes


def _draw_address(draw: ImageDraw.ImageDraw, address: str, shape: Shape, colours: Palette) -> None:
    """Pictures travel without their links: this is what to type."""
    middle = shape.address_middle or 0
    size = 44 if shape is TALL else 36
    steps = ((size, 1), (size - 6, 1), (size - 12, 1), (size - 16, 2))
    words: Lettering = fitted(drawable(address), FONT_BOLD, steps, shape.width - 2 * shape.side)
    words.draw(draw, (shape.side, middle - words.height // 2), colours.brand)


def _draw_panel(image: Image.Image, box: Box, radius: int, fill: str, edge: str) -> None:
    """A rounded box with smooth corners: drawn four times as large on what lies below it, then shrunk."""
    scale = 4
    below = image.crop(box)
    large = below.resize((below.width * scale, below.height * scale), Image.Resampling.NEAREST)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius * scale, fill=fill, outline=edge, width=2 * scale
    )
    image.paste(large.resize(below.size, Image.Resampling.BOX), box)
