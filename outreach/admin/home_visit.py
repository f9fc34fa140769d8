"""Home visits at the desk: read and taken away as a table; written down and mended on the officers' pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin
from outreach.admin.taken_columns import local
from outreach.admin.taking_away import Taken, TakenAway
from outreach.models import Visit

VISIT_COLUMNS = (
    Taken(_("round"), lambda row, counted: row.area.round),
    Taken(_("RT"), lambda row, counted: row.area.label),
    Taken(_("when"), lambda row, counted: local(row.at)),
    Taken(_("outcome"), lambda row, counted: row.get_outcome_display()),
    Taken(_("homes"), lambda row, counted: row.households),
    Taken(_("written down"), lambda row, counted: row.get_way_display()),
    Taken(_("material given"), lambda row, counted: row.flyers),
    Taken(_("understood before"), lambda row, counted: row.before),
    Taken(_("understood after"), lambda row, counted: row.after),
    Taken(_("brought up"), lambda row, counted: row.raised),
    Taken(_("note"), lambda row, counted: row.note),
    Taken(_("taken back at"), lambda row, counted: local(row.undone_at)),
)


@admin.register(Visit)
class VisitAdmin(TakenAway, OutreachAdmin):
    list_display = ("at", "place", "outcome", "households", "raised", "by", "is_live")
    list_filter = (
        "outcome",
        "way",
        ("area__round", admin.RelatedOnlyFieldListFilter),
        ("by", admin.RelatedOnlyFieldListFilter),
        ("undone_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("area__area__parent", "area__round", "by")
    search_fields = ("area__round__title", "area__area__name", "note")
    taken_columns = VISIT_COLUMNS
    fields = (
        *("area", "outcome", "households", "at", "way", "topics", "flyers", "before", "after", "raised"),
        *("note", "by", "recorded_at", "undone_at"),
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("RT"), ordering="area__area__name")
    def place(self, row: Visit) -> str:
        return f"{row.area.round}: {row.area.label}"

    @admin.display(description=_("counts"), boolean=True)
    def is_live(self, row: Visit) -> bool:
        return not row.is_undone
