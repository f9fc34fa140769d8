"""Outreach at the staff desk, sliced by noun."""

from outreach.admin import campaign, commitment, consultation, event, minutes, partnership, post

__all__ = ["campaign", "commitment", "consultation", "event", "minutes", "partnership", "post"]
