"""What both engines ask of their tables, in words both understand."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.sessions.models import Session

from outreach.models import Delivery, Post, PostVersion
from portal.shared.models import ContentVersion
from portal.shared.work.models import Heartbeat, Job, OutgoingMail

# Sign-ins are never backed up: a stolen backup opens no desk, and after a restore everybody signs in anew.
# Nor are the signs of life of workers: those that gave them are gone.
EMPTIED = (Session._meta.db_table, Heartbeat._meta.db_table)
HELD = "portal.backup.restoring.HeldAfterRestore"


def counted(tables: Iterable[str], ask: Callable[[str], Any]) -> dict[str, int]:
    return {table: int(ask(f'SELECT count(*) FROM "{table}"')) for table in tables}


def migrations_in(tables: Iterable[str], ask: Callable[[str], Iterable[Any]]) -> list[str]:
    """Applied migrations as “app.name”; none in a database that is not a portal's."""
    if "django_migrations" not in tables:
        return []
    rows = ask("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [f"{app}.{name}" for app, name in rows]


def differences(expected: dict[str, int], found: dict[str, int]) -> list[str]:
    """Tables whose number of rows is not the one the manifest states."""
    return [
        f"{table}: {found.get(table, 'missing')} instead of {expected.get(table, 'none')}"
        for table in sorted(expected.keys() | found.keys())
        if expected.get(table) != found.get(table)
    ]


def last_statements(present: Iterable[str], *, at: Any, number: int) -> list[tuple[str, list[Any]]]:
    """What a restored database must be told, in the transaction that restores it.

    Nobody is signed in. What was queued is held for a person to decide, because it may have been done after the
    backup was made: a mail must not go out twice. Pages kept anywhere are older than what is read from now on.
    """
    jobs, mails, versions = (model._meta.db_table for model in (Job, OutgoingMail, ContentVersion))
    held = "SET status = 'FAILED', finished_at = %s, exception_class_path = %s, traceback = ''"
    posts, channels, sendings = (model._meta.db_table for model in (Post, PostVersion, Delivery))
    # What was to go out by itself may have done so since the backup: a person looks, and says yes again.
    due = f'post_id IN (SELECT id FROM "{posts}" WHERE planned_at <= %s)'
    by_hand = (
        f'UPDATE "{channels}" SET is_automatic = FALSE WHERE published_at IS NULL AND is_automatic AND {due}'
    )
    asking = "SET state = 'unclear', on_its_way_until = NULL WHERE state IN ('waiting', 'on_its_way')"
    newer = "SET number = CASE WHEN number >= %s THEN number + 1 ELSE %s END"
    statements: list[tuple[str, str, list[Any]]] = [
        *((table, f'DELETE FROM "{table}"', []) for table in EMPTIED),
        (jobs, f"UPDATE \"{jobs}\" {held} WHERE status IN ('READY', 'RUNNING')", [at, HELD]),
        (mails, f'UPDATE "{mails}" SET on_its_way_until = NULL WHERE sent_at IS NULL', []),
        (channels, by_hand, [at]),
        (sendings, f'UPDATE "{sendings}" {asking}', []),
        (versions, f'UPDATE "{versions}" {newer}', [number, number]),
    ]
    known = set(present)
    return [(statement, values) for table, statement, values in statements if table in known]
