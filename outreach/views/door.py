"""The door of an activity on an officer's phone: which are mine, how many are inside, who comes without registering."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import attending, certificate, registering
from outreach.attending import Came
from outreach.forms.door import EntryForm, WalkInForm
from outreach.models import Attendance, Event, Registration
from outreach.models.deciding import Decision
from outreach.officers import officer_page

CHECK_IN = "outreach.check_in_event"
AHEAD, BEHIND = timedelta(days=14), timedelta(days=60)
MOST_LISTED = 50
LAST_SHOWN = 8
# Pages an entry is taken back from, and returned to.
BACK = {"pindai": "outreach:scan", "daftar": "outreach:tick_list", "pintu": "outreach:door"}


def event_of(request: HttpRequest, pk: int) -> Event:
    """An activity of the officer's units; a draft has no door."""
    found: Event = get_object_or_404(
        Event.objects.visible_to(request.user).public().select_related("unit", "location"), pk=pk
    )
    return found


def refusal_of(event: Event, at: datetime) -> str:
    """Why nobody is let in now, in a sentence; empty when the door is open."""
    try:
        attending.check_door(event, at)
    except ValidationError as closed:
        return str(closed.messages[0])
    return ""


@dataclass(frozen=True)
class Expected:
    """What the list of an event says about its parties and their people."""

    parties: int
    people: int
    waiting: int

    @classmethod
    def of(cls, event: Event) -> "Expected":
        states = Registration.State
        sums = event.registrations.order_by().aggregate(
            parties=Count("pk", filter=Q(state=states.REGISTERED)),
            people=Sum("party_size", filter=Q(state=states.REGISTERED)),
            waiting=Count("pk", filter=Q(state=states.WAITING)),
        )
        return cls(sums["parties"], sums["people"] or 0, sums["waiting"])


@require_safe
@officer_page(CHECK_IN)
def my_events(request: HttpRequest) -> HttpResponse:
    """Today's first, then what comes, then what is over and may still have paper to type in."""
    at = timezone.now()
    mine = Event.objects.visible_to(request.user).filter(decision__in=(Decision.PUBLISHED, Decision.HELD))
    near = mine.filter(starts_at__gt=at - BEHIND, starts_at__lt=at + AHEAD).select_related("unit", "location")
    events = list(near.order_by("starts_at", "pk")[:MOST_LISTED])
    numbers = attending.came_to(event.pk for event in events)
    today = timezone.localdate(at)
    piles: dict[str, list[tuple[Event, Came | None]]] = {"today": [], "coming": [], "past": []}
    for event in events:
        first, last = timezone.localdate(event.starts_at), timezone.localdate(event.ends_at)
        pile = "today" if first <= today <= last else "coming" if first > today else "past"
        piles[pile].append((event, numbers.get(event.pk)))
    piles["past"].reverse()
    return render(request, "outreach/door/events.html", piles)


def door_context(event: Event, at: datetime) -> dict[str, Any]:
    """What every page of a door shows on top."""
    return {"event": event, "came": attending.came(event), "refusal": refusal_of(event, at), "at": at}


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(CHECK_IN)
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """How many are inside, the ways in, and letting in people without a registration."""
    event, at = event_of(request, pk), timezone.now()
    form = WalkInForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (words := walked_in(request, event, form, at)):
        messages.success(request, words)
        return HttpResponseRedirect(request.path)
    context = door_context(event, at) | {
        "form": form,
        "expected": Expected.of(event),
        "certificate_parts": certificate.parts_of(Attendance.objects.of(event).people()),
        "last": Attendance.objects.of(event).select_related("registration")[:LAST_SHOWN],
    }
    return render(request, "outreach/door/door.html", context)


def walked_in(request: HttpRequest, event: Event, form: WalkInForm, at: datetime) -> str:
    """Lets them in and says what to tell them; empty when refused, with the reason on the form."""
    people, nickname = form.cleaned_data["people"], form.cleaned_data["nickname"].strip()
    try:
        if not nickname:
            attending.walk_in(event, people, nonce=form.key, at=at, by=request.user)
            return ngettext("%(n)d person is in.", "%(n)d people are in.", people) % {"n": people}
        attending.check_door(event, at)
        wish = registering.Wish(nickname=nickname, party_size=people)
        by, way = request.user, Attendance.Way.WALK_IN
        # Both or neither: a seat without an entry would stay taken by somebody nobody has counted.
        with transaction.atomic():
            ticket = registering.register(event, wish, form_key=form.key, at=at, by=by, is_walk_in=True)
            attending.tick(event, ticket.registration, nonce=form.key, way=way, at=at, by=by)
    except ValidationError as refused:
        form.add_error(None, refused)
        return ""
    return _("%(name)s is in. Write down this code for them: %(code)s") % {
        "name": nickname,
        "code": ticket.code,
    }


@require_POST
@officer_page(CHECK_IN)
def entry(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Takes an entry back, or says how many of the party came; then back to where it was seen."""
    event, at = event_of(request, pk), timezone.now()
    row = get_object_or_404(Attendance.objects.filter(event=event).select_related("event"), pk=entry_pk)
    name = BACK.get(request.POST.get("back", ""), "outreach:door")
    if "undo" in request.POST:
        attending.undo(row, at=at, by=request.user)
        messages.success(request, _("Taken back: this entry no longer counts."))
    else:
        form = EntryForm(request.POST)
        try:
            if not form.is_valid():
                raise ValidationError(_("Type how many people came, as a number"))
            attending.correct(row, form.cleaned_data["people"], at=at)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, _("The number is corrected."))
    anchor = f"#r{row.registration_id}" if name == "outreach:tick_list" and row.registration_id else ""
    return HttpResponseRedirect(reverse(name, args=[event.pk]) + anchor)
