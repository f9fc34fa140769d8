"""Whoever does the queued work: one task after the other, with a sign of life in between and beside.

The queue's rows and the words for tasks are those of django-tasks-db; its own worker is not used, because it
writes whole tracebacks down, forgets what a killed worker left and ends when the database does.
"""

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import Error, close_old_connections, connections
from django.utils import timezone
from django_tasks import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks_db.utils import exclusive_transaction

from portal.shared.outage import is_outage
from portal.shared.work.heartbeat import (
    SECONDS_BETWEEN_BEATS,
    STILL_ALIVE,
    Heartbeat,
    forget_dead_workers,
)
from portal.shared.work.job import Job, forget_finished, put_back_lost
from portal.shared.work.later import TryLater
from portal.shared.work.mail import forget_old_mail
from portal.shared.work.periodic import forget_old_rounds, queue_due
from portal.shared.work.schedule import Periodic

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_SWEEPS = 30
SECONDS_BETWEEN_PRUNINGS = 3600
# How quickly a sleeping worker hears that it should end.
NAP = 0.2
# After trouble with the database: soon again, for it may be a restart, but not at once.
LONGEST_PAUSE = 5.0
# A task that fails because the database was away has not failed: it is begun again.
AFTER_OUTAGE = timedelta(minutes=1)
# A worker that starts, works and ends each minute cannot watch others: it takes a longer silence for death.
PATIENCE_OF_ONE_ROUND = timedelta(minutes=10)
TRIES_TO_NOTE = (0.0, 1.0, 4.0, 10.0, 20.0)  # seconds before each


