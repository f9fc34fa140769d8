"""Which exceptions mean that the machine, not the program, is in trouble: such a request may be tried again.

The database is stopped, starting, out of connections or out of disk, or the disk is full: the answer is 503
with Retry-After, and the next request finds a new connection by itself.
"""

import errno

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.shared.frames import chain_of

SECONDS_TO_WAIT = 10
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
# SQLite's plain ERROR is a statement that cannot be right: a fault of the program, or a missing migration.
SQLITE_ERROR = 1
# What PostgreSQL refuses to write to while another machine takes over.
READ_ONLY_TRANSACTION = "25006"


def is_outage(problem: BaseException | None) -> bool:
    return problem is not None and any(map(is_trouble, chain_of(problem)))


def is_trouble(problem: BaseException) -> bool:
    if isinstance(problem, OperationalError):
        return getattr(problem.__cause__, "sqlite_errorcode", None) != SQLITE_ERROR
    if isinstance(problem, InternalError):
        return getattr(problem.__cause__, "pgcode", None) == READ_ONLY_TRANSACTION
    # A connection that was closed under our hands.
    return isinstance(problem, InterfaceError) or (isinstance(problem, OSError) and problem.errno in FULL)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The maintenance page: no context processor, no database, nothing that may be broken too."""
    headers = {"Retry-After": str(SECONDS_TO_WAIT), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
