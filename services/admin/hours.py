"""Opening hours as rows of their owner: a place, a counter or a channel."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.admin.base import NativePickers, Rows
from services.admin.fields import DaysField
from services.models import ClosedDay, OpeningHours


class OpeningHoursForm(forms.ModelForm):
    days = DaysField(label=_("Days"))

    class Meta:
        model = OpeningHours
        fields = ("days", "opens", "closes", "valid_from", "valid_through", "open_on_closed_days", "note")


class OpeningHoursInline(NativePickers, admin.StackedInline):
    """A lunch break is two rows; hours with dates (Ramadan) replace the usual ones while they are valid."""

    model = OpeningHours
    form = OpeningHoursForm
    extra = 0
    follows = 2
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "days",
                    ("opens", "closes"),
                    ("valid_from", "valid_through"),
                    "open_on_closed_days",
                    "note",
                )
            },
        ),
    )


class ClosedDayInline(Rows):
    model = ClosedDay
    follows = 2
    fields = ("date", "name", "kind", "source")
    verbose_name = _("day closed only here")
    verbose_name_plural = _("days closed only here")
