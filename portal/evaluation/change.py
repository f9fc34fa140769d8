"""Did the numbers of a service change when something was done about it: before and after, beside other services.

A document for one service (`change_of`), and one for all services of a campaign (`changes_of`). What the words
“rose” and “fell” mean is in `comparing`; nothing here says that one thing came from the other.
"""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone

from outreach.models import AfterUse, Campaign
from portal.evaluation.activities import (
    WINDOW,
    Activity,
    Windows,
    about_service,
    activities_about,
    activities_of,
    addressed_between,
    events_done,
    last_run,
    windows_around,
)
from portal.evaluation.comparing import FEWEST, MEASURES, TOO_FEW, Comparison, compared
from portal.evaluation.documents import Document, Figure, Number, Row, Table
from portal.evaluation.observing import four_of, observed
from services.models import Service

COLUMNS: Final = (
    *("before", "after", "others_before", "others_after"),
    *("difference", "low", "high"),
    *("n_before", "n_after", "n_others_before", "n_others_after"),
)
SIZES: Final = COLUMNS[-4:]
MOST_CAMPAIGNS: Final = 3
# Why nothing can be said of anything.
NO_ACTIVITY, TOO_EARLY = "no_activity", "too_early"
# Nobody counts how often a service is used; said wherever changes are shown.
NOT_MEASURED: Final = "not_measured"


def change_of(
    service: Service,
    at: datetime,
    window_days: int = WINDOW,
    activities: Iterable[Activity] | None = None,
) -> Document:
    """The five measures around the newest activities about a service, or around the given ones."""
    run = newest_about(service, at, window_days) if activities is None else list(activities)
    windows = windows_around(run, at, window_days)
    found = comparisons([service], windows, at).get(service.pk, {})
    words: dict[str, Any] = {
        f"verdict:{measure.key}": found[measure.key].verdict if found else TOO_FEW for measure in MEASURES
    }
    words |= {"activities": [one.as_words() for one in run], "fewest": FEWEST, "use": NOT_MEASURED}
    if windows is not None:
        words["windows"] = windows.as_words()
    words["reason"] = reason_for(windows)
    rows = tuple(row_of(measure.key, found[measure.key]) for measure in MEASURES) if found else ()
    table = Table("change", "measure", COLUMNS, rows, counts=SIZES, is_partition=False)
    document = Document(f"service:{service.slug}", "", at.isoformat(), {}, {"change": table}, words)
    return document.with_parts(later_use(service, at))


def newest_about(service: Service, at: datetime, window_days: int = WINDOW) -> list[Activity]:
    """The activities worth comparing by: those of the newest campaign about it after which a whole window has passed.

    Without such a campaign, its newest activities with those that lie close before them.
    """
    begun = Campaign.objects.published().filter(services=service, starts_on__lte=timezone.localdate(at))
    for campaign in begun.order_by("-ends_on", "-pk")[:MOST_CAMPAIGNS]:
        run = activities_of(campaign, at)
        windows = windows_around(run, at, window_days)
        if windows is not None and windows.days == window_days:
            return run
    return last_run(activities_about(service, at), at, window_days)


def changes_of(campaign: Campaign, at: datetime, window_days: int = WINDOW) -> Document:
    """The same for every service of a campaign, around all its activities; a row for each service and measure."""
    run = activities_of(campaign, at)
    windows = windows_around(run, at, window_days)
    services = services_of(campaign, at)
    found = comparisons(services, windows, at)
    rows, words = [], {}
    for service in services:
        for measure in MEASURES:
            one = found.get(service.pk, {}).get(measure.key)
            words[f"verdict:{measure.key}:{service.slug}"] = one.verdict if one else TOO_FEW
            if one:
                rows.append(row_of(f"{service.slug}:{measure.key}", one))
    table = Table("changes", "service_measure", COLUMNS, tuple(rows), counts=SIZES, is_partition=False)
    more = {
        "changed_services": [service.slug for service in services],
        "change_activities": [one.as_words() for one in run],
        "change_windows": windows.as_words() if windows else None,
        "change_reason": reason_for(windows),
        "change_fewest": FEWEST,
        "use": NOT_MEASURED,
    }
    return Document(f"campaign:{campaign.slug}", "", at.isoformat(), {}, {"changes": table}, words | more)


def comparisons(
    services: list[Service], windows: Windows | None, at: datetime
) -> dict[int, dict[str, Comparison]]:
    """Every measure of every service; nothing as long as too few days have passed."""
    if not services or windows is None or not windows.is_long_enough:
        return {}
    addressed = addressed_between(windows.before[0], windows.after[1])
    found = observed(services, windows, addressed, at)
    return {
        service.pk: {
            measure.key: compared(measure, four_of(found, measure, service.pk)) for measure in MEASURES
        }
        for service in services
    }


def services_of(campaign: Campaign, at: datetime) -> list[Service]:
    """The published services a campaign or any of its activities names."""
    events = events_done(at).filter(campaign=campaign)
    about = Q(campaigns=campaign) | Q(events__in=events)
    keys = Service.objects.filter(about).order_by().values("pk")
    return list(Service.objects.published().filter(pk__in=keys).order_by("sort_key", "pk"))


def row_of(key: str, one: Comparison) -> Row:
    return Row(key, (*one.values, one.change, one.low, one.high, *one.sizes))


def reason_for(windows: Windows | None) -> str:
    """Why nothing can be said at all, in a word; empty where something can."""
    if windows is None:
        return NO_ACTIVITY
    return "" if windows.is_long_enough else TOO_EARLY


def later_use(service: Service, at: datetime) -> Document:
    """What people said one to three months later: used it, of those who answered and had need of it."""
    events = events_done(at).filter(about_service(service)).order_by().values("pk")
    counts = AfterUse.objects.filter(event__in=events).aggregate(
        used=Count("pk", filter=Q(answer=AfterUse.Answer.USED)),
        asked=Count("pk", filter=~Q(answer=AfterUse.Answer.NO_NEED)),
    )
    used, asked = counts["used"], counts["asked"]
    share: Number | None = Fraction(100 * used, asked) if asked >= FEWEST else None
    figures = {}
    if asked:
        figures["later_used"] = Figure("later_used", share, "percent", used, asked, "later_needed")
    return Document(f"service:{service.slug}", "", at.isoformat(), figures)
