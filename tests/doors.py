"""The front door as tests use it: around the real Django, with a clock and a version that the test sets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from portal.shared.front_door import FrontDoor
from portal.shared.page_store import Store


class Clock:
    """A clock that stands still until told otherwise (seconds)."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Door:
    """A front door with its own store; `version` is read from the database only where the test asks for it."""

    def __init__(self, read_version: Callable[[], int | None] | None = None, **bounds: int) -> None:
        self.clock = Clock()
        self.version: int | None = 1
        self.store = Store(clock=self.clock, **bounds)
        self.application = FrontDoor(WSGIHandler(), self.store, read_version or (lambda: self.version))

    def ask(self, address: str = "/hall/", method: str = "GET", **extra: Any) -> Answer:
        extra.setdefault("HTTP_HOST", "testserver")
        environ = RequestFactory().generic(method, address, **extra).environ
        started: list[Any] = []
        parts = self.application(
            environ, lambda status, headers, exc_info=None: started.extend((status, headers))
        )
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        status, headers = started
        assert len(headers) == len({name.lower() for name, _value in headers}), "a header sent twice"
        return Answer(int(status[:3]), dict(headers), body)


@contextmanager
def connections_kept_open() -> Iterator[None]:
    """The end of a request closes connections; within a test that would end its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
