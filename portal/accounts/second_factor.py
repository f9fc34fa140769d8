"""The second factor: a code from a phone (TOTP) or one of the recovery codes, each good once."""

from base64 import b32encode
from binascii import unhexlify
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from portal.accounts import recovery

DIGITS = 6
# django-otp doubles the waiting after each wrong code, without end; this ends at nine minutes, so that
# whoever knows a password cannot shut its owner out for days.
MOST_DOUBLINGS = 10


@dataclass(frozen=True)
class Answer:
    """What became of a code: the device it fits, or how many seconds to wait before the next try counts."""

    device: Any = None
    wait: int = 0


def is_set_up(user: Any) -> bool:
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists()


def check(user: Any, typed: str) -> Answer:
    """Uses up a code. Two tries with the same code at once: the row is held, so that only one is let in."""
    code = recovery.plain(typed)
    is_from_phone = len(code) == DIGITS and code.isdigit()
    model = TOTPDevice if is_from_phone else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user_id=user.pk, confirmed=True).first()
        if device is None:
            return Answer()
        if device.throttling_failure_count > MOST_DOUBLINGS:
            device.throttling_failure_count = MOST_DOUBLINGS
        allowed, why = device.verify_is_allowed()
        if not allowed:
            return Answer(wait=ceil((why["locked_until"] - timezone.now()).total_seconds()))
        token = code if is_from_phone else recovery.hash_of(user, code)
        return Answer(device=device if device.verify_token(token) else None)


# Setting up ------------------------------------------------------------


def new_key() -> str:
    return str(random_hex(20))


def step_of(key: str, typed: str, at: datetime) -> int | None:
    """The time step whose code was typed; None when it does not belong to this key."""
    code = recovery.plain(typed)
    if len(code) != DIGITS or not code.isdigit():
        return None
    totp = TOTP(unhexlify(key), digits=DIGITS)
    totp.time = at.timestamp()
    return int(totp.t()) if totp.verify(int(code), tolerance=1) else None


def secret_of(key: str) -> str:
    return b32encode(unhexlify(key)).decode()


def in_groups(key: str) -> str:
    """The key as a person types it, four letters at a time."""
    secret = secret_of(key)
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def phone_address(key: str, username: str, issuer: str) -> str:
    """What the QR code tells the app, in the form all of them read."""
    issuer = issuer.replace(":", " ")
    words = {"secret": secret_of(key), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": 30}
    return f"otpauth://totp/{quote(f'{issuer}:{username}')}?{urlencode(words, quote_via=quote)}"


def drawing(address: str) -> SafeString:
    """The QR code as part of the page itself, so that the key is in no file and no address."""
    svg = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return mark_safe(svg)
