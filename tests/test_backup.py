"""What of a backup is believed, and what is refused: damaged, hostile, or simply something else."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.backup import BackupError, verified
from portal.backup.archive import DATABASE, MEDIA, Manifest, Writer, is_safe_name
from portal.backup.tables import differences

AT = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


def make_archive(path: Path, *, media: dict[str, bytes] | None = None) -> Path:
    with path.open("wb") as file:
        writer = Writer(file, at=AT)
        database = writer.add(DATABASE, io.BytesIO(b"rows" * 500), 2000)
        parts = {
            name: writer.add(MEDIA + name, io.BytesIO(content), len(content))
            for name, content in (media or {"foto/a.jpg": b"picture" * 300}).items()
        }
        writer.finish(
            Manifest(
                made_at=AT.isoformat(),
                portal_version="0.1.0",
                data_set="tanjung-barat",
                engine="sqlite",
                engine_version="3",
                migrations=["services.0001_initial"],
                counts={"services_service": 42},
                database=database,
                media=parts,
            )
        )
    return path


class Member(NamedTuple):
    header: tarfile.TarInfo
    content: bytes


def taken_apart(path: Path) -> list[Member]:
    with tarfile.open(path) as tar:
        return [Member(one, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]


def put_together(path: Path, members: list[Member], *, sealed: bool = True) -> Path:
    """Writes the members anew; sealed as a forger would who knows how."""
    seal = next(
        (hashlib.sha256(c).hexdigest().encode() for h, c in members if h.name == "manifest.json"), b""
    )
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for header, content in members:
            body = seal if sealed and header.name == "manifest.sha256" else content
            header.size = len(body) if header.isreg() else 0
            tar.addfile(header, io.BytesIO(body))
    return path


def member(name: str, content: bytes = b"x", **about: Any) -> Member:
    header = tarfile.TarInfo(name)
    for key, value in about.items():
        setattr(header, key, value)
    return Member(header, content)


def with_manifest(members: list[Member], change: Callable[[dict[str, Any]], object]) -> list[Member]:
    changed = []
    for header, content in members:
        if header.name == "manifest.json":
            manifest = json.loads(content)
            change(manifest)
            content = json.dumps(manifest).encode()
        changed.append(Member(header, content))
    return changed


# A whole one ------------------------------------------------------------


def test_a_whole_archive_is_believed_and_copied_out(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.tar")
    taken: dict[str, Path] = {}

    def take(name: str) -> Any:
        taken[name] = tmp_path / f"part-{len(taken)}"
        return taken[name].open("wb")

    manifest = verified(archive, take)
    assert manifest.made == AT
    assert manifest.counts == {"services_service": 42}
    assert taken["media/foto/a.jpg"].read_bytes() == b"picture" * 300
    assert set(taken) == {"database", "media/foto/a.jpg"}


# Whatever is wrong with one ------------------------------------------------------------


def flipped(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[520] ^= 4
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (lambda path: flipped(path), "checksum differs"),
        (lambda path: path.read_bytes()[:1000], "no whole backup"),
        (lambda path: path.read_bytes()[: len(path.read_bytes()) // 2], ""),
        (lambda path: path.read_bytes()[:512], "no whole backup"),
        (lambda path: b"", "no whole backup"),
        (lambda path: b"PK\x03\x04 not a tar at all" * 100, "no whole backup"),
        (lambda path: b"\0" * 20_480, "its end is missing"),
    ],
    ids=["one bit", "cut short", "half", "header only", "empty", "something else", "zeros"],
)
def test_a_damaged_archive_is_refused(content: Callable[[Path], bytes], word: str, tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.tar")
    archive.write_bytes(content(archive))
    with pytest.raises(BackupError, match=r"cannot be trusted.*Nothing was changed") as refusal:
        verified(archive)
    assert word in str(refusal.value)


HOSTILE = {
    "path upwards": member("media/../../etc/passwd"),
    "absolute path": member("/etc/passwd"),
    "absolute below media": member("media//etc/passwd"),
    "dot": member("media/./a"),
    "backslash": member("media/..\\a"),
    "new line": member("media/a\nb"),
    "nothing": member("media/"),
    "stranger": member("run-me.sh"),
    "symbolic link": member("media/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "hard link": member("media/link", type=tarfile.LNKTYPE, linkname="database"),
    "folder": member("media/folder", type=tarfile.DIRTYPE),
    "device": member("media/device", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
    "pipe": member("media/pipe", type=tarfile.FIFOTYPE),
    "unlisted file": member("media/stranger.jpg"),
    "second database": member("database"),
}


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_writes_nothing_elsewhere(
    name: str, place: int, tmp_path: Path
) -> None:
    members = taken_apart(make_archive(tmp_path / "a.tar"))
    members.insert(place, HOSTILE[name])
    forged = put_together(tmp_path / "forged.tar", members)
    out = tmp_path / "out"
    out.mkdir()
    asked: list[str] = []

    def take(name: str) -> Any:
        asked.append(name)
        return None

    with pytest.raises(BackupError, match="cannot be trusted"):
        verified(forged, take)
    assert set(asked) <= {"database", "media/foto/a.jpg", "media/stranger.jpg"}


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "other format": lambda manifest: manifest.update(format=2),
    "no counts": lambda manifest: manifest.pop("counts"),
    "counts of another kind": lambda manifest: manifest.update(counts=[1, 2]),
    "a count that is none": lambda manifest: manifest.update(counts={"a": "many"}),
    "no such day": lambda manifest: manifest.update(made_at="2026-13-40"),
    "another checksum": lambda manifest: manifest["database"].update(sha256="0" * 64),
    "another size": lambda manifest: manifest["media"]["foto/a.jpg"].update(size=1),
    "one file more": lambda manifest: manifest["media"].update({"b": {"size": 1, "sha256": "0"}}),
    "one file less": lambda manifest: manifest["media"].clear(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_manifest_that_does_not_fit_is_refused(name: str, tmp_path: Path) -> None:
    members = taken_apart(make_archive(tmp_path / "a.tar"))
    forged = put_together(tmp_path / "forged.tar", with_manifest(members, CHANGES[name]))
    with pytest.raises(BackupError, match="Nothing was changed"):
        verified(forged)


def test_a_manifest_changed_without_its_seal_is_refused(tmp_path: Path) -> None:
    members = taken_apart(make_archive(tmp_path / "a.tar"))
    changed = with_manifest(members, lambda manifest: manifest["counts"].update(services_service=41))
    with pytest.raises(BackupError, match="was changed"):
        verified(put_together(tmp_path / "forged.tar", changed, sealed=False))


@pytest.mark.parametrize("text", [b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_none_is_refused(text: bytes, tmp_path: Path) -> None:
    members = [
        Member(header, text if header.name == "manifest.json" else content)
        for header, content in taken_apart(make_archive(tmp_path / "a.tar"))
    ]
    with pytest.raises(BackupError, match="cannot be read"):
        verified(put_together(tmp_path / "forged.tar", members))


def test_a_missing_end_is_named(tmp_path: Path) -> None:
    members = taken_apart(make_archive(tmp_path / "a.tar"))
    with pytest.raises(BackupError, match="its end is missing"):
        verified(put_together(tmp_path / "forged.tar", members[:-1]))


def test_no_file_or_a_folder_is_no_backup(tmp_path: Path) -> None:
    for path in (tmp_path / "none.tar", tmp_path):
        with pytest.raises(BackupError, match="There is no backup file"):
            verified(path)


@given(st.binary(max_size=4000))
def test_no_bytes_at_all_are_believed_or_crash(content: bytes) -> None:
    path = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")
    file = path / f"balai-any-{os.getpid()}.tar"
    try:
        file.write_bytes(content)
        with pytest.raises(BackupError):
            verified(file)
    finally:
        file.unlink(missing_ok=True)


@given(st.text(max_size=60))
def test_a_safe_name_stays_below_its_folder(name: str) -> None:
    if is_safe_name(name):
        root = Path("/srv/media")
        assert os.path.normpath(root / name) == str(root / name)
        assert (root / name).is_relative_to(root)


def test_ordinary_names_are_safe() -> None:
    assert all(map(is_safe_name, ("a.jpg", "foto/2026/ruang tunggu.jpg", "foto/é…jpg", "a..b/c...")))


def test_differences_name_the_table() -> None:
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 2}) == []
    assert differences({"a": 1, "b": 2}, {"a": 3}) == ["a: 3 instead of 1", "b: missing instead of 2"]
    assert differences({}, {"c": 0}) == ["c: 0 instead of none"]
