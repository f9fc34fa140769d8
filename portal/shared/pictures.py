"""Photos people send, drawn anew: only the colours of the picture come through, never a byte of the file.

Size cap, magic bytes, pixel cap, decode, shrink, orient, fresh canvas, encode, and a look at what came out. Whatever
goes wrong on the way, nothing is kept.
"""

import io
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

MOST_BYTES: Final = 15 * 1024 * 1024
# A photo of a phone has at most 9,248 × 6,936 points; what is wider than this no page of ours can use.
LONGEST_SIDE: Final = 9_999
# Millions of points whose decoder stays below about 200 MB. Only a JPEG is decoded smaller than it is.
MOST_POINTS: Final = {"JPEG": 65_000_000, "PNG": 16_000_000, "GIF": 16_000_000, "WEBP": 13_000_000}
# One that comes in several passes is held whole until the last of them.
MOST_POINTS_IN_PASSES: Final = 25_000_000
MOST_PASSES: Final = 100
KEPT_SIDE: Final = 1_600
KEPT_QUALITY: Final = 80
SHOWN_SIDE: Final = 800
SHOWN_BYTES: Final = 60_000
SHOWN_STEPS: Final = ((800, 78), (800, 62), (800, 46), (800, 32), (640, 32), (480, 30), (320, 25))
# For a phone that asks to be spared.
SAVING_SIDE: Final = 400
SAVING_BYTES: Final = 20_000
SAVING_STEPS: Final = ((400, 62), (400, 46), (400, 32), (320, 30), (240, 25))
# AVIF counts quality on a scale of its own: this much of the number looks alike.
AVIF_QUALITY: Final = 0.75
# From 0, small and slow, to 10: a photo takes a tenth of a second.
AVIF_SPEED: Final = 8

PAINT: Final = (40, 40, 40)
# Columns and rows a picture of this width and height is divided into.
Grid = Callable[[int, int], tuple[int, int]]

# What the picture is, by its first bytes; the name of the file and what the browser says of it count nothing.
MAGIC: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
# HEIC and AVIF, in which some phones keep their photos: named, because people cannot see what is wrong.
UNREADABLE_BRANDS: Final = (
    b"heic",
    b"heix",
    b"hevc",
    b"hevx",
    b"heim",
    b"heis",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
)

TOO_LARGE: Final = _("The photo is too large. Choose another photo or skip it")
NOT_A_PHOTO: Final = _("This file is not a photo. Choose a picture from your gallery")
BROKEN: Final = _("The photo has arrived damaged. Choose it once more, or skip it")
UNREADABLE: Final = _(
    "We cannot open photos of this kind (HEIC or AVIF) yet. Take a screenshot of it and choose that"
)

TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION: Final = 0x0112
# Tables, frame, scans and the bare JFIF head: every segment a picture needs, and none that can carry words.
NEEDED_SEGMENTS: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0})

# A small file can claim any number of points: past this Pillow refuses before it decodes.
Image.MAX_IMAGE_PIXELS = MOST_POINTS["JPEG"]
# One picture at a time in each process: several large ones together would be more memory than a small server has.
one_at_a_time = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """One picture at a time, whose decoder may grumble about notes it cannot read but not about its size."""
    with one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


@dataclass(frozen=True)
class Drawn:
    """A picture of our own making."""

    content: bytes
    width: int
    height: int


def refusal(sentence: Any, code: str) -> ValidationError:
    return ValidationError(sentence, code=code)


