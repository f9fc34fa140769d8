"""The columns of a table: one attribute each, a row chosen by its key, or rows of their own as lines of a cell."""

import re
from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.fields import Field

from portal.shared.exchange.cells import (
    Choice,
    Clock,
    Day,
    Kind,
    Number,
    Text,
    Whole,
    YesNo,
    shown,
    undamaged,
)

Label = str | Promise
# Finds the row of a kind by its key; raises ValueError with a sentence.
Find = Callable[[type[models.Model], str], Any]


def in_every_language(label: Label) -> set[str]:
    """How people may write the label, whatever the language of their desk."""
    words = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words.add(" ".join(str(label).casefold().split()))
    return words


class Column(Field):
    """One attribute of a noun; empty means unknown."""

    def __init__(
        self,
        attribute: str,
        kind: Kind | None = None,
        *,
        label: Label = "",
        is_required: bool = False,
        help_text: Label = "",
        example: str = "",
        also: Collection[str] = (),
        is_kept_when_empty: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, column_name=attribute, widget=kind or Text())
        self.label: Any = label
        self.widget: Kind
        self.is_required = is_required
        self.help_text = help_text
        self.example = example
        self.also = also
        self.is_kept_when_empty = is_kept_when_empty

    def fits(self, model: type[models.Model]) -> None:
        """Takes from the model what was not said: label and kind."""
        field: Any = model._meta.get_field(self.attribute)
        self.label = self.label or getattr(field, "verbose_name", self.attribute)
        if type(self.widget) is Text and not isinstance(field, models.CharField | models.TextField):
            self.widget = kind_of(field)
        elif type(self.widget) is Text and field.choices:
            self.widget = Choice(field.flatchoices, in_every_language)
        self.is_required = self.is_required or not (
            field.blank or field.null or field.has_default() or field.many_to_many
        )

    @property
    def title(self) -> str:
        return capfirst(str(self.label))

    @property
    def help(self) -> str:
        return " ".join(filter(None, (str(self.help_text), self.widget.hint())))

    def names(self) -> set[str]:
        """Every header that means this column."""
        written = self.column_name.replace("_", " ")
        return {self.column_name, written, *self.also, *in_every_language(self.label)}

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        value = self.widget.clean(row[self.column_name], row=row)
        if value == "" and self.is_kept_when_empty:
            return
        field = instance._meta.get_field(self.attribute)
        if value in ("", None) and field.has_default():
            # Never empty: what the model says without being told.
            value = field.get_default()
        setattr(instance, self.attribute, value)

    def text(self, instance: Any) -> str:
        """The cell as an export writes it; what an import compares."""
        return self.widget.render(getattr(instance, self.attribute))

    def keep(self, instance: Any) -> None:
        """Writes what lies outside the row itself; the row has been saved."""


def kind_of(field: Any) -> Kind:
    match field:
        case models.DateField():
            return Day()
        case models.TimeField():
            return Clock()
        case models.BooleanField():
            return YesNo(unknown=None if field.null else bool(field.get_default()))
        case models.DecimalField():
            return Number()
        case models.IntegerField():
            return Whole()
    return Text()


class Reference(Column):
    """Another row, written as its key; its exact name does too where only one has it."""

    find: Find

    def fits(self, model: type[models.Model]) -> None:
        self.related: Any = model._meta.get_field(self.attribute).related_model
        super().fits(model)

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        text = undamaged(row[self.column_name])
        setattr(instance, self.attribute, kwargs["find"](self.related, text) if text else None)

    def text(self, instance: Any) -> str:
        field = instance._meta.get_field(self.attribute)
        if getattr(instance, field.attname) is None and not field.is_cached(instance):
            return ""
        other = getattr(instance, self.attribute)
        return key_of(other) if other is not None else ""


class References(Column):
    """Any number of other rows, their keys parted by a bar."""

    def fits(self, model: type[models.Model]) -> None:
        self.related: Any = model._meta.get_field(self.attribute).related_model
        super().fits(model)

    @property
    def help(self) -> str:
        return " ".join((str(self.help_text), _("Several are parted by | like this: one | two.")))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        words = [word.strip() for word in re.split(r"[|\n]", undamaged(row[self.column_name]))]
        found = [kwargs["find"](self.related, word) for word in words if word]
        coming(instance)[self.attribute] = list({key_of(one): one for one in found}.values())

    def text(self, instance: Any) -> str:
        rows: Any = coming(instance).get(self.attribute)
        if rows is None:
            rows = getattr(instance, self.attribute).all() if instance.pk else ()
        return " | ".join(sorted(key_of(one) for one in rows))

    def keep(self, instance: Any) -> None:
        if (rows := coming(instance).get(self.attribute)) is not None:
            getattr(instance, self.attribute).set(rows)


