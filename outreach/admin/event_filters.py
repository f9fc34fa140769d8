"""What the list of activities is asked: where it stands in time, whose it is, what is still missing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.deciding import Decision
from services.models.organization import units_of

SOON = timedelta(days=7)
Narrow = Callable[[models.QuerySet, datetime], models.QuerySet]


def over(rows: models.QuerySet, at: datetime) -> models.QuerySet:
    return rows.filter(decision__in=(Decision.PUBLISHED, Decision.HELD), ends_at__lte=at)


def coming(rows: models.QuerySet, at: datetime) -> models.QuerySet:
    return rows.filter(decision=Decision.PUBLISHED, ends_at__gt=at)


def without_minutes(rows: models.QuerySet, at: datetime) -> models.QuerySet:
    """Over for a day, and nobody can read yet what was said and agreed."""
    return over(rows, at - timedelta(days=1)).filter(
        Q(minutes__isnull=True) | Q(minutes__published_at__isnull=True)
    )


NARROW: dict[str, tuple[Any, Narrow]] = {
    "week": (_("within a week"), lambda rows, at: coming(rows, at).filter(starts_at__lt=at + SOON)),
    "coming": (_("coming"), coming),
    "draft": (_("draft"), lambda rows, at: rows.filter(decision=Decision.DRAFT)),
    "over": (_("over"), over),
    "unreported": (_("over, without minutes"), without_minutes),
    "postponed": (_("postponed"), lambda rows, at: rows.filter(decision=Decision.POSTPONED)),
    "cancelled": (_("cancelled"), lambda rows, at: rows.filter(decision=Decision.CANCELLED)),
}


class WhenFilter(admin.SimpleListFilter):
    title = _("stands")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _narrow) in NARROW.items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        chosen = NARROW.get(self.value() or "")
        return chosen[1](queryset, timezone.now()) if chosen else queryset


def of_my_units(rows: Any, user: Any, unit: str = "unit") -> Any:
    """The rows of the units this person belongs to; of whoever belongs to none, all they may reach."""
    mine = units_of(user)
    return rows.filter(**{f"{unit}__in": mine}) if mine else rows


class MineFilter(admin.SimpleListFilter):
    title = _("my unit")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("of my unit"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return of_my_units(queryset, request.user) if self.value() == "1" else queryset
