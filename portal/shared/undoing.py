"""Undoes what was done together: every row as it was before, in few questions however many rows there are."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils.translation import gettext as _

from portal.shared.history import Act, Change, Remembered, Snapshot, locked, remember, states_of
from portal.shared.restoring import bring_back, delete_alone, model_of, strangers

ROWS_AT_ONCE = 200


def put_all_back(changes: Sequence[Change], act: Act) -> list[str]:
    """Undoes exactly these changes of one noun, decisions and confirmations included; returns why not, or nothing.

    Given the newest first: what leans on another row goes before it. Only for the last change of each row:
    what somebody did since would be lost unseen. Whoever calls rolls back when there is anything returned.
    """
    problems = []
    for start in range(0, len(changes), ROWS_AT_ONCE):
        problems += put_some_back(changes[start : start + ROWS_AT_ONCE], act)
    return problems


def put_some_back(changes: Sequence[Change], act: Act) -> list[str]:
    model = model_of(changes[0])
    if model is None:
        return [_("This kind of row no longer exists.")]
    rows = locked(model, [one.object_id for one in changes])
    now = dict(zip(rows, states_of(list(rows.values())), strict=True))
    problems = [
        f"{one.object_name}: {why}" for one in changes if (why := why_not(one, now.get(one.object_id)))
    ]
    if problems:
        return problems
    changes = [one for one in changes if one.object_id in rows]
    is_gone_together = delete_together([rows[one.object_id] for one in changes if not one.before])
    for one in changes:
        row: Any = rows[one.object_id]
        try:
            if one.before:
                # A refusal by the database must leave the others to be asked too.
                with transaction.atomic():
                    bring_back(row, one.before)
            elif not is_gone_together:
                delete_alone(row)
        except ValidationError as error:
            problems.append(f"{one.object_name}: {' '.join(error.messages)}")
    if problems:
        return problems
    left = model._base_manager.in_bulk([one.object_id for one in changes if one.before])
    after = dict(zip(left, states_of(list(left.values())), strict=True))
    remember(
        act.change(rows[one.object_id], one.object_id, now[one.object_id], after.get(one.object_id, {}))
        for one in changes
    )
    for one in changes:
        if one.before:
            rows[one.object_id].tell_others(one.before.keys())
    return []


def why_not(change: Change, now: Snapshot | None) -> str:
    """Why a change cannot be undone, its row being as given; empty when it can."""
    if now is None:
        return _("It has been deleted since.") if change.after else ""
    if any(now.get(name) != value for name, value in change.after.items()):
        return _("It has been changed since.")
    return ""


def delete_together(rows: Sequence[Remembered]) -> bool:
    """Deletes rows that nothing else leans on; False, and nothing deleted, when they have to go one by one."""
    if not rows:
        return True
    collector = Collector(using=rows[0]._state.db or "default")
    try:
        collector.collect(list(rows))
    except ProtectedError:
        return False
    also = set(collector.data.get(type(rows[0]), ())) - set(rows)
    if also or strangers(rows[0], collector):
        return False
    collector.delete()
    return True
