"""Which promise a case gets, and what is left of it: rules as data, counted in working days of the unit.

The day of receipt, in the portal's time zone, is not counted. Days on which the office waits for the resident are
given back. What was promised is copied onto the case, so that a rule changed later changes no promise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from feedback.models.calendar import OFFICE_WEEK, UnitCalendar
from feedback.models.deadline import DeadlineRule
from portal.shared.working_days import add_working_days, is_working_day, working_days_between
from services.models import ClosedDay

if TYPE_CHECKING:
    from feedback.models.submission import Submission
    from services.models import Organization

# What a promise depends on; corrected before a case is verified, it is promised anew.
DECISIVE: Final = frozenset({"kind", "category", "is_oversight", "unit", "service"})


# The calendar ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkingDays:
    """The days on which one unit works."""

    closed: frozenset[date]
    week: frozenset[int]

    def add(self, start: date, days: int) -> date:
        """The last day of a promise; none to add leaves the day as it is."""
        return add_working_days(start, days, self.closed, self.week) if days else start

    def between(self, start: date, end: date) -> int:
        """Working days after the start up to the end; none when the end comes first."""
        return working_days_between(start, end, self.closed, self.week) if end > start else 0

    def is_one(self, day: date) -> bool:
        return is_working_day(day, self.closed, self.week)


class Calendars:
    """Every unit's working days, read once: two questions, and one more for each level above a unit."""

    def __init__(self) -> None:
        days = list(ClosedDay.objects.filter(location=None).values_list("date", "kind"))
        self.closed = frozenset(day for day, _kind in days)
        self.without_leave = frozenset(day for day, kind in days if kind != ClosedDay.Kind.COLLECTIVE_LEAVE)
        self.own = {one.unit_id: one for one in UnitCalendar.objects.all()}

    def of(self, unit: Organization | None) -> WorkingDays:
        """The working days of a unit: its own, else those of the nearest unit above it, else the office's."""
        own = (
            next((self.own[one.pk] for one in above(unit) if one.pk in self.own), None) if self.own else None
        )
        if own is None:
            return WorkingDays(self.closed, frozenset(int(day) for day in OFFICE_WEEK))
        closed = self.without_leave if own.works_on_collective_leave else self.closed
        return WorkingDays(closed, frozenset(int(day) for day in own.days))


def above(unit: Organization | None) -> Iterable[Organization]:
    """A unit, the one it is part of, and so on; a circle is walked once."""
    seen: set[int] = set()
    while unit is not None and unit.pk not in seen:
        yield unit
        seen.add(unit.pk)
        unit = unit.parent


def closed_days() -> frozenset[date]:
    """Days on which every office is closed."""
    return Calendars().closed


# The promise ----------------------------------------------------------------------------------------------


def promise(submission: Submission, at: datetime) -> None:
    """Copies the promise that holds now onto the case; the caller saves. No rule, no promise."""
    for name, value in terms(submission, at).items():
        setattr(submission, name, value)


def terms(submission: Submission, at: datetime) -> dict[str, Any]:
    """The columns of a promise made for what came in at that moment, with the days already given back."""
    verify, answer = rules_for(submission)
    days, start = Calendars().of(in_charge(submission)), timezone.localtime(at).date()
    waited = submission.waited_days

    def until(limit: int | None) -> date | None:
        return None if limit is None else add_working_days(start, limit + waited, days.closed, days.week)

    return {
        "verify_by": until(verify.verify_days if verify else None),
        "due_on": until(answer.answer_days if answer else None),
        "promised_days": answer.answer_days if answer else None,
        "promise_source": answer.source if answer else "",
    }


def rule_for(submission: Submission) -> DeadlineRule | None:
    """The rule that says by when this case is answered."""
    return rules_for(submission)[1]


def rules_for(submission: Submission) -> tuple[DeadlineRule | None, DeadlineRule | None]:
    """The most exact rules that fit, for verifying and for answering: unit before topic before nature before kind."""
    natures = ("any", "oversight" if submission.is_oversight else "ordinary")
    rules = list(DeadlineRule.objects.filter(kind__in=("", submission.kind), nature__in=natures))
    units = nearness(above(in_charge(submission))) if any(rule.unit_id for rule in rules) else {}
    topic = submission.category or (submission.service.category if submission.service else None)
    topics = nearness(one for one in (topic, topic.parent) if one) if topic else {}
    fitting = [
        rule
        for rule in rules
        if (rule.unit_id is None or rule.unit_id in units)
        and (rule.category_id is None or rule.category_id in topics)
    ]

    def exactness(rule: DeadlineRule) -> tuple[int, int, bool, bool]:
        near = (units.get(rule.unit_id or 0, 0), topics.get(rule.category_id or 0, 0))
        return (*near, rule.nature != "any", bool(rule.kind))

    verifying = [rule for rule in fitting if rule.verify_days is not None]
    answering = [rule for rule in fitting if rule.answer_days is not None]
    return max(verifying, key=exactness, default=None), max(answering, key=exactness, default=None)


def nearness(chain: Iterable[Any]) -> dict[int, int]:
    """Keys of a chain that leads upwards, the nearest with the highest number, none with zero."""
    keys = [one.pk for one in chain]
    return {key: len(keys) - place for place, key in enumerate(keys)}


def in_charge(submission: Submission) -> Organization | None:
    """The unit in charge, else the one whose service it is about."""
    if submission.unit is not None:
        return submission.unit
    return submission.service.organization if submission.service else None


# The clock ------------------------------------------------------------------------------------------------


def after_waiting(submission: Submission, at: datetime) -> dict[str, Any]:
    """The columns of the clock when the office no longer waits: every working day it waited is given back."""
    if submission.waiting_since is None:
        return {}
    days = Calendars().of(in_charge(submission))
    asked, heard = (timezone.localtime(moment).date() for moment in (submission.waiting_since, at))
    waited = days.between(asked, heard)
    if not waited:
        return {}
    changes: dict[str, Any] = {"waited_days": submission.waited_days + waited}
    if submission.due_on is not None:
        changes["due_on"] = days.add(submission.due_on, waited)
    if submission.verify_by is not None and submission.waiting_from == "received":
        changes["verify_by"] = days.add(submission.verify_by, waited)
    return changes


def rested(submission: Submission, at: datetime) -> int:
    """Working days up to now on which the office had nothing to do, when a case that had ended is opened again."""
    days = submission.rested_days + submission.waited_days
    if submission.closed_at is None:
        return days
    ended, again = (timezone.localtime(moment).date() for moment in (submission.closed_at, at))
    return days + Calendars().of(in_charge(submission)).between(ended, again)


def days_left(submission: Submission, at: datetime, calendars: Calendars | None = None) -> int | None:
    """Working days until the promised day, negative once it has passed; None without a promise."""
    if submission.due_on is None:
        return None
    days, today = (calendars or Calendars()).of(in_charge(submission)), timezone.localtime(at).date()
    if today > submission.due_on:
        return -days.between(submission.due_on, today)
    return days.between(today, submission.due_on)
