"""The two engines behind one function: FTS5 on SQLite, GIN on PostgreSQL.

They only choose candidates, by stems that are plain letters and digits; ranking is done in Python, so that
both give the same answer in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.models import F

# Any of the groups of stems: every group must be met, by any of its alternatives, wholly.
Condition = Sequence[Iterable[Sequence[str]]]

TRIGGERS = ("insert", "update", "delete")
VECTORS = {"search_title_vector": "search_title", "search_vector": "search_title || ' ' || search_text"}


class CreateFulltextIndex(Operation):
    """Gives the table of a Searchable model its full-text index; safe to repeat.

    SQLite: repeat it after any migration that alters the table, because Django rebuilds the table then and
    SQLite drops the triggers that keep the index in step. `missing_fulltext_indexes` notices.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing: models do not know about the index."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in (
            *_statements_to_drop(schema_editor, self.table),
            *_statements(schema_editor, self.table),
        ):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in _statements_to_drop(schema_editor, self.table):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Create the full-text index of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_fulltext"


def _statements(schema_editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    quote = schema_editor.connection.ops.quote_name
    if schema_editor.connection.vendor == "postgresql":
        # Stored, because the planner often prefers reading rows in order of id and would compute it for each.
        # No pending list: these rows are written seldom and read all the time.
        return [
            statement
            for name, text in VECTORS.items()
            for statement in (
                f"ALTER TABLE {quote(table)} ADD COLUMN {name} tsvector "
                f"GENERATED ALWAYS AS (to_tsvector('simple', {text})) STORED",
                f"CREATE INDEX {quote(f'{table}_{name}')} ON {quote(table)} USING gin ({name}) "
                "WITH (fastupdate = off)",
            )
        ]
    fts, source = quote(f"{table}_fts"), quote(table)
    remove = (
        f"INSERT INTO {fts} ({fts}, rowid, search_title, search_text) "
        "VALUES ('delete', old.id, old.search_title, old.search_text);"
    )
    add = (
        f"INSERT INTO {fts} (rowid, search_title, search_text) "
        "VALUES (new.id, new.search_title, new.search_text);"
    )
    # Saving a row writes every column; only other words are worth the work.
    is_other = "old.search_title IS NOT new.search_title OR old.search_text IS NOT new.search_text"
    return [
        f"CREATE VIRTUAL TABLE {fts} USING fts5(search_title, search_text, content={source}, "
        "content_rowid=id, tokenize='unicode61 remove_diacritics 0')",
        f"CREATE TRIGGER {quote(f'{table}_fts_insert')} AFTER INSERT ON {source} BEGIN {add} END",
        f"CREATE TRIGGER {quote(f'{table}_fts_delete')} AFTER DELETE ON {source} BEGIN {remove} END",
        f"CREATE TRIGGER {quote(f'{table}_fts_update')} AFTER UPDATE ON {source} WHEN {is_other} "
        f"BEGIN {remove} {add} END",
        f"INSERT INTO {fts} ({fts}) VALUES ('rebuild')",
    ]


def _statements_to_drop(schema_editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    quote = schema_editor.connection.ops.quote_name
    if schema_editor.connection.vendor == "postgresql":
        return [f"ALTER TABLE {quote(table)} DROP COLUMN IF EXISTS {name}" for name in VECTORS]
    triggers = [f"DROP TRIGGER IF EXISTS {quote(f'{table}_fts_{event}')}" for event in TRIGGERS]
    return [*triggers, f"DROP TABLE IF EXISTS {quote(f'{table}_fts')}"]


def candidates(
    rows: models.QuerySet[Any],
    condition: Condition,
    *,
    is_title_only: bool = False,
    is_newest_first: bool = False,
    is_rare: bool = False,
    limit: int,
) -> models.QuerySet[Any]:
    """The first ``limit`` rows by id that meet the condition, on top of the filters the rows already have.

    ``is_newest_first`` begins at the other end, for what is written every day and read while it is new; ``is_rare``
    says that few rows of the whole table meet the condition.
    """
    table = rows.model._meta.db_table
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    if connection.vendor == "postgresql":
        vector = f"{quote(table)}.{'search_title_vector' if is_title_only else 'search_vector'}"
        found = rows.extra(where=[f"{vector} @@ to_tsquery('simple', %s)"], params=[_tsquery(condition)])
        if is_rare or len(condition) > 1:
            # How often words occur together nobody knows beforehand, nor does the planner know how rare one is.
            # Reading rows in order of id until enough have them may read them all; the index knows at once, so the
            # order must not lead away from it.
            no_index = F("pk") + 0
            return found.order_by(no_index.desc() if is_newest_first else no_index.asc())[:limit]
        return found.order_by("-pk" if is_newest_first else "pk")[:limit]
    fts = f"{table}_fts"
    # Joined, not "id IN (…)": the index is read in the order of rowid and reading stops at the limit. The
    # plus keeps SQLite from asking the index once for every row of the table instead.
    where = [f"{quote(fts)} MATCH %s", f"+{quote(fts)}.rowid = {quote(table)}.id"]
    match = _fts5_query(condition)
    found = rows.extra(
        tables=[fts], where=where, params=[f"{{search_title}} : ({match})" if is_title_only else match]
    )
    return found.extra(order_by=[f"{'-' if is_newest_first else ''}{fts}.rowid"])[:limit]


def _fts5_query(condition: Condition) -> str:
    return _joined(condition, " AND ", " OR ", '"')


def _tsquery(condition: Condition) -> str:
    return _joined(condition, " & ", " | ", "'")


def _joined(condition: Condition, both: str, either: str, quote: str) -> str:
    """The condition in an engine's own language; stems are letters and digits, so quoting them is enough."""
    groups = []
    for alternatives in condition:
        parts = [both.join(f"{quote}{stem}{quote}" for stem in stems) for stems in alternatives]
        groups.append("(" + either.join(f"({part})" for part in parts) + ")")
    return both.join(groups)


def missing_fulltext_indexes(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables of Searchable models whose index is gone or no longer kept in step; the cure is to repeat the
    operation `CreateFulltextIndex(table)` in a new migration."""
    from_models = sorted({model._meta.db_table for model in _searchable_models()})
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = ANY (current_schemas(false))")
            suffixes = [f"_{name}" for name in VECTORS]
        else:
            cursor.execute("SELECT name FROM sqlite_master")
            suffixes = ["_fts", *(f"_fts_{event}" for event in TRIGGERS)]
        names = {name for (name,) in cursor.fetchall()}
    return [
        table
        for table in from_models
        if table in existing and any(table + suffix not in names for suffix in suffixes)
    ]


def _searchable_models() -> list[type[models.Model]]:
    return [
        model for model in apps.get_models() if getattr(model, "is_searchable", False) and model._meta.managed
    ]


@register(Tags.database)
def fulltext_indexes_are_in_step(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    # A warning: an error would keep `migrate` from running, and that is the cure.
    return [
        Warning(
            f"The full-text index of {table} is missing or no longer kept in step.",
            hint=f'Add CreateFulltextIndex("{table}") to a new migration after the one that altered it.',
            id="shared.W001",
        )
        for alias in databases or ()
        for table in missing_fulltext_indexes(connections[alias])
    ]
