"""Writing down at the desk what somebody told by phone, at the counter or on WhatsApp; they get the same receipt."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from feedback import drafting, letters
from feedback.forms.entry import LONGEST_KEY, EntryForm
from feedback.intake import Told, receive
from feedback.models import Draft
from portal.shared import receipt

RIGHT = "feedback.add_submission"
CHANNEL = "saluran"


class WritesCasesDown(admin.ModelAdmin):
    """Adds the page “write down” beside the list of cases; field officers have it without the list."""

    def get_urls(self) -> list[Any]:
        own = path("entry/", self.admin_site.admin_view(self.entry_view), name="feedback_submission_entry")
        return [own, *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def entry_view(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm(RIGHT):
            raise PermissionDenied
        at = timezone.now()
        today = timezone.localdate(at)
        if request.method != "POST":
            return self.entry_page(
                request, EntryForm(today=today, initial={"channel": request.GET.get(CHANNEL, "")[:10]})
            )
        form = EntryForm(typed(request.POST), request.FILES, today=today)
        draft = taken_photos(form, request, at)
        if not form.is_valid() or form.errors:
            kept = draft.photos.count() if draft else 0
            return self.entry_page(request, form, kept_photos=kept)
        told = Told(form.columns(), form.contact(), photos_of(draft))
        done = receive(told, form_key=form.cleaned_data["form_key"], at=at, by=request.user, draft=draft)
        if not done.is_new and done.submission.entered_by_id != user.pk:
            # A key that was not made for this page: nobody else's secret is told.
            raise PermissionDenied
        context = {
            "submission": done.submission,
            "secret": done.secret,
            "tracking": letters.tracking_address(),
            "channel": done.submission.channel,
            "may_view": user.has_perm("feedback.view_submission"),
            "title": gettext("Written down"),
        }
        return self.page(request, "admin/feedback/entry_receipt.html", context)

    def entry_page(self, request: HttpRequest, form: EntryForm, kept_photos: int = 0) -> HttpResponse:
        context = {"form": form, "kept_photos": kept_photos, "title": gettext("Write a case down")}
        return self.page(request, "admin/feedback/entry.html", context)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, frame | context)


def typed(post: QueryDict) -> QueryDict:
    data = drafting.typed(post, [*EntryForm.base_fields])
    if not 0 < len(data.get("form_key", "")) <= LONGEST_KEY:
        data["form_key"] = receipt.new_key()
    return data


def taken_photos(form: EntryForm, request: HttpRequest, at: Any) -> Draft | None:
    """Keeps photos with a draft of this page's key, so that a wrong answer elsewhere does not lose them."""
    key = receipt.key_hash(str(form.data["form_key"]))
    uploads = request.FILES.getlist("photos")
    draft: Draft | None = Draft.objects.filter(key_hash=key, submission=None).first()
    if not uploads:
        return draft
    draft = draft or Draft.objects.get_or_create(key_hash=key, defaults={"touched_at": at})[0]
    if draft.submission_id:
        return None
    for upload in uploads:
        try:
            draft.add_photo(upload, at)
        except ValidationError as problem:
            form.add_error("photos", problem)
    return draft


def photos_of(draft: Draft | None) -> tuple[int, ...]:
    return tuple(draft.photos.values_list("pk", flat=True)) if draft else ()
