"""What a backup refuses to believe, how long backups are kept, and what is left when making one fails."""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from portal.backup import BackupError, latest, making, rotate, sqlite, verified
from portal.backup.archive import DATABASE, MEDIA, Manifest, Writer, is_safe_name
from portal.backup.folder import name_of
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


# How long they are kept ------------------------------------------------------------


def make_folder(folder: Path, times: list[datetime]) -> list[Path]:
    paths = [folder / name_of(at) for at in times]
    for path in paths:
        path.write_bytes(b"backup")
    return paths


def kept_after(folder: Path, newest: Path, **rules: int) -> set[str]:
    rotate(folder, just_made=newest, **({"daily": 7, "weekly": 4, "monthly": 12} | rules))
    return {path.name for path in folder.iterdir()}


def test_days_weeks_and_months_are_kept(tmp_path: Path) -> None:
    nights = [AT - timedelta(days=days) for days in range(500)]
    newest = make_folder(tmp_path, nights)[0]
    kept = kept_after(tmp_path, newest)
    days = {name_of(at) for at in nights[:7]}
    # Wednesday 18 November; the Sundays before it end the weeks.
    weeks = {name_of(datetime(2026, 11, day, 19, 0, tzinfo=UTC)) for day in (18, 15, 8, 1)}
    months = {
        name_of(datetime(*last, 19, 0, tzinfo=UTC))
        for last in ((2026, 10, 31), (2026, 9, 30), (2026, 2, 28), (2025, 12, 31))
    }
    assert days | weeks | months <= kept
    assert len(kept) == 7 + 3 + 10, sorted(kept)
    # Again, and nothing more happens.
    assert kept_after(tmp_path, newest) == kept


def test_of_one_day_the_newest_is_kept(tmp_path: Path) -> None:
    morning, noon, night = (AT.replace(hour=hour) for hour in (3, 12, 19))
    newest = make_folder(tmp_path, [night, noon, morning])[0]
    assert kept_after(tmp_path, newest) == {name_of(night)}


def test_what_was_just_made_is_kept_whatever_the_rules(tmp_path: Path) -> None:
    newest = make_folder(tmp_path, [AT, AT - timedelta(days=1)])[0]
    assert kept_after(tmp_path, newest, daily=0, weekly=0, monthly=0) == {name_of(AT)}


def test_a_gap_does_not_shorten_the_row(tmp_path: Path) -> None:
    times = [AT, *(AT - timedelta(days=200 + days) for days in range(3))]
    newest = make_folder(tmp_path, times)[0]
    assert kept_after(tmp_path, newest) == {name_of(at) for at in times}


def test_strangers_stay(tmp_path: Path) -> None:
    old = AT - timedelta(days=900)
    newest, elsewhere = make_folder(tmp_path, [AT, old])
    elsewhere.unlink()
    strangers = [
        "notes.txt",
        name_of(old, "-before-restore"),
        name_of(old).replace("tanjung-barat", "desa-lain"),
        f"{name_of(old)}.part",
        "balai-tanjung-barat-20269999T999999Z.tar",
        name_of(AT + timedelta(days=3)),
    ]
    for name in strangers:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / name_of(old)).symlink_to(tmp_path / "notes.txt")
    (tmp_path / name_of(old - timedelta(days=1))).mkdir()
    before = {path.name for path in tmp_path.iterdir()}
    assert kept_after(tmp_path, newest) == before


def test_nothing_is_removed_when_the_new_one_is_not_there(tmp_path: Path) -> None:
    paths = make_folder(tmp_path, [AT - timedelta(days=days) for days in range(40)])
    assert (
        rotate(tmp_path, just_made=tmp_path / name_of(AT + timedelta(1)), daily=1, weekly=0, monthly=0) == []
    )
    assert all(path.exists() for path in paths)


def test_the_latest_is_told_by_its_name(tmp_path: Path) -> None:
    assert latest(tmp_path / "none") is None
    assert latest(tmp_path) is None
    make_folder(tmp_path, [AT - timedelta(days=1), AT])
    found = latest(tmp_path)
    assert found is not None
    assert found.made_at == AT
    assert found.path.name == "balai-tanjung-barat-20261118T190000Z.tar"


