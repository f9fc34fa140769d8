"""Starting the portal: kind on a laptop, strict in production, and every refusal names its cure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEY = "k3y-0f-r4nd0m-ch4r4ct3rs-that-is-long-enough-for-anyone-2026"
PRODUCTION = {
    "PRODUCTION": "yes",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "balai.example.go.id",
    "SITE_URL": "https://balai.example.go.id",
}
TOLD = "import portal.settings as s; print(s.DEBUG, s.DATABASES['default']['ENGINE'], s.ALLOWED_HOSTS, s.SITE_URL)"


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings in a process of their own, with nothing set but what is given."""
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)} | environment
    return subprocess.run([sys.executable, "-c", TOLD], cwd=ROOT, env=clean, capture_output=True, text=True)


def test_with_nothing_set_it_is_a_safe_laptop_portal_on_sqlite(tmp_path: Path) -> None:
    started = start(tmp_path)
    assert started.returncode == 0, started.stderr
    assert started.stdout.split(maxsplit=2)[:2] == ["False", "django.db.backends.sqlite3"]
    assert "127.0.0.1" in started.stdout
    assert "*" not in started.stdout


def test_the_laptop_key_is_random_private_and_stays_the_same(tmp_path: Path) -> None:
    start(tmp_path)
    key_file = tmp_path / "secret-key"
    first = key_file.read_text()
    start(tmp_path)
    assert key_file.read_text() == first
    assert len(first) >= 50
    assert key_file.stat().st_mode & 0o077 == 0


def test_port_moves_the_address(tmp_path: Path) -> None:
    assert "http://127.0.0.1:8123" in start(tmp_path, PORT="8123").stdout


def test_production_starts_when_everything_is_safe(tmp_path: Path) -> None:
    started = start(tmp_path, **PRODUCTION, DATABASE_URL="postgres://portal@localhost/portal")
    assert started.returncode == 0, started.stderr
    assert "postgresql" in started.stdout


@pytest.mark.parametrize(
    ("change", "named", "cure"),
    [
        ({"DEBUG": "yes"}, "DEBUG", "DEBUG=no"),
        ({"SECRET_KEY": ""}, "SECRET_KEY", "secrets.token_urlsafe"),
        ({"SECRET_KEY": KEY[:49]}, "SECRET_KEY", "at least 50"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY", "random"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS", "List each host name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", "List each host name"),
        ({"ALLOWED_HOSTS": ".example.go.id"}, "ALLOWED_HOSTS", "List each host name"),
        ({"SITE_URL": "http://balai.example.go.id"}, "SITE_URL", "https://"),
        ({"DATABASE_URL": "sqlite://:memory:"}, "DATABASE_URL", "Name a file"),
        (
            {"DATABASE_URL": "postgres://localhost/p?options=-c%20synchronous_commit%3Doff"},
            "DATABASE_URL",
            "Remove",
        ),
        (
            {"DATABASE_URL": "postgres://localhost/p?options=-c%20synchronous_commit%3DNo"},
            "DATABASE_URL",
            "Remove synchronous_commit",
        ),
        (
            {"DATABASE_URL": "sqlite:////tmp/x.sqlite3?init_command=PRAGMA%20synchronous%3DOFF"},
            "SQLite",
            "Remove",
        ),
    ],
)
def test_production_refuses_an_unsafe_setting_and_names_the_cure(
    tmp_path: Path, change: dict[str, str], named: str, cure: str
) -> None:
    started = start(tmp_path, **(PRODUCTION | change))
    assert started.returncode != 0
    assert named in started.stderr
    assert cure in started.stderr


def test_several_faults_are_named_at_once(tmp_path: Path) -> None:
    started = start(tmp_path, PRODUCTION="yes", DEBUG="yes")
    assert all(name in started.stderr for name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"))


def test_a_public_host_name_without_production_is_refused(tmp_path: Path) -> None:
    started = start(tmp_path, ALLOWED_HOSTS="balai.example.go.id")
    assert started.returncode != 0
    assert "PRODUCTION=yes" in started.stderr


def test_a_private_address_is_fine_on_a_laptop(tmp_path: Path) -> None:
    assert start(tmp_path, ALLOWED_HOSTS="127.0.0.1,192.168.1.20").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRODUCTION", "maybe"),
        ("TIME_ZONE", "Europe/Berlin"),
        ("PORTAL_DATA", "../x"),
        ("DATABASE_URL", "mysql://x/y"),
    ],
)
def test_a_word_nobody_understands_is_refused_not_guessed(tmp_path: Path, name: str, value: str) -> None:
    started = start(tmp_path, **{name: value})
    assert started.returncode != 0
    assert name in started.stderr


def test_durability_is_said_last_so_that_nothing_in_the_address_undoes_it(tmp_path: Path) -> None:
    told = "import portal.settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"
    url = "postgres://localhost/p?options=-c%20synchronous_commit%3Doff"
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": url}
    started = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    )
    assert started.stdout.split()[-1] == "synchronous_commit=on"
