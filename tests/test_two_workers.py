"""Two real processes on one database: what an editor changes in one is soon seen in the other."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PROMISED = 2.0  # seconds from commit to the last old page
PATIENCE = 60.0  # seconds for a machine that is busy with other things


class Worker:
    """A process that answers one line of JSON to each line of text."""

    def __init__(self, database_url: str, var_dir: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        environment |= {"DATABASE_URL": database_url, "VAR_DIR": str(var_dir)}
        environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker_process"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=PATIENCE)
        finally:
            self.process.kill()

    def obey(self, line: str) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def database_url(folder: Path) -> str:
    """The address of a database other processes can open and that has every table."""
    if connection.vendor == "sqlite":
        # The tests' own database is in memory.
        copy = folder / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return f"sqlite:///{copy}"
    given = {
        key: quote(str(connection.settings_dict[key]), safe="")
        for key in ("USER", "PASSWORD", "HOST", "NAME")
    }
    port = connection.settings_dict["PORT"] or 5432
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{port}/{given['NAME']}"


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[list[Worker]]:
    url = database_url(tmp_path)
    with ExitStack() as stack:
        yield [stack.enter_context(Worker(url, tmp_path / f"var{number}")) for number in range(2)]


def test_an_edit_in_one_worker_is_shown_by_the_other_within_two_seconds(workers: list[Worker]) -> None:
    editor, other = workers
    editor.obey("edit first")
    for worker in workers:
        asked = [worker.obey("get /groups/")["times_django_was_asked"] for _ in range(3)]
        assert asked[0] == asked[-1] == 1, "both answer from their own store"

    editor.obey("edit second")
    committed = time.monotonic()
    assert editor.obey("get /groups/")["body"].endswith("first, second")
    while True:
        asked_at = time.monotonic()
        if other.obey("get /groups/")["body"].endswith("first, second"):
            break
        # Only a page asked for after the promised time breaks the promise, however slow this machine is.
        assert asked_at - committed < PROMISED
