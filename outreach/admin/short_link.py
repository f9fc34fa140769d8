"""Short links at the desk: where each leads, by which channel, and how often it was followed on which day."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin
from outreach.linking import new_codes
from outreach.models import ShortLink
from portal.shared.templatetags.indonesia import short_date
from services.admin.conflict import SeenForm
from services.admin.reach import is_bound_to_units
from services.admin.verbs import Verb, WithdrawingForm

DAYS_SHOWN = 30
LINE = SafeString("<br>")

SWITCH_OFF = Verb(
    name="switch_off",
    right="change",
    label=_("Switch off"),
    explanation=_(
        "Whoever scans or types it finds a page that says so, with the search. What was counted stays."
    ),
    do=lambda row, user, answers: row.switch_off(by=user, **answers),
    done=lambda n: (
        ngettext("%(n)s short link switched off.", "%(n)s short links switched off.", n) % {"n": n}
    ),
    suits=lambda row: not row.is_off,
    form=WithdrawingForm,
)
SWITCH_ON = Verb(
    name="switch_on",
    right="change",
    label=_("Switch on"),
    explanation=_("It leads to its page again."),
    do=lambda row, user, answers: row.switch_on(by=user),
    done=lambda n: ngettext("%(n)s short link switched on.", "%(n)s short links switched on.", n) % {"n": n},
    suits=lambda row: row.is_off,
)


class ShortLinkForm(SeenForm):
    """A code may be left to chance: five letters and digits nobody mistakes for others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (code := self.fields.get("code")) is not None:
            code.required = False
            code.help_text = _("Empty: five letters and digits. It cannot be changed once it is on paper.")

    def clean_code(self) -> str:
        return self.cleaned_data["code"] or new_codes(1)[0]

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"].strip()
        if not label:
            raise forms.ValidationError(_("Say what it is for, for example “Status WhatsApp ibu RT 02”."))
        return label


@admin.register(ShortLink)
class ShortLinkAdmin(OutreachAdmin):
    form = ShortLinkForm
    list_display = ("code", "label", "channel", "target", "campaign", "visits", "state")
    list_filter = ("channel", ("campaign", admin.RelatedOnlyFieldListFilter), "is_off")
    list_select_related = ("campaign",)
    search_fields = ("code", "label", "target", "campaign__title")
    autocomplete_fields = ("campaign",)
    verbs = (SWITCH_OFF, SWITCH_ON)
    fieldsets = (
        (
            None,
            {
                "fields": ("label", "target", "channel", "campaign", "code"),
                "description": _(
                    "One for each place or post, so that you see which one people came by. Programs that only "
                    "look at links are not counted, and nobody is followed."
                ),
            },
        ),
        (_("How often it was followed"), {"fields": ("visits", "days")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).annotate(n_visits=models.Sum("counts__count"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is printed or sent leads where it led and counts for what it counted."""
        return ("code", "target", "channel", "campaign", "visits", "days") if obj else ("visits", "days")

    def is_in_hand(self, request: HttpRequest, row: ShortLink) -> bool:
        """Links of no campaign belong to pages of the whole portal."""
        return row.campaign_id is not None or not is_bound_to_units(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or self.is_in_hand(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A code that was given out is switched off; taking it away would free it for another page."""
        return False

    def verbs_for(self, request: HttpRequest, row: Any) -> list[Verb]:
        return super().verbs_for(request, row) if self.is_in_hand(request, row) else []

    def do(self, request: HttpRequest, verb: Verb, rows: models.QuerySet, answers: dict[str, Any]) -> None:
        if is_bound_to_units(request):
            rows = rows.exclude(campaign=None)
        super().do(request, verb, rows, answers)

    @admin.display(description=_("visits"), ordering="n_visits")
    def visits(self, row: Any) -> str:
        number = getattr(row, "n_visits", 0) or 0
        return ngettext("%(n)s visit", "%(n)s visits", number) % {"n": number}

    @admin.display(description=_("state"), ordering="is_off")
    def state(self, row: ShortLink) -> str:
        return gettext("switched off") if row.is_off else gettext("in use")

    @admin.display(description=_("by day"))
    def days(self, row: ShortLink) -> SafeString | str:
        counts = row.counts.all()[:DAYS_SHOWN] if row.pk else []
        lines = ((short_date(one.day), one.count) for one in counts)
        return format_html_join(LINE, "{}: {}", lines) or "–"