# When making one fails ------------------------------------------------------------


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != making.LOCK)


@pytest.fixture
def small_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine would write, without the engine: these tests are about the file around it."""

    def dump(connection: Any, target: Path) -> tuple[dict[str, int], list[str]]:
        target.write_bytes(b"rows" * 1000)
        return {"services_service": 42}, []

    for engine in (making.sqlite, making.postgresql):
        monkeypatch.setattr(engine, "dump", dump)
        monkeypatch.setattr(engine, "size", lambda connection: 4000)
    monkeypatch.setattr(making.postgresql, "version", lambda connection: 15)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "foto").mkdir(parents=True)
    (settings.MEDIA_ROOT / "foto" / "a.jpg").write_bytes(b"picture" * 1000)
    return Path(settings.MEDIA_ROOT)


def test_a_backup_is_made_under_its_final_name_only_when_it_is_whole(
    small_database: None, media: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    path = making.make_backup(folder, at=AT, say=lambda line: None)
    assert path.name == name_of(AT)
    assert left_in(folder) == [path.name]
    assert list(verified(path).media) == ["foto/a.jpg"]
    # A second within the same second overwrites nothing.
    assert making.make_backup(folder, at=AT, say=lambda line: None) != path
    assert len(left_in(folder)) == 2


def test_too_little_room_is_said_before_anything_is_written(
    small_database: None, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(making.shutil, "disk_usage", lambda folder: usage._replace(free=10_000_000))
    with pytest.raises(BackupError, match=r"too little room.*BACKUP_DIR.*Nothing was written"):
        making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert left_in(tmp_path / "out") == []


def test_a_disk_that_fills_up_leaves_no_half_backup(
    small_database: None, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any, name: str, file: Any, size: int) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making.Writer, "add", full)
    with pytest.raises(BackupError, match=r"No space left.*No half backup was left"):
        making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert left_in(tmp_path / "out") == []


def test_a_backup_that_does_not_read_back_is_not_kept(
    small_database: None, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rot(path: Path) -> Manifest:
        path.write_bytes(flipped(path))
        return verified(path)

    monkeypatch.setattr(making, "verified", rot)
    with pytest.raises(BackupError, match="checksum differs"):
        making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert left_in(tmp_path / "out") == []


def test_what_a_killed_backup_left_is_removed_by_the_next(
    small_database: None, media: Path, tmp_path: Path
) -> None:
    leftover = tmp_path / "out" / f"{making.UNFINISHED}abc"
    leftover.mkdir(parents=True)
    (leftover / "backup.tar").write_bytes(b"half")
    path = making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert left_in(tmp_path / "out") == [path.name]


def test_two_backups_do_not_run_into_each_other(small_database: None, media: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with making.only_one(tmp_path / "out"), pytest.raises(BackupError, match="Another backup is being made"):
        making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert left_in(tmp_path / "out") == []


def test_an_upload_removed_meanwhile_is_left_out(
    small_database: None, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making.media, "names", lambda kept: ["foto/a.jpg", "foto/gone.jpg"])
    path = making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert list(verified(path).media) == ["foto/a.jpg"]


def test_links_among_the_uploads_are_not_followed(small_database: None, media: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    (media / "foto" / "link.txt").symlink_to(tmp_path / "outside.txt")
    path = making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert list(verified(path).media) == ["foto/a.jpg"]


def test_the_commands_say_in_one_sentence_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="numbers from 0"):
        call_command("backup", daily=-1)
    with pytest.raises(CommandError, match="There is no backup file"):
        call_command("restore", str(tmp_path / "none.tar"))
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", to=tmp_path / "file" / "folder")


# SQLite ------------------------------------------------------------


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"no database at all" * 100)
    with pytest.raises(BackupError, match="no SQLite database"):
        sqlite.examined(tmp_path / "raw")


def test_a_packed_database_that_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(os.urandom(200_000))
    sqlite.pack(tmp_path / "raw", tmp_path / "packed")
    (tmp_path / "packed").write_bytes((tmp_path / "packed").read_bytes()[:50_000])
    with pytest.raises(BackupError, match="cannot be unpacked"):
        sqlite.unpack(tmp_path / "packed", tmp_path / "raw")
