"""The way in: password, second factor, session. Between the two nobody is signed in yet."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import django_otp
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts import browser, letters, session
from portal.accounts.models.account import Account, account_of
from portal.accounts.models.known_browser import remember_browser
from portal.accounts.roles import role_of

# From the password to the second factor; long enough to fetch a phone and to install an app on it.
WAITS = timedelta(minutes=15)
KEY = "at_the_door"
LONGEST_NEXT = 2_000
BACKEND = "portal.accounts.backend.StaffBackend"


@dataclass(frozen=True)
class AtTheDoor:
    """Somebody whose password was right, as their session remembers it until the second factor is shown."""

    user: int
    # Changes with the password and with every sign-out everywhere.
    fits: str
    at: float
    next: str
    new_key: str = ""

    def keep(self, request: HttpRequest) -> None:
        request.session[KEY] = asdict(self)


def safe_next(request: HttpRequest, asked: str) -> str:
    """Where to go after signing in; the desk, when asked to go to another host or round in circles."""
    desk = reverse("admin:index")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    is_page = asked.startswith("/") and len(asked) <= LONGEST_NEXT and asked != reverse("admin:login")
    return asked if is_ours and is_page else desk


def may_enter(user: Any) -> bool:
    return bool(user.is_active and user.is_staff)


def fitting(user: Any) -> str:
    return f"{user.get_session_auth_hash()}:{account_of(user).epoch}"


def let_wait(request: HttpRequest, user: User, next_page: str) -> None:
    """The password was right: a session of its own from here on, in which nothing is open yet."""
    kept = {name: value for name, value in request.session.items() if name == "unsent"}
    request.session.flush()
    request.session.update(kept)
    AtTheDoor(user.pk, fitting(user), timezone.now().timestamp(), next_page).keep(request)


def at_the_door(request: HttpRequest, now: datetime) -> tuple[AtTheDoor, User] | None:
    """Who has given their password in this session and may now show the second factor."""
    if KEY not in request.session:
        return None
    waiting = AtTheDoor(**request.session[KEY])
    user = User.objects.select_related("account").filter(pk=waiting.user).first()
    is_late = now - datetime.fromtimestamp(waiting.at, UTC) > WAITS
    if (
        user is None
        or is_late
        or not may_enter(user)
        or not constant_time_compare(waiting.fits, fitting(user))
    ):
        request.session.pop(KEY)
        return None
    return waiting, user


def is_shut(request: HttpRequest, user: User) -> bool:
    """Whether too many wrong tries came before this one; the answer is then django-axes' middleware's."""
    if AxesProxyHandler.is_allowed(request, credentials_of(user)):
        return False
    request.axes_credentials = credentials_of(user)  # type: ignore[attr-defined]
    request.axes_locked_out = True  # type: ignore[attr-defined]
    return True


def count_wrong_try(request: HttpRequest, user: User) -> None:
    """A wrong code counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials=credentials_of(user), request=request)


def credentials_of(user: User) -> dict[str, str]:
    return {"username": user.get_username()}


@transaction.atomic
def enter(request: HttpRequest, user: User, device: Any, now: datetime) -> str:
    """Both factors were shown: signs in with a new session key, and tells the owner of a new browser.

    Returns the key for the browser to keep, for `browser.keep_in`.
    """
    request.session.pop(KEY, None)
    request.session.pop("ended", None)
    auth.login(request, user, backend=BACKEND)
    django_otp.login(request, device)
    begin_session(request, user, now)
    key = browser.key_of(request) or browser.new_key()
    if remember_browser(user, key, timezone.localdate(now)):
        letters.new_browser(user, now)
    return key


def begin_session(request: HttpRequest, user: Any, now: datetime) -> None:
    account = Account.objects.filter(pk=user.pk).first() or Account()
    session.begin(request.session, epoch=account.epoch, role=role_of(user), at=now)


def stay(request: HttpRequest, user: Any) -> None:
    """Keeps this one session when all others were ended."""
    account = Account.objects.filter(pk=user.pk).first() or Account()
    request.session[session.EPOCH] = account.epoch


def known_after(response: HttpResponse, key: str) -> HttpResponse:
    browser.keep_in(response, key)
    return response
