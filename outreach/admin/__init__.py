"""Outreach at the staff desk, sliced by noun."""

from outreach.admin import (
    attendance,
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
    "attendance",
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
