"""What machines ask: alive needs nothing but the process, ready needs all the portal leans on, in bounded time."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from portal import health
from portal.shared.work.heartbeat import STILL_ALIVE, Heartbeat
from tests.doors import connections_kept_open


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    health.readiness.forget()
    yield
    health.readiness.forget()


@pytest.fixture
def with_worker(transactional_db: None) -> None:
    Heartbeat.beat("one", timezone.now())


def ready(client: Client | None = None, **extra: Any) -> tuple[int, dict[str, bool]]:
    answer = (client or Client()).get("/readyz", **extra)
    checks = answer.json()["checks"]
    assert all(set(check) == {"name", "ok", "ms"} for check in checks), "nothing but name, ok and ms is told"
    assert answer.json()["ok"] == (answer.status_code == 200)
    return answer.status_code, {check["name"]: check["ok"] for check in checks}


def is_not_ready(*names: str) -> None:
    status, checks = ready()
    assert status == 503
    assert {name for name, is_ok in checks.items() if not is_ok} == set(names)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_living_process_says_so_without_a_database(method: str) -> None:
    answer = getattr(Client(), method)("/healthz")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("with_worker")
def test_with_everything_there_the_portal_is_ready() -> None:
    assert ready() == (200, dict.fromkeys(("database", "migrations", "storage", "worker"), True))


@pytest.mark.usefixtures("with_worker")
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_prober_on_this_machine_needs_nothing_but_the_address(address: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["balai.example.go.id"]
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(address, headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_answered(address: str) -> None:
    assert Client().post(address).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_without_a_worker_the_portal_is_not_ready_and_the_log_stays_quiet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_not_ready("worker")
    assert caplog.records == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("age", "is_ok"), [(STILL_ALIVE - timedelta(seconds=5), True), (STILL_ALIVE * 2, False)]
)
def test_a_worker_is_there_for_a_minute_after_its_last_beat(age: timedelta, is_ok: bool) -> None:
    Heartbeat.beat("one", timezone.now() - age)
    assert ready()[1]["worker"] is is_ok


@pytest.mark.usefixtures("with_worker")
def test_a_database_that_lacks_a_migration_is_not_ready() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("work", "0003_mail_headers")
    try:
        is_not_ready("migrations")
    finally:
        recorder.record_applied("work", "0003_mail_headers")


@pytest.mark.usefixtures("with_worker")
def test_a_newer_database_is_fine_as_during_an_upgrade() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("work", "9999_of_tomorrow")
    try:
        assert ready()[0] == 200
    finally:
        recorder.record_unapplied("work", "9999_of_tomorrow")


@pytest.mark.usefixtures("with_worker")
def test_a_place_for_photos_that_cannot_be_written_is_not_ready(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    assert ready()[0] == 200
    assert list((tmp_path / "media").iterdir()) == [], "nothing is left behind"

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    health.readiness.forget()
    monkeypatch.setattr(os, "write", full)
    is_not_ready("storage")
    assert list((tmp_path / "media").iterdir()) == []


@pytest.mark.usefixtures("with_worker")
def test_a_database_that_refuses_is_told_by_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> bool:
        raise OperationalError("password authentication failed for user balai")

    monkeypatch.setitem(health.CHECKS, "database", refuse)
    is_not_ready("database")
    assert "balai" not in Client().get("/readyz").text


@pytest.mark.usefixtures("with_worker")
def test_a_database_that_hangs_does_not_hang_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    hung, rounds = threading.Event(), []

    def hang() -> bool:
        rounds.append(1)
        return hung.wait(60)

    monkeypatch.setattr(health, "SECONDS_PATIENCE", 0.2)
    monkeypatch.setitem(health.CHECKS, "database", hang)
    try:
        began = time.monotonic()
        for _time in range(5):
            is_not_ready("database", "migrations", "storage", "worker")
        assert time.monotonic() - began < 10
        assert len(rounds) == 1, "no second question while the first one hangs"
    finally:
        hung.set()
        latest = health.readiness._latest
        assert latest
        latest.done.wait(10)
    monkeypatch.setattr(health, "SECONDS_PATIENCE", 10)
    time.sleep(health.SECONDS_KEPT)
    assert ready()[0] == 200, "and it recovers by itself"


@pytest.mark.usefixtures("with_worker")
def test_many_probers_cost_one_inspection_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def note() -> bool:
        asked.append(1)
        return True

    monkeypatch.setitem(health.CHECKS, "database", note)
    monkeypatch.setattr(health, "SECONDS_KEPT", 60)
    for _time in range(5):
        ready()
    assert len(asked) == 1
    monkeypatch.setattr(health, "SECONDS_KEPT", 0)
    ready()
    assert len(asked) == 2


@pytest.mark.usefixtures("with_worker")
def test_the_real_checks_ask_little(django_assert_max_num_queries: Any) -> None:
    with connections_kept_open(), django_assert_max_num_queries(6):
        for check in health.CHECKS.values():
            check()
