from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.admin.base import RecordedAdmin
from services.models import ClosedDay


@admin.register(ClosedDay)
class ClosedDayAdmin(RecordedAdmin):
    list_display = ("date", "name", "kind", "location")
    list_filter = ("kind", ("location", admin.EmptyFieldListFilter))
    list_select_related = ("location",)
    date_hierarchy = "date"
    search_fields = ("name", "location__name")
    autocomplete_fields = ("location",)
    fieldsets = (
        (
            None,
            {
                "fields": ("date", "name", "kind", "location", "source"),
                "description": _(
                    "Opening hours and promises in working days follow this list. "
                    "Decrees change in mid-year: write down the number of the decree."
                ),
            },
        ),
    )
