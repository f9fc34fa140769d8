"""Pages of officers about those who registered: writing somebody down, writing to them, numbers for WhatsApp."""

from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from outreach import letters, telling
from outreach.forms.message import MessageForm, NumbersForm
from outreach.forms.registration import RegistrationForm
from outreach.models import Event, EventMessage, Registration
from outreach.officers import officer_page
from outreach.registering import register
from outreach.views.registration import with_key
from portal.shared.templatetags.indonesia import whatsapp_link

form_page = require_http_methods(["GET", "HEAD", "POST"])
LATEST = 20


def event_of(request: HttpRequest, pk: int) -> Event:
    """An activity of the officer's units; nobody registers for a draft."""
    rows = Event.objects.visible_to(request.user).public().select_related("unit", "location")
    found: Event = get_object_or_404(rows.prefetch_related("questions_asked"), pk=pk)
    return found


@sensitive_post_parameters()
@form_page
@officer_page("outreach.add_registration")
def register_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody calls or stands at the counter: the same form, and a code to read to them."""
    event, at = event_of(request, pk), timezone.now()
    typed = with_key(request.POST) if request.method == "POST" else None
    form = RegistrationForm(event, typed, by_staff=True)
    context: dict[str, Any] = {"event": event, "form": form}
    if form.is_bound and form.is_valid():
        try:
            ticket = register(event, form.wish("id"), form_key=form.key, at=at, by=request.user)
            context |= {"ticket": ticket, "form": None}
        except ValidationError as refusal:
            form.take_refusal(refusal)
    return render(request, "outreach/officer_register.html", context)


@form_page
@officer_page("outreach.message_event")
def event_messages(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom, how many it reaches, and only then out; what was written before stays to be read."""
    event, is_sent = event_of(request, pk), False
    form = MessageForm(request.POST if request.method == "POST" else None)
    reached = None
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("to", "subject", "text")}
        reached = telling.reach(event, said["to"])
        if request.POST.get("langkah") == "kirim":
            try:
                message = telling.send(event, **said, form_key=form.key, at=timezone.now(), by=request.user)
                return HttpResponseRedirect(
                    f"{reverse('outreach:messages', args=[pk])}?terkirim={message.pk}"
                )
            except ValidationError as refusal:
                form.add_error(None, refusal)
        elif reached.reached:
            form = MessageForm(request.POST, is_seen=True)
    sent = EventMessage.objects.filter(event=event)
    is_sent = sent.filter(pk=number_in(request.GET.get("terkirim", ""))).exists()
    context = {"event": event, "form": form, "reached": reached, "sent": sent[:LATEST], "is_sent": is_sent}
    return render(request, "outreach/officer_messages.html", context)


@sensitive_post_parameters()
@form_page
@officer_page("outreach.view_registrationcontact")
def event_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks why; the answer to that post is the only page that shows the numbers, each with its text ready."""
    event = event_of(request, pk)
    of_message = number_in(request.GET.get("pesan", ""))
    message = EventMessage.objects.filter(event=event, pk=of_message).first()
    initial = {"to": message.to if message else EventMessage.To.REGISTERED}
    form = NumbersForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"event": event, "form": form, "message": message, "numbers": None}
    if form.is_bound and form.is_valid():
        to, why = form.cleaned_data["to"], form.cleaned_data["why"]
        at = timezone.now()
        rows = telling.open_numbers(event, to, why, at=at, by=request.user, message=message)
        text = message.text if message else letters.word_to_all(event)
        context["numbers"] = [(row, link_to(row, text)) for row in rows]
    return render(request, "outreach/officer_numbers.html", context)


def link_to(row: Registration, text: str) -> str:
    """Opens WhatsApp at this party's number with the letter ready to send."""
    return f"{whatsapp_link(row.contact.whatsapp)}?text={quote(letters.to_hand(row, text), safe='')}"


def number_in(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 18 else 0
