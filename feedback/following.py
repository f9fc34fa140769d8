"""Opening a case with number and secret: the same work whoever asks, and a cookie that stands for the secret."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from feedback.models import Submission
from portal.shared import receipt
from portal.shared.slowing import source_of, spend
from portal.shared.visitor import client_address

SALT: Final = "feedback.following"
OPEN_FOR: Final = timedelta(minutes=30)
# What an unknown number is compared with, so that it costs the same as a known one.
NOBODYS_HASH: Final = "0" * 64


def wait_for(request: HttpRequest, number: str, secret: str, at: datetime) -> timedelta:
    """How long this visitor has to wait; zero for nearly everybody.

    Whoever has to wait is not counted further: one place alone never fills the bucket all share for a number.
    """
    address = client_address(request)
    tries = [("track", address)]
    if secret:
        tries += [("secret", f"{number} {source_of(address)}"), ("number", number)]
    waits = (spend(kind, value, at=at) for kind, value in tries)
    return next(filter(None, waits), timedelta(0))


def case_of(number: str, secret: str) -> Submission | None:
    """The case this secret opens; nothing tells an unknown number from a wrong secret, time included."""
    found = Submission.objects.filter(number=number).first()
    stored = found.secret_hash if found else NOBODYS_HASH
    fits = receipt.is_same(receipt.secret_hash(secret), stored)
    return found if fits else None


def open_for(response: HttpResponse, case: Submission) -> HttpResponse:
    """Lets this browser in for half an hour. The cookie names the case, and is worthless for any other secret."""
    response.set_cookie(
        settings.CASE_COOKIE,
        signing.dumps([case.pk, case.secret_hash[:16]], salt=SALT),
        max_age=int(OPEN_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )
    return response


def opened(request: HttpRequest) -> Submission | None:
    """The case this browser has opened within the last half hour."""
    try:
        told: Any = signing.loads(request.COOKIES.get(settings.CASE_COOKIE, ""), salt=SALT, max_age=OPEN_FOR)
        pk, beginning = told
    except (signing.BadSignature, ValueError, TypeError):
        return None
    case = (
        Submission.objects.select_related("unit", "service", "contact", "duplicate_of").filter(pk=pk).first()
    )
    return case if case and receipt.is_same(case.secret_hash[:16], str(beginning)) else None


def close(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.CASE_COOKIE, samesite="Lax")
    return response
