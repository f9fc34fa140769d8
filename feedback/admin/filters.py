"""Filters of the list of cases that ask for what is there, not for every unit and topic of the catalogue."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from feedback.models import Submission
from services.models import Category, Organization


def there_is(request: HttpRequest, what: str) -> list[tuple[str, str]]:
    """Units that have a case, or topics of one, by name; both are asked for at once."""
    known: list[tuple[str, str, str]] | None = getattr(request, "_cases_there_are", None)
    if known is None:
        of_unit = Submission.objects.filter(unit=models.OuterRef("pk")).order_by()
        of_topic = Submission.objects.filter(category=models.OuterRef("pk")).order_by()
        units = Organization.objects.visible_to(request.user).filter(models.Exists(of_unit)).order_by()
        topics = Category.objects.filter(models.Exists(of_topic)).order_by()
        rows = (
            found.annotate(
                what=models.Value(name, output_field=models.CharField()),
                key=Cast("pk", models.CharField()),
                label=models.F("name"),
            ).values_list("what", "key", "label")
            for name, found in (("unit", units), ("topic", topics))
        )
        one, other = rows
        known = sorted(one.union(other, all=True), key=lambda row: row[2].casefold())
        request._cases_there_are = known  # type: ignore[attr-defined]
    return [(key, label) for name, key, label in known if name == what]


class UnitFilter(admin.SimpleListFilter):
    title = _("unit in charge")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return there_is(request, "unit")

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        value = self.value() or ""
        return queryset.filter(unit=int(value[:9])) if value.isdecimal() else queryset


class CategoryFilter(admin.SimpleListFilter):
    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return there_is(request, "topic")

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        value = self.value() or ""
        return queryset.filter(category=int(value[:9])) if value.isdecimal() else queryset
