"""Prepare and serve the portal in this terminal until Ctrl-C: what `make run` starts.

Not for production, where a service manager starts gunicorn itself. It exists because make, when it shares
the terminal's foreground with the server, reports every Ctrl-C as a failure, and because gunicorn answers a
closed terminal by reloading instead of stopping.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

HOST = "127.0.0.1"
FINISH = 3  # seconds gunicorn gives open requests; a worker that was just starting uses them up
PATIENCE = 10  # seconds until whatever has not ended is ended without mercy
LOOK_AGAIN = 0.1  # seconds
BREATHER = 5  # seconds before a worker that ended is started anew


class Stopped(Exception):
    """Someone asked us to end: Ctrl-C, a closed terminal or whoever started us."""


# Noted, not raised: an exception between starting a process and knowing it would leave it running.
asked_to_stop: list[int] = []


def note(number: int, frame: FrameType | None) -> None:
    asked_to_stop.append(number)


def port_from_environment() -> int:
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SystemExit(f"PORT is “{text}”. Write a number from 1 to 65535, for example: make run PORT=8001")
    return int(text)


def refuse_taken_port(port: int) -> None:
    """Say so at once, in one sentence, before minutes of preparing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            cure = "Choose one above 1023, for example: make run PORT=8001"
            raise SystemExit(f"Port {port} is reserved for the system. {cure}") from None
        except OSError:
            cure = f"Stop the other program, or choose another port: make run PORT={min(port + 1, 65535)}"
            raise SystemExit(f"Port {port} is already in use on this machine. {cure}") from None


def is_answering(port: int) -> bool:
    """Whether a page comes back, not only whether someone listens."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def take_terminal() -> int | None:
    """Become the terminal's foreground, so that Ctrl-C reaches us and not make; whom to give it back to."""
    try:
        foreground = os.tcgetpgrp(0)
    except OSError:
        return None
    if foreground != os.getpgrp() or foreground == os.getpid():
        return None
    # Stopping us (Ctrl-Z) would leave the terminal with nobody to read it.
    for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    return foreground


def has_terminal() -> bool:
    try:
        os.tcgetpgrp(0)
    except OSError:
        return False
    return True


class Beside:
    """The worker beside the server: started anew when it ends, but not in a hurry."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._not_before = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        if (self.process is None or self.process.poll() is not None) and time.monotonic() > self._not_before:
            self.process = start(["manage.py", "worker"], self._port)
            self._not_before = time.monotonic() + BREATHER


def wait_for(
    process: subprocess.Popen[bytes],
    parent: int,
    in_terminal: bool,
    port: int | None = None,
    beside: Beside | None = None,
) -> int:
    """The exit code; raises Stopped when who started us is gone. Tells the address once the port answers."""
    told = port is None
    while True:
        try:
            return process.wait(timeout=LOOK_AGAIN)
        except subprocess.TimeoutExpired:
            pass
        # A closed terminal tells only its first process, which may be make: waiting for us in its turn.
        if asked_to_stop or os.getppid() != parent or (in_terminal and not has_terminal()):
            raise Stopped
        if beside:
            beside.keep_running()
        if not told and port and is_answering(port):
            print(f"\n  The portal is at http://{HOST}:{port}/  (Ctrl-C stops it)\n", flush=True)
            told = True


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop the process and wait; a second Ctrl-C changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start(arguments: list[str], port: int) -> subprocess.Popen[bytes]:
    # The child must not see Ctrl-C itself: preparing would end in a traceback, gunicorn would say it twice.
    return subprocess.Popen(
        [sys.executable, *arguments], env=os.environ | {"PORT": str(port)}, process_group=0
    )


def main() -> int:
    port = port_from_environment()
    refuse_taken_port(port)
    parent, in_terminal = os.getppid(), has_terminal()
    give_back = take_terminal()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    gunicorn = ["-m", "gunicorn", "--config", "portal/deploy/gunicorn.conf.py"]
    gunicorn += ["--graceful-timeout", str(FINISH)]
    data = os.environ.get("PORTAL_DATA", "").strip()
    process = None
    beside = Beside(port)
    try:
        process = start(["manage.py", "prepare", "--examples", *(["--data", data] if data else [])], port)
        if code := wait_for(process, parent, in_terminal):
            return code
        process = start(gunicorn, port)
        return wait_for(process, parent, in_terminal, port, beside)
    except Stopped:
        return 0
    finally:
        # Both are told at once: together they take no longer than one.
        if beside.process and beside.process.poll() is None:
            beside.process.terminate()
        for running in (process, beside.process):
            if running:
                end(running)
        if give_back is not None and has_terminal():
            os.tcsetpgrp(0, give_back)


if __name__ == "__main__":
    sys.exit(main())
