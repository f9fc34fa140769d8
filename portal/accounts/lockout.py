"""django-axes at our door: our measures, our answer, and nothing stored that tells who or where somebody is."""

import ipaddress
import logging
from datetime import date
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.accounts import browser
from portal.accounts.limits import (
    BROWSER,
    COOL_OFF,
    NETWORK,
    OF_NAME_AND_PLACE,
    UNKNOWN,
    is_full,
    seconds_left,
)
from portal.accounts.models.known_browser import KnownBrowser
from portal.shared.visitor import client_address, network_of

logger = logging.getLogger(__name__)

Who = tuple[str, str]


def who_tries(request: HttpRequest, credentials: dict[str, Any] | None) -> Who:
    """Name and place of a try, as they may be stored."""
    typed = str((credentials or {}).get("username") or "")
    user = User.objects.filter(username=typed).first() if typed else None
    name = user.get_username() if user else UNKNOWN + digest("name", typed)[:32]
    key = browser.key_of(request)
    if user and KnownBrowser.objects.of(user, key).exists():
        return name, pseudonym(BROWSER, f"{user.pk}:{key}", timezone.localdate())
    return name, pseudonym(NETWORK, network_of(client_address(request)), timezone.localdate())


def pseudonym(kind: str, place: str, day: date) -> str:
    """A private IPv6 address that means this place today, and nothing tomorrow or without our key."""
    return str(ipaddress.IPv6Address(int(kind + digest(f"{kind}:{day}", place)[:28], 16)))


def digest(kind: str, value: str) -> str:
    return salted_hmac(f"accounts.lockout.{kind}", value, algorithm="sha256").hexdigest()


def recent_tries() -> Any:
    return AccessAttempt.objects.filter(attempt_time__gt=timezone.now() - COOL_OFF)


class DoorHandler(AxesDatabaseHandler):
    """Counts wrong passwords and wrong codes alike; forgets them a quarter of an hour after the last one."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        # django-axes compares this with its one limit.
        return OF_NAME_AND_PLACE if is_full(recent_tries(), *who_tries(request, credentials)) else 0

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        request.axes_credentials = credentials
        if request.axes_locked_out:
            return
        name, place = who_tries(request, credentials)
        with transaction.atomic():
            self.forget()
            row, is_new = AccessAttempt.objects.select_for_update().get_or_create(
                username=name,
                ip_address=place,
                user_agent="",
                defaults={"failures_since_start": 1, "get_data": "", "post_data": "", "path_info": ""},
            )
            if not is_new:
                AccessAttempt.objects.filter(pk=row.pk).update(
                    failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now()
                )
        if is_full(recent_tries(), name, place):
            request.axes_locked_out = True
            logger.warning("The staff door is shut for one name or place after too many wrong tries.")

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        self.forget()
        # Only this pair: whoever has an account may not wipe out what others tried from the same place.
        name, place = who_tries(request, {"username": user.get_username()})
        AccessAttempt.objects.filter(username=name, ip_address=place).delete()

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing to count."""

    def forget(self) -> None:
        AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - COOL_OFF).delete()


def locked_out(request: HttpRequest, response: Any, credentials: dict[str, Any] | None) -> HttpResponse:
    """The portal's own page for "too many": when to come back, and nothing about which account exists."""
    seconds = seconds_left(recent_tries(), *who_tries(request, credentials), timezone.now())
    seconds = seconds or int(COOL_OFF.total_seconds())
    answer = render(request, "429.html", {"wait_minutes": -(-seconds // 60)}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def nobody(*args: Any) -> str:
    """What django-axes may know of a client by itself, for its logs and elsewhere."""
    return ""
