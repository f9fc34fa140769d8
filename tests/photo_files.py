"""Photos as phones, editors and mischief make them: each carries words where a file can hide them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image, PngImagePlugin

# What must not survive; in halves, so that no tool finds it in this file instead.
MARK = b"RAHASIA" + b"-KTP-3174012345670001"
TEXT = MARK.decode()
LEFT, RIGHT = (200, 40, 40), (40, 60, 200)
SIZE = (96, 64)


@cache
def base() -> Image.Image:
    """Red on the left, blue on the right: enough to see whether it was turned or its colours spoilt."""
    image = Image.new("RGB", SIZE, LEFT)
    image.paste(RIGHT, (SIZE[0] // 2, 0, SIZE[0], SIZE[1]))
    return image


def saved(kind: str, image: Image.Image | None = None, **more: object) -> bytes:
    out = io.BytesIO()
    (image or base()).save(out, kind, **more)
    return out.getvalue()


# JPEG ---------------------------------------------------------------------------------------------------------


def with_segment(marker: int, payload: bytes) -> bytes:
    """A JPEG with one more segment right behind its beginning."""
    plain = saved("JPEG")
    return plain[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload + plain[2:]


def exif(**tags: object) -> bytes:
    notes = Image.Exif()
    notes[0x010F] = TEXT
    for name, value in tags.items():
        notes[int(name.removeprefix("t"), 16)] = value
    return notes.tobytes()


def gps() -> bytes:
    notes = Image.Exif()
    notes.get_ifd(0x8825).update({1: "S", 2: (6.0, 17.0, 59.0), 3: "E", 4: (106.0, 51.0, 5.0), 27: MARK})
    return notes.tobytes()


def own_notes(tag: int) -> bytes:
    notes = Image.Exif()
    notes.get_ifd(0x8769)[tag] = MARK
    return notes.tobytes()


def thumbnail() -> bytes:
    """Notes with a second, small picture that has a comment of its own."""
    small = saved("JPEG", base().resize((24, 16)), comment=MARK)
    head = b"Exif\0\0MM\0*" + struct.pack(">IHI", 8, 0, 14)
    start = 8 + 6 + 2 + 2 * 12 + 4
    entries = struct.pack(">HHII", 0x0201, 4, 1, start) + struct.pack(">HHII", 0x0202, 4, 1, len(small))
    return head + struct.pack(">H", 2) + entries + struct.pack(">I", 0) + small


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>' + MARK + b"</dc:creator></x:xmpmeta>"
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(MARK) + 5) + b"\x1c\x02\x50\0\x1c" + MARK
PROFILE = struct.pack(">I", 132 + len(MARK)) + b"lcms\x02\x10\0\0mntrRGB XYZ " + bytes(108) + MARK


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(f"{TEXT}.txt", MARK)
    return out.getvalue()


JPEGS: dict[str, Callable[[], bytes]] = {
    "jpeg-exif": lambda: saved("JPEG", exif=exif()),
    "jpeg-gps": lambda: saved("JPEG", exif=gps()),
    "jpeg-user-comment": lambda: saved("JPEG", exif=own_notes(0x9286)),
    "jpeg-maker-note": lambda: saved("JPEG", exif=own_notes(0x927C)),
    "jpeg-exif-thumbnail": lambda: with_segment(0xE1, thumbnail()),
    "jpeg-exif-broken": lambda: with_segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff" + MARK),
    "jpeg-xmp": lambda: with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
    "jpeg-xmp-extended": lambda: with_segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + XMP),
    "jpeg-iptc": lambda: with_segment(0xED, IPTC),
    "jpeg-comment": lambda: saved("JPEG", comment=MARK),
    "jpeg-icc": lambda: with_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + PROFILE),
    "jpeg-icc-by-pillow": lambda: saved("JPEG", icc_profile=PROFILE),
    "jpeg-jfxx-thumbnail": lambda: with_segment(0xE0, b"JFXX\0\x10" + MARK),
    "jpeg-app12": lambda: with_segment(0xEC, b"Ducky" + MARK),
    "jpeg-app15": lambda: with_segment(0xEF, MARK),
    "jpeg-trailing": lambda: saved("JPEG") + MARK,
    "jpeg-trailing-archive": lambda: saved("JPEG") + archive(),
    "jpeg-trailing-film": lambda: saved("JPEG") + b"\0\0\0\x18ftypmp42" + MARK,
    "jpeg-trailing-page": lambda: saved("JPEG") + b"<script>alert('" + MARK + b"')</script>",
    "jpeg-two-pictures": lambda: saved("MPO", save_all=True, append_images=[base()], comment=MARK),
    "jpeg-in-passes": lambda: saved("JPEG", progressive=True, comment=MARK),
    "jpeg-grey": lambda: saved("JPEG", base().convert("L"), comment=MARK),
    "jpeg-cmyk": lambda: saved("JPEG", base().convert("CMYK"), comment=MARK),
    **{f"jpeg-held-{way}": lambda way=way: saved("JPEG", exif=exif(t112=way)) for way in range(1, 9)},
}

# PNG ----------------------------------------------------------------------------------------------------------


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def with_chunk(name: bytes, payload: bytes) -> bytes:
    plain = saved("PNG")
    return plain[:33] + chunk(name, payload) + plain[33:]


def png_text(kind: str) -> bytes:
    notes = PngImagePlugin.PngInfo()
    if kind == "tEXt":
        notes.add_text("Author", TEXT)
    elif kind == "zTXt":
        notes.add_text("Author", TEXT, zip=True)
    else:
        notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved("PNG", pnginfo=notes)


def sixteen_bits() -> Image.Image:
    return Image.frombytes("I;16", SIZE, struct.pack("<H", 40_000) * (SIZE[0] * SIZE[1]))


PNGS: dict[str, Callable[[], bytes]] = {
    **{f"png-{kind}": lambda kind=kind: png_text(kind) for kind in ("tEXt", "zTXt", "iTXt")},
    "png-exif": lambda: saved("PNG", exif=exif()),
    "png-icc": lambda: saved("PNG", icc_profile=PROFILE),
    "png-unknown-chunk": lambda: with_chunk(b"prVt", MARK),
    "png-trailing": lambda: saved("PNG") + MARK,
    "png-palette": lambda: saved("PNG", base().convert("P"), transparency=0) + MARK,
    "png-see-through": lambda: saved("PNG", base().convert("RGBA")) + MARK,
    "png-sixteen-bits": lambda: saved("PNG", sixteen_bits()) + MARK,
    "png-one-bit": lambda: saved("PNG", base().convert("1")) + MARK,
    "png-moving": lambda: saved("PNG", save_all=True, append_images=[base().rotate(180)]) + MARK,
}

# WebP and GIF -------------------------------------------------------------------------------------------------


def riff(name: bytes, payload: bytes) -> bytes:
    plain = saved("WEBP", exif=exif())
    body = plain[8:] + name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(extension: bytes) -> bytes:
    """A GIF with an extension before its picture."""
    plain = saved("GIF")
    at = 13 + 3 * 2 ** ((plain[10] & 7) + 1)
    return b"GIF89a" + plain[6:at] + extension + plain[at:]


def blocks(words: bytes) -> bytes:
    parts = [words[start : start + 255] for start in range(0, len(words), 255)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


OTHERS: dict[str, Callable[[], bytes]] = {
    "webp-exif": lambda: saved("WEBP", exif=exif()),
    "webp-xmp": lambda: saved("WEBP", xmp=XMP),
    "webp-icc": lambda: saved("WEBP", icc_profile=PROFILE),
    "webp-unknown-chunk": lambda: riff(b"PRVT", MARK),
    "webp-trailing": lambda: saved("WEBP") + MARK,
    "webp-lossless": lambda: saved("WEBP", lossless=True, exif=exif()),
    "webp-moving": lambda: saved("WEBP", save_all=True, append_images=[base().rotate(180)], xmp=XMP),
    "gif-comment": lambda: gif(b"\x21\xfe" + blocks(MARK)),
    "gif-xmp": lambda: gif(b"\x21\xff\x0bXMP DataXMP" + blocks(XMP)),
    "gif-words": lambda: gif(b"\x21\x01\x0c" + bytes(12) + blocks(MARK)),
    "gif-trailing": lambda: saved("GIF") + MARK,
    "gif-moving": lambda: saved("GIF", save_all=True, append_images=[base().rotate(180)], comment=MARK),
}

SEEDED = JPEGS | PNGS | OTHERS
# In these the words are packed, and seen only by whoever unpacks them.
PACKED = {"png-zTXt", "png-icc"}


# What is no photo, or no good one -----------------------------------------------------------------------------


def claims(width: int, height: int) -> bytes:
    """A PNG that says it is this large and is nearly nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg_claims(width: int, height: int) -> bytes:
    plain = saved("JPEG")
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def many_passes() -> bytes:
    plain = saved("JPEG", progressive=True)
    at = plain.rindex(b"\xff\xda")
    return plain[:at] + plain[at:-2] * 2_000 + plain[-2:]


