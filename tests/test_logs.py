"""A line of the log holds the allow-listed fields and nothing a visitor sent; a request leaves exactly one."""

import io
import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.shared import logs
from portal.shared.front_door import FrontDoor
from portal.shared.logs import JsonLines, RequestLines, log_uncaught
from portal.shared.page_store import Store
from portal.shared.public_pages import PUBLIC_PAGE
from portal.shared.request_log import KEPT, ROLE, ROUTE, RequestLog, RouteAndRoleMiddleware, request_id_of
from tests.doors import connections_kept_open

pytestmark = pytest.mark.any_engine

SECRET = "sari@example.org 203.0.113.77"
FIELDS = {"time", "level", "logger", "event", "place", "request_id", "status", "route", "error", "frames"}


@pytest.fixture
def log() -> Any:
    """A logger that writes as in life, and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield SimpleNamespace(
        logger=logger, lines=lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    )
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_template_is_told_and_what_fills_it_is_not(log: Any) -> None:
    log.logger.warning("Somebody wrote %s", SECRET)
    (line,) = log.lines()
    assert line["event"] == "Somebody wrote %s"
    assert SECRET not in str(line)
    assert line["place"].startswith("tests/test_logs.py:")
    assert set(line) <= FIELDS


@pytest.mark.parametrize(
    "message",
    [f"Somebody wrote {SECRET}", "Somebody wrote " + SECRET.upper(), ValueError(SECRET), {"who": SECRET}],
)
def test_what_was_put_together_at_run_time_is_not_told(message: Any, log: Any) -> None:
    log.logger.error(message)
    (line,) = log.lines()
    assert line["event"] == ""
    assert "203.0.113" not in str(line)


def test_of_an_exception_the_class_and_our_lines_are_told(log: Any) -> None:
    def inner() -> None:
        value = SECRET
        raise KeyError(value)

    try:
        try:
            inner()
        except KeyError as cause:
            raise ValueError(SECRET) from cause
    except ValueError as problem:
        log.logger.error("It went wrong.", exc_info=problem)
    (line,) = log.lines()
    assert line["error"] == "ValueError < KeyError"
    assert any(
        frame.startswith("tests/test_logs.py:") and frame.endswith(" inner") for frame in line["frames"]
    )
    assert "203.0.113" not in str(line)


def test_fields_nobody_allowed_are_dropped(log: Any) -> None:
    extra = {"address": SECRET, "status_code": SECRET, "request": SimpleNamespace(path=SECRET)}
    log.logger.error("It went wrong.", extra=extra)
    (line,) = log.lines()
    assert "203.0.113" not in str(line)
    assert "status" not in line


def test_django_s_own_word_of_a_fault_names_the_route_and_not_the_path(log: Any) -> None:
    match = SimpleNamespace(view_name="services:detail")
    request = SimpleNamespace(path=SECRET, resolver_match=match)
    log.logger.error("%s: %s", "Internal", SECRET, extra={"status_code": 500, "request": request})
    (line,) = log.lines()
    assert (line["status"], line["route"]) == (500, "services:detail")
    assert "203.0.113" not in str(line)


def test_a_line_belongs_to_its_request(log: Any) -> None:
    logs.set_request_id("abc")
    log.logger.error("In it.")
    logs.set_request_id("")
    log.logger.error("After it.")
    first, second = log.lines()
    assert first["request_id"] == "abc"
    assert "request_id" not in second


def test_an_exception_nobody_caught_is_a_line_too(
    log: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log_uncaught(ValueError, ValueError(SECRET), None)
    (record,) = caplog.records
    assert "203.0.113" not in JsonLines().format(record)
    log_uncaught(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(caplog.records) == 1


# Requests ------------------------------------------------------------------------------------------------


class Seen:
    """A request log around an application of the test's own, and what it wrote and counted."""

    def __init__(self, application: Any) -> None:
        self.stream = io.BytesIO()
        self.counts: list[dict[str, Any]] = []
        ticks = iter(range(1000))
        self.log = RequestLog(
            application,
            application,
            RequestLines(self.stream.write),
            lambda **count: self.counts.append(count),
            clock=lambda: next(ticks) / 1000,
        )

    def ask(self, address: str = "/", method: str = "GET", **extra: Any) -> dict[str, str]:
        environ = RequestFactory().generic(method, address, **extra).environ
        headers: list[Any] = []
        self.log(environ, lambda status, given, exc_info=None: headers.extend(given))
        return dict(headers)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


