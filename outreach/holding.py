"""Opening a registration with its code: the same work whoever asks, and a cookie that stands for the code."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from outreach import registering
from outreach.models import Registration
from portal.shared.slowing import spend
from portal.shared.visitor import client_address

SALT: Final = "outreach.holding"
OPEN_FOR: Final = timedelta(minutes=30)


def wait_for(request: HttpRequest, at: datetime) -> timedelta:
    """How long this visitor has to wait before the next code; zero for nearly everybody."""
    return spend("code", client_address(request), at=at)


def open_for(response: HttpResponse, code: str) -> HttpResponse:
    """Lets this browser in for half an hour; the code is its own, and the page at the door shows it again."""
    response.set_cookie(
        settings.REGISTRATION_COOKIE,
        signing.dumps(code, salt=SALT),
        max_age=int(OPEN_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )
    return response


def opened(request: HttpRequest) -> tuple[Registration, str] | None:
    """The registration this browser has opened within the last half hour, and its code."""
    try:
        told: Any = signing.loads(
            request.COOKIES.get(settings.REGISTRATION_COOKIE, ""), salt=SALT, max_age=OPEN_FOR
        )
    except (signing.BadSignature, ValueError):
        return None
    code = str(told)
    registration = registering.find(code)
    return (registration, code) if registration else None


def close(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.REGISTRATION_COOKIE, samesite="Lax")
    return response
