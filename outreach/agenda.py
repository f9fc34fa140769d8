"""The agenda: what residents narrow it by, and an activity as lists and calendars show it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.channels import FROM, way_of
from outreach.models import Event
from outreach.models.deciding import Decision, Phase
from outreach.models.event import EventQuerySet
from outreach.seats_words import seats_of
from portal.shared.memo import per_content_version
from portal.shared.templatetags.indonesia import clock, short_date
from services.models import Area, Audience, Category, Service
from services.views.catalogue import Chip

# What a row of a list reads; the long texts of an activity are for its own page.
ROW_FIELDS = (
    *("slug", "title", "title_en", "kind", "summary", "starts_at", "ends_at", "decision", "decision_reason"),
    *("place_words", "online_url", "location__name", "capacity", "taken", "takes_registrations"),
    *("allows_walk_ins", "registration_opens_at", "registration_closes_at", "is_example"),
)
FILTERS = ("topik", "untuk", "rw", "layanan", "tempat")


# Narrowing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What an address asks of the activities; every chip is a small change of it."""

    topic: Category | None = None
    audience: Audience | None = None
    area: Area | None = None
    service: Service | None = None
    has_places: bool = False
    # By which way the reader came; goes along with every link.
    channel: str = ""

    @property
    def is_any(self) -> bool:
        return replace(self, channel="") != Asked()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [
            ("topik", self.topic.slug if self.topic else ""),
            ("untuk", self.audience.slug if self.audience else ""),
            ("rw", self.area.slug if self.area else ""),
            ("layanan", self.service.slug if self.service else ""),
            ("tempat", "1" if self.has_places else ""),
            (FROM, self.channel),
        ]
        return [(name, value) for name, value in pairs if value]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def url(self, address: str) -> str:
        return f"{address}?{self.query}" if self.pairs else address

    def of(self, events: EventQuerySet) -> EventQuerySet:
        if self.topic:
            own = Category.objects.filter(Q(pk=self.topic.pk) | Q(parent=self.topic.pk)).order_by()
            events = events.filter(category__in=own.values("pk"))
        if self.audience:
            events = events.filter(pk__in=that_name(Event.audiences).filter(audience=self.audience.pk))
        if self.area:
            within = Area.objects.within(self.area).values("pk")
            areas = that_name(Event.areas).filter(Q(area__in=within) | Q(area__in=above(self.area)))
            events = events.filter(pk__in=areas)
        if self.service:
            events = events.filter(pk__in=that_name(Event.services).filter(service=self.service.pk))
        if self.has_places:
            has_room = Q(capacity=None) | Q(taken__lt=F("capacity"))
            events = events.filter(has_room, decision=Decision.PUBLISHED)
        return events


def that_name(relation: Any) -> Any:
    """The activities that name something, to be narrowed: found by what they name, not by asking each activity."""
    return relation.through.objects.order_by().values("event")


def above(area: Area) -> list[int]:
    """The places this one lies in: what holds for the whole village holds for each of its neighbourhoods."""
    found: list[int] = []
    while area.parent_id and area.parent_id not in found:
        found.append(area.parent_id)
        area = area.parent  # type: ignore[assignment]
    return found


def asked_of(request: HttpRequest) -> Asked:
    """Reads an address; a word no filter knows is 404, not a silent “everything”."""
    given = request.GET
    if given.get("tempat", "") not in {"", "1"}:
        raise Http404(_("This filter does not exist."))
    parents = Area.objects.select_related("parent__parent__parent__parent")
    return Asked(
        topic=one_of(Category.objects.all(), given.get("topik", "")),
        audience=one_of(Audience.objects.all(), given.get("untuk", "")),
        area=one_of(parents, given.get("rw", "")),
        service=one_of(Service.objects.published(), given.get("layanan", "")),
        has_places=given.get("tempat", "") == "1",
        channel=way_of(given.get(FROM)),
    )


def one_of(rows: Any, slug: str) -> Any:
    if not slug:
        return None
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Http404(_("This filter does not exist."))
    return row


@dataclass(frozen=True)
class Facets:
    """What some activity with a page answers to."""

    topics: list[Category]
    audiences: list[Audience]
    areas: list[Area]


