"""The life of a case: its statuses, the moves between them, and what each is called before residents.

One table, read by the verbs, the desk and the tests. A status that is not here does not exist; a move that is
not here is refused, in the admin too. A new status needs a sentence in the README.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """How far the office has come with a case; the labels are those of the desk."""

    RECEIVED = "received", _("Received")
    VERIFIED = "verified", _("Verified")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for the resident")
    ANSWERED = "answered", _("Answered")
    SETTLED = "settled", _("Settled")
    NOT_OURS = "not_ours", _("Not ours")
    CANNOT = "cannot", _("Cannot be done")
    DUPLICATE = "duplicate", _("Duplicate")
    ARCHIVED = "archived", _("Archived")
    REOPENED = "reopened", _("Reopened")


S = Status
ENDINGS: Final = frozenset({S.NOT_OURS, S.CANNOT, S.DUPLICATE})

MOVES: Final[dict[Status, frozenset[Status]]] = {
    S.RECEIVED: frozenset({S.VERIFIED, S.WAITING, S.ARCHIVED}) | ENDINGS,
    S.VERIFIED: frozenset({S.ASSIGNED, S.WAITING, S.ANSWERED, S.ARCHIVED}) | ENDINGS,
    # Assigned again: to another unit.
    S.ASSIGNED: frozenset({S.ASSIGNED, S.IN_PROGRESS, S.WAITING, S.ANSWERED}) | ENDINGS,
    S.IN_PROGRESS: frozenset({S.ASSIGNED, S.WAITING, S.ANSWERED}) | ENDINGS,
    # Back to where the question was asked, once the resident has answered or the office takes it back.
    S.WAITING: frozenset(
        {S.RECEIVED, S.VERIFIED, S.ASSIGNED, S.IN_PROGRESS, S.REOPENED, S.ANSWERED, S.ARCHIVED}
    )
    | ENDINGS,
    S.ANSWERED: frozenset({S.SETTLED, S.REOPENED}),
    S.SETTLED: frozenset({S.REOPENED, S.ARCHIVED}),
    S.REOPENED: frozenset({S.ASSIGNED, S.IN_PROGRESS, S.WAITING, S.ANSWERED}) | ENDINGS,
    S.NOT_OURS: frozenset({S.REOPENED, S.ARCHIVED}),
    S.CANNOT: frozenset({S.REOPENED, S.ARCHIVED}),
    # Taken apart again, when two cases turn out to be two.
    S.DUPLICATE: frozenset({S.VERIFIED, S.ARCHIVED}),
    # Brought back, when it was put away by mistake.
    S.ARCHIVED: frozenset({S.VERIFIED}),
}

# Moves residents deserve a reason for.
NEEDS_REASON: Final = frozenset({S.NOT_OURS, S.CANNOT, S.DUPLICATE, S.ARCHIVED, S.REOPENED})

# Somebody at the office has to do something.
OPEN: Final = frozenset({S.RECEIVED, S.VERIFIED, S.ASSIGNED, S.IN_PROGRESS, S.REOPENED})
# Nobody at the office has to do anything now.
ENDED: Final = frozenset({S.ANSWERED, S.SETTLED, S.ARCHIVED}) | ENDINGS

# What residents read (ui.md, §5); `pgettext` keeps these apart from the desk's words.
PUBLIC_WORDS: Final = {
    S.RECEIVED: pgettext_lazy("what residents read", "Received"),
    S.VERIFIED: pgettext_lazy("what residents read", "Read by staff"),
    S.ASSIGNED: pgettext_lazy("what residents read", "Being worked on"),
    S.IN_PROGRESS: pgettext_lazy("what residents read", "Being worked on"),
    S.WAITING: pgettext_lazy("what residents read", "We need to hear from you"),
    S.ANSWERED: pgettext_lazy("what residents read", "Done according to staff"),
    S.SETTLED: pgettext_lazy("what residents read", "Rated by the resident"),
    S.NOT_OURS: pgettext_lazy("what residents read", "Passed on to another office"),
    S.CANNOT: pgettext_lazy("what residents read", "Cannot be done"),
    S.DUPLICATE: pgettext_lazy("what residents read", "Joined with another report"),
    S.ARCHIVED: pgettext_lazy("what residents read", "Put away"),
    S.REOPENED: pgettext_lazy("what residents read", "Opened again"),
}


def moves_from(from_status: str, waiting_from: str = "") -> list[Status]:
    """Where a case can go from here, in the order of the statuses.

    A case that waits goes back to where it was asked from, or where it could have gone from there.
    """
    allowed = MOVES[Status(from_status)]
    if from_status == Status.WAITING and waiting_from:
        allowed &= MOVES[Status(waiting_from)] | {Status(waiting_from)}
    return [one for one in Status if one in allowed]


def is_allowed(from_status: str, to: str, waiting_from: str = "") -> bool:
    return Status(to) in moves_from(from_status, waiting_from)


def needs_reason(from_status: str, to: str) -> bool:
    """Whether a move has to say why: endings without an answer, and passing a case from unit to unit.

    What goes back to where a question was asked is nothing new.
    """
    if (from_status, to) == (Status.WAITING, Status.REOPENED):
        return False
    return Status(to) in NEEDS_REASON or (from_status, to) == (Status.ASSIGNED, Status.ASSIGNED)
