"""The databases of the settings: SQLite or PostgreSQL by address, durable whatever the address says."""

import contextlib
from pathlib import Path
from typing import Any

import dj_database_url

from portal import environment

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000",
}
# What a page may ask of the server; it ends the question even where nobody waits for the answer any more.
STATEMENT_TIMEOUT = "-c statement_timeout=15s"
# A machine that vanished is noticed in a minute, not in the two hours of the system's own patience.
KEEPALIVES: dict[str, Any] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
NONE: dict[str, Any] = {"ENGINE": "django.db.backends.dummy"}


def original(url: str, file: Path, *, pooled: bool, is_web: bool = False) -> dict[str, Any]:
    """The database everything is written to: `DATABASE_URL`, or SQLite in `file` with nothing set."""
    database = parsed(url or f"sqlite:///{file}")
    if database.get("ENGINE") == SQLITE and not pooled:
        database["OPTIONS"] = SQLITE_OPTIONS | database.get("OPTIONS", {})
        return database
    if database.get("ENGINE") == POSTGRESQL:
        return on_postgresql(database, name="DATABASE_URL", pooled=pooled, is_web=is_web)
    if pooled:
        environment.fault(
            "PGBOUNCER",
            "It is on without PostgreSQL.",
            "Let DATABASE_URL name pgbouncer, or remove PGBOUNCER.",
        )
        return NONE
    environment.fault(
        "DATABASE_URL",
        "It names neither SQLite nor PostgreSQL.",
        "Write sqlite:////folder/file or postgres://user:password@host/name.",
    )
    return NONE


def replica(url: str, database: dict[str, Any], *, pooled: bool, is_web: bool = False) -> dict[str, Any]:
    """The copy of `database` that public pages are read from."""
    copy = parsed(url)
    if copy.get("ENGINE") != POSTGRESQL or database["ENGINE"] != POSTGRESQL:
        environment.fault(
            "DATABASE_REPLICA_URL",
            "A replica is a PostgreSQL that follows the PostgreSQL of DATABASE_URL.",
            "Let both be postgres://…, or remove it.",
        )
        return NONE
    copy = on_postgresql(copy, name="DATABASE_REPLICA_URL", pooled=pooled, is_web=is_web)
    # A page waits for it before it asks the original.
    copy["OPTIONS"]["connect_timeout"] = 2
    # In tests there is one database, and this is another name for it.
    copy["TEST"] = {"MIRROR": "default"}
    return copy


def parsed(url: str) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {}


def on_postgresql(database: dict[str, Any], *, name: str, pooled: bool, is_web: bool) -> dict[str, Any]:
    options = database.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    for option, value in KEEPALIVES.items():
        options.setdefault(option, value)
    if not pooled:
        # An office's own limit in the address comes later than ours, durability last: of two the last counts.
        ours = STATEMENT_TIMEOUT if is_web else ""
        options["options"] = f"{ours} {options.get('options', '')} -c synchronous_commit=on".strip()
        return database
    # pgbouncer hands each transaction to any of its connections. It therefore refuses settings for one of them
    # (what is durable the server says itself, and check portal.E002 asks it), and a cursor would be lost.
    if options.pop("options", None):
        environment.fault(
            name,
            "It holds “options”, which pgbouncer refuses.",
            "Remove them; set them in postgresql.conf or with ALTER ROLE.",
        )
    database["DISABLE_SERVER_SIDE_CURSORS"] = True
    return database
