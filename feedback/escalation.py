"""The ladder a case climbs when its promised day comes near or passes: due soon, late, very late.

Once a day `keep_clock` reports each rung once: in one digest a person to the unit, to its head from “late” on, to
those who oversee everything from “very late” on. It tells the resident that we are late, closes what was answered
and has met with silence for long enough, and ends what waits for its resident in vain (`waiting`). Run twice, or
begun anew in the middle, it changes nothing more.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django_tasks import task

from feedback import digests, letters, waiting
from feedback.deadlines import Calendars, WorkingDays, in_charge
from feedback.lifecycle import OPEN, Status
from feedback.models import Message, Submission
from feedback.staff import Staff
from portal.shared.outage import is_outage

logger = logging.getLogger(__name__)

DUE_SOON, LATE, VERY_LATE = 1, 2, 3
# Working days before the promised day, and after it.
SOON_DAYS: Final = 2
VERY_LATE_DAYS: Final = 5
# No stretch of two working days is longer, Idul Fitri with its collective leave included.
HORIZON: Final = timedelta(days=21)
BATCH: Final = 200


@dataclass
class Tally:
    """What one round did, or would have done."""

    reported: dict[int, int] = field(default_factory=lambda: {DUE_SOON: 0, LATE: 0, VERY_LATE: 0})
    digests: int = 0
    residents: int = 0
    settled: int = 0
    reminded: int = 0
    unheard: int = 0
    problems: list[Exception] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"due soon {self.reported[DUE_SOON]}, late {self.reported[LATE]}, very late "
            f"{self.reported[VERY_LATE]}; digests {self.digests}, residents told {self.residents}, "
            f"settled in silence {self.settled}, asked once more {self.reminded}, ended unheard {self.unheard}"
        )


@task()
def keep_clock() -> None:
    """The desk shows the morning as failed when one case could not be told or settled; the others were."""
    tally = run(timezone.now())
    if tally.problems:
        raise tally.problems[0]


def run(at: datetime, *, dry_run: bool = False) -> Tally:
    """One round; with `dry_run` only counted."""
    tally, calendars = Tally(), Calendars()
    climbing = list(climbers(at, calendars))
    for _case, rung in climbing:
        tally.reported[rung] += 1
    if not dry_run:
        climb(climbing, at)
    tally.digests = send_digests(climbing, at, dry_run=dry_run)
    late = untold(at)
    tally.residents = len(late) if dry_run else each(late, lambda pk: tell_late(pk, at), tally)
    silent = list(met_with_silence(at, calendars))
    tally.settled = len(silent) if dry_run else each(silent, lambda case: settled(case, at), tally)
    unheard = list(waiting.unheard(at, calendars))
    first = [case for case in unheard if case.reminded_at is None]  # type: ignore[attr-defined]
    last = [case for case in unheard if case.reminded_at is not None]  # type: ignore[attr-defined]
    tally.reminded = (
        len(first) if dry_run else each(first, lambda case: waiting.remind(case, at, calendars), tally)
    )
    tally.unheard = len(last) if dry_run else each(last, lambda case: waiting.end(case, at), tally)
    return tally


def each(what: Iterable[Any], act: Callable[[Any], bool], tally: Tally) -> int:
    """How many of them it was done for; what goes wrong with one does not keep the others waiting."""
    count = 0
    for one in what:
        try:
            count += act(one)
        except Exception as problem:
            if is_outage(problem):
                raise
            logger.warning("The clock could not do its work on one case.", exc_info=problem)
            tally.problems.append(problem)
    return count


# The ladder -----------------------------------------------------------------------------------------------


def rung_of(case: Submission, today: date, days: WorkingDays) -> int:
    """How far up the ladder a case belongs; an unread one by the day it was to be read on."""
    promises = [case.due_on] if case.due_on else []
    is_to_be_read = case.status == Status.RECEIVED and case.verify_by is not None
    if is_to_be_read and case.verify_by < today:  # type: ignore[operator]
        promises.append(case.verify_by)  # type: ignore[arg-type]
    if not promises:
        return 0
    promised = min(promises)
    if promised < today:
        return VERY_LATE if days.between(promised, today) > VERY_LATE_DAYS else LATE
    return DUE_SOON if days.between(today, promised) <= SOON_DAYS else 0


def climbers(at: datetime, calendars: Calendars) -> Iterator[tuple[Submission, int]]:
    """Cases that belong higher up than they were reported; a unit's only on its working days."""
    today = timezone.localtime(at).date()
    near = Q(due_on__lte=today + HORIZON) | Q(status=Status.RECEIVED, verify_by__lt=today)
    rows = reportable().filter(near, escalated__lt=VERY_LATE)
    known: dict[int | None, WorkingDays] = {}
    for case in rows.order_by("pk").iterator(chunk_size=BATCH):
        unit = in_charge(case)
        key = unit.pk if unit else None
        if key not in known:
            known[key] = calendars.of(unit)
        if not known[key].is_one(today):
            continue
        rung = rung_of(case, today, known[key])
        if rung > case.escalated:
            yield case, rung


