from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.admin.base import RecordedAdmin
from services.admin.confirmation import PROVENANCE, ConfirmationFilter, SourcedAdmin
from services.admin.conflict import SeenForm
from services.admin.fields import SearchesField
from services.models import Charter, EmergencyNumber, PortalProfile


class PortalProfileForm(SeenForm):
    popular = SearchesField(
        label=_("Popular searches"),
        required=False,
        help_text=_(
            "One on each line: the words to show = the words to search. For example: KTP hilang = ktp ilang"
        ),
    )

    class Meta:
        model = PortalProfile
        fields = "__all__"


@admin.register(PortalProfile)
class PortalProfileAdmin(RecordedAdmin):
    """The one row that says whose portal this is: changed, never added twice, never deleted."""

    form = PortalProfileForm
    list_display = ("name", "kind", "area", "is_official")
    list_select_related = ("area",)
    autocomplete_fields = ("area", "organization", "office")
    readonly_fields = ("data_set",)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "tagline", "kind", "about", "theme", "popular")}),
        (_("Where residents find you"), {"fields": ("area", "organization", "office")}),
        (
            _("How residents reach you"),
            {
                "fields": ("phone", "whatsapp", "email", "website"),
                "description": _(
                    "Leave empty what the office does not have; the pages then do not mention it."
                ),
            },
        ),
        (_("Standing"), {"fields": ("is_official", "data_set")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not PortalProfile.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(EmergencyNumber)
class EmergencyNumberAdmin(SourcedAdmin):
    list_display = ("position", "label", "number", "kind", "confirmed")
    list_display_links = ("label",)
    list_filter = ("kind", ConfirmationFilter)
    search_fields = ("label", "number", "note")
    fieldsets = (
        (
            None,
            {
                "fields": ("label", "number", "kind", "note", "position"),
                "description": _("Dial it yourself before you save: somebody may need it tonight."),
            },
        ),
        (_("In English"), {"fields": ("label_en", "note_en")}),
        PROVENANCE,
    )


@admin.register(Charter)
class CharterAdmin(SourcedAdmin):
    list_display = ("signed_on", "signatory_office", "confirmed")
    list_filter = (ConfirmationFilter,)
    search_fields = ("signatory_office", "text")
    fieldsets = (
        (
            None,
            {
                "fields": ("text", "signed_on", "signatory_office", "compensation"),
                "description": _("Copy the signed sheet word for word."),
            },
        ),
        PROVENANCE,
    )
