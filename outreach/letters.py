"""Mail to those who registered, through the background queue; each occasion once, never with a receipt code.

Whoever left only a WhatsApp number is written to by a clerk: the desk lists them with the same text.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outreach.models.event import Event
    from outreach.models.registration import Registration


def tell_registered(registration: "Registration", at: datetime) -> None:
    """A place is kept, or they stand on the waiting list."""


def tell_promoted(registration: "Registration", at: datetime) -> None:
    """They move up from the waiting list: a place is theirs now."""


def tell_called_off(event: "Event", at: datetime) -> None:
    """Cancelled or postponed, with the reason; to everybody registered or waiting."""


def tell_rescheduled(event: "Event", was_at: datetime, reason: str, at: datetime) -> None:
    """It takes place at another time; to everybody registered or waiting."""
