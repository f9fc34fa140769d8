from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.admin.base import RecordedAdmin
from services.models import Audience, Category, Service, Synonym


@admin.register(Category)
class CategoryAdmin(RecordedAdmin):
    list_display = ("position", "name", "parent", "hue", "examples")
    list_display_links = ("name",)
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter), "hue")
    list_select_related = ("parent",)
    search_fields = ("name", "name_en", "examples", "parent__name")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "parent", "position", "slug"),
                "description": _(
                    "A category without a sector is a sector itself: it gets a tile on the home page."
                ),
            },
        ),
        (_("On the home page"), {"fields": ("icon", "hue", "examples")}),
        (_("In English"), {"fields": ("name_en", "examples_en")}),
    )

    def after_saving(self, instance: Category, form: forms.ModelForm) -> None:
        instance.tell_others(form.changed_data)


@admin.register(Audience)
class AudienceAdmin(RecordedAdmin):
    list_display = ("position", "name", "name_en")
    list_display_links = ("name",)
    search_fields = ("name", "name_en")
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "name_en", "position", "slug")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuses to delete a group that services name: they would forget whom they are for, without a trace."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        users = Service.objects.filter(audiences__in=objs).distinct()[:20]
        return deleted, counts, missing, [*protected, *(str(service) for service in users)]


@admin.register(Synonym)
class SynonymAdmin(RecordedAdmin):
    list_display = ("phrase", "means", "note")
    search_fields = ("phrase", "means", "note")
    fieldsets = (
        (
            None,
            {
                "fields": ("phrase", "means", "note"),
                "description": _(
                    "When residents type the first, they also find the second. "
                    "For example: “surat miskin” finds “SKTM”."
                ),
            },
        ),
    )
