"""What was done about a service, on which days, and the days before and after that it is compared by.

An activity is about the services it names itself, and where it names none, about those of its campaign. Only what took
place and has a page counts; rounds of home visits count from their first day to their last.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from outreach.models import Campaign, Event, Round
from outreach.models.deciding import Decision
from services.models import Service

# As many days before the first activity as after the last.
WINDOW: Final = 90
# A comparison of fewer days than that says nothing.
SHORTEST: Final = 28


@dataclass(frozen=True)
class Activity:
    """Something done about a service; `title` and `address` word are those of its page, empty where it has none."""

    kind: str  # event, visits
    title: str
    first: date
    last: date
    address: str = ""

    def as_words(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "title": self.title,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "address": self.address,
        }


@dataclass(frozen=True)
class Windows:
    """As many days before the first activity as after the last, which lie between them and count for neither."""

    before: tuple[date, date]
    after: tuple[date, date]

    @property
    def days(self) -> int:
        """In each of the two; less than wanted where the time after is not over yet, 0 where it has not begun."""
        return (self.after[1] - self.after[0]).days + 1

    @property
    def is_long_enough(self) -> bool:
        return self.days >= SHORTEST

    def is_before(self, day: date) -> bool:
        return self.before[0] <= day <= self.before[1]

    def is_after(self, day: date) -> bool:
        return self.after[0] <= day <= self.after[1]

    def holds(self, day: date) -> bool:
        return self.is_before(day) or self.is_after(day)

    def as_words(self) -> dict[str, Any]:
        return {
            "before": [day.isoformat() for day in self.before],
            "after": [day.isoformat() for day in self.after],
            "days": self.days,
        }


def windows_around(activities: Iterable[Activity], at: datetime, window_days: int = WINDOW) -> Windows | None:
    """Equal windows before the first and after the last; today is not over and counts for neither."""
    done = list(activities)
    if not done:
        return None
    first, last = min(one.first for one in done), max(one.last for one in done)
    yesterday = timezone.localtime(at).date() - timedelta(days=1)
    days = max(0, min(window_days, (yesterday - last).days))
    day = timedelta(days=1)
    return Windows((first - days * day, first - day), (last + day, last + days * day))


def last_run(activities: Iterable[Activity], at: datetime, window_days: int = WINDOW) -> list[Activity]:
    """The newest activities after which enough days have passed, with those before them that followed close on.

    Two that lie nearer to each other than a window belong together: between them there is no time without one.
    """
    today = timezone.localtime(at).date()
    run: list[Activity] = []
    for one in sorted(activities, key=lambda activity: (activity.last, activity.first), reverse=True):
        if not run:
            run = [one]
        elif (min(part.first for part in run) - one.last).days <= window_days:
            run.append(one)
        elif (today - max(part.last for part in run)).days <= SHORTEST:
            run = [one]
        else:
            break
    return run[::-1]


# Reading --------------------------------------------------------------------------------------------------


def events_done(at: datetime) -> Any:
    """Activities that have a page and are over, not those that were called off."""
    called_off = (Decision.CANCELLED, Decision.POSTPONED)
    return Event.objects.public().exclude(decision__in=called_off).filter(ends_at__lte=at)


def about_service(service: Service) -> Q:
    """Of events: those that name it, and those that name none of a campaign that does."""
    return Q(services=service) | Q(services=None, campaign__services=service)


def activities_about(service: Service, at: datetime) -> list[Activity]:
    """Everything done about a service until then, the earliest first."""
    rounds = Round.objects.filter(Q(topics__service=service) | no_topic(Q(campaign__services=service)))
    return listed(events_done(at).filter(about_service(service)), rounds, at)


def activities_of(campaign: Campaign, at: datetime) -> list[Activity]:
    """Everything done in a campaign until then, the earliest first."""
    return listed(events_done(at).filter(campaign=campaign), Round.objects.filter(campaign=campaign), at)


def no_topic(condition: Q) -> Q:
    return condition & ~Q(topics__service__isnull=False)


def listed(events: Any, rounds: Any, at: datetime) -> list[Activity]:
    today = timezone.localtime(at).date()
    found = [
        Activity("event", title, local(starts_at), local(ends_at), slug)
        for title, starts_at, ends_at, slug in events.order_by()
        .values_list("title", "starts_at", "ends_at", "slug")
        .distinct()
    ]
    # How staff call a round among themselves is not for everybody.
    walked = rounds.filter(ends_on__lt=today).order_by().values_list("pk", "starts_on", "ends_on")
    found += [Activity("visits", "", first, last) for _pk, first, last in walked.distinct()]
    return sorted(found, key=lambda one: (one.first, one.last, one.title))


def local(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def addressed_between(first: date, last: date) -> frozenset[int]:
    """The keys of services about which anything was done in these days; they are no comparison for others."""
    called_off = (Decision.CANCELLED, Decision.POSTPONED)
    events = Event.objects.public().exclude(decision__in=called_off)
    rounds = Round.objects.filter(starts_on__lte=last, ends_on__gte=first)
    zone = timezone.get_current_timezone()
    events = events.filter(
        starts_at__lt=datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone),
        ends_at__gte=datetime.combine(first, datetime.min.time(), tzinfo=zone),
    )
    campaigns = Campaign.objects.filter(Q(events__in=events) | Q(rounds__in=rounds))
    keys: Collection[Any] = (
        Service.objects.filter(
            Q(pk__in=Event.services.through.objects.filter(event__in=events).values("service"))
            | Q(pk__in=Campaign.services.through.objects.filter(campaign__in=campaigns).values("service"))
            | Q(pk__in=Round.objects.filter(pk__in=rounds).values("topics__service"))
        )
        .order_by()
        .values_list("pk", flat=True)
    )
    return frozenset(keys)
