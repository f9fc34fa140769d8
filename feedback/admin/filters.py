"""Filters of the list of cases that ask for what is there, not for every unit and topic of the catalogue."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from feedback.models import Submission
from services.models import Category, Organization


class UnitFilter(admin.SimpleListFilter):
    title = _("unit in charge")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        handed = Submission.objects.filter(unit=models.OuterRef("pk")).order_by()
        units = Organization.objects.visible_to(request.user).filter(models.Exists(handed))
        return [(str(pk), name) for pk, name in units.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        value = self.value() or ""
        return queryset.filter(unit=int(value[:9])) if value.isdecimal() else queryset


class CategoryFilter(admin.SimpleListFilter):
    title = _("topic")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        told = Submission.objects.filter(category=models.OuterRef("pk")).order_by()
        topics = Category.objects.filter(models.Exists(told)).order_by("name")
        return [(slug, name) for slug, name in topics.values_list("slug", "name")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(category__slug=self.value()) if self.value() else queryset
