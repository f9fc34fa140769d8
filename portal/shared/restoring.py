"""Brings a row back to a state that history remembers, with its own rows and choices, and remembers that too."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.shared.constraints import check_constraints
from portal.shared.history import Change, Remembered, Snapshot, recorded, state_of_child

NAMES_SHOWN = 5


def not_restored(model: type[models.Model]) -> set[str]:
    """Columns whose value only their own verbs decide."""
    return {name for one in model.__mro__ for name in vars(one).get("not_restored", ())}


def model_of(change: Change) -> type[Remembered] | None:
    try:
        model = apps.get_model(change.noun)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Remembered) else None


def state_after(change: Change) -> Snapshot:
    """What has to be set to undo everything that happened to the row after this change.

    After a deletion there is nothing; what is meant then is the row as it was deleted.
    """
    later = Change.objects.filter(noun=change.noun, object_id=change.object_id, pk__gt=change.pk)
    state: Snapshot = {}
    for one in later.order_by("-pk"):
        state.update(one.before)
    if not change.after:
        state.update(change.before)
    return state


def restore(change: Change, *, by: Any, at: datetime | None = None, reason: str = "") -> Remembered:
    """Makes the row as it was after this change; raises ValidationError with a sentence when that cannot be.

    What is public stays public and a draft stays a draft; a row that was deleted comes back as a draft.
    Confirmations are not brought back: the unit has to look again.
    """
    model = model_of(change)
    if model is None:
        raise ValidationError(_("This kind of row no longer exists."), code="gone")
    with transaction.atomic():
        row: Any = model._base_manager.select_for_update(no_key=True).filter(pk=change.object_id).first()
        is_new = row is None
        if is_new:
            row = model()
            row.pk = change.object_id
        skip = not_restored(model)
        state = {name: value for name, value in state_after(change).items() if name not in skip}
        if not state:
            raise ValidationError(_("The row is already as it was then."), code="same")
        with recorded(row, verb="restore", by=by, at=at, reason=reason):
            row.lapse()
            bring_back(row, state, is_new=is_new)
        row.tell_others(state.keys())
    return row


def bring_back(row: Any, state: Snapshot, *, is_new: bool = False) -> None:
    """Sets what the state names, saves, and puts the row's own rows and choices back."""
    relations: list[str] = []
    for name, value in state.items():
        field = field_of(row, name)
        if field is None:
            continue
        if not field.concrete or field.many_to_many:
            relations.append(name)
        else:
            setattr(row, field.attname, value_of(field, value))
    references = {field.name for field in row._meta.concrete_fields if field.is_relation}
    row.full_clean(exclude=references, validate_constraints=False)
    check_constraints(row, references)
    if is_new:
        save(row, force_insert=True)
    for name in relations:
        if isinstance(field_of(row, name), models.ManyToManyField):
            getattr(row, name).set(choices_of(row, name, state[name] or []))
        else:
            put_rows_back(row, name, state[name] or [])
    if relations:
        row.__dict__.pop("_prefetched_objects_cache", None)
    if relations or not is_new:
        # Found by the words of its rows too, and those are complete only now.
        save(row)


def save(row: models.Model, force_insert: bool = False) -> None:
    try:
        row.save(force_insert=force_insert)
    except IntegrityError:
        raise ValidationError(
            _("Another row has taken its place. Change that one first."), code="taken"
        ) from None


def field_of(row: models.Model, name: str) -> Any:
    """The field; None when the noun no longer has it."""
    try:
        return row._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def value_of(field: Any, value: Any) -> Any:
    """The value as the model keeps it; a reference only while the row it names is there."""
    if not isinstance(field, models.ForeignKey) or value is None:
        return field.to_python(value)
    key = field.target_field.to_python(value)
    if field.related_model._base_manager.filter(pk=key).exists():
        return key
    if field.remote_field.on_delete is models.SET_NULL:
        return None
    refuse_gone(field)
    return None


