"""What is due once a day or once an hour is queued once, by whichever worker looks first."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError
from django.utils.module_loading import import_string
from django_tasks.base import Task

from portal.shared.work import periodic
from portal.shared.work.job import Job
from portal.shared.work.periodic import KEPT, Round, forget_old_rounds, queue_due
from portal.shared.work.schedule import DAY, HOUR, Periodic
from portal.shared.work.worker import Worker

WIB = ZoneInfo("Asia/Jakarta")
EVERY_DAY = Periodic("tests.tasks_site.fail", DAY, "Fails daily")
EVERY_HOUR = Periodic("tests.tasks_site.fail", HOUR, "Fails hourly")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


@pytest.mark.django_db
def test_a_day_begins_at_five_and_has_one_round() -> None:
    assert queue_due([EVERY_DAY], at(18, 4, 59)) == 0
    assert queue_due([EVERY_DAY], at(18, 5)) == 1
    assert queue_due([EVERY_DAY], at(18, 23, 59)) == 0
    assert queue_due([EVERY_DAY], at(19, 4)) == 0
    assert queue_due([EVERY_DAY], at(20, 9)) == 1, "a day without a worker is not made up for"
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_every_hour_has_one_round() -> None:
    assert [queue_due([EVERY_HOUR], at(18, 3, minute)) for minute in (0, 1, 59)] == [1, 0, 0]
    assert queue_due([EVERY_HOUR], at(18, 4)) == 1


@pytest.mark.django_db
def test_of_two_workers_that_look_at_once_one_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    assert periodic.queue_one(EVERY_DAY.path, "2026-11-18", at(18, 5))
    # As one who looked before the other had written:
    assert not periodic.queue_one(EVERY_DAY.path, "2026-11-18", at(18, 5))
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_the_database_keeps_a_round_once() -> None:
    Round.objects.create(path="a", period="2026-11-18", queued_at=at(18, 5))
    with pytest.raises(IntegrityError):
        Round.objects.create(path="a", period="2026-11-18", queued_at=at(18, 6))


@pytest.mark.django_db
def test_a_worker_of_one_round_does_what_is_due() -> None:
    task = Periodic("tests.tasks_site.fail", DAY, "Fails daily")
    with time_machine.travel(at(18, 9), tick=False):
        assert Worker([task]).run_waiting() == 1
        assert Worker([task]).run_waiting() == 0


@pytest.mark.django_db
def test_old_rounds_are_forgotten() -> None:
    queue_due([EVERY_DAY], at(18, 5))
    forget_old_rounds(at(18, 5) + KEPT)
    assert Round.objects.count() == 1
    forget_old_rounds(at(18, 6) + KEPT)
    assert not Round.objects.exists()


@pytest.mark.parametrize("one", settings.PERIODIC_WORK, ids=lambda one: one.path)
def test_everything_named_in_the_settings_is_a_task(one: Any) -> None:
    assert isinstance(import_string(one.path), Task)
    assert one.period in {DAY, HOUR}
    assert str(one.name)
