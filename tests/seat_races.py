"""Many who want the same few seats at the same moment, for the tests and for `python -m tests.bench seats`."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from django.db import connections, transaction
from django.db.models import Sum
from django.utils import timezone

from outreach.models import Event, Registration
from outreach.registering import Wish, cancel, register
from tests.builders import unique

SEATS, PEOPLE = 20, 80
SIZES, WEIGHTS = (1, 2, 3, 4, 5), (5, 4, 2, 2, 1)
# One in so many gives its place up at once, while the others still press the button.
GIVES_UP = 6
State = Registration.State
Act = Callable[[Event, int, str, datetime], Registration]


@dataclass(frozen=True)
class Outcome:
    """What is true after everybody has pressed the button."""

    seated: int
    waiting: int
    smallest_waiting: int
    taken: int
    counted_waiting: int
    problems: list[str] = field(default_factory=list)

    @property
    def is_oversold(self) -> bool:
        return self.seated > SEATS

    @property
    def has_idle_seats(self) -> bool:
        """Whether somebody waits who would fit."""
        return bool(self.smallest_waiting) and self.smallest_waiting <= SEATS - self.seated

    @property
    def faults(self) -> list[str]:
        found = [*self.problems]
        found += ["oversold"] if self.is_oversold else []
        found += ["idle seats"] if self.has_idle_seats else []
        counts = (self.taken, self.counted_waiting)
        return found if counts == (self.seated, self.waiting) else [*found, "counts differ"]


def by_verb(event: Event, size: int, key: str, at: datetime) -> Registration:
    return register(event, Wish(party_size=size), form_key=key, at=at).registration


def by_reading_first(event: Event, size: int, key: str, at: datetime) -> Registration:
    """The control: the same work as somebody would write it first, reading the number and then writing it."""
    with transaction.atomic():
        taken = Event.objects.values_list("taken", flat=True).get(pk=event.pk)
        fits = taken + size <= SEATS
        if fits:
            Event.objects.filter(pk=event.pk).update(taken=taken + size)
        return Registration.objects.create(
            event=event,
            state=State.REGISTERED if fits else State.WAITING,
            code_hash=key,
            form_key_hash=key,
            party_size=size,
            created_at=at,
        )


@contextmanager
def crowd(people: int = PEOPLE) -> Iterator[ThreadPoolExecutor]:
    """So many threads, each with a connection of its own that it keeps; closed at the end."""
    together = Barrier(people)

    def leave() -> None:
        together.wait(60)
        connections.close_all()

    with ThreadPoolExecutor(people) as pool:
        try:
            yield pool
        finally:
            for done in [pool.submit(leave) for _ in range(people)]:
                done.result()


def rush(
    event: Event, pool: ThreadPoolExecutor, *, act: Act = by_verb, people: int = PEOPLE, seed: int = 0
) -> Outcome:
    """Everybody presses the button together; some give their place up a moment later."""
    dice, at, together = random.Random(seed), timezone.now(), Barrier(people)
    sizes = dice.choices(SIZES, WEIGHTS, k=people)

    def press(number: int) -> str:
        key = unique(f"kunci-{event.pk}-{number}")
        together.wait(60)
        try:
            made = act(event, sizes[number], key, at)
            if act is by_verb and number % GIVES_UP == 0:
                cancel(made, at=at)
        except Exception as problem:
            return repr(problem)
        return ""

    problems = [told for told in pool.map(press, range(people)) if told]
    return outcome_of(event, problems)


def outcome_of(event: Event, problems: list[str]) -> Outcome:
    rows: Any = Registration.objects.filter(event=event).order_by()
    line = list(rows.filter(state=State.WAITING).values_list("party_size", flat=True))
    row = Event.objects.get(pk=event.pk)
    return Outcome(
        seated=rows.filter(state=State.REGISTERED).aggregate(n=Sum("party_size"))["n"] or 0,
        waiting=sum(line),
        smallest_waiting=min(line, default=0),
        taken=row.taken,
        counted_waiting=row.waiting,
        problems=problems,
    )


def tomorrow() -> dict[str, Any]:
    """What an event of today's clock needs."""
    return {"starts_at": timezone.now() + timedelta(days=1), "capacity": SEATS}
