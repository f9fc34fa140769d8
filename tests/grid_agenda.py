"""The permission grid of the public pages of outreach: the agenda, its calendars, campaigns, partners, promises."""

from typing import Any

from outreach.models import Campaign, Event, Partnership
from tests.grid_rules import Rule, public


def event() -> dict[str, Any]:
    return {"slug": Event.objects.public().order_by("pk").last().slug}


def campaign() -> dict[str, Any]:
    return {"slug": Campaign.objects.published().order_by("pk").last().slug}


def partner() -> dict[str, Any]:
    return {"slug": Partnership.objects.order_by("pk").last().organization.slug}


# The photos and papers of this world have no files: whoever asks is told so, and nobody is asked who they are.
NO_FILE = (404,)

AGENDA: dict[str, Rule] = {
    **{
        f"outreach:{name}": public()
        for name in (
            *("events", "past_events", "calendar", "feed", "atom", "commitments", "campaigns", "partners"),
        )
    },
    "outreach:event": public(event),
    "outreach:event_file": public(event),
    "outreach:campaign": public(campaign),
    "outreach:partner": public(partner),
    "outreach:event_photo_avif": public(lambda: {"name": "tidak-ada"}, NO_FILE),
    "outreach:event_photo_jpg": public(lambda: {"name": "tidak-ada"}, NO_FILE),
    "outreach:event_photo_webp": public(lambda: {"name": "tidak-ada"}, NO_FILE),
    "outreach:event_paper": public(lambda: {"pk": 1}, NO_FILE),
}
