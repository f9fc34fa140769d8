"""History in words: what a change said before and what it says after, with names instead of numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Change
from portal.shared.templatetags.indonesia import clock, short_date

VERBS = {
    "add": _("Added"),
    "change": _("Changed"),
    "delete": _("Deleted"),
    "publish": _("Published"),
    "withdraw": _("Withdrawn"),
    "confirm": _("Confirmed"),
    "close": _("Closed for a time"),
    "open": _("Opened"),
    "reopen": _("Opened again"),
    "load": _("Loaded from the data files"),
    "import": _("Imported from a file"),
    "undo": _("Import undone"),
    "restore": _("Restored"),
    "choose_password": _("Own password chosen"),
    "give_password": _("New password given"),
    "set_up_second_factor": _("Second factor set up"),
    "reset_second_factor": _("Second factor reset"),
    "make_recovery_codes": _("Recovery codes made"),
    "end_sessions": _("Signed out everywhere"),
    "let_try_again": _("Allowed to try again"),
    "retry": _("Tried again"),
    "hold": _("Brought by a phone, waits for somebody to look"),
    "accepted": _("Looked at and accepted"),
    "set_aside": _("Set aside"),
    "end": _("Ended"),
}
# Where a verb says something else of one noun (`outreach.visit`) than of all others.
VERBS_OF: dict[tuple[str, str], Any] = {}


@dataclass(frozen=True)
class Difference:
    """One field, or one set of rows, before and after; several rows are several lines."""

    label: str
    before: list[str]
    after: list[str]


@dataclass(frozen=True)
class ExplainedChange:
    change: Change
    verb: str
    noun: str
    differences: list[Difference]


def verb_name(verb: str, noun: str = "") -> str:
    return str(VERBS_OF.get((noun, verb)) or VERBS.get(verb, verb))


def noun_name(noun: str) -> str:
    model = model_of(noun)
    return capfirst(str(model._meta.verbose_name)) if model else noun


def model_of(noun: str) -> type[models.Model] | None:
    """The model a change is about; None when the noun is no longer part of the portal."""
    try:
        return apps.get_model(noun)
    except (LookupError, ValueError):
        return None


def explained(
    changes: Iterable[Change], known: Mapping[str, type[models.Model]] | None = None
) -> list[ExplainedChange]:
    """Changes with their fields named; reads the names of related rows in one query for each kind of row."""
    changes = list(changes)
    nouns = {change.noun: (known or {}).get(change.noun) or model_of(change.noun) for change in changes}
    names = related_names((change, nouns[change.noun]) for change in changes)
    return [
        ExplainedChange(
            change,
            verb_name(change.verb, change.noun),
            noun_name(change.noun),
            differences(change, nouns[change.noun], names),
        )
        for change in changes
    ]


# Where a row stands and its number say nothing to a reader.
UNSPOKEN = frozenset({"id", "position"})
RelatedNames = dict[tuple[type[models.Model], Any], str]


def related_names(pairs: Iterable[tuple[Change, type[models.Model] | None]]) -> RelatedNames:
    wanted: dict[type[models.Model], set[Any]] = {}
    for change, model in pairs:
        for name in change.before.keys() | change.after.keys():
            field = field_of(model, name)
            for state in (change.before, change.after):
                value = state.get(name)
                if is_reference(field) and value is not None:
                    wanted.setdefault(field.related_model, set()).add(value)
                elif isinstance(value, list):
                    collect_from_rows(model, name, value, wanted)
    return {
        (model, row.pk): str(row)
        for model, keys in wanted.items()
        for row in model._base_manager.filter(pk__in=keys)
    }


def collect_from_rows(
    model: type[models.Model] | None, name: str, rows: list[Any], wanted: dict[type[models.Model], set[Any]]
) -> None:
    child = child_model(model, name)
    for row in rows:
        for key, value in row.items() if isinstance(row, dict) else ():
            field = field_of(child, key)
            if isinstance(value, list):
                collect_from_rows(child, key, value, wanted)
            elif is_reference(field) and value is not None:
                wanted.setdefault(field.related_model, set()).add(value)


def field_of(model: type[models.Model] | None, name: str) -> Any:
    if model is None:
        return None
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def child_model(model: type[models.Model] | None, name: str) -> Any:
    field = field_of(model, name)
    return field.related_model if field is not None and field.is_relation else None


def is_reference(field: Any) -> bool:
    return isinstance(field, models.ForeignKey)


def differences(change: Change, model: type[models.Model] | None, names: RelatedNames) -> list[Difference]:
    found = []
    for name in sorted(change.before.keys() | change.after.keys(), key=position_in(model)):
        before = lines_of(change.before.get(name), model, name, names)
        after = lines_of(change.after.get(name), model, name, names)
        if isinstance(change.before.get(name), list) or isinstance(change.after.get(name), list):
            # Of many rows only those that came or went are of interest.
            before, after = (
                [line for line in before if line not in after],
                [line for line in after if line not in before],
            )
            if not before and not after:
                after = [str(_("Order changed"))]
        if before != after:
            found.append(Difference(label_of(model, name), before, after))
    return found


def position_in(model: type[models.Model] | None) -> Any:
    """The order of the fields on the model, so that history reads like the form."""
    fields = sorted(model._meta.get_fields(), key=lambda field: not field.concrete) if model else []
    order = [field.name for field in fields]
    return lambda name: (order.index(name) if name in order else len(order), name)


def label_of(model: type[models.Model] | None, name: str) -> str:
    field = field_of(model, name)
    if field is None:
        return str(getattr(model, "remembered_labels", {}).get(name, name))
    if field.one_to_many:
        return capfirst(str(field.related_model._meta.verbose_name_plural))
    return capfirst(str(getattr(field, "verbose_name", name)))


def lines_of(value: Any, model: type[models.Model] | None, name: str, names: RelatedNames) -> list[str]:
    if value is None or value == "" or value == []:
        return []
    if isinstance(value, list):
        child = child_model(model, name)
        if isinstance(field_of(model, name), models.ManyToManyField):
            # Chosen rows carry their names; older history is a plain list of names.
            return [str(row["name"]) if isinstance(row, dict) else str(row) for row in value]
        return [row_in_words(row, child, names) if isinstance(row, dict) else str(row) for row in value]
    return [value_in_words(value, field_of(model, name), names)]


def row_in_words(row: dict[str, Any], model: type[models.Model] | None, names: RelatedNames) -> str:
    filled = {key: value for key, value in row.items() if value not in (None, "") and key not in UNSPOKEN}
    return " · ".join(
        "; ".join(lines_of(value, model, key, names))
        if isinstance(value, list)
        else value_in_words(value, field_of(model, key), names)
        for key, value in filled.items()
    )


def value_in_words(value: Any, field: Any, names: RelatedNames) -> str:
    if is_reference(field):
        return names.get((field.related_model, value), f"{capfirst(str(field.verbose_name))} {value}")
    if isinstance(value, bool):
        return str(_("Yes")) if value else str(_("No"))
    if choices := dict(getattr(field, "flatchoices", None) or ()):
        return str(choices.get(value, value))
    try:
        return typed_in_words(str(value), field)
    except (ValueError, ArithmeticError):
        # Written when the field was of another kind.
        return str(value)


def typed_in_words(text: str, field: Any) -> str:
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(text)
        return f"{short_date(moment)} {clock(moment)}"
    if isinstance(field, models.DateField):
        return short_date(date.fromisoformat(text))
    if isinstance(field, models.TimeField):
        return clock(time.fromisoformat(text))
    if isinstance(field, models.DecimalField):
        number = Decimal(text)
        return (
            f"{number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize():f}"
        )
    return text
