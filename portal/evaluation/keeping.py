"""Counted documents kept for the desk, so that its pages open at once: counted at night, or anew on demand.

What most people open is read in one piece. Whoever narrows a page further is answered by counting live, and for a
few minutes what was counted is at hand for the next page.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from outreach.models import Campaign
from portal.evaluation.counting import campaign_document, office_document, opinions_and_counts
from portal.evaluation.documents import Document, as_json
from portal.evaluation.heard import Heard, as_plain, from_plain, heard_in
from portal.evaluation.models import Evaluation
from portal.evaluation.reporting import forget_old, withdraw_all_quotes
from portal.evaluation.scope import OFFICE, Scope
from portal.shared.outage import is_outage
from services.models import Membership, Organization

logger = logging.getLogger(__name__)

STAFF: Final = Evaluation.Audience.STAFF
# People are asked for so long whether they used the service: until then the numbers of a campaign move.
MOVES_FOR: Final = timedelta(days=120)
# The running year, and the months a meeting asks for.
MONTHS_BACK: Final = 2
# Beside the document: ratings of services and repeated problems, of which only the desk reads.
HEARD: Final = "heard"
# What nobody counts at night is kept for as long as somebody turns its pages, prints it and comes back.
ASKED: Final = "asked"
ASKED_FOR: Final = timedelta(minutes=10)
# Counting anew is asked for by a button: not more often than this.
PAUSE: Final = timedelta(minutes=1)


def subject_of(unit: Organization | None) -> str:
    return f"unit:{unit.slug}" if unit else OFFICE


def kept(subject: str, period: str) -> Evaluation | None:
    found: Evaluation | None = Evaluation.objects.inner().filter(subject=subject, period=period).first()
    return found


def content_of(document: Document, heard: Heard | None) -> dict[str, Any]:
    return {**as_json(document), HEARD: as_plain(heard) if heard else None}


def keep(subject: str, document: Document, at: datetime, heard: Heard | None = None) -> Evaluation:
    """Keeps what was counted in the place of what was counted before; an older count replaces no newer one."""
    content = content_of(document, heard)
    with transaction.atomic():
        row, is_new = Evaluation.objects.select_for_update().get_or_create(
            subject=subject,
            period=document.period,
            audience=STAFF,
            defaults={"content": content, "counted_at": at},
        )
        if not is_new and row.counted_at <= at:
            row.content, row.counted_at = content, at
            row.save(update_fields=["content", "counted_at"])
    return row


def count_office(period: str, unit: Organization | None, at: datetime) -> Evaluation:
    heard = heard_in(Scope.of_period(period, unit=unit, at=at))
    return keep(subject_of(unit), office_document(period, at, unit=unit), at, heard)


def heard_of(row: Evaluation) -> Heard | None:
    """What was kept beside the document of an office."""
    return from_plain(row.content[HEARD]) if row.content.get(HEARD) else None


def asked(scope: Scope) -> Evaluation:
    """What is narrowed further than anything counted at night: counted now, or for somebody a moment ago."""
    keys = (scope.campaign, scope.unit, scope.area)
    subject = ":".join((ASKED, *(str(one.pk) if one else "" for one in keys)))
    row = kept(subject, scope.period)
    if row is not None and scope.at - ASKED_FOR < row.counted_at <= scope.at:
        return row
    heard = heard_in(scope) if scope.campaign is None else None
    content = content_of(opinions_and_counts(scope), heard)
    unique = {"subject": subject, "period": scope.period, "audience": STAFF}
    row = Evaluation(**unique, content=content, counted_at=scope.at)
    # Of two who ask at once, whoever counted last is kept.
    Evaluation.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=list(unique), update_fields=["content", "counted_at"]
    )
    return row


def forget_asked(at: datetime) -> None:
    asked = Evaluation.objects.inner().filter(subject__startswith=f"{ASKED}:")
    asked.filter(counted_at__lt=at - ASKED_FOR).delete()


def count_campaign(campaign: Campaign, at: datetime) -> Evaluation:
    return keep(f"campaign:{campaign.slug}", campaign_document(campaign, at), at)


# At night, and on demand --------------------------------------------------------------------------------------


@task()
def count_nightly() -> None:
    """Queued once a day."""
    at = timezone.now()
    count_all(at)
    forget_asked(at)
    forget_old(at)
    withdraw_all_quotes(at)


def count_all(at: datetime) -> int:
    """Counts what the desk opens first; one that cannot be counted does not keep the others from it."""
    today = timezone.localdate(at)
    wanted: list[Callable[[], Evaluation]] = [
        partial(count_office, period, unit, at)
        for unit in (None, *units_that_look())
        for period in periods_of(today)
    ]
    wanted += [partial(count_campaign, campaign, at) for campaign in moving(at)]
    return sum(map(is_counted, wanted))


def is_counted(count: Callable[[], Evaluation]) -> bool:
    """Whether it could be counted; a database that is away is away for all of them."""
    try:
        count()
    except Exception as problem:
        if is_outage(problem):
            raise
        logger.exception("Results could not be counted.")
        return False
    return True


def periods_of(today: date) -> list[str]:
    """The year and its newest months; in January the year before too, which the first meeting is about."""
    months, year, month = [], today.year, today.month
    for _number in range(MONTHS_BACK):
        months.append(f"{year}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return [str(today.year), *([str(today.year - 1)] if today.month == 1 else []), *months]


def units_that_look() -> Iterable[Organization]:
    """Units somebody of the desk belongs to, the uppermost of each."""
    members = Membership.objects.filter(user__is_active=True, user__is_staff=True)
    return Organization.objects.filter(pk__in=members.values("organization")).order_by("pk")


def moving(at: datetime) -> Iterable[Campaign]:
    """Campaigns that have begun, and whose numbers still change or were never kept."""
    today = timezone.localdate(at)
    known = (
        Evaluation.objects.inner().filter(subject__startswith="campaign:").values_list("subject", flat=True)
    )
    counted = [subject.removeprefix("campaign:") for subject in known]
    begun = Campaign.objects.filter(starts_on__lte=today)
    return begun.filter(Q(ends_on__gte=today - MOVES_FOR) | ~Q(slug__in=counted)).order_by("pk")


@task()
def count_again(subject: str, period: str) -> None:
    """Queued by the button of the desk."""
    recount(subject, period, timezone.now())


def recount(subject: str, period: str, at: datetime) -> Evaluation | None:
    """Counts one document anew; nothing when what it was about is gone."""
    kind, _colon, slug = subject.partition(":")
    if kind == "campaign":
        campaign = Campaign.objects.filter(slug=slug).first()
        return count_campaign(campaign, at) if campaign else None
    unit = Organization.objects.filter(slug=slug).first() if slug else None
    return count_office(period, unit, at) if bool(unit) == bool(slug) else None
