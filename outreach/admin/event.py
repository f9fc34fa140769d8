"""An activity at the desk: one form from plan to report, its decisions as buttons."""

from typing import Any

from django.contrib import admin
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin, Parts
from outreach.admin.event_calendar import HasCalendar
from outreach.admin.event_doors import doors_of
from outreach.admin.event_filters import MineFilter, WhenFilter
from outreach.admin.event_verbs import COPY, EVENT_VERBS, REPEAT
from outreach.admin.invitation import InvitationRows
from outreach.admin.partnership import PartnerRows
from outreach.admin.taken_columns import EVENT_COLUMNS, EventNumbers, numbers_of
from outreach.admin.taking_away import TakenAway
from outreach.admin.upload_rows import PaperRows, PhotoRows, TakesFiles
from outreach.attending import came
from outreach.models import (
    AgendaItem,
    Commitment,
    Event,
    RegistrationQuestion,
    RemoteSite,
    Series,
    Speaker,
    UnderstandingItem,
)
from outreach.models.deciding import Decision, Phase
from portal.shared.templatetags.indonesia import clock, short_date
from services.admin.base import RecordedAdmin, Rows
from services.admin.conflict import hold

AFTER_TIME_AND_PLACE = 2
AFTER_REGISTRATION = 4
AFTERWARDS = 5


class AgendaRows(Parts):
    model = AgendaItem
    fields = ("position", "title", "minutes", "speaker")
    follows = AFTER_TIME_AND_PLACE


class SpeakerRows(Parts):
    model = Speaker
    fields = ("position", "name", "function", "role", "organization")
    follows = AFTER_TIME_AND_PLACE

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        # A speaker may come from any house.
        return None


class SiteRows(Parts):
    model = RemoteSite
    fields = ("position", "name", "location", "note")
    follows = AFTER_TIME_AND_PLACE
    verbose_name_plural = _("other places from which it is followed together")

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        return None


class QuestionRows(Parts):
    model = RegistrationQuestion
    fields = ("position", "text", "kind", "choices", "is_needed")
    follows = AFTER_REGISTRATION


class UnderstandingRows(Parts):
    model = UnderstandingItem
    fields = ("position", "text", "kind", "choices")
    follows = AFTER_REGISTRATION


class PromiseRows(Rows):
    model = Commitment
    fields = ("what", "unit", "who", "by_when")
    follows = AFTERWARDS
    verbose_name_plural = _("promises made there")


