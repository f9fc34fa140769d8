"""Setting text into a picture: lines of one font that fit a width, with "…" where nothing else helps."""

import bisect
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

from services.lettering import shortened

# How a text is fitted: sizes in pixels with the lines allowed at each, tried in order.
Steps = tuple[tuple[int, int], ...]
# A short number stays with the word it counts: never "RW" on one line and "03" on the next.
TOGETHER = re.compile(r" (?!\d{1,3}(?: |$))")


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
def font_of(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # The basic engine is in every Pillow, so every machine sets the same picture.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def lettered(text: str, path: Path, size: int) -> Lettering:
    font = font_of(path, size)
    return Lettering((text,), font, round(font.getlength(text)))


def fitted(text: str, path: Path, steps: Steps, width: int) -> Lettering:
    """The text in the first step it fits; in the last one it is cut with "…"."""
    text = shortened(text, 300)
    for size, most_lines in steps:
        font = font_of(path, size)
        lines = wrapped(text, font, width)
        if len(lines) <= most_lines:
            return Lettering(tuple(lines), font, width)
    *kept, last = lines[:most_lines]
    last = last[: letters_within(last, font, width - round(font.getlength("…")))].rstrip(" ,;:.–-(/") + "…"
    return Lettering((*kept, last), font, width)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines no wider than ``width``; a word wider than a line is broken where the line ends."""
    lines: list[str] = []
    line = ""
    for word in TOGETHER.split(text.strip()):
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > width:
            fitting = max(1, letters_within(word, font, width))
            lines.append(word[:fitting])
            word = word[fitting:]
        line = word
    return [*lines, line] if line else lines


def letters_within(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """How many letters from the start fit the width."""
    counts = range(1, len(text) + 1)
    return bisect.bisect_right(counts, float(width), key=lambda count: font.getlength(text[:count]))
