"""One worker of the portal, as gunicorn would run it, obeying single lines: ``get PATH``, ``edit NAME``, ``trust``.

Answers each line with one line of JSON. Serves the small site of public_page_site on the portal's settings.
"""

import json
import sys
from typing import Any

# First, because it sets Django up and only then models can be imported.
from portal.wsgi import application  # isort: skip

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.signals import request_started
from django.db import connections, transaction
from django.test import RequestFactory

from portal.shared import content_version, replica

django_was_asked: list[object] = []


def note(**about: Any) -> None:
    django_was_asked.append(about["sender"])


def read_from() -> list[str]:
    """The databases that groups were read from since this was last forgotten."""
    return [
        connection.alias
        for connection in connections.all()
        if any('FROM "auth_group"' in query["sql"] for query in connection.queries_log)
    ]


def get(path: str) -> dict[str, object]:
    for connection in connections.all():
        connection.force_debug_cursor = True
        connection.queries_log.clear()
    environ = RequestFactory().get(path, HTTP_HOST="localhost").environ
    statuses: list[str] = []
    parts = application(environ, lambda status, headers, exc_info=None: statuses.append(status))
    body = b"".join(parts).decode()
    getattr(parts, "close", lambda: None)()
    return {
        "status": statuses[0],
        "body": body,
        "times_django_was_asked": len(django_was_asked),
        "read_from": read_from(),
    }


def edit(name: str) -> dict[str, object]:
    with transaction.atomic():
        Group.objects.create(name=name)
        content_version.bump()
    return {"committed": name}


def trust(whom: str) -> dict[str, object]:
    """Leaves out the question whether the replica shows what the original does."""
    replica.copy.shows = lambda number: True  # type: ignore[method-assign]
    return {"trusted": whom}


def main() -> None:
    settings.ROOT_URLCONF = "tests.public_page_site"
    request_started.connect(note)
    for line in sys.stdin:
        verb, _, argument = line.strip().partition(" ")
        print(json.dumps({"get": get, "edit": edit, "trust": trust}[verb](argument)), flush=True)


if __name__ == "__main__":
    main()
