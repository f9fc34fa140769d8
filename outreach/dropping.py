"""Taking copies of a print run to places and back; the run knows at every moment how many are left."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from outreach.linking import link_for
from outreach.models.campaign import Campaign
from outreach.models.printing import Drop, PrintRun
from outreach.models.short_link import LinkCount
from portal.shared.history import recorded


def plan_drop(run: PrintRun, place_words: str, amount: int, *, by: Any = None, **facts: Any) -> Drop:
    """Sets copies aside for a place and makes the short link its copies carry."""
    drop = Drop(run=run, place_words=place_words, amount=amount, **facts)
    with recorded(run, verb="plan_drop", by=by, is_public=False):
        drop.full_clean(exclude=["link"])
        drop.save()
        settle(run, by=by)
    drop.refresh_from_db()
    return drop


def put_out(drop: Drop, *, on: date, who: str = "", by: Any = None) -> None:
    """Says that the copies were taken there; saying it again changes only the day and who."""
    with recorded(drop.run, verb="put_out", by=by, is_public=False):
        drop.refresh_from_db()
        drop.dropped_on, drop.who = on, who or drop.who
        drop.full_clean(exclude=["link"])
        drop.save()


def bring_back(drop: Drop, amount: int, *, on: date, by: Any = None) -> None:
    """Says how many of them were left over in all; they may go to another place."""
    with recorded(drop.run, verb="bring_back", by=by, is_public=False):
        drop.refresh_from_db()
        drop.returned, drop.returned_on = amount, on if amount else None
        drop.full_clean(exclude=["link"])
        drop.save()
        settle(drop.run, by=by)


def settle(run: PrintRun, *, by: Any = None) -> None:
    """Counts again what the places have, refuses more than was printed, and gives new places their short links.

    Called inside the transaction that changed the drops and holds the run locked.
    """
    given = run.drops.aggregate(given=Sum(F("amount") - F("returned")))["given"] or 0
    current = PrintRun.objects.select_related(
        "material__event", "material__service", "material__campaign"
    ).get(pk=run.pk)
    if given > current.amount:
        raise ValidationError(
            _("%(amount)d copies were printed; that is fewer than the places would get.")
            % {"amount": current.amount},
            code="too_many",
        )
    PrintRun.objects.filter(pk=run.pk).update(given=given)
    run.given = given
    material = current.material
    for drop in run.drops.filter(link=None):
        drop.link = link_for(
            material.subject,
            material.channel,
            f"{material}, {drop.place_words}"[:140] + f" #{drop.pk}",
            material.campaign,
            by=by,
        )
        drop.save(update_fields=["link"])


def printed_totals(campaign: Campaign, *, on: date | None = None) -> dict[str, int]:
    """Of a campaign: copies printed, taken to places, left with people, brought back, and visits by their links."""
    drops = Drop.objects.of_campaign(campaign).out(on)
    runs = PrintRun.objects.filter(material__campaign=campaign)
    taken = drops.aggregate(taken=Sum("amount"), returned=Sum("returned"))
    visits = LinkCount.objects.filter(link__drop__run__material__campaign=campaign)
    return {
        "printed": runs.aggregate(total=Sum("amount"))["total"] or 0,
        "taken": taken["taken"] or 0,
        "returned": taken["returned"] or 0,
        "stayed": (taken["taken"] or 0) - (taken["returned"] or 0),
        "visits": visits.aggregate(total=Sum("count"))["total"] or 0,
    }
