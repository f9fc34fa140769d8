"""A worker of the portal in a process of its own, for tests: ``python -m tests.work_process VERB [ARGUMENT]``.

``worker`` works until told to end; ``careless N`` takes N tasks as one would who looks and then writes.
"""

import os
import sys
import time

# First, because it sets Django up and only then models can be imported.
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.shared.work.job import Job  # noqa: E402
from portal.shared.work.worker import Worker  # noqa: E402


class Careless(Worker):
    """Without the lock: the control of the test that two workers never run one task twice."""

    def _claim(self) -> Job | None:
        job = Job.objects.ready().first()
        if job is None:
            return None
        time.sleep(0.02)
        Job.objects.filter(pk=job.pk).update(
            status="RUNNING", started_at=timezone.now(), worker_ids=[self.worker_id]
        )
        job.refresh_from_db()
        return job


def main(verb: str) -> None:
    # Only what the test queues: nothing of the day.
    settings.PERIODIC_WORK = []
    print("ready", flush=True)
    # Both processes begin at once, when they are told to.
    sys.stdin.readline()
    if verb == "careless":
        print(Careless().run_waiting(), flush=True)
    elif verb == "once":
        print(Worker().run_waiting(), flush=True)
    else:
        call_command("worker")


if __name__ == "__main__":
    main(sys.argv[1])
