"""Home visits on a phone: my rounds, an RT with its large buttons, one visit, the numbers so far."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import visiting
from outreach.coverage import coverage_of, coverages, covered
from outreach.forms.visit import CountsForm, DetailsForm, TapForm
from outreach.models import Event, Round, RoundArea, Visit
from outreach.models.visit_round import OVERSEE
from outreach.officers import officer_page

WALK: Final = "outreach.add_visit"
DOOR: Final = "outreach.check_in_event"
Outcome = Visit.Outcome
# An icon for each button, beside its words.
BUTTONS: Final = (
    (Outcome.MET, "check-circle", "lingkungan"),
    (Outcome.NOT_HOME, "house", "usaha"),
    (Outcome.RETURN, "clock", "sekolah"),
    (Outcome.REFUSED, "x-circle", "bantuan"),
    (Outcome.EMPTY, "building", "keluarga"),
)
RETURNS_SHOWN: Final = 30
SAVED, AGAIN = "tercatat", "kembali"


def area_of(request: HttpRequest, pk: int, area: int) -> RoundArea:
    """An RT of a round this officer walks or oversees; nobody else learns that it exists."""
    rows = RoundArea.objects.select_related("area__parent", "round")
    return get_object_or_404(
        rows, pk=area, round__pk=pk, round__in=Round.objects.open_to(request.user).values("pk")
    )


def visit_of(request: HttpRequest, pk: int) -> Visit:
    rows = Visit.objects.open_to(request.user).select_related("area__area__parent", "area__round")
    return get_object_or_404(rows, pk=pk)


def address_of(area: RoundArea, page: str = "visit_area", query: dict[str, int] | None = None) -> str:
    path = reverse(f"outreach:{page}", args=[area.round_id, area.pk])
    return f"{path}?{urlencode(query)}" if query else path


def number_in(request: HttpRequest, name: str) -> int:
    """The key a link of ours carries; 0 for anything else."""
    written = request.GET.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0


@require_safe
@officer_page(WALK, DOOR, OVERSEE)
def officer_start(request: HttpRequest) -> HttpResponse:
    """What this officer has to do: rounds that go on, events of today and the next days."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    rounds = list(Round.objects.open_to(user).going_on(today).select_related("unit")[:20])
    events = Event.objects.none()
    if user.has_perm(DOOR):
        events = Event.objects.visible_to(user).coming(now).filter(starts_at__lt=now + timedelta(days=7))
    mine = Visit.objects.live().filter(
        by_id=user.pk, at__gte=timezone.localtime(now).replace(hour=0, minute=0)
    )
    context = {
        "rounds": coverages(rounds),
        "events": events[:10],
        "homes_today": mine.homes(),
        "today": today,
    }
    return render(request, "outreach/visits/start.html", context)


@require_safe
@officer_page(WALK, OVERSEE)
def visit_round(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its RT with what is done and left, homes to come back to, what to say."""
    round_ = get_object_or_404(Round.objects.open_to(request.user), pk=pk)
    coverage = coverage_of(round_)
    returns = Visit.objects.to_return_to().filter(area__round=round_).select_related("area__area__parent")
    context = {
        "round": round_,
        "coverage": coverage,
        "returns": returns[:RETURNS_SHOWN],
        "may_oversee": request.user.has_perm(OVERSEE),
        "topics": round_.topics.all(),
    }
    return render(request, "outreach/visits/round.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK)
def visit_area(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    """The page an officer holds while walking: five large buttons, each writes one door down."""
    rt = area_of(request, pk, area)
    form = TapForm(rt, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (done := tapped(request, rt, form)):
        return done
    again = rt.visits.live().filter(pk=number_in(request, AGAIN)).first()
    saved = Visit.objects.open_to(request.user).live().filter(area=rt, pk=number_in(request, SAVED)).first()
    context = {
        "round": rt.round,
        "area": rt,
        "coverage": covered([rt])[0],
        "form": form,
        "buttons": BUTTONS,
        "client_id": uuid4(),
        "again": again,
        "saved": saved,
        "returns": Visit.objects.to_return_to().filter(area=rt)[:RETURNS_SHOWN],
        "pass_by": visiting.not_to_visit([rt]).get(rt.area_id, []),
    }
    return render(request, "outreach/visits/area.html", context)


def tapped(request: HttpRequest, area: RoundArea, form: TapForm) -> HttpResponse | None:
    """Writes the door down and goes where the next tap is; None when something stands against it."""
    now = timezone.now()
    door = form.door()
    try:
        visit, _is_new = visiting.record(
            area, door, client_id=form.cleaned_data["client_id"], at=now, by=request.user
        )
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return None
    asks_more = visit.outcome == Outcome.RETURN or (
        visit.outcome == Outcome.MET and not area.round.counts_only
    )
    if asks_more and visit.by_id == request.user.pk and not visit.is_undone:
        return HttpResponseRedirect(reverse("outreach:visit", args=[visit.pk]))
    return HttpResponseRedirect(address_of(area, query={SAVED: visit.pk}))


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK)
def count_homes(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    """Several doors at once: nobody home in a whole alley, or a round that only counts."""
    rt = area_of(request, pk, area)
    form = CountsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = visiting.record_counts(
                rt,
                form.counts(),
                client_id=form.key,
                at=form.cleaned_data["at"] or now,
                by=request.user,
                now=now,
            )
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            homes = sum(visit.households for visit in made)
            said = ngettext("%(count)d home is written down.", "%(count)d homes are written down.", homes)
            messages.success(request, said % {"count": homes})
            return HttpResponseRedirect(address_of(rt))
    context = {"round": rt.round, "area": rt, "coverage": covered([rt])[0], "form": form}
    return render(request, "outreach/visits/count.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit of mine: what was talked about; or that it went otherwise."""
    row = visit_of(request, pk)
    may_turn = request.user.has_perm(OVERSEE)
    form = DetailsForm(row, request.POST if request.method == "POST" else None, may_turn=may_turn)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            if form.cleaned_data.get("keep_away"):
                visiting.keep_away(row.area.area, form.cleaned_data["house"], at=now, by=request.user)
            visiting.correct(row, form.door(), at=now, by=request.user)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            # Another outcome asks other things.
            stays = "outcome" in form.changed_data
            return HttpResponseRedirect(
                request.path if stays else address_of(row.area, query={SAVED: row.pk})
            )
    context = {
        "round": row.area.round,
        "area": row.area,
        "visit": row,
        "form": form,
    }
    return render(request, "outreach/visits/visit.html", context)


@require_POST
@officer_page(WALK)
def undo_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Pressed by mistake: it did not happen."""
    row = visit_of(request, pk)
    try:
        visiting.undo(row, at=timezone.now(), by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Taken back. The home counts as not visited."))
    return HttpResponseRedirect(address_of(row.area))


@require_safe
@officer_page(OVERSEE)
def visit_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole round as it is now: bars by RT, knocks by hour, what was brought up."""
    round_ = get_object_or_404(Round.objects.open_to(request.user), pk=pk)
    context = {
        "round": round_,
        "coverage": coverage_of(round_, with_hours=True),
        "now": timezone.now(),
        "renews": request.GET.get("perbarui") == "ya",
    }
    return render(request, "outreach/visits/coverage.html", context)
