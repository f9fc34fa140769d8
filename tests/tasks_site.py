"""Tasks as the portal's are: one that works, one that fails with a telling message, one that takes its time."""

import os
import time

from django.contrib.auth.models import Group
from django.db import OperationalError, transaction
from django_tasks import task

SECRET_WORDS = "sari@example.org said 203.0.113.77"


@task()
def note(name: str) -> str:
    """Leaves one group per run: a task that ran twice leaves two."""
    Group.objects.create(name=f"{name} {time.time_ns()} {os.getpid()}")
    return name


@task()
def fail() -> None:
    raise ValueError(SECRET_WORDS)


@task()
def take_time(folder: str) -> None:
    with open(os.path.join(folder, "begun"), "a") as file:
        file.write("x")
    time.sleep(1.5)
    with open(os.path.join(folder, "done"), "a") as file:
        file.write("x")


@task()
def without_database() -> None:
    raise OperationalError("connection refused")


@task()
def deep() -> None:
    try:
        int("0812 3456 7890")
    except ValueError as problem:
        raise RuntimeError(SECRET_WORDS) from problem


def queue_notes(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            note.enqueue(f"note {number}")
