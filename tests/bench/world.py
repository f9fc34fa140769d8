"""A portal of its own for the benches, with a data set loaded, and servers that live as long as they are needed."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = "portal/deploy/gunicorn.conf.py"
PATIENCE = 60  # seconds for a server to answer for the first time
HELLO = "tests.bench.hello:application"
PORTAL = "portal.wsgi:application"


@contextmanager
def prepared_portal() -> Iterator[dict[str, str]]:
    """The environment of a portal on SQLite in a temporary folder; nobody's own data is touched."""
    with tempfile.TemporaryDirectory(prefix="balai-bench-") as folder:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "VAR_DIR": folder}
        for name in (
            "DATABASE_URL",
            "DEBUG",
            "PRODUCTION",
            "ALLOWED_HOSTS",
            "SITE_URL",
            "WEB_CONCURRENCY",
            "BIND",
        ):
            environment.pop(name, None)
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield environment


def on_both_engines(part: str, environment: dict[str, str]) -> Iterator[tuple[str, list[Any]]]:
    """What `tests.bench.<part>` prints as lines of JSON: on SQLite, and on PostgreSQL where it is installed.

    Each engine has a scratch database of its own; one that is not there prints nothing and is left out.
    """
    runs = {"SQLite": [sys.executable, "-m", f"tests.bench.{part}"]}
    runs["PostgreSQL"] = [sys.executable, "tests/with_postgres.py", "--if-found", *runs["SQLite"]]
    for engine, command in runs.items():
        folder = Path(environment["VAR_DIR"]) / f"{part}-{engine.lower()}"
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment | {"VAR_DIR": str(folder)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        if lines := [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]:
            yield engine, lines


@contextmanager
def server(application: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """A gunicorn as the portal runs it; yields its port and the id of its first process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        # A process renewed in mid-measurement would be measured too.
        [*(sys.executable, "-m", "gunicorn", "--config", CONFIG, "--max-requests", "0"), application],
        cwd=ROOT,
        env=environment | {"PORT": str(port)},
    )
    try:
        wait_until_answering(process, port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def wait_until_answering(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with code {process.returncode} before it answered.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"No answer on port {port} within {PATIENCE} seconds.")


def cpu_seconds(first_process: int) -> float | None:
    """Processor time of a server's workers so far; None where the system does not tell (outside Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may itself hold spaces and brackets.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == first_process:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else None
