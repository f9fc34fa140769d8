"""What one fresh page costs in processor time, in one process, with the store passed by."""

import json
import subprocess
import sys
import time
from io import BytesIO
from statistics import median
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import ROOT

WARM_UP, RENDERS = 20, 150
TARGET_MS = 12.0


def figures(environment: dict[str, str]) -> list[Figure]:
    """Measured in a process of its own: this one has no Django."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.render"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Figure(**line) for line in json.loads(done.stdout)]


def measure(name: str, path: str, handler: Any) -> Figure:
    for _ in range(WARM_UP):
        answer(handler, path)
    spent = []
    for _ in range(RENDERS):
        began = time.process_time()
        length = answer(handler, path)
        spent.append((time.process_time() - began) * 1000)
    middle = median(spent)
    return Figure(
        name=f"{name} rendered afresh, {length:,} bytes",
        measured=f"{middle:.1f} ms (best {min(spent):.1f})",
        target=f"≤ {TARGET_MS:.0f} ms",
        ratio=f"{middle / TARGET_MS:.0%} of it",
        cpu=f"{middle * 1000:,.0f} µs",
        is_met=middle <= TARGET_MS,
    )


def answer(handler: Any, path: str) -> int:
    """The whole of Django's work for a request, middleware included; bytes of the page."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    statuses: list[str] = []
    parts = handler(environ, lambda status, headers, exc_info=None: statuses.append(status))
    body = b"".join(parts)
    parts.close()
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{path} answered {statuses}.")
    return len(body)


def main() -> None:
    # Only here: the process that collects figures imports this module too, and has no Django.
    from portal.wsgi import django_application
    from services.models import Service

    service = Service.objects.published().order_by("pk")[0]
    pages = {"Catalogue list": "/layanan/", "Service page": service.get_absolute_url()}
    print(json.dumps([measure(name, path, django_application).as_dict() for name, path in pages.items()]))


if __name__ == "__main__":
    main()
