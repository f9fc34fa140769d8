"""Pages of their own beside a survey's form: typing in paper, importing a table, the result, what to hang up."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from feedback import answer_tables
from feedback.forms.survey_desk import PaperForm, SlipsForm, TableForm
from feedback.models.survey import Survey
from feedback.models.survey_import import Row, batch_of, batches, import_rows, take_back
from feedback.models.survey_invitation import make_slips
from feedback.models.survey_response import SurveyResponse, take, take_back_last, typed_by
from feedback.questionnaire import AS_ASKED, AS_LISTED
from feedback.satisfaction import ORDERS
from feedback.survey_report import Finding, Report
from feedback.views.survey_results import qr_code, result_context
from portal.shared.exchange.files import FileRefused
from portal.shared.receipt import new_key
from services.admin.reach import WithinReach

LAST_SHOWN = 5
PROBLEMS_SHOWN = 20
SALT = "feedback.survey_import"
# Whoever looked at the preview says yes within this time, or sends the file once more.
PREVIEW_HOLDS = 2 * 60 * 60
TYPE, IMPORT, VIEW, OPEN = (
    "feedback.add_surveyresponse",
    "feedback.import_surveyresponse",
    "feedback.view_survey",
    "feedback.publish_survey",
)
Page = Callable[[HttpRequest, Survey], HttpResponse]


class SurveyPages(WithinReach, admin.ModelAdmin):
    """Adds these pages to the desk of surveys, each with its own right."""

    change_form_template = "admin/feedback/survey/change_form.html"

    def get_urls(self) -> list[Any]:
        pages: tuple[tuple[str, Page, str], ...] = (
            ("paper", self.paper_page, TYPE),
            ("import", self.import_page, IMPORT),
            ("result", self.result_page, VIEW),
            ("poster", self.poster_page, VIEW),
            ("slips", self.slips_page, OPEN),
        )
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(self.guarded(page, right)),
                name=f"feedback_survey_{name}",
            )
            for name, page, right in pages
        ]
        return [*own, *super().get_urls()]

    def guarded(self, page: Page, right: str) -> Callable[..., HttpResponse]:
        """The page for whoever reaches this survey and has this right."""

        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            survey = self.row_in_reach(request, object_id)
            if not request.user.has_perm(right):
                raise PermissionDenied
            return page(request, survey)

        reading = page in {self.result_page, self.poster_page}
        return require_http_methods(["GET", "HEAD"] if reading else ["GET", "HEAD", "POST"])(view)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        may = {"paper": TYPE, "import": IMPORT, "slips": OPEN}
        tools = {name: request.user.has_perm(right) for name, right in may.items()}
        return super().change_view(request, object_id, form_url, {"may": tools, **(extra_context or {})})

    def page(self, request: HttpRequest, survey: Survey, template: str, title: str, **more: Any) -> Any:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "survey": survey,
            "back": reverse("admin:feedback_survey_change", args=[survey.pk]),
            **more,
        }
        return TemplateResponse(request, f"admin/feedback/survey/{template}.html", context)

    def address(self, survey: Survey, page: str, **query: str) -> str:
        address = reverse(f"admin:feedback_survey_{page}", args=[survey.pk])
        return f"{address}?{urlencode(query)}" if query else address

    # Paper

    def paper_page(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        """One line for each sheet; Enter keeps it and gives the next."""
        at = timezone.now()
        if request.method == "POST" and "undo" in request.POST:
            return self.undo_paper(request, survey)
        form = PaperForm(survey, request.POST if request.method == "POST" else None, initial=begin(request))
        if form.is_bound and form.is_valid() and form.sheet:
            try:
                _response, is_new = take(
                    survey,
                    form.sheet.answers,
                    source=SurveyResponse.Source.PAPER,
                    form_key=form.cleaned_data["form_key"],
                    at=at,
                    by=request.user,
                    answered_on=form.cleaned_data["answered_on"],
                    **form.about,
                )
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                if not is_new:
                    messages.info(request, _("This sheet was kept already; it counts once."))
                return HttpResponseRedirect(self.address(survey, "paper", **form.kept))
        typed = typed_by(survey, request.user, at)
        order = form["order"].value() if form["order"].value() in ORDERS else "questionnaire"
        context = {
            "form": form,
            "elements": AS_LISTED if order == "list" else AS_ASKED,
            "typed_count": typed.count(),
            "typed": [in_order(one, order) for one in typed[:LAST_SHOWN]],
            "n": survey.responses.count(),
        }
        return self.page(request, survey, "paper", _("Type in paper"), **context)

    def undo_paper(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        try:
            if take_back_last(survey, request.user, timezone.now()):
                messages.success(request, _("The last sheet is taken back."))
            else:
                messages.info(request, _("There is no sheet of yours to take back."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        kept = {name: request.POST[name] for name in ("order", "answered_on") if request.POST.get(name)}
        return HttpResponseRedirect(self.address(survey, "paper", **kept))

    # Tables

    def import_page(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        """Reads a file and shows what it would do; nothing is kept before somebody says yes."""
        if request.method == "POST" and "yes" in request.POST:
            return self.do_import(request, survey)
        if request.method == "POST" and "take_back" in request.POST:
            return self.undo_import(request, survey)
        form = TableForm(request.POST or None, request.FILES or None)
        table, payload = None, ""
        if request.method == "POST":
            form = TableForm(request.POST, request.FILES)
            if form.is_valid():
                try:
                    rows = answer_tables.rows_of_upload(form.cleaned_data["file"].read())
                    table = answer_tables.read(rows, form.cleaned_data["order"] or None)
                except FileRefused as refusal:
                    form.add_error("file", ValidationError(str(refusal), code="refused"))
        if table is not None and table.respondents and not table.problems:
            payload = signing.dumps({"survey": survey.pk, "rows": packed(table)}, salt=SALT, compress=True)
        context = {
            "form": form,
            "table": table,
            "payload": payload,
            "problems": table.problems[:PROBLEMS_SHOWN] if table else [],
            "more": max(0, len(table.problems) - PROBLEMS_SHOWN) if table else 0,
            "finding": Finding(table.result) if table and not table.problems else None,
            "batches": batches(survey),
        }
        return self.page(request, survey, "import", _("Import answers"), **context)

    def do_import(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        try:
            told = signing.loads(request.POST["yes"], salt=SALT, max_age=PREVIEW_HOLDS)
        except signing.BadSignature:
            messages.warning(request, _("The preview is too old. Send the file once more."))
            return HttpResponseRedirect(self.address(survey, "import"))
        if told["survey"] != survey.pk:
            raise PermissionDenied
        batch = batch_of(survey, json.dumps(told["rows"], sort_keys=True))
        try:
            n = import_rows(survey, unpacked(told["rows"]), batch=batch, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
        else:
            done = ngettext("%(n)s answer imported.", "%(n)s answers imported.", n) % {"n": n}
            messages.success(request, done)
        return HttpResponseRedirect(self.address(survey, "import"))

    def undo_import(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        try:
            n = take_back(survey, request.POST["take_back"][:64], by=request.user, at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(
                request, ngettext("%(n)s answer removed.", "%(n)s answers removed.", n) % {"n": n}
            )
        return HttpResponseRedirect(self.address(survey, "import"))

    # What can be looked at and printed

    def result_page(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        """The result as everybody would read it, before it is published."""
        back = reverse("admin:feedback_survey_change", args=[survey.pk])
        context = {**result_context(survey), "is_preview": True, "back": back, "report": Report(survey)}
        answer = TemplateResponse(request, "feedback/survey_preview.html", context)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    def poster_page(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        """A sheet with the QR code for the counter."""
        args = [survey.unit.slug, *([survey.service.slug] if survey.service else [])]
        name = "survey_counter_of_service" if survey.service else "survey_counter"
        address = settings.SITE_URL + reverse(f"feedback:{name}", args=args)
        return self.page(
            request, survey, "poster", _("Poster for the counter"), address=address, code=qr_code(address)
        )

    def slips_page(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        """Codes on slips of paper, to hand out after serving somebody; each opens the questionnaire once."""
        form = SlipsForm(request.POST if request.method == "POST" else None, initial={"form_key": new_key()})
        codes: list[str] = []
        if form.is_bound and form.is_valid():
            if survey.state == Survey.State.OPEN:
                key = form.cleaned_data["form_key"]
                codes = make_slips(survey, form.cleaned_data["count"], form_key=key)
            else:
                form.add_error(None, _("Open the survey first: codes of a closed one open nothing."))
        address = settings.SITE_URL + reverse("feedback:survey")
        return self.page(
            request, survey, "slips", _("Slips with codes"), form=form, codes=codes, address=address
        )


def begin(request: HttpRequest) -> dict[str, Any]:
    """What a new sheet begins with: what the last one said of the pile."""
    asked = request.GET
    try:
        day = parse_date(asked.get("answered_on", ""))
    except ValueError:
        day = None
    return {
        "order": asked.get("order") if asked.get("order") in ORDERS else "questionnaire",
        "answered_on": day or timezone.localdate(),
        "hour_block": asked.get("hour_block", ""),
        "service": asked.get("service", ""),
        "form_key": new_key(),
    }


def in_order(response: SurveyResponse, order: str) -> dict[str, Any]:
    """A sheet as it was typed, to compare with the paper."""
    about = (response.sex, response.get_age_band_display(), response.education, response.job)
    return {
        "values": [response.answers[key] for key in ORDERS[order]],
        "about": " ".join(filter(None, about)),
    }


def packed(table: answer_tables.AnswerTable) -> list[list[Any]]:
    """Rows of a table as they travel with the preview."""
    return [
        [one.answers, {name: str(value) for name, value in one.about.items() if value}]
        for one in table.respondents
    ]


def unpacked(rows: list[list[Any]]) -> list[Row]:
    found: list[Row] = []
    for answers, about in rows:
        day = parse_date(about.get("answered_on", ""))
        found.append((answers, {**about, **({"answered_on": day} if day else {})}))
    return found
