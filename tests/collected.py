"""Static files as production serves them, compressed once for all parallel workers and installations of a run."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser_server import ROOT, environment, only_one_at_a_time


def begin_collected(var_dir: Path, folder: Path) -> None:
    """Spares a new installation the compressing; `folder` is the one that all workers of this run share."""
    template = folder / "collected"
    with only_one_at_a_time(template.with_suffix(".lock")):
        if not template.exists():
            being_made = template.with_suffix(".part")
            # Another worker may have failed half way.
            shutil.rmtree(being_made, ignore_errors=True)
            command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
            done = subprocess.run(
                command, cwd=ROOT, env=environment("", being_made), capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            # So that `prepare` finds nothing to collect.
            (being_made / "static" / "collected").touch()
            being_made.rename(template)
    shutil.copytree(template / "static", var_dir / "static", dirs_exist_ok=True)
