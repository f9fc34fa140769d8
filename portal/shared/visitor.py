"""Who is on the other end of the line, as far as our own proxies can be believed."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's network address; empty when nobody tells, as behind a Unix socket.

    Each of our ``TRUSTED_PROXIES`` adds one entry at the right of X-Forwarded-For, so the visitor is that many
    from the right; whatever stands further left was written by the visitor and proves nothing.
    """
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))
