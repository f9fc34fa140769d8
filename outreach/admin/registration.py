"""Who registered, at the desk: read and filtered, given up or resized by verbs, taken away as a table; no contacts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach import registering
from outreach.admin.attendance import WrittenAtTheDoor
from outreach.admin.registration_export import ExportsRegistrations, answers_of, needs_of
from outreach.models import EventMessage, NumbersOpening, Registration
from services.admin.reach import WithinReach
from services.admin.restoring import HasHistory
from services.admin.verbs import Verb, VerbAdmin

State = Registration.State
# What may not even be asked for by an address.
UNASKED = frozenset({"contact", "code_hash", "form_key_hash", "answers"})


class PeopleForm(forms.Form):
    party_size = forms.IntegerField(
        label=_("How many come?"),
        min_value=1,
        max_value=1_000,
        error_messages=dict.fromkeys(("required", "invalid"), _("Write a number, for example 3")),
    )


def done_words(n: int) -> str:
    return ngettext("%(n)s registration: done.", "%(n)s registrations: done.", n) % {"n": n}


CANCEL = Verb(
    name="cancel",
    right="change",
    label=_("They do not come"),
    explanation=_(
        "Their places go at once to whoever waits. It cannot be taken back; they may register again."
    ),
    do=lambda row, user, answers: registering.cancel(row, at=timezone.now(), by=user),
    done=done_words,
    suits=lambda row: row.state != State.CANCELLED,
)
RESIZE = Verb(
    name="resize",
    right="change",
    label=_("Another number of people"),
    explanation=_("More only while there are places. Places given back go to whoever waits."),
    do=lambda row, user, answers: registering.resize(row, answers["party_size"], at=timezone.now(), by=user),
    done=done_words,
    suits=lambda row: row.state != State.CANCELLED,
    form=PeopleForm,
)
ADMIT = Verb(
    name="admit",
    right="change",
    label=_("Give them places now"),
    explanation=_("For who waits, before others in the line, as long as there are free places."),
    do=lambda row, user, answers: registering.admit(row, at=timezone.now(), by=user),
    done=done_words,
    suits=lambda row: row.state == State.WAITING,
)


class NeedsFilter(admin.SimpleListFilter):
    """Who needs something, so that it is there on the day."""

    title = _("needs")
    parameter_name = "needs"
    NEEDS = {
        "wheelchair": (_("room for a wheelchair"), Q(needs_wheelchair=True)),
        "interpreter": (_("sign language interpreter"), Q(needs_interpreter=True)),
        "child_care": (_("somebody to mind the children"), Q(needs_child_care=True)),
        "words": (_("something else"), ~Q(needs_words="")),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _condition) in self.NEEDS.items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        chosen = self.NEEDS.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


@admin.register(Registration)
class RegistrationAdmin(ExportsRegistrations, WrittenAtTheDoor, HasHistory, VerbAdmin):
    """Nothing is typed over here: the verbs count the seats."""

    verbs = (CANCEL, RESIZE, ADMIT)
    list_display = (
        "called",
        "party_size",
        "state",
        "event",
        "needs",
        "heard_from",
        "created_at",
        "tail",
        "came",
    )
    list_filter = (
        ("event", admin.RelatedOnlyFieldListFilter),
        "state",
        NeedsFilter,
        "heard_from",
        "is_walk_in",
    )
    list_select_related = ("event",)
    list_per_page = 50
    search_fields = ("nickname", "code_tail", "event__title")
    search_help_text = _("A name, the end of a code, or a word of the activity.")
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_list_template = "admin/outreach/registration_list.html"
    fields = (
        *(
            "event",
            "state",
            "called",
            "party_size",
            "needs",
            "needs_words",
            "asked",
            "heard_from",
            "is_walk_in",
        ),
        *("language", "created_at", "promoted_at", "cancelled_at", "erased_at", "tail", "entered_by"),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        came = Sum("attendances__people", filter=Q(attendances__undone_at=None))
        return super().get_queryset(request).annotate(came_people=came).order_by("-created_at", "-pk")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.split("__")[0] not in UNASKED and super().lookup_allowed(lookup, value, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"export_url": self.export_url(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    @admin.display(description=_("name to be called"), ordering="nickname")
    def called(self, row: Registration) -> str:
        return row.called

    @admin.display(description=_("code ends in"))
    def tail(self, row: Registration) -> str:
        return f"… {row.code_tail}"

    @admin.display(description=_("needs"))
    def needs(self, row: Registration) -> str:
        return needs_of(row) or "–"

    @admin.display(description=_("came"), ordering="came_people")
    def came(self, row: Any) -> str:
        return str(row.came_people or "–")

    @admin.display(description=_("answers"))
    def asked(self, row: Registration) -> str:
        return answers_of(row) or "–"


@admin.register(EventMessage)
class EventMessageAdmin(WrittenAtTheDoor, WithinReach, admin.ModelAdmin):
    """What was written to whom; it was sent and is not changed."""

    list_display = ("at", "subject", "event", "to", "letters", "numbers", "by_name")
    list_filter = (("event", admin.RelatedOnlyFieldListFilter), "to")
    list_select_related = ("event",)
    search_fields = ("subject", "event__title", "by_name")
    fields = ("event", "to", "subject", "text", "at", "by_name", "letters", "numbers")
    actions = None


@admin.register(NumbersOpening)
class NumbersOpeningAdmin(WrittenAtTheDoor, WithinReach, admin.ModelAdmin):
    """Who looked at numbers and why; for the auditor, nobody edits it."""

    list_display = ("at", "event", "by_name", "why")
    list_display_links = ("at",)
    list_filter = (("event", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("event",)
    search_fields = ("by_name", "why")
    fields = ("at", "event", "message", "by_name", "why")
    actions = None
