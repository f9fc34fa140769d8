"""Files that are there once we said so: written beside, flushed to the disk, then given their name."""

import contextlib
import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

PART = ".part"


class StorageTrouble(Exception):
    """The storage could not keep a file: a full disk, a bucket that does not answer."""


def storage() -> Storage:
    return storages["default"]


def store(name: str, content: bytes) -> str:
    """Keeps a new file under a name nobody has, and returns that name; after this it survives a power cut."""
    kept = storage()
    try:
        if isinstance(kept, FileSystemStorage):
            write(Path(kept.path(name)), content)
            return name
        # A bucket answers only once it has the whole file.
        return kept.save(name, ContentFile(content))
    except Exception as error:
        # Each kind of storage has its own kinds of trouble.
        raise StorageTrouble from error


def write(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    part = path.with_name(path.name + PART)
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def make_folder(folder: Path) -> None:
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """A new name is kept once its folder is on the disk too."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read(name: str) -> bytes:
    """The whole file; FileNotFoundError when it is not there (any more)."""
    with storage().open(name, "rb") as file:
        content: bytes = file.read()
        return content


def destroy(*names: str) -> None:
    """Removes files; one that is gone already is no trouble, one the storage holds on to is left to the sweep."""
    kept = storage()
    for name in names:
        with contextlib.suppress(Exception):
            kept.delete(name)
