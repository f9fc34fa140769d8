"""The server listens where it is told, tells nobody who came, and shares no connection between processes."""

import logging
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from gunicorn.config import Config

CONFIG = Path(__file__).resolve().parent.parent / "portal" / "deploy" / "gunicorn.conf.py"


def settings_of(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    for name in ("PORT", "BIND", "WEB_CONCURRENCY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(CONFIG))


@pytest.mark.parametrize(
    ("environment", "bind"),
    [
        ({}, "127.0.0.1:8000"),
        ({"PORT": ""}, "127.0.0.1:8000"),
        ({"PORT": "8001"}, "127.0.0.1:8001"),
        ({"PORT": "8001", "BIND": "unix:/run/portal/socket"}, "unix:/run/portal/socket"),
    ],
)
def test_the_server_listens_on_this_machine_alone_unless_told(
    environment: dict[str, str], bind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_of(monkeypatch, **environment)["bind"] == bind


def test_the_number_of_processes_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch)["workers"] == 2
    assert settings_of(monkeypatch, WEB_CONCURRENCY="5")["workers"] == 5


def test_gunicorn_knows_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config()
    ours = {name: value for name, value in settings_of(monkeypatch).items() if name in config.settings}
    for name, value in ours.items():
        config.set(name, value)
    assert {
        "bind",
        "workers",
        "threads",
        "preload_app",
        "pre_fork",
        "logger_class",
        "wsgi_app",
    } <= ours.keys()


def test_visitors_are_not_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    ours = settings_of(monkeypatch)
    assert ours["accesslog"] is None
    log = ours["logger_class"](Config())
    monkeypatch.setattr(log.error_log, "propagate", True)
    with caplog.at_level(logging.DEBUG, logger="gunicorn.error"):
        log.warning("Invalid request from ip=10.1.2.3: Invalid HTTP Version")
        log.warning("No room for %s more", 3)
    assert caplog.messages == ["No room for 3 more"]


def test_no_connection_survives_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(True))
    settings_of(monkeypatch)["pre_fork"](None, None)
    assert closed == [True]
