"""What was observed of services in two windows: the samples a comparison is made of, for several services at once.

Satisfaction is that of published surveys alone: the answers of people known to have used the service, about the
service itself. Visits are those by short links and QR codes that lead to the page of a service and belong to no
campaign. How often a service is used nobody counts here, so nothing is called use.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation

from feedback.models import Survey, SurveyResponse
from feedback.satisfaction import LIST_ORDER
from outreach.models import LinkCount
from portal.evaluation.activities import Windows
from portal.evaluation.comparing import COMPLAINTS, INDEX, MEDIAN_DAYS, ON_TIME, VISITS, Measure
from portal.evaluation.handling import KEPT, LATE, OTHERS, OVERDUE, Handled, cases_between, handled
from portal.evaluation.resampling import Four, Sample
from services.models import Service

# By measure, by service (`OTHERS` for all others) and by window (0 before, 1 after).
Observed = dict[str, dict[tuple[int, int], Counter[Any]]]


def observed(
    services: Collection[Service], windows: Windows, left_out: Collection[int], at: datetime
) -> Observed:
    """All samples of these services and of the others; `left_out` are neither."""
    keys = {service.pk for service in services}
    left_out = frozenset(left_out) - keys
    first, last = windows.before[0], windows.after[1]
    rows = cases_between(first, last).exclude(service__in=left_out)
    found: Observed = {
        measure.key: defaultdict(Counter) for measure in (COMPLAINTS, INDEX, ON_TIME, MEDIAN_DAYS, VISITS)
    }
    for case in handled(rows, at, keys):
        if windows.holds(case.received_on):
            note(found, case, windows)
    for about, day, answers, number in answers_by_day(keys, left_out, first, last):
        if windows.holds(day):
            found[INDEX.key][about, window_of(day, windows)][answers] += number
    for about, day, number in visits_by_day(services, left_out, first, last):
        if windows.holds(day):
            found[VISITS.key][about, window_of(day, windows)][day] += number
    for measure in (COMPLAINTS, VISITS):
        for about in (*keys, OTHERS):
            for place in (0, 1):
                by_day = found[measure.key][about, place]
                found[measure.key][about, place] = per_day(by_day, windows.days)
    return found


def window_of(day: date, windows: Windows) -> int:
    return int(windows.is_after(day))


def note(found: Observed, case: Handled, windows: Windows) -> None:
    """Adds cases to the samples they belong to; those whose promised day is still to come are only complaints.

    Otherwise the newest window would hold the quick ones alone, and always look better.
    """
    cell = case.service, window_of(case.received_on, windows)
    if case.is_complaint:
        found[COMPLAINTS.key][cell][case.received_on] += case.number
    if case.is_due and case.promise in (KEPT, LATE, OVERDUE):
        found[ON_TIME.key][cell][int(case.promise == KEPT)] += case.number
    if case.is_due and case.days is not None:
        found[MEDIAN_DAYS.key][cell][case.days] += case.number


def per_day(by_day: Mapping[Any, int], days: int) -> Counter[int]:
    """How many days had no, one, two … of something."""
    counts = Counter(by_day.values())
    counts[0] += days - len(by_day)
    return +counts


def four_of(found: Observed, measure: Measure, service: int) -> Four:
    cells: Mapping[tuple[int, int], Sample] = found[measure.key]
    return Four(*(cells.get((about, place), {}) for about in (service, OTHERS) for place in (0, 1)))


# Reading -------------------------------------------------------------------------------------------------------


def published_answers() -> QuerySet[Any]:
    """Answers in published surveys by known users, with the service each is `about`."""
    rows = SurveyResponse.objects.verified().filter(survey__state=Survey.State.PUBLISHED)
    answers: QuerySet[Any] = rows.annotate(about=Coalesce("service", "survey__service")).order_by()
    return answers


def answers_by_day(
    keys: Collection[int], left_out: Collection[int], first: date, last: date
) -> list[tuple[int, date, tuple[int, ...], int]]:
    """Service or `OTHERS`, day, the nine answers (0 for one left out) and how many gave them."""
    rows = published_answers().filter(answered_on__range=(first, last), about__isnull=False)
    who = Case(When(about__in=keys, then=F("about")), default=Value(OTHERS))
    counted = (
        rows.exclude(about__in=left_out)
        .annotate(who=who)
        .values_list("who", "answered_on", *LIST_ORDER)
        .annotate(number=Count("pk"))
    )
    return [(who, day, tuple(answer or 0 for answer in rest[:-1]), rest[-1]) for who, day, *rest in counted]


def page_of(slug: str) -> str:
    """The page of a service as short links name it, in Indonesian."""
    with translation.override("id"):
        return reverse("services:detail", args=[slug])


def visits_by_day(
    services: Collection[Service], left_out: Collection[int], first: date, last: date
) -> list[tuple[int, date, int]]:
    """Service or `OTHERS`, day, and how often a page of theirs was opened by a short link of no campaign."""
    pages = {page_of(service.slug): service.pk for service in services}
    slugs = Service.objects.filter(pk__in=left_out).order_by().values_list("slug", flat=True)
    who = Case(
        When(link__target__in=list(pages), then=F("link__target")),
        default=Value(""),
        output_field=CharField(),
    )
    rows = LinkCount.objects.filter(
        day__range=(first, last),
        link__campaign=None,
        link__target__startswith=page_of("x").removesuffix("x/"),
    ).exclude(link__target__in=[page_of(slug) for slug in slugs])
    counted = rows.order_by().annotate(who=who).values_list("who", "day").annotate(number=Sum("count"))
    return [(pages.get(who, OTHERS), day, number) for who, day, number in counted]


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]
