"""What every page of the staff desk has in common: each change is remembered, shown and found at once."""

from time import time
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.shared import content_version
from portal.shared.history import Remembered, recorded
from portal.shared.search import Searchable
from services.admin.choosers import Chooser, ChooserOfMany, ManyField
from services.admin.conflict import ConflictAdmin
from services.admin.exchange import Exchanged
from services.admin.fields import NativeDateInput, NativeTimeInput
from services.admin.reach import RowsWithinReach
from services.admin.restoring import HasHistory
from services.admin.verbs import VerbAdmin
from services.models.provenance import Sourced


class NativePickers(RowsWithinReach):
    """Dates and times from the phone's own pickers, and related rows to choose without a row of small icons."""

    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        models.DateField: {"widget": NativeDateInput},
        models.TimeField: {"widget": NativeTimeInput},
    }

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Deleting or renaming a whole area belongs to the area's own page, not beside a choice of it.
            field.widget.can_delete_related = False
            field.widget.can_change_related = False
            field.widget.can_view_related = False
            # A new account is made where accounts are kept, with all that belongs to it.
            is_account = db_field.related_model is get_user_model()
            if is_account or isinstance(field.widget.widget, forms.CheckboxSelectMultiple):
                field.widget.can_add_related = False
        return field

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            chooser = Chooser(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", chooser)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs.setdefault("form_class", ManyField)
        if db_field.name in self.get_autocomplete_fields(request):
            chooser = ChooserOfMany(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", chooser)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class Rows(NativePickers, admin.TabularInline):
    """Rows of a noun inside its form: a table on wide screens, cards with labels on phones."""

    extra = 0
    template = "admin/desk/rows.html"

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 2
        return field


class RecordedAdmin(Exchanged, HasHistory, ConflictAdmin, NativePickers, VerbAdmin):
    """Writes through the memory of the model: who, when, before and after, in one transaction."""

    list_per_page = 50
    # Counting a whole table on every visit would be the slowest query of the page.
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_form_template = "admin/desk/change_form.html"
    # What is asked of this list every week: its words, and the query of the list.
    saved_filters: ClassVar[tuple[tuple[Promise, str], ...]] = ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.GET.urlencode()
        extra = {
            "saved_filters": [
                {"label": label, "url": f"?{query}", "is_current": query == asked}
                for label, query in self.saved_filters
            ],
            **(extra_context or {}),
        }
        return super().changelist_view(request, extra)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        """Nothing yet: `save_related` follows at once and saves the row and its children as one change."""

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        instance: Remembered = form.instance
        has_changed = form.has_changed() or any(formset.has_changed() for formset in formsets)
        with recorded(instance, verb="change" if change else "add", by=request.user):
            if change and has_changed and isinstance(instance, Sourced) and instance.is_confirmed:
                instance.lapse()
                sentence = _(
                    "Facts have changed, so the confirmation no longer holds. Ask the unit to confirm again."
                )
                messages.warning(request, sentence)
            super().save_model(request, instance, form, change)
            super().save_related(request, form, formsets, change)
            if isinstance(instance, Searchable):
                # The rows that search reads are complete only now.
                instance.save()
            self.after_saving(instance, form)

    def after_saving(self, instance: Any, form: forms.ModelForm) -> None:
        """For nouns whose name other nouns carry in their own search text."""

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        story = form.instance.remembered_children
        if formset.fk.remote_field.get_accessor_name() in story:
            super().save_formset(request, form, formset, change)
            return
        # These rows are no part of the parent's story, so each remembers its own change.
        changed = formset.save(commit=False)
        for child in formset.deleted_objects:
            with recorded(child, verb="delete", by=request.user):
                child.delete()
        for child in changed:
            with recorded(child, verb="change" if child.pk else "add", by=request.user):
                child.save()
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with recorded(obj, verb="delete", by=request.user):
            obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        # In one order, and the version last: who takes a seat holds one row, then the version too.
        with transaction.atomic(), content_version.one_bump():
            for obj in queryset.order_by("pk"):
                self.delete_model(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["form_parts"] = self.parts_in_order(context["adminform"], context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)

    def parts_in_order(self, fieldsets: Any, rows: Any) -> list[tuple[str, Any]]:
        """Fieldsets with the rows that belong between them: an inline says after which fieldset it stands."""
        fieldsets = list(fieldsets)
        last = len(fieldsets)
        parts: list[tuple[str, Any]] = []
        for number, fieldset in enumerate(fieldsets, start=1):
            parts.append(("fields", fieldset))
            parts += [
                ("rows", one) for one in rows if min(getattr(one.opts, "follows", last), last) == number
            ]
        return parts

    def view_on_site(self, obj: Any) -> str | None:
        """The public page itself, without the detour over content types; None for nouns without one."""
        address = getattr(obj, "get_absolute_url", None)
        # A browser may keep a public page for a minute; the editor must see what was just saved.
        return f"{address()}?dilihat={int(time())}" if address else None
