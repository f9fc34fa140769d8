"""The queue at the desk: what waits, runs, is done or failed, in words; a failed task can be tried again."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus

# Imported before Django looks for it, so that its page of raw rows, arguments and all, can be taken away.
from django_tasks_db import admin as raw_pages  # noqa: F401
from django_tasks_db.models import DBTaskResult

from portal.shared.asked_lists import AskedLists
from portal.shared.work.job import LOST, TASK_NAMES, Job

WAITING, POSTPONED, RUNNING, DONE, FAILED = "waiting", "postponed", "running", "done", "failed"
STATES = {
    FAILED: _("Failed"),
    POSTPONED: _("Waits for its next try"),
    WAITING: _("Waiting"),
    RUNNING: _("Running"),
    DONE: _("Done"),
}
# The first that fits the class, or what it was raised from.
REASONS = (
    (
        "WorkerLost",
        _("The worker ended in the middle of it, several times. Something in it may be too heavy."),
    ),
    ("HeldAfterRestore", _("A backup was restored. Try again only what was not done after it was made.")),
    ("ImproperlyConfigured", _("A setting is missing. “manage.py doctor” tells which one.")),
    ("SMTPAuthenticationError", _("The mail server did not accept our user name or password.")),
    ("SMTPRecipientsRefused", _("The mail server did not accept the address of the recipient.")),
    ("SMTPSenderRefused", _("The mail server did not accept our address as sender.")),
    ("smtplib.", _("The mail server did not take the mail.")),
    ("push.telling.NotTaken", _("The push service of a phone did not take the call.")),
    ("ConnectionRefusedError", _("Nobody answers at the address of the other server.")),
    ("TimeoutError", _("The other server took too long to answer.")),
    ("gaierror", _("The name of the other server is not known.")),
    ("SSL", _("The other server's certificate could not be trusted.")),
    ("OperationalError", _("The database did not answer.")),
    ("ImportError", _("This task no longer exists in this version of the portal.")),
)
UNEXPECTED = _("An unexpected fault. Whoever looks after the program finds the place below.")


def state_of(job: Job) -> str:
    if job.status == TaskResultStatus.READY:
        return POSTPONED if job.is_postponed else WAITING
    named: dict[str, str] = {TaskResultStatus.RUNNING: RUNNING, TaskResultStatus.SUCCESSFUL: DONE}
    return named.get(job.status, FAILED)


def reason_of(job: Job) -> str:
    if not job.exception_class_path:
        return ""
    return str(next((words for part, words in REASONS if part in job.exception_class_path), UNEXPECTED))


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return STATES.items()

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        ready = queryset.filter(status=TaskResultStatus.READY)
        states = {
            WAITING: ready.filter(exception_class_path=""),
            POSTPONED: ready.exclude(exception_class_path=""),
            RUNNING: queryset.filter(status=TaskResultStatus.RUNNING),
            DONE: queryset.filter(status=TaskResultStatus.SUCCESSFUL),
            FAILED: queryset.filter(status=TaskResultStatus.FAILED),
        }
        return states.get(self.value() or "", queryset)


class KindFilter(admin.SimpleListFilter):
    title = _("task")
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return TASK_NAMES.items()

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(task_path=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(AskedLists):
    list_display = ("state", "what", "reason", "queued", "ended")
    list_display_links = ("what",)
    list_filter = (StateFilter, KindFilter)
    ordering = ("-enqueued_at",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = ("retry",)
    change_form_template = "admin/work/job.html"
    fields = ("state", "what", "reason", "tries", "queued", "begun", "next_try", "ended", "fault")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Job]:
        # Arguments and results may hold what people gave us; the desk does not even read them.
        return super().get_queryset(request).defer("args_kwargs", "return_value")

    def get_urls(self) -> list[Any]:
        retry = self.admin_site.admin_view(self.retry_view)
        return [path("<path:object_id>/retry/", retry, name="work_job_retry"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # What says nothing about this task is left out.
        unspoken = set()
        if obj is not None:
            unspoken |= set() if self.tries(obj) else {"tries"}
            unspoken |= set() if self.next_try(obj) else {"next_try"}
            unspoken |= set() if obj.exception_class_path else {"reason", "fault"}
        return [name for name in self.fields if name not in unspoken]

    # Rights ------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("work.retry_job"))

    # Columns ------------------------------------------------------------

    @admin.display(description=_("state"), ordering="status")
    def state(self, job: Job) -> str:
        name = state_of(job)
        return format_html('<span class="job-state job-state--{}">{}</span>', name, STATES[name])

    @admin.display(description=_("task"), ordering="task_path")
    def what(self, job: Job) -> str:
        return job.title

    @admin.display(description=_("why"))
    def reason(self, job: Job) -> str:
        return format_html('<span class="job-reason">{}</span>', reason_of(job) or "–")

    @admin.display(description=_("asked for"), ordering="enqueued_at")
    def queued(self, job: Job) -> Any:
        return job.enqueued_at

    @admin.display(description=_("begun"), ordering="started_at")
    def begun(self, job: Job) -> Any:
        return job.started_at or gettext("not yet")

    @admin.display(description=_("ended"), ordering="finished_at")
    def ended(self, job: Job) -> Any:
        return job.finished_at or gettext("not yet")

    @admin.display(description=_("workers that ended in the middle of it"))
    def tries(self, job: Job) -> int:
        return sum(str(name).startswith(LOST) for name in job.worker_ids)

    @admin.display(description=_("next try"))
    def next_try(self, job: Job) -> Any:
        return job.run_after if job.is_postponed else "–"

    @admin.display(description=_("for whoever looks after the program"))
    def fault(self, job: Job) -> str:
        if not job.exception_class_path:
            return "–"
        return format_html('<pre class="job-fault">{}\n{}</pre>', job.exception_class_path, job.traceback)

    # Trying again ------------------------------------------------------------

    @admin.action(description=_("Try again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        done = 0
        for job in queryset:
            try:
                job.retry(by=request.user, at=timezone.now())
                done += 1
            except ValidationError as refusal:
                words = {"name": self.what(job), "problem": " ".join(refusal.messages)}
                self.message_user(request, gettext("%(name)s: %(problem)s") % words, messages.ERROR)
        if done:
            words_done = ngettext("%(n)s task is tried again.", "%(n)s tasks are tried again.", done)
            self.message_user(request, words_done % {"n": done}, messages.SUCCESS)

    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The button on one task's page; a POST, because it does something."""
        if not self.has_retry_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        job = self.get_object(request, unquote(object_id))
        if job is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self.retry(request, Job.objects.filter(pk=job.pk))
        return HttpResponseRedirect(reverse("admin:work_job_change", args=[job.pk]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        job = self.get_object(request, unquote(object_id))
        may_retry = job is not None and job.is_failed and self.has_retry_permission(request)
        extra = {"may_retry": may_retry, **(extra_context or {})}
        if job is not None:
            extra |= {"title": self.what(job), "subtitle": None}
        return super().change_view(request, object_id, form_url, extra)


if admin.site.is_registered(DBTaskResult):
    admin.site.unregister(DBTaskResult)