class Lines(Column):
    """Rows of their own, such as requirements: a line each, their values parted by bars.

    A line keeps the row it describes where it can, so that what hangs on that row (hours of a counter) stays.
    """

    def __init__(self, attribute: str, *parts: Column, identity: int = 1, **options: Any) -> None:
        super().__init__(attribute, **options)
        self.parts = parts
        # So many values say which row it is; the rest is said about it.
        self.identity = identity

    def fits(self, model: type[models.Model]) -> None:
        relation: Any = model._meta.get_field(self.attribute)
        self.related: Any = relation.related_model
        self.owner = relation.field.name
        self.label = self.label or self.related._meta.verbose_name_plural
        self.has_position = any(field.name == "position" for field in self.related._meta.concrete_fields)
        for part in self.parts:
            part.fits(self.related)

    @property
    def help(self) -> str:
        shape = " | ".join(part.title for part in self.parts)
        return " ".join(
            (str(self.help_text), _("One on each line (Alt+Enter in Excel): %(shape)s") % {"shape": shape})
        )

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        lines = [line for line in undamaged(row[self.column_name]).split("\n") if line.strip()]
        children = []
        for number, line in enumerate(lines, start=1):
            try:
                children.append(self.child(line, kwargs["find"]))
            except ValueError as error:
                raise ValueError(_("Line %(n)s: %(problem)s") % {"n": number, "problem": error}) from None
        coming(instance)[self.attribute] = children

    def child(self, line: str, find: Find) -> Any:
        cells = [cell.strip() for cell in split_line(line)]
        if len(cells) > len(self.parts):
            raise ValueError(
                _("“%(line)s” has more parts than %(n)s. Write \\| for a bar that belongs to the text.")
                % {"line": shown(line), "n": len(self.parts)}
            )
        cells += [""] * (len(self.parts) - len(cells))
        child = self.related()
        for part, cell in zip(self.parts, cells, strict=True):
            if part.is_required and not cell:
                raise ValueError(_("“%(name)s” is missing.") % {"name": part.title})
            part.save(child, {part.column_name: cell}, find=find)
            field = self.related._meta.get_field(part.attribute)
            length = getattr(field, "max_length", None)
            if length and not field.is_relation and len(cell) > length:
                words = {"name": part.title, "n": length}
                raise ValueError(_("“%(name)s” has more than %(n)s characters.") % words)
        return child

    def text(self, instance: Any) -> str:
        rows: Any = coming(instance).get(self.attribute)
        if rows is None:
            rows = getattr(instance, self.attribute).all() if instance.pk else ()
        lines = map(self.line, rows)
        # Without a position the order says nothing; sorted, the same rows are the same text.
        return "\n".join(lines if self.has_position else sorted(lines))

    def line(self, child: Any) -> str:
        cells = [escape(part.text(child)) for part in self.parts]
        while cells and not cells[-1]:
            cells.pop()
        return " | ".join(cells)

    def keep(self, instance: Any) -> None:
        children = coming(instance).get(self.attribute)
        if children is None:
            return
        manager = getattr(instance, self.attribute)
        present = list(manager.all())
        for child, old in zip(children, self.partners(children, present), strict=True):
            setattr(child, self.owner, instance)
            if old is not None:
                child.pk = old.pk
                child._state.adding = False
        kept = {child.pk for child in children if child.pk}
        gone = [old.pk for old in present if old.pk not in kept]
        if gone:
            manager.filter(pk__in=gone).delete()
        for position, child in enumerate(children, start=1):
            if self.has_position:
                child.position = position
            if child.pk:
                child.save()
        # Rows of rows derive nothing of their own when they are saved.
        self.related._default_manager.bulk_create([child for child in children if not child.pk])

    def partners(self, children: list[Any], present: list[Any]) -> list[Any]:
        """For each line the present row it describes: the same, else one of the same identity."""
        left = list(present)
        found: list[Any] = [None] * len(children)
        for said in (len(self.parts), self.identity):
            for index, child in enumerate(children):
                if found[index] is None:
                    same = [old for old in left if self.start(old, said) == self.start(child, said)]
                    if same:
                        found[index] = same[0]
                        left.remove(same[0])
        return found

    def start(self, child: Any, said: int) -> list[str]:
        return [part.text(child) for part in self.parts[:said]]


def coming(instance: Any) -> dict[str, list[Any]]:
    """What an import will put into the relations of a row that is not saved yet."""
    found: dict[str, list[Any]] = instance.__dict__.setdefault("_coming", {})
    return found


def key_of(row: Any) -> str:
    return str(row.slug)


def split_line(line: str) -> list[str]:
    """The values of a line: bars part them, a backslash takes the next sign as it is."""
    cells = [""]
    signs = iter(line)
    for sign in signs:
        if sign == "\\":
            after = next(signs, "\\")
            cells[-1] += "\n" if after == "n" else after
        elif sign == "|":
            cells.append("")
        else:
            cells[-1] += sign
    return cells


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
