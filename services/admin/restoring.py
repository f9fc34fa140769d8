"""The history of one row, and bringing back what it was: asked first, remembered like every change."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.shared.asked_lists import AskedLists
from portal.shared.history import Change, changes_of, noun_of
from portal.shared.restoring import model_of, not_restored, restore, state_after
from portal.shared.templatetags.indonesia import clock, short_date
from services.admin.differences import explained, verb_name
from services.admin.reach import WithinReach

CHANGES_PER_PAGE = 50


class HasHistory(WithinReach):
    """A row's page of who changed what and when, each state of which can be brought back."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        instance = self.row_in_reach(request, object_id)
        changes = changes_of(instance)
        page = self.get_paginator(request, changes, CHANGES_PER_PAGE).get_page(request.GET.get("p"))
        shown = list(page.object_list)
        # What is already so needs no button.
        newest = shown[0].pk if shown and page.number == 1 else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": instance},
            "page_obj": page,
            "changes": explained(shown, {noun_of(instance): self.model}),
            "newest": newest,
            "may_restore": self.has_change_permission(request, instance),
            "original": instance,
            "opts": self.opts,
            "has_view_permission": True,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/history.html", context)


class RestoringChanges(AskedLists):
    """For the list of all changes: the page that asks before an old state comes back, also of a deleted row."""

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.restore_view))
        return [path("<int:pk>/restore/", guarded, name="shared_change_restore"), *super().get_urls()]

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = Change.objects.filter(pk=pk).first()
        model = model_of(change) if change else None
        desk: Any = self.admin_site._registry.get(model) if model else None
        if change is None or model is None or desk is None:
            raise Http404
        row = desk.get_queryset(request).filter(pk=change.object_id).first()
        self.check_rights(request, desk, row, change)
        if request.method == "POST" and (done := self.done(request, desk, change)):
            return done
        state = state_after(change)
        skip = not_restored(model)
        now = row.snapshot_to_show() if row is not None else {}
        shown = Change(
            noun=change.noun,
            object_id=change.object_id,
            before={name: now[name] for name in state if name in now and name not in skip},
            after={name: value for name, value in state.items() if name not in skip},
        )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Restore: %(name)s") % {"name": row or change.object_name},
            "change": change,
            "verb": verb_name(change.verb, change.noun),
            "is_deleted": row is None,
            "differences": explained([shown])[0].differences,
            "opts": desk.opts,
            "original": row,
            "back": self.way_back(desk, row, change),
        }
        return TemplateResponse(request, "admin/desk/restore.html", context)

    def check_rights(self, request: HttpRequest, desk: Any, row: Any, change: Change) -> None:
        if row is not None:
            allowed = desk.has_change_permission(request, row)
        else:
            is_there = desk.model._base_manager.filter(pk=change.object_id).exists()
            allowed = not is_there and desk.has_add_permission(request)
        if not allowed:
            raise PermissionDenied

    def done(self, request: HttpRequest, desk: Any, change: Change) -> HttpResponse | None:
        """Where to go after it; None when it could not be done, which the page then says."""
        words = {
            "date": short_date(change.at),
            "time": clock(change.at),
            "verb": verb_name(change.verb, change.noun),
        }
        reason = gettext("As on %(date)s, %(time)s: %(verb)s") % words
        try:
            with transaction.atomic():
                row = restore(change, by=request.user, reason=reason)
                if not desk.get_queryset(request).filter(pk=row.pk).exists():
                    # It would come back outside the person's own units.
                    raise PermissionDenied
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return None
        messages.success(request, gettext("%(name)s is as it was then.") % {"name": row})
        return HttpResponseRedirect(self.way_back(desk, row, change))

    def way_back(self, desk: Any, row: Any, change: Change) -> str:
        if row is None:
            return reverse("admin:shared_change_change", args=[change.pk])
        return reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_history", args=[row.pk])
