"""Mails to the resident who left an address, queued in the transaction of the verb that has something to tell.

None of them carries the secret. Who left no address loses nothing: everything is on the tracking page.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedback.models.submission import Submission


def tell_receipt(submission: Submission, at: datetime) -> None:
    """The number, the promised day and where to follow the case."""


def tell_question(submission: Submission, text: str, at: datetime) -> None:
    """The office asks something, and the clock stands still until it is answered."""


def tell_answer(submission: Submission, text: str, at: datetime) -> None:
    """The office has answered; the resident can say whether it is settled."""


def tell_ending(submission: Submission, reason: str, at: datetime) -> None:
    """Not ours, cannot be done, joined with another: why, and what else to do."""


def tell_word(submission: Submission, text: str, at: datetime) -> None:
    """The office wrote something without asking."""


def tell_reopened(submission: Submission, at: datetime) -> None:
    """The case begins again, with a new promised day."""


def tell_late(submission: Submission, at: datetime) -> None:
    """The promised day has passed: who has it, and that we have not forgotten."""
