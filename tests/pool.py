"""pgbouncer by our example before a PostgreSQL, for as long as a block lasts."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests import tools
from tests.with_postgres import free_port, other_user

EXAMPLE = Path(__file__).resolve().parent.parent / "portal" / "deploy" / "pgbouncer.ini"
PATIENCE = 30.0  # seconds for a machine that is busy with other things


@contextmanager
def pooled(url: str) -> Iterator[str]:
    """The address of the same database through pgbouncer."""
    program = tools.pgbouncer()
    if program is None:
        raise LookupError(f"{tools.PGBOUNCER_MISSING}.")
    user, original, port = other_user(), urlsplit(url), free_port()
    folder = Path(tempfile.mkdtemp(prefix="balai-pgbouncer-"))
    process = None
    try:
        changes = {
            r"^balai = .*$": f"* = host=127.0.0.1 port={original.port}",
            r"^listen_port = .*$": f"listen_port = {port}",
            r"^auth_file = .*$": f"auth_file = {folder}/userlist.txt",
            r"^logfile = .*$": f"logfile = {folder}/pgbouncer.log",
            r"^pidfile = .*$": f"pidfile = {folder}/pgbouncer.pid",
            r"^unix_socket_dir = .*$": "unix_socket_dir =",
        }
        text = EXAMPLE.read_text()
        for pattern, line in changes.items():
            text, count = re.subn(pattern, line, text, flags=re.MULTILINE)
            if count != 1:
                raise LookupError(f"The example has {count} lines like {pattern}.")
        (folder / "pgbouncer.ini").write_text(text)
        (folder / "userlist.txt").write_text(f'"{original.username}" "{original.password}"\n')
        if user:
            for path in [folder, *folder.iterdir()]:
                os.chown(path, user.pw_uid, user.pw_gid)
        process = subprocess.Popen(
            [program, "--quiet", str(folder / "pgbouncer.ini")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        wait_for_port(process, port, folder)
        yield url.replace(f":{original.port}/", f":{port}/")
    finally:
        if process is not None:
            process.terminate()
            process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_port(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            words = "\n".join(path.read_text() for path in folder.glob("*.log"))
            raise RuntimeError(f"pgbouncer ended with code {process.returncode}:\n{words}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"No answer on port {port} within {PATIENCE:.0f} seconds.")
