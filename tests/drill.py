"""Installations for a restore drill: each with its own folder and database, asked in processes of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from django.db import connection

from tests.browser_server import ROOT, environment

ADMINISTRATION = "postgres"


@dataclass(frozen=True)
class Installation:
    """One host: what it is set to, and what it says."""

    data_set: str
    var_dir: Path
    database_url: str = ""

    @property
    def surroundings(self) -> dict[str, str]:
        given = {"DATABASE_URL": self.database_url} if self.database_url else {}
        return environment(self.data_set, self.var_dir, **given)

    @property
    def backups(self) -> list[Path]:
        return sorted((self.var_dir / "backups").glob("balai-*.tar"))

    @property
    def sqlite_file(self) -> Path:
        return self.var_dir / f"{self.data_set}.sqlite3"

    def manage(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=self.surroundings, capture_output=True, text=True)

    def done(self, *arguments: str | Path) -> str:
        """What a command said, when it ended well."""
        result = self.manage(*arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        return result.stdout

    def refused(self, *arguments: str | Path) -> str:
        """What a command said when it refused, in sentences."""
        result = self.manage(*arguments)
        assert result.returncode == 1, result.stdout
        assert "Traceback" not in result.stderr
        return result.stderr

    def ask(self, verb: str) -> Any:
        command = [sys.executable, "-m", "tests.drill_process", verb]
        result = subprocess.run(command, cwd=ROOT, env=self.surroundings, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout.splitlines()[-1])

    def started(self, verb: str, *arguments: str | Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.drill_process", verb, *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, env=self.surroundings, stdout=subprocess.PIPE, text=True)


@contextmanager
def empty_database(name: str, template: str = "") -> Iterator[str]:
    """The address of an empty database, or of a copy of `template`; "" on SQLite, where the folder is enough."""
    if connection.vendor == "sqlite":
        yield ""
        return
    known = connection.settings_dict
    server = {key: known[key.upper()] for key in ("host", "port", "user", "password")}
    with administration(server) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        password = quote(str(server["password"]), safe="")
        yield f"postgres://{server['user']}:{password}@{server['host']}:{server['port']}/{name}"
    finally:
        with administration(server) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def administration(server: dict[str, Any]) -> Iterator[Any]:
    direct = psycopg2.connect(dbname=ADMINISTRATION, **server)
    direct.autocommit = True
    try:
        with direct.cursor() as cursor:
            yield cursor
    finally:
        direct.close()
