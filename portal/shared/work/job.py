"""A queued task as the desk and the worker see it: without its arguments, with a sentence for its failure."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.shared.frames import class_of, our_frames
from portal.shared.history import Change, name_of
from portal.shared.work.heartbeat import STILL_ALIVE, living_workers

# How often work of dead workers is begun anew; what kills three workers would kill the fourth.
TIMES_PUT_BACK = 3
LOST = "lost:"
# What each task does, in the words of the desk; one without words is called by its function.
TASK_NAMES: dict[str, Any] = {
    "portal.shared.work.mail.send_mail": _("Send a mail"),
    **{one.path: one.name for one in settings.PERIODIC_WORK},
    **settings.ASKED_WORK,
}
DONE_KEPT = timedelta(days=7)
FAILED_KEPT = timedelta(days=90)


class WorkerLost(Exception):
    """The workers that began a task ended before it did, each time."""


class Job(DBTaskResult):
    """One task in the queue. Only the worker that claimed it may say how it ended."""

    class Meta:
        proxy = True
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        default_permissions = ("view",)
        permissions = (("retry_job", "Can try a failed background task again"),)

    def __str__(self) -> str:
        return f"{self.title} {str(self.id)[:8]}"

    @property
    def title(self) -> str:
        name = TASK_NAMES.get(self.task_path)
        return str(name) if name else self.task_path.rpartition(".")[2].replace("_", " ")

    @property
    def number(self) -> int:
        """The id as history can keep it: a number that fits a column of 64 bits."""
        return int(self.id.int % 2**63)

    @property
    def is_failed(self) -> bool:
        return bool(self.status == TaskResultStatus.FAILED)

    @property
    def is_postponed(self) -> bool:
        """Whether it was tried and waits for its next try."""
        return bool(self.status == TaskResultStatus.READY and self.exception_class_path)

    # What the worker says ------------------------------------------------------------

    def set_successful(self, return_value: Any) -> None:
        self._end(TaskResultStatus.SUCCESSFUL, return_value=return_value)

    def set_failed(self, exc: BaseException) -> None:
        # Not the message nor the values of a traceback: a mail server's refusal, say, names the address.
        self._end(TaskResultStatus.FAILED, class_of(exc), our_frames(exc))

    def postpone(self, wait: timedelta, exc: BaseException) -> None:
        """Back into the queue, to be taken up after ``wait``."""
        self._while_mine(
            status=TaskResultStatus.READY,
            run_after=timezone.now() + wait,
            started_at=None,
            worker_ids=self.worker_ids[:-1],
            exception_class_path=class_of(exc),
            traceback=our_frames(exc),
        )

    def put_back(self) -> None:
        """Its worker is gone: begin anew, or give up after ``TIMES_PUT_BACK``."""
        times = sum(str(name).startswith(LOST) for name in self.worker_ids)
        worker_ids = [*self.worker_ids[:-1], f"{LOST}{self.worker_ids[-1]}"] if self.worker_ids else []
        if times >= TIMES_PUT_BACK:
            self._end(TaskResultStatus.FAILED, class_of(WorkerLost()), worker_ids=worker_ids)
        else:
            self._while_mine(status=TaskResultStatus.READY, started_at=None, worker_ids=worker_ids)

    def _end(self, status: str, fault: str = "", trace: str = "", **values: Any) -> None:
        values = {"return_value": None, "finished_at": timezone.now()} | values
        self._while_mine(status=status, exception_class_path=fault, traceback=trace, **values)

    def _while_mine(self, **values: Any) -> None:
        # Claimed by another meanwhile, it has another beginning: what we know of it is of no interest then.
        mine = Job.objects.filter(
            pk=self.pk, status=TaskResultStatus.RUNNING, started_at=self.started_at
        ).update(**values)
        if mine:
            for name, value in values.items():
                setattr(self, name, value)

    # What people say ------------------------------------------------------------

    def retry(self, *, by: Any, at: datetime) -> None:
        """Queues a failed task once more; raises ValidationError when it has not failed."""
        with transaction.atomic():
            failed = Job.objects.filter(pk=self.pk, status=TaskResultStatus.FAILED)
            if not failed.update(
                status=TaskResultStatus.READY,
                run_after=at,
                started_at=None,
                finished_at=None,
                worker_ids=[],
                exception_class_path="",
                traceback="",
            ):
                raise ValidationError(_("This task has not failed; there is nothing to try again."))
            Change.objects.create(
                noun="work.job",
                object_id=self.number,
                object_name=str(self),
                verb="retry",
                at=at,
                by=by if getattr(by, "pk", None) else None,
                by_name=name_of(by),
                before={"status": "FAILED", "exception_class_path": self.exception_class_path},
                after={"status": "READY"},
            )
        self.refresh_from_db()


def failed_tasks() -> models.QuerySet[Job]:
    """For the desk's start page."""
    return Job.objects.filter(status=TaskResultStatus.FAILED)


def put_back_lost(at: datetime, patience: timedelta = STILL_ALIVE) -> int:
    """Puts back what dead workers left running; how many tasks that were."""
    living = living_workers(at, patience)
    running = Job.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=at - patience)
    lost = [job for job in running if not job.worker_ids or job.worker_ids[-1] not in living]
    for job in lost:
        job.put_back()
    return len(lost)


def forget_finished(at: datetime) -> None:
    Job.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=at - DONE_KEPT).delete()
    Job.objects.filter(status=TaskResultStatus.FAILED, finished_at__lt=at - FAILED_KEPT).delete()
