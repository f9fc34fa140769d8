"""Provenance on the desk: the fieldset, the column and the filter every sourced noun shares."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.shared.templatetags.indonesia import short_date
from services.admin.base import RecordedAdmin
from services.admin.narrowing import narrowed
from services.admin.verbs import CONFIRM, Verb
from services.models.provenance import STALE_AFTER

PROVENANCE: tuple[Any, Any] = (
    _("Where these facts come from"),
    {
        "fields": (
            "source",
            "scope",
            "source_year",
            "caution",
            "read_on",
            "checked_on",
            "checked_by_name",
        ),
        "description": _(
            "Residents see the source. Until the unit confirms, the page says “example, not confirmed yet”. "
            "Confirm with the button at the top of this page."
        ),
    },
)


class ConfirmationFilter(admin.SimpleListFilter):
    title = _("confirmation")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return (
            ("never", _("not confirmed yet")),
            ("due", _("older than a year")),
            ("yes", _("confirmed")),
        )

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        year_ago = timezone.localdate() - STALE_AFTER
        match self.value():
            case "never":
                return narrowed(queryset, models.Q(checked_on=None))
            case "due":
                return narrowed(queryset, models.Q(checked_on__lt=year_ago))
            case "yes":
                return narrowed(queryset, models.Q(checked_on__gte=year_ago))
        return queryset


class SourcedAdmin(RecordedAdmin):
    """For nouns that carry their source and can be confirmed by their unit."""

    verbs: ClassVar[tuple[Verb, ...]] = (CONFIRM,)
    readonly_fields: ClassVar[tuple[str, ...]] = ("checked_on", "checked_by_name")

    @admin.display(description=_("confirmed"), ordering="checked_on")
    def confirmed(self, row: Any) -> str:
        return short_date(row.checked_on) or gettext("not yet")
