"""Outreach at the staff desk, sliced by noun."""

from outreach.admin import (
    campaign,
    commitment,
    consultation,
    drop,
    event,
    invitation,
    minutes,
    partnership,
    post,
    printing,
    short_link,
)

__all__ = [
    "campaign",
    "commitment",
    "consultation",
    "drop",
    "event",
    "invitation",
    "minutes",
    "partnership",
    "post",
    "printing",
    "short_link",
]