def refuse_gone(field: Any, names: Iterable[str] = ()) -> None:
    words = {"field": capfirst(str(field.verbose_name)), "names": ", ".join(names)}
    if words["names"]:
        sentence = _("“%(field)s” named %(names)s, which no longer exists. Restore that first.")
    else:
        sentence = _("“%(field)s” named a row that no longer exists. Restore that first.")
    raise ValidationError(sentence % words, code="reference_gone")


def choices_of(row: Any, name: str, chosen: list[Any]) -> list[Any]:
    """The rows once chosen; history older than keys kept their names only."""
    field = field_of(row, name)
    every = field.related_model._base_manager
    keys = [one["id"] for one in chosen if isinstance(one, dict)]
    found = {one.pk: one for one in every.filter(pk__in=keys)} if keys else {}
    gone = [one["name"] for one in chosen if isinstance(one, dict) and one["id"] not in found]
    names = [one for one in chosen if isinstance(one, str)]
    if names:
        named = {str(one): one for one in every.all()}
        gone += [one for one in names if one not in named]
        found |= {named[one].pk: named[one] for one in names if one in named}
    if gone:
        refuse_gone(field, gone)
    return list(found.values())


def put_rows_back(row: Any, name: str, states: list[Snapshot]) -> None:
    manager = getattr(row, name)
    present = {child.pk: child for child in manager.all()}
    wanted = {state["id"] for state in states if "id" in state}
    manager.filter(pk__in=set(present) - wanted).delete()
    for state in states:
        child = present.get(state.get("id"))
        if child is not None and {"id": child.pk} | state_of_child(child, manager.field.name) == state:
            continue
        is_new = child is None
        if child is None:
            key = state.get("id")
            is_free = key is not None and not manager.model._base_manager.filter(pk=key).exists()
            child = manager.model(pk=key if is_free else None)
        setattr(child, manager.field.attname, row.pk)
        nested = {one: state.get(one, []) for one in child.remembered_children if "id" in state}
        values = {one: value for one, value in state.items() if one != "id" and one not in nested}
        bring_back(child, values | nested, is_new=is_new)


def delete_alone(row: Any) -> None:
    """Deletes the row and its own rows; raises ValidationError when others would go with it, or hold it."""
    collector = Collector(using=row._state.db or "default")
    try:
        collector.collect([row])
        others = strangers(row, collector)
    except ProtectedError as error:
        others = sorted(str(one) for one in error.protected_objects)
    if others:
        names = ", ".join(others[:NAMES_SHOWN])
        raise ValidationError(_("It is used by: %(names)s") % {"names": names}, code="used")
    collector.delete()


def strangers(row: Any, collector: Collector) -> list[str]:
    """Rows that would go with this one and are no part of its story."""
    own = {type(row)}
    for model in (type(row), *(row._meta.get_field(name).related_model for name in row.remembered_children)):
        own |= {
            model._meta.get_field(name).related_model for name in getattr(model, "remembered_children", ())
        }
    own |= {field.remote_field.through for field in row._meta.many_to_many}
    swept = [(rows.model, rows) for rows in collector.fast_deletes]
    return [str(one) for model, rows in [*collector.data.items(), *swept] if model not in own for one in rows]


def changed_since(changes: Collection[Change]) -> list[Change]:
    """Those whose row has a later change that is not among them."""
    late = []
    by_noun: dict[str, dict[int, Change]] = {}
    for change in changes:
        by_noun.setdefault(change.noun, {})[change.object_id] = change
    for noun, rows in by_noun.items():
        keys = sorted(rows)
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            newest = (
                Change.objects.filter(noun=noun, object_id__in=some)
                .values_list("object_id")
                .annotate(newest=models.Max("pk"))
            )
            late += [rows[key] for key, pk in newest if pk > rows[key].pk]
    return late


__all__ = ["bring_back", "changed_since", "restore", "state_after"]
