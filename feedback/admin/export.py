"""Taking cases away as a table: asked why first, by a post, so that no link does it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.export import MOST_IN_A_WORKBOOK, Export
from portal.shared.exchange.admin import XLSX
from services.admin.reach import WithinReach


class ExportForm(forms.Form):
    shape = forms.ChoiceField(
        label=_("As"),
        choices=(("xlsx", _("a workbook (XLSX), at most 10,000 cases")), ("csv", _("a table (CSV)"))),
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
    has_contacts = forms.BooleanField(
        label=_("with names and numbers of residents"),
        required=False,
        help_text=_("Each of them counts as opened by you."),
    )

    def __init__(self, data: Any, *, may_contacts: bool) -> None:
        super().__init__(data)
        if not may_contacts:
            del self.fields["has_contacts"]


class ExportsCases(WithinReach, admin.ModelAdmin):
    """Adds the page “export” to the list of cases: the list as it is filtered, as far as this person reaches."""

    def get_urls(self) -> list[Any]:
        own = path("export/", self.admin_site.admin_view(self.export_view), name="feedback_submission_export")
        return [own, *super().get_urls()]

    def may_export(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perms(["feedback.export_submission", "feedback.view_submission"]))

    def export_url(self, request: HttpRequest) -> str:
        if not self.may_export(request):
            return ""
        asked = request.GET.copy()
        asked.pop("p", None)
        address = reverse("admin:feedback_submission_export")
        return f"{address}?{asked.urlencode()}" if asked else address

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.may_export(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise BadRequest("The list knows no such filter.") from None
        may_contacts = request.user.has_perm("feedback.view_contact")
        form = ExportForm(request.POST if request.method == "POST" else None, may_contacts=may_contacts)
        count = rows.order_by()[: MOST_IN_A_WORKBOOK + 1].count()
        if form.is_bound and form.is_valid():
            if form.cleaned_data["shape"] == "xlsx" and count > MOST_IN_A_WORKBOOK:
                sentence = _("A workbook takes 10,000 cases. Narrow the list first, or choose CSV.")
                form.add_error("shape", forms.ValidationError(sentence, code="many"))
            else:
                return self.file(request, rows, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Export cases"),
            "opts": self.opts,
            "form": form,
            "count": count,
            "most": MOST_IN_A_WORKBOOK,
            "is_filtered": bool(request.GET),
            "back": f"{reverse('admin:feedback_submission_changelist')}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "admin/feedback/export.html", context)

    def file(self, request: HttpRequest, rows: Any, answers: dict[str, Any]) -> HttpResponseBase:
        at, shape = timezone.now(), answers["shape"]
        table = Export(rows, request.user, answers["why"].strip(), answers.get("has_contacts", False))
        table.log(shape, at)
        if shape == "xlsx":
            answer: Any = HttpResponse(table.as_xlsx(), content_type=XLSX)
        else:
            lines = table.as_csv()
            language = translation.get_language()

            def in_language() -> Any:
                # Sent after the view: the language of the request has gone by then.
                while True:
                    with translation.override(language):
                        line = next(lines, None)
                    if line is None:
                        return
                    yield line

            answer = StreamingHttpResponse(in_language(), content_type="text/csv; charset=utf-8")
        day = timezone.localtime(at).date().isoformat()
        answer.headers["Content-Disposition"] = f'attachment; filename="{gettext("cases")}-{day}.{shape}"'
        return answer
