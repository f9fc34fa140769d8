"""Importing and exporting at the desk: one page to send a file, one that shows what it would do and did."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal.shared.asked_lists import AskedLists
from portal.shared.exchange import writing
from portal.shared.exchange.files import MAX_BYTES, MAX_ROWS, dotted, most_rows
from portal.shared.exchange.models import Import, ImportRow
from portal.shared.exchange.table import TABLES, Table

ROWS_PER_PAGE = 50
NAME_LENGTH = 120
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Choose the file first."),
            "missing": _("Choose the file first."),
            "invalid": _("Choose the file first."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = gettext(
            "XLSX or CSV, at most 5 MB and %(n)s rows. Nothing changes before you say yes."
        ) % {"n": dotted(most_rows())}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            sentence = _("The file is larger than 5 MB. Split it into several files.")
            raise ValidationError(sentence, code="large")
        return file


def may_import(request: HttpRequest, table: type[Table]) -> bool:
    """Whoever may run imports, and may add and change the noun by hand."""
    noun = table.model._meta
    needed = [f"{noun.app_label}.{verb}_{noun.model_name}" for verb in ("add", "change")]
    return request.user.has_perms(["exchange.add_import", *needed])


def may_export(request: HttpRequest, table: type[Table]) -> bool:
    noun = table.model._meta
    return request.user.has_perms(["exchange.export_rows", f"{noun.app_label}.view_{noun.model_name}"])


def list_of(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@admin.register(Import)
class ImportAdmin(AskedLists):
    list_display = ("state", "file_name", "noun_shown", "in_short", "by_name", "at")
    list_display_links = ("file_name",)
    list_filter = ("state", "at")
    search_fields = ("file_name", "by_name")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    @admin.display(description=_("kind"), ordering="noun")
    def noun_shown(self, row: Import) -> str:
        table = row.table_class
        return capfirst(str(table.model._meta.verbose_name_plural)) if table else row.noun

    @admin.display(description=_("rows"))
    def in_short(self, row: Import) -> str:
        words = {"added": row.added, "changed": row.changed, "wrong": row.wrong}
        return gettext("%(added)s new, %(changed)s changed, %(wrong)s to mend") % words

    # Who may what ------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Import]:
        return super().get_queryset(request).visible_to(request.user).defer("content")  # type: ignore[attr-defined]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.has_perm("exchange.view_import") or user.has_perm("exchange.add_import"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # Addresses ------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        own = [
            path("<int:pk>/confirm/", guarded(require_POST(self.confirm_view)), name="exchange_confirm"),
            path("<int:pk>/undo/", guarded(require_POST(self.undo_view)), name="exchange_undo"),
            path(
                "template/<slug:app>.<slug:model>.xlsx",
                guarded(require_safe(self.template_view)),
                name="exchange_template",
            ),
            path(
                "export/<slug:app>.<slug:model>.<slug:shape>",
                guarded(require_safe(self.export_view)),
                name="exchange_export",
            ),
        ]
        return [*own, *super().get_urls()]

    def table_named(self, app: str, model: str) -> type[Table]:
        table = TABLES.get(f"{app}.{model}")
        if table is None:
            raise Http404
        return table

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sends a file; without a kind of table it asks for which one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        open_to = {noun: table for noun, table in TABLES.items() if may_import(request, table)}
        noun = request.GET.get("kind", "")
        if noun and noun not in TABLES:
            raise Http404
        if noun and noun not in open_to:
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import a table"),
            "opts": self.opts,
            "kinds": sorted(
                (capfirst(str(table.model._meta.verbose_name_plural)), one) for one, table in open_to.items()
            ),
        }
        if not noun:
            return TemplateResponse(request, "admin/exchange/kinds.html", context)
        table = open_to[noun]
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST":
            form = UploadForm(request.POST, request.FILES)
            if form.is_valid():
                file = form.cleaned_data["file"]
                run = Import.receive(
                    noun=noun,
                    file_name=printable(file.name),
                    content=file.read(),
                    by=request.user,
                    at=timezone.now(),
                )
                return HttpResponseRedirect(run.get_absolute_url())
        noun_words = table.model._meta
        context |= {
            "title": gettext("Import: %(kind)s") % {"kind": noun_words.verbose_name_plural},
            "form": form,
            "list_url": list_of(table.model),
            "list_name": capfirst(str(noun_words.verbose_name_plural)),
            "template_url": reverse(
                "admin:exchange_template", args=[noun_words.app_label, noun_words.model_name]
            ),
            "keys": [table.fields[name] for name in table.key],
        }
        return TemplateResponse(request, "admin/exchange/upload.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the file would do, does or did; asks for nothing but a yes."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        run = self.get_object(request, unquote(object_id))
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        rows = run.rows.all()
        if run.state == Import.State.WRONG:
            # What has to be mended comes first.
            rows = rows.order_by("-outcome", "number")
        page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("p"))
        table = run.table_class
        may = table is not None and may_import(request, table)
        context = {
            **self.admin_site.each_context(request),
            "title": run.file_name,
            "run": run,
            "opts": self.opts,
            "page_obj": page,
            "rows": [self.row_in_words(run, row) for row in page.object_list],
            "may_run": may,
            "list_url": list_of(table.model) if table else "",
            "list_name": self.noun_shown(run),
            "noun": run.noun,
            "seconds": 3 if run.is_busy else 0,
        }
        answer = TemplateResponse(request, "admin/exchange/import.html", context)
        if run.is_busy:
            # Refreshes itself without script, and goes on as long as the work does.
            answer["Refresh"] = "3"
        return answer

    def row_in_words(self, run: Import, row: ImportRow) -> dict[str, Any]:
        table = run.table_class
        names = {}
        if table is not None:
            built = table(by=None, at=run.at)
            names = {column.column_name: column.title for column in built.columns}
        differences = [
            {
                "label": names.get(one["column"], one["column"]),
                "before": [one["before"]] if one["before"] else [],
                "after": [one["after"]] if one["after"] else [],
            }
            for one in row.differences
        ]
        url = ""
        if table is not None and row.object_id and (row.outcome != "added" or run.applied_at):
            noun = table.model._meta
            url = reverse(f"admin:{noun.app_label}_{noun.model_name}_change", args=[row.object_id])
        problems = [
            {"label": names.get(one["column"], one["column"]), "problem": one["problem"]}
            for one in row.problems
        ]
        return {"row": row, "differences": differences, "problems": problems, "url": url}

    def own_run(self, request: HttpRequest, pk: int) -> Import:
        run = self.get_queryset(request).filter(pk=pk).first()
        if run is None:
            raise Http404
        if run.table_class is None or not may_import(request, run.table_class):
            raise PermissionDenied
        return run

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.own_run(request, pk)
        try:
            run.confirm(by=request.user, at=timezone.now())
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
        return HttpResponseRedirect(run.get_absolute_url())

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.own_run(request, pk)
        try:
            run.undo(by=request.user, at=timezone.now())
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
        return HttpResponseRedirect(run.get_absolute_url())

    def template_view(self, request: HttpRequest, app: str, model: str) -> HttpResponse:
        table = self.table_named(app, model)
        if not may_import(request, table):
            raise PermissionDenied
        content = writing.template(table(by=request.user, at=timezone.now()))
        return as_file(HttpResponse(content, content_type=XLSX), table, gettext("template"), "xlsx")

    def export_view(self, request: HttpRequest, app: str, model: str, shape: str) -> HttpResponseBase:
        """The list as it is filtered now, and only what this person may see of it."""
        table = self.table_named(app, model)
        if shape not in {"csv", "xlsx"}:
            raise Http404
        if not may_export(request, table):
            raise PermissionDenied
        desk: Any = self.admin_site._registry[table.model]
        try:
            rows = desk.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise BadRequest("The list knows no such filter.") from None
        # Joins of filters and columns of the list stay out of the file.
        rows = table.model._default_manager.filter(pk__in=rows.order_by().values("pk")).order_by("pk")
        built = table(by=request.user, at=timezone.now())
        if shape == "csv":
            answer: Any = StreamingHttpResponse(
                writing.as_csv(built, rows), content_type="text/csv; charset=utf-8"
            )
            return as_file(answer, table, "", shape)
        if rows.count() > MAX_ROWS:
            sentence = gettext("A workbook takes 10,000 rows. Filter the list first, or choose CSV.")
            messages.warning(request, sentence)
            return HttpResponseRedirect(f"{list_of(table.model)}?{request.GET.urlencode()}")
        return as_file(HttpResponse(writing.as_xlsx(built, rows), content_type=XLSX), table, "", shape)


def as_file(answer: Any, table: type[Table], word: str, ending: str) -> Any:
    name = "-".join(filter(None, (str(table.model._meta.verbose_name_plural).replace(" ", "-"), word)))
    day = timezone.localdate().isoformat()
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quoted(name)}-{day}.{ending}"
    return answer


def quoted(name: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign == "-") else "_" for sign in name)


def printable(name: str) -> str:
    """The name of the file as far as it can be shown."""
    kept = "".join(sign for sign in name if sign.isprintable())
    return kept[:NAME_LENGTH] or "?"
