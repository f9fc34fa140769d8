"""Writes many rows of a table at once, with what belongs to them and the history of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.shared.exchange.columns import Column
from portal.shared.history import Act, locked, remember, states_of
from portal.shared.search import Searchable, index_documents

# As many as one statement takes on SQLite, or a few of them.
ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class Arrival:
    """A row that has been read and not written yet, and which of its columns say something new."""

    instance: Any
    is_new: bool
    names: frozenset[str]

    @property
    def leans_on_unsaved(self) -> bool:
        """Whether it names a row that has no key yet: that one has to be written first."""
        references = (field for field in self.instance._meta.concrete_fields if field.is_relation)
        others = (self.instance._state.fields_cache.get(field.name) for field in references)
        return any(one is not None and one.pk is None for one in others)


@transaction.atomic
def keep(arrivals: Sequence[Arrival], columns: Collection[Column], act: Act) -> None:
    """What saving them one by one would do, in about as many questions as for one.

    Rows that were there are locked, so that “before” is what this replaces.
    """
    instances = [one.instance for one in arrivals]
    new = [one.instance for one in arrivals if one.is_new]
    present = [one.instance for one in arrivals if not one.is_new]
    model = type(instances[0])
    rows_before = locked(model, [one.pk for one in present])
    before = dict(zip(rows_before, states_of(list(rows_before.values())), strict=True))
    for one in present:
        one.lapse()
    if issubclass(model, Searchable):
        # Also by the words of the rows that are coming with them.
        index_documents(instances)
    model._default_manager.bulk_create(new)
    for one in present:
        one.save()
    for column in columns:
        name = column.column_name
        owners = [one.instance for one in arrivals if name in one.names and name in one.instance.coming]
        if owners:
            column.keep(owners)
    for one in instances:
        one.__dict__.pop("_prefetched_objects_cache", None)
        one.coming.clear()
    keys = [one.pk for one in instances]
    rows_after = model._base_manager.in_bulk(keys)
    after = states_of([rows_after[key] for key in keys])
    remember(
        act.change(one, one.pk, before.get(one.pk, {}), state)
        for one, state in zip(instances, after, strict=True)
    )
