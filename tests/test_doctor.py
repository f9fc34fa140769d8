"""`manage.py doctor`: what is wrong, with the cure, where the portal starts and where it refuses to."""

import subprocess
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal import doctor
from portal.accounts.roles import ADMINISTRATOR
from portal.backup.folder import name_of
from portal.environment import Danger
from portal.shared.work.heartbeat import Heartbeat
from tests.builders import make_user
from tests.test_settings import PRODUCTION, run

pytestmark = pytest.mark.django_db

HEALTHY = {
    "PRODUCTION": True,
    "DANGERS": [],
    "TRUSTED_PROXIES": 1,
    "BIND": "unix:/run/balai/web.sock",
    "EMAIL_URL": "smtp://localhost",
}


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def healthy(settings: Any, tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in production with nothing wrong, and the folder of its backups."""
    for name, value in HEALTHY.items():
        setattr(settings, name, value)
    settings.BACKUP_DIR = tmp_path
    (tmp_path / name_of(at - timedelta(hours=2))).touch()
    Heartbeat.beat("worker-1", at)
    make_administrator()
    # Tests run without https, on a disk in memory, on a machine whose clock and disk are not ours to judge.
    monkeypatch.setattr(doctor, "FORGETFUL_FOLDERS", ())
    monkeypatch.setattr(doctor, "DISK_FREE_BYTES", 0)
    monkeypatch.setitem(doctor.EVERYWHERE, "checks", lambda at: [])
    monkeypatch.setitem(doctor.EVERYWHERE, "clock", lambda at: [])
    return tmp_path


def make_administrator() -> Any:
    user = make_user("administrator", email="admin@example.go.id")
    user.groups.add(Group.objects.get_or_create(name=ADMINISTRATOR)[0])
    TOTPDevice.objects.create(user=user, confirmed=True, name="Ponsel")
    return user


def told(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = 0
    try:
        call_command("doctor", *options)
    except SystemExit as end:
        code = int(str(end.code))
    return code, capsys.readouterr().out


def wrong(at: datetime) -> dict[str, list[Danger]]:
    return {name: found for name, found in doctor.examine(at).wrong.items() if found}


# What it says --------------------------------------------------------------------------------------------


def test_a_healthy_installation_is_told_so(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = told(capsys)
    assert code == 0, text
    lines = dict(line.split(maxsplit=1) for line in text.splitlines())
    assert set(lines.values()) == {"ok"}
    assert lines.keys() == doctor.EVERYWHERE.keys() | doctor.IN_PRODUCTION.keys()


def test_cron_hears_nothing_of_a_healthy_one(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--quiet") == (0, "")


def test_cron_hears_what_is_wrong_and_the_cure(
    healthy: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_URL = ""
    code, text = told(capsys, "--quiet")
    assert code == 1
    assert "EMAIL_URL: No mail server is named" in text
    assert "Cure: Set smtp://" in text
    assert "ok" not in text.split()


def test_a_laptop_is_told_what_production_needs_and_is_healthy_without(
    healthy: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PRODUCTION = False
    settings.EMAIL_URL = ""
    code, text = told(capsys)
    assert code == 0
    assert "Wrong:" not in text
    needed = text.partition("Needed only before others can reach the portal:")[2]
    assert all(name in needed for name in ("PRODUCTION:", "EMAIL_URL:", "SITE_URL:", "ALLOWED_HOSTS:"))
    assert told(capsys, "--quiet") == (0, "")


def test_a_setting_that_keeps_the_portal_from_starting_is_told_with_its_cure(
    healthy: Path, settings: Any, at: datetime
) -> None:
    danger = Danger("DEBUG", "It is on.", "Set DEBUG=no.")
    settings.DANGERS = [danger]
    assert wrong(at) == {"settings": [danger]}


# What it finds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "is_old"), [(25, False), (27, True)])
def test_a_backup_older_than_a_night_is_wrong(healthy: Path, at: datetime, age: int, is_old: bool) -> None:
    for file in healthy.iterdir():
        file.unlink()
    (healthy / name_of(at - timedelta(hours=age))).touch()
    assert ("backup" in wrong(at)) == is_old


def test_no_backup_at_all_is_wrong(healthy: Path, settings: Any, at: datetime) -> None:
    settings.BACKUP_DIR = healthy / "none"
    assert "no backup" in wrong(at)["backup"][0].problem


def test_a_worker_that_fell_silent_is_wrong(healthy: Path, at: datetime) -> None:
    later = at + timedelta(minutes=5)
    assert "5 minutes" in wrong(later)["worker"][0].problem
    Heartbeat.end("worker-1")
    assert "None is running" in wrong(at)["worker"][0].problem


def test_staff_without_second_factor_or_address_are_named(healthy: Path, at: datetime) -> None:
    make_user("budi", email="")
    make_user("siti", email="", is_active=False)
    problems = [danger.problem for danger in wrong(at)["staff"]]
    assert problems == ["Without a second factor: budi.", "Without an e-mail address: budi."]


def test_a_second_factor_that_was_never_confirmed_is_none(healthy: Path, at: datetime) -> None:
    TOTPDevice.objects.update(confirmed=False)
    assert "administrator" in wrong(at)["staff"][0].problem


def test_at_most_a_handful_of_names_is_told(healthy: Path, at: datetime) -> None:
    for number in range(7):
        make_user(f"orang{number}", email="a@example.go.id")
    assert wrong(at)["staff"][0].problem.endswith("orang3, orang4 and others.")


def test_a_portal_without_administrator_is_wrong(healthy: Path, at: datetime) -> None:
    Group.objects.get(name=ADMINISTRATOR).user_set.clear()
    assert "no administrator" in wrong(at)["staff"][0].problem


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"BIND": "0.0.0.0:8000"}, "BIND"),
        ({"BIND": ":8000"}, "BIND"),
        ({"BIND": "[::]:8000"}, "BIND"),
        ({"BIND": "192.0.2.1:8000"}, "BIND"),
    ],
)
def test_a_line_that_goes_past_the_proxy_is_wrong(
    healthy: Path, settings: Any, at: datetime, change: dict[str, Any], name: str
) -> None:
    for setting, value in change.items():
        setattr(settings, setting, value)
    assert [danger.name for danger in wrong(at)["line"]] == [name]


@pytest.mark.parametrize("bind", ["", "127.0.0.1:8001", "[::1]:8000", "localhost:80", "unix:/run/x"])
def test_this_machine_alone_is_fine(healthy: Path, settings: Any, at: datetime, bind: str) -> None:
    settings.BIND = bind
    assert wrong(at) == {}


def test_a_full_disk_is_wrong(healthy: Path, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor, "DISK_FREE_BYTES", 2 * 1024**3)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(10**12, 0, 10**9))
    assert "Only 953 MB are free" in wrong(at)["disk"][0].problem
    # A small disk that is almost empty is not full.
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(10**9, 0, 9 * 10**8))
    assert wrong(at) == {}


def test_a_storage_that_takes_no_file_is_wrong(healthy: Path, settings: Any, at: datetime) -> None:
    settings.MEDIA_ROOT = "/proc/media"
    assert "No file can be kept" in wrong(at)["storage"][0].problem


def test_a_clock_behind_the_database_is_wrong(at: datetime) -> None:
    found = list(doctor.clock_is_right(at - timedelta(days=365 * 30)))
    assert "before the database was made" in found[0].problem


@pytest.mark.sqlite
@pytest.mark.parametrize(("file", "is_lasting"), [("/tmp/x.sqlite3", False), ("/srv/tmp/x.sqlite3", True)])
def test_a_database_in_a_folder_that_is_emptied_is_wrong(
    at: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch, file: str, is_lasting: bool
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", file)
    found = list(doctor.database_is_in_a_lasting_place(at))
    assert (found == []) == is_lasting


def test_a_migration_that_is_missing_is_told_with_its_app(
    healthy: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.health, "newest_migrations", lambda: frozenset({("services", "9999_later")}))
    assert "(services)" in wrong(at)["migrations"][0].problem


def test_an_examination_that_breaks_does_not_end_the_visit(
    healthy: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(at: datetime) -> list[Danger]:
        raise ZeroDivisionError("over")

    monkeypatch.setitem(doctor.EVERYWHERE, "disk", broken)
    report = doctor.examine(at)
    assert report.wrong["disk"] == [
        Danger("disk", "This could not be looked at: ZeroDivisionError: over", "Mend that first.")
    ]
    assert report.wrong["clock"] == []


# Where the portal does not start -------------------------------------------------------------------------


def visit(tmp_path: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(tmp_path, "manage.py", "doctor", *options, **environment)


def test_it_runs_where_the_portal_refuses_to_start(tmp_path: Path) -> None:
    done = visit(tmp_path, PRODUCTION="yes", DEBUG="yes", TIME_ZONE="WIB", DATABASE_URL="mysql://x/y")
    assert done.returncode == 1
    assert done.stderr == ""
    told = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "TIME_ZONE", "DATABASE_URL")
    assert all(f"\n  {name}: " in done.stdout for name in told)
    assert "staff       not looked at" in done.stdout


def test_it_names_no_secret(tmp_path: Path) -> None:
    secrets = {"SECRET_KEY": "kurzgeheim", "DATABASE_URL": "postgres://u:rahasia@127.0.0.1:1/x"}
    done = visit(tmp_path, **(PRODUCTION | secrets))
    assert done.returncode == 1
    assert "does not answer" in done.stdout
    assert not any(word in done.stdout + done.stderr for word in ("kurzgeheim", "rahasia"))


def test_a_database_that_was_never_made_is_told_once(tmp_path: Path) -> None:
    done = visit(tmp_path, "--quiet")
    assert done.returncode == 1
    assert done.stdout.count("Cure:") == 1
    assert "manage.py prepare" in done.stdout
