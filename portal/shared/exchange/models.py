"""One file that came in: checked, shown, applied in one piece, undone in one piece."""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from portal.shared import content_version
from portal.shared.exchange.files import FileRefused, is_long, opened
from portal.shared.exchange.headers import rows_of
from portal.shared.exchange.table import TABLES, Outcome, Table
from portal.shared.history import Act, Change, name_of
from portal.shared.restoring import changed_since
from portal.shared.undoing import put_all_back

# More rows than this are checked and applied after the answer was sent.
ROWS_IN_REQUEST = 500
CONTENT_KEPT = timedelta(hours=24)
ROWS_BETWEEN_TICKS = 100
ROWS_AT_ONCE = 500
logger = logging.getLogger(__name__)


class RowsChanged(Exception):
    """What the import would do now is not what its check showed."""


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: Any) -> "ImportQuerySet":
        """All for whoever may see imports, else one's own."""
        return self if user.has_perm("exchange.view_import") else self.filter(by=user)

    def forget_old_files(self, at: datetime) -> None:
        """Files nobody confirmed within a day: they may hold anything and are of no more use."""
        old = self.filter(at__lt=at - CONTENT_KEPT, content__isnull=False)
        old.filter(state__in=(Import.State.CHECKED, Import.State.WRONG)).update(state=Import.State.EXPIRED)
        old.exclude(state__in=Import.BUSY).update(content=None)


