"""The mark a browser keeps after a sign-in, by which it is known the next time."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.accounts.models.known_browser import FORGOTTEN_AFTER

SALT = "accounts.browser"


def key_of(request: HttpRequest) -> str:
    """The key this browser was given; empty when it has none, or one that is not ours."""
    value = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, "")
    try:
        return str(signing.loads(value, salt=SALT, max_age=FORGOTTEN_AFTER)) if value else ""
    except signing.BadSignature:
        return ""


def new_key() -> str:
    return secrets.token_urlsafe(24)


def keep_in(response: HttpResponse, key: str) -> None:
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        signing.dumps(key, salt=SALT),
        max_age=FORGOTTEN_AFTER,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
