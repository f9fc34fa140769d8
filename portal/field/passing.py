"""Passes: given to a phone at the office, asked for at every sending, ended by signing out or with their day."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.encoding import force_bytes

from outreach.models import Event, Round
from portal.accounts.sign_in import fitting, may_enter
from portal.field.models import FieldPass
from portal.shared.history import Change, name_of, noun_of
from portal.shared.receipt import keyed_hash

SCHEME: Final = "Pass "
# An officer has one phone, perhaps two; more at once are forgotten ones.
MOST_OUT: Final = 3
KEY_BYTES: Final = 32


def token_hash(token: str) -> str:
    return keyed_hash("field.pass", token)


def fits(user: Any) -> str:
    """Changes with the password and with every sign-out everywhere."""
    return keyed_hash("field.fits", fitting(user))


def browser_mark(key: str) -> str:
    return keyed_hash("field.browser", key) if key else ""


# The key of a box -------------------------------------------------------------------------------------------


def key_of_box(user: Any, box: UUID) -> str:
    """What a phone encrypts with, as base64: the same for the same officer and box, told only to who is signed in."""
    return derived(settings.SECRET_KEY, user, box)


def older_keys(user: Any, box: UUID) -> list[str]:
    """Keys of the same box from before the portal's own key was changed, to read what is still on the phone."""
    return [derived(secret, user, box) for secret in settings.SECRET_KEY_FALLBACKS]


def derived(secret: str | bytes, user: Any, box: UUID) -> str:
    """HKDF (RFC 5869) with SHA-256, one block long."""
    extracted = hmac.new(b"balai-warga.field", force_bytes(secret), hashlib.sha256).digest()
    info = f"box:{user.pk}:{box}".encode()
    return base64.b64encode(hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()).decode()


# Giving -----------------------------------------------------------------------------------------------------


def give(
    user: Any,
    box: UUID,
    *,
    rounds: Iterable[Round],
    events: Iterable[Event],
    areas: dict[str, int],
    at: datetime,
    until: datetime,
    browser_key: str = "",
) -> tuple[FieldPass, str]:
    """A pass for this phone with its token, which is told once; the one it had before ends."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        # One loading of an officer at a time.
        User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
        mine = FieldPass.objects.filter(user=user).standing()
        too_many = mine.exclude(box=box).order_by("-made_at", "-pk").values_list("pk", flat=True)
        ending = [*too_many[MOST_OUT - 1 :], *mine.filter(box=box).values_list("pk", flat=True)]
        mine.filter(pk__in=ending).update(ended_at=at, ended_why=FieldPass.Ended.REPLACED)
        given = FieldPass.objects.create(
            user=user,
            box=box,
            token_hash=token_hash(token),
            fits=fits(user),
            browser=browser_mark(browser_key),
            areas=areas,
            made_at=at,
            until=until,
        )
        given.rounds.set(rounds)
        given.events.set(events)
    return given, token


# Asking -----------------------------------------------------------------------------------------------------


def token_in(header: str) -> str:
    """The token of `Authorization: Pass …`; empty for anything else."""
    token = header.removeprefix(SCHEME)
    return token if header.startswith(SCHEME) and token.isascii() and 20 <= len(token) <= 100 else ""


def find(token: str) -> FieldPass | None:
    if not token:
        return None
    rows = FieldPass.objects.select_related("user__account")
    found: FieldPass | None = rows.filter(token_hash=token_hash(token)).first()
    return found


def holds(given: FieldPass, at: datetime) -> bool:
    """Whether it still lets its phone send: in time, not ended, and its officer still is who they were."""
    user = given.user
    if given.ended_at is not None or at >= given.until or not may_enter(user):
        return False
    return hmac.compare_digest(given.fits, fits(user))


# Ending -----------------------------------------------------------------------------------------------------


def end_of_browser(user: Any, browser_key: str, at: datetime) -> int:
    """Signing out in a browser ends what was taken along in it."""
    mark = browser_mark(browser_key)
    if not mark:
        return 0
    rows = FieldPass.objects.filter(user_id=user.pk, browser=mark).standing()
    return int(rows.update(ended_at=at, ended_why=FieldPass.Ended.SIGNED_OUT))


def end(given: FieldPass, at: datetime, why: str = FieldPass.Ended.SIGNED_OUT) -> None:
    FieldPass.objects.standing().filter(pk=given.pk).update(ended_at=at, ended_why=why)


def end_at_desk(given: FieldPass, *, by: Any, at: datetime, reason: str) -> None:
    """A lost phone: whatever it sends from now on waits until its officer signs in on it again."""
    with transaction.atomic():
        end(given, at, FieldPass.Ended.TAKEN)
        given.refresh_from_db()
        Change.objects.create(
            noun=noun_of(given),
            object_id=given.pk,
            object_name=str(given)[:300],
            verb="end",
            at=at,
            by=by if getattr(by, "pk", None) else None,
            by_name=name_of(by),
            reason=reason[:500],
        )
