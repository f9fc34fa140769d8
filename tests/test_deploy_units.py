"""The units and the environment file: understood by systemd, harmless when taken over, complete."""

import configparser
import os
import re
import runpy
import shutil
import smtplib
import ssl
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests import tools
from tests.test_settings import start

# No database is asked; once is enough.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "portal" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENVIRONMENT = (DEPLOY / "balai.env.example").read_text(encoding="utf-8")
# systemd's own words: below 3 is “ok”, and an ordinary service without any hardening has 9.6.
EXPOSURE = 2.5


def unit(path: Path) -> configparser.ConfigParser:
    """A unit's sections; of a name said twice, the last value."""
    read = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text(encoding="utf-8"))
    return read


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units with paths that exist here, for systemd looks whether a program is there."""
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace(
            "/opt/balai/current/.venv/bin/python", shutil.which("sh") or ""
        )
        text = text.replace("/opt/balai/current", str(ROOT)).replace("/etc/balai/balai.env", "-/dev/null")
        (tmp_path / path.name).write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE))
    return tmp_path


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = tools.systemd_analyze()
    if program is None:
        pytest.skip(f"{tools.SYSTEMD_MISSING}.")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )


def test_systemd_understands_every_unit(installed: Path) -> None:
    checked = analyze(
        "verify", "--man=no", "--recursive-errors=no", *(str(path) for path in installed.iterdir())
    )
    ours = [line for line in checked.stderr.splitlines() if "balai-" in line]
    assert ours == []


def test_a_slip_in_a_unit_would_be_found(installed: Path) -> None:
    web = installed / "balai-web.service"
    web.write_text(web.read_text().replace("PrivateTmp=", "PrivateTemp="))
    assert "PrivateTemp" in analyze("verify", "--man=no", "--recursive-errors=no", str(web)).stderr


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_that_is_taken_over_can_do_little(path: Path, installed: Path) -> None:
    name = path.name.replace("@.", "@x.")
    (installed / path.name).rename(installed / name)
    told = analyze("security", "--offline=yes", f"--threshold={EXPOSURE * 10:.0f}", str(installed / name))
    assert told.returncode == 0, told.stdout + told.stderr
    # Read from our file, not from the copy, in which systemd-analyze must be content with root.
    assert unit(path)["Service"]["User"] == "balai"
    assert path.read_text().count("\nCapabilityBoundingSet=\n") == 1


def test_only_the_backup_may_write_beside_the_portal_s_own_folder() -> None:
    writable = {path.name: unit(path)["Service"]["ReadWritePaths"] for path in SERVICES}
    beside = {name: paths for name, paths in writable.items() if paths != "/var/lib/balai"}
    assert beside == {"balai-backup.service": "/var/lib/balai /var/backups/balai"}


def test_every_timer_has_its_service_and_every_nightly_job_tells_when_it_fails() -> None:
    timers = [path for path in UNITS if path.suffix == ".timer"]
    assert {path.stem for path in timers} == {"balai-backup", "balai-sessions", "balai-doctor"}
    for path in timers:
        assert unit(path)["Timer"]["Persistent"] == "true"
        assert unit(path.with_suffix(".service"))["Unit"]["OnFailure"] == "balai-failure@%n.service"


def test_every_command_that_is_started_exists() -> None:
    commands = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")} | {"clearsessions"}
    for path in SERVICES:
        start_line = unit(path)["Service"]["ExecStart"]
        if found := re.search(r"manage\.py (\w+)", start_line):
            assert found[1] in commands, path.name
        for name in re.findall(r"portal/deploy/\S+", start_line):
            assert (ROOT / name).exists(), path.name


def test_the_door_is_open_to_nginx_alone_and_outlives_the_service() -> None:
    door = unit(DEPLOY / "systemd" / "balai-web.socket")["Socket"]
    assert (door["SocketGroup"], door["SocketMode"]) == ("www-data", "0660")
    assert f"unix:{door['ListenStream']}" in (DEPLOY / "nginx.conf").read_text()
    web = unit(DEPLOY / "systemd" / "balai-web.service")
    assert web["Unit"]["Requires"] == "balai-web.socket"
    # Who never gives up needs nobody to start it again in the night.
    assert web["Unit"]["StartLimitIntervalSec"] == "0"


# The environment file -------------------------------------------------------------------------------------


def named_in_the_readme() -> set[str]:
    return set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", README, re.MULTILINE))


def test_the_example_lists_every_setting_once() -> None:
    names = re.findall(r"^#?([A-Z][A-Z_]+)=", ENVIRONMENT, re.MULTILINE)
    assert sorted(names) == sorted(named_in_the_readme())


def test_the_example_starts_once_the_key_is_filled_in(tmp_path: Path) -> None:
    manage = runpy.run_path(str(DEPLOY / "manage"))
    given = manage["settings_in"](ENVIRONMENT)
    assert given["SECRET_KEY"] == ""
    given |= {
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "k3y-0f-r4nd0m-ch4r4ct3rs-that-is-long-enough-for-anyone-2026",
    }
    started = start(tmp_path, **given)
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        (" A = b ", "b"),
        ("A='b c$d&e'", "b c$d&e"),
        ('A="b"', "b"),
        ("A=postgres://u:p@h/d?a=b&c=d", "postgres://u:p@h/d?a=b&c=d"),
        ("#A=b", None),
        ("; A=b", None),
        ("A", None),
        ("A='", "'"),
    ],
)
def test_the_environment_file_is_read_as_systemd_does(line: str, value: str | None) -> None:
    assert runpy.run_path(str(DEPLOY / "manage"))["settings_in"](line).get("A") == value


def test_manage_says_what_to_do_when_it_may_not_read_the_settings(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "BALAI_ENV": str(tmp_path / "missing")}
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "manage"), "check"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "sudo -u balai" in done.stderr


# The letter to the administrator --------------------------------------------------------------------------


class Post:
    """A mail server that notes what it is given."""

    given: list[tuple[str, object]] = []

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.given.append(("connect", (host, port)))

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def starttls(self, context: ssl.SSLContext) -> None:
        self.given.append(("starttls", context.verify_mode))

    def login(self, user: str, password: str) -> None:
        self.given.append(("login", user))

    def send_message(self, message: EmailMessage) -> None:
        self.given.append(("send", message))


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Post, "given", [])
    monkeypatch.setattr(smtplib, "SMTP", Post)
    return runpy.run_path(str(DEPLOY / "tell_administrator.py"))["main"]


def test_a_failed_unit_is_told_by_mail(tell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_MAIL", "operator@example.go.id")
    monkeypatch.setenv("EMAIL_URL", "smtp://balai:s3cret@mail.example.go.id:587")
    assert tell(["balai-backup.service"]) == 0
    assert [what for what, _how in Post.given] == ["connect", "starttls", "login", "send"]
    assert Post.given[1][1] == ssl.CERT_REQUIRED, (
        "The password goes to the server of the name and to no other."
    )
    message = Post.given[-1][1]
    assert isinstance(message, EmailMessage)
    assert message["To"] == "operator@example.go.id"
    assert "balai-backup.service" in message["Subject"]
    assert "s3cret" not in message.as_string()


def test_with_nobody_to_tell_it_says_so_in_the_journal(
    tell: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPERATOR_MAIL", raising=False)
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert tell(["balai-backup.service"]) == 0
    assert Post.given == []
    assert "OPERATOR_MAIL" in capsys.readouterr().err
