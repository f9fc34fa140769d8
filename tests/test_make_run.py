"""`make run` ends when it is told to, however it is told, and leaves nothing running.

A small stand-in takes the place of the portal: what is tried here is starting and stopping, not pages.
"""

import contextlib
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds; a busy machine is no fault
TAKE_TERMINAL = (
    "import fcntl, os, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\nos.execvp('make', ['make', 'run'])\n"
)

pytestmark = pytest.mark.sqlite


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Path]:
    """A folder in which `make run` starts a stand-in; whatever is left of it afterwards is ended."""
    start = f"exec {sys.executable} {ROOT / 'portal' / 'deploy' / 'foreground.py'}"
    (tmp_path / "Makefile").write_text(f"run:\n\t@{start}\n")
    (tmp_path / "manage.py").write_text(
        "import os, time\n"
        "print('ready soon:', os.environ.get('PORTAL_DATA'), flush=True)\n"
        "time.sleep(float(os.environ.get('SLOW', '0')))\n"
    )
    (tmp_path / "app.py").write_text(
        "def app(environ, start):\n    start('200 OK', [])\n    return [b'hello']\n"
    )
    conf = tmp_path / "portal" / "deploy" / "gunicorn.conf.py"
    conf.parent.mkdir(parents=True)
    conf.write_text(
        "import os\n"
        "wsgi_app, bind, workers = 'app:app', '127.0.0.1:' + os.environ['PORT'], 2\n"
        "control_socket_disable = True\n"
    )
    yield tmp_path
    for process in running_in(tmp_path):
        os.kill(process, signal.SIGKILL)


def surroundings(**changes: str) -> dict[str, str]:
    """The environment without what an outer make, which may run these tests, says to an inner one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | changes


def running_in(folder: Path) -> list[int]:
    """Processes whose working folder this is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == folder and "Z" not in (process / "stat").read_text().split()[2]:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until(is_true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, f"Waited too long until {what}."
        time.sleep(0.02)


class Terminal:
    """`make run` in a terminal of its own, as a person starts it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.words = ""
        self.screen, keyboard = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL],
            cwd=folder,
            env=surroundings(**environment),
            stdin=keyboard,
            stdout=keyboard,
            stderr=keyboard,
            start_new_session=True,
        )
        os.close(keyboard)
        os.set_blocking(self.screen, False)

    def reads(self, pattern: str) -> bool:
        with contextlib.suppress(OSError):
            self.words += os.read(self.screen, 65536).decode()
        return re.search(pattern, self.words) is not None

    def has_ended(self) -> bool:
        self.reads("")
        return self.process.poll() is not None

    def press(self, key: bytes) -> None:
        os.write(self.screen, key)


def open_house(house: Path, port: int) -> Terminal:
    terminal = Terminal(house, PORT=str(port), PORTAL_DATA="contoh")
    wait_until(lambda: terminal.reads(rf"http://127\.0\.0\.1:{port}/"), "the address was told")
    assert "ready soon: contoh" in terminal.words
    return terminal


def test_ctrl_c_ends_with_success_and_without_a_word(house: Path, port: int) -> None:
    terminal = open_house(house, port)
    terminal.press(b"\x03")
    wait_until(terminal.has_ended, "make ended")
    assert terminal.process.returncode == 0, terminal.words
    assert "Traceback" not in terminal.words
    assert "***" not in terminal.words
    assert running_in(house) == []


def test_ctrl_c_while_preparing_shows_no_traceback(house: Path, port: int) -> None:
    terminal = Terminal(house, PORT=str(port), SLOW="60")
    wait_until(lambda: terminal.reads("ready soon"), "preparing began")
    terminal.press(b"\x03")
    wait_until(terminal.has_ended, "make ended")
    assert terminal.process.returncode == 0, terminal.words
    assert "Traceback" not in terminal.words
    assert running_in(house) == []


def test_a_closed_terminal_ends_the_server(house: Path, port: int) -> None:
    terminal = open_house(house, port)
    os.close(terminal.screen)
    terminal.process.wait(timeout=PATIENCE)
    wait_until(lambda: not running_in(house), "nothing was left running")


def test_the_server_does_not_outlive_make(house: Path, port: int) -> None:
    terminal = open_house(house, port)
    terminal.process.kill()
    terminal.process.wait()
    wait_until(lambda: not running_in(house), "nothing was left running")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_its_group_ends_it_where_there_is_no_terminal(
    house: Path, port: int, number: signal.Signals
) -> None:
    with (house / "words").open("w") as words:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=house,
            env=surroundings(PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    wait_until(lambda: "http://" in (house / "words").read_text(), "the address was told")
    os.killpg(process.pid, number)
    process.wait(timeout=PATIENCE)
    wait_until(lambda: not running_in(house), "nothing was left running")
    assert "Traceback" not in (house / "words").read_text()


@pytest.mark.parametrize(
    ("port_text", "sentence"),
    [("80a", "Write a number"), ("0", "Write a number"), ("70000", "Write a number"), ("taken", "in use")],
)
def test_a_port_that_cannot_be_is_refused_in_one_sentence(
    house: Path, port: int, port_text: str, sentence: str
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run(
            [sys.executable, str(ROOT / "portal" / "deploy" / "foreground.py")],
            cwd=house,
            env=surroundings(PORT=str(port) if port_text == "taken" else port_text),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "ready soon" not in done.stdout


def test_make_is_there() -> None:
    assert shutil.which("make")
