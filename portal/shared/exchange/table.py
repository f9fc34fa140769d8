"""A noun as a table: which columns it has, which row a line of a file means, what it changes, how it is kept.

Built on the row work of django-import-export; comparing, remembering and the sentences are ours.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, models
from django.utils.translation import gettext as _
from import_export.resources import Resource
from import_export.results import RowResult

from portal.shared.constraints import check_constraints
from portal.shared.exchange.columns import Column, key_of
from portal.shared.exchange.files import Cell
from portal.shared.exchange.keeping import ROWS_AT_ONCE, Arrival, keep
from portal.shared.history import Act, Remembered

KEYS_AT_ONCE = 500
logger = logging.getLogger(__name__)

Row = dict[str, Cell]


@dataclass
class Outcome:
    """What one row of the file would do, or did."""

    number: int
    outcome: str
    name: str = ""
    object_id: int | None = None
    problems: list[dict[str, str]] = field(default_factory=list)
    differences: list[dict[str, str]] = field(default_factory=list)


class Table(Resource):
    """Subclasses name the model, its key and its columns; everything a run needs is loaded once."""

    model: ClassVar[type[Remembered]]
    key: ClassVar[tuple[str, ...]] = ("slug",)
    # Relations read with the rows, so that their number does not change the number of queries.
    joined: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    ignores_case = False

    class Meta:
        skip_diff = True

    def __init__(self, *, by: Any, at: datetime, reason: str = "", batch: str = "") -> None:
        super().__init__()
        self.by, self.at, self.reason, self.batch = by, at, reason, batch
        for column in self.columns:
            column.fits(self.model)
        self._related: dict[type[models.Model], dict[str, Any]] = {}
        self._promised: dict[str, Any] = {}
        self._row: Outcome | None = None
        self._before: dict[str, str] = {}
        self._taken: dict[str, dict[str, Any]] = {}
        self._present: dict[tuple[str, ...], Any] = {}
        self._reachable: set[Any] = set()
        # The key of the row being read, and which row of the file said which key first.
        self._key: tuple[str, ...] = ()
        self._spoken: dict[tuple[str, ...], int] = {}
        # Read, and written together with the next ones.
        self._pending: list[tuple[Outcome, Arrival]] = []
        # Rows that were there before, with the columns that have a new value.
        self.changed: list[tuple[Any, frozenset[str]]] = []

    @classmethod
    def noun(cls) -> str:
        return cls.model._meta.label_lower

    @property
    def columns(self) -> list[Column]:
        return list(self.fields.values())

    # What a subclass may say ------------------------------------------------------------

    def rows(self) -> models.QuerySet:
        """Every row of the noun."""
        return self.model._default_manager.all()

    def reachable(self, rows: models.QuerySet) -> models.QuerySet:
        """Those of the rows whom this table is written for may see."""
        return rows

    def complete(self, instance: Any, row: Row) -> None:
        """Fills in what a new row may leave out."""

    def refuse(self, instance: Any, is_new: bool) -> None:
        """Raises ValidationError when whoever imports may not keep this row."""

    def is_example(self, row: Row) -> bool:
        """Whether it is the row with which the template shows how a row is filled in."""
        examples = {name: self.fields[name].example for name in (*self.key, "name") if name in self.fields}
        return any("contoh" in text and row.get(name) == text for name, text in examples.items())

    # The rows that are there ------------------------------------------------------------

    def in_full(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.select_related(*self.joined).prefetch_related(*self.prefetched)

    def load(self, file_rows: Sequence[Row], *, is_locked: bool) -> None:
        """Reads the rows the file speaks of; locked when they are about to be changed."""
        rows = self.rows().order_by("pk")
        if is_locked:
            rows = rows.select_for_update(of=("self",), no_key=True)
        found: list[Any] = []
        if len(self.key) == 1:
            name = self.key[0]
            keys = sorted({str(row.get(name, "")) for row in file_rows})
            for start in range(0, len(keys), KEYS_AT_ONCE):
                found += self.in_full(rows.filter(**{f"{name}__in": keys[start : start + KEYS_AT_ONCE]}))
        else:
            found += self.in_full(rows)
        self._present = {self.key_of(one): one for one in found}
        pks = {one.pk for one in found}
        self._reachable = set()
        reachable = self.reachable(self.model._default_manager.all())
        for start in range(0, len(pks), KEYS_AT_ONCE):
            some = sorted(pks)[start : start + KEYS_AT_ONCE]
            self._reachable.update(reachable.filter(pk__in=some).values_list("pk", flat=True))
        for unique in self.unique_names():
            rows_with = self.model._default_manager.values_list(unique, "pk")
            self._taken[unique] = {str(value): (pk, None) for value, pk in rows_with}

    def unique_names(self) -> list[str]:
        return [column.attribute for column in self.columns if self.is_unique(column)]

    def is_unique(self, column: Column) -> bool:
        return bool(getattr(self.model._meta.get_field(column.attribute), "unique", False))

    def key_of(self, instance: Any) -> tuple[str, ...]:
        return tuple(self.folded(self.fields[name].text(instance)) for name in self.key)

    def folded(self, text: str) -> str:
        return text.casefold() if self.ignores_case else text

    def find(self, model: type[models.Model], text: str) -> Any:
        """Another row by its key, or by its name where only one has it."""
        if model not in self._related:
            known: dict[str, Any] = {}
            for one in model._base_manager.all():
                name = str(one).casefold()
                known[f"={name}"] = None if f"={name}" in known else one
                known[key_of(one)] = one
            self._related[model] = known
        known = self._related[model]
        found = self._promised.get(text) if model is self.model else None
        found = found or known.get(text) or known.get(f"={text.casefold()}")
        if found is None:
            sentence = _("There is no “%(text)s” among %(kind)s. Mend the word, or put that row in first.")
            raise ValueError(sentence % {"text": text[:60], "kind": model._meta.verbose_name_plural})
        return found

    # One row, in the order django-import-export walks ------------------------------------------------------------

    def read(self, number: int, row: Row, *, dry_run: bool) -> Outcome:
        self._row = Outcome(number, "wrong", name=self.spoken_key(row))
        result = self.import_row(row, None, row_number=number, dry_run=dry_run, find=self.find)
        outcome = self._row
        if result.validation_error is not None:
            outcome.problems = self.problems(result.validation_error)
        elif result.errors:
            outcome.problems = [{"column": "", "problem": self.sentence(result.errors[0].error)}]
        else:
            outcome.name = str(result.object_repr)[:300]
            outcome.object_id = result.object_id
            outcome.outcome = {
                RowResult.IMPORT_TYPE_NEW: "added",
                RowResult.IMPORT_TYPE_UPDATE: "changed",
            }.get(result.import_type, "unchanged")
        if outcome.outcome in {"wrong", "unchanged"}:
            outcome.differences = []
        return outcome

    def spoken_key(self, row: Row) -> str:
        cells = [row.get(name, "") for name in (*self.key, "name") if name in row]
        return " · ".join(dict.fromkeys(cell[:80] for cell in cells if isinstance(cell, str) and cell))

    def get_instance(self, instance_loader: Any, row: Row) -> Any:
        key = []
        self._key = ()
        for name in self.key:
            probe = self.model()
            try:
                self.fields[name].save(probe, row, find=self.find)
                key.append(self.folded(self.fields[name].text(probe)))
            except (ValueError, KeyError):
                return None  # the column itself will say what is wrong
        if not any(key):
            return None
        self._key = tuple(key)
        found = self._present.get(self._key)
        if found is not None and found.pk is not None and found.pk not in self._reachable:
            raise ValidationError(_("This row belongs to a unit that is not yours."), code="not_yours")
        return found

    def init_instance(self, row: Any = None) -> Any:
        return self.model()

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        assert self._row is not None
        if self._key in self._spoken:
            sentence = _("Row %(row)s already speaks of the same one. Keep one of the two.")
            raise ValidationError(sentence % {"row": self._spoken[self._key]}, code="twice")
        if self._key:
            self._spoken[self._key] = self._row.number
        self._before = {} if new else self.texts(instance, row)

    def texts(self, instance: Any, row: Row) -> dict[str, str]:
        return {
            column.column_name: column.text(instance) for column in self.columns if column.column_name in row
        }

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            if instance.pk is None:
                self.complete(instance, row)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        assert self._row is not None
        if import_validation_errors:
            return False
        after = self.texts(instance, row)
        self._row.differences = [
            {"column": name, "before": self._before.get(name, ""), "after": text}
            for name, text in after.items()
            if text != self._before.get(name, "")
        ]
        return instance.pk is not None and not self._row.differences

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        assert self._row is not None
        errors: dict[str, Any] = dict(import_validation_errors or {})
        related = {one.name for one in self.model._meta.concrete_fields if one.is_relation}
        for column in self.columns:
            if column.is_required and column.attribute not in errors and is_empty(instance, column):
                errors[column.attribute] = ValidationError(_("Fill in this cell."), code="required")
        try:
            instance.clean_fields(exclude={*errors, *related})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        self.check_unique(instance, errors)
        if not errors:
            try:
                instance.clean()
                check_constraints(instance)
                self.refuse(instance, instance.pk is None)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)
        for name, taken in self._taken.items():
            taken[str(getattr(instance, name))] = (instance.pk, self._row.number)

    def check_unique(self, instance: Any, errors: dict[str, Any]) -> None:
        for name, taken in self._taken.items():
            pk, number = taken.get(str(getattr(instance, name)), (None, None))
            if name in errors or (pk is None and number is None) or (pk is not None and pk == instance.pk):
                continue
            if number is not None:
                sentence = _("Row %(row)s already says the same. Every row needs another one.") % {
                    "row": number
                }
            else:
                sentence = _("Another row already has this. Choose another one.")
            errors[name] = ValidationError(sentence, code="unique")

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        assert self._row is not None
        if not kwargs["dry_run"]:
            names = frozenset(one["column"] for one in self._row.differences)
            arrival = Arrival(instance, is_create, names)
            if len(self._pending) >= ROWS_AT_ONCE or arrival.leans_on_unsaved:
                self.flush()
            self._pending.append((self._row, arrival))
        self._present.setdefault(self.key_of(instance), instance)
        if hasattr(instance, "slug"):
            # Rows further down may name this one.
            self._promised[key_of(instance)] = instance

    def flush(self) -> None:
        """Writes the rows that were read since the last time."""
        arrivals = [arrival for _outcome, arrival in self._pending]
        if not arrivals:
            return
        keep(arrivals, self.columns, Act("import", self.by, self.at, self.reason, self.batch))
        for outcome, arrival in self._pending:
            outcome.object_id = arrival.instance.pk
            if not arrival.is_new:
                self.changed.append((arrival.instance, arrival.names))
        self._pending.clear()

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """`flush` does it, in the same transaction as the row."""

    # Words ------------------------------------------------------------

    def problems(self, error: ValidationError) -> list[dict[str, str]]:
        if not hasattr(error, "error_dict"):
            return [{"column": "", "problem": " ".join(error.messages)}]
        return [
            {"column": "" if name == NON_FIELD_ERRORS else name, "problem": " ".join(messages)}
            for name, messages in error.message_dict.items()
        ]

    def sentence(self, error: BaseException) -> str:
        if isinstance(error, IntegrityError):
            for constraint in self.model._meta.constraints:
                if constraint.name in str(error):
                    return str(constraint.get_violation_error_message())
            return _("Another row already has this. Choose another one.")
        if isinstance(error, DataError | OverflowError):
            return _("A value in this row is too large. Shorten it.")
        if isinstance(error, OperationalError | InterfaceError):
            raise error  # the database is in trouble, not the row
        logger.error("A row of %s could not be imported: %s", self.noun(), type(error).__name__)
        return _("This row could not be read. Compare it with the template.")


def is_empty(instance: Any, column: Column) -> bool:
    field: Any = instance._meta.get_field(column.attribute)
    if field.is_relation and field.concrete and not field.many_to_many:
        return getattr(instance, field.attname) is None and not field.is_cached(instance)
    return not field.is_relation and getattr(instance, column.attribute) in (None, "")


TABLES: dict[str, type[Table]] = {}


def register(table: type[Table]) -> type[Table]:
    """Makes a noun one that can be imported and exported."""
    TABLES[table.noun()] = table
    return table
