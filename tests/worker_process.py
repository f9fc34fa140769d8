"""One worker of the portal, as gunicorn would run it, obeying single lines: ``get PATH`` and ``edit NAME``.

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
from django.db import transaction
from django.test import RequestFactory

from portal.shared import content_version

django_was_asked: list[object] = []


def note(**about: Any) -> None:
    django_was_asked.append(about["sender"])


def get(path: str) -> dict[str, object]:
    environ = RequestFactory().get(path, HTTP_HOST="localhost").environ
    statuses: list[str] = []
    parts = application(environ, lambda status, headers, exc_info=None: statuses.append(status))
    body = b"".join(parts).decode()
    getattr(parts, "close", lambda: None)()
    return {"status": statuses[0], "body": body, "times_django_was_asked": len(django_was_asked)}


def edit(name: str) -> dict[str, object]:
    with transaction.atomic():
        Group.objects.create(name=name)
        content_version.bump()
    return {"committed": name}


def main() -> None:
    settings.ROOT_URLCONF = "tests.public_page_site"
    request_started.connect(note)
    for line in sys.stdin:
        verb, _, argument = line.strip().partition(" ")
        print(json.dumps({"get": get, "edit": edit}[verb](argument)), flush=True)


if __name__ == "__main__":
    main()
