"""How long somebody stays signed in: thirty minutes without a click, eight hours in all, or until told to go."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.accounts.models.account import account_of
from portal.accounts.unsent import keep_unsent

IDLE = timedelta(minutes=30)
IN_ALL = timedelta(hours=8)
# A click within a minute of the last noted one costs no write; a session may so end a minute early, never late.
NOTED_EVERY = timedelta(minutes=1)

BEGAN, SEEN, EPOCH, ROLE = "began", "seen", "epoch", "role"


class Ended(StrEnum):
    IDLE = "idle"
    IN_ALL = "in_all"
    ELSEWHERE = "elsewhere"


def begin(session: Any, *, epoch: int, role: str, at: datetime) -> None:
    session[BEGAN] = session[SEEN] = at.timestamp()
    session[EPOCH] = epoch
    session[ROLE] = role


def why_ended(session: Mapping[str, Any], epoch: int, at: datetime) -> Ended | None:
    """Why this session is over; None while it holds. One that was not begun at our door never held."""
    if session.get(EPOCH) != epoch:
        return Ended.ELSEWHERE
    if at - moment(session, BEGAN) > IN_ALL:
        return Ended.IN_ALL
    if at - moment(session, SEEN) > IDLE:
        return Ended.IDLE
    return None


def moment(session: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(float(session.get(name, 0)), UTC)


class StaffSessionMiddleware:
    """Asks only when a page asks who is there, so that a public page never touches the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(who_is_there, request, request.user))  # type: ignore[assignment]
        return self.get_response(request)


def who_is_there(request: HttpRequest, user: Any) -> Any:
    if not user.is_authenticated:
        return user
    now = timezone.now()
    ended = why_ended(request.session, account_of(user).epoch, now)
    if ended:
        unsent = keep_unsent(request, user) if ended is not Ended.ELSEWHERE else {}
        request.session.flush()
        request.session.update(unsent | {"ended": ended.value})
        nobody = AnonymousUser()
        # Where django.contrib.auth keeps whom it found for this request.
        request._cached_user = nobody  # type: ignore[attr-defined]
        return nobody
    if now - moment(request.session, SEEN) >= NOTED_EVERY:
        request.session[SEEN] = now.timestamp()
    return user
