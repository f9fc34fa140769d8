"""Import and export buttons over the lists of those nouns that are kept as tables."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.shared.exchange.admin import may_export, may_import
from portal.shared.exchange.table import TABLES
from services.exchange import catalogue, places, words

# Named, so that importing this module makes the tables known.
MODULES = (catalogue, places, words)


class Exchanged(admin.ModelAdmin):
    """A list that can be taken out as it is filtered, and filled from a file."""

    change_list_template = "admin/exchange/change_list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"exchange": self.exchange_tools(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def exchange_tools(self, request: HttpRequest) -> dict[str, str]:
        table = TABLES.get(self.opts.label_lower)
        tools: dict[str, str] = {}
        if table is None:
            return tools
        if may_import(request, table):
            tools["import_url"] = f"{reverse('admin:exchange_import_add')}?kind={table.noun()}"
        noun = f"{self.opts.app_label}.add_{self.opts.model_name}"
        if request.user.has_perms(["shared.view_change", noun]):
            deleted = reverse("admin:shared_change_changelist")
            tools["deleted_url"] = f"{deleted}?verb=delete&noun={table.noun()}"
        if may_export(request, table):
            filters = request.GET.copy()
            filters.pop("p", None)
            query = f"?{filters.urlencode()}" if filters else ""
            for shape in ("csv", "xlsx"):
                names = [self.opts.app_label, self.opts.model_name, shape]
                tools[f"{shape}_url"] = reverse("admin:exchange_export", args=names) + query
        return tools
