"""PostgreSQL in a backup: pg_dump at one snapshot, and back through psql in one transaction.

The password travels in the environment of the tools, never in their arguments, where any account could read it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from portal.backup.archive import BackupError
from portal.backup.tables import EMPTIED, counted, migrations_in

VENDOR = "postgresql"
# What libpq calls its parameters, and the variables of its tools that mean the same.
VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "database": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
# Before the restored tables come, the present ones go: in the same transaction, so both or neither.
DROP_EVERYTHING = """
SET client_min_messages = warning;
DO $drop$
DECLARE one record;
BEGIN
  FOR one IN SELECT c.relname, c.relkind FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  LOOP
    EXECUTE format('DROP %s IF EXISTS %I CASCADE',
      CASE one.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, one.relname);
  END LOOP;
END
$drop$;
"""


def version(connection: BaseDatabaseWrapper) -> int:
    """The major version of the server."""
    connection.ensure_connection()
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def tool(name: str, major: int) -> str:
    """A client tool that understands a server of this version: the same one, else the next newer."""
    found: dict[int, str] = {}
    candidates = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    if on_path := shutil.which(name):
        candidates.append(on_path)
    for path in candidates:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        if match := re.search(r"\) (\d+)", answer):
            found.setdefault(int(match[1]), path)
    fitting = sorted(each for each in found if each >= major)
    if not fitting:
        raise BackupError(
            f"The server is PostgreSQL {major} and no {name} of that version is installed. "
            f"On Debian: apt install postgresql-client-{major}."
        )
    return found[fitting[0]]


def surroundings(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The environment of a client tool: ours without any PG… of its own, and where to connect."""
    parameters: dict[str, Any] = connection.get_connection_params()
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    ours |= {
        VARIABLES[name]: str(value)
        for name, value in parameters.items()
        if name in VARIABLES and value not in (None, "")
    }
    return ours | {"LC_ALL": "C.UTF-8"}


def size(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def tables(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY tablename"
    )
    return [name for (name,) in cursor.fetchall()]


def counts(cursor: Any) -> dict[str, int]:
    return counted(tables(cursor), lambda statement: asked(cursor, statement)[0][0])


def asked(cursor: Any, statement: str) -> list[Any]:
    cursor.execute(statement)
    return list(cursor.fetchall())


def state(connection: BaseDatabaseWrapper) -> tuple[dict[str, int], list[str]]:
    """Counts and migrations as they are now."""
    with connection.cursor() as cursor:
        return counts(cursor), migrations_in(tables(cursor), lambda statement: asked(cursor, statement))


@contextmanager
def one_moment(connection: BaseDatabaseWrapper) -> Iterator[Any]:
    """A transaction of our own, undone at its end; not `atomic`, which knows connections by their alias alone."""
    connection.close()
    connection.ensure_connection()
    connection.set_autocommit(False)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def dump(connection: BaseDatabaseWrapper, target: Path) -> tuple[dict[str, int], list[str]]:
    """Dumps the database as it is at one moment; counts and migrations are of the same moment."""
    program = tool("pg_dump", version(connection))
    with one_moment(connection) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        ((snapshot,),) = asked(cursor, "SELECT pg_export_snapshot()")
        found = counts(cursor)
        applied = migrations_in(found, lambda statement: asked(cursor, statement))
        command = [
            *(program, "--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--no-password"),
            *(f"--snapshot={snapshot}", f"--file={target}"),
            *(f"--exclude-table-data={table}" for table in EMPTIED),
        ]
        finished(command, surroundings(connection), "The database could not be dumped")
    return found | {table: 0 for table in EMPTIED if table in found}, applied


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    found, _applied = state(connection)
    return not any(found.values())


def readable(connection: BaseDatabaseWrapper, dump_file: Path) -> None:
    """Whether pg_restore can read the dump to its end; BackupError if not."""
    program = tool("pg_restore", version(connection))
    command = [program, "--file=/dev/null", str(dump_file)]
    finished(command, surroundings(connection), "The database in this backup cannot be read")


def load(
    connection: BaseDatabaseWrapper,
    dump_file: Path,
    expected: dict[str, int],
    last: list[tuple[str, list[Any]]],
) -> None:
    """Replaces every table by those of the dump, if their counts are the expected ones, and carries out ``last``.

    In one transaction: whatever fails, the database is as it was.
    """
    major = version(connection)
    restore, psql = tool("pg_restore", major), tool("psql", major)
    with connection.cursor() as cursor:
        ending = "".join(f"{cursor.mogrify(statement, values).decode()};\n" for statement, values in last)
        ((schema,),) = asked(cursor, "SELECT quote_ident(current_schema())")
    environment = surroundings(connection)
    connection.close()
    before, body, after = (dump_file.with_name(f"{dump_file.name}.{number}.sql") for number in range(3))
    for script in (before, body, after):
        script.touch(mode=0o600)
    before.write_text(DROP_EVERYTHING)
    # pg_dump empties the search path for its own statements.
    after.write_text(f"SET search_path TO {schema};\n{''.join(map(count_or_fail, expected.items()))}{ending}")
    unpack = [restore, "--no-owner", "--no-privileges", "--no-comments", f"--file={body}", str(dump_file)]
    finished(unpack, environment, "The database in this backup cannot be read")
    command = [
        psql,
        "--no-psqlrc",
        "--quiet",
        "--no-password",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
    ]
    command += ["--output=/dev/null", *(f"--file={script}" for script in (before, body, after))]
    finished(command, environment, "The database could not be restored, and is as it was")


def count_or_fail(expected: tuple[str, int]) -> str:
    table, count = expected
    quoted = table.replace('"', '""')
    words = f"{table} has not the {count} rows it had".replace("'", "''").replace("%", "%%")
    return (
        f'DO $count$ BEGIN IF (SELECT count(*) FROM "{quoted}") <> {int(count)} '
        f"THEN RAISE EXCEPTION '{words}'; END IF; END $count$;\n"
    )


def finished(command: list[str], environment: dict[str, str], otherwise: str) -> None:
    """Runs a tool to its end; BackupError with its own words when it fails."""
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = " ".join(done.stderr.split())[-500:]
        raise BackupError(f"{otherwise}: {words or f'code {done.returncode}'}.")
