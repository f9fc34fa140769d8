"""Which rows of the catalogue a person reaches at the desk: by list, address, choice, search or action alike."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest

from portal.shared.asked_lists import AskedLists
from portal.shared.history import Change
from services.models import Service
from services.models.organization import EVERY_UNIT, RowsOfUnits

CORRECTS_PUBLISHED = "services.change_published_service"


def is_bound_to_units(request: HttpRequest) -> bool:
    return not request.user.has_perm(EVERY_UNIT)


def may_correct(request: HttpRequest, service: Service) -> bool:
    """Drafts may be worked on by whoever may change services; what residents read takes a right of its own."""
    is_public = service.status == Service.Status.PUBLISHED
    return not is_public or request.user.has_perm(CORRECTS_PUBLISHED)


def correctable(request: HttpRequest, services: models.QuerySet | None) -> models.QuerySet | None:
    if request.user.has_perm(CORRECTS_PUBLISHED):
        return services
    rows = Service._default_manager.all() if services is None else services
    return rows.exclude(status=Service.Status.PUBLISHED)


def without_hidden(changes: models.QuerySet[Change], user: Any) -> models.QuerySet[Change]:
    """These changes, but those of rows that must stay unknown to this person."""
    for model in apps.get_models():
        rows = model._default_manager.all()
        if isinstance(rows, RowsOfUnits) and not (hidden := rows.hidden_from(user)).query.is_empty():
            keys = hidden.order_by().values("pk")
            changes = changes.exclude(noun=model._meta.label_lower, object_id__in=keys)
    return changes


class KeepsWhatItNames(forms.ModelForm):
    """What a row already names may stay, though its editor could not choose it: a counter in another's building."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if type(field) is not forms.ModelChoiceField or self.instance.pk is None:
                continue
            kept = getattr(self.instance, f"{name}_id", None)
            if kept is not None and isinstance(field.queryset, RowsOfUnits):
                named = field.queryset.model._default_manager.filter(pk=kept)
                if field.queryset.query.where:
                    field.queryset = field.queryset | named


class RowsWithinReach(admin.options.BaseModelAdmin):
    """Rows and choices end where the person's units end; a row cannot be given to a unit out of reach."""

    form: Any = KeepsWhatItNames

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if isinstance(rows, RowsOfUnits) else rows

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        rows: Any = super().get_field_queryset(db, db_field, request)
        everything = db_field.remote_field.model._default_manager.all()
        if isinstance(everything, RowsOfUnits) and is_bound_to_units(request):
            return (everything if rows is None else rows).visible_to(request.user)
        return rows

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        rows = self.model._default_manager.all()
        ties = isinstance(rows, RowsOfUnits) and rows.of_unit.partition("__")[0] == db_field.name
        if field is not None and ties and is_bound_to_units(request):
            # Left empty, the row would be nobody's and out of the editor's own sight.
            field.required = True
        return field


class WithinReach(RowsWithinReach, AskedLists):
    """The same for a page of its own about one row."""

    def row_in_reach(self, request: HttpRequest, object_id: str) -> Any:
        """The row this address names; refused without the right to look, not found outside the person's reach."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row
