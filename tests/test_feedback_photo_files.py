"""Whatever photo is sent, only its colours are kept; whatever else is sent gets a sentence."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from portal.shared import pictures
from tests.photo_files import LEFT, MARK, PACKED, REFUSED, RIGHT, SEEDED, SIZE, base, saved

# No database is asked; once is enough.
pytestmark = pytest.mark.sqlite
ROOT = Path(__file__).resolve().parent.parent


def is_like(colour: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(colour, wanted, strict=True))


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_there_are_enough_of_them() -> None:
    assert len(SEEDED) >= 40


@pytest.mark.parametrize("name", SEEDED)
def test_no_byte_of_the_file_survives(name: str) -> None:
    content = SEEDED[name]()
    assert MARK in content or name in PACKED
    kept = pictures.redrawn(content)
    small = [pictures.shown(kept.content, kind) for kind in ("JPEG", "WEBP", "AVIF")]
    for drawn in (kept, *small):
        assert MARK not in drawn.content
        assert pictures.is_bare(drawn.content)
        image = opened(drawn.content)
        assert image.size == (drawn.width, drawn.height)
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & image.info.keys()
        assert not image.getexif()


# Those without colours, and one of whose two colours is see-through.
OTHER_COLOURS = {"jpeg-grey", "png-sixteen-bits", "png-one-bit", "png-palette"}


@pytest.mark.parametrize("name", sorted(SEEDED.keys() - OTHER_COLOURS))
def test_the_picture_is_the_same(name: str) -> None:
    image = opened(pictures.redrawn(SEEDED[name]()).content).convert("RGB")
    way = int(name[-1]) if "held" in name else 1
    # Held sideways, it is taller than wide; held upside down or mirrored, the sides are exchanged.
    assert image.size == (SIZE if way < 5 else SIZE[::-1])
    corners = {
        "first": image.getpixel((8, 8)),
        "last": image.getpixel((image.width - 8, image.height - 8)),
    }
    is_turned = way in {2, 3, 7, 8}
    assert is_like(corners["first"], RIGHT if is_turned else LEFT)
    assert is_like(corners["last"], LEFT if is_turned else RIGHT)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_good_photo_gets_its_sentence(name: str) -> None:
    make, code = REFUSED[name]
    with pytest.raises(ValidationError) as refused:
        pictures.redrawn(make())
    assert refused.value.code == code


def told_avif() -> list[bytes]:
    """Pictures in AVIF that carry more than their colours."""
    see_through = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    notes = b"Exif\0\0" + Image.Exif().tobytes()
    return [
        saved("AVIF", xmp=MARK),
        saved("AVIF", exif=notes),
        saved("AVIF", icc_profile=b"x" * 200),
        saved("AVIF", see_through),
        saved("AVIF") + b"x",
        saved("AVIF")[:-1],
        saved("AVIF") + b"\0\0\0\x0cfreexxxx",
    ]


def test_what_came_out_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the encoder to write notes one day, nothing would be kept."""
    for content in (saved("JPEG", comment=MARK), saved("WEBP", xmp=b"x"), saved("JPEG") + b"x", *told_avif()):
        assert not pictures.is_bare(content)
    monkeypatch.setattr(pictures, "is_bare", lambda content: False)
    with pytest.raises(ValidationError):
        pictures.redrawn(saved("JPEG"))


def test_large_photos_become_small_ones() -> None:
    kept = pictures.redrawn(saved("JPEG", Image.effect_noise((2_400, 1_800), 90).convert("RGB")))
    assert (kept.width, kept.height) == (1_600, 1_200)
    for kind in ("JPEG", "WEBP", "AVIF"):
        drawn = pictures.shown(kept.content, kind)
        assert max(drawn.width, drawn.height) <= 800
        assert len(drawn.content) <= pictures.SHOWN_BYTES
        spared = pictures.shown(kept.content, kind, is_saving=True)
        assert max(spared.width, spared.height) <= 400
        assert len(spared.content) <= pictures.SAVING_BYTES


def test_see_through_becomes_white() -> None:
    image = opened(pictures.redrawn(saved("PNG", Image.new("RGBA", (40, 40), (0, 0, 0, 0)))).content)
    assert is_like(image.getpixel((20, 20)), (255, 255, 255))


def test_what_is_covered_is_plain_paint() -> None:
    kept = pictures.redrawn(saved("JPEG", base().resize((960, 640))))
    image = opened(pictures.covered(kept.content, [(0, 0)], lambda width, height: (2, 1)).content)
    assert image.crop((0, 0, 470, 640)).getextrema() == ((40, 40), (40, 40), (40, 40))
    assert is_like(image.getpixel((900, 300)), RIGHT)


MEASURE = """
import json, re, sys
from pathlib import Path
from PIL import Image
from django.conf import settings
settings.configure()
from django.core.exceptions import ValidationError
from portal.shared import pictures
# Not of getrusage, which begins with what the process had that started this one.
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
pictures.redrawn(Path(sys.argv[1]).read_bytes())
before, answers = peak(), {}
for path in map(Path, sys.argv[2:]):
    try:
        pictures.redrawn(path.read_bytes())
        code = "kept"
    except ValidationError as refused:
        code = refused.code
    answers[path.stem] = code, peak() - before
print(json.dumps(answers))
"""


def test_memory_is_bounded(tmp_path: Path) -> None:
    """The largest of each kind that is taken, and bombs, cost one process less than 250 MB."""
    grey = {"JPEG": (9_248, 6_936), "GIF": (4_000, 4_000), "WEBP": (3_600, 3_600)}
    files = {f"largest-{kind}": saved(kind, Image.new("L", size, 90)) for kind, size in grey.items()}
    files["largest-PNG-see-through"] = saved("PNG", Image.new("RGBA", (4_000, 4_000), (9, 9, 9, 9)))
    files["largest-in-passes"] = saved("JPEG", Image.new("RGB", (5_000, 5_000), (9, 99, 9)), progressive=True)
    bombs = {name: make() for name, (make, _code) in REFUSED.items() if "bomb" in name or "thousand" in name}
    paths = []
    for name, content in {"first": saved("JPEG"), **files, **bombs}.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert {answers[name][0] for name in files} == {"kept"}
    assert not [name for name in bombs if answers[name][0] == "kept"]
    assert max(megabytes for _code, megabytes in answers.values()) < 250, answers
