"""Letting in by code (camera or typed) and by ticking names on a list."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from django_permissions_policy.decorators import permissions_policy_override

from outreach import attending, registering
from outreach.attending import Answer, CheckIn
from outreach.forms.door import LONGEST_KEY, CodeForm
from outreach.models import Attendance, Event, Registration
from outreach.officers import officer_page
from outreach.views.door import CHECK_IN, door_context, event_of
from portal.shared import receipt
from portal.shared.receipt import new_key

# The one page that may ask a phone for its camera, and only for itself.
with_camera = permissions_policy_override({**settings.PERMISSIONS_POLICY, "camera": ["self"]})
# A whole list in one go: nobody leafs through pages while a queue waits.
MOST_LISTED: Final = 1_000

STATES = Registration.State
PILES: Final = {
    "": gettext_lazy("All"),
    "belum": gettext_lazy("Not here yet"),
    "sudah": gettext_lazy("Here"),
    "tunggu": gettext_lazy("Waiting list"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@with_camera
@officer_page(CHECK_IN)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers a code at once, on the page that asks for the next one; the same sending again repeats the answer."""
    event, at = event_of(request, pk), timezone.now()
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm(initial={"nonce": new_key()})
    said: CheckIn | None = None
    code = ""
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            said = answer_to(request, event, form, at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            # The next code gets a form with a key of its own; a slip stays, to be put right.
            is_unknown = said.answer == Answer.UNKNOWN
            form = CodeForm(initial={"nonce": new_key(), "code": code if is_unknown else ""})
    context = door_context(event, at) | {"form": form, "said": said, "code": code, "new_key": new_key()}
    context["is_slip"] = bool(code) and not registering.is_written_right(code)
    return render(request, "outreach/door/scan.html", context)


def answer_to(request: HttpRequest, event: Event, form: CodeForm, at: datetime) -> CheckIn:
    """What the door says to the code; with the officer's word also to a party of the waiting list."""
    code, key, by = form.cleaned_data["code"], form.key, request.user
    if "let_in" in request.POST:
        waiting = registering.find(code)
        if waiting is not None and waiting.event_id == event.pk:
            return attending.let_in(event, waiting, nonce=key, way=form.how, at=at, by=by)
    return attending.check_in(event, code, nonce=key, way=form.how, at=at, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(CHECK_IN)
def tick_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All parties by name, with one button each; found by a part of the name or the end of the code."""
    event, at = event_of(request, pk), timezone.now()
    typed = request.GET.get("q", "")[:60].strip()
    pile = request.GET.get("hadir", "")
    pile = pile if pile in PILES else ""
    if request.method == "POST":
        return ticked(request, event, at, {"q": typed, "hadir": pile})
    entries = Attendance.objects.standing()
    rows = found(event, typed).prefetch_related(Prefetch("attendances", queryset=entries, to_attr="entries"))
    parties = [
        party for party in rows.order_by("nickname", "code_tail", "pk")[:MOST_LISTED] if in_pile(party, pile)
    ]
    sizes = {size: people_words(size) for size in {party.party_size for party in parties}}
    for party in parties:
        party.size_words = sizes[party.party_size]
    context = door_context(event, at) | {
        "parties": sorted(parties, key=lambda party: (not party.nickname, party.nickname.casefold())),
        "typed": typed,
        "pile": pile,
        "piles": PILES.items(),
        "new_key": new_key(),
        "is_cut": len(parties) == MOST_LISTED,
    }
    return render(request, "outreach/door/tick_list.html", context)


def found(event: Event, typed: str) -> Any:
    """The parties whose name has these letters in it, whose code ends like this, or whose whole code it is."""
    parties = event.registrations.exclude(state=STATES.CANCELLED)
    if not typed:
        return parties
    if (whole := registering.find(typed)) is not None:
        return parties.filter(pk=whole.pk)
    tail = receipt.read(typed)
    return parties.filter(Q(nickname__icontains=typed) | Q(code_tail__endswith=tail if tail else "-"))


def people_words(people: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", people) % {"n": people}


def in_pile(party: Any, pile: str) -> bool:
    match pile:
        case "belum":
            return not party.entries and party.state == STATES.REGISTERED
        case "sudah":
            return bool(party.entries)
        case "tunggu":
            return bool(party.state == STATES.WAITING)
    return True


def ticked(request: HttpRequest, event: Event, at: datetime, query: dict[str, str]) -> HttpResponse:
    """Lets in the party whose button was pressed, or takes it back, and returns to its row."""
    word = request.POST.get("undo") or request.POST.get("party", "")
    key = request.POST.get("nonce", "")[:LONGEST_KEY] or new_key()
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 12 else 0
    party = event.registrations.filter(pk=number).first()
    if party is None:
        messages.error(request, _("This party is not on the list of this activity."))
        return HttpResponseRedirect(request.get_full_path())
    address = f"{request.path}?{urlencode({name: word for name, word in query.items() if word})}"
    address = f"{address.removesuffix('?')}#r{party.pk}"
    if "undo" in request.POST:
        for entry in Attendance.objects.of(event).filter(registration=party).select_related("event"):
            attending.undo(entry, at=at, by=request.user)
        messages.success(request, _("Taken back: this entry no longer counts."))
        return HttpResponseRedirect(address)
    try:
        let = attending.let_in if party.state == STATES.WAITING else attending.tick
        said = let(event, party, nonce=key, way=Attendance.Way.TICK, at=at, by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        tell(request, said)
    return HttpResponseRedirect(address)


def tell(request: HttpRequest, said: CheckIn) -> None:
    assert said.registration is not None
    name = said.registration.called
    match said.answer:
        case Answer.OK:
            assert said.attendance is not None
            n = said.attendance.people
            words = ngettext("%(name)s is in, %(n)d person.", "%(name)s is in, %(n)d people.", n)
            messages.success(request, words % {"name": name, "n": n})
        case Answer.CANCELLED:
            messages.error(request, _("%(name)s cancelled. Let them in as walk-ins.") % {"name": name})
        case Answer.UNDONE:
            messages.error(request, _("This entry was taken back. Tick once more.") % {"name": name})
        case _already:
            messages.info(request, _("%(name)s was let in already.") % {"name": name})
