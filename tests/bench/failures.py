"""PostgreSQL stopped and started, and a disk that fills up, while residents read and a coordinator writes.

What counts: that every write the portal acknowledged is there afterwards, that what it cannot do it says (503),
and how soon it works again by itself.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg2

from tests.bench.report import Figure
from tests.bench.staff import staff_of
from tests.bench.world import ROOT
from tests.deployed import Front, front, web_service
from tests.following import Server
from tests.with_postgres import binaries, temporary_cluster

NORMAL, BROKEN = 5.0, 8.0  # seconds
RECOVERY = 10.0  # seconds
ADD = "/admin/services/synonym/add/"
DISK = 48  # megabytes, of which the database takes a part and the filler the rest


@dataclass
class Load:
    """Readers and a writer; every answer with its time, its kind and, for writes, the word that was sent."""

    nginx: Front
    cookie: str
    token: str
    answers: list[tuple[float, str, int, str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self, kind: str, address: str, source: str, word: str = "") -> None:
        body = b""
        headers = {"Cookie": self.cookie} if word else {}
        if word:
            form = {"phrase": word, "means": "surat", "csrfmiddlewaretoken": self.token, "_save": "1"}
            body = urlencode(form).encode()
            headers |= {"Content_Type": "application/x-www-form-urlencoded"}
        try:
            status = self.nginx.ask_bare(
                address, "POST" if word else "GET", body, source=source, **headers
            ).status
        except OSError:
            status = 0
        self.answers.append((time.monotonic(), kind, status, word))

    def read(self) -> None:
        count = 0
        while not self.ended.wait(0.05):
            count += 1
            self.ask("fresh page", f"/cari/?q=kata+{count}+{id(self)}", "127.0.0.3")
            self.ask("stored page", "/layanan/", "127.0.0.4")

    def write(self) -> None:
        count = 0
        while not self.ended.wait(0.1):
            count += 1
            # From ever new addresses, or nginx would rightly bound it.
            self.ask(
                "write", ADD, f"127.0.{10 + count // 250}.{1 + count % 250}", f"kata{count}x{os.getpid()}"
            )

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=work) for work in (self.read, self.read, self.write)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()

    def acknowledged(self) -> set[str]:
        return {word for _at, kind, status, word in self.answers if kind == "write" and status == 302}

    def between(self, start: float, end: float) -> dict[str, Counter[int]]:
        counts: dict[str, Counter[int]] = {}
        for at, kind, status, _word in self.answers:
            if start <= at < end:
                counts.setdefault(kind, Counter())[status] += 1
        return counts

    def recovered_after(self, moment: float) -> float:
        """Seconds until fresh pages came and writes were acknowledged again, and stayed so."""
        latest = moment
        for kind, good in (("fresh page", 200), ("write", 302)):
            bad = [at for at, what, status, _word in self.answers if what == kind and status != good]
            after = [at for at, what, status, _word in self.answers if what == kind and status == good]
            last_bad = max([moment, *bad])
            latest = max(latest, min([at for at in after if at >= last_bad], default=float("inf")))
        return latest - moment


def story(
    name: str,
    load: Load,
    break_it: Callable[[], None],
    mend_it: Callable[[], None],
    words: Callable[[], set[str]],
) -> list[Figure]:
    with load.running():
        time.sleep(NORMAL)
        broke = time.monotonic()
        break_it()
        time.sleep(BROKEN)
        mend_it()
        mended = time.monotonic()
        time.sleep(NORMAL + RECOVERY)
    lost = load.acknowledged() - words()
    during = load.between(broke, mended)
    said = "; ".join(
        f"{kind}: {', '.join(f'{count} × {status}' for status, count in sorted(counts.items()))}"
        for kind, counts in sorted(during.items())
    )
    odd = {
        status
        for kind, counts in during.items()
        for status in counts
        if status not in {503, 200 if kind != "write" else 302}
    }
    seconds = load.recovered_after(mended)
    return [
        Figure(f"{name}: answers meanwhile", said, "200/302 that hold, or 503", is_met=not odd),
        Figure(
            f"{name}: false success",
            f"{len(lost)} of {len(load.acknowledged())} acknowledged writes missing",
            "0",
            is_met=not lost and bool(load.acknowledged()),
        ),
        Figure(
            f"{name}: works again after",
            f"{seconds:.1f} s",
            f"≤ {RECOVERY:.0f} s",
            is_met=seconds <= RECOVERY,
        ),
    ]


def prepare(environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def figures(environment: dict[str, str]) -> list[Figure]:
    return [*postgresql_stopped(environment), *disk_full(environment)]


def postgresql_stopped(environment: dict[str, str]) -> list[Figure]:
    tools = binaries()
    if tools is None:
        return [Figure("PostgreSQL stopped", "not measured: apt install postgresql")]
    with temporary_cluster(tools) as (url, folder), front() as nginx:
        server = Server(tools, folder, url)
        environment = environment | {"DATABASE_URL": url, "VAR_DIR": str(nginx.var)}
        prepare(environment)
        staff = staff_of(environment)

        def words() -> set[str]:
            connection = psycopg2.connect(url)
            with connection.cursor() as cursor:
                cursor.execute("SELECT phrase FROM services_synonym")
                found = {row[0] for row in cursor.fetchall()}
            connection.close()
            return found

        with web_service(nginx.socket_path, environment):
            load = Load(nginx, staff["cookies"]["coordinator"], staff["token"])
            return story("PostgreSQL stopped", load, server.stop, server.start, words)


def disk_full(environment: dict[str, str]) -> list[Figure]:
    """Database and media of SQLite on a small disk of their own: a tmpfs, which only root can mount."""
    folder = Path(tempfile.mkdtemp(prefix="balai-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        return [Figure("Disk full", "not measured: mounting a small tmpfs needs root")]
    try:
        with front() as nginx:
            environment = environment | {"VAR_DIR": str(folder)}
            prepare(environment)
            staff = staff_of(environment)
            filler = folder / "filler"

            def fill() -> None:
                with filler.open("wb", buffering=0) as file:
                    for size in (1024 * 1024, 4096):
                        try:
                            while file.write(bytes(size)) == size:
                                pass
                        except OSError:
                            continue

            def words() -> set[str]:
                (database,) = folder.glob("*.sqlite3")
                connection = sqlite3.connect(database)
                found = {row[0] for row in connection.execute("SELECT phrase FROM services_synonym")}
                connection.close()
                return found

            with web_service(nginx.socket_path, environment):
                load = Load(nginx, staff["cookies"]["coordinator"], staff["token"])
                return story("Disk full (SQLite)", load, fill, filler.unlink, words)
    finally:
        subprocess.run(["umount", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)
