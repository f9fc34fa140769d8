"""Saying what an activity was worth: open for a week, asked again after a month; without an account, without a name."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from outreach.forms.opinion import (
    TOO_MANY,
    TOO_OLD,
    AfterUseForm,
    OpinionForm,
    RatingForm,
    UnderstandingForm,
)
from outreach.models import AfterUse, Event, EventRating, UnderstandingSheet
from outreach.models.opinion import Opinion
from portal.shared import slowing
from portal.shared.public_pages import public_page
from portal.shared.receipt import key_hash
from portal.shared.tokens import token_fits
from portal.shared.visitor import client_address

# In the address, in Indonesian.
PHASES = {"sebelum": UnderstandingSheet.Phase.BEFORE, "sesudah": UnderstandingSheet.Phase.AFTER}


@dataclass(frozen=True)
class Asking:
    """One kind of answer: what keeps it, the form that asks it, and the words around the form."""

    kind: type[Opinion]
    form: Callable[..., OpinionForm]
    title: str
    lead: str


def rating() -> Asking:
    lead = _("Two questions, half a minute. Nobody asks for your name, and each question may be skipped.")
    return Asking(EventRating, RatingForm, _("How was it?"), lead)


def after_use() -> Asking:
    lead = _(
        "One question, a few weeks later. It tells us whether the activity helped; nobody asks for your name."
    )
    return Asking(AfterUse, AfterUseForm, _("Did it help you?"), lead)


def understanding(phase: str) -> Asking:
    def form(event: Event, *args: Any, **kwargs: Any) -> OpinionForm:
        return UnderstandingForm(event, phase, *args, **kwargs)

    title = _("Before we begin") if phase == UnderstandingSheet.Phase.BEFORE else _("Before you go")
    lead = _(
        "This is no test of you: it tells us whether we explained it well. “I do not know” is an answer too: skip it."
    )
    return Asking(UnderstandingSheet, form, title, lead)


def asked_event(slug: str) -> Event:
    return get_object_or_404(Event.objects.public(), slug=slug)


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, slug: str) -> HttpResponse:
    return ask(request, asked_event(slug), rating())


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def say_whether_used(request: HttpRequest, slug: str) -> HttpResponse:
    return ask(request, asked_event(slug), after_use())


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in_sheet(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    event = asked_event(slug)
    if phase not in PHASES or not event.understanding_items.exists():
        raise Http404(_("This activity asks no questions before and after."))
    return ask(request, event, understanding(PHASES[phase]))


def ask(request: HttpRequest, event: Event, asking: Asking) -> HttpResponse:
    """Shows the form, or takes it: sent twice it is one answer, and nothing typed is lost."""
    at = timezone.now()
    context = {"event": event, "asking": asking}
    if not asking.kind.is_asked(event, at):
        begins, ends = asking.kind.window(event)
        context |= {"begins": begins, "ends": ends, "is_early": at < begins}
        return render(request, "outreach/opinion_closed.html", context, status=404)
    if request.method != "POST":
        return render(request, "outreach/opinion.html", context | {"form": asking.form(event)})
    form = asking.form(event, request.POST)
    thanks = HttpResponseRedirect(reverse("outreach:opinion_thanks", args=[event.slug]))
    if asking.kind.objects.filter(form_key_hash=key_hash(form.key)).exists():
        return thanks
    status = 200
    # Codes are looked up while the form is checked: whoever tries many is slowed before, not after.
    tries_a_code = bool(request.POST.get("code", "").strip())
    minutes = minutes_to_wait(request) if tries_a_code else 0
    form.may_look_up = not minutes
    if form.is_valid():
        if not token_fits(request):
            form.refuse(TOO_OLD)
        elif minutes := minutes if tries_a_code else minutes_to_wait(request):
            form.refuse(TOO_MANY, n=minutes)
            status = 429
        else:
            try:
                asking.kind.take(event, form.said, form_key=form.key, at=at, code=form.code)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                return thanks
    return render(request, "outreach/opinion.html", context | {"form": form}, status=status)


def minutes_to_wait(request: HttpRequest) -> int:
    wait = slowing.spend("opinion", client_address(request), at=timezone.now())
    return ceil(wait.total_seconds() / 60)


@require_safe
@public_page()
def opinion_thanks(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "outreach/opinion_thanks.html", {"event": asked_event(slug)})
