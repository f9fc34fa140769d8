"""A database that is slow, frozen or silent holds a page for so long and no longer; other work may take its time."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection
from psycopg2 import extensions

from portal import databases
from portal.shared import patience
from portal.shared.outage import is_outage
from tests.test_settings import run

URL = "postgres://portal@localhost/portal"
FILE = Path("/nowhere")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process of the server, and half a second is long."""
    monkeypatch.setattr(patience, "SECONDS", 0.5)
    patience.lose_patience()
    yield
    extensions.set_wait_callback(None)


def test_a_server_that_accepts_and_says_nothing_is_left_after_its_connect_timeout(impatient: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        address = f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=x user=x connect_timeout=1"
        with pytest.raises(psycopg2.OperationalError, match="did not answer"):
            psycopg2.connect(address)
    assert 0.9 < time.monotonic() - began < 5


def test_without_a_connect_timeout_the_general_one_counts() -> None:
    assert patience.connect_timeout("host=x") == patience.SECONDS
    assert patience.connect_timeout("host=x connect_timeout=0") == patience.SECONDS
    assert patience.connect_timeout("host=x connect_timeout=3") == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_frozen_server_costs_one_page_and_the_next_finds_a_connection(impatient: None) -> None:
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((process,),) = cursor.fetchall()
        os.kill(process, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(OperationalError) as caught:
                cursor.execute("SELECT 1")
            assert time.monotonic() - began < 5
            assert is_outage(caught.value)
        finally:
            os.kill(process, signal.SIGCONT)
    assert not connection.is_usable()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_quick_question_and_a_large_answer_pass(impatient: None) -> None:
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT repeat('x', 1000) FROM generate_series(1, 20000)")
        assert len(cursor.fetchall()) == 20_000
    connection.close()


def options(**how: Any) -> dict[str, Any]:
    return dict(databases.original(URL, FILE, **how)["OPTIONS"])


def test_only_pages_are_bound_to_a_time_and_durability_stays_last() -> None:
    assert options(pooled=False, is_web=True)["options"].startswith("-c statement_timeout=15s")
    assert options(pooled=False, is_web=True)["options"].endswith("-c synchronous_commit=on")
    assert "statement_timeout" not in options(pooled=False)["options"]
    # pgbouncer refuses settings of one connection.
    assert "options" not in options(pooled=True, is_web=True)
    assert options(pooled=True)["tcp_user_timeout"] == 60_000


def test_an_office_may_choose_its_own_limit() -> None:
    url = f"{URL}?options=-c%20statement_timeout%3D40s"
    given = databases.original(url, FILE, pooled=False, is_web=True)["OPTIONS"]["options"]
    assert given.split().index("statement_timeout=40s") > given.split().index("statement_timeout=15s")


TOLD = "import portal.settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"


@pytest.mark.parametrize(("first", "bound"), [("import gunicorn.app.base", True), ("pass", False)])
def test_the_server_alone_asks_for_the_limit(tmp_path: Path, first: str, bound: bool) -> None:
    told = run(tmp_path, "-c", f"{first}\n{TOLD}", DATABASE_URL=URL)
    assert ("statement_timeout" in told.stdout) is bound, told.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("WEB_CONCURRENCY", "0"), ("WEB_CONCURRENCY", "99"), ("PORT", "x")]
)
def test_the_server_refuses_what_it_cannot_count_by_name(tmp_path: Path, name: str, value: str) -> None:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), name: value}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "portal/deploy/gunicorn.conf.py",
        "--check-config",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr
