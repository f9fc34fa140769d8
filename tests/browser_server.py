"""Portals with their real data, served as `make run` serves them; data are loaded once for all parallel workers."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import brotli
import pytest

from tests.migrated import begin_migrated

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90  # seconds; a busy machine is no fault


@dataclass(frozen=True)
class Answer:
    """What the portal sent, as it travelled and unpacked."""

    status: int
    headers: dict[str, str]
    wire: bytes

    @property
    def body(self) -> bytes:
        return brotli.decompress(self.wire) if self.headers.get("content-encoding") == "br" else self.wire

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Served:
    """A portal that is running."""

    url: str

    def ask(self, address: str, **headers: str) -> Answer:
        """Asks as a browser that understands brotli; an error page is an answer too."""
        request = Request(self.url + address, headers={"Accept-Encoding": "br"} | headers)
        try:
            with urlopen(request, timeout=PATIENCE) as response:
                return answer_of(response)
        except HTTPError as response:
            with response:
                return answer_of(response)


def answer_of(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read())


# Starting ------------------------------------------------------------------------------------------------


def environment(data_set: str, folder: Path, **more: str) -> dict[str, str]:
    """The surroundings of an installation, not those of a test."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"PORTAL_DATA": data_set, "VAR_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"} | more


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """One folder for all parallel workers of this run."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def only_one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepared(data_set: str, factory: pytest.TempPathFactory) -> Path:
    """A folder with the loaded database and the collected files, a copy of this worker's own."""
    template = shared_folder(factory) / f"portal-{data_set}"
    with only_one_at_a_time(template.with_suffix(".lock")):
        if not template.exists():
            being_made = template.with_suffix(".part")
            # Another worker may have failed half way.
            shutil.rmtree(being_made, ignore_errors=True)
            being_made.mkdir()
            begin_migrated(being_made / f"{data_set}.sqlite3", shared_folder(factory))
            command = [sys.executable, "-m", "tests.browser_site", "prepare", data_set]
            done = subprocess.run(
                command, cwd=ROOT, env=environment(data_set, being_made), capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            being_made.rename(template)
    own = factory.mktemp("portal") / data_set
    shutil.copytree(template, own)
    return own


@contextmanager
def served(data_set: str, folder: Path) -> Iterator[Served]:
    """Gunicorn on a free port, ended afterwards; it ends by itself when the tests are killed."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        surroundings = environment(
            data_set, folder, BIND=f"fd://{door.fileno()}", SITE_URL=url, WEB_CONCURRENCY="1"
        )
        command = [sys.executable, "-m", "gunicorn", "--config", "portal/deploy/gunicorn.conf.py"]
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "tests.browser_site:application"],
                cwd=ROOT,
                env=surroundings,
                pass_fds=[door.fileno()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        portal = Served(url)
        try:
            wait_for(portal, process, folder / "server.log")
            yield portal
        finally:
            # Nobody is waiting for an answer any more.
            process.send_signal(signal.SIGINT)
            process.wait(timeout=PATIENCE)
            assert process.stdin
            process.stdin.close()


def wait_for(portal: Served, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        try:
            # The door is open before anyone stands behind it, so this waits until the first worker is there.
            portal.ask("/robots.txt")
            return
        except OSError:
            assert time.monotonic() < deadline, "The portal did not answer in time."
            time.sleep(0.05)
    raise AssertionError(log.read_text())
