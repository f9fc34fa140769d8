"""The pages around letters with what is new: asking for them, saying yes, leaving."""

from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from outreach.forms.plain import TOO_MANY, TOO_OLD, PlainForm
from portal.shared import slowing
from portal.shared.public_pages import public_page
from portal.shared.tokens import token_fits
from portal.shared.visitor import client_address
from portal.subscriptions import asking
from portal.subscriptions.forms import UNKNOWN, CodeForm, WishForm

NO_MAIL = "portal.shared.work.mail.NoMailServer"


def is_taken(request: HttpRequest, form: PlainForm, kind: str) -> int:
    """200 for a form that may be acted on; else what to answer with, the form saying why."""
    if not form.is_valid():
        return 400
    if not token_fits(request):
        form.refuse(TOO_OLD)
        return 400
    wait = slowing.spend(kind, client_address(request), at=timezone.now())
    if wait:
        form.refuse(TOO_MANY, n=ceil(wait.total_seconds() / 60))
        return 429
    return 200


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def subscribe(request: HttpRequest) -> HttpResponse:
    """Where to write and about what; whatever is known of the address, the answer is the same page."""
    if settings.EMAIL_BACKEND == NO_MAIL:
        return render(request, "subscriptions/no_mail.html")
    form, status = WishForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = is_taken(request, form, "subscribe")
        if status == 200:
            # A program that filled in what nobody sees is thanked like everybody, and nothing is written.
            if not form.suspicion:
                asking.ask(wish_of(form), form_key=form.key, at=timezone.now())
            return HttpResponseRedirect(reverse("subscriptions:asked"))
    return render(
        request, "subscriptions/subscribe.html", {"form": form}, status=200 if status == 400 else status
    )


def wish_of(form: WishForm) -> asking.Wish:
    words = form.cleaned_data
    return asking.Wish(
        email=words["email"],
        kinds=form.chosen_kinds,
        every=words["every"],
        area=words["area"],
        topics=tuple(words["topics"]),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )


@require_safe
@public_page()
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/asked.html")


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def confirm(request: HttpRequest) -> HttpResponse:
    """The code of the letter, typed here and never part of an address; twice the same is fine."""
    form, status = CodeForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = is_taken(request, form, "confirm")
        if status == 200:
            if asking.confirm(form.cleaned_data["code"], at=timezone.now()):
                return HttpResponseRedirect(reverse("subscriptions:confirmed"))
            form.add_error("code", UNKNOWN)
    return render(
        request, "subscriptions/confirm.html", {"form": form}, status=200 if status == 400 else status
    )


@require_safe
@public_page()
def confirmed(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/confirmed.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, key: str) -> HttpResponse:
    """One press ends the letters; a mail program presses for its reader (RFC 8058), so no token is asked.

    Opening the page changes nothing, and neither page tells whether the key was anybody's.
    """
    if request.method == "POST":
        asking.leave(key)
        return render(request, "subscriptions/left.html")
    return render(request, "subscriptions/leave.html")
