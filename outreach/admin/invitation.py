"""Who was invited, at the desk: groups as rows of an activity, or a whole list from a spreadsheet."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin, Parts
from outreach.exchange import InvitationTable
from outreach.models import Invitation

# Named, so that importing this module makes the table known.
TABLE = InvitationTable


class InvitationRows(Parts):
    model = Invitation
    fields = ("group", "area", "amount", "letter", "sent_on")
    autocomplete_fields = ("area",)
    follows = 4
    verbose_name_plural = _("who is invited: groups and numbers, no names")


@admin.register(Invitation)
class InvitationAdmin(OutreachAdmin):
    list_display = ("group", "amount", "area", "event", "sent_on")
    list_filter = (("event", admin.RelatedOnlyFieldListFilter), ("area", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("event", "area")
    search_fields = ("group", "event__title", "letter")
    autocomplete_fields = ("event", "area")
    fieldsets = (
        (
            None,
            {
                "fields": ("event", "group", "area", "amount", "letter", "sent_on"),
                "description": _(
                    "Groups and numbers alone: how many came of how many invited can then be told, and no list "
                    "of people lies anywhere."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).order_by("-event__starts_at", "pk")
