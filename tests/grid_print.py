"""The permission grid of print, short links and shared pictures."""

from typing import Any

from django.apps import apps

from tests.grid_rules import Fill, Rule, public


def slug_of(label: str, **more: Any) -> Fill:
    """The newest published row of a noun; for a noun without rows an address that leads nowhere."""

    def fill() -> dict[str, Any]:
        rows = apps.get_model(label)._default_manager.exclude(published_at=None)
        newest = rows.order_by("pk").last()
        return {"slug": newest.slug if newest else "belum-ada", **more}

    return fill


# Drawn only for its present mark; any other is not found, for everyone.
OLD = {"shape": "persegi", "fingerprint": "lama"}

PRINTING: dict[str, Rule] = {
    **{
        f"outreach:{noun}_{form}": public(slug_of(f"outreach.{noun}"), answers=(200, 404))
        for noun in ("event", "campaign")
        for form in ("flyer", "poster")
    },
    "outreach:event_picture": public(slug_of("outreach.Event", **OLD), answers=(404,)),
    "outreach:campaign_picture": public(slug_of("outreach.Campaign", **OLD), answers=(404,)),
}
