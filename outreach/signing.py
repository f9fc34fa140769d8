"""The sign-in sheet on paper: its numbered lines, and typing back which of them were signed.

A line is a registration's place in the order they came in, cancelled ones and the waiting list included. So a line
keeps its number whatever happens between printing and typing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from outreach import attending
from outreach.attending import Answer
from outreach.models.event import Event
from outreach.models.registration import Registration


@dataclass(frozen=True)
class Numbered:
    """One line of the sheet."""

    number: int
    registration: Registration


@dataclass
class Typed:
    """What became of the lines that were typed in."""

    let_in: list[Numbered] = field(default_factory=list)
    already: list[Numbered] = field(default_factory=list)
    cancelled: list[Numbered] = field(default_factory=list)
    people: int = 0


def lines_of(event: Event) -> list[Numbered]:
    """Every registration with its number, the first first."""
    rows = event.registrations.order_by("pk")
    return [Numbered(number, row) for number, row in enumerate(rows, start=1)]


def type_in(
    event: Event,
    signed: Iterable[tuple[int, int | None]],
    others: int,
    *,
    nonce: str,
    at: datetime,
    by: Any,
) -> Typed:
    """Lets in whoever signed, all or nothing; lines of people let in at the door before count once."""
    attending.check_door(event, at)
    lines = {line.number: line for line in lines_of(event)}
    typed = Typed()
    with transaction.atomic():
        event.hold()
        for number, people in signed:
            line = lines[number]
            said = attending.sign(event, line.registration, nonce=nonce, at=at, by=by, people=people)
            if said.answer == Answer.OK and said.attendance is not None:
                typed.let_in.append(line)
                typed.people += said.attendance.people
            elif said.answer == Answer.CANCELLED:
                typed.cancelled.append(line)
            else:
                typed.already.append(line)
        if others:
            attending.walk_in(event, others, nonce=nonce, at=at, by=by, is_paper=True)
            typed.people += others
    return typed


def is_on_sheet(line: Numbered) -> bool:
    """Whether there is anything to sign: those who cancelled leave a gap in the numbers."""
    return line.registration.state != Registration.State.CANCELLED
