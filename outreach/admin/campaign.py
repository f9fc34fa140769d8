"""A campaign at the desk: its goal and targets in one form, its page by a button."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin, Parts
from outreach.admin.board import HasBoard
from outreach.admin.event_filters import MineFilter
from outreach.admin.partnership import PartnerRows
from outreach.admin.taken_columns import CAMPAIGN_COLUMNS, targets_of
from outreach.admin.taking_away import TakenAway
from outreach.models import Campaign, Target
from portal.shared.templatetags.indonesia import short_date
from services.admin.verbs import Verb, WithdrawingForm

PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_("Residents find its page from now on, with target beside reached."),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: ngettext("%(n)s campaign published.", "%(n)s campaigns published.", n) % {"n": n},
    suits=lambda row: not row.is_published,
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Withdraw"),
    explanation=_("Its page is taken away; its activities keep theirs. You can publish it again."),
    do=lambda row, user, answers: row.withdraw(by=user, **answers),
    done=lambda n: ngettext("%(n)s campaign withdrawn.", "%(n)s campaigns withdrawn.", n) % {"n": n},
    suits=lambda row: row.is_published,
    form=WithdrawingForm,
)


class TargetRows(Parts):
    model = Target
    fields = ("measure", "amount", "audience", "area")
    follows = 1
    verbose_name_plural = _("targets: how many, of whom, where")


@admin.register(Campaign)
class CampaignAdmin(HasBoard, TakenAway, OutreachAdmin):
    list_display = ("public", "title", "period", "unit")
    list_display_links = ("title",)
    list_filter = (
        ("published_at", admin.EmptyFieldListFilter),
        MineFilter,
        "audiences",
        ("unit", admin.RelatedOnlyFieldListFilter),
        "is_example",
    )
    list_select_related = ("unit",)
    taken_columns = CAMPAIGN_COLUMNS
    saved_filters = (
        (_("Everything"), ""),
        (_("Not public yet"), "published_at__isempty=1"),
        (_("Of my unit"), "mine=1"),
    )
    search_fields = ("title", "title_en", "summary", "goal")
    autocomplete_fields = ("unit", "areas", "services")
    open_choices = frozenset({"services"})
    prepopulated_fields = {"slug": ("title",)}
    inlines = (TargetRows, PartnerRows)
    verbs = (PUBLISH, WITHDRAW)
    other_pages = ((_("Campaign board"), "admin:outreach_campaign_board"),)
    fieldsets = (
        (
            _("What it is for"),
            {
                "fields": ("title", "summary", "goal", "starts_on", "ends_on", "unit", "slug"),
                "description": _(
                    "First what should be different afterwards, then the numbers: the board and the public "
                    "page show each target beside what was reached."
                ),
            },
        ),
        (_("For whom, where, about what"), {"fields": ("audiences", "areas", "services")}),
        (
            _("What it costs"),
            {
                "fields": ("budget", "spent"),
                "description": _(
                    "For the results: cost for each person reached. Leave empty what nobody knows; that is not 0."
                ),
            },
        ),
        (_("In English"), {"fields": ("title_en", "is_example"), "classes": ("collapse",)}),
    )

    def counted(self, rows: Any) -> Any:
        return targets_of(rows)

    @admin.display(description=_("public since"), ordering="published_at")
    def public(self, row: Campaign) -> str:
        return short_date(row.published_at) or gettext("not yet")

    @admin.display(description=_("period"), ordering="starts_on")
    def period(self, row: Campaign) -> str:
        return f"{short_date(row.starts_on)} – {short_date(row.ends_on)}"

    def view_on_site(self, obj: Campaign) -> str | None:
        return super().view_on_site(obj) if obj.is_published else None