def kind_of(content: bytes) -> str:
    """JPEG, PNG, GIF or WEBP; ValidationError for anything else."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in UNREADABLE_BRANDS:
        raise refusal(UNREADABLE, "unreadable")
    raise refusal(NOT_A_PHOTO, "not_a_photo")


def redrawn(content: bytes) -> Drawn:
    """What a stranger sent as a JPEG of ours, at most 1,600 points long; ValidationError with the cure if not."""
    if len(content) > MOST_BYTES:
        raise refusal(TOO_LARGE, "too_large")
    kind = kind_of(content)
    with alone():
        return encoded(canvas_of(content, kind, KEPT_SIDE), "JPEG", KEPT_QUALITY)


def canvas_of(content: bytes, kind: str, side: int) -> Image.Image:
    """The colours alone, upright, on a canvas of our own, no longer than `side`."""
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as image:
            refuse_too_many_points(image, kind, content)
            size = fitted(image.size, side)
            # Of a JPEG only every second, fourth or eighth point is decoded, where that is enough.
            image.draft(None, size)
            turn = turn_of(image)
            image.load()
            shrunk = with_plain_colours(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        upright = shrunk.transpose(turn) if turn is not None else shrunk
        canvas = Image.new("RGB", upright.size, "white")
        canvas.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal(TOO_LARGE, "too_large") from error
    except ValidationError:
        raise
    except Exception as error:
        # A decoder fed with anything raises anything; none of it may become a page of error or a kept file.
        raise refusal(BROKEN, "broken") from error
    return canvas


def refuse_too_many_points(image: Image.Image, kind: str, content: bytes) -> None:
    most = MOST_POINTS[kind]
    if kind == "JPEG":
        # Counted in the bytes, before the decoder works through them all.
        passes = content.count(b"\xff\xda")
        if passes > MOST_PASSES:
            raise refusal(BROKEN, "broken")
        if image.info.get("progressive"):
            most = MOST_POINTS_IN_PASSES
    if max(image.size) > LONGEST_SIDE or image.width * image.height > most:
        raise refusal(TOO_LARGE, "too_large")


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size in the same shape, no side longer than `side` and none larger than it was."""
    width, height = size
    scale = min(1.0, side / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def turn_of(image: Image.Image) -> Image.Transpose | None:
    """How the phone was held; unknown where the file's notes cannot be read."""
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:
        # The notes are dropped anyway: a picture lying on its side is better than none.
        return None


def with_plain_colours(image: Image.Image) -> Image.Image:
    """Red, green and blue, with transparency where the picture has some."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    is_see_through = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    mode = "RGBA" if is_see_through else "RGB"
    # No copy where there is nothing to do: it is the largest thing in memory.
    return image if image.mode == mode else image.convert(mode)


# Drawing ------------------------------------------------------------------------------------------------------


def encoded(canvas: Image.Image, kind: str, quality: int) -> Drawn:
    """The canvas as a file, looked at before anybody keeps it."""
    out = io.BytesIO()
    if kind == "JPEG":
        canvas.save(out, "JPEG", quality=quality, optimize=True, exif=b"", comment=b"", icc_profile=None)
    elif kind == "AVIF":
        quality = round(quality * AVIF_QUALITY)
        canvas.save(
            out, "AVIF", quality=quality, speed=AVIF_SPEED, max_threads=1, exif=b"", xmp=b"", icc_profile=b""
        )
    else:
        canvas.save(out, "WEBP", quality=quality, method=4, exif=b"", xmp=b"", icc_profile=b"")
    content = out.getvalue()
    if not is_bare(content):
        raise refusal(BROKEN, "broken")
    return Drawn(content, canvas.width, canvas.height)


def shown(content: bytes, kind: str, *, is_saving: bool = False) -> Drawn:
    """A picture of ours made small for a page: at most 800 points long and 60 kB, as JPEG, WEBP or AVIF.

    Half as long and 20 kB for whoever is saving bytes.
    """
    longest, most, steps = (
        (SAVING_SIDE, SAVING_BYTES, SAVING_STEPS) if is_saving else (SHOWN_SIDE, SHOWN_BYTES, SHOWN_STEPS)
    )
    with alone():
        canvas = canvas_of(content, "JPEG", longest)
        for side, quality in steps:
            if side < max(canvas.size):
                canvas = canvas.resize(fitted(canvas.size, side), Image.Resampling.LANCZOS)
            drawn = encoded(canvas, kind, quality)
            if len(drawn.content) <= most:
                break
        return drawn


def covered(content: bytes, squares: Iterable[tuple[int, int]], grid: Grid) -> Drawn:
    """A picture of ours with these squares (column, row; from 0) of its grid painted over for good."""
    with alone():
        canvas = canvas_of(content, "JPEG", KEPT_SIDE)
        columns, rows = grid(*canvas.size)
        for column, row in squares:
            left, right = (canvas.width * side // columns for side in (column, column + 1))
            top, bottom = (canvas.height * side // rows for side in (row, row + 1))
            # Plain paint: what is only blurred can be guessed.
            canvas.paste(PAINT, (left, top, right, bottom))
        return encoded(canvas, "JPEG", KEPT_QUALITY)


# Looking at what came out -------------------------------------------------------------------------------------


def is_bare(content: bytes) -> bool:
    """Whether a file holds what a picture needs and nothing else: no notes, no profile, nothing behind its end."""
    if content[:4] == b"RIFF":
        return is_bare_webp(content)
    return is_bare_avif(content) if content[4:8] == b"ftyp" else is_bare_jpeg(content)


def is_bare_jpeg(content: bytes) -> bool:
    if content[:2] != b"\xff\xd8" or content[-2:] != b"\xff\xd9":
        return False
    at = 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        if content[at + 1] not in NEEDED_SEGMENTS:
            return False
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == 0xE0 and (length != 16 or content[at + 4 : at + 9] != b"JFIF\0"):
            return False
        at += 2 + length
    # From the scan on: one end, and it is the end of the file.
    return content[at : at + 2] == b"\xff\xda" and content.find(b"\xff\xd9", at) == len(content) - 2


def is_bare_webp(content: bytes) -> bool:
    length = int.from_bytes(content[4:8], "little") + 8
    return length == len(content) and content[8:16] == b"WEBPVP8 "


def is_bare_avif(content: bytes) -> bool:
    """One picture and what describes its colours; no second item, which is where notes would be."""
    top = boxes_in(content, 0)
    if top is None or [name for name, _, _ in top] != [b"ftyp", b"meta", b"mdat"]:
        return False
    _, start, end = top[1]
    # A version and flags stand before the boxes inside.
    inside = boxes_in(content[:end], start + 4)
    if inside is None or [name for name, _, _ in inside] != [b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp"]:
        return False
    _, start, end = inside[3]
    items = boxes_in(content[:end], start + 6)
    _, start, end = inside[4]
    about = boxes_in(content[:end], start)
    if items is None or about is None or [name for name, _, _ in about] != [b"ipco", b"ipma"]:
        return False
    _, start, end = about[0]
    described = boxes_in(content[:end], start)
    return (
        [content[at + 8 : at + 12] for _, at, _ in items] == [b"av01"]
        and described is not None
        and {name for name, _, _ in described} <= {b"ispe", b"pixi", b"av1C", b"colr"}
        and all(content[at : at + 4] == b"nclx" for name, at, _ in described if name == b"colr")
    )


def boxes_in(content: bytes, at: int) -> list[tuple[bytes, int, int]] | None:
    """Name, start and end of the boxes from here on; None when they do not end where the content does."""
    found = []
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if length < 8 or at + length > len(content):
            return None
        found.append((content[at + 4 : at + 8], at + 8, at + length))
        at += length
    return found
