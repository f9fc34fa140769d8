"""One line of JSON per event, made of an allow-list of fields: what is not named here cannot be written.

A message is told only as the template that stands in the code, never with what was filled in; of an exception
its class and our own lines, never its words. So no library can put an address, a name or a search in the log.
"""

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from portal.shared.frames import class_of, our_frames

# How far up the stack the code that logged may be: the logging module and a library's own wrapper lie between.
DEEPEST_CALL = 16
STANDARD_OUTPUT = 1
_of_this_thread = threading.local()


def set_request_id(request_id: str) -> None:
    """Every line this thread writes from now on belongs to this request; none with “”."""
    _of_this_thread.request_id = request_id


def request_id() -> str:
    return getattr(_of_this_thread, "request_id", "")


class JsonLines(logging.Formatter):
    """Writes time, level, logger, event, place, status, route, request id, error and frames; nothing else."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": told(record.msg),
            "place": place_of(record),
        }
        if request_id():
            line["request_id"] = request_id()
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            line["status"] = status
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None:
            line["route"] = match.view_name
        problem = record.exc_info[1] if record.exc_info else None
        if problem is not None:
            line["error"] = class_of(problem)
            line["frames"] = our_frames(problem).splitlines()
        return json.dumps(line, ensure_ascii=False)


def told(message: object) -> str:
    """The message if it is a literal of the code that logged it; “” if it was put together at run time.

    Libraries fill in what they tell before they hand it over (an f-string, ``str(error)``): only a text that
    stands in the code as it is holds nothing of a visitor.
    """
    if not isinstance(message, str):
        return ""
    frame: FrameType | None = sys._getframe(1)
    for _depth in range(DEEPEST_CALL):
        if frame is None:
            break
        if any(constant is message or constant == message for constant in frame.f_code.co_consts):
            return message
        frame = frame.f_back
    return ""


def place_of(record: logging.LogRecord) -> str:
    """Package, file and line that logged: with it an event without words is found in the code."""
    path = Path(record.pathname)
    return f"{path.parent.name}/{path.name}:{record.lineno}"


class RequestLines:
    """Writes one line per request straight to standard output, each in one write, so that lines never mix."""

    def __init__(self, write: Callable[[bytes], object] | None = None) -> None:
        self._write = write or partial(os.write, STANDARD_OUTPUT)
        self._stamp = (0, "")

    def write(
        self, *, route: str, method: str, status: str, seconds: float, role: str, request_id: str, kept: bool
    ) -> None:
        # Every value is ours or was checked: none can hold a quote. Written by hand, because a stored page is
        # given in less time than the logging module needs for its line.
        self._write(
            f'{{"time": "{self._now()}", "level": "info", "logger": "request", "route": "{route}", '
            f'"method": "{method}", "status": {status}, "ms": {seconds * 1000:.1f}, "role": "{role}", '
            f'"kept": {"true" if kept else "false"}, "request_id": "{request_id}"}}\n'.encode()
        )

    def _now(self) -> str:
        now = time.time()
        second, stamp = self._stamp
        if second != int(now):
            second = int(now)
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._stamp = (second, stamp)
        return f"{stamp}.{int((now - second) * 1000):03}+00:00"


def log_uncaught(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    """In place of Python's traceback, which ends with the exception's words."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("portal").critical("Ended by an exception.", exc_info=(kind, problem, trace))


def log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def tell_no_tracebacks() -> None:
    """From here on this process writes an exception nobody caught as one safe line."""
    sys.excepthook = log_uncaught
    threading.excepthook = log_uncaught_in_thread
