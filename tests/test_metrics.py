"""What is counted: a bounded set of numbers, told on a closed address only."""

import http.client
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client import generate_latest

from portal.shared import metrics
from portal.shared.work.heartbeat import Heartbeat
from portal.shared.work.worker import Worker
from tests import tasks_site
from tests.test_logs_markers import served
from tests.test_work_processes import url
from tests.with_postgres import free_port

__all__ = ["url"]

ROOT = Path(__file__).resolve().parent.parent


def numbers(text: str) -> dict[str, float]:
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in pairs}


def queue_numbers() -> dict[str, float]:
    return numbers(generate_latest(metrics.registry()).decode())


@pytest.mark.django_db
def test_the_public_site_tells_nothing() -> None:
    assert Client().get("/metrics").status_code == 404


@pytest.mark.django_db
def test_the_queue_and_its_workers_are_told() -> None:
    found = queue_numbers()
    assert found["portal_worker_heartbeat_seconds"] == float("inf")
    tasks_site.fail.enqueue()
    Worker().run_waiting()
    tasks_site.note.enqueue("x")
    Heartbeat.beat("one", timezone.now() - timedelta(seconds=30))
    found = queue_numbers()
    assert found['portal_tasks{state="failed"}'] == 1
    assert found['portal_tasks{state="ready"}'] == 1
    assert 29 < found["portal_worker_heartbeat_seconds"] < 40
    assert found["portal_oldest_task_seconds"] >= 0
    assert found["portal_database_up"] == 1


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_and_the_counts_still_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(at: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(metrics, "queue_families", refuse)
    monkeypatch.setattr(metrics.connections, "close_all", lambda: None)
    assert queue_numbers() == {"portal_database_up": 0}


def test_without_an_address_nothing_is_served(settings: Any) -> None:
    settings.METRICS_BIND = ""
    with pytest.raises(CommandError, match="METRICS_BIND"):
        call_command("metrics")


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:9108", "8.8.8.8:9108", "[::]:9108", "9108", "127.0.0.1", "balai.example.go.id:9108"]
)
def test_an_address_the_public_can_reach_is_refused(bind: str, tmp_path: Path) -> None:
    environment = os.environ | {"METRICS_BIND": bind, "VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "METRICS_BIND" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_all_processes_count_together_and_wild_addresses_make_no_new_numbers(
    url: str, tmp_path: Path
) -> None:
    with served(url, tmp_path) as server:
        for number in range(20):
            server.ask(f"/tandajalur-{number}/?q={number}", "GET" if number % 2 else "BREW")
        for _time in range(3):
            server.ask("/robots.txt")
        port = free_port()
        environment = os.environ | {"DATABASE_URL": url, "VAR_DIR": str(tmp_path / "var")}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "metrics"],
            cwd=ROOT,
            env=environment | {"METRICS_BIND": f"127.0.0.1:{port}"},
        )
        try:
            text = asked(port)
        finally:
            process.terminate()
            process.wait(timeout=60)
    found = numbers(text)
    assert found['portal_requests_total{kept="no",method="GET",route="unmatched",status="4xx"}'] == 10
    assert found['portal_requests_total{kept="no",method="other",route="unmatched",status="4xx"}'] == 10
    assert found['portal_requests_total{kept="yes",method="GET",route="robots",status="2xx"}'] == 2
    assert found['portal_request_seconds_count{route="unmatched"}'] == 20
    assert not re.search("tandajalur|203.0.113", text)
    assert "healthz" not in text


def asked(port: int) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("GET", "/metrics")
            return line.getresponse().read().decode()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
