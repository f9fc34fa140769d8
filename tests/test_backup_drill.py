"""The restore drill: from the data of a working day to an empty host, on the engine the tests run on."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.browser_server import shared_folder
from tests.collected import begin_collected
from tests.drill import Installation, empty_database
from tests.migrated import begin_migrated, postgresql_template

FIVE_MINUTES = 5 * 60


Worked = tuple[Installation, Any, Path, str]


@pytest.fixture(scope="module")
def worked_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Worked]]:
    """An installation after a working day, what there is in it, its backup, and what the command said."""
    with ExitStack() as stack:

        @cache
        def worked(data_set: str) -> Worked:
            shared = shared_folder(tmp_path_factory)
            template = postgresql_template(shared)
            url = stack.enter_context(empty_database(f"{data_set}_{os.getpid()}", template))
            here = Installation(data_set, tmp_path_factory.mktemp(data_set), url)
            begin_migrated(here.sqlite_file, shared)
            here.done("migrate", "--no-input", "-v", "0")
            here.done("load_data", data_set)
            known = here.ask("work")
            said = here.done("backup")
            (archive,) = here.backups
            return here, known, archive, said

        yield worked


@pytest.fixture
def worked(worked_in: Callable[[str], Worked]) -> Worked:
    return worked_in("tanjung-barat")


@pytest.fixture
def empty_host(tmp_path: Path) -> Iterator[Installation]:
    with empty_database(f"empty_{os.getpid()}") as url:
        yield Installation("tanjung-barat", tmp_path / "host", url)


@pytest.mark.parametrize("data_set", ["tanjung-barat", "disdik-labura"])
def test_from_an_empty_host_to_the_same_portal(
    data_set: str,
    worked_in: Callable[[str], Worked],
    empty_host: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    _here, known, archive, _said = worked_in(data_set)
    empty_host = replace(empty_host, data_set=data_set)
    began = time.monotonic()
    said = empty_host.done("restore", archive)
    found = empty_host.ask("look")
    is_bare = data_set == "tanjung-barat"
    if not is_bare:
        # Compressing them once is enough to see it done.
        begin_collected(empty_host.var_dir, shared_folder(tmp_path_factory))
    # As the guide says: static files are not backed up, and nothing of the data set is loaded over what came back.
    prepared = empty_host.done("prepare")
    assert ("Collecting static files" in prepared) is is_bare
    assert "Loading" not in prepared
    walked = empty_host.ask("walk")
    assert time.monotonic() - began < FIVE_MINUTES
    assert "every checksum and every count is as it was" in said
    assert found["digests"] == known["digests"]
    assert found["counts"] == known["counts"]
    assert set(walked["statuses"].values()) == {200}
    assert len(walked["statuses"]) > 50
    assert walked["sign_in"] == 200
    assert walked["hits"] > 0


def test_uploaded_files_come_back_and_redrawn_ones_do_not(worked: Worked, empty_host: Installation) -> None:
    _here, known, archive, _said = worked
    empty_host.done("restore", archive)
    uploaded = {name: sha for name, sha in known["media"].items() if not name.startswith("bagikan/")}
    assert len(uploaded) == 3
    assert empty_host.ask("look")["media"] == uploaded
    # And a backup of the restored portal holds the same again.
    empty_host.done("backup")
    assert manifest_of(empty_host.backups[0])["media"] == manifest_of(archive)["media"]
    assert manifest_of(empty_host.backups[0])["counts"] == manifest_of(archive)["counts"]


def test_nobody_is_signed_in_nothing_is_sent_twice_and_kept_pages_are_old(
    worked: Worked, empty_host: Installation
) -> None:
    _here, known, archive, _said = worked
    assert known["sessions"] == 1
    assert known["jobs"] == ["READY", "READY"]
    said = empty_host.done("restore", archive)
    found = empty_host.ask("look")
    assert found["sessions"] == 0
    assert found["jobs"] == ["FAILED", "FAILED"]
    # What was sent stays sent; what was waiting keeps its text, so that it can be tried again.
    assert found["mails"] == [["sent", "", False], ["waiting", "Isi", True]]
    assert found["version"] > known["version"]
    assert "sign in again" in said
    assert "held in the desk" in said


def test_a_backup_says_what_it_does_is_private_and_holds_no_secret(worked: Worked) -> None:
    here, _known, archive, said = worked
    assert [line.split()[0] for line in said.splitlines()] == ["Copying", "Uploaded", "Reading", "Backed"]
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700
    manifest = manifest_of(archive)
    assert manifest["engine"] == connection.vendor
    assert manifest["data_set"] == here.data_set
    assert manifest["counts"]["services_service"] in {42, 20}
    assert manifest["counts"]["django_session"] == 0
    assert "services.0001_initial" in manifest["migrations"]
    secret = (here.var_dir / "secret-key").read_bytes()
    assert secret not in archive.read_bytes()


def test_restoring_over_a_portal_is_refused_and_with_replace_saves_it_first(
    worked: Worked, empty_host: Installation
) -> None:
    _here, known, archive, _said = worked
    empty_host.done("restore", archive)
    before = empty_host.ask("edit")
    words = empty_host.refused("restore", archive)
    assert "not empty" in words
    assert "--replace" in words
    assert empty_host.ask("look")["digests"] == before["digests"]
    said = empty_host.done("restore", archive, "--replace")
    found = empty_host.ask("look")
    assert found["digests"] == known["digests"]
    assert "tambahan.txt" in before["media"]
    assert "tambahan.txt" not in found["media"]
    (safety,) = empty_host.backups
    assert str(safety) in said
    # The way back is open too.
    empty_host.done("restore", safety, "--replace")
    found = empty_host.ask("look")
    assert found["digests"] == before["digests"]
    assert found["media"] == before["media"]


def test_a_damaged_backup_changes_nothing(worked: Worked, empty_host: Installation, tmp_path: Path) -> None:
    _here, _known, archive, _said = worked
    broken = tmp_path / "broken.tar"
    content = bytearray(archive.read_bytes())
    content[len(content) // 3] ^= 1
    broken.write_bytes(content)
    for arguments in ((broken,), (broken, "--check"), (broken, "--replace")):
        words = empty_host.refused("restore", *arguments)
        assert "cannot be trusted" in words
        assert "Nothing was changed" in words
    assert not empty_host.sqlite_file.exists()
    assert not (empty_host.var_dir / "media").exists()


def test_checking_names_what_a_backup_holds_and_touches_nothing(
    worked: Worked, empty_host: Installation
) -> None:
    _here, _known, archive, _said = worked
    said = empty_host.done("restore", archive, "--check")
    assert "The backup is whole" in said
    assert "3 uploaded files" in said
    assert not empty_host.sqlite_file.exists()


def test_a_backup_of_an_older_portal_is_brought_up_to_date(
    worked: Worked, empty_host: Installation, tmp_path: Path
) -> None:
    _here, known, archive, _said = worked
    empty_host.done("restore", archive)
    # Without the queue's last index, as a portal of some time ago would be.
    empty_host.done("migrate", "django_tasks_database", "0020")
    empty_host.done("backup")
    (older,) = empty_host.backups
    target = tmp_path / "upgraded"
    with empty_database(f"upgraded_{os.getpid()}") as url:
        upgraded = Installation(empty_host.data_set, target, url)
        said = upgraded.done("restore", older)
        assert "brought up to date" in said
        assert not [line for line in upgraded.done("showmigrations").splitlines() if "[ ]" in line]
        assert upgraded.ask("look")["counts"] == known["counts"]


def test_a_backup_of_a_newer_portal_is_refused(
    worked: Worked, empty_host: Installation, tmp_path: Path
) -> None:
    _here, _known, archive, _said = worked
    newer = tmp_path / "newer.tar"
    rewrite(archive, newer, lambda manifest: manifest["migrations"].append("services.9999_from_the_future"))
    words = empty_host.refused("restore", newer)
    assert "newer portal" in words
    assert "services.9999_from_the_future" in words
    assert "Nothing was changed" in words


def test_a_backup_of_the_other_engine_is_refused(
    worked: Worked, empty_host: Installation, tmp_path: Path
) -> None:
    _here, _known, archive, _said = worked
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    foreign = tmp_path / "foreign.tar"
    rewrite(archive, foreign, lambda manifest: manifest.update(engine=other))
    words = empty_host.refused("restore", foreign)
    assert f"is of {other}" in words
    assert "DATABASE_URL" in words


def test_rows_that_are_missing_are_noticed_before_anything_is_replaced(
    worked: Worked, empty_host: Installation, tmp_path: Path
) -> None:
    _here, _known, archive, _said = worked
    short = tmp_path / "short.tar"
    rewrite(archive, short, lambda manifest: manifest["counts"].update(services_service=4711))
    empty_host.done("restore", archive)
    before = empty_host.ask("edit")
    words = empty_host.refused("restore", short, "--replace")
    assert "services_service" in words
    after = empty_host.ask("look")
    assert after["digests"] == before["digests"]
    assert after["media"] == before["media"]


def test_a_backup_taken_while_others_write_shows_one_moment(worked: Worked, tmp_path: Path) -> None:
    here, *_rest = worked
    stop = tmp_path / "stop"
    writer = here.started("write", stop)
    assert writer.stdout
    try:
        assert writer.stdout.readline() == "writing\n"
        for _ in range(3):
            here.done("backup", "--to", tmp_path / "busy", "--keep-all")
    finally:
        stop.touch()
        words = writer.communicate(timeout=60)[0]
    assert json.loads(words)["pairs"] > 10, "There was nobody writing."
    archives = sorted((tmp_path / "busy").glob("*.tar"))
    assert len(archives) == 3
    counts = [manifest_of(archive)["counts"]["auth_group"] for archive in archives]
    assert counts == sorted(counts)
    assert len({count % 2 for count in counts}) == 1, counts
    with empty_database(f"busy_{os.getpid()}") as url:
        restored = Installation(here.data_set, tmp_path / "restored", url)
        restored.done("restore", archives[-1])


@pytest.mark.sqlite
def test_a_portal_that_still_runs_is_not_pulled_from_under_its_server(
    worked: Worked, empty_host: Installation
) -> None:
    _here, _known, archive, _said = worked
    empty_host.done("restore", archive)
    before = empty_host.ask("edit")
    server = sqlite3.connect(empty_host.sqlite_file)
    try:
        server.execute("SELECT count(*) FROM auth_user").fetchone()
        words = empty_host.refused("restore", archive, "--replace")
    finally:
        server.close()
    assert "Stop the portal" in words
    assert empty_host.ask("look")["digests"] == before["digests"]


@pytest.mark.postgresql
def test_the_password_is_in_no_argument(worked: Worked, tmp_path: Path) -> None:
    here, *_rest = worked
    tools = tmp_path / "tools"
    tools.mkdir()
    words = tmp_path / "words"
    real = shutil.which("pg_dump")
    (tools / "pg_dump").write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {words}\nexec {real} "$@"\n')
    (tools / "pg_dump").chmod(0o700)
    password = connection.settings_dict["PASSWORD"]
    here.done("backup", "--to", tmp_path / "out")
    assert str(password) not in (words.read_text() if words.exists() else "")


def manifest_of(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as tar:
        file = tar.extractfile("manifest.json")
        assert file
        return dict(json.loads(file.read()))


def rewrite(archive: Path, target: Path, change: Any) -> None:
    """The archive with another manifest, sealed as if it had been made so."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file
            content = file.read()
            if member.name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
                seal = hashlib.sha256(content).hexdigest().encode()
            if member.name == "manifest.sha256":
                content = seal
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
