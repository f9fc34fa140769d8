"""The connection backups use: the portal's own, or PostgreSQL itself where pgbouncer stands before it."""

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from portal import databases
from portal.backup.archive import BackupError

# One for the process, so that whoever dumps and whoever counts speak of the same.
kept: dict[str, BaseDatabaseWrapper] = {}


def database() -> BaseDatabaseWrapper:
    """Where to dump from and restore to; BackupError behind pgbouncer without an address of PostgreSQL itself.

    pg_dump changes settings of its session, which pgbouncer would hand on to the portal's next transaction.
    """
    url = settings.BACKUP_DATABASE_URL
    if not url:
        if settings.PGBOUNCER:
            raise BackupError(
                "DATABASE_URL names pgbouncer, through which PostgreSQL cannot be backed up or restored. "
                "Set BACKUP_DATABASE_URL to the address of PostgreSQL itself. Nothing was changed."
            )
        return connection
    if url not in kept:
        original = databases.original(url, settings.SQLITE_FILE, pooled=False)
        kept[url] = ConnectionHandler({"default": original})["default"]
    return kept[url]
