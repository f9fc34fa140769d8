"""After an event somebody has to write down what was said and promised: its unit is reminded, kindly and not for ever.

Three days after the end, then weekly, four times in all; and each week of promises whose day has passed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks import task

from outreach.models import Commitment, Event, Minutes
from outreach.models.deciding import Decision
from outreach.models.event import EventQuerySet
from portal.shared.templatetags.indonesia import long_date
from portal.shared.work.mail import queue_mail
from services.facets import profile
from services.models import Membership, Organization

FIRST: Final = timedelta(days=3)
AGAIN: Final = timedelta(days=7)
LAST: Final = timedelta(days=31)
SHOWN: Final = 30
# Where people talk with the office, so that something can have been promised.
TALKS: Final = frozenset(Event.Kind.values) - {
    Event.Kind.MOBILE_SERVICE,
    Event.Kind.CONTEST,
    Event.Kind.FRIDAY_ROUND,
}


@task()
def remind() -> None:
    """Queued once a day."""
    remind_units(timezone.now())


def without_minutes(at: datetime) -> EventQuerySet:
    """Events that are over and of which neither minutes nor promises can be read yet; for lists and reminders alike."""
    minutes = Minutes.objects.filter(event=OuterRef("pk"), published_at__isnull=False)
    promises = Commitment.objects.filter(event=OuterRef("pk"), published_at__isnull=False)
    settled = Exists(minutes.filter(has_no_promises=True)) | (Exists(minutes) & Exists(promises))
    took_place = Event.objects.filter(
        decision__in=(Decision.PUBLISHED, Decision.HELD), kind__in=TALKS, ends_at__lte=at
    )
    return took_place.exclude(settled)


def remind_units(at: datetime) -> int:
    """Queues one letter for each person and day; how many people are written to."""
    today = timezone.localtime(at).date()
    late = Q(nagged_on__isnull=True) | Q(nagged_on__lte=today - AGAIN)
    due = without_minutes(at).filter(late, ends_at__lte=at - FIRST, ends_at__gt=at - LAST)
    events = list(due.select_related("unit").order_by("ends_at", "pk"))
    promises: list[Commitment] = []
    if today.weekday() == 0:
        promises = list(Commitment.objects.overdue(today).select_related("unit").order_by("by_when", "pk"))
    if not events and not promises:
        return 0
    with transaction.atomic():
        told = letters_for(events, promises)
        for person, (own_events, own_promises) in told.items():
            write(person, own_events, own_promises, today)
        Event.objects.filter(pk__in=[event.pk for event in events]).update(nagged_on=today)
    return len(told)


def letters_for(
    events: Iterable[Event], promises: Iterable[Commitment]
) -> dict[User, tuple[list[Event], list[Commitment]]]:
    """For each person what concerns them: members of the unit, or of the nearest one above that has any."""
    people = {user.pk: user for user in User.objects.filter(is_active=True, is_staff=True).exclude(email="")}
    members: dict[int, list[int]] = defaultdict(list)
    for user, unit in Membership.objects.filter(user__in=people).values_list("user", "organization"):
        members[unit].append(user)
    parents = dict(Organization.objects.order_by().values_list("pk", "parent"))
    told: dict[User, tuple[list[Event], list[Commitment]]] = defaultdict(lambda: ([], []))
    for event in events:
        for user in nearest(members, parents, event.unit_id):
            told[people[user]][0].append(event)
    for promise in promises:
        for user in nearest(members, parents, promise.unit_id):
            told[people[user]][1].append(promise)
    return told


def nearest(members: dict[int, list[int]], parents: dict[int, int | None], unit: int | None) -> list[int]:
    seen: set[int] = set()
    while unit is not None and unit not in seen:
        if members.get(unit):
            return members[unit]
        seen.add(unit)
        unit = parents.get(unit)
    return []


def write(person: User, events: list[Event], promises: list[Commitment], today: date) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        portal: Any = profile()
        name = portal.name if portal else "Balai Warga"
        parts = []
        if events:
            lines = [f"- {event.title}, {long_date(event.starts_at)}" for event in events[:SHOWN]]
            heading = gettext("Residents wait for the minutes and promises of these activities:")
            parts.append("\n".join([heading, *lines]))
        if promises:
            lines = [
                gettext("- %(what)s (promised by %(date)s)")
                % {"what": one.what, "date": long_date(one.by_when)}
                for one in promises[:SHOWN]
            ]
            parts.append("\n".join([gettext("The day of these promises has passed:"), *lines]))
        parts.append(
            gettext("Open the desk: %(address)s") % {"address": settings.SITE_URL + reverse("admin:index")}
        )
        queue_mail(
            to=person.email,
            subject=gettext("What was promised to residents – %(name)s") % {"name": name},
            body="\n\n".join([*parts, name]),
            key=f"outreach-nag:{person.pk}:{today:%Y-%m-%d}",
        )
