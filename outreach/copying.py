"""An activity once more: one copy for another date, or a series of dates; copies are drafts until published."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.models import Event, Partnership, Series
from outreach.models.deciding import Decision
from portal.shared.history import recorded

# What belongs to one date only and starts anew in a copy.
OWN = frozenset(
    {
        *("id", "slug", "starts_at", "ends_at", "registration_opens_at", "registration_closes_at"),
        *("decision", "decision_reason", "published_at", "taken", "waiting", "sequence", "changed_at"),
        *("report", "nagged_on", "search_title", "search_text"),
    }
)
CHOSEN = ("audiences", "areas", "services")
ROWS = ("agenda", "speakers", "remote_sites", "questions_asked")
MOST_DATES = 52
LONGEST_SLUG = 80


def copy_event(event: Event, starts_at: datetime, *, by: Any, at: datetime | None = None) -> Event:
    """A draft of the same activity at another time: with its run, speakers, sites, questions and partners."""
    at = at or timezone.now()
    with transaction.atomic():
        # Whoever copies the same activity now waits, and then sees what was made.
        source = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        return _copied(source, starts_at, source.series, by, at)


def make_series(
    event: Event, starts: Sequence[datetime], *, by: Any, at: datetime | None = None
) -> list[Event]:
    """A draft for each date, joined with the activity in a series; all of them or none."""
    at = at or timezone.now()
    if not starts:
        raise ValidationError(_("Choose at least one date."), code="no_date")
    if len(starts) > MOST_DATES:
        sentence = ngettext("At most %(n)s date at once.", "At most %(n)s dates at once.", MOST_DATES)
        raise ValidationError(sentence % {"n": MOST_DATES}, code="many")
    with transaction.atomic():
        source = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        series = source.series or _new_series(source, by, at)
        made = [_copied(source, start, series, by, at) for start in starts]
        if source.series_id is None:
            with recorded(source, verb="change", by=by, at=at):
                source.series = series
                source.save(update_fields=["series"])
    return made


def _new_series(event: Event, by: Any, at: datetime) -> Series:
    taken = set(Series.objects.filter(slug__startswith=event.slug[:60]).values_list("slug", flat=True))
    series = Series(title=event.title, slug=_free(event.slug, taken))
    with recorded(series, verb="add", by=by, at=at):
        series.save()
    return series


def _copied(event: Event, starts_at: datetime, series: Series | None, by: Any, at: datetime) -> Event:
    if starts_at <= at:
        raise ValidationError(_("The new date has to lie ahead."), code="past")
    same = Event.objects.filter(title=event.title, unit=event.unit_id, starts_at=starts_at)
    if same.exclude(decision=Decision.CANCELLED).exists():
        day = timezone.localtime(starts_at).strftime("%d-%m-%Y %H.%M")
        raise ValidationError(
            gettext("There is one with this title on %(day)s already.") % {"day": day}, code="twice"
        )
    moved = starts_at - event.starts_at
    copy = Event(
        starts_at=starts_at,
        ends_at=event.ends_at + moved,
        slug=free_slug(event.slug, timezone.localtime(starts_at).date()),
        registration_opens_at=event.registration_opens_at and event.registration_opens_at + moved,
        registration_closes_at=event.registration_closes_at and event.registration_closes_at + moved,
        **{
            field.attname: getattr(event, field.attname)
            for field in Event._meta.concrete_fields
            if field.name not in OWN
        },
    )
    copy.series = series
    with recorded(copy, verb="add", by=by, at=at, reason=gettext("Copy of %(name)s") % {"name": event}):
        copy.save()
        for name in CHOSEN:
            getattr(copy, name).set(getattr(event, name).all())
        for name in ROWS:
            for row in getattr(event, name).all():
                renewed(row, event=copy).save()
    for partnership in event.partnerships.all():
        one: Partnership = renewed(partnership, event=copy, delivered="")
        with recorded(one, verb="add", by=by, at=at):
            one.save()
    return copy


def renewed(row: Any, **changes: Any) -> Any:
    """The same row, not saved yet, with these fields changed."""
    fields: list[models.Field] = [one for one in row._meta.concrete_fields if not one.primary_key]
    new = type(row)(**{field.attname: getattr(row, field.attname) for field in fields})
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def free_slug(slug: str, day: date) -> str:
    """The address word of a copy: that of the first, with its own day."""
    base = slug.removesuffix(slug[-11:]) if is_dated(slug) else slug
    stem = f"{base[: LONGEST_SLUG - 14].rstrip('-')}-{day.isoformat()}"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return _free(stem, taken)


def is_dated(slug: str) -> bool:
    """Whether it ends with a day, as copies do."""
    try:
        date.fromisoformat(slug[-10:])
    except ValueError:
        return False
    return slug[-11:-10] == "-"


def _free(slug: str, taken: set[str]) -> str:
    number, free = 1, slug[:LONGEST_SLUG]
    while free in taken:
        number += 1
        free = f"{slug[: LONGEST_SLUG - 4]}-{number}"
    return free


def next_beginning(event: Event, at: datetime) -> datetime:
    """When a copy would begin by itself: the same weekday and hour, the first that lies ahead and is another day."""
    weeks = max(1, (at - event.starts_at) // timedelta(weeks=1) + 1)
    day = timezone.localdate(event.starts_at) + timedelta(weeks=weeks)
    return at_the_hour_of(event.starts_at, day)


# Dates of a series ---------------------------------------------------------------------------------------


def following(first: datetime, rhythm: str, count: int) -> list[datetime]:
    """The next dates after the first at the same hour: "week", "fortnight", or "month" on the same weekday."""
    local = timezone.localtime(first)
    days = []
    for number in range(1, count + 1):
        if rhythm == "month":
            days.append(same_weekday(local.date(), number))
        else:
            days.append(local.date() + timedelta(weeks=number * (2 if rhythm == "fortnight" else 1)))
    return [at_the_hour_of(first, day) for day in days]


def at_the_hour_of(moment: datetime, day: date) -> datetime:
    local = timezone.localtime(moment)
    return timezone.make_aware(datetime.combine(day, local.time().replace(tzinfo=None)))


def same_weekday(day: date, months: int) -> date:
    """The second Saturday stays the second Saturday; the fifth becomes the last where there are but four."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    found = first + timedelta(days=(day.weekday() - first.weekday()) % 7, weeks=(day.day - 1) // 7)
    return found if found.month == first.month else found - timedelta(weeks=1)
