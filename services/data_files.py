"""Reads a folder of data files into the nouns: idempotent, row by row, with every error named by file and row."""

import csv
import hashlib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from portal.shared.history import Change, Remembered, recorded

DATA_DIR = Path(__file__).resolve().parent / "data"
COMMON = "common"
LOADER = "load_data"
Row = dict[str, str]


class RowError(Exception):
    """A row that cannot be used; the sentence says what is wrong and how to mend it."""


@dataclass
class Tally:
    """What happened to the rows of one file."""

    added: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0  # edited by staff since the last load, therefore left alone

    def __str__(self) -> str:
        parts = [f"{self.added} added", f"{self.changed} changed", f"{self.same} unchanged"]
        return ", ".join(parts + ([f"{self.kept} kept as staff edited them"] if self.kept else []))


@dataclass
class Report:
    errors: list[str] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)


def data_sets() -> list[str]:
    return sorted(path.parent.name for path in DATA_DIR.glob("*/profile.toml"))


def fingerprint(data_set: str) -> str:
    """A hash of every file of the data set and of what both data sets share."""
    digest = hashlib.sha256()
    for folder in (DATA_DIR / COMMON, DATA_DIR / data_set):
        for path in sorted(folder.iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def folder_of(data_set: str) -> Path:
    folder = DATA_DIR / data_set
    if data_set == COMMON or not (folder / "profile.toml").exists():
        raise RowError(f"There is no data set “{data_set}”. Choose one of: {', '.join(data_sets())}.")
    return folder


def read_profile(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "profile.toml").read_text(encoding="utf-8"))


# Cells: empty means “not known” ------------------------------------------------------------


