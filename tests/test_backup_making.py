"""What is left when making a backup fails, and what is in one that was made."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from portal.backup import BackupError, making, postgresql, sqlite, verified
from portal.backup import media as media_files
from portal.backup.archive import Manifest
from portal.backup.database import database
from portal.backup.folder import name_of
from tests.test_backup import AT, flipped

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


# Through which door ------------------------------------------------------------


def test_behind_pgbouncer_backups_need_the_address_of_postgresql_itself(
    settings: Any, tmp_path: Path
) -> None:
    settings.PGBOUNCER = True
    with pytest.raises(CommandError, match="Set BACKUP_DATABASE_URL"):
        call_command("backup", to=tmp_path / "out")
    assert left_in(tmp_path / "out") == []


def test_the_address_of_postgresql_itself_is_used_when_it_is_set(settings: Any) -> None:
    settings.PGBOUNCER = True
    settings.BACKUP_DATABASE_URL = "postgres://balai:geheim@127.0.0.1:5433/balai"
    direct = database()
    assert direct is database()
    assert (direct.settings_dict["PORT"], direct.vendor) == (5433, "postgresql")
    words = postgresql.surroundings(direct)
    assert (words["PGPORT"], words["PGPASSWORD"], words["PGDATABASE"]) == ("5433", "geheim", "balai")


# Uploads elsewhere ------------------------------------------------------------


def test_uploads_elsewhere_are_read_from_there_and_brought_back_there(
    small_database: None, settings: Any, tmp_path: Path
) -> None:
    """A storage without a folder of its own, as one on S3 is."""
    elsewhere = "django.core.files.storage.InMemoryStorage"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": elsewhere}}
    kept = media_files.storage()
    kept.save("foto/ruang/a.jpg", ContentFile(b"picture"))
    kept.save("bagikan/ktp/b.jpg", ContentFile(b"drawn again"))
    path = making.make_backup(tmp_path / "out", at=AT, say=lambda line: None)
    assert list(verified(path).media) == ["foto/ruang/a.jpg"]
    kept.delete("foto/ruang/a.jpg")
    kept.save("foto/ruang/a.jpg", ContentFile(b"something else"))
    aside = media_files.Aside(kept, tmp_path)

    def take(name: str) -> Any:
        return aside.take(name.removeprefix("media/")) if name.startswith("media/") else None

    verified(path, take)
    aside.change_places()
    aside.clean_up()
    with kept.open("foto/ruang/a.jpg") as file:
        assert file.read() == b"picture"
