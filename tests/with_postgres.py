"""Run one command against a PostgreSQL that exists only as long as the command does.

    python tests/with_postgres.py COMMAND …      fails, saying so, where PostgreSQL is not installed
    python tests/with_postgres.py --if-found …   does nothing where it is not installed

The server listens on a free loopback port with a random password, keeps its files in a temporary folder and
is stopped and removed whatever happens to the command, whose exit code is handed on. With REQUIRE_ALL=1 a
missing PostgreSQL is an error everywhere.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROLE = "balai"
START_TRIES = 3
ROOM = 3 * 1024**3  # bytes
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
MISSING = "PostgreSQL is not installed here (Debian: apt install postgresql)"


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: the one on PATH, else Debian's newest."""
    on_path = shutil.which("pg_ctl")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()],
        reverse=True,
    )
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def other_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root, so root lends it an unprivileged account."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL does not run as root and there is no user postgres or nobody to run it as.")


def run_server_tool(arguments: list[str], user: pwd.struct_passwd | None, folder: Path) -> None:
    """Run one of PostgreSQL's tools quietly; its words are shown only when it fails."""
    with (folder / "tool.log").open("w") as words:
        done = subprocess.run(
            arguments,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"{Path(arguments[0]).name} failed:\n{(folder / 'tool.log').read_text()}")


# Below the ports a kernel hands to outgoing connections, which other tests open while a server is starting.
SERVER_PORTS = range(20_000, 32_000)


def free_port() -> int:
    while True:
        port = secrets.choice(SERVER_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def roomy_memory() -> str | None:
    """A folder in memory, so that every write may be durable and yet quick; None where it would not fit."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return str(memory)
    return None


@contextmanager
def temporary_server(bin_folder: Path) -> Iterator[str]:
    """A fresh server; yields its database URL."""
    with temporary_cluster(bin_folder) as (url, _folder):
        yield url


@contextmanager
def temporary_cluster(bin_folder: Path) -> Iterator[tuple[str, Path]]:
    """A fresh server; yields its database URL and the folder with all it has (the data are in “cluster”)."""
    user = other_user()
    password = secrets.token_urlsafe(24)
    folder = Path(tempfile.mkdtemp(prefix="balai-postgres-", dir=roomy_memory()))
    cluster = folder / "cluster"
    started = False
    try:
        (folder / "password").touch(mode=0o600)
        (folder / "password").write_text(password)
        if user:
            for path in (folder, folder / "password"):
                os.chown(path, user.pw_uid, user.pw_gid)
        run_server_tool(
            [
                *(str(bin_folder / "initdb"), "--pgdata", str(cluster), "--username", ROLE),
                *("--pwfile", str(folder / "password"), "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            user,
            folder,
        )
        for attempt in range(1, START_TRIES + 1):
            port = free_port()
            settings = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            start = [str(bin_folder / "pg_ctl"), "start", "--wait", "--silent", "--pgdata", str(cluster)]
            try:
                run_server_tool(
                    [*start, "--log", str(folder / "server.log"), "--options", settings], user, folder
                )
                started = True
                break
            except RuntimeError:
                # Another program may have taken the port in between.
                if attempt == START_TRIES:
                    raise
        yield f"postgres://{ROLE}:{password}@127.0.0.1:{port}/postgres", folder
    finally:
        if started:
            stop = [str(bin_folder / "pg_ctl"), "stop", "--wait", "--silent", "--mode", "immediate"]
            # Whoever borrowed it may have stopped it already.
            with suppress(RuntimeError):
                run_server_tool([*stop, "--pgdata", str(cluster)], user, folder)
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str], url: str) -> int:
    """The command's exit code; an interrupt reaches the command first and is not a failure of this script."""
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
        except SystemExit:
            process.terminate()
            process.wait()
            raise


def main(arguments: list[str]) -> int:
    only_if_found = arguments[:1] == ["--if-found"]
    command = arguments[1:] if only_if_found else arguments
    if not command:
        print(__doc__)
        return 2
    bin_folder = binaries()
    if bin_folder is None:
        if only_if_found and not REQUIRE_ALL:
            return 0
        print(f"{MISSING}.", file=sys.stderr)
        return 1
    # A polite end from outside must still stop the server.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    signal.signal(signal.SIGHUP, lambda number, frame: sys.exit(128 + number))
    with temporary_server(bin_folder) as url:
        return run(command, url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
