from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.shared.history import recorded
from services.admin.base import RecordedAdmin
from services.admin.confirmation import PROVENANCE, ConfirmationFilter, SourcedAdmin
from services.admin.hours import ClosedDayInline, OpeningHoursInline
from services.admin.reach import correctable, may_correct
from services.models import Channel, Location, OpeningHours, ServiceAtLocation


@admin.register(Location)
class LocationAdmin(SourcedAdmin):
    list_display = ("kind", "name", "area", "has_hours", "confirmed")
    list_display_links = ("name",)
    list_filter = (
        "kind",
        ConfirmationFilter,
        "ownership",
        ("area", admin.RelatedOnlyFieldListFilter),
        ("latitude", admin.EmptyFieldListFilter),
        "step_free",
        "scope",
    )
    list_select_related = ("area",)
    saved_filters = (
        (_("Everything"), ""),
        (_("Due for checking"), "confirmed=due"),
        (_("Never confirmed"), "confirmed=never"),
    )
    search_fields = ("name", "address", "official_code", "area__name", "phone")
    autocomplete_fields = ("organization", "area")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (OpeningHoursInline, ClosedDayInline)
    fieldsets = (
        (None, {"fields": ("name", "kind", "ownership", "organization", "slug")}),
        (
            _("Where it is"),
            {
                "fields": ("address", "area", "postcode", "latitude", "longitude", "phone"),
                "description": _(
                    "Coordinates are two numbers from a map, for example -6.307915 and 106.838823."
                ),
            },
        ),
        (
            _("Who can get in"),
            {
                "fields": (
                    "step_free",
                    "accessible_toilet",
                    "accessible_parking",
                    "hearing_help",
                    "accessibility_note",
                ),
                "description": _(
                    "Choose “unknown” until somebody has looked: unknown is not the same as no."
                ),
            },
        ),
        (_("About these data"), {"fields": ("official_code", "quality")}),
        PROVENANCE,
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Location]:
        hours = OpeningHours.objects.filter(location=models.OuterRef("pk"))
        return super().get_queryset(request).annotate(has_hours_row=models.Exists(hours))

    @admin.display(description=_("hours known"), boolean=True, ordering="has_hours_row")
    def has_hours(self, row: Any) -> bool:
        return row.has_hours_row


class OwnerOfHoursAdmin(RecordedAdmin):
    """Reached from its service; on the desk's front page it would only be a long list without a story.

    What happens here is part of the service's story too, and the service is found by its words.
    """

    inlines = (OpeningHoursInline,)
    list_select_related: ClassVar[tuple[str, ...]] = ("service",)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A way to a service is as much before residents as the service itself."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_correct(request, obj.service))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_correct(request, obj.service))

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        rows = super().get_field_queryset(db, db_field, request)
        return correctable(request, rows) if db_field.name == "service" else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Its service is chosen once: moved to another one it would be a different way in."""
        return ("service",) if obj else ()

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        service = form.instance.service
        with recorded(service, verb="change", by=request.user):
            super().save_related(request, form, formsets, change)
            service.save(update_fields=["search_text"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        service = obj.service
        with recorded(service, verb="change", by=request.user):
            super().delete_model(request, obj)
            service.save(update_fields=["search_text"])


@admin.register(ServiceAtLocation)
class ServiceAtLocationAdmin(OwnerOfHoursAdmin):
    list_display = ("service", "location", "counter")
    list_select_related = ("service", "location")
    search_fields = ("service__name", "location__name", "counter")
    autocomplete_fields = ("service", "location")
    fieldsets = (
        (
            None,
            {
                "fields": ("service", "location", "counter", "note", "position"),
                "description": _(
                    "Give a counter hours of its own only if they differ from those of the place."
                ),
            },
        ),
    )


@admin.register(Channel)
class ChannelAdmin(OwnerOfHoursAdmin):
    list_display = ("kind", "label", "value", "service")
    list_display_links = ("label",)
    list_filter = ("kind",)
    search_fields = ("label", "value", "service__name")
    autocomplete_fields = ("service",)
    fields = ("service", "kind", "label", "value", "note", "position")
