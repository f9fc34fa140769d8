"""Which promise a case gets, and what is left of it: rules as data, counted in working days of the unit."""

from datetime import date, datetime

from django.utils import timezone

from feedback.models.deadline import DeadlineRule
from feedback.models.submission import Submission
from portal.shared.working_days import add_working_days
from services.models import ClosedDay


def promise(submission: Submission, at: datetime) -> None:
    """Copies the promise that holds now onto the case; the caller saves. No rule, no promise."""
    rule = rule_for(submission)
    if rule is None:
        return
    received_on = timezone.localtime(at).date()
    closed = closed_days()
    if rule.verify_days is not None:
        submission.verify_by = add_working_days(received_on, rule.verify_days, closed)
    if rule.answer_days is not None:
        submission.due_on = add_working_days(received_on, rule.answer_days, closed)
        submission.promised_days = rule.answer_days
        submission.promise_source = rule.source


def rule_for(submission: Submission) -> DeadlineRule | None:
    """The most exact rule that fits: unit before topic before nature before kind."""
    natures = ("any", "oversight" if submission.is_oversight else "ordinary")
    fitting = [
        rule
        for rule in DeadlineRule.objects.filter(kind__in=("", submission.kind), nature__in=natures)
        if rule.unit_id in (None, submission.unit_id) and rule.category_id in (None, submission.category_id)
    ]
    return max(
        fitting,
        key=lambda rule: (bool(rule.unit_id), bool(rule.category_id), rule.nature != "any", bool(rule.kind)),
        default=None,
    )


def closed_days() -> set[date]:
    """Days on which every office is closed."""
    return set(ClosedDay.objects.filter(location=None).values_list("date", flat=True))
