"""Publishes the board, the course of each service and how it changed: once a month, of the months that are over.

More often would tell, by what two publications differ in, what a single resident did. A year that lies back far
enough is counted for the last time and stays.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count
from django.utils import timezone
from django_tasks import task

from feedback.counting import first_year
from portal.evaluation.activities import WINDOW, addressed_between, windows_around
from portal.evaluation.change import change_of, newest_about
from portal.evaluation.course import course_of
from portal.evaluation.handling import cases_between
from portal.evaluation.models import Evaluation
from portal.evaluation.promises import SUBJECT, answers_between, board
from portal.evaluation.publishing import is_over_for_good, publish
from portal.evaluation.scope import days_of
from portal.shared.suppression import SMALLEST_GROUP
from services.models import Service

MOST_YEARS: Final = 10
# What was done longer ago than that was compared when its windows were over.
LOOKED_BACK: Final = timedelta(days=400)


@task()
def publish_nightly() -> None:
    """Queued once a day; does something once a month."""
    publish_all(timezone.now())


def publish_all(at: datetime) -> int:
    """Publishes what is due; tells how many documents were looked at."""
    count = 0
    for year in years_until(at):
        if is_due(SUBJECT, year, at):
            count += publish_year(year, at)
    for service in services_with_activities(at):
        count += publish_change(service, at)
    return count


def publish_year(year: str, at: datetime) -> int:
    """The board of a year and every service in it of which there is anything to tell."""
    until, is_final = last_day_over(year, at), is_over_for_good(year, at)
    if until is None:
        return 0
    services = services_with_numbers(year, until)
    for service in services:
        publish(course_of(service, year, at), at, is_final=is_final)
    # Last, so that a run that was interrupted begins anew.
    publish(board(year, at, until=until), at, is_final=is_final)
    return len(services) + 1


def publish_change(service: Service, at: datetime) -> bool:
    """How a service changed, once both windows are over: until then every day would be another publication."""
    run = newest_about(service, at)
    windows = windows_around(run, at)
    if windows is None or windows.days < WINDOW:
        return False
    kept = Evaluation.objects.public().filter(subject=f"service:{service.slug}", period="").first()
    if kept and kept.document.words.get("windows") == windows.as_words():
        return False
    publish(change_of(service, at, activities=run), at)
    return True


# When --------------------------------------------------------------------------------------------------------


def years_until(at: datetime) -> list[str]:
    """The years there is anything to tell of, the oldest first."""
    this = timezone.localtime(at).year
    first = first_year()
    begins = this if first is None else max(first, this - MOST_YEARS + 1)
    return [str(year) for year in range(begins, this + 1)]


def last_day_over(year: str, at: datetime) -> date | None:
    """The last day of the year's months that are over; None in its first month."""
    begins, ends = days_of(year)
    today = timezone.localtime(at).date()
    last = min(ends, today.replace(day=1) - timedelta(days=1))
    return last if last >= begins else None


def is_due(subject: str, period: str, at: datetime) -> bool:
    """Whether it was never published, or not since a month is over."""
    kept = Evaluation.objects.public().filter(subject=subject, period=period).first()
    if kept is None:
        return True
    if kept.frozen_at is not None:
        return False
    then, now = timezone.localtime(kept.counted_at), timezone.localtime(at)
    return is_over_for_good(period, at) or (then.year, then.month) != (now.year, now.month)


# What --------------------------------------------------------------------------------------------------------


def services_with_numbers(year: str, until: date) -> list[Service]:
    """Published services about which enough came in, or with answers in a published survey."""
    begins, _ends = days_of(year)
    counted = cases_between(begins, until).filter(service__isnull=False).order_by().values_list("service")
    enough = {pk for pk, number in counted.annotate(number=Count("pk")) if number >= SMALLEST_GROUP}
    wanted = enough | answers_between(begins, until, None).keys()
    return list(Service.objects.published().filter(pk__in=wanted).order_by("pk"))


def services_with_activities(at: datetime) -> Iterable[Service]:
    """Published services about which something was done so long ago that the windows may be over."""
    today = timezone.localtime(at).date()
    keys = addressed_between(today - LOOKED_BACK, today - timedelta(days=WINDOW))
    return Service.objects.published().filter(pk__in=keys).order_by("pk")
