"""The columns of a table: one attribute each, a row chosen by its key, or rows of their own as lines of a cell."""

import re
from collections.abc import Callable, Collection, Sequence
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

    def keep(self, owners: Sequence[Any]) -> None:
        """Writes what is coming to these rows outside of themselves; they have been saved."""


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
        instance.coming[self.attribute] = list({key_of(one): one for one in found}.values())

    def text(self, instance: Any) -> str:
        return " | ".join(sorted(key_of(one) for one in instance.own_rows(self.attribute)))

    def keep(self, owners: Sequence[Any]) -> None:
        field = type(owners[0])._meta.get_field(self.attribute)
        through = field.remote_field.through._default_manager
        mine, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        present: dict[Any, dict[Any, Any]] = {owner.pk: {} for owner in owners}
        for link in through.filter(**{f"{mine}__in": list(present)}):
            present[getattr(link, mine)][getattr(link, other)] = link.pk
        gone, new = [], []
        for owner in owners:
            there, chosen = present[owner.pk], {one.pk for one in owner.coming[self.attribute]}
            gone += [pk for key, pk in there.items() if key not in chosen]
            new += [through.model(**{mine: owner.pk, other: key}) for key in sorted(chosen - there.keys())]
        through.filter(pk__in=gone).delete()
        through.bulk_create(new)


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
        instance.coming[self.attribute] = children

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
        lines = map(self.line, instance.own_rows(self.attribute))
        # Without a position the order says nothing; sorted, the same rows are the same text.
        return "\n".join(lines if self.has_position else sorted(lines))

    def line(self, child: Any) -> str:
        cells = [escape(part.text(child)) for part in self.parts]
        while cells and not cells[-1]:
            cells.pop()
        return " | ".join(cells)

    def keep(self, owners: Sequence[Any]) -> None:
        rows = self.related._default_manager
        references = [part.attribute for part in self.parts if isinstance(part, Reference)]
        found = rows.filter(**{f"{self.owner}__in": [owner.pk for owner in owners]})
        present: dict[Any, list[Any]] = {owner.pk: [] for owner in owners}
        for old in found.select_related(*references) if references else found:
            present[getattr(old, f"{self.owner}_id")].append(old)
        gone, changed, new = [], [], []
        for owner in owners:
            children = owner.coming[self.attribute]
            old_ones = present[owner.pk]
            kept = set()
            for position, (child, old) in enumerate(
                zip(children, self.partners(children, old_ones), strict=True), start=1
            ):
                setattr(child, self.owner, owner)
                if self.has_position:
                    child.position = position
                if old is None:
                    new.append(child)
                    continue
                kept.add(old.pk)
                child.pk = old.pk
                child._state.adding = False
                if not is_same(child, old):
                    changed.append(child)
            gone += [old.pk for old in old_ones if old.pk not in kept]
        if gone:
            rows.filter(pk__in=gone).delete()
        for child in changed:
            child.save()
        # Rows of rows derive nothing of their own when they are saved.
        rows.bulk_create(new)

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


def is_same(row: models.Model, other: models.Model) -> bool:
    return all(
        getattr(row, field.attname) == getattr(other, field.attname) for field in row._meta.concrete_fields
    )


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
