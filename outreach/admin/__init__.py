"""Outreach at the staff desk, sliced by noun."""

from outreach.admin import (
    attendance,
    campaign,
    commitment,
    consultation,
    drop,
    event,
    history,
    home_visit,
    invitation,
    minutes,
    partnership,
    post,
    printing,
    registration,
    short_link,
    visit_round,
)

__all__ = [
    "attendance",
    "campaign",
    "commitment",
    "consultation",
    "drop",
    "event",
    "history",
    "home_visit",
    "invitation",
    "minutes",
    "partnership",
    "post",
    "printing",
    "registration",
    "short_link",
    "visit_round",
]
