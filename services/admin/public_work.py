from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.shared.templatetags.indonesia import percent, rupiah
from services.admin.base import NativePickers
from services.admin.confirmation import PROVENANCE, ConfirmationFilter, SourcedAdmin
from services.admin.fields import RupiahField
from services.models import PublicWork, PublicWorkUpdate


class PublicWorkUpdateInline(NativePickers, admin.StackedInline):
    model = PublicWorkUpdate
    extra = 0
    fields = ("date", "text", "progress", "source")
    follows = 1


@admin.register(PublicWork)
class PublicWorkAdmin(SourcedAdmin):
    list_display = ("stage", "name", "area", "progress_shown", "cost_shown", "ends_on", "on_time")
    list_display_links = ("name",)
    list_filter = (
        "stage",
        "kind",
        "fiscal_year",
        ("area", admin.RelatedOnlyFieldListFilter),
        ConfirmationFilter,
    )
    list_select_related = ("area",)
    saved_filters = (
        (_("Everything"), ""),
        (_("Under way"), "stage__exact=under_way"),
        (_("Planned"), "stage__exact=planned"),
        (_("Never confirmed"), "confirmed=never"),
    )
    search_fields = ("name", "place", "contractor", "funding", "area__name")
    autocomplete_fields = ("organization", "area")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PublicWorkUpdateInline,)
    fieldsets = (
        (None, {"fields": ("name", "kind", "stage", "progress", "description", "slug")}),
        (_("Where it is"), {"fields": ("place", "area", "latitude", "longitude")}),
        (
            _("Money and time"),
            {
                "fields": (
                    "cost",
                    "funding",
                    "fiscal_year",
                    "starts_on",
                    "ends_on",
                    "contractor",
                    "organization",
                ),
                "description": _("Leave empty what is not known; 0 means nothing was paid."),
            },
        ),
        PROVENANCE,
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cost":
            kwargs["form_class"] = RupiahField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("progress"), ordering="progress")
    def progress_shown(self, row: PublicWork) -> str | None:
        return percent(row.progress) or None

    @admin.display(description=_("cost"), ordering="cost")
    def cost_shown(self, row: PublicWork) -> str | None:
        return rupiah(row.cost) or None

    @admin.display(description=_("on time"), boolean=True)
    def on_time(self, row: PublicWork) -> bool | None:
        return None if row.ends_on is None else not row.is_late(timezone.localdate())
