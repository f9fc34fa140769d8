"""Outreach at the staff desk, sliced by noun."""

from outreach.admin import campaign, commitment, event, minutes, partnership

__all__ = ["campaign", "commitment", "event", "minutes", "partnership"]
