"""The notice board as every page needs it: read once for each version of the content, asked for a moment.

Whether there is anything on it is part of the one question every page asks anyway (`facets.profile`), so a portal
without news asks nothing more.
"""

from datetime import datetime

from django.utils import timezone

from portal.shared.memo import per_content_version
from services.facets import profile
from services.models import Location, News, Service
from services.models.news import MOST_URGENT_FIRST

# An office with more notices at once has stopped telling anybody anything; the page of news lists them all.
MOST = 200
MOST_BESIDE = 3
MOST_AT_HOME = 2


@per_content_version
def board() -> tuple[News, ...]:
    """Published news that was not over when it was read, what will begin included: emergencies, then the newest."""
    unfinished = News.objects.unfinished(timezone.now()).select_related("location", "service")
    return tuple(unfinished.order_by(*MOST_URGENT_FIRST)[:MOST])


def notices_at(at: datetime) -> list[News]:
    """What is shown at a moment: emergencies, then the newest."""
    return [one for one in coming_notices() if one.is_current(at)]


def emergencies_at(at: datetime) -> list[News]:
    return [one for one in notices_at(at) if one.is_emergency]


def newest_notices(at: datetime) -> list[News]:
    """For the home page."""
    return [one for one in notices_at(at) if not one.is_emergency][:MOST_AT_HOME]


def notices_about(noun: Service | Location, at: datetime) -> list[News]:
    """What is shown about a service or a place, the emergencies that stand above every page left out."""
    of_noun = "service_id" if isinstance(noun, Service) else "location_id"
    told = (one for one in notices_at(at) if not one.is_emergency and getattr(one, of_noun) == noun.pk)
    return list(told)[:MOST_BESIDE]


def changes_after(at: datetime) -> datetime | None:
    """When the board next shows something else, by time alone."""
    moments = (moment for one in coming_notices() for moment in (one.shown_from, one.shown_until))
    return min((moment for moment in moments if moment is not None and moment > at), default=None)


def coming_notices() -> tuple[News, ...]:
    return board() if getattr(profile(), "has_notices", False) else ()
