"""The way of a case as residents read it: where it is now in one sentence, what was, what is still to come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext

from feedback.lifecycle import ENDED, PUBLIC_WORDS, Status
from feedback.models import Submission
from portal.shared.templatetags.indonesia import long_date

# What still lies before a case, from where it is.
AHEAD = {
    Status.RECEIVED: (Status.VERIFIED, Status.IN_PROGRESS, Status.ANSWERED, Status.SETTLED),
    Status.VERIFIED: (Status.IN_PROGRESS, Status.ANSWERED, Status.SETTLED),
    Status.ASSIGNED: (Status.ANSWERED, Status.SETTLED),
    Status.IN_PROGRESS: (Status.ANSWERED, Status.SETTLED),
    Status.REOPENED: (Status.IN_PROGRESS, Status.ANSWERED, Status.SETTLED),
    Status.WAITING: (Status.IN_PROGRESS, Status.ANSWERED, Status.SETTLED),
    Status.ANSWERED: (Status.SETTLED,),
}
# Moves whose reason says what a resident has to know; it is theirs to read, not everybody's.
TELLS_WHY = frozenset({Status.NOT_OURS, Status.CANNOT, Status.DUPLICATE, Status.ARCHIVED, Status.REOPENED})
ICONS = {
    Status.RECEIVED: ("envelope", "new"),
    Status.VERIFIED: ("check2", "work"),
    Status.ASSIGNED: ("tools", "work"),
    Status.IN_PROGRESS: ("tools", "work"),
    Status.WAITING: ("question-circle", "wait"),
    Status.ANSWERED: ("check-circle", "done"),
    Status.SETTLED: ("hand-thumbs-up", "done"),
    Status.REOPENED: ("arrow-right", "wait"),
}


@dataclass(frozen=True)
class Stage:
    """One station: `mark` is ok for what was, now for where it is, empty for what is to come."""

    words: str
    mark: str = ""
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Journey:
    words: str
    now: str
    stages: list[Stage]
    icon: str
    tint: str
    is_late: bool


def of(told: Submission, at: datetime, *, is_own: bool) -> Journey:
    """With reasons for whoever has the secret, without them for everybody else."""
    icon, tint = ICONS.get(Status(told.status), ("info-circle", "wait"))
    words = unheard() if ended_unheard(told) else told.public_status
    return Journey(words, sentence(told, at), stages(told, is_own=is_own), icon, tint, told.is_late(at))


def is_of_clock(move: Any) -> bool:
    """Whether nobody decided that it cannot be done: a question of ours was not answered."""
    return move.to_status == Status.CANNOT and move.side == "clock"


def ended_unheard(case: Submission) -> bool:
    last = case.status_changes.last() if case.status == Status.CANNOT else None
    return last is not None and is_of_clock(last)


def unheard() -> str:
    return pgettext("what residents read", "Ended without a reply")


def stages(case: Submission, *, is_own: bool) -> list[Stage]:
    walked: list[Stage] = []
    for move in case.timeline() if is_own else case.status_changes.all():
        words = unheard() if is_of_clock(move) else str(PUBLIC_WORDS[Status(move.to_status)])
        reason = move.reason if is_own and Status(move.to_status) in TELLS_WHY else ""
        if walked and walked[-1].words == words and not reason:
            # From unit to unit it is still being worked on.
            continue
        walked.append(Stage(words, "ok", move.at, reason))
    if walked:
        last = walked[-1]
        walked[-1] = Stage(last.words, "now", last.at, last.reason)
    ahead = [Stage(str(PUBLIC_WORDS[one])) for one in AHEAD.get(Status(case.status), ())]
    return walked + ahead


def sentence(case: Submission, at: datetime) -> str:
    """One sentence on now, and the promised day; when we are late it says so, and who has it."""
    who = str(case.unit) if case.unit else gettext("the office that keeps this site")
    if case.is_late(at):
        return gettext("We promised an answer by %(date)s and are late. It is with %(who)s.") % {
            "date": long_date(case.due_on),
            "who": who,
        }
    match Status(case.status):
        case Status.WAITING:
            return gettext("We have asked you something. Until you answer, our clock stands still.")
        case Status.ANSWERED:
            return gettext("We have answered. Is it settled?")
        case Status.SETTLED:
            return gettext("It is settled. If it comes back, tell us.")
        case Status.NOT_OURS:
            return gettext("Another office is in charge.")
        case Status.CANNOT:
            if ended_unheard(case):
                return gettext("It has ended, because a question of ours was not answered.")
            return gettext("We cannot do this.")
        case Status.DUPLICATE:
            return joined(case)
        case Status.ARCHIVED:
            return gettext("We have put this away without an answer.")
    if case.due_on is None:
        return gettext("It is with %(who)s.") % {"who": who}
    return gettext("It is with %(who)s. You have an answer by %(date)s.") % {
        "who": who,
        "date": long_date(case.due_on),
    }


def joined(case: Submission) -> str:
    """How the case goes on that this one was joined with; nothing of what somebody else wrote."""
    other = case.duplicate_of
    if other is None:
        return gettext("We have joined it with another report of the same.")
    status = str(PUBLIC_WORDS[Status(other.status)])
    if other.status in ENDED or other.due_on is None:
        return gettext("Others told us the same. Of all of you: %(status)s.") % {"status": status}
    return gettext("Others told us the same. Of all of you: %(status)s. There is an answer by %(date)s.") % {
        "status": status,
        "date": long_date(other.due_on),
    }
