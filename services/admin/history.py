"""The memory of the portal, for reading only."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Change
from services.admin.differences import VERBS, explained, model_of, noun_name, verb_name
from services.admin.reach import without_hidden
from services.admin.restoring import RestoringChanges


class VerbFilter(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return VERBS.items()

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(verb=self.value()) if self.value() else queryset


@admin.register(Change)
class ChangeAdmin(RestoringChanges):
    list_display = ("at", "verb_shown", "noun_shown", "object_name", "by_name", "reason")
    list_display_links = ("object_name",)
    list_filter = (VerbFilter, "at")
    search_fields = ("object_name", "by_name", "reason")
    show_full_result_count = False
    list_per_page = 50
    change_form_template = "admin/desk/one_change.html"
    fields = ("at", "verb_shown", "noun_shown", "object_name", "by_name", "reason")

    @admin.display(description=_("action"), ordering="verb")
    def verb_shown(self, row: Change) -> str:
        return verb_name(row.verb, row.noun)

    @admin.display(description=_("kind"), ordering="noun")
    def noun_shown(self, row: Change) -> str:
        return noun_name(row.noun)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Change]:
        changes = without_hidden(super().get_queryset(request), request.user)
        # The snapshots can be long, and the list does not show them.
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        return changes.defer("before", "after") if is_list else changes

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        change = self.get_object(request, object_id)
        extra = {
            "changes": explained([change]) if change else [],
            "may_restore": change is not None and self.is_gone(request, change),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, extra)

    def is_gone(self, request: HttpRequest, change: Change) -> bool:
        """Whether this change deleted a row that is still missing and that this person may add."""
        model = model_of(change.noun)
        desk = self.admin_site._registry.get(model) if model else None
        if desk is None or change.after or not desk.has_add_permission(request):
            return False
        return not desk.model._base_manager.filter(pk=change.object_id).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
