"""Once a day: what is over is counted for good and published, what runs is published anew where that is safe.

A month is frozen two weeks after its last day. A year is made of its frozen months alone, so it tells nothing they do
not tell: a row that one of them hides, the year does not show either. The running month is not told apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django_tasks import task

from feedback.freezing import count_months
from feedback.models import Submission
from outreach.models import Campaign, Event
from portal.evaluation.coarse import told_coarsely
from portal.evaluation.counting import campaign_document, office_document
from portal.evaluation.documents import Document, Figure, Number, Row, Table, as_json
from portal.evaluation.models import Evaluation
from portal.evaluation.publishing import (
    DAYS_AFTER_A_CAMPAIGN,
    months_over,
    public_documents,
    publish,
)
from portal.evaluation.scope import OFFICE
from portal.shared import content_version

# A portal that begins with old data publishes so many years of it.
MOST_YEARS: Final = 5
MONTHS_OF_A_YEAR: Final = 12
# What stands at the end of a period instead of adding up.
STOCK: Final = frozenset({"flyers_left", "budget", "spent"})
# Neither sums nor means of people: twelve of them make no thirteenth. Homes visited in two months are there once.
NOT_ADDED: Final = frozenset({"cost_per_person", "effectiveness_of_change", "home_coverage", "median_days"})
# What the table of months shows of each.
OF_A_MONTH: Final = ("cases", "answered", "on_time_rate", "median_days", "came", "usefulness_mean")


@task()
def publish_due() -> int:
    return freeze_due(timezone.now())


def freeze_due(at: datetime) -> int:
    """Publishes what can be published; how many documents are new or changed. Run twice, it changes nothing more."""
    before = dict(Evaluation.objects.public().values_list("pk", "counted_at"))
    count_months(at)
    publish_campaigns(at)
    for year in freeze_months(at):
        publish_year(year, at)
    after = dict(Evaluation.objects.public().values_list("pk", "counted_at"))
    return len(after.items() - before.items())


def publish_campaigns(at: datetime) -> None:
    """Those with a page and something done, until nobody is asked about them any more."""
    today = timezone.localdate(at)
    withdrawn = Campaign.objects.filter(published_at=None).values_list("slug", flat=True)
    gone = Evaluation.objects.public().filter(subject__in=[f"campaign:{slug}" for slug in withdrawn])
    if gone.delete()[0]:
        content_version.bump()
    final = Evaluation.objects.public().filter(frozen_at__isnull=False).values_list("subject", flat=True)
    frozen = set(final)
    for campaign in Campaign.objects.published().filter(starts_on__lte=today):
        if f"campaign:{campaign.slug}" not in frozen:
            is_final = today > campaign.ends_on + timedelta(days=DAYS_AFTER_A_CAMPAIGN)
            publish(told_coarsely(campaign_document(campaign, at)), at, is_final=is_final)


def freeze_months(at: datetime) -> list[str]:
    """Freezes the months that are over; the years that have any."""
    first = first_day(at)
    months = months_over(first, at) if first else []
    public = Evaluation.objects.public().filter(subject=OFFICE, period__in=months, frozen_at__isnull=False)
    kept = set(public.values_list("period", flat=True))
    for month in months:
        if month not in kept:
            publish(office_document(month, at), at, is_final=True)
    return sorted({month[:4] for month in months})


def first_day(at: datetime) -> date | None:
    """The day from which on there is something to count."""
    now = timezone.localdate(at)
    found = (
        Submission.objects.aggregate(first=Min("received_at"))["first"],
        Event.objects.public().aggregate(first=Min("starts_at"))["first"],
    )
    days = [timezone.localdate(moment) for moment in found if moment]
    earliest = date(now.year - MOST_YEARS + 1, 1, 1)
    return max(min(days), earliest) if days else None


def publish_year(year: str, at: datetime) -> None:
    """The sum of the frozen months; final once all twelve are."""
    periods = [f"{year}-{month:02}" for month in range(1, MONTHS_OF_A_YEAR + 1)]
    months = public_documents(OFFICE, periods)
    document = added(OFFICE, year, list(months.values()), at)
    is_final = periods[-1] in months
    with transaction.atomic():
        kept = Evaluation.objects.public().select_for_update().filter(subject=OFFICE, period=year).first()
        if kept and (kept.frozen_at or replace(kept.document, at="") == replace(document, at="")):
            return
        Evaluation.objects.update_or_create(
            subject=OFFICE,
            period=year,
            audience=Evaluation.Audience.PUBLIC,
            defaults={
                "content": as_json(document),
                "counted_at": at,
                "frozen_at": at if is_final else None,
            },
        )
        content_version.bump()


# Adding published documents ----------------------------------------------------------------------------------


def added(subject: str, period: str, months: Sequence[Document], at: datetime) -> Document:
    """One document from several that are published already, out of nothing but what they show."""
    figures = {}
    for key in dict.fromkeys(key for month in months for key in month.figures):
        if key not in NOT_ADDED:
            figures[key] = added_figure([month.figures[key] for month in months if key in month.figures])
    tables = {}
    for key in dict.fromkeys(key for month in months for key in month.tables):
        table = added_table([month.tables[key] for month in months if key in month.tables])
        if table:
            tables[key] = table
    tables["months"] = table_of_months(months)
    words = {"months": [month.period for month in months]}
    return Document(subject, period, timezone.localtime(at).isoformat(), figures, tables, words)


def added_figure(months: Sequence[Figure]) -> Figure:
    """Sums of counts, shares of the sums, means of all answers; hidden if one month hides it."""
    newest = months[-1]
    if newest.key in STOCK:
        return newest
    if any(one.is_hidden for one in months):
        return newest.hidden()
    part, whole, n = (sum_of(getattr(one, name) for one in months) for name in ("part", "whole", "n"))
    if newest.unit == "percent" and part is not None:
        value: Number | None = Fraction(100 * part, whole) if whole else None
    elif n is not None:
        parts = [Fraction(one.value) * one.n for one in months if one.value is not None and one.n]
        value = sum(parts, Fraction(0)) / n if n and parts else None
    else:
        value = sum_known(one.value for one in months)
    # Bounds come from answers, which are not published.
    return replace(newest, value=value, part=part, whole=whole, n=n, low=None, high=None)


def added_table(months: Sequence[Table]) -> Table | None:
    """The counts all months have, row by row; nothing if one of them does not even show its total."""
    newest = months[-1]
    counts = tuple(
        name for name in newest.columns if all(name in one.counts or not one.counts for one in months)
    )
    columns = tuple(name for name in counts if name not in ("share", "percent", "coverage"))
    if not columns or newest.total is None or any(one.total is None or one.total.is_hidden for one in months):
        return None

    def added_row(key: str, found: Iterable[tuple[Table, Row]]) -> Row:
        rows = list(found)
        if any(row.is_hidden for _table, row in rows):
            return Row(key, (None,) * len(columns), is_hidden=True)
        values = (sum_known(row.values[table.columns.index(name)] for table, row in rows) for name in columns)
        return Row(key, tuple(values))

    by_key: dict[str, list[tuple[Table, Row]]] = {}
    for table in months:
        for row in table.rows:
            by_key.setdefault(row.key, []).append((table, row))
    return replace(
        newest,
        columns=columns,
        counts=tuple(name for name in columns if name in newest.counts),
        rows=tuple(added_row(key, found) for key, found in by_key.items()),
        total=added_row("total", ((one, one.total) for one in months if one.total)),
    )


def table_of_months(months: Sequence[Document]) -> Table:
    """Each month in a row, as its own page has it."""

    def value(month: Document, key: str) -> Number | None:
        figure = month.figures.get(key)
        return figure.value if figure else None

    rows = tuple(Row(one.period, tuple(value(one, key) for key in OF_A_MONTH)) for one in months)
    return Table("months", "month", OF_A_MONTH, rows, (), is_partition=False)


def sum_of(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def sum_known(values: Iterable[Number | None]) -> int | Fraction | None:
    """Of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
