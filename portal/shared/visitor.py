"""Who is on the other end of the line, as far as our own proxies can be believed."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# An address as proxies write it: bare, with a port, or IPv6 in brackets with or without one.
WRITTEN = re.compile(r"\[(?P<six>[^\]]*)\](?::\d{1,5})?|(?P<four>[\d.]+):\d{1,5}|(?P<bare>.*)")


def client_address(request: HttpRequest) -> str:
    """The visitor's network address; empty when nobody tells, as behind a Unix socket.

    Each of our ``TRUSTED_PROXIES`` adds one entry at the right of X-Forwarded-For, so the visitor is that many
    from the right; whatever stands further left was written by the visitor and proves nothing. Fewer entries
    than proxies, or one that is no address: somebody came another way, and only the connection itself counts.
    """
    direct = readable(str(request.META.get("REMOTE_ADDR", "")))
    proxies: int = settings.TRUSTED_PROXIES
    if not proxies:
        return direct
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", proxies)[-proxies:]
    return (readable(hops[0]) or direct) if len(hops) == proxies else direct


def readable(written: str) -> str:
    """The one spelling of an address, without port and zone; empty when it is none."""
    match = WRITTEN.fullmatch(written.strip())
    if match is None:
        return ""
    try:
        [bare] = [part for part in match.groups() if part is not None]
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def network_of(address: str) -> str:
    """The address; of IPv6 the network only, because one line has more addresses than anyone can count."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
