"""The staff's desk for the catalogue: every noun can be found, corrected and confirmed here."""

from services.admin import (
    area,
    calendar,
    category,
    history,
    organization,
    place,
    profile,
    public_work,
    service,
)

__all__ = [
    "area",
    "calendar",
    "category",
    "history",
    "organization",
    "place",
    "profile",
    "public_work",
    "service",
]