def decimal(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise RowError(f"“{text}” is not a number. Write it like 25000 or -6.3079.") from None


def whole(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise RowError(f"“{text}” is not a whole number.")
    return int(text)


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RowError(f"“{text}” is not a date. Write it like 2026-11-21.") from None


def clock(text: str) -> time:
    try:
        return time.fromisoformat(text.replace(".", ":"))
    except ValueError:
        raise RowError(f"“{text}” is not a time. Write it like 07:30.") from None


def yes(text: str) -> bool:
    if text.lower() not in {"", "yes", "no"}:
        raise RowError(f"“{text}” is neither yes nor no.")
    return text.lower() == "yes"


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split("|") if word.strip()]


def provenance(row: Row) -> dict[str, Any]:
    return {
        "source": row.get("source", ""),
        "scope": row.get("scope", ""),
        "source_year": row.get("year", ""),
        "caution": row.get("caution", ""),
        "read_on": day(row.get("read_on", "")),
    }


class Reader:
    """Puts rows into the database, keeps count, collects errors; the caller decides to commit or roll back."""

    def __init__(
        self, folder: Path, *, at: datetime, say: Callable[[str], None], overwrite: bool = False
    ) -> None:
        self.folder = folder
        self.at = at
        self.say = say
        self.overwrite = overwrite
        self.report = Report()
        self._edited: dict[str, set[int]] = {}
        self._present: dict[tuple[type[models.Model], tuple[str, ...]], dict[tuple[str, ...], Any]] = {}
        self._found: dict[type[models.Model], dict[Any, models.Model]] = {}

    def rows(self, name: str, read: Callable[[Row], None], *, needed: bool = True) -> None:
        """Feeds each row of a file to ``read``; an error names the row and the next row goes on."""
        path = self.folder / name
        if not path.exists():
            path = DATA_DIR / COMMON / name
        if not path.exists():
            if needed:
                self.report.errors.append(f"{name}: the file is missing.")
            return
        self.report.tallies.setdefault(name, Tally())
        for number, row in numbered_rows(path):
            try:
                with transaction.atomic():
                    read(row)
            except RowError as error:
                self.report.errors.append(f"{name}, row {number}: {error}")
            except (ValidationError, IntegrityError) as error:
                self.report.errors.append(f"{name}, row {number}: {refusal(error)}")
            except KeyError as error:
                self.report.errors.append(f"{name}, row {number}: the column {error} is missing.")
                break
        self.say(f"  {name}: {self.report.tallies[name]}")

    def child_rows(
        self, name: str, numbers: list[int], parent: Remembered, relation: str, children: list[dict[str, Any]]
    ) -> None:
        """``put_children`` with errors named by the first row of the group."""
        try:
            with transaction.atomic():
                self.put_children(name, parent, relation, children)
        except (ValidationError, IntegrityError) as error:
            self.report.errors.append(f"{name}, rows {numbers[0]}–{numbers[-1]}: {refusal(error)}")

    def put(
        self, name: str, model: type[Remembered], key: dict[str, Any], values: dict[str, Any], **related: Any
    ) -> Any:
        """Adds or changes one row found by ``key``; ``related`` replaces the sets of many-to-many relations."""
        tally = self.report.tallies.setdefault(name, Tally())
        instance = self.present(model, tuple(key)).get(tuple(str(value) for value in key.values()))
        if instance is None:
            instance = model(**key, **values)
            instance.clean_fields(exclude=names_of_relations(model))
            with recorded(instance, verb="load", by=LOADER, at=self.at):
                instance.save()
                for relation, members in related.items():
                    getattr(instance, relation).set(members)
            tally.added += 1
            return instance
        if self.is_kept(instance):
            tally.kept += 1
            return instance
        different = {key for key, value in values.items() if getattr(instance, key) != value}
        sets = {
            relation: members
            for relation, members in related.items()
            if {one.pk for one in members} != set(getattr(instance, relation).values_list("pk", flat=True))
        }
        if not different and not sets:
            tally.same += 1
            return instance
        for attribute in different:
            setattr(instance, attribute, values[attribute])
        instance.clean_fields(exclude=names_of_relations(model))
        with recorded(instance, verb="load", by=LOADER, at=self.at):
            instance.save()
            for relation, members in sets.items():
                getattr(instance, relation).set(members)
        tally.changed += 1
        return instance

    def present(self, model: type[models.Model], names: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
        """The rows the database already had when the file was opened, by their key."""
        if (model, names) not in self._present:
            self._present[model, names] = {
                tuple(str(getattr(row, name)) for name in names): row for row in model._default_manager.all()
            }
        return self._present[model, names]

    def is_kept(self, instance: models.Model) -> bool:
        """Whether the row is left as staff made it."""
        return not self.overwrite and instance.pk in self.edited(type(instance))

    def edited(self, model: type[models.Model]) -> set[int]:
        """Rows a person has changed: a load must not undo a clerk's correction."""
        noun = model._meta.label_lower
        if noun not in self._edited:
            changes = Change.objects.filter(noun=noun).exclude(by_name=LOADER)
            self._edited[noun] = set(changes.values_list("object_id", flat=True))
        return self._edited[noun]

    def put_children(
        self, name: str, parent: Remembered, relation: str, children: list[dict[str, Any]]
    ) -> None:
        """Replaces the rows of ``relation`` when they differ from ``children``, in the order given."""
        tally = self.report.tallies.setdefault(name, Tally())
        manager = getattr(parent, relation)
        # A counter or channel may carry hours a clerk corrected: it must not be replaced under them either.
        edited = set() if self.overwrite else self.edited(manager.model)
        if self.is_kept(parent) or (edited and manager.filter(pk__in=edited).exists()):
            tally.kept += len(children)
            return
        names = sorted({key for child in children for key in child})
        present = list(manager.order_by("position", "pk").values(*names)) if names else []
        if present == children and manager.count() == len(children):
            tally.same += len(children)
            return
        with recorded(parent, verb="load", by=LOADER, at=self.at):
            manager.all().delete()
            for child in children:
                row = manager.model(**{manager.field.name: parent}, **child)
                row.clean_fields(exclude=names_of_relations(manager.model))
                row.save()
            parent.save()
        tally.added += len(children)

    def find(self, model: type[models.Model], what: str, key: str, field_name: str = "slug") -> Any:
        if not key:
            return None
        found = self._found.setdefault(model, {})
        if key not in found:
            instance = model._default_manager.filter(**{field_name: key}).first()
            if instance is None:
                raise RowError(f"there is no {what} “{key}”. Add it first, or mend the word.")
            found[key] = instance
        return found[key]

    def find_all(self, model: type[models.Model], what: str, keys: str) -> list[Any]:
        return [self.find(model, what, key) for key in words(keys)]


def numbered_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Rows with the number a spreadsheet shows: the header is row 1."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, restval=""), start=2):
            yield (
                number,
                {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)},
            )


def sentences(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [
            f"{'' if name == '__all__' else name + ': '}{message}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return error.messages


def names_of_relations(model: type[models.Model]) -> set[str]:
    """Fields whose rows were looked up a moment ago: asking again whether they exist would cost a query each."""
    return {field.name for field in model._meta.concrete_fields if field.is_relation or field.primary_key}


def refusal(error: ValidationError | IntegrityError) -> str:
    """Why a row was refused, in the words of its fields or of the constraint, whose names are unique."""
    if isinstance(error, ValidationError):
        return " ".join(sentences(error))
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name in str(error):
                return str(constraint.get_violation_error_message())
    return "this row is already there under another key (same code, address word or date)."
