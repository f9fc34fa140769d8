"""Who helps with a campaign or an activity: what was promised, and what came of it."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from outreach.models import Partnership
from services.admin.base import RecordedAdmin, Rows
from services.admin.reach import is_bound_to_units
from services.models.organization import units_of


class PartnerRows(Rows):
    model = Partnership
    fields = ("organization", "role", "promised", "delivered")
    verbose_name_plural = _("partners")
    follows = 2

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        # A partner is of another house.
        return None


class DeliveredFilter(admin.SimpleListFilter):
    title = _("delivered")
    parameter_name = "delivered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("written down")), ("no", _("not written down yet"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "yes":
            return queryset.exclude(delivered="")
        return queryset.filter(delivered="") if self.value() == "no" else queryset


@admin.register(Partnership)
class PartnershipAdmin(RecordedAdmin):
    """All partners in one list; they are added on the page of their campaign or activity."""

    list_display = ("organization", "role", "helps", "promised", "delivered")
    list_filter = (DeliveredFilter, "role", ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization", "campaign", "event")
    search_fields = ("organization__name", "promised", "campaign__title", "event__title")
    readonly_fields = ("organization", "campaign", "event")
    fields = ("organization", "campaign", "event", "role", "promised", "delivered")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        if not is_bound_to_units(request):
            return rows
        mine = units_of(request.user)
        return rows.filter(Q(campaign__unit__in=mine) | Q(event__unit__in=mine))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("helps with"))
    def helps(self, row: Partnership) -> str:
        return str(row.event or row.campaign)