@per_content_version
def facets() -> Facets:
    public = Event.objects.public().order_by()

    def named(relation: Any, name: str) -> Any:
        through = relation.through.objects.filter(**{name: OuterRef("pk")})
        return Exists(through.filter(event__in=public.values("pk")))

    of_topic = public.filter(Q(category=OuterRef("pk")) | Q(category__parent=OuterRef("pk")))
    areas = Area.objects.exclude(level=Area.Level.RT).filter(named(Event.areas, "area"))
    return Facets(
        topics=list(Category.objects.sectors().filter(Exists(of_topic))),
        audiences=list(Audience.objects.filter(named(Event.audiences, "audience"))),
        areas=list(areas),
    )


def chips_of(asked: Asked, address: str, *, with_places: bool = True) -> list[tuple[str, list[Chip]]]:
    """The filter links: one list for each question that has more than one answer, or is on."""
    known = facets()

    def chip(name: str, one: Any, label: str) -> Chip:
        is_on = getattr(asked, name) == one
        change: dict[str, Any] = {name: None if is_on else one}
        return Chip(label, replace(asked, **change).url(address), is_on)

    # One neighbourhood already narrows: most activities are for none in particular.
    where = _("Neighbourhood")
    groups = [
        (_("Topic"), [chip("topic", one, one.title) for one in known.topics]),
        (_("For whom"), [chip("audience", one, one.title) for one in known.audiences]),
        (where, [chip("area", one, one.long_name) for one in known.areas]),
    ]
    if asked.service:
        groups.append((_("About the service"), [chip("service", asked.service, asked.service.label)]))
    shown = [
        (name, chips)
        for name, chips in groups
        if len(chips) > (0 if name is where else 1) or any(one.is_on for one in chips)
    ]
    if with_places:
        free = replace(asked, has_places=not asked.has_places).url(address)
        shown.insert(0, ("", [Chip(_("There are places left"), free, asked.has_places)]))
    return shown


# Rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An activity as lists show it at a moment."""

    event: Event
    at: datetime
    channel: str = ""

    @property
    def url(self) -> str:
        return with_channel(self.event.get_absolute_url(), self.channel)

    @property
    def phase(self) -> Phase:
        return self.event.phase(self.at)

    @property
    def is_called_off(self) -> bool:
        return self.phase in (Phase.CANCELLED, Phase.POSTPONED)

    @property
    def hours(self) -> str:
        return hours_of(self.event)

    @property
    def where(self) -> str:
        return self.event.place or _("online")

    @property
    def places(self) -> str:
        """Whether one can still come, in words; empty for what is over or called off."""
        return places_words(self.event, self.at)


def places_words(event: Event, at: datetime) -> str:
    if event.phase(at) not in (Phase.COMING, Phase.NOW):
        return ""
    if not event.takes_registrations:
        return _("No need to register, just come")
    if event.is_registration_open(at):
        return seats_of(event.capacity, event.taken).words
    if event.registration_opens_at and at < event.registration_opens_at:
        return _("Registration opens on %(date)s") % {"date": short_date(event.registration_opens_at)}
    if event.allows_walk_ins:
        return _("Registration is closed, you can still come")
    return _("Registration is closed")


def hours_of(event: Event) -> str:
    """“09.00–12.00”, and with the days where it takes more than one."""
    begins, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    # Until midnight is still the same day.
    if begins.date() == (ends - timedelta(microseconds=1)).date():
        return f"{clock(begins)}–{clock(ends)}"
    return f"{short_date(begins)} {clock(begins)} – {short_date(ends)} {clock(ends)}"


def with_channel(address: str, channel: str) -> str:
    if not channel:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({FROM: channel})}"


def in_rows(events: Any) -> Any:
    """The activities with what a row reads, in one question."""
    return events.select_related("location").only(*ROW_FIELDS)


def rows_of(events: Iterable[Event], at: datetime, channel: str = "") -> list[Row]:
    return [Row(event, at, channel) for event in events]


def not_over(at: datetime) -> EventQuerySet:
    """Those with a page that are not over; called off ones stay until then, so that nobody goes in vain."""
    events: EventQuerySet = Event.objects.public().filter(ends_at__gt=at)
    return events


def end_of_week(at: datetime) -> datetime:
    """The midnight at which this week, which begins on Monday, is over."""
    today = timezone.localdate(at)
    return midnight(today + timedelta(days=7 - today.weekday()))


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))