class Worker:
    """Beats, claims, runs and sweeps, under a name of its own; queues what is `periodic` when its time has come."""

    def __init__(self, periodic: Sequence[Periodic] = ()) -> None:
        self.periodic = periodic
        self.worker_id = secrets.token_hex(8)
        self.is_stopping = False
        self._ending = threading.Event()
        self._current: Job | None = None
        # Since when every beat of ours has reached the database. Whoever was cut off, or slept with its
        # machine, must not take others for dead: their beats did not arrive either.
        self._beating_since: datetime | None = None
        self._last_beat: datetime | None = None
        self._next_sweep = 0.0
        self._next_pruning = 0.0

    # Starting and ending ------------------------------------------------------------

    def run(self) -> None:
        """Works until told to stop; a task that was begun is finished first."""
        pause = NAP
        with self._signs_of_life():
            while not self.is_stopping:
                try:
                    close_old_connections()
                    self._keep_house()
                    if not self.work_once():
                        self._rest(SECONDS_BETWEEN_LOOKS)
                    pause = NAP
                except Error as problem:
                    # Someone restarts the database; the connection is replaced, the queue is still there.
                    logger.warning("The database does not answer; trying again.", exc_info=problem)
                    connections.close_all()
                    self._rest(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    def run_waiting(self, patience: timedelta = PATIENCE_OF_ONE_ROUND) -> int:
        """Does what is waiting now and ends; how many tasks were run."""
        count = 0
        with self._signs_of_life():
            put_back_lost(timezone.now(), patience)
            queue_due(self.periodic, timezone.now())
            while not self.is_stopping and self.work_once():
                count += 1
            self._prune()
        return count

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Asked once: end after the task in hand. Asked twice: at once, giving the task back."""
        if self.is_stopping and self._current is not None:
            raise SystemExit(1)
        self.is_stopping = True

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, NAP))

    @contextmanager
    def _signs_of_life(self) -> Iterator[None]:
        handlers: dict[signal.Signals, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                handlers[number] = signal.signal(number, self.stop)
        beside = threading.Thread(target=self._beat_beside, name="heartbeat", daemon=True)
        try:
            try:
                self._beat()
            except Error as problem:
                logger.warning("The database does not answer; trying again.", exc_info=problem)
            beside.start()
            yield
        finally:
            self._ending.set()
            if beside.is_alive():
                beside.join(timeout=SECONDS_BETWEEN_BEATS)
            try:
                Heartbeat.end(self.worker_id)
            except Error:
                connections.close_all()
            for number, handler in handlers.items():
                signal.signal(number, handler)

    # Signs of life ------------------------------------------------------------

    def _beat_beside(self) -> None:
        """In a thread of its own, so that a long task does not look like a dead worker."""
        while not self._ending.wait(SECONDS_BETWEEN_BEATS):
            try:
                close_old_connections()
                self._beat()
            except Exception as problem:
                logger.warning("A sign of life did not arrive; trying again.", exc_info=problem)
                self._beating_since = None
                connections.close_all()
        connections.close_all()

    def _beat(self) -> None:
        at = timezone.now()
        Heartbeat.beat(self.worker_id, at)
        silent = self._last_beat is None or at - self._last_beat > STILL_ALIVE / 2 or at < self._last_beat
        if silent or self._beating_since is None:
            self._beating_since = at
        self._last_beat = at

    # Keeping house ------------------------------------------------------------

    def _keep_house(self) -> None:
        now = time.monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + SECONDS_BETWEEN_SWEEPS
            self.sweep(timezone.now())
            queue_due(self.periodic, timezone.now())
        if now >= self._next_pruning:
            self._next_pruning = now + SECONDS_BETWEEN_PRUNINGS
            self._prune()

    def sweep(self, at: datetime) -> int:
        """Puts back what dead workers left, once we have watched for long enough to know they are dead."""
        since = self._beating_since
        if since is None or at - since < STILL_ALIVE:
            return 0
        count = put_back_lost(at)
        if count:
            logger.warning("Tasks of dead workers were put back: %d", count)
        return count

    def _prune(self) -> None:
        at = timezone.now()
        forget_finished(at)
        forget_old_mail(at)
        forget_dead_workers(at)
        forget_old_rounds(at)

    # Working ------------------------------------------------------------

    def work_once(self) -> bool:
        """Runs the next waiting task; False when none waits."""
        job = self._claim()
        if job is None:
            return False
        self._current = job
        try:
            self._run(job)
        finally:
            self._current = None
        return True

    def _claim(self) -> Job | None:
        waiting = Job.objects.ready()
        # Looking first: claiming takes SQLite's only writing place.
        if not waiting.exists():
            return None
        with exclusive_transaction(waiting.db):
            job: Job | None = waiting.get_locked()  # type: ignore[assignment]
            if job is not None:
                job.claim(self.worker_id)
        return job

    def _run(self, job: Job) -> None:
        try:
            returned = call(job)
        except TryLater as later:
            self._note(partial(job.postpone, later.wait, later.__cause__ or later))
        except Exception as problem:
            if is_outage(problem):
                self._note(partial(job.postpone, AFTER_OUTAGE, problem))
            else:
                self._note(partial(job.set_failed, problem))
                tell_finished(job)
        except BaseException:
            # Told a second time to end: the next worker begins this task anew.
            job.put_back()
            raise
        else:
            self._note(partial(job.set_successful, returned))
            tell_finished(job)

    def _note(self, outcome: Callable[[], None]) -> None:
        for wait in TRIES_TO_NOTE:
            time.sleep(wait)
            try:
                outcome()
                return
            except Error as problem:
                connections.close_all()
                logger.warning("How a task ended could not be noted; trying again.", exc_info=problem)
        # Under another name: the old one falls silent, and whoever sweeps takes the task up again.
        self.worker_id = secrets.token_hex(8)


def call(job: Job) -> object:
    task = job.task
    result: Any = job.task_result
    task_started.send(sender=task.get_backend(), task_result=result)
    if task.takes_context:
        return task.call(TaskContext(task_result=result), *result.args, **result.kwargs)
    return task.call(*result.args, **result.kwargs)


def tell_finished(job: Job) -> None:
    try:
        sender, result = job.task.get_backend(), job.task_result
    except (ImportError, SuspiciousOperation):
        logger.error("A task names a function that does not exist.")
    else:
        task_finished.send(sender=sender, task_result=result)