def reportable() -> Any:
    """Cases on the desk with what a digest says of them; nothing a resident wrote is read."""
    names = (
        "number",
        "kind",
        "status",
        "status_at",
        "due_on",
        "verify_by",
        "escalated",
        "escalated_on",
        "handler",
        "is_about_staff",
    )
    relations = ("unit", "service__organization", "category")
    columns = ("unit__name", "unit__parent", "service__organization__name", "category__name")
    return (
        Submission.objects.on_the_desk()
        .select_related(*relations)
        .only(*names, *columns, "service__organization__parent", "category__name_en")
    )


def climb(climbing: Iterable[tuple[Submission, int]], at: datetime) -> None:
    """Remembers on each case how far it was reported, and when."""
    today = timezone.localtime(at).date()
    by_rung: dict[int, list[int]] = defaultdict(list)
    for case, rung in climbing:
        by_rung[rung].append(case.pk)
    for rung, pks in by_rung.items():
        for batch in batches(pks):
            lower = Submission.objects.filter(pk__in=batch, escalated__lt=rung, status__in=OPEN)
            lower.update(escalated=rung, escalated_on=today)


def send_digests(climbing: list[tuple[Submission, int]], at: datetime, *, dry_run: bool) -> int:
    """One mail a person and day with what is new to them; begun anew, the day's mail is not written twice."""
    news = {case.pk: (case, rung) for case, rung in climbing}
    # Those an earlier try of this round has climbed already.
    for case in reportable().filter(escalated_on=timezone.localtime(at).date(), escalated__gt=0):
        news.setdefault(case.pk, (case, case.escalated))
    if not news:
        return 0
    staff, wanted = Staff(), defaultdict[int, list[tuple[Submission, int]]](list)
    for case, rung in news.values():
        for person in staff.told_of(case, is_late=rung >= LATE, is_very_late=rung >= VERY_LATE):
            wanted[person].append((case, rung))
    count = 0
    for person, entries in sorted(wanted.items()):
        user = staff.people[person]
        seen = readable(user, [case.pk for case, _rung in entries])
        lines = [(case, rung) for case, rung in entries if case.pk in seen]
        if lines:
            count += 1
            if not dry_run:
                digests.send(user, lines, at)
    return count


def readable(user: Any, pks: list[int]) -> set[int]:
    """Those of the cases that this person may reach at the desk."""
    found: set[int] = set()
    for batch in batches(pks):
        found |= set(Submission.objects.visible_to(user).filter(pk__in=batch).values_list("pk", flat=True))
    return found


# Residents ------------------------------------------------------------------------------------------------


def untold(at: datetime) -> list[int]:
    """Cases whose promised day has passed without a word to those who wait for it."""
    late = Submission.objects.late(timezone.localtime(at).date())
    rows = late.filter(Q(told_late_for=None) | ~Q(told_late_for=F("due_on")))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def tell_late(pk: int, at: datetime) -> bool:
    """Tells them, once for each promise."""
    with transaction.atomic():
        case = Submission.objects.select_for_update(no_key=True).get(pk=pk)
        if not case.is_late(at) or case.told_late_for == case.due_on:
            return False
        Submission.objects.filter(pk=pk).update(told_late_for=case.due_on)
        for one in case.with_duplicates():
            letters.tell_late(one, at)
    return True


# Silence --------------------------------------------------------------------------------------------------


def met_with_silence(at: datetime, calendars: Calendars) -> Iterator[Submission]:
    """What was answered, and nobody said anything for `SETTLE_AFTER_DAYS` whole working days."""
    patience = settings.SETTLE_AFTER_DAYS
    # Whoever wrote after the answer, here or to a case joined with it, was not silent: staff read it first.
    spoken = Message.objects.filter(
        Q(submission=OuterRef("pk")) | Q(submission__duplicate_of=OuterRef("pk")),
        side=Message.Side.RESIDENT,
        at__gt=OuterRef("answered_at"),
    )
    answered = Submission.objects.filter(
        ~Exists(spoken), status=Status.ANSWERED, answered_at__lt=at - timedelta(days=patience)
    ).select_related("unit", "service__organization")
    today = timezone.localtime(at).date()
    for case in list(answered.order_by("pk")):
        days = calendars.of(in_charge(case))
        if days.between(timezone.localtime(case.answered_at).date(), today) > patience:
            yield case


def settled(case: Submission, at: datetime) -> bool:
    try:
        case.settle_silently(at=at)
    except ValidationError:
        # The resident has spoken at this very moment.
        return False
    return True


def batches(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), BATCH):
        yield pks[start : start + BATCH]
