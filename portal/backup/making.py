"""Making one backup: everything of one moment, checked once more as it lies on the disk, or nothing at all."""

import fcntl
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from portal.backup import media, postgresql, sqlite
from portal.backup.archive import DATABASE, MEDIA, BackupError, Manifest, Part, Writer, verified
from portal.backup.database import database as backed_up
from portal.backup.folder import name_of

Say = Callable[[str], object]

LOCK = ".balai-backup.lock"
UNFINISHED = ".balai-unfinished-"
SPARE = 16 * 1024 * 1024


def make_backup(folder: Path, *, at: datetime, say: Say, suffix: str = "") -> Path:
    """Writes a backup into a folder, reads it back, and returns its path; BackupError, leaving nothing, if not."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_one(folder), unfinished(folder) as work:
            whole = work / "backup.tar"
            refuse_without_room(folder)
            write(whole, work, at=at, say=say)
            say("Reading it back …")
            manifest = verified(whole)
            path = final_path(folder, at, suffix)
            os.rename(whole, path)
            fsync_folder(folder)
    except OSError as problem:
        raise BackupError(
            f"The backup could not be written to {folder} ({problem.strerror or problem}). "
            "Make room there or set BACKUP_DIR to another folder. No half backup was left."
        ) from problem
    say(
        f"Backed up: {path} ({megabytes(path.stat().st_size)}; {sum(manifest.counts.values())} rows in "
        f"{len(manifest.counts)} tables, {len(manifest.media)} uploaded files)."
    )
    return path


def write(whole: Path, work: Path, *, at: datetime, say: Say) -> None:
    say("Copying the database …")
    engine = engine_of()
    packed = work / DATABASE
    if engine == sqlite.VENDOR:
        counts, migrations = sqlite.dump(backed_up(), work / "raw")
        sqlite.pack(work / "raw", packed)
        version = sqlite.version()
    else:
        counts, migrations = postgresql.dump(backed_up(), packed)
        version = str(postgresql.version(backed_up()))
    handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        writer = Writer(file, at=at)
        with packed.open("rb") as part:
            database = writer.add(DATABASE, part, packed.stat().st_size)
        packed.unlink()
        manifest = Manifest(
            made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
            portal_version=portal_version(),
            data_set=settings.PORTAL_DATA,
            engine=engine,
            engine_version=version,
            migrations=migrations,
            counts=counts,
            database=database,
            media=add_media(writer, say),
        )
        writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())


def add_media(writer: Writer, say: Say) -> dict[str, Part]:
    """Adds every uploaded file; after the database, so that no row names a file that came later."""
    kept = media.storage()
    found = media.names(kept)
    say(f"Uploaded files: {len(found)} …")
    parts: dict[str, Part] = {}
    for number, name in enumerate(found, start=1):
        with media.opened(kept, name) as file:
            if file is not None:
                parts[name] = writer.add(MEDIA + name, *file)
        if number % 500 == 0:
            say(f"  {number} of {len(found)} …")
    return parts


def engine_of() -> str:
    vendor = backed_up().vendor
    if vendor not in {sqlite.VENDOR, postgresql.VENDOR}:
        raise BackupError("Only SQLite and PostgreSQL can be backed up.")
    return vendor


def portal_version() -> str:
    project = Path(settings.BASE_DIR) / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def refuse_without_room(folder: Path) -> None:
    # The copy and its packed form lie there together, then the packed form and the whole.
    database = (sqlite if engine_of() == sqlite.VENDOR else postgresql).size(backed_up())
    needed = 2 * database + media.total_size(media.storage()) + SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"There is too little room in {folder}: {megabytes(free)} free, up to {megabytes(needed)} needed. "
            "Make room there or set BACKUP_DIR to another disk. Nothing was written."
        )


def final_path(folder: Path, at: datetime, suffix: str) -> Path:
    """A name nothing has yet: two backups within a second do not overwrite each other."""
    while (path := folder / name_of(at, suffix)).exists():
        at += timedelta(seconds=1)
    return path


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, given back by the system even when we are killed."""
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is being made in {folder}. Wait until it has ended.") from None
        # What a killed backup left half done; nobody else can be at work here now.
        for leftover in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A private folder on the same disk, gone again whatever happens."""
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as work:
        yield Path(work)


def fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
