"""How a hundred thousand services are narrowed and found at the desk without reading them all."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.shared.search import RankOrder
from services.admin.narrowing import among
from services.facets import synonyms
from services.models import Category, Organization, Service

ORDER_PARAMETER = "o"
MANY = 5_000


class SectorFilter(admin.SimpleListFilter):
    title = _("sector")
    parameter_name = "sector"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return Category.objects.sectors().values_list("slug", "name")

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value():
            return queryset
        sectors = list(Category.objects.sectors())
        sector = next((one for one in sectors if one.slug == self.value()), None)
        if sector is None:
            return queryset.none()
        # Services lie in order of their sectors: read from where this one begins, they need no sorting.
        first, behind = f"{sector.position:03d}", f"{sector.position + 1:03d}"
        rows = queryset.filter(sort_key__gte=first, sort_key__lt=behind)
        if [one.position for one in sectors].count(sector.position) == 1:
            return rows
        return rows.filter(models.Q(category=sector) | models.Q(category__parent=sector))


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
                return among(queryset, Service.objects.closed_or_closing(today, today))
            case "soon":
                return among(queryset, Service.objects.closed_or_closing(today, today + timedelta(days=7)))
        return queryset


class FoundByWords(admin.ModelAdmin):
    """The list is searched as residents search, best first; a code finds its service."""

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        is_list = request.resolver_match is not None and request.resolver_match.url_name != "autocomplete"
        if not is_list or not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        code = slugify(search_term)
        coded = queryset.filter(models.Q(code=code) | models.Q(slug=code)).order_by("pk")
        exactly = list(coded.values_list("pk", flat=True)) if code else []
        found = queryset.order_by().matching(search_term, synonyms())  # type: ignore[attr-defined]
        pks = tuple(dict.fromkeys((*exactly, *found.hits.pks)))
        if not pks:
            return queryset.none(), False
        rows = queryset.filter(pk__in=pks)
        return (rows if ORDER_PARAMETER in request.GET else rows.order_by(RankOrder(pks))), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QuicklyOrdered

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """Columns without an index are sortable only while there are few rows to sort."""
        is_long = self.model._default_manager.order_by()[MANY : MANY + 1].exists()
        return ("name",) if is_long else super().get_sortable_by(request)


class QuicklyOrdered(ChangeList):
    """An address that asks for an order the list does not offer is given the usual one."""

    def get_ordering_field(self, field_name: Any) -> Any:
        is_offered = self.sortable_by is None or field_name in self.sortable_by
        return super().get_ordering_field(field_name) if is_offered else None
