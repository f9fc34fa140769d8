"""What phones brought and a person looks at, and which phones have a round with them: read and decided at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.admin.attendance import WrittenAtTheDoor
from outreach.admin.base import OutreachAdmin
from outreach.models import Round, RoundArea
from portal.field import held_cases, passing, settling
from portal.field.models import FieldPass, HeldItem, Kind
from portal.field.telling import in_words
from portal.piles import moment
from services.admin.fields import NativeMomentInput
from services.admin.verbs import Verb, VerbAdmin, WithdrawingForm


class AcceptForm(forms.Form):
    """What is asked depends on what it is: where and when of a home, how many people at an activity."""

    area = forms.ModelChoiceField(
        RoundArea.objects.none(),
        label=_("RT it belongs to"),
        required=False,
        error_messages={"required": _("Choose the RT it belongs to.")},
    )
    when = forms.DateTimeField(
        label=_("When it was"),
        required=False,
        widget=NativeMomentInput,
        help_text=_("By the clock of the office. Correct it if the clock of the phone was wrong."),
    )
    people = forms.IntegerField(label=_("How many people came"), required=False, min_value=1, max_value=500)

    def __init__(self, *args: Any, held: HeldItem | None = None, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if held is None:
            return
        if held.kind not in settling.TO_CHOOSE_RT:
            del self.fields["area"]
        else:
            rounds = Round.objects.open_to(user).filter(closed_at=None)
            wanted = models.Q(round__in=rounds.values("pk")) | models.Q(pk=held.area_id)
            if held.round_id is not None:
                wanted &= models.Q(round=held.round_id)
            rows = RoundArea.objects.filter(wanted).select_related("area__parent", "round")
            field: Any = self.fields["area"]
            field.queryset, field.required, field.initial = rows, True, held.area_id
            field.label_from_instance = lambda area: f"{area.round}: {area.label}"
        if held.kind not in (Kind.VISIT, Kind.COUNT, Kind.CHECK_IN):
            del self.fields["when"]
        else:
            self.fields["when"].required, self.fields["when"].initial = True, held.at
        if held.kind != Kind.CHECK_IN:
            del self.fields["people"]
        else:
            self.fields["people"].initial = held.payload.get("people")


ACCEPT = Verb(
    name="accept",
    right="settle",
    label=_("Write it down"),
    explanation=_("It counts from now on, under the name of the officer who brought it."),
    do=lambda row, user, answers: settling.accept(row, by=user, at=timezone.now(), **answers),
    done=lambda n: ngettext("%(n)s entry written down.", "%(n)s entries written down.", n) % {"n": n},
    suits=lambda row: row.is_open and not row.is_counted,
    form=AcceptForm,
)
SEEN = Verb(
    name="seen",
    right="settle",
    label=_("Seen, leave it so"),
    explanation=_("It is written down already and stays as it is."),
    do=lambda row, user, answers: settling.see(row, by=user, at=timezone.now()),
    done=lambda n: ngettext("%(n)s entry seen.", "%(n)s entries seen.", n) % {"n": n},
    suits=lambda row: row.is_open and row.is_counted,
)
SET_ASIDE = Verb(
    name="set_aside",
    right="settle",
    label=_("Set aside"),
    explanation=_(
        "It does not count. It stays readable here, with your reason; a resident's words and photos are erased."
    ),
    do=lambda row, user, answers: settling.set_aside(row, by=user, at=timezone.now(), **answers),
    done=lambda n: ngettext("%(n)s entry set aside.", "%(n)s entries set aside.", n) % {"n": n},
    suits=lambda row: row.is_open and not row.is_counted and not held_cases.is_about_staff(row),
    form=WithdrawingForm,
)


@admin.register(HeldItem)
class HeldItemAdmin(WrittenAtTheDoor, OutreachAdmin):
    list_display = ("__str__", "by", "where", "when", "state")
    list_display_links = ("__str__",)
    list_filter = ("state", ("by", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("by", "area__area__parent", "round", "event")
    saved_filters = (
        (_("To look at"), "state__exact=open"),
        (pgettext_lazy("list", "Set aside"), "state__exact=set_aside"),
        (_("Everything"), ""),
    )
    verbs = (ACCEPT, SEEN, SET_ASIDE)
    one_at_a_time = frozenset({"accept"})
    told = (
        "what",
        "matter",
        "by",
        "unit",
        "where",
        "said",
        "at",
        "said_at",
        "received_at",
        "written",
        "state",
    )
    decision = ("settled_at", "settled_by", "reason")
    readonly_fields = (*told, *decision)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        told = self.told if obj is None or obj.is_open else (*self.told, *self.decision)
        if obj is None or obj.kind != Kind.CASE or request.user.has_perm("field.settle_helditem"):
            return told
        # A resident's words are for whoever decides about them.
        return tuple(name for name in told if name != "said")

    def ask_and_do(
        self, request: HttpRequest, verb: Verb, rows: models.QuerySet, data: Any, back: str
    ) -> HttpResponse | None:
        """Accepting asks what this one thing lacks."""
        held = rows.first()
        if verb.form is not AcceptForm or held is None:
            return super().ask_and_do(request, verb, rows, data, back)
        form = AcceptForm(data, held=held, user=request.user)
        if data is None or not form.is_valid():
            return self.verb_page(request, verb, rows, form, back)
        self.do(request, verb, rows, form.cleaned_data)
        return None

    @admin.display(description=_("what"), ordering="kind")
    def what(self, row: HeldItem) -> str:
        return row.get_kind_display()

    @admin.display(description=_("why it waits"))
    def matter(self, row: HeldItem) -> str:
        return str(row.explanation)

    @admin.display(description=_("when"), ordering="at")
    def when(self, row: HeldItem) -> str:
        return moment(row.at)

    @admin.display(description=_("where"))
    def where(self, row: HeldItem) -> str:
        if row.event:
            return str(row.event)
        return " · ".join(str(one) for one in (row.round, row.area.label if row.area else None) if one)

    @admin.display(description=_("what the officer wrote down"))
    def said(self, row: HeldItem) -> str:
        return in_words(row)

    @admin.display(description=_("written down as"))
    def written(self, row: HeldItem) -> str:
        if row.visit is None:
            is_written = row.is_counted or row.state == HeldItem.State.ACCEPTED
            return gettext("yes") if is_written else gettext("not yet")
        visits = [one for one in (row.visit, row.visit.follows) if one is not None]
        return format_html_join(
            SafeString("<br>"),
            '<a href="{}">{}, {}</a> ({})',
            (
                (
                    reverse("outreach:visit", args=[one.pk]),
                    one.get_outcome_display(),
                    moment(one.at),
                    one.by or "–",
                )
                for one in visits
            ),
        )


END = Verb(
    name="end",
    right="end",
    label=_("End on the phone"),
    explanation=_(
        "For a lost phone: it sends nothing more and forgets the round. What is not sent stays locked on it until "
        "the officer signs in on it again."
    ),
    do=lambda row, user, answers: passing.end_at_desk(row, by=user, at=timezone.now(), **answers),
    done=lambda n: (
        ngettext("%(n)s round ended on its phone.", "%(n)s rounds ended on their phones.", n) % {"n": n}
    ),
    suits=lambda row: row.ended_at is None and row.until > timezone.now(),
    form=WithdrawingForm,
)


class OutFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("out", _("on the way now")), ("over", _("over"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        out = FieldPass.objects.out(timezone.now()).values("pk")
        if self.value() == "out":
            return queryset.filter(pk__in=out)
        return queryset.exclude(pk__in=out) if self.value() == "over" else queryset


@admin.register(FieldPass)
class FieldPassAdmin(WrittenAtTheDoor, VerbAdmin):
    """Who has a round with them, since when, and when their phone last sent."""

    list_display = ("user", "taken", "good_until", "state", "last_sent", "brought", "clock_words")
    list_display_links = ("user",)
    list_filter = (OutFilter, ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user__account",)
    change_form_template = "admin/desk/change_form.html"
    change_list_template = "admin/outreach/change_list.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    verbs = (END,)
    fields = (
        *("user", "rounds", "events", "taken", "good_until", "state", "last_sent", "brought", "clock_words"),
    )
    readonly_fields = fields

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        filters = [
            {"label": label, "url": f"?{query}", "is_current": request.GET.urlencode() == query}
            for label, query in ((_("on the way now"), "state=out"), (_("Everything"), ""))
        ]
        more = {"title": title, "saved_filters": filters, **(extra_context or {})}
        return super().changelist_view(request, more)

    @admin.display(description=_("taken along at"), ordering="made_at")
    def taken(self, row: FieldPass) -> str:
        return moment(row.made_at)

    @admin.display(description=_("good until"), ordering="until")
    def good_until(self, row: FieldPass) -> str:
        return gettext("until %(when)s") % {"when": moment(row.until)}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows: models.QuerySet = super().get_queryset(request)
        return rows.annotate(things=models.Count("arrivals", distinct=True))

    @admin.display(description=_("state"))
    def state(self, row: FieldPass) -> str:
        if row.ended_at is not None:
            return row.get_ended_why_display()
        if row.until <= timezone.now():
            return gettext("over")
        return (
            gettext("on the way now")
            if passing.holds(row, timezone.now())
            else gettext("signed out everywhere")
        )

    @admin.display(description=_("last sent"), ordering="sent_at")
    def last_sent(self, row: FieldPass) -> str:
        return moment(row.sent_at) or gettext("nothing yet")

    @admin.display(description=_("things brought"), ordering="things")
    def brought(self, row: Any) -> str:
        return ngettext("%(n)s thing", "%(n)s things", row.things) % {"n": row.things}

    @admin.display(description=_("clock of the phone"), ordering="clock_ahead")
    def clock_words(self, row: FieldPass) -> str:
        minutes = round((row.clock_ahead or 0) / 60)
        if not minutes:
            return pgettext("clock", "right") if row.sent_at else ""
        words = (
            ngettext("%(n)s minute ahead", "%(n)s minutes ahead", abs(minutes))
            if minutes > 0
            else ngettext("%(n)s minute behind", "%(n)s minutes behind", abs(minutes))
        )
        return words % {"n": abs(minutes)}
