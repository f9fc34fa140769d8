from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.admin.confirmation import PROVENANCE, ConfirmationFilter, SourcedAdmin
from services.models import Organization


@admin.register(Organization)
class OrganizationAdmin(SourcedAdmin):
    list_display = ("kind", "name", "parent", "phone", "confirmed")
    list_display_links = ("name",)
    list_filter = ("kind", ConfirmationFilter, "scope", ("phone", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    saved_filters = (
        (_("Everything"), ""),
        (_("Due for checking"), "confirmed=due"),
        (_("Never confirmed"), "confirmed=never"),
    )
    search_fields = ("name", "short_name", "address", "phone", "email")
    autocomplete_fields = ("parent", "area")
    prepopulated_fields = {"slug": ("short_name",)}
    fieldsets = (
        (None, {"fields": ("name", "short_name", "kind", "parent", "area", "about", "slug")}),
        (
            _("How residents reach it"),
            {
                "fields": ("address", "phone", "whatsapp", "email", "website"),
                "description": _("Only public contacts of the office, never of a person."),
            },
        ),
        PROVENANCE,
    )

    def after_saving(self, instance: Organization, form: forms.ModelForm) -> None:
        instance.tell_others(form.changed_data)
