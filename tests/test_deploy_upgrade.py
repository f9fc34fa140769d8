"""Upgrading by the script while residents read and write: nobody is refused, and a bad release is taken back.

systemd is played: the socket is held by this process, and a small command stands in for systemctl.
"""

import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from portal.shared.work import heartbeat
from tests import tools
from tests.browser_server import prepared, shared_folder
from tests.collected import begin_collected
from tests.deployed import HOST, ROOT, Front, WebService, front
from tests.test_settings import KEY

pytestmark = pytest.mark.sqlite  # The installation has a database of its own.

CODE = ("portal", "services", "outreach", "feedback", "templates", "static")
# What Python has compiled comes with it: each of these processes would do it anew.
NOT_INSTALLED = shutil.ignore_patterns("node_modules", "*.po", "*.map")
# Writes what it is told to do, and waits until the test has done it.
SYSTEMCTL = """#!/bin/sh
echo "$*" >> {folder}/said
echo "$*" > {folder}/now.part && mv {folder}/now.part {folder}/now
while [ -e {folder}/now ]; do sleep 0.05; done
"""


@dataclass
class Manager:
    """Plays systemd: does what the small command says, in a thread of its own."""

    folder: Path
    home: Path
    web: WebService
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        order = self.folder / "now"
        while not self.ended.wait(0.02):
            if order.exists():
                if "balai-web" in order.read_text():
                    self.web.restart((self.home / "current").resolve())
                order.unlink()

    @property
    def said(self) -> list[str]:
        path = self.folder / "said"
        return path.read_text().splitlines() if path.exists() else []


@dataclass
class Reading:
    """Residents, each asking for page after page; notes every answer that is not what it should be."""

    nginx: Front
    faults: list[str] = field(default_factory=list)
    answered: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def go_on(self, number: int) -> None:
        count = 0
        while not self.ended.is_set():
            count += 1
            # The first two are asked of the application each time, the third mostly of nginx.
            for address, method, wanted in (
                (f"/cari/?q=ktp{number}x{count}", "GET", 200),
                ("/admin/login/", "GET", 200),
                ("/layanan/", "GET", 200),
                ("/layanan/", "POST", 405),
            ):
                try:
                    status = self.nginx.ask(address, method, source=f"127.0.1.{number}").status
                except OSError as problem:
                    status, wanted = 0, 200
                    self.faults.append(f"{method} {address}: {problem!r}")
                if status not in {wanted, 429}:
                    self.faults.append(f"{method} {address}: {status}")
                self.answered += 1
            # Not as fast as the machine can: the upgrade itself needs it too.
            time.sleep(0.05)

    def __enter__(self) -> "Reading":
        self.threads = [threading.Thread(target=self.go_on, args=(number,)) for number in (1, 2, 3)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()


def release(folder: Path) -> Path:
    """A release as it is handed over: our code, with the packages it needs already beside it."""
    folder.mkdir(parents=True)
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=NOT_INSTALLED)
    for name in ("manage.py", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


@dataclass
class Installation:
    nginx: Front
    home: Path
    environment: dict[str, str]
    manager: Manager

    def upgrade(self, what: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(what / "portal" / "deploy" / "upgrade"), str(what)],
            env=self.environment,
            capture_output=True,
            text=True,
            cwd=self.home,
        )

    @property
    def current(self) -> Path:
        return (self.home / "current").resolve()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A portal in production behind nginx, with a worker's sign of life and its first release in service."""
    if tools.nginx() is None:
        pytest.skip(f"{tools.NGINX_MISSING}.")
    home = tmp_path_factory.mktemp("opt")
    first = release(home / "releases" / "20260101-000000")
    (home / "current").symlink_to(first)
    with front() as nginx:
        # Loaded already, as in an office that upgrades; what is left to do is said to `prepare` below.
        shutil.copytree(prepared("tanjung-barat", tmp_path_factory), nginx.var, dirs_exist_ok=True)
        begin_collected(nginx.var, shared_folder(tmp_path_factory))
        settings = {
            "PRODUCTION": "yes",
            "SECRET_KEY": KEY,
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "1",
            "EMAIL_URL": "smtp://127.0.0.1:25?tls=no",
            "LOG_REQUESTS": "no",
            "VAR_DIR": str(nginx.var),
            "BACKUP_DIR": str(home / "backups"),
        }
        env_file = home / "balai.env"
        env_file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
        systemctl = home / "systemctl"
        systemctl.write_text(SYSTEMCTL.format(folder=home))
        systemctl.chmod(0o755)
        path = {"PATH": os.environ["PATH"]}
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=first,
            env=path | settings,
            check=True,
            capture_output=True,
        )
        said_alive = (
            "import django; django.setup(); from datetime import timedelta; from django.utils import timezone\n"
            f"from {heartbeat.__name__} import Heartbeat\n"
            "Heartbeat.beat('a-test', timezone.now() + timedelta(hours=1))"
        )
        subprocess.run(
            [sys.executable, "-c", said_alive],
            cwd=first,
            env=path | settings | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
            check=True,
        )
        web = WebService(nginx.socket_path, path | settings)
        manager = Manager(home, home, web)
        thread = threading.Thread(target=manager.run)
        thread.start()
        try:
            web.start(first)
            environment = path | {
                "BALAI_HOME": str(home),
                "BALAI_ENV": str(env_file),
                "BALAI_USER": subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip(),
                "BALAI_SOCKET": str(nginx.socket_path),
                "BALAI_SYSTEMCTL": str(systemctl),
                "BALAI_PATIENCE": "20",
            }
            yield Installation(nginx, home, environment, manager)
        finally:
            manager.ended.set()
            thread.join()
            web.close()


