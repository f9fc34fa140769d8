"""Public pages read from a copy of the database, and only while it shows all that the original does.

A copy follows the original after a while: usually at once, sometimes seconds, sometimes hours late. Pages are
kept by the content version, so a page from a late copy, kept under the number of the original, would stay
wrong after the copy has caught up. Hence the copy is asked for its own number first, and is read only when that
is no smaller than the number the page will be kept under. Whatever else happens, the original answers.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from portal.shared import content_version

T = TypeVar("T")

ALIAS = "replica"
ORIGINAL = "default"
# A copy that did not answer is left alone for so long, or each page would wait for it.
SECONDS_LEFT_ALONE = 5.0

_reading = threading.local()


class ReplicaRouter:
    """Reads of a public page go to the copy, everything else to the original, whatever an object came from."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return ALIAS if is_reading() else ORIGINAL

    def db_for_write(self, model: type, **hints: Any) -> str:
        return ORIGINAL

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ALIAS


class Copy:
    """What one process knows of the copy: the number it showed a moment ago, and when it was last away."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: tuple[int, float] | None = None
        self._away_since: float | None = None

    def shows(self, number: int) -> bool:
        """Whether everything up to this content version is in the copy; False when it does not answer."""
        now = self._clock()
        if self._away_since is not None and now - self._away_since < SECONDS_LEFT_ALONE:
            return False
        seen = self._seen
        # It only moves forward, so a moment later it shows no less.
        if seen and now - seen[1] < content_version.SECONDS_KEPT and seen[0] >= number:
            return True
        try:
            shown = content_version.stored_number(using=ALIAS)
        except (DatabaseError, InterfaceError):
            self.is_away()
            return False
        self._seen = (shown, now)
        return shown >= number

    def is_away(self) -> None:
        self._away_since = self._clock()
        self._seen = None

    def forget(self) -> None:
        self._seen = self._away_since = None


copy = Copy()


def is_reading() -> bool:
    return getattr(_reading, "is_on", False)


@contextmanager
def reading(number: int) -> Iterator[None]:
    """Reads of this thread go to the copy; whatever they fill is kept under `number`, which the copy shows."""
    _reading.is_on = True
    try:
        with content_version.pinned(number):
            yield
    finally:
        _reading.is_on = False


def read(make: Callable[[], T], number: int | None) -> T:
    """What `make` returns, read from the copy if that shows `number`; else, and if it fails, from the original.

    `make` only reads, so that it may be called twice. None means that the original is away: then nothing is
    known about the copy either.
    """
    if number is None or ALIAS not in settings.DATABASES or is_reading() or not copy.shows(number):
        return make()
    try:
        with reading(number):
            return make()
    except (OperationalError, InterfaceError):
        # Gone in the middle of a page, or it had to choose between this page and following the original.
        copy.is_away()
        return make()
