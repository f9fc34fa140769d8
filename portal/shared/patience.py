"""How long a page waits for PostgreSQL: a server that accepts and then says nothing must not hold every thread.

A server's own `statement_timeout` ends what is merely slow. One that is frozen, or behind a line that swallows
every packet, ends nothing, so the waiting itself has an end here. For the web processes alone: migrations,
imports, backups and the worker may take as long as they need.
"""

import select
import time
from typing import Any

import psycopg2
from psycopg2 import extensions

# A little longer than the server may take (portal/databases.py), so that its own clearer word comes first.
SECONDS = 20.0
WANTED = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


def wait(connection: Any) -> None:
    """What psycopg2 calls for every question; an exception makes it close the connection."""
    # `connect_timeout` is libpq's own while it waits by itself; now the waiting is ours.
    is_connecting = connection.status == extensions.STATUS_SETUP
    until = time.monotonic() + (connect_timeout(connection.dsn) if is_connecting else SECONDS)
    while (state := connection.poll()) != extensions.POLL_OK:
        line = select.poll()
        line.register(connection.fileno(), WANTED[state])
        left = until - time.monotonic()
        if left <= 0 or not line.poll(left * 1000):
            raise psycopg2.OperationalError("The database did not answer in time.")


def connect_timeout(dsn: str) -> float:
    written = extensions.parse_dsn(dsn).get("connect_timeout", "")
    seconds = float(written) if written.isdecimal() else 0.0
    return seconds or SECONDS


def lose_patience() -> None:
    """From here on no question of this process to PostgreSQL waits for longer than `SECONDS`."""
    extensions.set_wait_callback(wait)
