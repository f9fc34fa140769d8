"""The memory of every noun: who changed what, when, and what it was before."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.shared import content_version

Snapshot = dict[str, Any]
LINES_AT_ONCE = 200


class Change(models.Model):
    """One change of one noun, written in the transaction that made it and never edited."""

    noun = models.CharField(_("kind"), max_length=80)
    object_id = models.BigIntegerField(_("row"))
    object_name = models.CharField(_("name"), max_length=300)
    verb = models.CharField(_("action"), max_length=40)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    # Kept apart from the account: history stays readable after the account is gone.
    by_name = models.CharField(_("name of who"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder)
    # What was done together and can be undone together, for example "exchange.import:12"; empty: on its own.
    batch = models.CharField(max_length=60, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("noun", "object_id", "-at"), name="change_of_one_row"),
            models.Index(fields=("batch",), name="change_of_one_batch", condition=~models.Q(batch="")),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.object_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A change is history: write a new one instead.")
        super().save(*args, **kwargs)


class Remembered(models.Model):
    """A noun whose changes are kept; ``remembered_children`` names the relations that belong to its story."""

    remembered_children: ClassVar[tuple[str, ...]] = ()
    # Derived columns would only repeat what the others say.
    not_remembered: ClassVar[tuple[str, ...]] = ("search_title", "search_text")
    # Decisions that only their own verbs may take: bringing an old state back leaves them as they are.
    not_restored: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def snapshot(self) -> Snapshot:
        """The row as the database has it now, with its children; empty before the first save.

        Asked inside a transaction, to whose end whoever else changes the row waits: “before” is then what
        this change replaces, and not what somebody else has replaced meanwhile.
        """
        if self.pk is None:
            return {}
        model = type(self)
        alias = router.db_for_write(model, instance=self)
        rows = model._base_manager.using(alias).raw(one_row_sql(model, alias), [self.pk])
        return next((state_of(row) for row in rows), {})

    def snapshot_to_show(self) -> Snapshot:
        """The same for reading only: nobody waits."""
        return state_of(self)

    @property
    def coming(self) -> dict[str, list[Any]]:
        """What is about to be put into its relations, by name, before it is saved."""
        found: dict[str, list[Any]] = self.__dict__.setdefault("_coming", {})
        return found

    def own_rows(self, name: str) -> Iterable[Any]:
        """The rows of a relation: those that are coming, else those that are there."""
        rows: Iterable[Any] | None = self.__dict__.get("_coming", {}).get(name)
        if rows is None:
            rows = getattr(self, name).all() if self.pk else ()
        return rows

    def lapse(self) -> None:
        """Facts have changed: whatever vouched for them no longer does; the caller saves."""

    def tell_others(self, changed: Collection[str]) -> None:
        """These fields have a new value: renew what other nouns derive from them."""


@cache
def one_row_sql(model: type[Remembered], alias: str) -> str:
    """The question for one row to be changed: put into words once, because every change asks it twice."""
    rows = model._base_manager.using(alias).select_for_update(no_key=True).filter(pk=0)
    return str(rows.query.get_compiler(alias).as_sql()[0])


def locked(model: type[Remembered], pks: Collection[int]) -> dict[int, Remembered]:
    """These rows as they are now, kept so until the transaction ends."""
    if not pks:
        return {}
    rows = model._base_manager.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    return {row.pk: row for row in rows}


def state_of(row: Remembered) -> Snapshot:
    """Everything needed to make the row again: its values, its rows with theirs, its choices by key."""
    return states_of([row])[0]


def states_of(rows: Sequence[Remembered]) -> list[Snapshot]:
    """`state_of` for rows of one noun, in as many questions as for one."""
    if not rows:
        return []
    model = type(rows[0])
    relations: dict[str, Any] = {name: model._meta.get_field(name) for name in model.remembered_children}
    # A row new or without rows of its own is the usual case: one small question then spares one for each relation.
    asked = relations_with_rows(rows[0], relations) if len(rows) == 1 else relations.keys()
    # What the given rows have read of their relations before may be old.
    bare: list[Any] = [model(**{model._meta.pk.attname: row.pk}) for row in rows]
    models.prefetch_related_objects(bare, *(as_remembered(name, relations[name]) for name in asked))
    states = []
    for row, children_of in zip(rows, bare, strict=True):
        state = values_of(row, skip=row.not_remembered)
        for name, relation in relations.items():
            children = getattr(children_of, name).all() if name in asked else ()
            if isinstance(relation, models.ManyToManyField):
                state[name] = sorted(
                    ({"id": child.pk, "name": str(child)} for child in children),
                    key=lambda child: (child["name"], child["id"]),
                )
            else:
                owner = relation.field.name
                state[name] = [{"id": child.pk} | state_of_child(child, owner) for child in children]
        states.append(state)
    return states


def relations_with_rows(row: Remembered, relations: dict[str, Any]) -> list[str]:
    """Which of these relations hold anything for the row."""
    if not relations:
        return []
    connection = connections[router.db_for_read(type(row), instance=row)]
    with connection.cursor() as cursor:
        cursor.execute(has_rows_sql(connection, tuple(relations.values())), [row.pk] * len(relations))
        return [name for name, has_rows in zip(relations, cursor.fetchone(), strict=True) if has_rows]


def has_rows_sql(connection: BaseDatabaseWrapper, relations: Iterable[Any]) -> str:
    parts = []
    for relation in relations:
        if isinstance(relation, models.ManyToManyField):
            table, column = relation.m2m_db_table(), relation.m2m_column_name()
        else:
            table, column = relation.related_model._meta.db_table, relation.field.column
        quoted = map(connection.ops.quote_name, (table, column))
        parts.append("EXISTS (SELECT 1 FROM {} WHERE {} = %s)".format(*quoted))
    return f"SELECT {', '.join(parts)}"


def as_remembered(name: str, relation: Any) -> Any:
    if isinstance(relation, models.ManyToManyField):
        return name
    child = relation.related_model
    rows = child._default_manager.order_by("pk").prefetch_related(*child.remembered_children)
    return models.Prefetch(name, rows)


def state_of_child(child: "Remembered", owner: str) -> Snapshot:
    state = values_of(child, skip=(*child.not_remembered, owner))
    for name in child.remembered_children:
        children = getattr(child, name)
        own = sorted(children.all(), key=lambda one: one.pk)
        if own:
            # Most channels and counters have no rows of their own: nothing is said of them.
            state[name] = [{"id": one.pk} | state_of_child(one, children.field.name) for one in own]
    return state


def values_of(row: models.Model, skip: tuple[str, ...]) -> Snapshot:
    values: Snapshot = {}
    for field in row._meta.concrete_fields:
        if field.name in skip or field.primary_key:
            continue
        value = getattr(row, field.attname)
        values[field.name] = (
            value if isinstance(value, (type(None), bool, int)) else field.value_to_string(row)
        )
    return values


def noun_of(instance: models.Model) -> str:
    return instance._meta.label_lower


@dataclass(frozen=True)
class Act:
    """What history says of a change beside the change itself."""

    verb: str
    by: Any = None
    at: datetime | None = None
    reason: str = ""
    batch: str = ""

    def change(self, instance: Remembered, pk: int, before: Snapshot, after: Snapshot) -> Change | None:
        """The line to write; None when nothing changed."""
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        if not changed:
            return None
        return Change(
            noun=noun_of(instance),
            object_id=pk,
            object_name=str(instance)[:300],
            verb=self.verb,
            at=self.at or timezone.now(),
            by=self.by if getattr(self.by, "pk", None) else None,
            by_name=name_of(self.by),
            reason=self.reason[:500],
            batch=self.batch,
            before={name: before[name] for name in sorted(changed) if name in before},
            after={name: after[name] for name in sorted(changed) if name in after},
        )


def remember(changes: Iterable[Change | None]) -> None:
    """Writes the lines of many rows at once, in this order; like `recorded`, inside their transaction."""
    if lines := [one for one in changes if one is not None]:
        Change.objects.bulk_create(lines, batch_size=LINES_AT_ONCE)
        content_version.bump()


@contextmanager
def recorded(
    instance: Remembered,
    *,
    verb: str,
    by: Any = None,
    at: datetime | None = None,
    reason: str = "",
    batch: str = "",
    before: Snapshot | None = None,
    is_public: bool = True,
) -> Iterator[None]:
    """Runs a change of ``instance`` in one transaction and remembers what it changed.

    ``before`` spares a question to whoever has just asked it and holds the row locked since.
    Writes nothing when nothing changed. Bumps the content version, so that every page shows the change; not
    when ``is_public`` says that no public page shows it.
    """
    with transaction.atomic():
        before = instance.snapshot() if before is None else before
        kept_pk = instance.pk
        yield
        deleted = instance.pk is None
        if deleted:
            instance.pk = kept_pk
        after = instance.snapshot()
        if deleted:
            instance.pk = None
        act = Act(verb, by, at, reason, batch)
        if change := act.change(instance, kept_pk or instance.pk, before, after):
            change.save()
            if is_public:
                content_version.bump()


def name_of(by: Any) -> str:
    """How history calls whoever acted: a person's name, or the name of the command that ran."""
    if by is None:
        return ""
    if isinstance(by, str):
        return by[:150]
    return (by.get_full_name() or by.get_username())[:150]


def changes_of(instance: models.Model) -> models.QuerySet[Change]:
    return Change.objects.filter(noun=noun_of(instance), object_id=instance.pk).select_related("by")
