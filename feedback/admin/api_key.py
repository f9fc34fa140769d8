"""Keys for programs of other offices: made here, shown once, taken back with one button."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from feedback.models.api_key import ApiKey
from services.admin.base import RecordedAdmin
from services.admin.verbs import Verb

REVOKE = Verb(
    name="revoke",
    right="change",
    label=_("Take the key back"),
    explanation=_("The program can no longer send cases. What it has sent stays."),
    do=lambda row, user, answers: row.revoke(by=user, at=timezone.now()),
    done=lambda n: ngettext("%(n)s key taken back.", "%(n)s keys taken back.", n) % {"n": n},
    suits=lambda row: row.revoked_at is None,
)


@admin.register(ApiKey)
class ApiKeyAdmin(RecordedAdmin):
    list_display = ("name", "organization", "beginning", "made_at", "revoked_at")
    list_select_related = ("organization",)
    search_fields = ("name",)
    fields = ("name", "organization", "contact_email", "beginning", "made_at", "revoked_at")
    readonly_fields = ("beginning", "made_at", "revoked_at")
    verbs = (REVOKE,)
    change_form_template = "admin/feedback/apikey/change_form.html"

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/new-key/",
            self.admin_site.admin_view(self.new_key),
            name="feedback_apikey_new_key",
        )
        return [own, *super().get_urls()]

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        if change:
            super().save_related(request, form, formsets, change)
        else:
            # The row begins with its key; the answer to this post is the only page that ever shows it.
            request.new_key = form.instance.issue(by=request.user, at=timezone.now())  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.key_page(request, obj, request.new_key)  # type: ignore[attr-defined]

    def new_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first; with the new key the old one ends at once."""
        row = self.row_in_reach(request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            return self.key_page(request, row, row.issue(by=request.user, at=timezone.now()))
        return self.key_page(request, row, "")

    def key_page(self, request: HttpRequest, row: ApiKey, key: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Key for Open311"),
            "opts": self.opts,
            "original": row,
            "key": key,
        }
        return TemplateResponse(request, "admin/feedback/apikey/key.html", context)
