"""Taking a round along, sending what was written down on the way, and leaving: the server's half."""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from feedback.views.from_visit import RIGHT
from outreach import attending
from outreach.officers import officer_page
from outreach.views.visits import DOOR, WALK
from portal.accounts import browser, session
from portal.accounts.models import Colleague
from portal.accounts.views.own import sign_out
from portal.field import arriving, items, passing, taking_along
from portal.field.models import FieldPass
from portal.field.sending import Later, Sending
from portal.field.shell import screens

# What is not sent stays so long on a phone, where nobody but its officer can read it.
KEPT_DAYS: Final = 14


# A supervisor has to look first, or our storage has to be mended.
AGAIN_AFTER: Final = {429: 900, 503: 120}


def problem(status: int, words: str, **more: Any) -> JsonResponse:
    answer = JsonResponse({"problem": words} | more, status=status)
    if status in AGAIN_AFTER:
        answer["Retry-After"] = str(AGAIN_AFTER[status])
    return answer


# Taking along -------------------------------------------------------------------------------------------------


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK, DOOR)
def take_along(request: HttpRequest) -> HttpResponse:
    """A page to choose what to take along; by post the phone gets it, with a pass to send by and a key to lock with."""
    user: Any = request.user
    now = timezone.now()
    until = session.moment(request.session, session.BEGAN) + session.IN_ALL
    rounds = taking_along.rounds_of(user, now)
    events = taking_along.events_of(user, now, until)
    if request.method != "POST":
        mine = FieldPass.objects.filter(user=user).out(now)
        context = screens() | {"rounds": rounds, "events": events, "until": until, "out": mine}
        return render(request, "field/take_along.html", context)
    box = box_of(request)
    along = taking_along.chosen(*asked_for(request, rounds, events))
    given, token = passing.give(
        user,
        box,
        rounds=along.rounds,
        events=along.events,
        areas=along.round_of_area,
        at=now,
        until=until,
        browser_key=browser.key_of(request),
    )
    return JsonResponse(
        {
            "pass": token,
            "key": passing.key_of_box(user, box),
            "older_keys": passing.older_keys(user, box),
            "box": str(given.box),
            "now": now,
            "until": given.until,
            "user": str(Colleague.objects.get(pk=user.pk)),
            "may": {"walk": user.has_perm(WALK), "case": user.has_perm(RIGHT), "door": user.has_perm(DOOR)},
            "rounds": taking_along.rounds_as_told(along),
            "events": taking_along.events_as_told(along.events),
            "slips": taking_along.slips(now) if user.has_perm(RIGHT) else [],
        }
    )


def box_of(request: HttpRequest) -> UUID:
    written = request.POST.get("box", "")
    if not written:
        return uuid4()
    try:
        return UUID(written)
    except ValueError as wrong:
        raise BadRequest("`box` is no UUID.") from wrong


def asked_for(request: HttpRequest, rounds: list[Any], events: list[Any]) -> tuple[list[Any], list[Any]]:
    """Those named (`round`, `event`); every round where none is, and no names of anybody."""
    if "round" not in request.POST and "event" not in request.POST:
        return rounds, []
    wanted = {name: set(request.POST.getlist(name)) for name in ("round", "event")}
    return (
        [one for one in rounds if str(one.pk) in wanted["round"]],
        [one for one in events if str(one.pk) in wanted["event"]],
    )


# Sending ------------------------------------------------------------------------------------------------------


def pass_of(request: HttpRequest, now: datetime) -> FieldPass | None:
    """The pass in the header, if it still holds; no cookie is looked at."""
    given = passing.find(passing.token_in(request.headers.get("Authorization", "")))
    return given if given is not None and passing.holds(given, now) else None


def ended() -> JsonResponse:
    words = _("This phone is signed out. What is not sent stays on it: sign in again and send it.")
    return problem(401, words, ended=True)


@csrf_exempt
@never_cache
@sensitive_post_parameters()
@require_POST
def send(request: HttpRequest) -> HttpResponseBase:
    """What was written down without signal, with an answer for each thing of it."""
    now = timezone.now()
    given = pass_of(request, now)
    if given is None:
        return ended()
    try:
        found = items.read(request.POST.get("items", ""))
        files = {name: request.FILES.getlist(name) for name in request.FILES}
    except items.Unreadable as wrong:
        return problem(400, str(wrong))
    except (RequestDataTooBig, TooManyFilesSent, MultiPartParserError):
        return problem(413, _("This is too much at once. Send fewer things together."))
    sending = Sending(given, now, clock_of(request), files)
    if words := arriving.refused_now(sending):
        return problem(429, words)
    try:
        results = arriving.arrive(sending, found)
    except Later as trouble:
        return problem(503, str(trouble))
    FieldPass.objects.filter(pk=given.pk).update(
        sent_at=now, clock_ahead=bounded(sending.ahead.total_seconds())
    )
    inside = {str(pk): came.total for pk, came in attending.came_to(sending.events).items()}
    return JsonResponse({"results": results, "inside": inside, "until": given.until})


def clock_of(request: HttpRequest) -> datetime | None:
    """What the phone's clock said when it sent."""
    try:
        clock = parse_datetime(request.POST.get("clock", ""))
    except ValueError:
        return None
    is_clock = clock is not None and clock.tzinfo is not None and 1970 <= clock.year <= 2100
    return clock if is_clock else None


def bounded(seconds: float) -> int:
    return max(-(2**31), min(2**31 - 1, round(seconds)))


@csrf_exempt
@never_cache
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """The phone says that its officer is leaving, also when nobody is signed in any more."""
    given = passing.find(passing.token_in(request.headers.get("Authorization", "")))
    if given is not None:
        passing.end(given, timezone.now())
    return HttpResponse(json.dumps({"ended": True}), content_type="application/json")


# Leaving ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK, DOOR)
def leave(request: HttpRequest) -> HttpResponse:
    """Asks before what is not sent gets locked on the phone; by post the passes of this phone end, and the sign-in."""
    user: Any = request.user
    now = timezone.now()
    mine = FieldPass.objects.filter(user=user).out(now)
    if request.method != "POST":
        return render(request, "field/leave.html", {"passes": mine, "kept_days": KEPT_DAYS})
    if request.POST.get("box"):
        for given in mine.filter(box=box_of(request)):
            passing.end(given, now)
    return sign_out(request)
