"""Rounds of home visits at the desk: which RT, by whom, with what to say; how far they are; closing them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin, Parts
from outreach.admin.event_filters import MineFilter
from outreach.admin.taken_columns import iso
from outreach.admin.taking_away import Taken, TakenAway
from outreach.coverage import Coverage, coverage_of, coverages
from outreach.models import Round, RoundArea, RoundTopic
from portal.shared.templatetags.indonesia import short_date
from services.admin.verbs import Verb, WithdrawingForm

CLOSE = Verb(
    name="close",
    right="oversee",
    label=_("Close"),
    explanation=_("Nobody writes anything down any more, and the house numbers of this round are forgotten."),
    do=lambda row, user, answers: row.close(by=user),
    done=lambda n: ngettext("%(n)s round closed.", "%(n)s rounds closed.", n) % {"n": n},
    suits=lambda row: not row.is_closed,
)
REOPEN = Verb(
    name="reopen",
    right="oversee",
    label=_("Open again"),
    explanation=_("Officers can write down visits again. House numbers do not come back."),
    do=lambda row, user, answers: row.reopen(by=user, reason=answers["reason"]),
    done=lambda n: ngettext("%(n)s round open again.", "%(n)s rounds open again.", n) % {"n": n},
    suits=lambda row: row.is_closed,
    form=WithdrawingForm,
)


class AreaRows(Parts):
    model = RoundArea
    autocomplete_fields = ("area",)
    fields = ("area", "target", "target_source", "sequence")


class TopicRows(Parts):
    model = RoundTopic
    autocomplete_fields = ("service",)
    fields = ("words", "service", "sequence")


class OpenFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("going on")), ("closed", _("closed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.value() == "open":
            return queryset.going_on(timezone.localdate())
        return queryset.exclude(closed_at=None) if self.value() == "closed" else queryset


ROUND_COLUMNS = (
    Taken(_("title"), lambda row, counted: row.title),
    Taken(_("unit in charge"), lambda row, counted: row.unit),
    Taken(_("campaign"), lambda row, counted: row.campaign or ""),
    Taken(_("from"), lambda row, counted: iso(row.starts_on)),
    Taken(_("until"), lambda row, counted: iso(row.ends_on)),
    Taken(_("homes expected"), lambda row, counted: counted[row.pk].target),
    Taken(_("homes visited"), lambda row, counted: counted[row.pk].tally.visited),
    Taken(_("homes where somebody was met"), lambda row, counted: counted[row.pk].tally.met),
    Taken(_("questions and complaints"), lambda row, counted: counted[row.pk].tally.raised),
    Taken(_("material given"), lambda row, counted: counted[row.pk].tally.flyers),
)


@admin.register(Round)
class RoundAdmin(TakenAway, OutreachAdmin):
    list_display = ("title", "days", "how_far", "unit", "campaign")
    list_filter = (
        OpenFilter,
        MineFilter,
        ("campaign", admin.RelatedOnlyFieldListFilter),
        ("unit", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("unit", "campaign")
    saved_filters = ((_("Everything"), ""), (_("Going on"), "state=open"), (_("Of my unit"), "mine=1"))
    search_fields = ("title",)
    autocomplete_fields = ("unit",)
    filter_horizontal = ("officers",)
    readonly_fields = ("how_far",)
    inlines = (AreaRows, TopicRows)
    verbs = (CLOSE, REOPEN)
    taken_columns = ROUND_COLUMNS
    fieldsets = (
        (
            None,
            {
                "fields": ("title", "unit", "campaign", "starts_on", "ends_on", "officers", "how_far"),
                "description": _(
                    "Officers find the round on their phone. Below: the RT to walk, with the number of homes "
                    "somebody has counted or guessed, and who that is."
                ),
            },
        ),
        (
            _("At the door"),
            {"fields": ("guide", "material_words", "understanding_question", "counts_only", "is_example")},
        ),
    )

    def counted(self, rows: Any) -> Any:
        return {round_.pk: coverage for round_, coverage in coverages(rows)}

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        if db_field.name == "officers":
            return (
                get_user_model()._default_manager.filter(is_active=True, is_staff=True).order_by("username")
            )
        return super().get_field_queryset(db, db_field, request)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Counts the rounds of a page at once, not each on its own."""
        page = super().get_changelist_instance(request)
        for row, coverage in coverages(list(page.result_list)):
            row.__dict__["coverage"] = coverage
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With a way to the officers' page only for those it opens for."""
        page: Any = super().render_change_form(request, context, *args, **kwargs)
        if not Round.objects.open_to(request.user).filter(pk=context["object_id"] or 0).exists():
            page.context_data["has_absolute_url"] = False
        return page

    @admin.display(description=_("period"), ordering="starts_on")
    def days(self, row: Round) -> str:
        return f"{short_date(row.starts_on)} – {short_date(row.ends_on)}"

    @admin.display(description=_("homes visited"))
    def how_far(self, row: Round) -> str:
        if row._state.adding:
            return gettext("not yet")
        coverage: Coverage = row.__dict__.get("coverage") or coverage_of(row)
        visited, target = coverage.tally.visited, coverage.target
        if not target:
            return str(visited)
        return gettext("%(done)d of %(target)d") % {"done": visited, "target": target}
