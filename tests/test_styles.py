"""The committed style sheet and icons: built from their sources, light, readable in both themes."""

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest

from services.views.places import PICTURES

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
STYLES = ROOT / "portal" / "styles"
STATIC = ROOT / "static"
CSS = (STATIC / "site.css").read_text()
TOKENS = (STYLES / "tokens.scss").read_text()
SPRITE = (STATIC / "icons.svg").read_text()
ICONS = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE))

THEMES = ("daun", "kali")
TEXT = 4.5  # WCAG 2.2 AA for text
EDGE = 3.0  # for the edge of a control


def compressed(path: Path) -> int:
    return len(brotli.compress(path.read_bytes(), quality=11))


def built(script: str, tmp_path: Path) -> str:
    """What a build script of package.json writes now into one file."""
    built_in(tmp_path / "built", script)
    return (tmp_path / "built").read_text()


def built_in(target: Path, script: str) -> None:
    """Runs a build script of package.json; skips where the tools are not installed."""
    tools = STYLES / "node_modules"
    if shutil.which("node") is None or not tools.is_dir():
        pytest.skip("The style tools are not installed here (npm ci in portal/styles).")
    command = json.loads((STYLES / "package.json").read_text())["scripts"][script]
    program, *arguments = re.sub(r"\S*static\S*$", str(target), command).split()
    runner = ["node"] if program == "node" else ["node", str(tools / "sass" / "sass.js")]
    subprocess.run([*runner, *arguments], cwd=STYLES, check=True, timeout=120, capture_output=True)


def test_the_committed_sheet_is_what_its_sources_build(tmp_path: Path) -> None:
    assert built("css", tmp_path) == CSS, "Run make css and commit static/site.css."


def test_the_committed_icons_are_what_their_sources_build(tmp_path: Path) -> None:
    assert built("icons", tmp_path) == SPRITE, "Run make css and commit static/icons.svg."


def test_the_committed_scripts_are_what_their_sources_build(tmp_path: Path) -> None:
    (tmp_path / "built").mkdir()
    built_in(tmp_path / "built", "scripts")
    written = {one.name: one.read_text() for one in (tmp_path / "built").iterdir()}
    assert written.keys() == {one.name for one in STATIC.glob("*.js")}
    stale = [name for name, text in written.items() if (STATIC / name).read_text() != text]
    assert stale == [], "Run make css and commit them."


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("site.css", 14 * 1024),
        ("icons.svg", 6 * 1024),
        ("mark.svg", 1024),
        ("mark-agency.svg", 1024),
        ("share-village.png", 60 * 1024),
        ("share-agency.png", 60 * 1024),
    ],
)
def test_files_stay_within_their_budget(name: str, limit: int) -> None:
    assert compressed(STATIC / name) <= limit


@pytest.mark.parametrize("kind", ["village", "agency"])
def test_a_drawing_stays_under_two_kilobytes(kind: str) -> None:
    assert compressed(ROOT / "templates" / "includes" / f"_drawing_{kind}.html") < 2048


def test_the_sheet_asks_for_nothing_else() -> None:
    """Fonts and pictures from anywhere would cost a phone another request; drawn data is part of the sheet."""
    assert not re.findall(r"url\((?![\"']?data:)[^)]*\)|@import|@font-face", CSS)


