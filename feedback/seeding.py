"""Puts the rules of feedback/data/ into the database: deadlines with their source, suggestions, beginnings of answers.

Run again it changes nothing; a row that staff have edited is left alone, one they have deleted stays away.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from feedback.models import AnswerTemplate, DeadlineRule, SensitiveCategory, TriageRule
from portal.shared.history import Change, Remembered
from services.data_files import LOADER, Reader, Report, Row, RowError, whole, words
from services.models import Category, Organization, Service

FOLDER = Path(__file__).resolve().parent / "data"


def seed(*, at: datetime, say: Callable[[str], None] = lambda line: None) -> Report:
    """Loads every file in one transaction; a row that speaks of what this portal does not have is left out."""
    reader = Reader(FOLDER, at=at, say=say)
    columns = Columns(reader)
    with transaction.atomic():
        reader.rows("deadline_rules.csv", columns.deadline)
        reader.rows("triage_rules.csv", columns.triage)
        reader.rows("answer_templates.csv", columns.template)
        reader.rows("sensitive_categories.csv", columns.sensitive)
    return reader.report


class Columns:
    """How the columns of each file become the fields of its noun."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._slugs: dict[tuple[type[models.Model], str], dict[str, Any]] = {}
        self._gone: dict[type[models.Model], set[str]] = {}

    def deadline(self, row: Row) -> None:
        values = {
            "kind": row["kind"],
            "nature": row["nature"] or DeadlineRule.Nature.ANY,
            "category": self.first(Category, row["category"]),
            "unit": self.first(Organization, row["unit"]),
            "verify_days": whole(row["verify_days"]),
            "answer_days": whole(row["answer_days"]),
            "source": row["source"],
        }
        if not row["source"]:
            raise RowError("a deadline needs its source.")
        if is_whole(row, values, "category", "unit"):
            self.put("deadline_rules.csv", DeadlineRule, row, values)

    def triage(self, row: Row) -> None:
        values = {
            "words": row["words"],
            "service": self.first(Service, row["service"], "code"),
            "rw": row["rw"],
            "category": self.first(Category, row["category"]),
            "unit": self.first(Organization, row["unit"]),
            "position": whole(row["position"]) or 0,
        }
        if is_whole(row, values, "service") and (values["category"] or values["unit"]):
            self.put("triage_rules.csv", TriageRule, row, values)

    def template(self, row: Row) -> None:
        category = self.first(Category, row["category"])
        values = {name: row[name] for name in ("title", "kind", "text")} | {"category": category}
        self.put("answer_templates.csv", AnswerTemplate, row, values)

    def sensitive(self, row: Row) -> None:
        values = {"category": self.first(Category, row["category"]), "reason": row["reason"]}
        if values["category"]:
            self.put("sensitive_categories.csv", SensitiveCategory, row, values)

    def put(self, name: str, model: type[Remembered], row: Row, values: dict[str, Any]) -> None:
        if row["code"] in self.deleted(model) or self.is_made_by_hand(model, row["code"], values):
            self.reader.report.tallies[name].kept += 1
            return
        self.reader.put(name, model, {"code": row["code"]}, values)

    def is_made_by_hand(self, model: type[Remembered], code: str, values: dict[str, Any]) -> bool:
        """Whether staff have written their own row for the same case already."""
        same: dict[type[Remembered], tuple[str, ...]] = {
            DeadlineRule: ("kind", "nature", "category", "unit"),
            AnswerTemplate: ("title",),
            SensitiveCategory: ("category",),
        }
        names = same.get(model)
        if names is None or (code,) in self.reader.present(model, ("code",)):
            return False
        return model._default_manager.filter(**{name: values[name] for name in names}).exists()

    def deleted(self, model: type[Remembered]) -> set[str]:
        """Codes of rows that staff have taken away."""
        if model not in self._gone:
            gone = Change.objects.filter(noun=model._meta.label_lower, after={}).exclude(by_name=LOADER)
            self._gone[model] = {str(change.before.get("code")) for change in gone}
        return self._gone[model]

    def first(self, model: type[models.Model], slugs: str, field: str = "slug") -> Any:
        """The first of several that this portal has: the data sets know different units."""
        if not slugs:
            return None
        if (model, field) not in self._slugs:
            rows = model._default_manager.only("pk", field)
            self._slugs[model, field] = {getattr(row, field): row for row in rows}
        known = self._slugs[model, field]
        return next((known[slug] for slug in words(slugs) if slug in known), None)


def is_whole(row: Row, values: dict[str, Any], *names: str) -> bool:
    """Whether this portal has everything the row is restricted to: without it the rule would hold for all."""
    return all(values[name] is not None for name in names if row[name])
