"""Cases as a table to take away: no formulas, nothing a right does not cover, and a line in history first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from feedback.models import ContactOpening, Submission
from portal.shared.exchange.files import escaped
from portal.shared.exchange.writing import BYTE_ORDER_MARK, bold, line_of, safe, saved
from portal.shared.history import Change, name_of, noun_of

ROWS_AT_ONCE = 1_000
MOST_IN_A_WORKBOOK = 10_000


@dataclass(frozen=True)
class Column:
    """One column: its head, and the text of a case in it."""

    title: Promise | str
    text: Any


def day(at: datetime | None) -> str:
    return timezone.localtime(at).date().isoformat() if at else ""


def iso(value: date | None) -> str:
    return value.isoformat() if value else ""


def in_words(case: Submission, name: str) -> str:
    """What the resident wrote; confidential words stay at the desk."""
    text: str = getattr(case, name)
    if text and case.privacy == Submission.Privacy.CONFIDENTIAL:
        return gettext("(confidential)")
    return text


COLUMNS = (
    Column(_("number"), lambda case: case.number),
    Column(_("status"), lambda case: str(case.get_status_display())),
    Column(_("kind"), lambda case: str(case.get_kind_display())),
    Column(_("gist"), lambda case: case.title),
    Column(_("what happened"), lambda case: in_words(case, "story")),
    Column(_("topic"), lambda case: str(case.category or "")),
    Column(_("unit in charge"), lambda case: str(case.unit or "")),
    Column(_("about the service"), lambda case: str(case.service or "")),
    Column(_("where"), lambda case: in_words(case, "place_words")),
    Column("RT", lambda case: case.rt),
    Column("RW", lambda case: case.rw),
    Column(_("privacy"), lambda case: str(case.get_privacy_display())),
    Column(_("came in"), lambda case: str(case.get_channel_display())),
    Column(_("received at"), lambda case: day(case.received_at)),
    Column(_("promised answer by"), lambda case: iso(case.due_on)),
    Column(_("answered at"), lambda case: day(case.answered_at)),
    Column(_("closed at"), lambda case: day(case.closed_at)),
    Column(_("times reopened"), lambda case: str(case.reopened_count)),
)
CONTACT = (
    Column(_("name to call"), lambda case: of_contact(case, "name")),
    Column(_("phone or WhatsApp"), lambda case: of_contact(case, "phone")),
    Column(_("e-mail"), lambda case: of_contact(case, "email")),
)


def of_contact(case: Submission, name: str) -> str:
    contact = getattr(case, "contact", None)
    return getattr(contact, name) if contact else ""


@dataclass(frozen=True)
class Export:
    """One table of cases for one person; `has_contacts` adds who sent them, which counts as opening each."""

    rows: models.QuerySet
    by: Any
    why: str
    has_contacts: bool = False
    # Whose contact was written down as opened: nobody else's leaves, not one left a moment later either.
    opened: set[int] = field(default_factory=set)

    @property
    def columns(self) -> tuple[Column, ...]:
        return COLUMNS + CONTACT if self.has_contacts else COLUMNS

    @transaction.atomic
    def log(self, shape: str, at: datetime) -> int:
        """Writes down who takes what away and why, before a byte leaves; says how many cases it is."""
        pks = list(self.rows.order_by().values_list("pk", flat=True))
        words = {"n": len(pks), "shape": shape.upper()}
        name = gettext("%(n)s cases as %(shape)s") % words
        if self.has_contacts:
            name = gettext("%(n)s cases with contacts as %(shape)s") % words
        Change.objects.create(
            noun=noun_of(Submission()),
            object_id=0,
            object_name=name,
            verb="export",
            at=at,
            by=self.by,
            by_name=name_of(self.by),
            reason=self.why[:500],
        )
        if self.has_contacts:
            known = self.rows.filter(contact__isnull=False).order_by().values_list("pk", flat=True)
            self.opened.update(known)
            ContactOpening.objects.bulk_create(
                (
                    ContactOpening(
                        submission_id=pk, at=at, by=self.by, by_name=name_of(self.by), why=self.why[:300]
                    )
                    for pk in sorted(self.opened)
                ),
                batch_size=ROWS_AT_ONCE,
            )
        return len(pks)

    def texts(self) -> Iterator[list[str]]:
        related = ["category", "unit", "service", *(["contact"] if self.has_contacts else [])]
        # Its rows are read anew by their keys: joins of filters stay out of the file.
        rows = Submission.objects.filter(pk__in=self.rows.order_by().values("pk"))
        ordered = rows.select_related(*related).order_by("received_at", "pk")
        for case in ordered.iterator(chunk_size=ROWS_AT_ONCE):
            cells = [column.text(case) for column in COLUMNS]
            if self.has_contacts:
                cells += [column.text(case) if case.pk in self.opened else "" for column in CONTACT]
            yield cells

    def as_csv(self) -> Iterator[bytes]:
        yield line_of([str(column.title) for column in self.columns], BYTE_ORDER_MARK)
        for cells in self.texts():
            yield line_of([escaped(text) for text in cells])

    def as_xlsx(self) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(gettext("Data"))
        sheet.freeze_panes = "B2"
        sheet.append([bold(sheet, str(column.title)) for column in self.columns])
        for cells in self.texts():
            sheet.append([safe(sheet, text) for text in cells])
        return saved(book)
