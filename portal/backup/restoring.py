"""Bringing a backup back: everything is checked and prepared beside the present portal, then changed in one step."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

from portal.backup import media, postgresql, sqlite
from portal.backup.archive import DATABASE, MEDIA, BackupError, Manifest, verified
from portal.backup.database import database as backed_up
from portal.backup.making import SPARE, engine_of, make_backup, megabytes, portal_version
from portal.backup.tables import differences, last_statements
from portal.shared import content_version
from portal.shared.search import Searchable, SearchQuerySet

Say = Callable[[str], object]
BEFORE = "-before-restore"


class HeldAfterRestore(Exception):
    """A task was waiting when the backup was made; it may have been done since, so a person decides."""


@dataclass(frozen=True)
class Restored:
    """What was brought back, for the last lines of the command."""

    manifest: Manifest
    safety_backup: Path | None
    was_migrated: bool


def check(archive: Path, *, say: Say) -> Manifest:
    """Everything that can be known of a backup without touching the portal; BackupError names what is wrong."""
    say("Checking every checksum …")
    manifest = verified(archive)
    say("Opening the database in it …")
    with working_folder() as work:
        refuse_without_room(work, manifest)
        verified(archive, lambda name: (work / DATABASE).open("xb") if name == DATABASE else None)
        if manifest.engine == sqlite.VENDOR:
            examine(work, manifest)
        elif backed_up().vendor == postgresql.VENDOR:
            postgresql.readable(backed_up(), work / DATABASE)
    return manifest


def restore(archive: Path, *, replace: bool, at: datetime, say: Say) -> Restored:
    """Replaces database and uploaded files by those of a backup, or raises BackupError and changes nothing."""
    try:
        say("Checking every checksum …")
        manifest = verified(archive)
        refuse_strangers(manifest)
        safety = refuse_or_save(replace, at=at, say=say)
        with working_folder() as work:
            refuse_without_room(work, manifest)
            return Restored(manifest, safety, bring_back(archive, manifest, work, say))
    except OSError as problem:
        raise BackupError(
            f"The backup could not be restored ({problem}). The portal is as it was."
        ) from problem


def refuse_strangers(manifest: Manifest) -> None:
    """Another engine, or a portal newer than this program, cannot be read here."""
    if manifest.engine != engine_of():
        raise BackupError(
            f"This backup is of {manifest.engine}, and DATABASE_URL names {backed_up().vendor}. "
            "Set DATABASE_URL to a database of the same kind. Nothing was changed."
        )
    if manifest.engine == postgresql.VENDOR and int(manifest.engine_version) > postgresql.version(
        backed_up()
    ):
        raise BackupError(
            f"This backup is of PostgreSQL {manifest.engine_version}, newer than this server's. "
            "Restore it on a server of that version. Nothing was changed."
        )
    known = {f"{app}.{name}" for app, name in loader().disk_migrations or ()}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            f"This backup was made by a newer portal (version {manifest.portal_version}; this one is "
            f"{portal_version()} and does not know {unknown[0]}). Install that version first. Nothing was changed."
        )


def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def is_older(manifest: Manifest) -> bool:
    """Whether this program has migrations the backup has not seen."""
    applied = {tuple(name.split(".", 1)) for name in manifest.migrations}
    return bool(loader().graph.nodes.keys() - applied)


def refuse_or_save(replace: bool, *, at: datetime, say: Say) -> Path | None:
    """Where something is already, it is replaced only when asked for, and saved first."""
    try:
        is_empty = (sqlite if engine_of() == sqlite.VENDOR else postgresql).is_empty(backed_up())
    except DatabaseError as problem:
        raise BackupError(
            f"The database cannot be opened: {str(problem).strip()} Check DATABASE_URL."
        ) from None
    if is_empty and not media.names(media.storage()):
        return None
    if not replace:
        raise BackupError(
            "This portal is not empty. To replace everything in it by the backup, add --replace: "
            "what is here now is backed up first. Nothing was changed."
        )
    if is_empty:
        return None
    say("Backing up what is here now …")
    return make_backup(Path(settings.BACKUP_DIR), at=at, say=say, suffix=BEFORE)


def bring_back(archive: Path, manifest: Manifest, work: Path, say: Say) -> bool:
    say("Taking the files out …")
    files = media.Aside(media.storage(), work)
    try:

        def take(name: str) -> IO[bytes]:
            if name == DATABASE:
                return (work / DATABASE).open("xb")
            return files.take(name.removeprefix(MEDIA))

        if verified(archive, take) != manifest:
            raise BackupError("The backup changed while it was read. Nothing was changed.")
        if manifest.engine == sqlite.VENDOR:
            was_migrated = into_sqlite(manifest, work, files, say)
        else:
            was_migrated = into_postgresql(manifest, work, files, say)
    finally:
        files.clean_up()
    content_version.forget()
    if was_migrated or manifest.portal_version != portal_version():
        say("Deriving anew what everything is found by …")
        reindex()
    return was_migrated


def into_sqlite(manifest: Manifest, work: Path, files: media.Aside, say: Say) -> bool:
    """Prepares the new file completely, then puts it in the place of the old one."""
    say("Preparing the database …")
    new = examine(work, manifest)
    older = is_older(manifest)
    if older:
        say("Bringing an older database up to date …")
        migrate_file(new)
    sqlite.run(new, endings(manifest))
    path = sqlite.file_of(backed_up())
    backed_up().close()
    sqlite.take_out_of_use(path)
    files.change_places()
    try:
        sqlite.put_in_place(new, path)
    except OSError:
        files.change_back()
        raise
    return older


def into_postgresql(manifest: Manifest, work: Path, files: media.Aside, say: Say) -> bool:
    say("Replacing the database, in one transaction …")
    files.change_places()
    try:
        postgresql.load(backed_up(), work / DATABASE, manifest.counts, endings(manifest))
    except BackupError:
        files.change_back()
        raise
    if is_older(manifest):
        say("Bringing an older database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        return True
    return False


def examine(work: Path, manifest: Manifest) -> Path:
    """The database file of a backup, unpacked and held against the manifest."""
    new = work / "database.sqlite3"
    sqlite.unpack(work / DATABASE, new)
    counts, migrations = sqlite.examined(new)
    if wrong := differences(manifest.counts, counts):
        raise BackupError(
            f"The database in this backup is not the one backed up: {wrong[0]}. Nothing was changed."
        )
    if migrations != manifest.migrations:
        raise BackupError("The database in this backup names other migrations. Nothing was changed.")
    return new


def migrate_file(path: Path) -> None:
    """Migrates a database file beside the portal's own, in a process that knows only that one."""
    strangers = ("DATABASE_REPLICA_URL", "PGBOUNCER")
    environment = {name: value for name, value in os.environ.items() if name not in strangers}
    environment["DATABASE_URL"] = f"sqlite:///{path}"
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "migrate", "--no-input", "-v", "0"]
    done = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(
            f"The older database could not be brought up to date: {done.stderr.strip()[-300:]} "
            "Install the version of the portal that made the backup. Nothing was changed."
        )


def endings(manifest: Manifest) -> list[tuple[str, list[object]]]:
    now = datetime.now().astimezone()
    at = backed_up().ops.adapt_datetimefield_value(now)
    return last_statements(manifest.counts, at=at, number=time.time_ns() // 1000)


def reindex() -> None:
    for model in apps.get_models():
        rows = model._default_manager.all() if issubclass(model, Searchable) else None
        if isinstance(rows, SearchQuerySet):
            rows.reindex()


def refuse_without_room(folder: Path, manifest: Manifest) -> None:
    # A database unpacks to perhaps eight times its packed size.
    needed = 9 * manifest.database.size + manifest.media_bytes + SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"There is too little room in {folder.parent}: {megabytes(free)} free, {megabytes(needed)} needed. "
            "Make room there. Nothing was changed."
        )


@contextmanager
def working_folder() -> Iterator[Path]:
    """A private folder beside the database, so that putting a file in its place is one step."""
    beside = (
        sqlite.file_of(backed_up()).parent if backed_up().vendor == sqlite.VENDOR else Path(settings.VAR_DIR)
    )
    with tempfile.TemporaryDirectory(prefix=".balai-restoring-", dir=beside) as work:
        yield Path(work)
