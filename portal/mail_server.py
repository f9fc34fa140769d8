"""Reads which mail server the portal hands its mail to from one address, ``EMAIL_URL``."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from portal import environment, safety

CURE = (
    "Write smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465, "
    "or smtp://localhost:25?tls=no for a server on this machine."
)
PORTS = {"smtp": 587, "smtps": 465}


def settings_of(url: str) -> dict[str, Any]:
    """Django's EMAIL settings; a fault, and none of them, when the address cannot be used."""
    problem = ""
    settings: dict[str, Any] = {}
    try:
        parts = urlsplit(url)
        plain = parse_qs(parts.query).get("tls", ["yes"])[-1].lower() in environment.FALSE
        if parts.scheme not in PORTS or not parts.hostname:
            problem = "It names no mail server."
        elif plain and not safety.is_local(parts.hostname):
            problem = "It would send mail and password unencrypted to another machine."
        else:
            settings = {
                "EMAIL_HOST": parts.hostname,
                "EMAIL_PORT": parts.port or PORTS[parts.scheme],
                "EMAIL_HOST_USER": unquote(parts.username or ""),
                "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
                "EMAIL_USE_SSL": parts.scheme == "smtps",
                "EMAIL_USE_TLS": parts.scheme == "smtp" and not plain,
            }
    except ValueError:
        problem = "It is no address of a mail server."
    if problem:
        # Never the address itself: it holds the password.
        environment.fault("EMAIL_URL", problem, CURE)
    return settings