def test_the_lock_file_names_no_address_to_download_from() -> None:
    packages = json.loads((STYLES / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_licences_of_what_we_ship_are_beside_it() -> None:
    for name in ("bootstrap", "bootstrap-icons"):
        assert "MIT License" in (STATIC / "licences" / f"{name}.txt").read_text()


# Icons ------------------------------------------------------------------------------------------------------


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    named = {
        (path.name, icon)
        for path in (ROOT / "templates").rglob("*.html")
        for icon in re.findall(r"{% icon \"([a-z0-9-]+)\"", path.read_text())
    }
    assert named
    assert {(name, icon) for name, icon in named if icon not in ICONS} == set()


def test_every_icon_the_data_and_the_views_name_is_in_the_sprite() -> None:
    with (ROOT / "services" / "data" / "common" / "categories.csv").open(newline="") as file:
        fields = {row["icon"] for row in csv.DictReader(file) if row["icon"]}
    places = {icon for icon, _hue in PICTURES.values()}
    assert fields
    assert (fields | places) - ICONS == set()


def test_no_icon_is_in_the_sprite_twice() -> None:
    assert len(ICONS) == SPRITE.count("<symbol ")


# Colours ----------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance of a hex colour, by the formula of WCAG 2.2."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def token(name: str) -> str:
    return re.search(rf"^\${name}:\s+(#[0-9a-f]{{6}});", TOKENS, re.MULTILINE)[1]


def theme(name: str) -> dict[str, str]:
    """The brand colours of a theme as the compiled sheet has them."""
    block = re.search(rf"body\.theme-{name}\{{(.*?)\}}", CSS)[1]
    colours = dict(re.findall(r"--(brand|deep|tint|shade):\s*(#[0-9a-f]{6}|#[0-9a-f]{3}\b)", block))
    assert colours.keys() == {"brand", "deep", "tint", "shade"}
    return colours


def test_the_formula_agrees_with_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_words_in_the_brand_colour_can_be_read_on_every_light_ground(name: str) -> None:
    colours = theme(name)
    for ground in ("surface", "paper", "sand", "kunyit-tint", "highlight"):
        assert contrast(colours["brand"], token(ground)) >= TEXT, ground
        assert contrast(colours["deep"], token(ground)) >= TEXT, ground
    assert contrast(colours["brand"], colours["tint"]) >= TEXT


@pytest.mark.parametrize("name", THEMES)
def test_white_and_the_accents_can_be_read_on_the_dark_grounds(name: str) -> None:
    colours = theme(name)
    assert contrast("#ffffff", colours["brand"]) >= 7
    assert contrast("#ffffff", colours["shade"]) >= 7
    assert contrast("#ffffff", colours["deep"]) >= 7
    assert contrast(token("halo"), colours["deep"]) >= TEXT
    assert contrast(token("kunyit"), colours["deep"]) >= EDGE


@pytest.mark.parametrize("name", THEMES)
def test_focus_is_seen_on_light_and_on_dark_grounds(name: str) -> None:
    for ground in ("surface", "paper", "sand", "kunyit"):
        assert contrast(token("ink"), token(ground)) >= EDGE, ground
    for role in ("brand", "deep"):
        assert contrast(token("halo"), theme(name)[role]) >= EDGE, role


@pytest.mark.parametrize("ground", ["surface", "paper", "sand"])
def test_text_and_control_edges_stand_out_from_the_page(ground: str) -> None:
    for ink in ("ink", "ink-soft", "danger-ink", "success-ink", "terong"):
        assert contrast(token(ink), token(ground)) >= TEXT, ink
    assert contrast(token("line-strong"), token(ground)) >= EDGE


@pytest.mark.parametrize(
    "hue", ["kunyit", "bata", "kali", "terong", "danger", "success"], ids=lambda hue: f"{hue} on its tint"
)
def test_a_hue_can_be_read_on_its_own_tint(hue: str) -> None:
    ink = hue if f"${hue}-ink:" not in TOKENS else f"{hue}-ink"
    assert contrast(token(ink), token(f"{hue}-tint")) >= TEXT
    assert contrast(token("ink"), token(f"{hue}-tint")) >= TEXT


def test_ink_is_used_on_turmeric_never_white() -> None:
    assert contrast(token("ink"), token("kunyit")) >= TEXT
    button = re.search(r"\.btn-kunyit\{(.*?)\}", CSS)[1]
    assert re.search(r"--bs-btn-color:\s*#1d2b27", button)
