"""Registrations as a table to take away: no names, no contacts, no formulas; asked why first, and logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from outreach.models import Registration
from portal.shared.exchange.admin import XLSX
from portal.shared.exchange.files import escaped
from portal.shared.exchange.writing import BYTE_ORDER_MARK, bold, line_of, safe, saved
from portal.shared.history import Change, name_of, noun_of
from services.admin.reach import WithinReach

MOST = 10_000
ROWS_AT_ONCE = 1_000


def needs_of(row: Registration) -> str:
    """What a party needs, in words."""
    names = ("needs_wheelchair", "needs_interpreter", "needs_child_care")
    labels = [str(Registration._meta.get_field(name).verbose_name) for name in names if getattr(row, name)]  # type: ignore[union-attr]
    return ", ".join([*labels, *([row.needs_words] if row.needs_words else [])])


def answers_of(row: Registration) -> str:
    return "; ".join(f"{answer.question.text} {answer.value}" for answer in row.answers.all())


def moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def yes(value: Any) -> str:
    return gettext("yes") if value else ""


@dataclass(frozen=True)
class Column:
    """One column: its head, and the text of a registration in it."""

    title: Promise | str
    text: Any


COLUMNS = (
    Column(_("activity"), lambda row: row.event.title),
    Column(_("begins"), lambda row: moment(row.event.starts_at)),
    Column(_("code ends in"), lambda row: row.code_tail),
    Column(_("state"), lambda row: str(row.get_state_display())),
    Column(_("people"), lambda row: str(row.party_size)),
    Column(_("came"), lambda row: str(row.came_people or 0)),
    Column(_("needs"), needs_of),
    Column(_("answers"), answers_of),
    Column(_("heard of it by"), lambda row: str(row.get_heard_from_display())),
    Column(_("registered at"), lambda row: moment(row.created_at)),
    Column(_("moved up at"), lambda row: moment(row.promoted_at)),
    Column(_("cancelled at"), lambda row: moment(row.cancelled_at)),
    Column(_("came without registering"), lambda row: yes(row.is_walk_in)),
    Column(_("written down by staff"), lambda row: yes(row.entered_by_id)),
)


def texts(rows: models.QuerySet) -> Iterator[list[str]]:
    related = rows.select_related("event").prefetch_related("answers__question")
    for row in related.iterator(chunk_size=ROWS_AT_ONCE):
        yield [column.text(row) for column in COLUMNS]


def as_csv(rows: models.QuerySet) -> bytes:
    head = line_of([str(column.title) for column in COLUMNS], BYTE_ORDER_MARK)
    return head + b"".join(line_of([escaped(text) for text in cells]) for cells in texts(rows))


def as_xlsx(rows: models.QuerySet) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Data"))
    sheet.freeze_panes = "B2"
    sheet.append([bold(sheet, str(column.title)) for column in COLUMNS])
    for cells in texts(rows):
        sheet.append([safe(sheet, text) for text in cells])
    return saved(book)


class ExportForm(forms.Form):
    shape = forms.ChoiceField(
        label=_("As"),
        choices=(("xlsx", _("a workbook (XLSX)")), ("csv", _("a table (CSV)"))),
        initial="xlsx",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    why = forms.CharField(
        label=_("What is it for?"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("For example: for the monthly meeting. It is logged; the auditor reads it."),
        error_messages={"required": _("Say what it is for, in one sentence.")},
    )


class ExportsRegistrations(WithinReach, admin.ModelAdmin):
    """Adds the page “export” to the list: as it is filtered, as far as this person reaches."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="outreach_registration_export"), *super().get_urls()]

    def may_export(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perms(["outreach.export_registration", "outreach.view_registration"]))

    def export_url(self, request: HttpRequest) -> str:
        if not self.may_export(request):
            return ""
        asked = request.GET.copy()
        asked.pop("p", None)
        address = reverse("admin:outreach_registration_export")
        return f"{address}?{asked.urlencode()}" if asked else address

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.may_export(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise BadRequest("The list knows no such filter.") from None
        form = ExportForm(request.POST if request.method == "POST" else None)
        count = rows.order_by()[: MOST + 1].count()
        if form.is_bound and form.is_valid():
            if count <= MOST:
                return self.file(request, rows, count, form.cleaned_data)
            form.add_error(None, forms.ValidationError(_("A file takes 10,000 rows. Narrow the list first.")))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Export registrations"),
            "opts": self.opts,
            "form": form,
            "count": count,
            "back": f"{reverse('admin:outreach_registration_changelist')}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "admin/outreach/registration_export.html", context)

    def file(self, request: HttpRequest, rows: Any, count: int, answers: dict[str, Any]) -> HttpResponse:
        """Written down before a byte leaves: who, what, why."""
        at, shape, user = timezone.now(), answers["shape"], cast("User", request.user)
        words = {"n": count, "shape": shape.upper()}
        Change.objects.create(
            noun=noun_of(Registration()),
            object_id=0,
            object_name=gettext("%(n)s registrations as %(shape)s") % words,
            verb="export",
            at=at,
            by=user,
            by_name=name_of(user),
            reason=answers["why"].strip()[:500],
        )
        body = as_xlsx(rows) if shape == "xlsx" else as_csv(rows)
        answer = HttpResponse(body, content_type=XLSX if shape == "xlsx" else "text/csv; charset=utf-8")
        day = timezone.localtime(at).date().isoformat()
        answer["Content-Disposition"] = f'attachment; filename="{gettext("registrations")}-{day}.{shape}"'
        return answer
