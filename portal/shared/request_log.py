"""One line and one count per request, the stored pages' included, of what is nobody's secret.

The route is its name in the code, never the address; the role is known only where the answer needed the
session anyway. No address, agent, query string or body is looked at.
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.shared import logs, metrics
from portal.shared.public_pages import PUBLIC_PAGE

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Where Django leaves word for this log, in the server's own environment of the request.
ROUTE = "portal.route"
ROLE = "portal.role"
KEPT = "portal.kept"
# Asked every few seconds by machines; their answers are nobody's visit.
NOT_VISITS = frozenset({"/healthz", "/readyz"})
NAMED = re.compile(r"[\w.:-]{1,100}")
ROLE_NAME = re.compile(r"[a-z ]{1,30}")
REQUEST_ID = re.compile(r"[0-9a-f]{16,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RouteAndRoleMiddleware:
    """Leaves word of the view that answers and of the role of who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.accessed:
            request.META[ROLE] = session.get("role")
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.resolver_match is not None:
            request.META[ROUTE] = request.resolver_match.view_name


class RequestLog:
    """A WSGI application around the front door; health questions pass by it straight to Django."""

    def __init__(
        self,
        application: Application,
        django: Application,
        lines: logs.RequestLines | None,
        count: Callable[..., None] | None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.application = application
        self.django = django
        self._lines = lines
        self._count = count
        self._clock = clock

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in NOT_VISITS:
            return self.django(environ, start_response)
        began = self._clock()
        request_id = request_id_of(environ)
        logs.set_request_id(request_id)
        statuses = ["500"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            statuses[0] = status[:3]
            if is_private(environ):
                headers.append(("X-Request-ID", request_id))
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        try:
            return self.application(environ, start)
        finally:
            logs.set_request_id("")
            self._tell(environ, statuses[0], self._clock() - began, request_id)

    def _tell(self, environ: Environ, status: str, took: float, request_id: str) -> None:
        route, method, kept = route_of(environ), environ["REQUEST_METHOD"], KEPT in environ
        if self._lines:
            self._lines.write(
                route=route,
                method=method if method in metrics.METHODS else "other",
                status=status,
                seconds=took,
                role=role_of(environ),
                request_id=request_id,
                kept=kept,
            )
        if self._count:
            self._count(route=route, method=method, status=status, took=took, kept=kept)


def route_of(environ: Environ) -> str:
    route = environ.get(ROUTE)
    if route and is_route(route):
        return str(route)
    # Static files are answered before Django looks for a view.
    return "static" if is_static(environ) else "unmatched"


@lru_cache(maxsize=1024)
def is_route(name: str) -> bool:
    return NAMED.fullmatch(name) is not None


def role_of(environ: Environ) -> str:
    role = environ.get(ROLE)
    return role if isinstance(role, str) and ROLE_NAME.fullmatch(role) else "-"


def is_static(environ: Environ) -> bool:
    return bool(environ["PATH_INFO"].startswith(settings.STATIC_URL))


def is_private(environ: Environ) -> bool:
    """Whether the answer is for one visitor alone: what others may be given carries no id of a request."""
    return not (PUBLIC_PAGE in environ or KEPT in environ or is_static(environ))


def request_id_of(environ: Environ) -> str:
    """Our own proxy's number for this request where there is one, so that both logs can be laid together."""
    if settings.TRUSTED_PROXIES:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        if REQUEST_ID.fullmatch(given):
            return str(given)
    return os.urandom(8).hex()


def request_log(application: Application, django: Application) -> RequestLog:
    lines = logs.RequestLines() if settings.LOG_REQUESTS else None
    count = metrics.count if settings.METRICS_BIND else None
    return RequestLog(application, django, lines, count)
