"""What the recorder asks for: every address the portal knows, and every way it can fail."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import OperationalError
from django.test import RequestFactory

# First, because it makes Django ready for the others.
import portal.wsgi
from portal.finding.views import search
from tests.builders import make_organization, make_user
from tests.desk import make_world, signed_in
from tests.every_address import every_address
from tests.news_world import make_news
from tests.outreach_world import make_outreach
from tests.recorder import HOST, NOBODY, STAFF, Answer


class Recorder:
    """A visitor who notes every answer, of the server gunicorn runs."""

    def __init__(self) -> None:
        self.requests = RequestFactory()
        self.noted: list[Answer] = []

    def ask(
        self, name: str, address: str, who: str = NOBODY, method: str = "GET", cookie: str = "", **extra: Any
    ) -> Answer:
        extra = {"HTTP_HOST": HOST, "HTTP_X_FORWARDED_PROTO": "https", "HTTP_COOKIE": cookie} | extra
        environ = self.requests.generic(method, address, **extra).environ
        started: list[Any] = []
        parts = portal.wsgi.application(
            environ, lambda status, headers, exc_info=None: started.extend((status, headers))
        )
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = started
        is_page = dict(headers).get("Content-Type", "").startswith("text/html")
        text = body.decode(errors="replace") if is_page else ""
        self.noted.append(Answer(name, who, address, int(status[:3]), headers, text))
        return self.noted[-1]


def record() -> Recorder:
    call_command("migrate", verbosity=0, interactive=False)
    make_world(1)
    make_outreach(make_organization())
    make_news()
    recorder = Recorder()
    client = signed_in(make_user("administrator", is_superuser=True))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    for name, address in every_address().items():
        recorder.ask(name, address)
        # Signing out would end the visit.
        if name != "admin:logout":
            recorder.ask(name, address, STAFF, cookie=cookie)
    stored(recorder)
    refused(recorder, cookie)
    files(recorder)
    logging.disable(logging.CRITICAL)
    failed(recorder)
    return recorder


def stored(recorder: Recorder) -> None:
    """The same page from the store, and to somebody who has it already."""
    page = recorder.ask("stored page", "/tentang/")
    recorder.ask("not modified", "/tentang/", HTTP_IF_NONE_MATCH=page.header("ETag"))
    recorder.ask("head", "/tentang/", method="HEAD")


def refused(recorder: Recorder, cookie: str) -> None:
    recorder.ask("not found", "/tidak-ada/")
    recorder.ask("without a slash", "/tentang")
    recorder.ask("bad request", "/?q=%00")
    recorder.ask("wrong method", "/tentang/", method="POST")
    recorder.ask("without a form key", "/admin/login/", method="POST")
    recorder.ask("desk, not found", "/admin/services/service/99999/change/", STAFF, cookie=cookie)
    recorder.ask("over http", "/tentang/", HTTP_X_FORWARDED_PROTO="http")
    recorder.ask("over http, no word of it", "/tentang/", HTTP_X_FORWARDED_PROTO="")
    recorder.ask("foreign host", "/tentang/", HTTP_HOST="jahat.example")
    recorder.ask("forged host", "/tentang/", HTTP_X_FORWARDED_HOST="jahat.example")
    recorder.ask("foreign page asks for data", "/data/services.json", HTTP_ORIGIN="https://lain.example")


def files(recorder: Recorder) -> None:
    for name in ("site.css", "mark.svg", "share-village.png", "admin/js/core.js"):
        address = staticfiles_storage.url(name)
        file = recorder.ask(f"static {name}", address)
        recorder.ask(f"static {name}, known", address, HTTP_IF_MODIFIED_SINCE=file.header("Last-Modified"))
    recorder.ask("static, not found", "/static/none.css")


def failed(recorder: Recorder) -> None:
    problems = {"server error": ZeroDivisionError("x"), "outage": OperationalError("gone")}
    for name, problem in problems.items():
        with broken(search, "facets", problem):
            recorder.ask(name, f"/cari/?q={type(problem).__name__}")


@contextmanager
def broken(module: Any, name: str, problem: Exception) -> Iterator[None]:
    """What a view leans on breaks."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise problem

    whole = getattr(module, name)
    setattr(module, name, fail)
    try:
        yield
    finally:
        setattr(module, name, whole)


if __name__ == "__main__":
    noted = record().noted
    Path(sys.argv[1]).write_text(json.dumps([asdict(answer) for answer in noted]), encoding="utf-8")
