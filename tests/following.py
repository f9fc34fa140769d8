"""A second PostgreSQL that follows a first one, as a replica does, for as long as a block lasts."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from tests.with_postgres import free_port, other_user, roomy_memory, run_server_tool

PATIENCE = 30.0  # seconds for a machine that is busy with other things


@dataclass(frozen=True)
class Server:
    """One PostgreSQL: where its tools and files are, and where it listens."""

    tools: Path
    folder: Path
    url: str

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    def start(self) -> None:
        settings = (
            f"-c port={urlsplit(self.url).port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        )
        log = ["--log", str(self.folder / "server.log"), "--options", settings]
        run_server_tool(
            [str(self.tools / "pg_ctl"), "start", "--wait", "--silent", "--pgdata", str(self.cluster), *log],
            other_user(),
            self.folder,
        )

    def stop(self) -> None:
        stop = [str(self.tools / "pg_ctl"), "stop", "--wait", "--silent", "--mode", "immediate"]
        run_server_tool([*stop, "--pgdata", str(self.cluster)], other_user(), self.folder)

    def ask(self, sql: str) -> object:
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                row = cursor.fetchone()
                return row[0] if row else None
        finally:
            connection.close()

    def wait_until(self, sql: str) -> None:
        """Waits until the question, answered by yes or no, is answered by yes."""
        until = time.monotonic() + PATIENCE
        while not self.ask(sql):
            if time.monotonic() > until:
                raise TimeoutError(sql)
            time.sleep(0.05)


@contextmanager
def following(tools: Path, url: str) -> Iterator[Server]:
    """A running copy of the server at `url`; its address names the same database."""
    user = other_user()
    folder = Path(tempfile.mkdtemp(prefix="balai-replica-", dir=roomy_memory()))
    original = urlsplit(url)
    copy_url = url.replace(f":{original.port}/", f":{free_port()}/")
    server = Server(tools, folder, copy_url)
    try:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        copying = [
            "--pgdata",
            str(server.cluster),
            "--write-recovery-conf",
            "--checkpoint",
            "fast",
            "--no-sync",
        ]
        run_server_tool([str(tools / "pg_basebackup"), "--dbname", url, *copying], user, folder)
        server.start()
        yield server
    finally:
        with suppress(RuntimeError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
