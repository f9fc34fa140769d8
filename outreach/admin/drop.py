"""Places for copies at the desk: planned, taken there, brought back; each with its sheet and its visits."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.printing import SheetAdmin, pdf_of
from outreach.dropping import bring_back, put_out
from outreach.models import Drop, LinkCount
from portal.shared.templatetags.indonesia import short_date
from services.admin.fields import NativeDateInput
from services.admin.verbs import Verb


class DayForm(forms.Form):
    on = forms.DateField(
        label=_("On which day?"),
        widget=NativeDateInput,
        initial=timezone.localdate,
        error_messages={"required": _("Choose the day.")},
    )


class PutOutForm(DayForm):
    who = forms.CharField(
        label=_("Who took them there?"),
        max_length=120,
        required=False,
        help_text=_("A role is enough: kader PKK RT 02."),
    )


class BringBackForm(DayForm):
    amount = forms.IntegerField(
        label=_("How many came back, in all?"),
        min_value=0,
        error_messages={
            "required": _("Write the number of copies; 0 if none came back."),
            "min_value": _("Write the number of copies; 0 if none came back."),
        },
    )
    field_order = ("amount", "on")


PUT_OUT = Verb(
    name="put_out",
    right="change",
    label=_("Taken there"),
    explanation=_("The copies are at their place from that day on and count as handed out."),
    do=lambda row, user, answers: put_out(row, by=user, **answers),
    done=lambda n: (
        ngettext("Copies of %(n)s place are there.", "Copies of %(n)s places are there.", n) % {"n": n}
    ),
    suits=lambda row: row.dropped_on is None,
    form=PutOutForm,
)
BRING_BACK = Verb(
    name="bring_back",
    right="change",
    label=_("Left over, brought back"),
    explanation=_("What came back counts no longer as handed out and may go to another place."),
    do=lambda row, user, answers: bring_back(row, by=user, **answers),
    done=lambda n: ngettext("%(n)s place noted.", "%(n)s places noted.", n) % {"n": n},
    suits=lambda row: row.dropped_on is not None,
    form=BringBackForm,
)


@admin.register(Drop)
class DropAdmin(SheetAdmin):
    """Changed by its two verbs, or in the form of its print run, which knows how many copies are left."""

    list_display = ("state", "place_words", "area", "copies", "visits", "material")
    list_display_links = ("place_words",)
    list_filter = (
        ("dropped_on", admin.EmptyFieldListFilter),
        ("run__material__campaign", admin.RelatedOnlyFieldListFilter),
        ("area", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = (
        *("run__material__event", "run__material__service", "run__material__campaign", "area", "link"),
    )
    saved_filters = (
        (_("Everything"), ""),
        (_("Still to be taken there"), "dropped_on__isempty=1"),
        (_("Taken there"), "dropped_on__isempty=0"),
    )
    search_fields = ("place_words", "who", "area__name", "run__material__headline", "link__code")
    one_at_a_time = frozenset({"bring_back", "delete_selected"})
    verbs = (PUT_OUT, BRING_BACK)
    fields = (
        *("run", "place_words", "location", "area", "amount", "who", "dropped_on", "returned", "returned_on"),
        "visits",
    )
    readonly_fields = ("visits",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        counts = LinkCount.objects.filter(link=models.OuterRef("link")).order_by().values("link")
        total = counts.annotate(n=models.Sum("count")).values("n")
        return super().get_queryset(request).annotate(n_visits=models.Subquery(total))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def sheet(self, row: Drop) -> HttpResponse:
        return pdf_of(row.run.material, row)

    @admin.display(description=_("state"), ordering="dropped_on")
    def state(self, row: Drop) -> str:
        if row.dropped_on is None:
            return gettext("planned")
        return gettext("there since %(date)s") % {"date": short_date(row.dropped_on)}

    @admin.display(description=_("flyer or poster"))
    def material(self, row: Drop) -> str:
        return str(row.run.material)

    @admin.display(description=_("copies"), ordering="amount")
    def copies(self, row: Drop) -> str:
        taken = ngettext("%(n)s copy", "%(n)s copies", row.amount) % {"n": row.amount}
        return (
            gettext("%(copies)s, %(n)s brought back") % {"copies": taken, "n": row.returned}
            if row.returned
            else taken
        )

    @admin.display(description=_("visits"), ordering="n_visits")
    def visits(self, row: Any) -> str:
        number = row.n_visits or 0
        words = ngettext("%(n)s visit", "%(n)s visits", number) % {"n": number}
        return f"{words}, /l/{row.link.code}" if row.link else words
