"""“My account”: what each member of staff keeps about their own way in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import browser, recovery, sign_in
from portal.accounts import unsent as unsent_form
from portal.accounts.forms import NewCodesForm, PasswordForm
from portal.accounts.models import Colleague, KnownBrowser
from portal.accounts.models.account import account_of
from portal.accounts.roles import ROLE, role_of
from portal.accounts.views.door import codes_page, go, is_verified, page
from portal.field import passing

View = Callable[[HttpRequest], HttpResponse]

FEW_CODES = 3
BROWSERS_SHOWN = 20


def own_page(view: View) -> View:
    """For whoever has come through the whole door; sensitive and kept by nobody."""

    @sensitive_post_parameters()
    @never_cache
    @csrf_protect
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not admin.site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request)

    return guarded


@own_page
@require_http_methods(["GET", "HEAD"])
def my_account(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    left = recovery.codes_left(user)
    role = role_of(user)
    context = {
        "account": account_of(user),
        "role": ROLE[role].label if role in ROLE else role,
        "codes_left": left,
        "few_codes": left <= FEW_CODES,
        "browsers": KnownBrowser.objects.filter(user_id=user.pk)[:BROWSERS_SHOWN],
    }
    return page(request, "accounts/account.html", _("My account"), **context)


@sensitive_post_parameters()
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Also for whoever may go nowhere else before they have chosen a password of their own."""
    if not is_verified(request.user):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    user: Any = request.user
    is_given = account_of(user).password_given_at is not None
    if sign_in.is_shut(request, user):
        return HttpResponse(status=429)
    form = PasswordForm(user, request.POST if request.method == "POST" else None, is_given=is_given)
    if form.is_bound and form.is_valid():
        colleague = Colleague.objects.get(pk=user.pk)
        colleague.choose_password(form.cleaned_data["new"], by=user, at=timezone.now())
        update_session_auth_hash(request, colleague)
        messages.success(request, _("Your new password holds from now on. All other sessions have ended."))
        return go(reverse("admin:index") if is_given else reverse("accounts:account"))
    if form.is_wrong:
        sign_in.count_wrong_try(request, user)
    title = _("Choose a password of your own") if is_given else _("Change the password")
    return page(request, "accounts/password.html", title, form=form, is_given=is_given)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New codes for whoever proves the second factor once more; the old ones end."""
    user: Any = request.user
    if sign_in.is_shut(request, user):
        return HttpResponse(status=429)
    form = NewCodesForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        codes = Colleague.objects.get(pk=user.pk).make_recovery_codes(timezone.now())
        return codes_page(request, codes, reverse("accounts:account"))
    if form.is_wrong:
        sign_in.count_wrong_try(request, user)
    return page(request, "accounts/new_codes.html", _("Make new recovery codes"), form=form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        passing.end_of_browser(request.user, browser.key_of(request), timezone.now())
    logout(request)
    messages.success(request, _("You are signed out."))
    return go(reverse("admin:login"))


@own_page
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    Colleague.objects.get(pk=user.pk).end_sessions(by=user, at=timezone.now())
    # Also the browser of whoever was not welcome is then a new one, of which a mail tells.
    KnownBrowser.objects.filter(user_id=user.pk).delete()
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return go(reverse("admin:login"))


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: HttpRequest) -> HttpResponse:
    """What was sent after a session had ended: to send now, or to throw away."""
    kept = unsent_form.unsent_of(request)
    if request.method == "POST" or kept is None:
        unsent_form.forget(request)
        return go(reverse("admin:index"))
    return page(request, "accounts/unsent.html", _("Not sent yet"), kept=kept)
