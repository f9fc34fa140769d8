"""One backup is one tar file: the database, the uploaded files, and a manifest that says what they must be.

The manifest comes last, because only then every checksum is known, and after it its own checksum. Nothing of a
tar is believed before it is held against the manifest: not a name, not a size, not a kind.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

FORMAT: Final = 1
DATABASE: Final = "database"
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
MEDIA: Final = "media/"
CHUNK: Final = 1024 * 1024
# Room for half a million uploaded files; a larger one is no manifest of ours.
LARGEST_MANIFEST: Final = 128 * CHUNK

Take = Callable[[str], "IO[bytes] | None"]


class BackupError(Exception):
    """Why a backup cannot be made or brought back, with the cure; says also that nothing was changed."""


@dataclass(frozen=True)
class Part:
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds, and by which portal it was made."""

    made_at: str
    portal_version: str
    data_set: str
    engine: str
    engine_version: str
    migrations: list[str]
    counts: dict[str, int]
    database: Part
    media: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def media_bytes(self) -> int:
        return sum(part.size for part in self.media.values())

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def manifest_from(text: bytes) -> Manifest:
    """The manifest, every field of the kind it must be; BackupError for anything else."""
    try:
        given = json.loads(text)
        if given.get("format") != FORMAT:
            raise BackupError(
                f"This backup has format {given.get('format')!r}, and this portal reads format {FORMAT}. "
                "Install the version of the portal that made it. Nothing was changed."
            )
        made_at = datetime.fromisoformat(given["made_at"]).astimezone(UTC)
        return Manifest(
            made_at=made_at.isoformat(timespec="seconds"),
            portal_version=str(given["portal_version"]),
            data_set=str(given["data_set"]),
            engine=str(given["engine"]),
            engine_version=str(given["engine_version"]),
            migrations=[str(name) for name in given["migrations"]],
            counts={str(table): int(count) for table, count in given["counts"].items()},
            database=part_from(given["database"]),
            media={str(name): part_from(part) for name, part in given["media"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise damaged(f"its {MANIFEST} cannot be read") from problem


def part_from(given: Any) -> Part:
    return Part(size=int(given["size"]), sha256=str(given["sha256"]))


def damaged(why: str) -> BackupError:
    return BackupError(
        f"This backup cannot be trusted: {why}. Nothing was changed. Take another backup, or another copy of this one."
    )


def is_safe_name(name: str) -> bool:
    """Whether the name of an uploaded file stays below the folder it is brought back to."""
    parts = name.split("/")
    return (
        bool(name)
        and len(name.encode("utf-8", "replace")) <= 1024
        and not re.search(r"[\x00-\x1f\x7f\\]", name)
        and all(part not in {"", ".", ".."} for part in parts)
    )


# Writing ------------------------------------------------------------


class Counting(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.size += len(chunk)
        self.digest.update(chunk)
        return chunk

    @property
    def part(self) -> Part:
        return Part(self.size, self.digest.hexdigest())


class Writer:
    """Writes one archive into an open file."""

    def __init__(self, file: IO[bytes], *, at: datetime) -> None:
        # Closed by `finish`; what fails before leaves the file to its owner.
        self.tar = tarfile.open(  # noqa: SIM115
            fileobj=file, mode="w", format=tarfile.PAX_FORMAT
        )
        self.at = at

    def add(self, name: str, file: IO[bytes], size: int) -> Part:
        """Adds one part of exactly this size; OSError when the file ends early."""
        header = tarfile.TarInfo(name)
        header.size, header.mode, header.mtime = size, 0o600, int(self.at.timestamp())
        counting = Counting(file)
        self.tar.addfile(header, counting)
        return counting.part

    def finish(self, manifest: Manifest) -> None:
        text = manifest.as_bytes()
        seal = hashlib.sha256(text).hexdigest().encode()
        self.add(MANIFEST, io.BytesIO(text), len(text))
        self.add(SEAL, io.BytesIO(seal), len(seal))
        self.tar.close()


# Reading ------------------------------------------------------------


def verified(path: Path, take: Take = lambda name: None) -> Manifest:
    """Reads the whole archive and holds every byte against its manifest; BackupError names what is wrong.

    ``take`` may hand out an open file for a part ("database", "media/…") to copy it there while it is checked;
    what it was given counts only once this function has returned.
    """
    try:
        with path.open("rb") as file:
            return held_against_manifest(file, take)
    except (FileNotFoundError, IsADirectoryError):
        raise BackupError(
            f"There is no backup file {path}. Name one of the .tar files in the folder."
        ) from None
    except PermissionError:
        raise BackupError(f"You may not read {path}. Use the account the portal runs as, or root.") from None
    except (tarfile.TarError, EOFError, OverflowError, UnicodeError, ValueError) as problem:
        raise damaged(f"it is no whole backup of this portal ({problem})") from problem


def held_against_manifest(file: IO[bytes], take: Take) -> Manifest:
    found: dict[str, Part] = {}
    texts: dict[str, bytes] = {}
    with tarfile.open(fileobj=file, mode="r:") as tar:
        for member in members_of(tar):
            if member.name in found:
                raise damaged(f"it holds {member.name!r} twice")
            content = tar.extractfile(member)
            assert content is not None, "Only regular files come this far."
            if member.name in {MANIFEST, SEAL}:
                if member.size > LARGEST_MANIFEST:
                    raise damaged(f"its {member.name} is too large")
                texts[member.name] = content.read()
                continue
            found[member.name] = copied(content, take(member.name))
    if MANIFEST not in texts or SEAL not in texts:
        raise damaged("its end is missing, so it was not copied whole")
    if hashlib.sha256(texts[MANIFEST]).hexdigest().encode() != texts[SEAL].strip():
        raise damaged(f"its {MANIFEST} was changed")
    manifest = manifest_from(texts[MANIFEST])
    compare(found, manifest)
    return manifest


def members_of(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Every member that may be in a backup; refuses the rest by name, before a byte of it is read."""
    for member in tar:
        name = member.name
        if not member.isreg() or member.issparse():
            raise damaged(f"it holds {name!r}, which is no plain file")
        is_ours = name in {DATABASE, MANIFEST, SEAL}
        if not is_ours and not (name.startswith(MEDIA) and is_safe_name(name.removeprefix(MEDIA))):
            raise damaged(f"it holds {name!r}, which is no part of a backup")
        yield member


def copied(content: IO[bytes], target: IO[bytes] | None) -> Part:
    counting = Counting(content)
    while chunk := counting.read(CHUNK):
        if target is not None:
            target.write(chunk)
    if target is not None:
        target.close()
    return counting.part


def compare(found: dict[str, Part], manifest: Manifest) -> None:
    expected = {DATABASE: manifest.database}
    expected |= {MEDIA + name: part for name, part in manifest.media.items()}
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            raise damaged(f"{name!r} is missing")
        if name not in expected:
            raise damaged(f"it holds {name!r}, of which its manifest knows nothing")
        if found[name] != expected[name]:
            raise damaged(f"{name!r} is not what was backed up: its checksum differs")
