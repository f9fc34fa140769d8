"""Uploaded files in a backup: read from wherever the storage keeps them, brought back beside what is there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from portal.backup.archive import BackupError, is_safe_name

# Drawn again when they are next asked for: pictures for sharing.
REDRAWN = ("bagikan",)


def storage() -> Storage:
    return storages["default"]


def folder_of(kept: Storage) -> Path | None:
    """The folder of a storage on this machine; None for one elsewhere."""
    return Path(kept.location) if isinstance(kept, FileSystemStorage) else None


def names(kept: Storage) -> list[str]:
    """Every uploaded file, in order of name; BackupError for a name that could not be brought back."""
    folder = folder_of(kept)
    found = sorted(below(folder) if folder else listed(kept, ""))
    for name in found:
        if not is_safe_name(name):
            raise BackupError(
                f"The uploaded file {name!r} has a name no backup can hold. Rename or remove it."
            )
    return found


def below(folder: Path) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        here = Path(where)
        if here == folder:
            folders[:] = [name for name in folders if name not in REDRAWN]
        for name in files:
            path = here / name
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def listed(kept: Storage, prefix: str) -> Iterator[str]:
    folders, files = kept.listdir(prefix)
    for name in files:
        if name:
            yield f"{prefix}{name}"
    for name in folders:
        if name and (prefix or name not in REDRAWN):
            yield from listed(kept, f"{prefix}{name}/")


def total_size(kept: Storage) -> int:
    """Bytes of all uploaded files; one removed meanwhile counts nothing."""
    size = 0
    for name in names(kept):
        try:
            size += kept.size(name)
        except FileNotFoundError:
            continue
    return size


@contextmanager
def opened(kept: Storage, name: str) -> Iterator[tuple[IO[bytes], int] | None]:
    """An uploaded file with its size; None when it was removed since it was listed."""
    try:
        file: File[Any] = kept.open(name, "rb")
    except FileNotFoundError:
        yield None
        return
    with file:
        yield file, file.size


# Bringing back ------------------------------------------------------------


class Aside:
    """Files brought back beside the present ones, which give way only when everything else has succeeded."""

    def __init__(self, kept: Storage, work: Path) -> None:
        self.kept = kept
        self.target = folder_of(kept)
        # On the same disk, so that changing places is one step.
        self.new = self.target.with_name(f".{self.target.name}.restoring") if self.target else work / "media"
        self.old = self.target.with_name(f".{self.target.name}.replaced") if self.target else None
        shutil.rmtree(self.new, ignore_errors=True)
        self.new.mkdir(parents=True)

    def take(self, name: str) -> IO[bytes]:
        path = self.new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    def change_places(self) -> None:
        if self.target is None or self.old is None:
            self.upload()
            return
        for path in self.new.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        shutil.rmtree(self.old, ignore_errors=True)
        if self.target.exists():
            os.replace(self.target, self.old)
        os.replace(self.new, self.target)

    def upload(self) -> None:
        """Into a storage elsewhere, each file under its own name; files only it has are left alone."""
        for path in sorted(self.new.rglob("*")):
            if path.is_file():
                name = path.relative_to(self.new).as_posix()
                if self.kept.exists(name):
                    self.kept.delete(name)
                with path.open("rb") as file:
                    saved = self.kept.save(name, File(file))
                if saved != name:
                    raise BackupError(f"The storage kept {name} as {saved}. Empty it and restore again.")

    def change_back(self) -> None:
        """Undoes `change_places` on this machine, when what had to follow it failed."""
        if self.target is not None and self.old is not None and self.old.exists():
            shutil.rmtree(self.target, ignore_errors=True)
            os.replace(self.old, self.target)

    def clean_up(self) -> None:
        shutil.rmtree(self.new, ignore_errors=True)
        if self.old is not None:
            shutil.rmtree(self.old, ignore_errors=True)
