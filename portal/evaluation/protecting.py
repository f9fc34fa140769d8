"""What of a counted document may be told to everybody: nothing by which one person could be picked out.

A number of people from 1 to 4 is hidden, in sensitive tables from 1 to 9, and so is whatever it could be computed from:
rows beside it whose total is shown, a share of it, a figure that says the same elsewhere. Two publications are
protected together: a part that is published again differs from every earlier one by nobody or by a group that is large
enough, or it stays as it was. How many came in all may grow by one: that tells nothing of anybody but that they came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from portal.evaluation.disclosure import (
    ANSWERS,
    BUILT_ON,
    FOR_STAFF,
    NOTHING_SENSITIVE,
    OF_THE_OFFICE,
    ROWS_OF_TARGETS,
    SAME,
    TOGETHER,
    Sensitive,
    is_of_few,
    is_of_people,
    people_in,
)
from portal.evaluation.documents import Document, Figure, Row, Table
from portal.shared.suppression import SMALLEST_GROUP, hidden_rows, is_small, told_between


def protected(
    document: Document,
    before: Document | Sequence[Document] | None = None,
    sensitive: Sensitive = NOTHING_SENSITIVE,
) -> Document:
    """The document as everybody may have it, given what was published of it before, the newest last."""
    earlier = [before] if isinstance(before, Document) else list(before or ())
    safe = without_small(document, sensitive)
    if not earlier:
        return safe
    last = earlier[-1]
    tables, figures = dict(safe.tables), dict(safe.figures)
    alone = [(key,) for key in safe.tables if not any(key in group for group in TOGETHER.values())]
    kept: set[str] = set()
    for group in (*TOGETHER.values(), *alone):
        calm = {
            key: calmed(document.tables[key], tables[key], earlier, sensitive)
            for key in group
            if key in tables
        }
        if None in calm.values() or any(
            tells_of_few(figures[key], one.figures[key])
            for key in group
            for one in earlier
            if key in figures and key in one.figures
        ):
            kept |= set(group)
            tables = as_before(tables, last.tables, group)
            figures = as_before(figures, last.figures, group)
        else:
            tables |= {key: table for key, table in calm.items() if table}
    stood_at = {
        key: last.words.get("stood_at", {}).get(key, last.at)
        for key in sorted(kept)
        if key in tables or key in figures
    }
    words = {**document.words, "stood_at": stood_at} if stood_at else dict(document.words)
    return linked(replace(document, figures=figures, tables=tables, words=words), kept=kept)


T = TypeVar("T")


def as_before(now: Mapping[str, T], before: Mapping[str, T], keys: Iterable[str]) -> dict[str, T]:
    """What there is now, but these as they were; what was not there before is not there."""
    wanted = frozenset(keys)
    return {
        key: before.get(key, one) if key in wanted else one
        for key, one in now.items()
        if key not in wanted or key in before
    }


# One document ---------------------------------------------------------------------------------------------


def without_small(document: Document, sensitive: Sensitive = NOTHING_SENSITIVE) -> Document:
    """The document without small groups and without what they could be computed from."""
    figures = {
        key: figure.hidden() if is_of_few(figure) else figure for key, figure in document.figures.items()
    }
    tables = {
        key: shown_table(table, sensitive, is_whole=key in ANSWERS)
        for key, table in document.tables.items()
        if key not in FOR_STAFF
    }
    return linked(replace(document, figures=figures, tables=tables))


def linked(document: Document, kept: Iterable[str] = ()) -> Document:
    """The same with all hidden that says again, or is built on, what is hidden; `kept` parts stay as they are."""
    figures, tables = dict(document.figures), dict(document.tables)
    settled, is_growing = frozenset(kept), True
    while is_growing:
        is_growing = False
        for key in consequences(figures, tables):
            if key not in settled and not figures[key].is_hidden:
                figures[key] = figures[key].hidden()
                is_growing = True
        for figure, name, row, column in SAME:
            if figure not in figures or name not in tables or settled & {figure, name}:
                continue
            table = tables[name]
            if is_told(table, row, column) and figures[figure].is_hidden:
                tables[name] = more_hidden(table, (row,)) if row else blanked(table)
                is_growing = True
            elif not figures[figure].is_hidden and is_held_back(table, row, column):
                figures[figure] = figures[figure].hidden()
                is_growing = True
        if again := rows_of_targets(tables) if "targets" not in settled else ():
            tables["targets"] = more_hidden(tables["targets"], again)
    for name, means in ANSWERS.items():
        if name in tables and any(row.is_hidden for row in tables[name].rows):
            for key in means:
                if key in figures and not figures[key].is_hidden:
                    # An interval made by resampling is a trace of the answers themselves.
                    figures[key] = replace(figures[key], low=None, high=None)
    gone = {f"class:{key}" for key, one in figures.items() if one.is_hidden}
    words = {key: one for key, one in document.words.items() if key not in gone}
    return replace(document, figures=figures, tables=tables, words=words)


def rows_of_targets(tables: Mapping[str, Table]) -> list[str]:
    """Rows of targets still shown whose number is hidden in another table."""
    if "targets" not in tables:
        return []
    hidden = {
        pattern.format(key)
        for name, pattern in ROWS_OF_TARGETS
        if name in tables
        for key in shown_groups(tables[name])
    }
    return [row.key for row in tables["targets"].rows if row.key in hidden and not row.is_hidden]


def consequences(figures: Mapping[str, Figure], tables: Mapping[str, Table]) -> Iterator[str]:
    for key, others in BUILT_ON.items():
        if key in figures and any(one in figures and figures[one].is_hidden for one in others):
            yield key
    answers = tables.get("usefulness_answers")
    if answers and "usefulness_good" in figures and any(row.is_hidden for row in answers.rows):
        yield "usefulness_good"


# A table --------------------------------------------------------------------------------------------------


def shown_table(
    table: Table, sensitive: Sensitive, also: Iterable[str] = (), *, is_whole: bool = False
) -> Table:
    """The table with the rows hidden that are of few, and those that must hide beside them."""
    places = count_places(table)
    if not places or not table.rows:
        return table

    def smallest(row: str) -> int:
        return sensitive.smallest(table, row)

    rows = [row.key for row in table.rows if is_of_people(table, row.key)]
    columns = [counts_at(table, place, rows) for place in places]
    if table.total is None:
        # Rows that add up to nothing protect nobody by hiding others beside them.
        small = {row for row in rows if any(0 < column[row] < smallest(row) for column in columns)}
        return more_hidden(table, {*small, *also})
    if len(columns) > 1 and not has_room(columns, rows, smallest, also):
        # The first count is what the rows are; what else is counted of them costs too much.
        return shown_table(blanked(table), sensitive, also, is_whole=is_whole)
    hidden = hidden_rows(columns, smallest, also)
    if is_whole and hidden:
        hidden = frozenset(rows)
    shown = more_hidden(table, hidden)
    if any(is_small(sum(column.values()), SMALLEST_GROUP) for column in columns) and shown.total:
        return replace(shown, total=shown.total.hidden(len(table.columns)))
    return shown


def has_room(
    columns: Sequence[Mapping[str, int]], rows: Sequence[str], smallest: object, also: object
) -> bool:
    """Whether all counts can be shown for at least half of the rows that their first count can be shown for."""
    if any(is_small(sum(column.values()), SMALLEST_GROUP) for column in columns[1:]):
        return False
    alone = hidden_rows(columns[:1], smallest, also)  # type: ignore[arg-type]
    all_of_them = hidden_rows(columns, smallest, also)  # type: ignore[arg-type]
    return 2 * (len(rows) - len(all_of_them)) >= len(rows) - len(alone)


def count_places(table: Table) -> list[int]:
    return [table.columns.index(name) for name in table.counts if name in table.columns]


def counts_at(table: Table, place: int, rows: Iterable[str]) -> dict[str, int]:
    wanted = set(rows)
    return {row.key: int(row.values[place] or 0) for row in table.rows if row.key in wanted}


def more_hidden(table: Table, keys: Iterable[str]) -> Table:
    hidden, width = frozenset(keys), len(table.columns)
    return replace(table, rows=tuple(row.hidden(width) if row.key in hidden else row for row in table.rows))


def blanked(table: Table) -> Table:
    """The table with its first count alone; what else was counted of people is not told."""
    gone = {table.columns.index(name) for name in table.counts[1:]}

    def bare(row: Row) -> Row:
        return replace(row, values=tuple(None if i in gone else one for i, one in enumerate(row.values)))

    return replace(
        table,
        counts=table.counts[:1],
        rows=tuple(map(bare, table.rows)),
        total=bare(table.total) if table.total else None,
    )


def is_told(table: Table, row: str | None, column: str | None) -> bool:
    if row is not None:
        return any(one.key == row and not one.is_hidden for one in table.rows)
    return column in table.counts[1:] and table.total is not None and not table.total.is_hidden


def is_held_back(table: Table, row: str | None, column: str | None) -> bool:
    return row is not None and any(one.key == row and one.is_hidden for one in table.rows)


# Two publications -----------------------------------------------------------------------------------------


def calmed(raw: Table, table: Table, earlier: Sequence[Document], sensitive: Sensitive) -> Table | None:
    """The table with so many more rows hidden that no few people follow from it and any earlier version.

    None if that would cost too much: then the last version stays.
    """
    versions = [one.tables[table.key] for one in earlier if table.key in one.tables]
    could_show = sum(not row.is_hidden for row in table.rows)
    shown = table
    while bad := groups_of_few(raw, shown, versions, sensitive):
        more = shown_groups(shown) | bad[0]
        again = shown_table(raw_like(raw, shown), sensitive, more, is_whole=table.key in ANSWERS)
        still = sum(not row.is_hidden for row in again.rows)
        if still == sum(not row.is_hidden for row in shown.rows) or 2 * still < could_show or not still:
            return None
        shown = again
    return shown


def raw_like(raw: Table, shown: Table) -> Table:
    return raw if raw.counts == shown.counts else blanked(raw)


def groups_of_few(
    raw: Table, shown: Table, versions: Sequence[Table], sensitive: Sensitive
) -> list[frozenset[str]]:
    """Groups of rows, told of both now and in an earlier version, that differ by so few that these could be known."""
    now = shown_groups(shown)
    if shown.total is not None and shown.total.is_hidden:
        return []
    for then in versions:
        if then.total is not None and then.total.is_hidden:
            continue
        keys = [row.key for row in shown.rows if is_of_people(shown, row.key)]
        keys += [row.key for row in then.rows if row.key not in keys and is_of_people(then, row.key)]
        groups = told_between(keys, shown_groups(then), now)
        for column in set(shown.counts) & set(then.counts):
            counted = {row.key: row.values[raw.columns.index(column)] for row in raw.rows}
            for group in groups:
                old = sum_told(then, column, group)
                if old is None:
                    continue
                change = sum(int(counted.get(key) or 0) for key in group) - old
                if is_small(change, max(sensitive.smallest(raw, key) for key in group)):
                    return [group]
    return []


def shown_groups(table: Table) -> frozenset[str]:
    return frozenset(row.key for row in table.rows if row.is_hidden)


def sum_told(table: Table, column: str, group: frozenset[str]) -> int | None:
    """What a published table says of a group of rows together: shown ones added up, or the total less the others."""
    place = table.columns.index(column)
    rows = {row.key: row for row in table.rows}
    of_group = [rows[key] for key in group if key in rows]
    if not any(row.is_hidden for row in of_group):
        return sum(int(row.values[place] or 0) for row in of_group)
    if table.total is None or table.total.values[place] is None:
        return None
    others = (row for key, row in rows.items() if key not in group and is_of_people(table, key))
    return int(table.total.values[place] or 0) - sum(int(row.values[place] or 0) for row in others)


def tells_of_few(now: Figure, then: Figure) -> bool:
    """Whether a figure beside its earlier self tells of one person what they did or said."""
    # Costs are of everybody who was met and of those who came, whose number may grow by one.
    if now.is_hidden or then.is_hidden or now.key == "cost_per_person":
        return False
    people_now, people_then = list(people_in(now)), list(people_in(then))
    changes = [a - b for a, b in zip(people_now, people_then, strict=False)]
    if any(is_small(change, SMALLEST_GROUP) for change in changes):
        return True
    # The same people, and another number: one answer was corrected.
    return not any(changes) and now.value != then.value and now.key not in OF_THE_OFFICE
