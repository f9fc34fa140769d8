"""What a machine asks every few seconds: is the process alive, and can the portal do its work?

Both answers stand before every other middleware: no host name to know, no redirect to https, no session. A
prober on this machine therefore needs nothing but the address.
"""

import errno
import os
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.files.storage import FileSystemStorage, storages
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.shared.work.heartbeat import STILL_ALIVE, last_beat

SECONDS_KEPT = 1.0
# Less than any prober waits, and less than a connection to a database that swallows every packet takes.
SECONDS_PATIENCE = 2.0


# What the portal needs ------------------------------------------------------------


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations() -> bool:
    """Whether the database is as this code expects it; a newer one is fine, as during an upgrade."""
    return newest_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    # The files do not change while the process runs, and reading them takes longer than all the rest.
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def storage() -> bool:
    """Whether a photo could be kept: a file is written and removed; elsewhere the storage is only asked."""
    media = storages["default"]
    if not isinstance(media, FileSystemStorage):
        media.exists("readyz")
        return True
    folder = media.path("")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f".ready-{secrets.token_hex(8)}")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if os.write(handle, bytes(4096)) != 4096:
            raise OSError(errno.ENOSPC, "Short write")
        os.fsync(handle)
    finally:
        os.close(handle)
        os.unlink(path)
    return True


def worker() -> bool:
    beat = last_beat()
    return beat is not None and timezone.now() - beat <= STILL_ALIVE


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "migrations": migrations,
    "storage": storage,
    "worker": worker,
}


# Asking for it ------------------------------------------------------------


class Inspection:
    """One round of all checks, in a thread of its own: whoever waits for it can stop waiting."""

    def __init__(self) -> None:
        self.results: dict[str, dict[str, Any]] = {}
        self.done = threading.Event()
        self.began = time.monotonic()

    def run(self) -> None:
        try:
            for name, check in CHECKS.items():
                began = time.monotonic()
                try:
                    is_ok = check()
                except Exception:
                    # Whatever it was, the portal is not ready; what it was is in the log of whoever met it.
                    is_ok = False
                self.results[name] = result(name, is_ok, time.monotonic() - began)
        finally:
            connections.close_all()
            self.done.set()

    def report(self) -> list[dict[str, Any]]:
        """What is known by now; a check that has not ended is not ok."""
        waited = time.monotonic() - self.began
        known = dict(self.results)
        return [known.get(name) or result(name, False, waited) for name in CHECKS]


def result(name: str, is_ok: bool, seconds: float) -> dict[str, Any]:
    return {"name": name, "ok": is_ok, "ms": round(seconds * 1000, 1)}


class Readiness:
    """The last inspection; a new one at most once a second, and never two at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: Inspection | None = None

    def report(self) -> list[dict[str, Any]]:
        with self._lock:
            latest = self._latest
            if latest is None or (latest.done.is_set() and time.monotonic() - latest.began >= SECONDS_KEPT):
                latest = self._latest = Inspection()
                threading.Thread(target=latest.run, name="readiness", daemon=True).start()
        latest.done.wait(max(0.0, latest.began + SECONDS_PATIENCE - time.monotonic()))
        return latest.report()

    def forget(self) -> None:
        with self._lock:
            self._latest = None


readiness = Readiness()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive and answers; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the portal can do its work, and what keeps it; 503 when anything does."""
    checks = readiness.report()
    is_ready = all(check["ok"] for check in checks)
    response = JsonResponse(
        {"ok": is_ready, "checks": checks},
        status=200 if is_ready else 503,
        headers={"Cache-Control": "no-store"},
    )
    # Django would note an error every few seconds; whoever asks is told, and has an alarm of their own.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


ADDRESSES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


class HealthMiddleware:
    """Answers both questions before anything else looks at the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ADDRESSES.get(request.path_info)
        return answer(request) if answer else self.get_response(request)
