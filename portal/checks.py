"""System checks of the whole house, each with its cure."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def database_is_durable(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What is acknowledged must survive a power cut; asks the live connection, not the settings."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous")
                if cursor.fetchone()[0] < 2:
                    found.append(
                        Error(
                            "SQLite may lose acknowledged writes.",
                            hint="Keep PRAGMA synchronous=FULL in the connection options.",
                            id="portal.E001",
                        )
                    )
            elif connection.vendor == "postgresql":
                for name in ("fsync", "full_page_writes", "synchronous_commit"):
                    cursor.execute(f"SHOW {name}")
                    if cursor.fetchone()[0] in {"off", "local", "remote_write"}:
                        found.append(
                            Error(
                                f"PostgreSQL runs with {name} weakened and may lose acknowledged writes.",
                                hint=f"Set {name} = on in postgresql.conf and reload the server.",
                                id="portal.E002",
                            )
                        )
    return found
