"""A database with all its tables, made once for all parallel workers: the first migrates, the others copy."""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO

from django.db import connection


class Migrated:
    """What this worker's database is made from; `folder` is shared by all workers of one run, and by no other run.

    The first worker keeps the lock until its database is made and others may copy it.
    """

    def __init__(self, folder: Path, *, is_shared: bool) -> None:
        self.folder = folder
        self.is_shared = is_shared
        self.is_copy = False
        self._lock: IO[str] | None = None

    @property
    def is_sqlite(self) -> bool:
        return connection.vendor == "sqlite"

    def begin(self) -> None:
        """Copies what another worker has made; where there is none yet, ours is the one to be made."""
        if not self.is_shared:
            return
        self._hold()
        name = str(connection.creation._get_test_db_name())
        if self.is_sqlite and sqlite_file(self.folder).exists():
            shutil.copy(sqlite_file(self.folder), name)
            self.is_copy = True
        elif not self.is_sqlite and (template := postgresql_template(self.folder)):
            self._administer(
                f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
            )
            self.is_copy = True
        if self.is_copy:
            self._let_go()

    def hand_out(self) -> None:
        """Our database is made: others may copy it as it is before any test."""
        if self._lock is None:
            return
        name = str(connection.settings_dict["NAME"])
        # PostgreSQL copies only what nobody is connected to; SQLite then has all of it in the one file.
        connection.close()
        if self.is_sqlite:
            being_made = sqlite_file(self.folder).with_suffix(".part")
            with closing(sqlite3.connect(name)) as ours, closing(sqlite3.connect(being_made)) as theirs:
                ours.backup(theirs)
            being_made.rename(sqlite_file(self.folder))
        else:
            self._administer(f'CREATE DATABASE "{name}_migrated" TEMPLATE "{name}"')
            noted(self.folder).write_text(f"{name}_migrated", encoding="utf-8")
        self._let_go()

    def end(self) -> None:
        """Leaves no database behind on a server that goes on after the tests."""
        connection.close()
        if not self.is_sqlite and self.is_copy:
            self._administer(f'DROP DATABASE IF EXISTS "{connection.settings_dict["NAME"]}" WITH (FORCE)')
        elif not self.is_sqlite and self.is_shared:
            self._hold()
            if template := postgresql_template(self.folder):
                noted(self.folder).unlink()
                self._administer(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
        self._let_go()

    def _administer(self, *statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _hold(self) -> None:
        if self._lock is None:
            self._lock = (self.folder / "migrated.lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def sqlite_file(folder: Path) -> Path:
    return folder / "migrated.sqlite3"


def noted(folder: Path) -> Path:
    return folder / "migrated-on-postgresql"


def postgresql_template(folder: Path) -> str:
    """The database others may be made from; empty while there is none."""
    return noted(folder).read_text(encoding="utf-8") if noted(folder).exists() else ""


def begin_migrated(file: Path, folder: Path) -> None:
    """Spares a new installation on SQLite its migrations where a worker of this run has made the tables already."""
    if sqlite_file(folder).exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sqlite_file(folder), file)


def is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ
