"""Who came, at the desk: read and filtered there, written only at the door."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from outreach.models import Attendance, HeadCount, HeadCountSheet
from services.admin.reach import WithinReach


class WrittenAtTheDoor:
    """Nothing is added, changed or taken away here; the door takes back, and both stay."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Attendance)
class AttendanceAdmin(WrittenAtTheDoor, WithinReach, admin.ModelAdmin):
    list_display = ("at", "event", "people", "way", "party", "by", "undone_at")
    list_filter = (
        ("event", admin.RelatedOnlyFieldListFilter),
        "way",
        ("undone_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("event", "registration", "by")
    date_hierarchy = "at"
    fields = ("event", "party", "people", "way", "at", "by", "undone_at", "undone_by")

    @admin.display(description=_("code ends in"), ordering="registration__code_tail")
    def party(self, entry: Attendance) -> str:
        """The end of the code and no name: numbers are read here, people at the door."""
        return f"… {entry.registration.code_tail}" if entry.registration else ""


class GroupRows(WrittenAtTheDoor, admin.TabularInline):
    model = HeadCount
    fields = ("sex", "age", "has_disability", "people")
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("outreach.view_headcountsheet")


@admin.register(HeadCountSheet)
class HeadCountSheetAdmin(WrittenAtTheDoor, WithinReach, admin.ModelAdmin):
    list_display = ("at", "event", "people", "covers", "area", "from_words", "by", "undone_at")
    list_filter = (
        ("event", admin.RelatedOnlyFieldListFilter),
        "covers",
        ("undone_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("event", "area", "by")
    date_hierarchy = "at"
    fields = ("event", "covers", "remote_site", "area", "from_words", "at", "by", "undone_at", "undone_by")
    inlines = (GroupRows,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeadCountSheet]:
        return super().get_queryset(request).annotate(n=Sum("rows__people"))

    @admin.display(description=_("people"), ordering="n")
    def people(self, sheet: Any) -> int:
        return sheet.n or 0
