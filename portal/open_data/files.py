"""The files of a data set: written row by row, measured, and kept on disk where they are large.

A small file is made for whoever asks, from the content of that moment. A large one is written once a night and
handed on from disk, so that nobody waits for it; until the first night it is written while it is sent.
"""

import csv
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from portal.open_data.cells import as_json, cell
from portal.open_data.dataset import Dataset
from portal.open_data.licence import licence
from portal.open_data.shelf import DATASETS, EXTENSIONS
from portal.shared import content_version
from services.facets import profile


@dataclass(frozen=True)
class Measured:
    """A file as it was at a moment: its bytes, their SHA-256, how many rows, and when its content last changed."""

    size: int
    sha256: str
    rows: int
    changed_at: str

    @property
    def changed(self) -> datetime:
        return datetime.fromisoformat(self.changed_at)


# Writing ------------------------------------------------------------------------------------


def parts_of(dataset: Dataset, extension: str, at: datetime) -> Iterator[bytes]:
    """The file in pieces, none of them longer than a row."""
    if extension == "csv":
        yield from csv_parts(dataset, at)
    elif dataset.as_json is not None:
        yield dataset.as_json(dataset.rows(at))
    else:
        yield from json_parts(dataset, at)


def csv_parts(dataset: Dataset, at: datetime) -> Iterator[bytes]:
    yield csv_line(dataset.names)
    for row in dataset.rows(at):
        yield csv_line([cell(row[name]) for name in dataset.names])


def csv_line(cells: Iterable[str]) -> bytes:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def json_parts(dataset: Dataset, at: datetime) -> Iterator[bytes]:
    """One object: whose data these are, under which licence, and the rows, each on a line of its own."""
    head = json.dumps(about_portal(), ensure_ascii=False)[1:-1]
    yield f'{{{head}, "{dataset.list_name}": ['.encode()
    separator = "\n"
    for row in dataset.rows(at):
        yield f"{separator}{as_json({name: row[name] for name in dataset.names})}".encode()
        separator = ",\n"
    yield b"\n]}\n"


def about_portal() -> dict[str, Any]:
    portal = profile()
    return {
        "portal": portal.name if portal else "",
        "is_official": bool(portal and portal.is_official),
        "url": settings.SITE_URL,
        "licence": licence().code,
    }


# Measuring ------------------------------------------------------------------------------------

_measured: dict[tuple[str, str], tuple[tuple[int, ...], Measured]] = {}


def measured(dataset: Dataset, extension: str, at: datetime) -> Measured | None:
    """The file as it is now; of a large one as it was last night, None before the first."""
    version = content_version.current()
    stamp = (version, int(at.timestamp()) // 60 if dataset.follows_the_clock else 0)
    known = _measured.get((dataset.name, extension))
    if known is not None and known[0] == stamp:
        return known[1]
    if dataset.is_large(at):
        return kept(dataset, extension)
    found = count_bytes(parts_of(dataset, extension, at), dataset.count(at), changed_at(version, at))
    _measured[dataset.name, extension] = (stamp, found)
    return found


measured.forget = _measured.clear  # type: ignore[attr-defined]


def count_bytes(parts: Iterable[bytes], rows: int, changed: str) -> Measured:
    size, digest = 0, hashlib.sha256()
    for part in parts:
        size += len(part)
        digest.update(part)
    return Measured(size, digest.hexdigest(), rows, changed)


def changed_at(version: int, at: datetime) -> str:
    """When public content last changed, which its version tells; now, where nothing ever did."""
    moment = datetime.fromtimestamp(version / 1_000_000, tz=at.tzinfo) if version > 0 else at
    return timezone.localtime(min(moment, at)).isoformat(timespec="seconds")


# Large files ------------------------------------------------------------------------------------


def folder() -> Path:
    return Path(settings.VAR_DIR) / "open-data"


def path_of(dataset: Dataset, extension: str) -> Path:
    return folder() / f"{dataset.name}.{extension}"


def kept(dataset: Dataset, extension: str) -> Measured | None:
    """What was measured when the file on disk was written; None when there is none, or not this one."""
    path = path_of(dataset, extension)
    try:
        told = Measured(**json.loads(path.with_suffix(f".{extension}.about").read_text(encoding="utf-8")))
        return told if path.stat().st_size == told.size else None
    except (OSError, ValueError, TypeError):
        return None


def keep(dataset: Dataset, extension: str, at: datetime) -> Measured:
    """Writes the file beside the old one, then puts it in its place in one move."""
    folder().mkdir(parents=True, exist_ok=True)
    path, changed = path_of(dataset, extension), changed_at(content_version.current(), at)
    size, digest = 0, hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts_of(dataset, extension, at):
                size += file.write(part)
                digest.update(part)
            file.flush()
            os.fsync(file.fileno())
        found = Measured(size, digest.hexdigest(), dataset.count(at), changed)
        put(path.with_suffix(f".{extension}.about"), json.dumps(asdict(found)))
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return found


def put(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)


@task()
def keep_large() -> None:
    """Writes the files of data sets too large to be written for everybody who asks; done once a night."""
    at = timezone.now()
    for dataset in DATASETS.values():
        if dataset.is_large(at):
            for extension in EXTENSIONS:
                keep(dataset, extension, at)