class Import(models.Model):
    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        REFUSED = "refused", _("Cannot be read")
        WRONG = "wrong", _("Has rows to mend")
        CHECKED = "checked", _("Waits for your yes")
        APPLYING = "applying", _("Being imported")
        APPLIED = "applied", _("Imported")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        EXPIRED = "expired", _("Expired")

    BUSY = (State.CHECKING, State.APPLYING, State.UNDOING)

    noun = models.CharField(_("kind"), max_length=80)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    language = models.CharField(max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CHECKING)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    by_name = models.CharField(_("name of who"), max_length=150, blank=True)
    # Who asked for the step under way, and how history calls them.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    applied_by_name = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong = models.PositiveIntegerField(_("to mend"), default=0)
    # What concerns the whole file, in the words of whoever sent it.
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    # What the check showed, in short: applying must do exactly that.
    fingerprint = models.CharField(max_length=64, blank=True)

    objects: ClassVar = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-at", "-pk")
        default_permissions = ("add", "view")
        permissions = (("export_rows", "Can take tables out as files"),)
        constraints = (
            models.CheckConstraint(
                name="import_applied_has_time",
                condition=~models.Q(state__in=("applied", "undoing", "undone"))
                | models.Q(applied_at__isnull=False),
                violation_error_message=_("An import that was carried out has the time it was."),
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:exchange_import_change", args=[self.pk])

    @property
    def batch(self) -> str:
        return f"exchange.import:{self.pk}"

    @property
    def table_class(self) -> type[Table] | None:
        return TABLES.get(self.noun)

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def rows_under_way(self) -> int:
        return self.added + self.changed

    @property
    def can_be_confirmed(self) -> bool:
        return self.state == self.State.CHECKED and self.added + self.changed > 0

    # Coming in ------------------------------------------------------------

    @classmethod
    def receive(cls, *, noun: str, file_name: str, content: bytes, by: Any, at: datetime) -> "Import":
        """Keeps the file and checks it: at once, or after the answer when it is long."""
        cls.objects.forget_old_files(at)
        incoming = cls(
            noun=noun,
            file_name=file_name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            language=translation.get_language() or settings.LANGUAGE_CODE,
            by=by,
            by_name=name_of(by),
            actor=by,
            at=at,
        )
        with transaction.atomic():
            incoming.save()
            is_later = is_long(content, ROWS_IN_REQUEST)
            if is_later:
                carry_on.enqueue(incoming.pk)
        if not is_later:
            incoming.check_file()
        return incoming

    def check_file(self) -> None:
        """The dry run: what every row would do, and what is wrong with it; changes nothing but this report."""
        with translation.override(self.language):
            try:
                outcomes = self.walk(dry_run=True)
            except FileRefused as refusal:
                self.finish_check(self.State.REFUSED, [])
                self.problems, self.content = [str(refusal)], None
                self.save()
                return
            is_wrong = any(one.outcome == "wrong" for one in outcomes)
            self.finish_check(self.State.WRONG if is_wrong else self.State.CHECKED, outcomes)
            self.save()

    def finish_check(self, state: "Import.State", outcomes: list[Outcome]) -> None:
        self.state = state
        counts = {name: sum(one.outcome == name for one in outcomes) for name in ImportRow.OUTCOMES}
        self.added, self.changed = counts["added"], counts["changed"]
        self.unchanged, self.wrong = counts["unchanged"], counts["wrong"]
        self.total = self.done = len(outcomes)
        self.fingerprint = fingerprint(outcomes)
        if state == self.State.WRONG:
            # Nothing of it can be used any more: a mended file comes as a new one.
            self.content = None
        self.write_rows(outcomes)

    def write_rows(self, outcomes: list[Outcome]) -> None:
        with transaction.atomic():
            self.rows.all().delete()
            ImportRow.objects.bulk_create(
                (ImportRow.of(self, one) for one in outcomes if one.outcome != "unchanged"),
                batch_size=ROWS_AT_ONCE,
            )

    def walk(self, *, dry_run: bool, at: datetime | None = None) -> list[Outcome]:
        table = self.table(at or timezone.now())
        sheet = opened(bytes(self.content or b""))
        self.notes = sheet.notes
        rows = rows_of(sheet, table)
        rows = [one for one in rows if not table.is_example(one[1])]
        if not rows:
            raise FileRefused(
                gettext("There are no rows under the headers. Fill in the template and send it again.")
            )
        table.load([row for _number, row in rows], is_locked=not dry_run)
        outcomes = []
        for count, (number, row) in enumerate(rows, start=1):
            outcomes.append(table.read(number, row, dry_run=dry_run))
            if dry_run and count % ROWS_BETWEEN_TICKS == 0:
                Import.objects.filter(pk=self.pk).update(total=len(rows), done=count)
        if not dry_run:
            try:
                table.flush()
            except (OperationalError, InterfaceError):
                raise  # the database is in trouble, not the rows
            except Exception as fault:
                logger.error("Rows of %s could not be imported: %s", self.noun, type(fault).__name__)
                raise RowsChanged from fault
            for instance, names in table.changed:
                instance.tell_others(names)
        return outcomes

    def table(self, at: datetime) -> Table:
        table = self.table_class
        if table is None:
            raise FileRefused(gettext("This kind of table can no longer be imported."))
        return table(by=self.actor, at=at, reason=self.file_name, batch=self.batch)

    # The yes ------------------------------------------------------------

    def confirm(self, *, by: Any, at: datetime) -> None:
        """Imports what the check showed, once, however often it is asked; refuses when rows changed since."""
        with transaction.atomic():
            self.begin(self.State.CHECKED, self.State.APPLYING, by)
            if self.total > ROWS_IN_REQUEST:
                carry_on.enqueue(self.pk)
            else:
                self.apply(at)

    def begin(self, before: "Import.State", after: "Import.State", by: Any) -> None:
        """One conditional update decides who may go on: of two clicks, one."""
        rows = Import.objects.filter(pk=self.pk, state=before)
        if before == self.State.CHECKED:
            rows = rows.filter(content__isnull=False)
        if not rows.update(state=after, actor=by, problems=[]):
            raise ValidationError(_("This has been done already, or can no longer be done."), code="state")
        self.refresh_from_db()

    def apply(self, at: datetime) -> None:
        """All rows in one transaction, or none; a second call finds nothing left to do."""
        try:
            with translation.override(self.language), transaction.atomic(), content_version.one_bump():
                mine = Import.objects.filter(pk=self.pk, state=self.State.APPLYING)
                name = name_of(self.actor)
                if not mine.update(state=self.State.APPLIED, applied_at=at, applied_by_name=name):
                    return
                outcomes = self.walk(dry_run=False, at=at)
                if fingerprint(outcomes) != self.fingerprint:
                    raise RowsChanged
                self.write_rows(outcomes)
                Import.objects.filter(pk=self.pk).update(content=None)
        except RowsChanged:
            self.check_file()
            with translation.override(self.language):
                self.problems = [
                    gettext(
                        "Rows have been changed since the check, so nothing was imported. Look once more."
                    )
                ]
            self.save(update_fields=["problems"])
        self.refresh_from_db()

    # The second thought ------------------------------------------------------------

    def undo(self, *, by: Any, at: datetime) -> None:
        """Puts every row back exactly; refuses when one of them was changed since, and then changes nothing."""
        with transaction.atomic():
            self.begin(self.State.APPLIED, self.State.UNDOING, by)
            if self.added + self.changed > ROWS_IN_REQUEST:
                carry_on.enqueue(self.pk)
            else:
                self.put_back(at)

    def put_back(self, at: datetime) -> None:
        try:
            with translation.override(self.language), transaction.atomic(), content_version.one_bump():
                mine = Import.objects.filter(pk=self.pk, state=self.State.UNDOING)
                name = name_of(self.actor)
                if not mine.update(state=self.State.UNDONE, undone_at=at, undone_by_name=name):
                    return
                if problems := self.put_rows_back(at):
                    raise ValidationError(problems)
        except ValidationError as refusal:
            Import.objects.filter(pk=self.pk, state=self.State.UNDOING).update(
                state=self.State.APPLIED, problems=refusal.messages
            )
        self.refresh_from_db()

    def put_rows_back(self, at: datetime) -> list[str]:
        # The newest first: what leans on another row goes before it.
        changes = list(Change.objects.filter(batch=self.batch).order_by("-pk"))
        late = changed_since(changes)
        problems = [f"{one.object_name}: {gettext('It has been changed since.')}" for one in late]
        if problems:
            return problems
        return put_all_back(changes, Act("undo", self.actor, at, self.file_name, f"{self.batch}:undo"))


class ImportRow(models.Model):
    """What one row of the file would do, or did; rows that change nothing are only counted."""

    OUTCOMES = ("added", "changed", "unchanged", "wrong")

    import_run = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(max_length=10, choices=[(one, one) for one in OUTCOMES])
    name = models.CharField(_("name"), max_length=300, blank=True)
    object_id = models.BigIntegerField(null=True)
    problems = models.JSONField(default=list)
    differences = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ("number",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="import_row_once",
                fields=("import_run", "number"),
                violation_error_message=_("This row is already in the report."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"

    @classmethod
    def of(cls, run: Import, outcome: Outcome) -> "ImportRow":
        return cls(
            import_run=run,
            number=outcome.number,
            outcome=outcome.outcome,
            name=outcome.name[:300],
            object_id=outcome.object_id,
            problems=outcome.problems,
            differences=outcome.differences,
        )


def fingerprint(outcomes: list[Outcome]) -> str:
    shown = [
        [one.number, one.outcome, one.problems, one.differences, one.object_id * (one.outcome != "added")]
        if one.object_id is not None
        else [one.number, one.outcome, one.problems, one.differences, 0]
        for one in outcomes
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


@task()
def carry_on(import_id: int) -> None:
    """The next step of a long import, whichever that is; does nothing when another worker has done it."""
    run = Import.objects.filter(pk=import_id).first()
    if run is None:
        return
    match run.state:
        case Import.State.CHECKING:
            run.check_file()
        case Import.State.APPLYING:
            run.apply(timezone.now())
        case Import.State.UNDOING:
            run.put_back(timezone.now())
