"""How a hundred thousand services are narrowed and found at the desk without reading them all."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.shared.search import RankOrder
from services.facets import synonyms
from services.models import Category, Organization, Service

ORDER_PARAMETER = "o"


class SectorFilter(admin.SimpleListFilter):
    title = _("sector")
    parameter_name = "sector"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return Category.objects.sectors().values_list("slug", "name")

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value():
            return queryset
        # Asked apart: with the few topics written out, the database can begin with their index.
        chosen = models.Q(slug=self.value()) | models.Q(parent__slug=self.value())
        return queryset.filter(
            category__in=list(Category.objects.filter(chosen).values_list("pk", flat=True))
        )


class UnitFilter(admin.SimpleListFilter):
    """Units that provide something, found unit by unit and not by reading every service."""

    title = _("who provides it")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        provided = Service.objects.filter(organization=models.OuterRef("pk")).order_by()
        units = Organization.objects.visible_to(request.user).filter(models.Exists(provided))
        return [(str(pk), name) for pk, name in units.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        value = self.value() or ""
        return queryset.filter(organization=int(value)) if value.isdecimal() else queryset


class ClosedFilter(admin.SimpleListFilter):
    title = _("closed for a time")
    parameter_name = "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return (("now", _("closed today")), ("soon", _("closed today or within a week")))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        today = timezone.localdate()
        match self.value():
            case "now":
                return queryset.closed_or_closing(today, today)  # type: ignore[attr-defined]
            case "soon":
                return queryset.closed_or_closing(today, today + timedelta(days=7))  # type: ignore[attr-defined]
        return queryset


class FoundByWords(admin.ModelAdmin):
    """The list is searched as residents search, best first; a code finds its service."""

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        is_list = request.resolver_match is not None and request.resolver_match.url_name != "autocomplete"
        if not is_list or not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        found = queryset.order_by().matching(search_term, synonyms())  # type: ignore[attr-defined]
        pks = found.hits.pks
        if not pks:
            code = slugify(search_term)
            by_code = models.Q(code__startswith=code) | models.Q(slug__startswith=code)
            return (queryset.filter(by_code) if code else queryset.none()), False
        rows = queryset.filter(pk__in=pks)
        return (rows if ORDER_PARAMETER in request.GET else rows.order_by(RankOrder(pks))), False
