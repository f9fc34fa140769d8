"""The portal through a real pgbouncer that lends a connection for one transaction only."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from portal import databases, environment
from tests import tools
from tests.browser_server import shared_folder
from tests.collected import begin_collected
from tests.pool import pooled
from tests.with_postgres import MISSING, binaries, temporary_server

ROOT = Path(__file__).resolve().parent.parent
# Search, history with its locks, edits at once, forms: what leans on connections in one way or another.
SLICE = [
    "tests/test_content_version.py",
    "tests/test_search.py",
    "tests/test_tree.py",
    "tests/test_two_workers.py",
]

# Where the fixture's environment says how to pass pgbouncer by.
DIRECT = "BACKUP_DATABASE_URL"

SHOWN = """
import django; django.setup()
from django.db import connection
from services.models import Service
with connection.cursor() as cursor:
    cursor.execute("SELECT current_schema()")
    print(cursor.fetchone()[0], Service.objects.exists())
"""

on_real_servers = pytest.mark.sqlite  # They start servers of their own, whatever engine the others run on.


@pytest.fixture(scope="module")
def through_pgbouncer() -> Iterator[dict[str, str]]:
    """The environment of a portal whose PostgreSQL is reached through pgbouncer."""
    found = binaries()
    if found is None:
        pytest.skip(f"{MISSING}.")
    if tools.pgbouncer() is None:
        pytest.skip(f"{tools.PGBOUNCER_MISSING}.")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE"))}
    with temporary_server(found) as direct, pooled(direct) as url:
        yield kept | {
            "DATABASE_URL": url,
            DIRECT: direct,
            "PGBOUNCER": "yes",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def migrated(through_pgbouncer: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same, all its tables made through pgbouncer, and a copy of them for the tests."""
    surroundings = through_pgbouncer | {"VAR_DIR": str(tmp_path_factory.mktemp("migrated"))}
    done = run(surroundings, "manage.py", "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    tell_the_server(through_pgbouncer, 'CREATE DATABASE "test_postgres" TEMPLATE "postgres"', is_last=True)
    return through_pgbouncer


@on_real_servers
def test_an_installation_is_prepared_and_found_durable(
    migrated: dict[str, str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    environment = migrated | {"VAR_DIR": str(tmp_path)}
    begin_collected(tmp_path, shared_folder(tmp_path_factory))
    for command in (["prepare"], ["check", "--database", "default"], ["backup"], ["migrate", "--check"]):
        done = run(environment, "manage.py", *command)
        assert done.returncode == 0, done.stderr
    # What the backup set up for itself is not in the connections the portal gets.
    shown = run(environment, "-c", SHOWN)
    assert shown.stdout.split() == ["public", "True"], shown.stderr


@on_real_servers
def test_forgetful_servers_are_still_found_out(through_pgbouncer: dict[str, str]) -> None:
    """Nothing is said about durability when connecting, so the server itself must be asked."""
    try:
        tell_the_server(through_pgbouncer, "ALTER ROLE balai SET synchronous_commit = off")
        checked = run(through_pgbouncer, "manage.py", "check", "--database", "default")
        assert checked.returncode != 0
        assert "portal.E002" in checked.stderr
    finally:
        tell_the_server(through_pgbouncer, "ALTER ROLE balai RESET synchronous_commit")


def tell_the_server(environment: dict[str, str], sql: str, *, is_last: bool = False) -> None:
    """Says it to PostgreSQL itself, and ends the connections that pgbouncer opened before; first where `is_last`."""
    end_the_others = (
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    connection = psycopg2.connect(environment[DIRECT])
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in (end_the_others, sql) if is_last else (sql, end_the_others):
            cursor.execute(statement)
    connection.close()


@on_real_servers
def test_a_slice_of_the_tests_passes_through_pgbouncer(migrated: dict[str, str]) -> None:
    # The database is kept, for pgbouncer holds connections to it; the server is removed with all it has.
    done = run(migrated, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *SLICE)
    assert done.returncode == 0, done.stdout[-3000:]


def test_pgbouncer_is_asked_for_nothing_it_refuses() -> None:
    url = "postgres://balai@127.0.0.1:6432/balai"
    direct = databases.original(url, Path("unused"), pooled=False)
    behind_it = databases.original(url, Path("unused"), pooled=True)
    assert "synchronous_commit=on" in direct["OPTIONS"]["options"]
    assert "options" not in behind_it["OPTIONS"]
    assert behind_it["DISABLE_SERVER_SIDE_CURSORS"]
    assert not direct.get("DISABLE_SERVER_SIDE_CURSORS")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", "PGBOUNCER"),
        ("sqlite:////var/lib/balai/x.sqlite3", "PGBOUNCER"),
        ("postgres://balai@127.0.0.1/balai?options=-c%20statement_timeout%3D5s", "DATABASE_URL"),
    ],
)
def test_a_pool_that_cannot_be_is_named(url: str, name: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(environment, "faults", [])
    databases.original(url, Path("unused"), pooled=True)
    assert [fault.name for fault in environment.faults] == [name]


@pytest.mark.parametrize(
    ("url", "original"),
    [
        ("sqlite:////var/lib/balai/x.sqlite3", "postgres://balai@127.0.0.1/balai"),
        ("postgres://balai@127.0.0.1/balai", ""),
        ("nonsense", "postgres://balai@127.0.0.1/balai"),
    ],
)
def test_a_replica_that_cannot_be_is_named(url: str, original: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(environment, "faults", [])
    databases.replica(url, databases.original(original, Path("unused"), pooled=False), pooled=False)
    assert [fault.name for fault in environment.faults] == ["DATABASE_REPLICA_URL"]
