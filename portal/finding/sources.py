"""Which rows of each kind may be found at a moment, by which filters, and what they are given beside their score.

The bonus is small beside a word in the title (3 points): it settles what is equally good. A service comes first,
because most people want to get something done; what is over comes after what is coming.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from feedback.models import Submission
from outreach.agenda import above
from outreach.models import Campaign, Consultation, Event, Question
from outreach.models.deciding import Decision
from portal.shared.mixed_search import BONUS
from portal.shared.search import SearchQuerySet
from services.models import Area, Category, Location, News, PublicWork, Service, ServiceAtLocation

# In hundredths of a point of the score.
SERVICE: Final = 40
PLACE: Final = 10
COMING: Final = 20
OVER: Final = -40
OPEN_NOW: Final = 15
PLAIN: Final = 0
AS_IT_WAS: Final = -15


@dataclass(frozen=True)
class Narrowed:
    """What a search is narrowed by; each kind says what that means for it."""

    category: Category | None = None
    area: Area | None = None
    is_coming: bool = False


def always(points: int) -> Value:
    return Value(points, IntegerField())


def by_time(otherwise: int, **points: tuple[Q, int]) -> Case:
    """The points of the first condition that holds."""
    whens = [When(condition, then=always(given)) for condition, given in points.values()]
    return Case(*whens, default=always(otherwise), output_field=IntegerField())


def given(rows: Any, bonus: Value | Case) -> SearchQuerySet:
    found: SearchQuerySet = rows.annotate(**{BONUS: bonus})
    return found


def topics(category: Category) -> QuerySet[Category]:
    """The topic, or the field with all its topics."""
    return Category.objects.filter(Q(pk=category.pk) | Q(parent=category.pk))


def about(category: Category) -> QuerySet[Service]:
    return Service.objects.filter(category__in=topics(category))


def around(area: Area) -> Q:
    """Where something for areas reaches people of this one: named for it, for a part of it, or for more than it."""
    return Q(area__in=Area.objects.within(area)) | Q(area__in=above(area))


def services(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = Service.objects.published()
    if narrowed.category:
        rows = rows.in_category(narrowed.category)
    if narrowed.area:
        rows = rows.in_area(narrowed.area)
    return given(rows, always(SERVICE))


def places(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = Location.objects.all()
    if narrowed.category:
        counters = ServiceAtLocation.objects.filter(
            service__in=Service.objects.published().in_category(narrowed.category)
        )
        rows = rows.filter(pk__in=counters.values("location"))
    if narrowed.area:
        rows = rows.in_area(narrowed.area)
    return given(rows, always(PLACE))


def narrowed_events(narrowed: Narrowed) -> QuerySet[Event]:
    rows = Event.objects.public()
    if narrowed.category:
        of_services = Event.services.through.objects.filter(service__in=about(narrowed.category))
        rows = rows.filter(Q(category__in=topics(narrowed.category)) | Q(pk__in=of_services.values("event")))
    if narrowed.area:
        of_areas = Event.areas.through.objects.filter(around(narrowed.area))
        there = Q(location__area__in=Area.objects.within(narrowed.area))
        rows = rows.filter(there | Q(pk__in=of_areas.values("event")))
    return rows


def events(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = narrowed_events(narrowed)
    if narrowed.is_coming:
        rows = rows.filter(decision=Decision.PUBLISHED, ends_at__gt=at)
    coming = Q(decision=Decision.PUBLISHED, ends_at__gt=at)
    return given(rows, by_time(OVER, coming=(coming, COMING)))


def questions(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = Question.objects.answered()
    if narrowed.category or narrowed.area:
        rows = rows.filter(event__in=narrowed_events(narrowed).values("pk"))
    return given(rows, always(PLAIN))


def answers(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = Submission.objects.released()
    if narrowed.category:
        inside = topics(narrowed.category)
        rows = rows.filter(Q(category__in=inside) | Q(service__category__in=inside))
    if narrowed.area:
        rows = rows.filter(area__in=Area.objects.within(narrowed.area))
    return given(rows, always(PLAIN))


def consultations(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = Consultation.objects.public()
    if narrowed.category:
        of_services = Consultation.services.through.objects.filter(service__in=about(narrowed.category))
        rows = rows.filter(
            Q(category__in=topics(narrowed.category)) | Q(pk__in=of_services.values("consultation"))
        )
    if narrowed.area:
        # They are for everybody, nowhere in particular.
        rows = rows.none()
    return given(rows, by_time(AS_IT_WAS, open=(Q(opens_at__lte=at, closes_at__gt=at), OPEN_NOW)))


def works(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = PublicWork.objects.all()
    if narrowed.category:
        # Works have a kind of their own and belong to no field of services.
        rows = rows.none()
    if narrowed.area:
        rows = rows.filter(area__in=Area.objects.within(narrowed.area))
    return given(rows, always(PLAIN))


def news(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = News.objects.published().filter(shown_from__lte=at)
    if narrowed.category:
        inside = topics(narrowed.category)
        rows = rows.filter(Q(category__in=inside) | Q(service__category__in=inside))
    if narrowed.area:
        of_areas = News.areas.through.objects.filter(around(narrowed.area))
        there = Q(location__area__in=Area.objects.within(narrowed.area))
        rows = rows.filter(there | Q(pk__in=of_areas.values("news")))
    return given(rows, by_time(OPEN_NOW, over=(Q(shown_until__lte=at), OVER)))


def campaigns(narrowed: Narrowed, at: datetime) -> SearchQuerySet:
    rows = Campaign.objects.published()
    if narrowed.category:
        of_services = Campaign.services.through.objects.filter(service__in=about(narrowed.category))
        rows = rows.filter(pk__in=of_services.values("campaign"))
    if narrowed.area:
        of_areas = Campaign.areas.through.objects.filter(around(narrowed.area))
        rows = rows.filter(pk__in=of_areas.values("campaign"))
    return given(rows, by_time(PLAIN, over=(Q(ends_on__lt=timezone.localdate(at)), AS_IT_WAS)))
