"""What waits is done once, what dead workers left is begun anew, what failed says so without a visitor's words."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus

from portal.shared.history import Change
from portal.shared.work.heartbeat import STILL_ALIVE, Heartbeat, last_beat
from portal.shared.work.job import (
    DONE_KEPT,
    FAILED_KEPT,
    TIMES_PUT_BACK,
    Job,
    failed_tasks,
    forget_finished,
    put_back_lost,
)
from portal.shared.work.worker import AFTER_OUTAGE, Worker
from tests import tasks_site
from tests.builders import make_user

pytestmark = pytest.mark.django_db
AT_NINE = "2026-11-18T02:00:00Z"


def left_running(worker_id: str = "dead") -> Job:
    """A task a worker began and did not end."""
    tasks_site.note.enqueue("left")
    job = Job.objects.get()
    job.claim(worker_id)
    return job


def test_what_waits_is_done_in_order() -> None:
    tasks_site.note.enqueue("first")
    tasks_site.note.enqueue("second")
    assert Worker().run_waiting() == 2
    assert [job.return_value for job in Job.objects.order_by("finished_at")] == ["first", "second"]
    assert set(Job.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


def test_the_command_does_one_round_and_says_how_much(
    capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.PERIODIC_WORK = []
    tasks_site.note.enqueue("first")
    call_command("worker", "--once")
    assert capsys.readouterr().out == "Tasks done: 1\n"
    assert not Heartbeat.objects.exists(), "a worker that ends in order is not missed"


@pytest.mark.parametrize(
    ("task", "classes"),
    [
        (tasks_site.fail, "ValueError"),
        (tasks_site.deep, "RuntimeError < ValueError"),
    ],
)
def test_a_failure_keeps_its_class_and_its_place_but_no_words(task: Any, classes: str) -> None:
    task.enqueue()
    Worker().run_waiting()
    (job,) = failed_tasks()
    assert job.exception_class_path == classes
    assert "tests/tasks_site.py:" in job.traceback
    row = str(Job.objects.values().get())
    for word in ("sari@", "203.0.113", "0812"):
        assert word not in row


def test_a_task_that_exists_no_more_fails_and_the_next_one_runs() -> None:
    tasks_site.note.enqueue("gone")
    Job.objects.update(task_path="tests.tasks_site.gone")
    tasks_site.note.enqueue("first")
    assert Worker().run_waiting() == 2
    assert failed_tasks().get().exception_class_path.startswith("ImportError")


def test_an_outage_is_no_failure() -> None:
    with time_machine.travel(AT_NINE, tick=False) as clock:
        tasks_site.without_database.enqueue()
        Worker().run_waiting()
        job = Job.objects.get()
        assert (job.status, job.worker_ids) == (TaskResultStatus.READY, [])
        clock.shift(AFTER_OUTAGE - timedelta(seconds=1))
        assert Worker().run_waiting() == 0
        clock.shift(timedelta(seconds=1))
        assert Worker().run_waiting() == 1


# Sweeping ------------------------------------------------------------------------------------------------


def test_what_a_dead_worker_left_is_begun_anew() -> None:
    with time_machine.travel(AT_NINE, tick=False) as clock:
        Heartbeat.beat("dead", timezone.now())
        left_running()
        clock.shift(STILL_ALIVE)
        assert put_back_lost(timezone.now()) == 0, "not yet"
        clock.shift(timedelta(seconds=1))
        assert put_back_lost(timezone.now()) == 1
        assert Worker().run_waiting() == 1
    assert Job.objects.get().return_value == "left"


def test_what_a_living_worker_does_is_left_alone() -> None:
    with time_machine.travel(AT_NINE, tick=False) as clock:
        left_running("busy")
        clock.shift(timedelta(hours=1))
        Heartbeat.beat("busy", timezone.now())
        assert put_back_lost(timezone.now()) == 0


def test_what_kills_every_worker_is_given_up() -> None:
    with time_machine.travel(AT_NINE, tick=False) as clock:
        job = left_running()
        for _time in range(TIMES_PUT_BACK):
            clock.shift(timedelta(minutes=2))
            put_back_lost(timezone.now())
            job.refresh_from_db()
            assert job.status == TaskResultStatus.READY
            job.claim("dead")
        clock.shift(timedelta(minutes=2))
        put_back_lost(timezone.now())
    assert failed_tasks().get().exception_class_path == "portal.shared.work.job.WorkerLost"


def test_a_worker_given_up_too_early_cannot_overwrite_what_others_did_since() -> None:
    job = left_running("slow")
    theirs = Job.objects.get()
    job.put_back()
    again = Job.objects.get()
    again.claim("quick")
    theirs.set_failed(RuntimeError())
    assert Job.objects.get().status == TaskResultStatus.RUNNING
    again.set_successful("done")
    theirs.set_failed(RuntimeError())
    assert Job.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_a_worker_that_was_cut_off_itself_takes_nobody_for_dead() -> None:
    """After an outage, or a night's sleep of the machine, everybody's last beat is old."""
    with time_machine.travel(AT_NINE, tick=False) as clock:
        worker = Worker()
        worker._beat()
        left_running("other")
        clock.shift(timedelta(hours=8))
        worker._beat()
        assert worker.sweep(timezone.now()) == 0
        for _beat in range(12):
            clock.shift(timedelta(seconds=5))
            worker._beat()
        assert worker.sweep(timezone.now()) == 1


def test_a_new_worker_watches_for_a_minute_first() -> None:
    with time_machine.travel(AT_NINE, tick=False) as clock:
        left_running("other")
        clock.shift(timedelta(hours=8))
        worker = Worker()
        assert worker.sweep(timezone.now()) == 0
        worker._beat()
        assert worker.sweep(timezone.now()) == 0


def test_the_last_beat_is_that_of_any_worker() -> None:
    assert last_beat() is None
    with time_machine.travel(AT_NINE, tick=False) as clock:
        Heartbeat.beat("one", timezone.now())
        clock.shift(5)
        Heartbeat.beat("two", timezone.now())
        assert last_beat() == timezone.now()
    Heartbeat.end("two")
    assert Heartbeat.objects.count() == 1


# Ending and trying again ---------------------------------------------------------------------------------


def test_told_twice_to_end_a_worker_gives_its_task_back(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks_site.note.enqueue("first")
    worker = Worker()

    def told_twice(job: Job) -> None:
        worker.stop(15, None)
        worker.stop(15, None)

    monkeypatch.setattr("portal.shared.work.worker.call", told_twice)
    with pytest.raises(SystemExit):
        worker.run_waiting()
    assert Job.objects.get().status == TaskResultStatus.READY


def test_a_failed_task_is_tried_again_and_history_tells() -> None:
    tasks_site.fail.enqueue()
    Worker().run_waiting()
    job, sari = Job.objects.get(), make_user("sari")
    job.retry(by=sari, at=timezone.now())
    assert (job.status, job.traceback) == (TaskResultStatus.READY, "")
    change = Change.objects.get(noun="work.job")
    assert (change.verb, change.by, change.object_id) == ("retry", sari, job.number)
    with pytest.raises(ValidationError):
        job.retry(by=sari, at=timezone.now())
    assert Change.objects.filter(noun="work.job").count() == 1
    assert Worker().run_waiting() == 1


def test_what_is_done_is_forgotten_after_a_week_and_a_failure_after_three_months() -> None:
    tasks_site.note.enqueue("first")
    tasks_site.fail.enqueue()
    Worker().run_waiting()
    at = timezone.now()
    forget_finished(at + DONE_KEPT - timedelta(minutes=1))
    assert Job.objects.count() == 2
    forget_finished(at + DONE_KEPT + timedelta(minutes=1))
    assert Job.objects.get().is_failed
    forget_finished(at + FAILED_KEPT + timedelta(minutes=1))
    assert not Job.objects.exists()


def test_looking_at_an_empty_queue_takes_one_question(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert not Worker().work_once()