@admin.register(Event)
class EventAdmin(TakesFiles, HasCalendar, TakenAway, OutreachAdmin):
    list_display = ("stands", "what", "when", "seats", "unit")
    list_display_links = ("what",)
    list_filter = (
        WhenFilter,
        MineFilter,
        "kind",
        ("campaign", admin.RelatedOnlyFieldListFilter),
        ("series", admin.RelatedOnlyFieldListFilter),
        ("unit", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("unit", "location", "campaign")
    taken_columns = EVENT_COLUMNS
    saved_filters = (
        (_("Everything"), ""),
        (_("Within a week"), "when=week"),
        (_("Coming, of my unit"), "mine=1&when=coming"),
        (_("Drafts"), "when=draft"),
        (_("Over, without minutes"), "when=unreported"),
    )
    ordering = ("-starts_at", "-pk")
    search_fields = ("title", "title_en", "place_words", "location__name", "campaign__title")
    search_help_text = _("Words of the title, the place or the campaign.")
    autocomplete_fields = ("unit", "category", "areas", "services")
    # A house, a campaign or a service may be another unit's.
    open_choices = frozenset({"campaign", "location", "services"})
    prepopulated_fields = {"slug": ("title",)}
    inlines = (
        AgendaRows,
        SpeakerRows,
        SiteRows,
        PartnerRows,
        QuestionRows,
        UnderstandingRows,
        InvitationRows,
        PhotoRows,
        PaperRows,
        PromiseRows,
    )
    verbs = EVENT_VERBS
    other_pages = ((_("Calendar"), "admin:outreach_event_calendar"),)
    one_at_a_time = frozenset({COPY.name, REPEAT.name})
    change_form_template = "admin/outreach/event_form.html"
    readonly_fields = ("decision_shown", "came_shown")
    fieldsets = (
        (
            _("The activity"),
            {
                "fields": (
                    *("decision_shown", "title", "kind", "level", "summary", "description"),
                    *("campaign", "series", "unit", "category", "audiences", "areas", "services", "slug"),
                ),
                "description": _(
                    "The title says what residents do there, in their words. Publish, cancel, postpone and "
                    "copy with the buttons at the top of this page."
                ),
            },
        ),
        (
            _("When and where"),
            {
                "fields": ("starts_at", "ends_at", "location", "place_words", "online_url"),
                "description": _("Once it is published, another time is given with the button “New date”."),
            },
        ),
        (
            _("For those who think of coming"),
            {
                "fields": (
                    *("fee_words", "bring", "has_step_free_access", "has_interpreter", "has_child_care"),
                    *("access_words", "language_words"),
                ),
                "description": _("Leave empty what nobody knows yet: the page then says nothing about it."),
            },
        ),
        (
            _("Registration"),
            {
                "fields": (
                    *("takes_registrations", "capacity", "most_at_once", "allows_walk_ins"),
                    *("registration_opens_at", "registration_closes_at"),
                ),
                "description": _("More places are given at once to those who wait, first come first."),
            },
        ),
        (_("Afterwards"), {"fields": ("came_shown", "report")}),
        (_("In English"), {"fields": ("title_en", "is_example"), "classes": ("collapse",)}),
    )

    # The list ---------------------------------------------------------------------------------------------

    @admin.display(description=_("stands"))
    def stands(self, row: Event) -> str:
        phase = row.phase(timezone.now())
        return format_html('<span class="desk-phase desk-phase--{}">{}</span>', phase.value, phase.label)

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, row: Event) -> str:
        return f"{short_date(row.starts_at)}, {clock(row.starts_at)}"

    @admin.display(description=_("title"), ordering="title")
    def what(self, row: Event) -> str:
        place = row.place or (gettext("online") if row.online_url else "")
        return format_html('{}<span class="case-number">{}</span>', row.title, place)

    @admin.display(description=_("registered"))
    def seats(self, row: Event) -> str:
        if not row.takes_registrations:
            return ""
        words = f"{row.taken}" if row.capacity is None else f"{row.taken} / {row.capacity}"
        return f"{words} (+{row.waiting})" if row.waiting else words

    def counted(self, rows: Any) -> EventNumbers:
        return numbers_of(rows)

    # One activity -----------------------------------------------------------------------------------------

    @admin.display(description=_("decision"))
    def decision_shown(self, row: Event) -> str:
        if row._state.adding:
            return gettext("draft")
        words = str(row.get_decision_display())
        return f"{words}: {row.decision_reason}" if row.decision_reason else words

    @admin.display(description=_("came, of those invited"))
    def came_shown(self, row: Event) -> str:
        if row._state.adding:
            return ""
        people, invited = came(row).total, row.invitations.people()
        if not invited:
            return str(people)
        words = {"people": people, "invited": invited, "percent": people * 100 // invited}
        return gettext("%(people)s of %(invited)s (%(percent)s%%)") % words

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> tuple[str, ...]:
        """Whoever registered is told of another time, so it is given by a verb."""
        fixed = obj is not None and obj.decision != Decision.DRAFT
        return (*self.readonly_fields, "starts_at", "ends_at") if fixed else self.readonly_fields

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Event | None:
        """While a form is being saved nobody takes a seat: what is written over was read just before."""
        event: Event | None = super().get_object(request, object_id, from_field)
        if event is not None and request.method == "POST" and connection.in_atomic_block:
            hold(event)
            event.refresh_from_db()
        return event

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        doors = doors_of(object_id, request.user)
        return super().change_view(request, object_id, form_url, {"doors": doors, **(extra_context or {})})

    def view_on_site(self, obj: Event) -> str | None:
        return None if obj.phase(timezone.now()) == Phase.DRAFT else super().view_on_site(obj)


@admin.register(Series)
class SeriesAdmin(RecordedAdmin):
    list_display = ("title", "slug")
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}