def answering(status: str = "200 OK", **words: Any) -> Any:
    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        environ.update(words)
        start(status, [])
        return [b""]

    return application


def test_a_request_leaves_one_line_of_what_is_nobody_s_secret() -> None:
    seen = Seen(answering("404 Not Found", **{ROUTE: "services:detail", ROLE: "unit officer"}))
    seen.ask(f"/layanan/rahasia/?q={SECRET}", HTTP_USER_AGENT="MarkerAgent", REMOTE_ADDR="203.0.113.77")
    (line,) = seen.lines
    assert set(line) == {
        *("time", "level", "logger", "route", "method", "status", "ms", "role", "kept", "request_id")
    }
    assert (line["route"], line["status"], line["ms"], line["role"], line["kept"]) == (
        *("services:detail", 404, 1.0, "unit officer"),
        False,
    )
    assert seen.counts == [
        {"route": "services:detail", "method": "GET", "status": "404", "took": 0.001, "kept": False}
    ]


@pytest.mark.parametrize(
    ("words", "address", "route"),
    [
        ({}, "/rahasia/", "unmatched"),
        ({}, "/static/rahasia.css", "static"),
        ({ROUTE: 'x", "address": "203.0.113.77'}, "/", "unmatched"),
    ],
)
def test_an_address_without_a_view_is_not_told(words: dict[str, Any], address: str, route: str) -> None:
    seen = Seen(answering(**words))
    seen.ask(address)
    assert seen.lines[0]["route"] == route


@pytest.mark.parametrize("role", [None, "", 7, "Sari <sari@example.org>", 'a"b'])
def test_what_is_no_role_is_not_told(role: Any) -> None:
    seen = Seen(answering(**{ROLE: role}))
    seen.ask(method="BREW")
    (line,) = seen.lines
    assert (line["role"], line["method"]) == ("-", "other")


def test_an_application_that_fails_leaves_its_line_too() -> None:
    def broken(environ: dict[str, Any], start: Any) -> list[bytes]:
        raise RuntimeError

    seen = Seen(broken)
    with pytest.raises(RuntimeError):
        seen.ask()
    assert seen.lines[0]["status"] == 500
    assert logs.request_id() == ""


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_the_questions_of_machines_leave_no_line(address: str) -> None:
    seen = Seen(answering())
    seen.ask(address)
    assert seen.lines == []


@pytest.mark.parametrize(
    ("words", "address", "is_told"),
    [
        ({}, "/admin/", True),
        ({PUBLIC_PAGE: object()}, "/", False),
        ({KEPT: True}, "/", False),
        ({}, "/static/site.css", False),
    ],
)
def test_only_what_is_for_one_visitor_carries_a_number(
    words: dict[str, Any], address: str, is_told: bool
) -> None:
    seen = Seen(answering(**words))
    assert ("X-Request-ID" in seen.ask(address)) is is_told


@pytest.mark.parametrize(
    ("given", "proxies", "is_taken"),
    [
        ("0123456789abcdef0123456789abcdef", 1, True),
        ("01234567-89ab-4def-8123-456789abcdef", 1, True),
        ("0123456789abcdef0123456789abcdef", 0, False),
        ("sari@example.org", 1, False),
        ("0123456789abcdef\n", 1, False),
        ("", 1, False),
    ],
)
def test_only_our_own_proxy_numbers_a_request(
    given: str, proxies: int, is_taken: bool, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = proxies
    number = request_id_of({"HTTP_X_REQUEST_ID": given})
    assert (number == given) is is_taken
    assert 16 <= len(number) <= 36


def test_the_role_is_looked_up_only_where_the_session_was_needed() -> None:
    class Session(dict[str, str]):
        accessed = False

    request = HttpRequest()
    request.session = Session(role="clerk")  # type: ignore[assignment]
    middleware = RouteAndRoleMiddleware(lambda request: HttpResponse())
    middleware(request)
    assert ROLE not in request.META
    request.session.accessed = True  # type: ignore[attr-defined]
    middleware(request)
    assert request.META[ROLE] == "clerk"


@pytest.mark.urls("tests.public_page_site")
def test_a_stored_page_keeps_the_name_of_its_route() -> None:
    seen = Seen(FrontDoor(WSGIHandler(), Store(), lambda: 1))
    with connections_kept_open():
        seen.ask("/hall/", HTTP_HOST="testserver")
        seen.ask("/hall/", HTTP_HOST="testserver")
    first, second = seen.lines
    assert first["route"] == second["route"] != "unmatched"
    assert (first["kept"], second["kept"]) == (False, True)
