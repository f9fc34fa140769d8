"""Recovery codes: ten, each good for one sign-in when the phone is not at hand, kept as keyed hashes only."""

import secrets
from base64 import b32encode
from typing import Any

from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

HOW_MANY = 10
LENGTH = 10
# Crockford's letters: none looks like another.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_ALIKE = str.maketrans("OIL", "011")


def plain(typed: str) -> str:
    """What was typed, without spaces and hyphens, as it was printed."""
    return "".join(typed.split()).replace("-", "").upper().translate(READ_ALIKE)


def hash_of(user: Any, code: str) -> str:
    """Sixteen letters that fit django-otp's column and say nothing about the code to whoever reads a backup."""
    digest = salted_hmac("accounts.recovery", f"{user.pk}:{code}", algorithm="sha256").digest()
    return b32encode(digest[:10]).decode()


def make_codes(user: Any) -> list[str]:
    """New codes instead of the old ones; the only moment at which they can be read."""
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user_id=user.pk, name="recovery codes", confirmed=True)
    codes = ["".join(secrets.choice(LETTERS) for _i in range(LENGTH)) for _j in range(HOW_MANY)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=hash_of(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def codes_left(user: Any) -> int:
    return StaticToken.objects.filter(device__user_id=user.pk, device__confirmed=True).count()
