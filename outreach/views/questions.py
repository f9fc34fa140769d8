"""Asking about an event without saying who one is, reading what others asked, and wanting to know the same."""

from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from outreach.channels import FROM, channel_of
from outreach.forms.plain import LONGEST_KEY, TOO_MANY, TOO_OLD
from outreach.forms.question import AskForm
from outreach.models import Event, Question
from outreach.models.question import ask, like, liked_with, takes_questions
from portal.shared import slowing
from portal.shared.public_pages import public_page
from portal.shared.receipt import key_hash, new_key
from portal.shared.tokens import token_fits
from portal.shared.visitor import client_address

MOST_SHOWN = 100
LIKED = "pertanyaan"


def event_with_page(slug: str) -> Event:
    return get_object_or_404(Event.objects.public(), slug=slug)


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask_event(request: HttpRequest, slug: str) -> HttpResponse:
    """One question; sent twice it is one, and nothing typed is lost."""
    event, at = event_with_page(slug), timezone.now()
    channel = channel_of(request.GET.get(FROM))
    context: dict[str, Any] = {"event": event, "channel": channel}
    if not takes_questions(event, at):
        return render(request, "outreach/ask_closed.html", context, status=404)
    if request.method != "POST":
        return render(request, "outreach/ask.html", context | {"form": AskForm()})
    form, status = AskForm(request.POST), 200
    thanks = HttpResponseRedirect(reverse("outreach:asked", args=[event.slug]))
    if Question.objects.filter(form_key_hash=key_hash(form.key)).exists():
        return thanks
    if form.is_valid():
        if not token_fits(request):
            form.refuse(TOO_OLD)
        elif minutes := minutes_to_wait(request, "ask"):
            form.refuse(TOO_MANY, n=minutes)
            status = 429
        else:
            try:
                words = form.cleaned_data["text"]
                ask(
                    event,
                    words,
                    form_key=form.key,
                    at=at,
                    heard_from=channel,
                    suspicion=form.suspicion,
                )
            except ValidationError as refusal:
                form.add_error("text", refusal)
            else:
                return thanks
    return render(request, "outreach/ask.html", context | {"form": form}, status=status)


@require_safe
@public_page()
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "outreach/ask_thanks.html", {"event": event_with_page(slug)})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """All questions of an event with their answers, and a button on each: I want to know this too.

    Without an account nobody knows who presses: one page counts once for each question, and a place can press only so
    often. The number is a hint for the moderator, no vote, and the page says so.
    """
    event, at = event_with_page(slug), timezone.now()
    token, told = str(request.POST.get("form_key", ""))[:LONGEST_KEY].strip() or new_key(), ""
    status = 200
    if request.method == "POST":
        question = event.questions.filter(pk=number_in(request.POST.get(LIKED, ""))).first()
        if not token_fits(request):
            told = "old"
        elif minutes_to_wait(request, "like"):
            told, status = "wait", 429
        elif question is None or not question.is_shown:
            told, status = "gone", 404
        else:
            told = "liked" if like(question, token) else "again"
    rows = list(event.questions.shown().liked_first()[:MOST_SHOWN])
    for row in rows:
        row.event = event
    context = {
        "event": event,
        "questions": rows,
        "liked": liked_with(token, rows) if request.method == "POST" else set(),
        "token": token,
        "told": told,
        "takes_more": takes_questions(event, at),
        "channel": channel_of(request.GET.get(FROM)),
    }
    return render(request, "outreach/questions.html", context, status=status)


def number_in(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def minutes_to_wait(request: HttpRequest, kind: str) -> int:
    wait = slowing.spend(kind, client_address(request), at=timezone.now())
    return ceil(wait.total_seconds() / 60)
