"""What became public between two moments, as letters tell it: news, activities, answers and what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext

from feedback.models import Improvement, Submission
from outreach.calendar_file import summary
from outreach.models import Event
from portal.shared.templatetags.indonesia import clock, long_date
from services.models import Area, Category, News

# More of one kind is not read in a letter; the page lists them all.
MOST = 200


@dataclass(frozen=True)
class Item:
    """One new thing; `kind` is the column of `Subscription` that wants it, `line` one sentence of facts.

    `areas` and `topics` are keys; without areas it is for everybody.
    """

    kind: str
    at: datetime
    title: str
    line: str
    address: str
    areas: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    is_for_every_topic: bool = False


def items_between(since: datetime, until: datetime) -> list[Item]:
    """In the active language, the newest first: later than `since`, not later than `until`."""
    found = [*news(since, until), *activities(since, until), *answers(since, until), *changes(since, until)]
    return sorted(found, key=lambda item: item.at, reverse=True)


def news(since: datetime, until: datetime) -> Iterator[Item]:
    rows = News.objects.current(until).annotate(told_at=Greatest("published_at", "shown_from"))
    rows = rows.filter(told_at__gt=since, told_at__lte=until).select_related("category", "service__category")
    for one in rows.prefetch_related("areas").order_by("-told_at", "-pk")[:MOST]:
        topic = one.category or (one.service.category if one.service else None)
        yield Item(
            kind="wants_news",
            at=one.told_at,
            title=marked(one.label, one.is_example),
            line=holds_until(one),
            address=settings.SITE_URL + one.get_absolute_url(),
            areas=frozenset(area.pk for area in one.areas.all()),
            topics=topics_of(topic),
            is_for_every_topic=topic is None,
        )


def holds_until(one: News) -> str:
    if one.shown_until is None:
        return ""
    words = {"date": long_date(one.shown_until), "time": clock(one.shown_until)}
    return gettext("Holds until %(date)s, %(time)s.") % words


def activities(since: datetime, until: datetime) -> Iterator[Item]:
    """Those published, called off or moved, and not over."""
    rows = Event.objects.public().annotate(told_at=Coalesce("changed_at", "published_at"))
    rows = rows.filter(told_at__gt=since, told_at__lte=until, ends_at__gt=until)
    rows = rows.select_related("category", "location").prefetch_related("areas")
    for event in rows.order_by("-told_at", "-pk")[:MOST]:
        when = f"{long_date(event.starts_at)}, {clock(event.starts_at)}"
        yield Item(
            kind="wants_activities",
            at=event.told_at,
            title=marked(summary(event), event.is_example),
            line=", ".join(filter(None, [when, event.place])),
            address=settings.SITE_URL + event.get_absolute_url(),
            areas=frozenset(area.pk for area in event.areas.all()),
            topics=topics_of(event.category),
        )


def answers(since: datetime, until: datetime) -> Iterator[Item]:
    """What staff have released for everybody, in the words they released."""
    rows = Submission.objects.released().filter(released_at__gt=since, released_at__lte=until)
    for case in rows.select_related("category").order_by("-released_at", "-pk")[:MOST]:
        yield Item(
            kind="wants_answers",
            at=case.released_at,
            title=case.public_title,
            line="",
            address=settings.SITE_URL + case.get_absolute_url(),
            areas=frozenset([case.area_id] if case.area_id else []),
            topics=topics_of(case.category),
        )


def changes(since: datetime, until: datetime) -> Iterator[Item]:
    """What changed because of what residents said."""
    rows = Improvement.objects.published().filter(published_at__gt=since, published_at__lte=until)
    address = settings.SITE_URL + reverse("feedback:improvements")
    for one in rows.select_related("service__category").order_by("-published_at", "-pk")[:MOST]:
        if one.published_at is not None:
            yield Item(
                kind="wants_answers",
                at=one.published_at,
                title=marked(one.result, one.is_example),
                line=one.voice,
                address=address,
                topics=topics_of(one.service.category if one.service else None),
            )


def topics_of(topic: Category | None) -> frozenset[int]:
    """A topic and its field: whoever wants the field hears of its topics."""
    return frozenset(key for key in (topic.pk, topic.parent_id) if key) if topic else frozenset()


def marked(title: str, is_example: bool) -> str:
    return gettext("%(title)s (example)") % {"title": title} if is_example else title


# Who wants what ----------------------------------------------------------------------------------------------


class Reach:
    """The areas that concern somebody who chose one: what lies in it, and what it lies in; asked once for each."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[int]] = {}

    def of(self, area: Area | None) -> frozenset[int] | None:
        """None: every area."""
        if area is None:
            return None
        if area.pk not in self._known:
            within = Area.objects.within(area).values_list("pk", flat=True)
            self._known[area.pk] = frozenset([*within, *area.above()])
        return self._known[area.pk]


def is_wanted(
    item: Item, kinds: frozenset[str], areas: frozenset[int] | None, topics: frozenset[int]
) -> bool:
    """Of a kind that was chosen, for everybody or here, and of a chosen field.

    News that names no topic concerns everybody; another thing that names none, those who chose no topic.
    """
    is_here = areas is None or not item.areas or bool(item.areas & areas)
    is_of_topic = not topics or item.is_for_every_topic or bool(item.topics & topics)
    return item.kind in kinds and is_here and is_of_topic
