"""One request to a push service; loaded by the worker alone (see `POST` in telling.py)."""

from datetime import timedelta
from typing import Final

import requests
from django.conf import settings
from pywebpush import WebPushException, webpush

from portal.shared.push import keys
from portal.shared.push.listening import is_of_a_push_service

PATIENCE: Final = 20
# Of several calls to a phone that is away the newest is enough; both words are the same for everybody.
HEADERS: Final = {"Topic": "kabar", "Urgency": "normal"}


def post(endpoint: str, worth: timedelta) -> tuple[int, timedelta]:
    """The status of the answer, 0 without one, and how long the service asks us to wait."""
    # Asked again: the row may come from a backup, and the list may have become shorter.
    if not is_of_a_push_service(endpoint):
        return 410, timedelta(0)
    with requests.Session() as session:
        # Nobody sends us on to an address of our own network.
        session.max_redirects = 0
        try:
            answer = webpush(
                {"endpoint": endpoint},
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": keys.contact()},
                ttl=int(worth.total_seconds()),
                timeout=PATIENCE,
                headers=dict(HEADERS),
                requests_session=session,
            )
        except WebPushException as refusal:
            return refusal.status_code or 0, seconds(refusal.retry_after)
        except requests.RequestException:
            # Not told further: its words name the address.
            return 0, timedelta(0)
    return answer.status_code, timedelta(0)


def seconds(told: str | None) -> timedelta:
    """A number of seconds; a date is not worth the reading."""
    return timedelta(seconds=int(told)) if told and told.isdecimal() and len(told) < 7 else timedelta(0)
