"""Whether static/site.css and static/icons.svg are what portal/styles makes: part of `make check`.

Builds in a temporary folder, so that nothing in the work tree changes; packages already installed by `make css`
are used as they are.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STYLES = ROOT / "portal" / "styles"
BUILT = ("site.css", "icons.svg")


def left_out(reason: str) -> int:
    is_required = os.environ.get("REQUIRE_ALL") == "1"
    print(
        f"{'MISSING' if is_required else 'SKIPPED'}: whether the style sheet is up to date, because {reason}."
    )
    return 1 if is_required else 0


def build(folder: Path) -> str:
    """Builds into ``folder``/static; what went wrong, or nothing."""
    styles = folder / "portal" / "styles"
    shutil.copytree(STYLES, styles, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "static").mkdir()
    commands = [["npm", "run", "--silent", "build"]]
    if (STYLES / "node_modules").is_dir():
        (styles / "node_modules").symlink_to(STYLES / "node_modules")
    else:
        commands.insert(0, ["npm", "ci", "--silent"])
    for command in commands:
        done = subprocess.run(command, cwd=styles, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"`{' '.join(command)}` failed {done.stderr.strip()}".strip()
    return ""


def main() -> int:
    if not shutil.which("npm"):
        return left_out("npm is not installed here (Debian: apt install npm)")
    with tempfile.TemporaryDirectory(prefix="balai-styles-") as name:
        folder = Path(name)
        if fault := build(folder):
            return left_out(fault)
        stale = [
            f"static/{file}"
            for file in BUILT
            if (folder / "static" / file).read_bytes() != (ROOT / "static" / file).read_bytes()
        ]
    if stale:
        print(f"{' and '.join(stale)}: not what portal/styles makes. Run `make css` and commit the result.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
