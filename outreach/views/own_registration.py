"""My registration: opened with the code of the receipt, shown at the door, changed or given up."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import forgetting, holding, registering
from outreach.forms.registration import (
    TOO_MANY,
    TOO_OLD,
    UNKNOWN,
    CodeForm,
    ConfirmForm,
    OneScreen,
    PartyForm,
)
from outreach.models import EventRating, Registration
from outreach.models.deciding import Phase
from outreach.views.registration import minutes
from portal.shared.tokens import token_fits


def own_registration(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever has opened a registration; everybody else is asked for the code first."""

    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        found = holding.opened(request)
        if found is None:
            return HttpResponseRedirect(reverse("outreach:code"))
        return view(request, *found)

    return sensitive_post_parameters()(csrf_exempt(opened))


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks for the code, which is never part of an address."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data["code"]
        if not token_fits(request):
            form.refuse(TOO_OLD)
        elif wait := holding.wait_for(request, timezone.now()):
            form.refuse(TOO_MANY, n=minutes(wait))
            status = 429
        elif registering.find(typed):
            response = HttpResponseRedirect(reverse("outreach:my_registration"))
            return holding.open_for(response, registering.as_written(typed))
        else:
            form.refuse(UNKNOWN)
    return render(request, "outreach/code.html", {"form": form, "hide_official_row": True}, status=status)


@own_registration
@require_safe
def my_registration(request: HttpRequest, registration: Registration, code: str) -> HttpResponse:
    """Where and when, the code for the door, and what can still be changed."""
    return holding.open_for(shown(request, registration, code), code)


def shown(
    request: HttpRequest, registration: Registration, code: str, form: OneScreen | None = None
) -> HttpResponse:
    at, event = timezone.now(), registration.event
    phase = event.phase(at)
    is_over = at >= event.ends_at and phase != Phase.POSTPONED
    context = {
        "registration": registration,
        "event": event,
        "code": code,
        "phase": phase,
        "contact": getattr(registration, "contact", None),
        "came": registration.attendances.filter(undone_at=None).exists(),
        "is_rated": EventRating.is_asked(event, at),
        "ahead_of_us": ahead_of(registration),
        "may_change": not is_over and registration.state != Registration.State.CANCELLED,
        "form": form or PartyForm(event, initial={"party_size": registration.party_size}),
        "hide_official_row": True,
    }
    return render(request, "outreach/my_registration.html", context)


def ahead_of(registration: Registration) -> int:
    """How many parties stand before this one in the line."""
    if registration.state != Registration.State.WAITING:
        return 0
    line = Registration.objects.filter(event=registration.event_id).in_line().values_list("pk", flat=True)
    return next((place for place, pk in enumerate(line) if pk == registration.pk), 0)


def done(code: str) -> HttpResponse:
    return holding.open_for(HttpResponseRedirect(reverse("outreach:my_registration")), code)


@own_registration
@require_http_methods(["GET", "HEAD", "POST"])
def change_party(request: HttpRequest, registration: Registration, code: str) -> HttpResponse:
    """More or fewer of them come."""
    if request.method != "POST":
        return done(code)
    form = PartyForm(registration.event, request.POST)
    if form.is_valid():
        if not token_fits(request):
            form.refuse(TOO_OLD)
        else:
            try:
                registering.resize(registration, form.cleaned_data["party_size"], at=timezone.now())
                return done(code)
            except ValidationError as refusal:
                form.take_refusal(refusal)
    return shown(request, registration, code, form)


@own_registration
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, registration: Registration, code: str) -> HttpResponse:
    """Asks first; then the places go to whoever waits."""

    def verb(at: datetime) -> None:
        registering.cancel(registration, at=at)

    context = {"registration": registration, "event": registration.event}
    return confirmed(request, code, "outreach/give_up.html", context, verb)


@own_registration
@require_http_methods(["GET", "HEAD", "POST"])
def forget_me(request: HttpRequest, registration: Registration, code: str) -> HttpResponse:
    """Asks first; then name, e-mail and number are gone, and the places stay kept."""

    def verb(at: datetime) -> None:
        forgetting.forget_person(registration, at=at)

    return confirmed(request, code, "outreach/forget_me.html", {"event": registration.event}, verb)


def confirmed(
    request: HttpRequest, code: str, template: str, context: dict[str, Any], verb: Callable[[datetime], None]
) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not token_fits(request):
            form.refuse(TOO_OLD)
        else:
            try:
                verb(timezone.now())
                return done(code)
            except ValidationError as refusal:
                form.add_error(None, refusal)
    return render(request, template, context | {"form": form, "hide_official_row": True})


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Closes the registration on this phone, for whoever shares it."""
    return holding.close(HttpResponseRedirect(reverse("outreach:code")))
