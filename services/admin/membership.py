from django.contrib import admin

from services.admin.base import RecordedAdmin
from services.models import Membership


@admin.register(Membership)
class MembershipAdmin(RecordedAdmin):
    """Which unit a staff account works for: a unit officer reaches that unit's rows and no others."""

    list_display = ("user", "organization")
    list_select_related = ("user", "organization")
    list_filter = (("organization", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("user__username", "user__first_name", "user__last_name", "organization__name")
    autocomplete_fields = ("user", "organization")
    fields = ("user", "organization")
