"""Coming in: name and password, then the second factor, which the first sign-in sets up."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts import second_factor, sign_in
from portal.accounts.forms import CodeForm, SetUpForm, SignInForm
from portal.accounts.models import Colleague
from portal.accounts.models.account import account_of
from portal.accounts.unsent import unsent_of
from services.facets import profile

NEW_KEY = "new_key"

door_page = require_http_methods(["GET", "HEAD", "POST"])


def page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    """A page in the desk's frame, whether or not somebody is signed in."""
    frame = admin.site.each_context(request) | {"title": title, "is_nav_sidebar_enabled": False}
    return render(request, template, frame | context)


def go(address: str) -> HttpResponse:
    return HttpResponseRedirect(address)


def is_verified(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_verified() and sign_in.may_enter(user))


def after_entering(request: HttpRequest, user: Any, wanted: str) -> str:
    """The desk, unless a password of one's own or what was typed earlier comes first."""
    if account_of(user).password_given_at:
        return reverse("accounts:password")
    return reverse("accounts:unsent") if unsent_of(request) else wanted


@sensitive_post_parameters()
@never_cache
@csrf_protect
@door_page
def login(request: HttpRequest) -> HttpResponse:
    wanted = sign_in.safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    if is_verified(request.user):
        return go(after_entering(request, request.user, wanted))
    if request.method == "POST":
        form = SignInForm(request, request.POST)
        if form.is_valid():
            sign_in.let_wait(request, form.user, wanted)
            return go(reverse("accounts:second_factor"))
    else:
        form = SignInForm(request, initial={"next": wanted})
    context = {"form": form, "ended": request.session.get("ended"), "unsent": request.session.get("unsent")}
    return page(request, "admin/login.html", _("Sign in"), **context)


@sensitive_post_parameters()
@never_cache
@csrf_protect
@door_page
def second_factor_page(request: HttpRequest) -> HttpResponse:
    waiting = sign_in.at_the_door(request, timezone.now())
    if waiting is None:
        return go(reverse("admin:login"))
    at_door, user = waiting
    if not second_factor.is_set_up(user):
        return go(reverse("accounts:set_up"))
    if sign_in.is_shut(request, user):
        return HttpResponse(status=429)
    form = CodeForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        key = sign_in.enter(request, user, form.device, timezone.now())
        return sign_in.known_after(go(after_entering(request, user, at_door.next)), key)
    if form.is_wrong:
        sign_in.count_wrong_try(request, user)
    return page(request, "accounts/second_factor.html", _("Second factor"), form=form)


@sensitive_post_parameters()
@never_cache
@csrf_protect
@door_page
def set_up(request: HttpRequest) -> HttpResponse:
    """The first phone for whoever stands at the door, another phone for whoever is inside."""
    now = timezone.now()
    waiting = sign_in.at_the_door(request, now)
    is_replacing = is_verified(request.user)
    if not is_replacing and waiting is None:
        return go(reverse("admin:login"))
    user: Any = request.user if is_replacing else waiting[1]  # type: ignore[index]
    if not is_replacing and second_factor.is_set_up(user):
        return go(reverse("accounts:second_factor"))
    if sign_in.is_shut(request, user):
        return HttpResponse(status=429)
    # In the session and not with the account: whoever saw a key at another sign-in must not share this one.
    secret = request.session.setdefault(NEW_KEY, second_factor.new_key())
    form = SetUpForm(
        user, secret, request.POST if request.method == "POST" else None, is_replacing=is_replacing
    )
    if form.is_bound and form.is_valid():
        colleague = Colleague.objects.get(pk=user.pk)
        try:
            device, codes = colleague.set_up_second_factor(secret, form.step, now, replaces=is_replacing)
        except ValidationError:
            # Somebody else with the password was quicker, a moment ago.
            return go(reverse("accounts:second_factor"))
        request.session.pop(NEW_KEY)
        key = sign_in.enter(request, user, device, now)
        wanted = reverse("accounts:account") if is_replacing else waiting[0].next  # type: ignore[index]
        return sign_in.known_after(codes_page(request, codes, after_entering(request, user, wanted)), key)
    if form.is_wrong:
        sign_in.count_wrong_try(request, user)
    portal = profile()
    address = second_factor.phone_address(
        secret, user.get_username(), portal.short_name if portal else "Balai Warga"
    )
    context = {
        "form": form,
        "is_replacing": is_replacing,
        "qr": second_factor.drawing(address),
        "secret": second_factor.in_groups(secret),
    }
    return page(request, "accounts/set_up.html", _("Set up your second factor"), **context)


def codes_page(request: HttpRequest, codes: list[str], following: str) -> HttpResponse:
    """The answer to the post that made them: shown once, in no address and no session."""
    context = {"codes": codes, "following": following, "made_on": timezone.localdate()}
    return page(request, "accounts/recovery_codes.html", _("Your recovery codes"), **context)
