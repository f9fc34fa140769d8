"""Our own key for push services (VAPID, RFC 8292): by its public half a phone knows that it is us who call."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


def public_key() -> str:
    """What a browser asks for when a phone begins to listen; empty where push is off."""
    return public_half(settings.VAPID_PRIVATE_KEY) if settings.VAPID_PRIVATE_KEY else ""


def mark() -> str:
    """By which a changed key is noticed."""
    return hashlib.sha256(public_key().encode()).hexdigest()[:16]


@lru_cache(maxsize=4)
def public_half(private: str) -> str:
    scalar = int.from_bytes(urlsafe_b64decode(private + "=" * (-len(private) % 4)), "big")
    point = ec.derive_private_key(scalar, ec.SECP256R1()).public_key()
    spelt = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(spelt).decode().rstrip("=")


def contact() -> str:
    """Where a push service may complain about us."""
    return f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('> ')}"
