"""Where and when a service can be reached: every counter and channel with its own hours."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.shared.memo import per_content_version
from services.facets import profile
from services.models import Channel, ClosedDay, Location, OpeningHours, Service, ServiceAtLocation
from services.models.opening_hours import closed_names
from services.opening import Closure, Interval, OpeningStatus, WeekLine, describe, status, week


@dataclass(frozen=True)
class Point:
    """One way to a service: a counter or a channel, with what it says about being open now."""

    counter: ServiceAtLocation | None
    channel: Channel | None
    status: OpeningStatus
    sentence: str
    week: list[WeekLine]
    hours: list[Interval]

    @property
    def name(self) -> str:
        return str(self.counter or self.channel)


def points_of(service: Service, at: datetime) -> list[Point]:
    """Counters first, then channels; reads the hours of all of them in one query."""
    hours = list(OpeningHours.objects.of_service(service.pk))
    closed = closed_days()
    points = []
    for counter in service.counters.all():
        own = [row for row in hours if row.service_at_location_id == counter.pk]
        rows = own or [row for row in hours if row.location_id == counter.location_id]
        points.append(point(service, rows, closed, at, counter=counter))
    for channel in service.channels.all():
        rows = [row for row in hours if row.channel_id == channel.pk]
        points.append(point(service, rows, closed, at, channel=channel))
    return points


def point(
    service: Service,
    rows: list[OpeningHours],
    closed: list[ClosedDay],
    at: datetime,
    *,
    counter: ServiceAtLocation | None = None,
    channel: Channel | None = None,
) -> Point:
    zone = timezone.get_current_timezone()
    intervals = [row.interval for row in rows]
    names = closed_names(closed, counter.location_id if counter else None)
    result = status(intervals, at, names, zone, closure_of(service))
    today = timezone.localtime(at).date()
    return Point(counter, channel, result, describe(result, at), week(intervals, today), intervals)


def closure_of(service: Service) -> Closure | None:
    if service.closed_from is None:
        return None
    return Closure(since=service.closed_from, until=service.closed_until, reason=service.closed_reason)


@dataclass(frozen=True)
class Opening:
    """What one place says about being open now, and its week."""

    status: OpeningStatus
    sentence: str
    week: list[WeekLine]
    hours: list[Interval]


def opening_of(
    hours: list[OpeningHours], closed: list[ClosedDay], at: datetime, location: Location
) -> Opening:
    intervals = [row.interval for row in hours]
    result = status(intervals, at, closed_names(closed, location.pk), timezone.get_current_timezone())
    today = timezone.localtime(at).date()
    return Opening(result, describe(result, at), week(intervals, today), intervals)


def opening_of_place(location: Location, at: datetime) -> Opening:
    return opening_of(list(location.hours.all()), closed_days(), at, location)


@per_content_version
def closed_days() -> list[ClosedDay]:
    """Every closed day on record: a few dozen rows that almost every page asks about."""
    return list(ClosedDay.objects.all())


@per_content_version
def office_hours() -> list[OpeningHours]:
    portal = profile()
    return list(OpeningHours.objects.filter(location=portal.office_id)) if portal and portal.office_id else []


def office_opening(at: datetime) -> Opening | None:
    """What the main office says about being open now; None when the portal names no office."""
    portal = profile()
    if portal is None or portal.office is None:
        return None
    return opening_of(office_hours(), closed_days(), at, portal.office)
