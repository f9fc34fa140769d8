"""Promises at the desk: written down, shown to everybody, and ended with what became of them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin
from outreach.admin.event_filters import MineFilter
from outreach.admin.taken_columns import PROMISE_COLUMNS
from outreach.admin.taking_away import TakenAway
from outreach.models import Commitment
from portal.shared.templatetags.indonesia import short_date
from services.admin.verbs import Verb, WhyForm

Status = Commitment.Status


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        label=_("What was done?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Everybody reads it beside the promise. Name a page or paper that shows it, if there is one."
        ),
        error_messages={"required": _("Say what was done, or why it is not possible.")},
    )


PUBLISH = Verb(
    name="publish",
    right="keep",
    label=_("Publish"),
    explanation=_("Everybody reads it among the promises, and on the pages it belongs to."),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: ngettext("%(n)s promise published.", "%(n)s promises published.", n) % {"n": n},
    suits=lambda row: row.published_at is None,
)
FINISH = Verb(
    name="finish",
    right="keep",
    label=_("It is done"),
    explanation=_("The promise is kept. Say what was done."),
    do=lambda row, user, answers: row.finish(answers["evidence"], by=user),
    done=lambda n: ngettext("%(n)s promise kept.", "%(n)s promises kept.", n) % {"n": n},
    suits=lambda row: row.status == Status.OPEN,
    form=EvidenceForm,
)
DROP = Verb(
    name="drop",
    right="keep",
    label=_("Not possible"),
    explanation=_("The promise cannot be kept. Say why, honestly: whoever it was made to reads it."),
    do=lambda row, user, answers: row.drop(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s promise ended.", "%(n)s promises ended.", n) % {"n": n},
    suits=lambda row: row.status == Status.OPEN,
    form=WhyForm,
)
REOPEN = Verb(
    name="reopen",
    right="keep",
    label=_("Open again"),
    explanation=_("It was not done after all: the promise counts as open again."),
    do=lambda row, user, answers: row.reopen(by=user, reason=answers["reason"]),
    done=lambda n: ngettext("%(n)s promise open again.", "%(n)s promises open again.", n) % {"n": n},
    suits=lambda row: row.status != Status.OPEN,
    form=WhyForm,
)


class OverdueFilter(admin.SimpleListFilter):
    title = _("by when")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("overdue")), ("open", _("open"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.value() == "late":
            queryset = queryset.overdue(timezone.localdate())
        elif self.value() == "open":
            queryset = queryset.open()
        rows: models.QuerySet = queryset
        return rows


@admin.register(Commitment)
class CommitmentAdmin(TakenAway, OutreachAdmin):
    list_display = ("stands", "what", "due", "unit", "event", "public")
    list_display_links = ("what",)
    list_filter = (
        OverdueFilter,
        "status",
        MineFilter,
        ("published_at", admin.EmptyFieldListFilter),
        ("campaign", admin.RelatedOnlyFieldListFilter),
        ("unit", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("unit", "event", "campaign")
    taken_columns = PROMISE_COLUMNS
    saved_filters = (
        (_("Everything"), ""),
        (_("Overdue"), "due=late"),
        (_("Overdue, of my unit"), "due=late&mine=1"),
        (_("Not public yet"), "published_at__isempty=1"),
    )
    search_fields = ("what", "who", "event__title", "campaign__title")
    autocomplete_fields = ("unit", "service")
    raw_id_fields = ("event",)
    open_choices = frozenset({"campaign", "service"})
    verbs = (PUBLISH, FINISH, DROP, REOPEN)
    readonly_fields = ("status", "ended_on", "evidence")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("what", "unit", "who", "by_when", "event", "campaign", "service", "is_example"),
                    *("status", "ended_on", "evidence"),
                ),
                "description": _(
                    "One promise, in the words in which it was given. What became of it is said with the "
                    "buttons at the top of this page."
                ),
            },
        ),
    )

    @admin.display(description=_("status"))
    def stands(self, row: Commitment) -> str:
        is_late = row.is_overdue(timezone.localdate())
        words = gettext("overdue") if is_late else str(row.get_status_display())
        return format_html(
            '<span class="desk-phase desk-phase--{}">{}</span>', "late" if is_late else row.status, words
        )

    @admin.display(description=_("by"), ordering="by_when")
    def due(self, row: Commitment) -> str:
        return short_date(row.by_when)

    @admin.display(description=_("public since"), ordering="published_at")
    def public(self, row: Commitment) -> str:
        return short_date(row.published_at) or gettext("not yet")
