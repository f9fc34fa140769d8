"""The restore drill by the clock: backed up, brought back on an empty host, and walked through."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.report import Figure
from tests.bench.world import ROOT

TARGET = 300.0  # seconds
PHOTOS, PHOTO = 200, 150_000  # bytes


def figures(environment: dict[str, str]) -> list[Figure]:
    """The demo data with some photos, on SQLite; nothing of the prepared portal is changed."""
    media = Path(environment["VAR_DIR"]) / "media" / "bench"
    media.mkdir(parents=True, exist_ok=True)
    for number in range(PHOTOS):
        (media / f"{number}.jpg").write_bytes(os.urandom(PHOTO))
    with tempfile.TemporaryDirectory(prefix="balai-drill-") as folder:
        backups, host = Path(folder) / "backups", {"VAR_DIR": str(Path(folder) / "host")}
        making = seconds(["manage.py", "backup", "--to", str(backups)], environment)
        (archive,) = backups.glob("*.tar")
        size = archive.stat().st_size / 1024 / 1024
        restoring = seconds(["manage.py", "restore", str(archive)], environment | host)
        preparing = seconds(["manage.py", "prepare"], environment | host)
        began = time.monotonic()
        walked = json.loads(run(["-m", "tests.drill_process", "walk"], environment | host).splitlines()[-1])
        walking = time.monotonic() - began
    whole = restoring + preparing + walking
    is_green = set(walked["statuses"].values()) == {200} and walked["sign_in"] == 200
    return [
        Figure(f"Backup of the demo data and {PHOTOS} photos ({size:.0f} MB)", f"{making:.1f} s"),
        Figure("Restore on an empty host", f"{restoring:.1f} s"),
        Figure(
            f"Restore drill: restore, prepare, walk {len(walked['statuses'])} pages",
            f"{whole:.1f} s" + ("" if is_green else ", but not every page answered"),
            f"≤ {TARGET:.0f} s",
            is_met=is_green and whole <= TARGET,
        ),
    ]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    began = time.monotonic()
    run(command, environment)
    return time.monotonic() - began


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
