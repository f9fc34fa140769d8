"""Starting the portal: kind on a laptop, strict in production, and every refusal names its cure."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
KEY = "k3y-0f-r4nd0m-ch4r4ct3rs-that-is-long-enough-for-anyone-2026"
PRODUCTION = {
    "PRODUCTION": "yes",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "balai.example.go.id",
    "SITE_URL": "https://balai.example.go.id",
    "TRUSTED_PROXIES": "1",
}
TOLD = "import portal.settings as s; print(s.DEBUG, s.DATABASES['default']['ENGINE'], s.ALLOWED_HOSTS, s.SITE_URL)"


def run(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in a process of its own, with nothing set but what is given."""
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)} | environment
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=clean, capture_output=True, text=True)


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings, as whatever starts the portal does first."""
    return run(tmp_path, "-c", TOLD, **environment)


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
        ({"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES", "TRUSTED_PROXIES=1"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES", "TRUSTED_PROXIES=1"),
        ({"SECRET_KEY": ""}, "SECRET_KEY", "secrets.token_urlsafe"),
        ({"SECRET_KEY": KEY[:49]}, "SECRET_KEY", "at least 50"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY", "random"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS", "List each host name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", "List each host name"),
        ({"ALLOWED_HOSTS": ".example.go.id"}, "ALLOWED_HOSTS", "List each host name"),
        ({"ALLOWED_HOSTS": "https://balai.example.go.id"}, "ALLOWED_HOSTS", "List each host name"),
        ({"ALLOWED_HOSTS": "localhost,192.168.1.2"}, "ALLOWED_HOSTS", "List each host name"),
        ({"SECRET_KEY": "change-me-" + KEY}, "SECRET_KEY", "secrets.token_urlsafe"),
        ({"SITE_URL": ""}, "SITE_URL", "https://"),
        ({"SITE_URL": "https://"}, "SITE_URL", "https://balai"),
        ({"SITE_URL": "https://[balai"}, "SITE_URL", "https://balai"),
        ({"SITE_URL": "https://balai.example.go.id:x"}, "SITE_URL", "https://balai"),
        ({"SITE_URL": "https://staf:rahasia@balai.example.go.id"}, "SITE_URL", "nothing after the host"),
        ({"SITE_URL": "https://balai.example.go.id/portal"}, "SITE_URL", "nothing after the host"),
        ({"SITE_URL": "https://lain.example.go.id"}, "SITE_URL", "Add lain.example.go.id"),
        ({"DATABASE_URL": "sqlite:///file:x%3Fmode%3Dmemory?uri=true"}, "DATABASE_URL", "Name"),
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
        ("DEBUG", "2"),
        ("TIME_ZONE", "Europe/Berlin"),
        ("PORTAL_DATA", "../x"),
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "postgres://[x/"),
        ("DATABASE_URL", "nonsense"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "10"),
        ("TRUSTED_PROXIES", "\u0661"),
        ("PORT", "65536"),
        ("PORT", "9" * 5000),
        ("SITE_URL", "http://a\nb"),
        ("VAR_DIR", "/dev/null/var"),
    ],
)
def test_a_word_nobody_understands_is_refused_not_guessed(tmp_path: Path, name: str, value: str) -> None:
    started = start(tmp_path, **{name: value})
    assert started.returncode != 0
    assert f"\n  {name}: " in started.stderr
    assert "    Cure: " in started.stderr
    assert "Traceback" not in started.stderr


def test_faults_and_dangers_are_named_together(tmp_path: Path) -> None:
    started = start(tmp_path, **PRODUCTION, TIME_ZONE="WIB", DEBUG="yes")
    assert all(f"\n  {name}: " in started.stderr for name in ("TIME_ZONE", "DEBUG"))


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["manage.py", "migrate"],
        ["manage.py", "check", "doctor"],
        ["-c", "import portal.wsgi"],
        ["-m", "gunicorn", "--config", "portal/deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"],
    ],
    ids=["check", "migrate", "doctor said later", "wsgi", "gunicorn"],
)
def test_however_it_is_started_it_refuses_in_words_without_a_traceback(
    tmp_path: Path, command: list[str]
) -> None:
    started = run(tmp_path, *command, PRODUCTION="yes", DEBUG="yes")
    assert started.returncode != 0
    for name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"):
        assert started.stderr.count(f"\n  {name}: ") == 1
    assert "Traceback" not in started.stderr


def test_a_refusal_tells_no_secret(tmp_path: Path) -> None:
    url = "postgres://portal:rahasia@localhost/p?options=-c%20fsync%3Doff"
    started = start(tmp_path, **(PRODUCTION | {"SECRET_KEY": "short-secret", "DATABASE_URL": url}))
    assert {"SECRET_KEY", "DATABASE_URL"} <= set(started.stderr.replace(":", " ").split())
    assert not {"rahasia", "short-secret"} & set(started.stderr.replace(":", " ").split())


def test_durability_is_said_last_so_that_nothing_in_the_address_undoes_it(tmp_path: Path) -> None:
    told = "import portal.settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"
    url = "postgres://localhost/p?options=-c%20synchronous_commit%3Doff"
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": url}
    started = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    )
    assert started.stdout.split()[-1] == "synchronous_commit=on"


def test_what_django_asks_of_a_deployment_is_answered(tmp_path: Path) -> None:
    command = ("manage.py", "check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    done = run(tmp_path, *command, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_the_deployment_check_is_not_clean_by_being_silent(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode != 0
    assert "security.W004" in done.stderr


def test_the_gate_starts_with_no_setting_of_this_machine() -> None:
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    settings = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    unset = (ROOT / ".ci" / "run").read_text().partition("\nunset ")[2].partition("\n\n")[0]
    assert settings <= set(unset.replace("\\", " ").split())
