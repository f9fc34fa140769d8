"""Public pages from a real replica: only while it shows what the original does, and never wrong for long."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.following import Server, following
from tests.test_two_workers import ROOT, Worker
from tests.with_postgres import MISSING, binaries, temporary_server

# These start servers of their own, whatever engine the other tests run on; once is enough.
pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def urls() -> Iterator[tuple[str, Server]]:
    """The address of an original with every table, and the replica that follows it."""
    tools = binaries()
    if tools is None:
        pytest.skip(f"{MISSING}.")
    with temporary_server(tools) as url:
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        with following(tools, url) as replica:
            yield url, replica


@pytest.fixture
def worker(urls: tuple[str, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    url, replica = urls
    monkeypatch.setenv("DATABASE_REPLICA_URL", replica.url)
    with Worker(url, tmp_path) as running:
        yield running


@pytest.fixture
def replica(urls: tuple[str, Server]) -> Server:
    return urls[1]


def groups(answer: Any) -> list[str]:
    return str(answer["body"]).removeprefix("Groups: ").split(", ")


def edit(worker: Worker, replica: Server, name: str) -> None:
    """An edit that the replica has heard of before anybody asks."""
    worker.obey(f"edit {name}")
    replica.wait_until(f"SELECT count(*) > 0 FROM auth_group WHERE name = '{name}'")


def test_pages_are_read_from_a_replica_that_is_up_to_date(worker: Worker, replica: Server) -> None:
    edit(worker, replica, "one")
    answer = worker.obey("get /groups/")
    assert answer["read_from"] == ["replica"]
    assert "one" in groups(answer)


def test_while_the_replica_is_late_the_original_answers_and_nothing_late_is_kept(
    worker: Worker, replica: Server
) -> None:
    edit(worker, replica, "two")
    assert worker.obey("get /groups/")["read_from"] == ["replica"]
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        worker.obey("edit late")
        late = worker.obey("get /groups/")
        assert late["read_from"] == ["default"]
        assert "late" in groups(late)
        # What was read meanwhile stays right: it is the store that answers now.
        again = worker.obey("get /groups/")
        assert again["times_django_was_asked"] == late["times_django_was_asked"]
        assert "late" in groups(again)
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    replica.wait_until("SELECT count(*) > 0 FROM auth_group WHERE name = 'late'")
    edit(worker, replica, "three")
    caught_up = worker.obey("get /groups/")
    assert caught_up["read_from"] == ["replica"]
    assert {"late", "three"} <= set(groups(caught_up))


def test_without_asking_for_its_number_a_late_replica_would_be_kept(worker: Worker, replica: Server) -> None:
    """The guard's own test: the same story with the question left out shows the old page."""
    edit(worker, replica, "four")
    worker.obey("get /groups/")
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        worker.obey("edit unseen")
        worker.obey("trust the replica")
        assert "unseen" not in groups(worker.obey("get /groups/"))
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")


def test_a_replica_that_is_away_costs_nobody_a_page(worker: Worker, replica: Server) -> None:
    edit(worker, replica, "five")
    assert worker.obey("get /groups/")["read_from"] == ["replica"]
    replica.stop()
    try:
        worker.obey("edit six")
        began = time.monotonic()
        answer = worker.obey("get /groups/")
        assert answer["status"] == "200 OK"
        assert answer["read_from"] == ["default"]
        assert "six" in groups(answer)
        assert time.monotonic() - began < 5
    finally:
        replica.start()


def test_private_pages_are_read_from_the_original(worker: Worker, replica: Server) -> None:
    edit(worker, replica, "seven")
    assert worker.obey("get /private-groups/")["read_from"] == ["default"]
