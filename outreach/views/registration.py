"""Registering without an account: one form, and a receipt with a code that the door reads."""

from datetime import timedelta
from math import ceil
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from outreach import holding
from outreach.channels import FROM, channel_of, code_of
from outreach.forms.registration import LONGEST_KEY, TOO_MANY, TOO_OLD, RegistrationForm
from outreach.models import Event, Registration, RegistrationContact
from outreach.registering import Ticket, register
from portal.shared import slowing
from portal.shared.receipt import key_hash, new_key
from portal.shared.tokens import token_fits
from portal.shared.visitor import client_address

# Of a key we made; a shorter one was made up, and might be somebody else's.
SHORTEST_KEY: Final = len(new_key())


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of an event; sending it shows the receipt, sending it again the same one."""
    at = timezone.now()
    events = Event.objects.public().select_related("unit", "location").prefetch_related("questions_asked")
    event = get_object_or_404(events, slug=slug)
    if request.method != "POST":
        if not event.is_registration_open(at):
            return render(request, "outreach/register_closed.html", closed(event, at), status=404)
        form = RegistrationForm(event, initial={"heard_from": channel_of(request.GET.get(FROM))})
        return page(request, form)
    form = RegistrationForm(event, with_key(request.POST))
    status = 200
    if form.is_valid():
        is_known = Registration.objects.filter(form_key_hash=key_hash(form.key)).exists()
        if not token_fits(request):
            form.refuse(TOO_OLD)
        elif not is_known and (wait := slowing.spend("register", client_address(request), at=at)):
            form.refuse(TOO_MANY, n=minutes(wait))
            status = 429
        else:
            try:
                wish = form.wish(translation.get_language() or "id", code_of(request.GET.get(FROM)))
                return received(request, register(event, wish, form_key=form.key, at=at))
            except ValidationError as refusal:
                form.take_refusal(refusal)
    return page(request, form, status=status)


def page(request: HttpRequest, form: RegistrationForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "event": form.event, "hide_official_row": True}
    return render(request, "outreach/register.html", context, status=status)


def with_key(typed: Any) -> Any:
    """What was sent, with a key of ours when it came without one nobody can guess."""
    if SHORTEST_KEY <= len(typed.get("form_key", "").strip()) <= LONGEST_KEY:
        return typed
    return {**typed.dict(), "form_key": new_key()}


def closed(event: Event, at: Any) -> dict[str, Any]:
    opens = event.registration_opens_at
    is_early = event.takes_registrations and opens is not None and at < opens
    return {"event": event, "phase": event.phase(at), "opens_at": opens if is_early else None}


def received(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The receipt; loaded again, the same form is sent again and brings the same."""
    registration = ticket.registration
    context = {
        "registration": registration,
        "event": registration.event,
        "code": ticket.code,
        "has_mail": RegistrationContact.objects.filter(registration=registration).exclude(email="").exists(),
    }
    response = render(request, "outreach/registered.html", context | {"hide_official_row": True})
    return holding.open_for(response, ticket.code)


def minutes(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds() / 60))
