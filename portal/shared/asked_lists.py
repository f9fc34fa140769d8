"""What the address of a list at the desk may ask: what its filters ask, and nothing of the database beyond."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.db import DataError, models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

# Patterns are left out on purpose: one expression can keep a thread busy for hours, a broken one is an error of
# the database, and a stored secret could be guessed letter by letter.
QUESTIONS = frozenset({"exact", "isnull", "isempty", "gt", "gte", "lt", "lte"})
KEYS = frozenset({"id", "pk"})
DATES = frozenset({"year", "month", "day"})


def is_key(model: type[models.Model], typed: Any) -> bool:
    """Whether a row of this noun could have such a key: a number, and no larger than the database knows."""
    try:
        model._meta.pk.clean(typed, None)
    except ValidationError:
        return False
    return True


class AskedLists(admin.ModelAdmin):
    """Refuses every other lookup, which Django itself allows on each column of the row."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        name, *rest = lookup.split("__")
        known = QUESTIONS | KEYS | (DATES if name == self.date_hierarchy else set())
        if rest and rest[-1] not in known:
            return False
        try:
            if isinstance(self.opts.get_field(name), models.JSONField | models.BinaryField):
                return False
        except FieldDoesNotExist:
            # A filter of our own.
            pass
        return super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A day or number beyond what the database can hold is met only when it is asked."""
        try:
            changelist: Any = super().get_changelist_instance(request)
        except (OverflowError, DataError) as problem:
            raise IncorrectLookupParameters from problem
        # The list is called by its noun: whoever may only look has nothing to “select to change”.
        changelist.title = capfirst(self.opts.verbose_name_plural)
        return changelist

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet, *args: Any
    ) -> HttpResponse | None:
        """Django asks the database for whatever was sent as ticked."""
        if not all(is_key(self.model, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().response_action(request, queryset, *args)
