"""The tests' own tools keep their word: no network, a skipped test fails the gate, servers are removed."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import tools, with_postgres
from tests.audit import __main__ as audit
from tests.builders import make_portal

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_the_network_is_out_of_reach(address: tuple[str, int]) -> None:
    with socket.socket() as stranger, pytest.raises(RuntimeError, match="tried to reach"):
        stranger.connect(address)


@pytest.mark.django_db
def test_the_database_keeps_what_it_acknowledges() -> None:
    """The tests run with the durability of a real installation, on whichever engine."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            cursor.execute("SHOW fsync")
            assert cursor.fetchone() == ("on",)


def test_a_skipped_test_fails_where_everything_is_required(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    (tmp_path / "test_a.py").write_text("import pytest\ndef test_a():\n    pytest.skip('nothing here')\n")

    def outcome(required: str) -> int:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-c",
            "pyproject.toml",
            str(tmp_path),
        ]
        environment = {"REQUIRE_ALL": required, "PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path / "var")}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode

    assert outcome("") == 0
    assert outcome("1") == 1


@pytest.mark.postgresql
def test_a_temporary_server_hands_on_the_exit_code_and_is_removed() -> None:
    folder = with_postgres.binaries()
    assert folder is not None
    with with_postgres.temporary_server(folder) as url:
        code = with_postgres.run(
            [sys.executable, "-c", "import os; exit(7 if '@127.0.0.1' in os.environ['DATABASE_URL'] else 1)"],
            url,
        )
        port = int(url.rpartition(":")[2].partition("/")[0])
        socket.create_connection(("127.0.0.1", port)).close()
    assert code == 7
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.django_db(transaction=True)
def test_a_page_opens_in_the_browser_without_scripts(open_page: Callable[..., Any]) -> None:
    make_portal("Kelurahan Uji")
    page = open_page("/")
    assert "Kelurahan Uji" in page.inner_text("header")
    assert page.viewport_size == {"width": 360, "height": 740}


def test_what_is_missing_is_said_with_its_cure(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(tools, "postgresql", lambda: None)
    monkeypatch.setattr(tools, "chromium", lambda: None)
    monkeypatch.setattr(tools, "style_tools", lambda: False)
    monkeypatch.setattr(tools, "REQUIRE_ALL", False)
    assert tools.main() == 0
    said = capsys.readouterr().out
    assert "SKIPPED: the second engine" in said
    assert "apt install chromium" in said
    assert "make css" in said
    monkeypatch.setattr(tools, "REQUIRE_ALL", True)
    assert tools.main() == 1
    assert "MISSING" in capsys.readouterr().out


@pytest.mark.any_engine
def test_the_audit_says_which_part_failed_and_gives_the_others_their_turn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def breaks_down(*_given: Any) -> bool:
        raise SystemExit("The portal did not start.")

    monkeypatch.setattr(audit, "install_tools", lambda: tmp_path)
    monkeypatch.setattr(audit, "audit_pages", breaks_down)
    monkeypatch.setattr(audit, "audit_headers", lambda _package: True)
    monkeypatch.setattr(audit, "audit_packages", lambda: False)
    assert audit.main([]) == 1
    assert capsys.readouterr().out.endswith("Audit FAILED: Lighthouse, pip-audit.\n")
    monkeypatch.setattr(audit, "audit_pages", lambda *_given: True)
    monkeypatch.setattr(audit, "audit_packages", lambda: True)
    assert audit.main([]) == 0
