"""The desk of cases: a list that begins with the queues, and each case as a file with the moves it allows."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.admin.case_file import file_of
from feedback.admin.contact import OpensContacts
from feedback.admin.entry import RIGHT as MAY_WRITE_DOWN
from feedback.admin.entry import WritesCasesDown
from feedback.admin.export import ExportsCases
from feedback.admin.filters import CategoryFilter, UnitFilter
from feedback.admin.move_forms import LetterForm
from feedback.admin.moves import CASE_VERBS
from feedback.admin.queues import PAGES_COUNTED, PARAMETER, QUEUE, QueueFilter, ShortCount, links
from feedback.admin.words import due_words, gist, urgency
from feedback.lifecycle import Status
from feedback.models import AnswerTemplate, Submission
from portal.shared import receipt
from services.admin.restoring import HasHistory
from services.admin.service_filters import QuicklyOrdered
from services.admin.verbs import Verb, VerbAdmin

# What the list does not show and would only have to carry.
LONG = ("story", "public_story", "public_answer", "search_title", "search_text", "promise_source")
# What may not even be asked for by an address: whether there is a contact is told to those who may open it.
UNASKED = frozenset({"contact", "contact_openings", "draft", "secret_hash", "form_key_hash"})
BEGINNING = 120
MOST_AT_ONCE = 200
LONGEST_SEARCH = 80


@admin.register(Submission)
class CaseAdmin(ExportsCases, WritesCasesDown, OpensContacts, HasHistory, VerbAdmin):
    """Nothing of a case is typed over: it is read here, and changed by its verbs."""

    verbs = CASE_VERBS
    list_display = ("status_shown", "due", "what", "kind", "unit", "received")
    list_display_links = ("what",)
    list_filter = (QueueFilter, "status", "kind", CategoryFilter, UnitFilter, "channel", "received_at")
    list_select_related = ("unit",)
    list_per_page = 50
    list_max_show_all = 0
    search_fields = ("number",)
    search_help_text = _("A number, or words of the gist or the story.")
    sortable_by = ()
    paginator = ShortCount
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/feedback/case_list.html"

    # The list ---------------------------------------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {
            "queues": links(request.user, timezone.now(), request.GET.urlencode()),
            "most_counted": PAGES_COUNTED,
            "export_url": self.export_url(request),
            "entry_url": entry_url(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, extra)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return (
            rows.defer(*LONG).annotate(beginning=Left("story", BEGINNING))
            if is_page(request, "_changelist")
            else rows
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        queue = QUEUE.get(request.GET.get(PARAMETER, "")) if is_page(request, "_changelist") else None
        return queue.order if queue else ("-received_at", "-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QuicklyOrdered]:
        return QuicklyOrdered

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """A number however it was typed; else every word in the gist, the story or the place."""
        if number := receipt.number_of(search_term):
            return queryset.filter(number=number), False
        for word in search_term[:LONGEST_SEARCH].split():
            queryset = queryset.filter(
                models.Q(title__icontains=word)
                | models.Q(story__icontains=word)
                | models.Q(place_words__icontains=word)
            )
        return queryset, False

    @admin.display(description=_("status"))
    def status_shown(self, case: Submission) -> str:
        return format_html(
            '<span class="case-status case-status--{}">{}</span>', case.status, case.get_status_display()
        )

    @admin.display(description=_("case"))
    def what(self, case: Submission) -> str:
        look = gettext("Look twice.") if case.suspicion and case.status == Status.RECEIVED else ""
        return format_html('{}<span class="case-number">{} {}</span>', gist(case), case.number, look)

    @admin.display(description=_("promised answer by"))
    def due(self, case: Submission) -> str:
        at = timezone.now()
        return format_html(
            '<span class="case-due case-due--{}">{}</span>', urgency(case, at), due_words(case, at)
        )

    @admin.display(description=_("received"))
    def received(self, case: Submission) -> str:
        return f"{timezone.localtime(case.received_at):%d-%m-%Y}"

    # Who may ----------------------------------------------------------------------------------------------

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """No address narrows the list by who sent a case, or by what only a receipt knows."""
        return lookup.partition("__")[0] not in UNASKED and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cases told to staff are written down on a page of their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # One case ---------------------------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        case = self.row_in_reach(request, object_id)
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": case.number,
            "opts": self.opts,
            "original": case,
            **file_of(request, case, self.verbs_for(request, case), timezone.now()),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/feedback/case.html", context)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        apart = {verb.name for verb in CASE_VERBS if not verb.is_bulk}
        return {name: action for name, action in super().get_actions(request).items() if name not in apart}

    def ask_and_do(
        self, request: HttpRequest, verb: Verb, rows: models.QuerySet, data: Any, back: str
    ) -> HttpResponse | None:
        is_one = is_page(request, "_verb")
        if not is_one and len(rows[: MOST_AT_ONCE + 1]) > MOST_AT_ONCE:
            sentence = gettext("At most %(n)s cases at once: narrow the list first.") % {"n": MOST_AT_ONCE}
            self.message_user(request, sentence, messages.WARNING)
            return HttpResponseRedirect(back)
        case = rows.get() if is_one else None
        if case is not None and not verb.suits(case):
            self.message_user(
                request, gettext("The case has moved on: this can no longer be done."), messages.WARNING
            )
            return None
        form_class: Any = verb.form
        form = form_class(data, case=case, user=request.user, initial=self.beginning_of(request, verb, case))
        if data is not None and "insert" in data:
            form = form_class(None, case=case, user=request.user, initial=with_template(data))
        if not form.is_bound or not form.is_valid():
            return self.form_page(request, verb, rows, form, back, case)
        if case is None:
            self.do(request, verb, rows, form.cleaned_data)
            return None
        try:
            verb.do(case, request.user, form.cleaned_data)
        except ValidationError as refusal:
            # What was typed stays: whoever was slower has something to read first.
            form.add_error(None, ValidationError(refusal.messages))
            return self.form_page(request, verb, rows, form, back, case)
        self.message_user(request, f"{case.number}: {verb.label}", messages.SUCCESS)
        return None

    def beginning_of(self, request: HttpRequest, verb: Verb, case: Submission | None) -> dict[str, Any]:
        """What the address suggests to begin with: a template, a unit, a topic, another case."""
        fields = getattr(verb.form, "base_fields", {})
        asked = {
            name: request.GET[name]
            for name in ("unit", "category", "other")
            if name in fields and name in request.GET
        }
        number = request.GET.get("template", "")
        if issubclass(verb.form or object, LetterForm) and number.isdecimal():
            template = AnswerTemplate.objects.filter(pk=int(number[:9])).first()
            asked |= {name: template.text for name in ("text", "reason") if template and name in fields}
        return asked

    def form_page(
        self,
        request: HttpRequest,
        verb: Verb,
        rows: models.QuerySet,
        form: Any,
        back: str,
        case: Submission | None,
    ) -> HttpResponse:
        page: Any = self.verb_page(request, verb, rows, form, back)
        if case is not None:
            page.template_name = "admin/feedback/move.html"
            page.context_data |= {
                "case": case,
                "gist": gist(case),
                "due_words": due_words(case, timezone.now()),
                "thread": list(case.messages.all()),
                "notes": list(case.notes.all()),
                "templates": form.templates() if isinstance(form, LetterForm) else [],
                "title": f"{verb.label}: {case.number}",
            }
        return page


def with_template(data: Any) -> dict[str, Any]:
    """What was typed so far, and the template behind it."""
    number = data.get("insert", "")
    template = AnswerTemplate.objects.filter(pk=int(number[:9])).first() if number.isdecimal() else None
    typed = {name: value for name, value in data.items() if name != "csrfmiddlewaretoken"}
    for name in ("text", "reason"):
        if template and name in typed:
            typed[name] = f"{typed[name].strip()}\n\n{template.text}".strip()
            break
    return typed


def entry_url(request: HttpRequest) -> str:
    """Where a case told by phone or at the counter is written down."""
    user: Any = request.user
    return reverse("admin:feedback_submission_entry") if user.has_perm(MAY_WRITE_DOWN) else ""


def is_page(request: HttpRequest, ending: str) -> bool:
    match = request.resolver_match
    return match is not None and str(match.url_name).endswith(ending)
