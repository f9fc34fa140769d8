"""What flyer and share image have in common on paper: fonts, the two palettes, and text that can be drawn."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FONT_DIR: Final = Path(__file__).resolve().parent / "fonts"
FONT_REGULAR: Final = FONT_DIR / "NotoSans-Regular.ttf"
FONT_BOLD: Final = FONT_DIR / "NotoSans-Bold.ttf"


@dataclass(frozen=True)
class Palette:
    """Hex colours by role, the same values as the tokens of the style sheet."""

    brand: str
    deep: str
    ink: str = "#1d2b27"
    ink_soft: str = "#4a5852"
    paper: str = "#fbf8f2"
    line: str = "#ddd5c5"
    accent: str = "#f5b83d"
    accent_tint: str = "#fff1cf"
    accent_ink: str = "#6b4300"


PALETTES: Final = {
    "daun": Palette(brand="#0d5c4a", deep="#073d31"),
    "kali": Palette(brand="#1a5884", deep="#0a3352"),
}

# Emoji and the marks that join them: an ornament the fonts lack, and never the only bearer of a fact.
_ORNAMENTS: Final = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\u200d\u20e3\U0001f000-\U0001faff\U000e0000-\U000e007f]"
)


def palette(theme: str) -> Palette:
    """Colours of a portal's theme; an unknown theme gets the house's leaf green."""
    return PALETTES.get(theme, PALETTES["daun"])


def drawable(text: str) -> str:
    """One line of composed characters without emoji or control characters, spaces collapsed."""
    text = _ORNAMENTS.sub(" ", unicodedata.normalize("NFC", text))
    text = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} else char for char in text)
    return " ".join(text.split())


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where one ends in the last third, "…" at the end."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space >= limit * 2 // 3:
        head = head[:space]
    return head.rstrip(" ,;:.–-(/") + "…"
