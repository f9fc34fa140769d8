"""Who sent a case: closed until somebody says why they need to know, and each look is written down first."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.admin.move_forms import OpeningForm
from feedback.admin.words import gist
from feedback.letters import whatsapp_text
from feedback.models import Contact, ContactOpening, Submission
from portal.shared.asked_lists import AskedLists
from portal.shared.history import name_of
from services.admin.reach import WithinReach


def opened(case: Submission, why: str, by: Any) -> Contact:
    """Writes down who looks and why, and only then says who sent the case."""
    contact: Contact | None = Contact.objects.filter(submission=case).first()
    if contact is None:
        raise Http404
    ContactOpening.objects.create(
        submission=case, at=timezone.now(), by=by, by_name=name_of(by), why=why.strip()
    )
    return contact


class OpensContacts(WithinReach, admin.ModelAdmin):
    """Adds the page on which a contact is opened to the desk of cases."""

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/contact/",
            self.admin_site.admin_view(self.contact_view),
            name="feedback_submission_contact",
        )
        return [own, *super().get_urls()]

    def contact_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks why; the answer to that post is the only page that shows it, and it is kept nowhere."""
        case = self.row_in_reach(request, object_id)
        if not request.user.has_perm("feedback.view_contact"):
            raise PermissionDenied
        form = OpeningForm(request.POST if request.method == "POST" else None)
        contact = None
        if form.is_bound and form.is_valid():
            contact = opened(case, form.cleaned_data["why"], request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Who sent %(number)s") % {"number": case.number},
            "opts": self.opts,
            "original": case,
            "case": case,
            "gist": gist(case),
            "form": form,
            "contact": contact,
            "whatsapp_text": whatsapp_text(case, contact.name) if contact else "",
            "back": reverse("admin:feedback_submission_change", args=[case.pk]),
        }
        return TemplateResponse(request, "admin/feedback/contact.html", context)


@admin.register(ContactOpening)
class ContactOpeningAdmin(AskedLists):
    """The log of who looked, for the auditor; nobody edits it."""

    list_display = ("at", "submission", "by_name", "why")
    list_display_links = ("at",)
    list_filter = ("at",)
    list_select_related = ("submission",)
    search_fields = ("by_name", "why")
    search_help_text = _("Who, or why.")
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        reached = Submission.objects.visible_to(request.user).order_by()
        rows: models.QuerySet = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(submission__in=reached.values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