def test_an_upgrade_in_order_refuses_nobody(installed: Installation, tmp_path: Path) -> None:
    before = installed.current
    new = release(tmp_path / "new")
    page = new / "templates" / "403.html"
    page.write_text(page.read_text() + "<!-- the new release -->")
    with Reading(installed.nginx) as residents:
        done = installed.upgrade(new)
    assert done.returncode == 0, done.stdout + done.stderr
    assert residents.faults == []
    assert residents.answered > 20
    assert installed.current != before
    assert "the new release" in (installed.current / "templates" / "403.html").read_text()
    assert installed.manager.said[-2:] == ["restart balai-web.service", "restart balai-worker.service"]
    assert list((installed.home / "backups").iterdir())
    steps = [line.split("  ")[1][:1] for line in done.stdout.splitlines() if line[2:3] == ":"]
    assert steps == ["1", "2", "3", "4", "5", "7", "9", "D"]


def test_a_release_that_does_not_start_is_taken_back(installed: Installation, tmp_path: Path) -> None:
    before = installed.current
    broken = release(tmp_path / "broken")
    (broken / "portal" / "deploy" / "gunicorn.conf.py").write_text("raise SystemExit('broken')")
    done = installed.upgrade(broken)
    assert done.returncode == 1
    assert "the one before serves again" in done.stderr
    assert installed.current == before
    assert installed.nginx.ask("/cari/?q=kembali").status == 200
    assert installed.home.joinpath("releases").is_dir()


def releases_of(installed: Installation) -> set[Path]:
    """The folders of releases; the lock that keeps two upgrades apart lies beside them."""
    return {path for path in (installed.home / "releases").iterdir() if path.is_dir()}


def test_a_release_that_finds_a_fault_changes_nothing(installed: Installation, tmp_path: Path) -> None:
    before, said = installed.current, len(installed.manager.said)
    faulty = release(tmp_path / "faulty")
    (faulty / "portal" / "urls.py").write_text("raise RuntimeError('faulty')")
    releases = releases_of(installed)
    done = installed.upgrade(faulty)
    assert done.returncode != 0
    assert installed.current == before
    assert installed.manager.said[said:] == []
    assert releases_of(installed) == releases, "what was not put in service is removed"


def test_what_is_no_release_is_refused(installed: Installation, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    done = subprocess.run(
        [str(ROOT / "portal" / "deploy" / "upgrade"), str(tmp_path / "photos")],
        env=installed.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "no manage.py" in done.stderr


def test_the_scripts_can_be_run() -> None:
    for name in ("upgrade", "manage"):
        assert (ROOT / "portal" / "deploy" / name).stat().st_mode & stat.S_IXUSR
