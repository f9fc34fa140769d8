"""The real data in the database of a test: read from the files once for all parallel workers, then copied as rows."""

import pickle
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from portal.shared import content_version
from portal.shared.search import vocabulary
from services.loading import load
from tests.browser_server import only_one_at_a_time

AT = datetime(2026, 11, 18, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
# Where the loader writes; `loaded` refuses to go on if it should ever write elsewhere.
APPS = ("services", "shared")
AT_ONCE = 100
Rows = dict[str, list[tuple[Any, ...]]]


def fill(data_set: str, folder: Path) -> list[str]:
    """Fills the open transaction with a data set as the loader leaves it; returns what the loader complained of.

    `folder` is where the workers share what the first of them has loaded.
    """
    file = folder / f"rows-{connection.vendor}-{data_set}.pickle"
    with only_one_at_a_time(file.with_suffix(".lock")):
        if not file.exists():
            being_made = file.with_suffix(".part")
            being_made.write_bytes(pickle.dumps(loaded(data_set)))
            being_made.rename(file)
    errors, rows = pickle.loads(file.read_bytes())
    put(rows)
    content_version.forget()
    vocabulary.forget()  # type: ignore[attr-defined]
    return list(errors)


def loaded(data_set: str) -> tuple[list[str], Rows]:
    """What the loader said and every row it made; nothing of it stays."""
    with transaction.atomic():
        before = numbers_of_rows()
        errors = load(data_set, at=AT, say=lambda line: None).errors
        grown = {table for table, number in numbers_of_rows().items() if number != before[table]}
        rows = {model._meta.db_table: rows_of(model) for model in tables()}
        assert grown <= rows.keys(), "The loader writes into tables this module does not know."
        transaction.set_rollback(True)
    return errors, rows


def tables() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def numbers_of_rows() -> dict[str, int]:
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    }


def columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.local_concrete_fields]


def quoted(*names: str) -> str:
    return ", ".join(map(connection.ops.quote_name, names))


def rows_of(model: type[models.Model]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted(*columns(model))} FROM {quoted(model._meta.db_table)} ORDER BY 1")
        return [tuple(map(storable, row)) for row in cursor.fetchall()]


def storable(value: Any) -> Any:
    """SQLite reads moments as such, but takes them back only in the words it keeps them in."""
    return str(value) if connection.vendor == "sqlite" and isinstance(value, date | time) else value


def put(rows: Rows) -> None:
    filled = [model for model in tables() if rows[model._meta.db_table]]
    with connection.cursor() as cursor:
        for model in filled:
            names, table = columns(model), model._meta.db_table
            row_of_places = f"({', '.join(['%s'] * len(names))})"
            for start in range(0, len(rows[table]), AT_ONCE):
                some = rows[table][start : start + AT_ONCE]
                places = ", ".join([row_of_places] * len(some))
                values = [value for row in some for value in row]
                cursor.execute(f"INSERT INTO {quoted(table)} ({quoted(*names)}) VALUES {places}", values)
        # Numbers were given; the next row must not be given one of them again.
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)