def words_bomb() -> bytes:
    packed = zlib.compress(bytes(80_000_000), 9)
    return with_chunk(b"zTXt", b"Author\0\0" + packed)


def heif(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + bytes(8) + MARK


# What is sent, and the code of the sentence it gets.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not_a_photo"),
    "one-byte": (lambda: b"\xff", "not_a_photo"),
    "words": (lambda: b"Selamat pagi", "not_a_photo"),
    "svg": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "not_a_photo",
    ),
    "svg-with-head": (lambda: b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "not_a_photo"),
    "page": (lambda: b"<!doctype html><script>alert(1)</script>", "not_a_photo"),
    "pdf": (lambda: b"%PDF-1.7\n" + MARK, "not_a_photo"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_a_photo"),
    "archive": (archive, "not_a_photo"),
    "archive-before-photo": (lambda: archive() + saved("JPEG"), "not_a_photo"),
    "bmp": (lambda: saved("BMP"), "not_a_photo"),
    "tiff": (lambda: saved("TIFF"), "not_a_photo"),
    "icon": (lambda: saved("ICO"), "not_a_photo"),
    "film": (lambda: b"\0\0\0\x18ftypmp42" + MARK, "not_a_photo"),
    "heic": (lambda: heif(b"heic"), "unreadable"),
    "avif": (lambda: saved("AVIF"), "unreadable"),
    "jpeg-head-alone": (lambda: b"\xff\xd8\xff", "broken"),
    "png-head-alone": (lambda: b"\x89PNG\r\n\x1a\n", "broken"),
    "gif-head-alone": (lambda: b"GIF89a", "broken"),
    "webp-head-alone": (lambda: b"RIFF\0\0\0\0WEBP", "broken"),
    "jpeg-cut-off": (lambda: saved("JPEG", base().resize((900, 600)))[:-900], "broken"),
    "png-cut-off": (lambda: saved("PNG")[:-60], "broken"),
    "webp-cut-off": (lambda: saved("WEBP")[:-40], "broken"),
    "gif-cut-off": (lambda: saved("GIF", Image.effect_noise((300, 200), 90))[:400], "broken"),
    "gif-and-script": (lambda: b"GIF89a/*" + bytes(8) + b"*/=1;alert(1)//" + MARK, "broken"),
    "jpeg-and-page": (lambda: b"\xff\xd8\xff\xe0<script>alert(1)</script>", "broken"),
    "jpeg-of-no-size": (lambda: jpeg_claims(0, 0), "broken"),
    "jpeg-scan-bomb": (many_passes, "broken"),
    "png-words-bomb": (words_bomb, "broken"),
    "png-bomb": (lambda: claims(60_000, 60_000), "too_large"),
    "png-largest": (lambda: claims(2**31 - 1, 2**31 - 1), "too_large"),
    "png-ten-thousand": (lambda: saved("PNG", Image.new("1", (10_000, 10_000))), "too_large"),
    "jpeg-ten-thousand": (lambda: jpeg_claims(10_000, 10_000), "too_large"),
    "jpeg-too-wide": (lambda: saved("JPEG", Image.new("L", (10_000, 8))), "too_large"),
    "jpeg-bomb": (lambda: jpeg_claims(65_535, 65_535), "too_large"),
    "gif-bomb": (lambda: b"GIF89a\xff\xff\xff\xff" + saved("GIF")[10:], "too_large"),
    "webp-bomb": (lambda: saved("WEBP", Image.new("RGB", (16_000, 2))), "too_large"),
    "thirty-megabytes": (lambda: saved("JPEG") + bytes(30 * 1024 * 1024), "too_large"),
}
