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
from outreach.models.attendance import Attendance
from outreach.models.event import Event
from outreach.models.registration import Registration
from portal.shared.receipt import key_hash


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
    typed, new = Typed(), []
    with transaction.atomic():
        event.hold()
        lines = {line.number: line for line in lines_of(event)}
        entries = list(Attendance.objects.filter(event=event, registration__isnull=False))
        sent_before = {entry.nonce_hash: entry for entry in entries if entry.undone_at is None}
        inside = {entry.registration_id for entry in entries if entry.undone_at is None}
        taken_back = {entry.nonce_hash for entry in entries if entry.undone_at is not None}
        for number, people in signed:
            line = lines[number]
            party = line.registration
            mark = key_hash(f"{nonce}:{party.pk}")
            if mark in sent_before:
                typed.let_in.append(line)
                typed.people += sent_before[mark].people
            elif mark in taken_back or party.pk in inside:
                typed.already.append(line)
            elif party.state == Registration.State.CANCELLED:
                typed.cancelled.append(line)
            else:
                came = attending.party_of(party, people)
                typed.let_in.append(line)
                typed.people += came
                new.append(
                    Attendance(
                        event=event,
                        registration=party,
                        people=came,
                        way=Attendance.Way.PAPER,
                        nonce_hash=mark,
                        at=at,
                        by=by,
                    )
                )
        Attendance.objects.bulk_create(new)
        if others:
            attending.walk_in(event, others, nonce=nonce, at=at, by=by, is_paper=True)
            typed.people += others
        attending.tell_pages(event, at)
    return typed


def is_on_sheet(line: Numbered) -> bool:
    """Whether there is anything to sign: those who cancelled leave a gap in the numbers."""
    return line.registration.state != Registration.State.CANCELLED
