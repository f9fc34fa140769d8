from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.admin.base import RecordedAdmin
from services.models import Area, Location, PublicWork


@admin.register(Area)
class AreaAdmin(RecordedAdmin):
    list_display = ("level", "name", "parent", "kemendagri_code", "bps_code", "postcode")
    list_display_links = ("name",)
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("name", "kemendagri_code", "bps_code", "postcode")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("level", "name", "parent", "slug")}),
        (
            _("Official numbers"),
            {
                "fields": ("kemendagri_code", "bps_code", "postcode", "area_ha", "source"),
                "description": _(
                    "The Ministry of Home Affairs and BPS number the same place differently: "
                    "copy each from its own list, never one from the other."
                ),
            },
        ),
    )

    def after_saving(self, instance: Area, form: forms.ModelForm) -> None:
        # Places and works are also found by the name of their area.
        if "name" in form.changed_data:
            Location.objects.select_related("area").filter(area=instance).reindex()
            PublicWork.objects.select_related("area").filter(area=instance).reindex()
