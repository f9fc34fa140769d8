"""What a pile of the start page is: its words, whose concern it is, and what it holds now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from portal.shared.templatetags.indonesia import clock, short_date

SHOWN = 5
COUNTED = 100
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One row of a pile: what it is, where it opens, and what is the matter with it."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What a pile holds now: how many (not counted beyond `COUNTED`), and the first of them."""

    count: int
    lines: tuple[Line, ...]

    @property
    def count_words(self) -> str:
        if self.count > COUNTED:
            return gettext("more than %(n)s") % {"n": COUNTED}
        return str(self.count)


@dataclass(frozen=True)
class Pile:
    """One kind of work; `rights` are those of which any one makes it a person's concern."""

    name: str
    title: Promise
    explanation: Promise
    nothing: Promise
    rights: frozenset[str]
    url: Callable[[], str]
    look: Callable[[Any, datetime], Found]
    # The memory of the portal has no end; only its newest rows are of interest here.
    is_counted: bool = True

    def concerns(self, user: Any) -> bool:
        return any(user.has_perm(right) for right in self.rights)


def found(rows: Iterable[Any], as_line: Callable[[Any], Line]) -> Found:
    rows = list(rows)
    return Found(len(rows), tuple(as_line(row) for row in rows[:SHOWN]))


def listed(address: str, query: str = "") -> Callable[[], str]:
    """The list behind a pile; empty where that list does not exist."""

    def url() -> str:
        try:
            return reverse(address) + query
        except NoReverseMatch:
            return ""

    return url


def moment(at: datetime | None) -> str:
    if at is None:
        return ""
    return gettext("%(date)s, %(time)s") % {"date": short_date(at), "time": clock(at)}
