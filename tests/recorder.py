"""Asks a portal in production for one of everything it answers, and writes the answers down.

The asking (tests/recorded_world.py) is done in a process of its own, under the environment of a real installation,
because what is looked at are the settings of production and not a test's idea of them.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "balai.example.go.id"
PRODUCTION = {
    "PRODUCTION": "yes",
    "SECRET_KEY": "k3y-0f-r4nd0m-ch4r4ct3rs-that-is-long-enough-for-anyone-2026",
    "ALLOWED_HOSTS": HOST,
    "SITE_URL": f"https://{HOST}",
    "TRUSTED_PROXIES": "1",
    "LOG_REQUESTS": "no",
}
# Who asks.
NOBODY, STAFF = "nobody", "staff"


@dataclass(frozen=True)
class Answer:
    """One answer as it went out; `body` only where it is a page."""

    name: str
    who: str
    address: str
    status: int
    headers: list[tuple[str, str]]
    body: str = ""

    @property
    def is_page(self) -> bool:
        return (self.header("Content-Type") or "").startswith("text/html")

    @property
    def cookies(self) -> list[str]:
        return [value for name, value in self.headers if name.lower() == "set-cookie"]

    def header(self, name: str) -> str | None:
        """The one value of a header; a header sent twice is nobody's intention."""
        values = [value for known, value in self.headers if known.lower() == name.lower()]
        assert len(values) < 2, f"{self.address} sends {name} twice"
        return values[0] if values else None


def answers_in_production(folder: Path) -> list[Answer]:
    """What a freshly made portal in production answers, asked in another process."""
    file = folder / "answers.json"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder / "var")} | PRODUCTION
    done = subprocess.run(
        [sys.executable, "-m", "tests.recorded_world", str(file)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [Answer(**row | {"headers": [tuple(pair) for pair in row["headers"]]}) for row in rows]
