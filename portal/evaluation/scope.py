"""What is counted: of one campaign or of the office, in a period, of a unit with all below it, in one area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from feedback.counting import counted_cases
from feedback.models import Survey, SurveyResponse
from outreach.models import (
    Campaign,
    Drop,
    Event,
    EventRating,
    LinkCount,
    PostVersion,
    PrintRun,
    RoundArea,
    UnderstandingSheet,
    Visit,
)
from outreach.models.opinion import AfterUse
from services.models import Area, Organization
from services.models.organization import below

OFFICE = "office"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Rows are those of activities that begin in the period, visits, posts and copies by their own day.

    ``begins`` and ``ends`` are days, both included; None is open. What is not known by area (posts) is in no area.
    """

    campaign: Campaign | None = None
    begins: date | None = None
    ends: date | None = None
    unit: Organization | None = None
    area: Area | None = None
    at: datetime

    @classmethod
    def of_period(cls, period: str, **narrow: Any) -> Self:
        """Of a year ("2026") or a month ("2026-10"); empty is everything there is."""
        begins, ends = days_of(period) if period else (None, None)
        return cls(begins=begins, ends=ends, **narrow)

    @property
    def subject(self) -> str:
        return f"campaign:{self.campaign.slug}" if self.campaign else OFFICE

    @property
    def period(self) -> str:
        """As documents write it; empty for anything but a whole year or month."""
        if self.begins is None or self.ends is None:
            return ""
        for period in (f"{self.begins:%Y}", f"{self.begins:%Y-%m}"):
            if days_of(period) == (self.begins, self.ends):
                return period
        return ""

    @cached_property
    def units(self) -> frozenset[int]:
        """The unit and all below it; empty means every unit."""
        if self.unit is None:
            return frozenset()
        return frozenset({self.unit.pk, *below(Organization.objects.filter(parent=self.unit.pk))})

    @property
    def last_day(self) -> date:
        """The last day of the period, or today while it goes on."""
        today = timezone.localdate(self.at)
        return today if self.ends is None else min(self.ends, today)

    # Narrowing ------------------------------------------------------------------------------------------------

    def in_time(self, field: str) -> Q:
        """Moments of the period."""
        wanted = Q()
        if self.begins is not None:
            wanted &= Q(**{f"{field}__gte": midnight(self.begins)})
        if self.ends is not None:
            wanted &= Q(**{f"{field}__lt": midnight(self.ends + timedelta(days=1))})
        return wanted

    def in_days(self, field: str) -> Q:
        """Days of the period."""
        wanted = Q()
        if self.begins is not None:
            wanted &= Q(**{f"{field}__gte": self.begins})
        if self.ends is not None:
            wanted &= Q(**{f"{field}__lte": self.ends})
        return wanted

    def of_units(self, *fields: str) -> Q:
        return any_of(Q(**{f"{field}__in": self.units}) for field in fields) if self.unit else Q()

    def of_area(self, field: str) -> Q:
        return Q(**{f"{field}__in": self.areas.values("pk")}) if self.area else Q()

    def of_campaign(self, *fields: str) -> Q:
        return any_of(Q(**{field: self.campaign}) for field in fields) if self.campaign else Q()

    @property
    def areas(self) -> QuerySet[Area]:
        assert self.area is not None
        return Area.objects.within(self.area)

    @cached_property
    def rw_numbers(self) -> list[str]:
        """The numbers of the area's RWs in the ways cases write them; of one RW nobody has to be asked."""
        assert self.area is not None
        if self.area.level == Area.Level.RW:
            return numbers_of([self.area.name])
        return numbers_of(self.areas.filter(level=Area.Level.RW).values_list("name", flat=True))

    # Rows -----------------------------------------------------------------------------------------------------

    @property
    def events(self) -> QuerySet[Event]:
        """Activities with a page; those in an area are meant for it, or take place there if meant for none."""
        rows: QuerySet[Event] = Event.objects.public().filter(
            self.of_campaign("campaign"), self.in_time("starts_at"), self.of_units("unit")
        )
        if self.area is not None:
            meant = Event.areas.through.objects.all()
            there = meant.filter(area__in=self.areas.values("pk")).values("event")
            unsaid = Q(location__area__in=self.areas.values("pk")) & ~Q(pk__in=meant.values("event"))
            rows = rows.filter(Q(pk__in=there) | unsaid)
        return rows.order_by()

    def of_events(self, rows: QuerySet[Any]) -> Any:
        """Those of these rows that belong to the activities."""
        is_all = not (self.campaign or self.begins or self.ends or self.unit or self.area)
        return (rows if is_all else rows.filter(event__in=self.events.values("pk"))).order_by()

    @property
    def ratings(self) -> QuerySet[EventRating]:
        return self.of_events(EventRating.objects.all())

    @property
    def sheets(self) -> QuerySet[UnderstandingSheet]:
        return self.of_events(UnderstandingSheet.objects.all())

    @property
    def later_uses(self) -> QuerySet[AfterUse]:
        return self.of_events(AfterUse.objects.all())

    @property
    def visits(self) -> QuerySet[Visit]:
        """Each home where it stands now, by the last knock at its door."""
        rows = Visit.objects.standing().filter(
            self.of_campaign("area__round__campaign"),
            self.in_time("at"),
            self.of_units("area__round__unit"),
            self.of_area("area__area"),
        )
        return rows.order_by()

    @property
    def walked(self) -> QuerySet[RoundArea]:
        """The RT of rounds that go on in the period."""
        rows = RoundArea.objects.filter(
            self.of_campaign("round__campaign"), self.of_units("round__unit"), self.of_area("area")
        )
        if self.begins is not None:
            rows = rows.filter(round__ends_on__gte=self.begins)
        if self.ends is not None:
            rows = rows.filter(round__starts_on__lte=self.ends)
        return rows.order_by()

    @property
    def runs(self) -> QuerySet[PrintRun]:
        """Flyers printed up to the end of the period; printing knows no area."""
        rows = PrintRun.objects.filter(
            self.of_campaign("material__campaign"),
            self.of_units("material__unit"),
            material__kind="flyer",
            printed_on__lte=self.last_day,
        )
        return rows.order_by()

    @property
    def drops(self) -> QuerySet[Drop]:
        """Flyers taken to places up to the end of the period."""
        rows = Drop.objects.out(self.last_day).flyers()
        rows = rows.filter(
            self.of_campaign("run__material__campaign"),
            self.of_units("run__material__unit"),
            self.of_area("area"),
        )
        return rows.order_by()

    @property
    def scans(self) -> QuerySet[LinkCount]:
        rows = LinkCount.objects.filter(
            self.of_campaign("link__campaign"),
            self.in_days("day"),
            self.of_units("link__campaign__unit", "link__drop__run__material__unit"),
            self.of_area("link__drop__area"),
        )
        return rows.order_by()

    @property
    def posts(self) -> QuerySet[PostVersion]:
        """What is published; each channel is one."""
        rows = PostVersion.objects.published().filter(
            self.in_time("published_at"), self.of_units("post__unit"), published_at__lte=self.at
        )
        if self.campaign is not None:
            by_event = Q(post__campaign=None, post__event__campaign=self.campaign)
            rows = rows.filter(Q(post__campaign=self.campaign) | by_event)
        return (rows if self.area is None else rows.none()).order_by()

    @property
    def cases(self) -> QuerySet[Any]:
        """What residents sent in the period, as statistics count it; of a campaign nobody knows."""
        rows = counted_cases().filter(self.in_time("received_at"), self.of_units("unit"))
        if self.area is not None:
            rows = rows.filter(rw__in=self.rw_numbers)
        return (rows if self.campaign is None else rows.none()).order_by()

    @property
    def survey_answers(self) -> Any:
        """Of people known to have used a service, from published surveys; where they live nobody asks."""
        rows = SurveyResponse.objects.verified().filter(
            self.in_days("answered_on"),
            self.of_units("survey__unit"),
            survey__state=Survey.State.PUBLISHED,
        )
        return (rows if self.area is None and self.campaign is None else rows.none()).order_by()


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def days_of(period: str) -> tuple[date, date]:
    """First and last day of "2026" or "2026-10"; anything else is a ValueError."""
    has_month = "-" in period
    try:
        first = datetime.strptime(period, "%Y-%m" if has_month else "%Y").date()
        # 31 days after the 1st of a month lies the next month, 366 days after New Year the next year.
        following = (first + timedelta(days=31 if has_month else 366)).replace(day=1)
    except (ValueError, OverflowError) as refusal:
        raise ValueError(f"{period} is no period.") from refusal
    if period != (f"{first:%Y-%m}" if has_month else f"{first:%Y}"):
        raise ValueError(f"{period} is no period.")
    return first, (following if has_month else following.replace(month=1)) - timedelta(days=1)


def numbers_of(names: Iterable[str]) -> list[str]:
    found = set()
    for name in names:
        number = "".join(letter for letter in name if letter.isdigit()).lstrip("0")
        found |= {number.zfill(width) for width in (1, 2, 3)} if number else set()
    return sorted(found)


def any_of(conditions: Iterable[Q]) -> Q:
    found = Q()
    for one in conditions:
        found |= one
    return found
