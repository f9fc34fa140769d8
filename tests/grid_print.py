"""The permission grid of print, short links and shared pictures."""

from typing import Any

from django.apps import apps

from portal.accounts.roles import CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from tests.grid_rules import SIX, SUPERUSER, Fill, Rule, desk, noun, public, row_of

PLANNING = frozenset({UNIT_OFFICER, COORDINATOR})
HANDING_OUT = PLANNING | {CLERK, FIELD_OFFICER}
NEVER = ("add", "change", "delete")


def slug_of(label: str, **more: Any) -> Fill:
    """The newest published row of a noun; for a noun without rows an address that leads nowhere."""

    def fill() -> dict[str, Any]:
        rows = apps.get_model(label)._default_manager.exclude(published_at=None)
        newest = rows.order_by("pk").last()
        return {"slug": newest.slug if newest else "belum-ada", **more}

    return fill


def pressed(label: str, verb: str, who: frozenset[str]) -> dict[str, Rule]:
    fill, may = row_of(label), who | {SUPERUSER}
    name = f"admin:{label.replace('.', '_').lower()}_verb"
    return {name: Rule(may, may, lambda: {**fill(), "verb": verb})}


# Drawn only for its present mark; any other is not found, for everyone.
OLD = {"shape": "persegi", "fingerprint": "lama"}

PRINTING: dict[str, Rule] = {
    **{
        f"outreach:{kind}_{form}": public(slug_of(f"outreach.{kind}"), answers=(200, 404))
        for kind in ("event", "campaign")
        for form in ("flyer", "poster")
    },
    "outreach:event_picture": public(slug_of("outreach.Event", **OLD), answers=(404,)),
    "outreach:campaign_picture": public(slug_of("outreach.Campaign", **OLD), answers=(404,)),
    **noun("outreach.Material", add=PLANNING, change=PLANNING, delete={COORDINATOR}),
    **noun("outreach.PrintRun", add=HANDING_OUT, change=HANDING_OUT, delete={COORDINATOR}),
    **noun("outreach.Drop", never=NEVER),
    **pressed("outreach.Drop", "put_out", HANDING_OUT),
    **noun("outreach.ShortLink", add=PLANNING, change=PLANNING, never=("delete",)),
    **pressed("outreach.ShortLink", "switch_off", PLANNING),
    # The sheet to print: whoever sees the row, and it changes nothing.
    **{
        f"admin:outreach_{kind}_pdf": desk(SIX, fill=row_of(f"outreach.{kind}"), refusals=(302, 403, 405))
        for kind in ("material", "drop")
    },
}
