"""The staff's desk for the catalogue: every noun can be found, corrected and confirmed here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.admin import (
    area,
    calendar,
    category,
    history,
    news,
    organization,
    place,
    profile,
    public_work,
    service,
)

admin.site.index_title = _("My work today")

__all__ = [
    "area",
    "calendar",
    "category",
    "history",
    "news",
    "organization",
    "place",
    "profile",
    "public_work",
    "service",
]
