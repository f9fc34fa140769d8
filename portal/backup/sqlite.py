"""SQLite in a backup: copied by its online backup, checked, and put in the place of another file in one step."""

import gzip
import os
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from portal.backup.archive import BackupError
from portal.backup.tables import EMPTIED, counted, migrations_in

VENDOR = "sqlite"
# The index of full-text search keeps tables of its own, rebuilt from the ones that count.
SHADOWS = ("_fts", "_fts_data", "_fts_idx", "_fts_docsize", "_fts_config", "_fts_content")


def file_of(connection: BaseDatabaseWrapper) -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def version() -> str:
    return sqlite3.sqlite_version


def size(connection: BaseDatabaseWrapper) -> int:
    path = file_of(connection)
    return sum(one.stat().st_size for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())


def opened(path: Path) -> sqlite3.Connection:
    # "rw": a name that is not there must not become an empty database.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=20, isolation_level=None)


def dump(connection: BaseDatabaseWrapper, target: Path) -> tuple[dict[str, int], list[str]]:
    """Copies the database as it is at one moment, while others write; returns its counts and migrations."""
    source = file_of(connection)
    if not source.exists():
        raise BackupError(f"There is no database {source} to back up. Check DATABASE_URL and PORTAL_DATA.")
    with closing(opened(source)) as live, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # All pages in one step: a reader of a WAL database sees one moment and keeps no writer waiting.
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        for table in EMPTIED:
            if table in tables(copy):
                copy.execute(f'DELETE FROM "{table}"')
        problems = faults(copy)
        if problems:
            raise BackupError(f"The database itself is damaged: {problems}. Restore an earlier backup.")
        return counts(copy), migrations(copy)


def pack(raw: Path, target: Path) -> None:
    with raw.open("rb") as source, gzip.open(target, "wb", compresslevel=3) as packed:
        shutil.copyfileobj(source, packed, 1024 * 1024)
    raw.unlink()


def unpack(packed: Path, target: Path) -> None:
    try:
        with gzip.open(packed, "rb") as source, target.open("wb") as raw:
            shutil.copyfileobj(source, raw, 1024 * 1024)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise BackupError(
            f"The database in this backup cannot be unpacked ({problem}). Nothing was changed."
        ) from None
    packed.unlink()


def tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return sorted(name for (name,) in rows if not name.endswith(SHADOWS))


def counts(database: sqlite3.Connection) -> dict[str, int]:
    return counted(tables(database), lambda statement: database.execute(statement).fetchone()[0])


def migrations(database: sqlite3.Connection) -> list[str]:
    return migrations_in(tables(database), lambda statement: database.execute(statement).fetchall())


def faults(database: sqlite3.Connection) -> str:
    """What SQLite finds wrong with a file; empty when it is sound."""
    (first,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if first != "ok":
        return str(first)
    orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    return f"a row of {orphan[0]} names a row of {orphan[2]} that is not there" if orphan else ""


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    path = file_of(connection)
    if not path.exists() or not path.stat().st_size:
        return True
    try:
        with closing(opened(path)) as database:
            return not any(counts(database).values())
    except sqlite3.DatabaseError:
        # Whatever it is, it is not nothing.
        return False


def examined(path: Path) -> tuple[dict[str, int], list[str]]:
    """Counts and migrations of a file just taken out of an archive; BackupError when it is no sound database."""
    try:
        with closing(opened(path)) as database:
            if problems := faults(database):
                raise BackupError(f"The database in this backup is damaged: {problems}. Nothing was changed.")
            return counts(database), migrations(database)
    except sqlite3.DatabaseError as problem:
        raise BackupError(
            f"What this backup holds is no SQLite database ({problem}). Nothing was changed."
        ) from None


def run(path: Path, statements: list[tuple[str, list[Any]]]) -> None:
    """Carries out statements in one transaction and rebuilds the index of full-text search."""
    with closing(opened(path)) as database:
        database.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            database.execute(statement.replace("%s", "?"), values)
        found = database.execute("SELECT name FROM sqlite_master WHERE name LIKE '%\\_fts' ESCAPE '\\'")
        for (index,) in found.fetchall():
            database.execute(f'INSERT INTO "{index}" ("{index}") VALUES (\'rebuild\')')
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=DELETE")


def take_out_of_use(path: Path) -> None:
    """Folds the write-ahead log into the file, which only works while nobody else has it open.

    A server that went on with the old file would lose what it writes, and a log left behind would be read
    into the new file.
    """
    if not path.exists():
        return
    try:
        with closing(opened(path)) as database:
            database.execute("PRAGMA busy_timeout=2000")
            (mode,) = database.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as problem:
        if "locked" not in str(problem):
            raise
        mode = "wal"
    except sqlite3.DatabaseError:
        return  # No database at all: nobody can have it open as one.
    if mode != "delete":
        raise BackupError(
            f"Something still has {path.name} open, most likely the portal itself. "
            "Stop the portal and its worker, then restore again. Nothing was changed."
        )


def put_in_place(new: Path, path: Path) -> None:
    """Puts a finished file where the database was: either the old one is there or the new one."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(new, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
