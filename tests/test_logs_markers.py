"""What visitors send stays with them: after thousands of values sent in every place, none is found anywhere.

A real server in a process of its own is asked for every address the permission grid knows, with marked values
as address, agent, query, path and body. Then its log, every column of every table, every file it keeps and
its mail are searched for the marks. The control: pages that leak on purpose are found.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.shared.work.mail import queue_mail
from tests.builders import make_organization, make_user
from tests.desk import make_world, signed_in
from tests.grid import GRID
from tests.news_world import make_news
from tests.outreach_world import make_outreach
from tests.test_work_processes import url

__all__ = ["url"]

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a machine that is busy with other things

ADDRESS = "203.0.113.77"
MARKS = {
    "address": ADDRESS,
    "agent": "MarkerAgent",
    "query": "tandakueri",
    "path": "tandajalur",
    "body": "tandaisi",
    "name": "tandanama",
    "password": "tandasandi",
    "referrer": "tandaasal",
    "host": "tandainang",
}
# What staff send to a page they may use is content: it may be kept, but nowhere be logged.
CONTENT = {"content": "tandapetugas"}
HEADERS = {
    "X-Forwarded-For": ADDRESS,
    "User-Agent": "MarkerAgent/7.7 (Tanda)",
    "Referer": "http://127.0.0.1/tandaasal",
    "Accept-Language": "id",
}
# These end the session with which the other pages are asked.
NOT_WHILE_SIGNED_IN = re.compile("logout|sign_out|end_sessions|password|field:leave")

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Server:
    port: int
    folder: Path
    log: Path
    answers: list[tuple[int, str]] = field(default_factory=list)

    def ask(
        self, address: str, method: str = "GET", data: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str, str]:
        """Status, cookies and text of the answer to a visitor who is marked all over."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        given = HEADERS | headers
        body = urlencode(data).encode() if data is not None else None
        if body is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, address, body, given)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        self.answers.append((answer.status, f"{method} {address}"))
        cookies = "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or [])
        return answer.status, cookies, text

    def send(self, raw: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            line.sendall(raw)
            line.recv(4096)


@contextmanager
def served(url: str, folder: Path) -> Iterator[Server]:
    var, log = folder / "var", folder / "server.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"DATABASE_URL": url, "VAR_DIR": str(var), "WEB_CONCURRENCY": "1", "TRUSTED_PROXIES": "1"}
    # The same key, so that a session made here is one there, and one made there can be read here.
    environment |= {"SECRET_KEY": settings.SECRET_KEY, "SITE_URL": "http://127.0.0.1"}
    environment |= {"LOG_REQUESTS": "yes", "METRICS_BIND": "127.0.0.1:1", "PYTHONDONTWRITEBYTECODE": "1"}
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        environment["BIND"] = f"fd://{door.fileno()}"
        command = [sys.executable, "-m", "gunicorn", "--config", "portal/deploy/gunicorn.conf.py"]
        with log.open("wb") as words:
            process = subprocess.Popen(
                [*command, "tests.marker_site:application"],
                cwd=ROOT,
                env=environment,
                pass_fds=[door.fileno()],
                stdout=words,
                stderr=words,
            )
        server = Server(door.getsockname()[1], var, log)
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    server.ask("/healthz")
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            yield server
            if process.poll() is None:
                done = subprocess.run(
                    [sys.executable, "manage.py", "worker", "--once"],
                    cwd=ROOT,
                    env=environment,
                    capture_output=True,
                    check=False,
                )
                with log.open("ab") as words:
                    words.write(done.stdout + done.stderr)
                assert done.returncode == 0, done.stderr
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)


# Searching -----------------------------------------------------------------------------------------------


def found_in(text: str, where: str, marks: dict[str, str] = MARKS) -> list[str]:
    lowered = text.lower()
    return [
        f"{what}: {where}: …{text[max(0, at - 60) : at + 60]}…"
        for what, mark in marks.items()
        if (at := lowered.find(mark.lower())) >= 0
    ]


def found_in_files(folder: Path) -> list[str]:
    """Every file the installation keeps: uploads, mail, counts, and the database's own pages on SQLite."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += found_in(path.read_bytes().decode("latin-1"), path.name)
    return found


def found_in_database() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [one for row in cursor.fetchall() for one in found_in(repr(row), table)]
    # Packed and signed, a session does not show what is in it.
    for session in Session.objects.all():
        found += found_in(json.dumps(session.get_decoded(), default=str), "session")
    return found


def everything_found(server: Server, folder: Path) -> list[str]:
    return [
        *found_in(server.log.read_text(), "log", MARKS | CONTENT),
        *found_in_database(),
        *found_in_files(folder),
    ]


# Asking --------------------------------------------------------------------------------------------------


def addresses() -> Iterator[tuple[str, str]]:
    for name, rule in GRID.items():
        try:
            yield name, reverse(name, kwargs=rule.fill())
        except NoReverseMatch:
            # Being written by somebody; the grid's own test says so.
            continue


def marked(address: str) -> str:
    words = {"q": "tandakueri", "next": "/tandakueri/", "hal": "tandakueri", "_tanda": "tandakueri"}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(words)}"


def cookies_of(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def walk_the_whole_house(server: Server, staff: Client) -> None:
    """Every address, read and sent to, by a stranger and by staff."""
    fields = ("q", "name", "reason", "action")
    body, content = dict.fromkeys(fields, "tandaisi"), dict.fromkeys(fields, "tandapetugas")
    token = "a" * 32
    forged = {"csrfmiddlewaretoken": token}
    for name, address in addresses():
        server.ask(marked(address))
        server.ask(marked(address), "POST", body | forged, Cookie=f"csrftoken={token}")
        if not NOT_WHILE_SIGNED_IN.search(name):
            cookies = cookies_of(staff)
            server.ask(marked(address), Cookie=cookies)
            server.ask(marked(address), "POST", content | forged, Cookie=f"{cookies}; csrftoken={token}")
    for address in ("/layanan/tandajalur/", "/tandajalur", "/en/tandajalur/", "/admin/tandajalur/"):
        server.ask(address)
        server.ask(address, Cookie=cookies_of(staff))
    server.ask("/admin/services/service/tandajalur/change/", Cookie=cookies_of(staff))
    server.ask("/cari/?q=" + "tandakueri" * 2000)
    server.ask("/cari/?q=tandakueri%00")
    server.ask("/", Host="tandainang.example")


def try_to_sign_in(server: Server, name: str) -> None:
    """Wrong passwords until the door is locked, and a few after that."""
    for _try in range(8):
        _status, cookies, page = server.ask("/admin/login/?next=/admin/tandakueri/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        data = {"csrfmiddlewaretoken": token[1], "username": name, "password": "tandasandi"}
        server.ask("/admin/login/?next=/admin/tandakueri/", "POST", data, Cookie=cookies)


def send_what_is_no_request(server: Server) -> None:
    head = f"X-Forwarded-For: {ADDRESS}\r\nUser-Agent: MarkerAgent\r\n"
    server.send(f"GET /?q=tandakueri HTTP/9.9\r\n{head}\r\n".encode())
    server.send(f"GET /?q=tandakueri HTTP/1.1\r\nHost: x\r\n{head}tanda isi: tandaisi\r\n\r\n".encode())
    server.send(f"POST / HTTP/1.1\r\nHost: x\r\n{head}Content-Length: tandaisi\r\n\r\n".encode())


def test_nothing_a_visitor_sends_is_found_anywhere_afterwards(url: str, tmp_path: Path) -> None:
    make_world(1)
    make_outreach(make_organization())
    make_news()
    staff = signed_in(make_user("sari", is_superuser=True, email="sari@example.org"))
    # The newest account is the one the walk signs out and locks.
    make_user("rini", email="rini@example.org")
    queue_mail(to="sari@example.org", subject="Kabar", body="Ada kabar.", key="kabar")
    with served(url, tmp_path) as server:
        assert server.ask("/admin/", Cookie=cookies_of(staff))[0] == 200, "staff are really inside"
        walk_the_whole_house(server, staff)
        assert server.ask("/admin/", Cookie=cookies_of(staff))[0] == 200, "and still are"
        try_to_sign_in(server, "tandanama")
        try_to_sign_in(server, "sari")
        send_what_is_no_request(server)
        for view in ("told", "broken", "unavailable", "broken_thread"):
            server.ask(f"/keliru/{view}/tandajalur".removesuffix("tandajalur") + "?q=tandakueri")
    statuses = [status for status, _what in server.answers]
    assert statuses.count(200) > 50, "the pages were really given"
    faults = [what for status, what in server.answers if status == 500 and "/keliru/" not in what]
    assert faults == []

    assert everything_found(server, tmp_path) == []

    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["logger"] == "request"]
    assert len(requests) >= len(server.answers) - 30, "each request left its line"
    assert {"home", "search", "services:detail", "unmatched"} <= {line["route"] for line in requests}
    assert {line["error"] for line in lines if "error" in line} >= {"ValueError"}
    others = [line for line in server.log.read_text().splitlines() if not line.startswith("{")]
    assert [line for line in others if "Tasks done" not in line] == [], "the log is JSON, line by line"


@pytest.mark.parametrize("leak", ["printed", "stored", "uploaded", "mailed", "in_session"])
def test_a_leak_would_be_found(leak: str, url: str, tmp_path: Path) -> None:
    """The control: the same search, one page that leaks."""
    with served(url, tmp_path) as server:
        assert server.ask(f"/bocor/{leak}/?q=tandakueri")[0] == 200
    found = everything_found(server, tmp_path)
    assert {"address", "agent", "query"} <= {one.partition(":")[0] for one in found}
