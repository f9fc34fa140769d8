"""Workers in processes of their own: one task is run by one of them, a killed one is replaced, an asked one ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from portal.shared.work import worker as workers
from portal.shared.work.heartbeat import STILL_ALIVE, Heartbeat
from portal.shared.work.job import Job, put_back_lost
from tests import tasks_site
from tests.test_two_workers import database_url

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a machine that is busy with other things
COUNT = 40

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def started(verb: str, url: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has loaded the portal and waits for a line before it begins."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"DATABASE_URL": url, "VAR_DIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.work_process", verb],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n", process.stderr.read() if process.stderr else ""
        yield process
    finally:
        process.kill()
        process.communicate()


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def wait_until(is_true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, f"Waited too long until {what}."
        time.sleep(0.05)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The database of the processes, in which this process asks too."""
    address = database_url(tmp_path)
    if not address.startswith("sqlite"):
        yield address
        return
    connections["default"].close()
    before = connections["default"].settings_dict["NAME"]
    connections["default"].settings_dict["NAME"] = str(tmp_path / "copy.sqlite3")
    yield address
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = before


def run_by_two(verb: str, url: str, folder: Path) -> list[int]:
    """How often each of the tasks was run by two workers that begin at once."""
    tasks_site.queue_notes(COUNT)
    with ExitStack() as stack:
        both = [stack.enter_context(started(verb, url, folder / f"var{n}")) for n in range(2)]
        for process in both:
            begin(process)
        for process in both:
            assert process.wait(timeout=PATIENCE) == 0
    names = list(tasks_site.Group.objects.values_list("name", flat=True))
    return [sum(name.startswith(f"note {n} ") for name in names) for n in range(COUNT)]


def test_two_workers_never_run_one_task_twice(url: str, tmp_path: Path) -> None:
    assert run_by_two("once", url, tmp_path) == [1] * COUNT
    assert not Job.objects.exclude(status="SUCCESSFUL").exists()


def test_without_the_lock_they_would(url: str, tmp_path: Path) -> None:
    """The control of the test above: the same race, the same tasks, looking first and writing then."""
    assert max(run_by_two("careless", url, tmp_path)) > 1


def test_asked_to_end_a_worker_finishes_its_task_first(url: str, tmp_path: Path) -> None:
    with started("worker", url, tmp_path / "var") as process:
        tasks_site.take_time.enqueue(str(tmp_path))
        begin(process)
        wait_until((tmp_path / "begun").exists, "the task was begun")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    assert (tmp_path / "done").exists()
    assert Job.objects.get().status == "SUCCESSFUL"
    assert not Heartbeat.objects.exists()


def test_what_a_killed_worker_began_is_done_by_the_next(url: str, tmp_path: Path) -> None:
    tasks_site.take_time.enqueue(str(tmp_path))
    with started("worker", url, tmp_path / "var") as process:
        begin(process)
        wait_until((tmp_path / "begun").exists, "the task was begun")
        process.kill()
        process.wait(timeout=PATIENCE)
    job = Job.objects.get()
    assert job.status == "RUNNING"
    assert Heartbeat.objects.get().worker_id == job.worker_ids[-1]
    later = timezone.now() + STILL_ALIVE * 2
    assert put_back_lost(later) == 1
    with started("once", url, tmp_path / "var") as process:
        begin(process)
        assert process.wait(timeout=PATIENCE) == 0
    assert Job.objects.get().status == "SUCCESSFUL"
    assert (tmp_path / "begun").read_text() == "xx"


def test_a_long_task_does_not_silence_its_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[str] = []
    original = Heartbeat.beat

    def noted(worker_id: str, at: datetime) -> None:
        original(worker_id, at)
        beats.append(worker_id)

    monkeypatch.setattr(Heartbeat, "beat", noted)
    monkeypatch.setattr(workers, "SECONDS_BETWEEN_BEATS", 0.2)
    tasks_site.take_time.enqueue(str(tmp_path))
    assert workers.Worker().run_waiting() == 1
    assert len(beats) >= 3
    assert len(set(beats)) == 1
    assert not Heartbeat.objects.exists()


def test_a_beat_comes_at_least_every_ten_seconds() -> None:
    assert workers.SECONDS_BETWEEN_BEATS <= 10
