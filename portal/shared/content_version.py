"""One number that grows with every change of public content, so that each worker knows what it kept is old.

Whatever is kept must carry the number read *before* the content was: then it can be older than its number
says, never newer, and a page made while an edit commits is simply made again.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

SECONDS_KEPT = 1.0


class ContentVersion(models.Model):
    """The single row; ``number`` is the microsecond of the last change, and larger with every change.

    Taken from the clock, a number never comes back with other content: not after a rollback, not after an
    older backup is restored, not in a database made anew.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("content version")
        verbose_name_plural = _("content versions")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="content_version_is_one_row",
                violation_error_message=_("There is only one content version."),
            ),
        )

    def __str__(self) -> str:
        return str(self.number)


class Reader:
    """What one process knows of the number: at most ``SECONDS_KEPT`` old, safe to ask from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._forgotten = 0
        self._kept: tuple[int, float] | None = None
        self._silent_since: float | None = None
        self._in_transaction = threading.local()

    def current(self) -> int:
        """The number; reads the database when what is kept is too old, and passes on its errors."""
        if (pinned_number := getattr(_pinned, "number", None)) is not None:
            return int(pinned_number)
        connection = reading_connection()
        if connection.in_atomic_block:
            return self._number_in_transaction(connection)
        number = self._number_kept()
        if number is not None:
            return number
        # Taken before the question is sent, so that the age of the answer is never understated.
        asked_at, forgotten = self._clock(), self._forgotten
        number = stored_number()
        with self._lock:
            # Somebody bumped while we were asking: what we heard may be from before.
            if forgotten == self._forgotten:
                self._kept = (number, asked_at)
        return number

    def current_outside_requests(self) -> int | None:
        """The number, asked where Django has no request open; None when the database does not answer.

        Treats the thread's connection as Django does around a request, so that a dead or outlived one is
        replaced instead of used. A silent database is left alone for as long as a number is kept: a page in
        the store need not wait for it.
        """
        connection = reading_connection()
        if not connection.in_atomic_block:
            number = self._number_kept()
            if number is not None:
                return number
            silent_since = self._silent_since
            if silent_since is not None and 0 <= self._clock() - silent_since < SECONDS_KEPT:
                return None
            connection.close_if_unusable_or_obsolete()
        try:
            number = self.current()
        except Error:
            self._silent_since = self._clock()
            return None
        else:
            self._silent_since = None
            return number
        finally:
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    def forget(self) -> None:
        """Ask the database again next time."""
        with self._lock:
            self._forgotten += 1
            self._kept = None
            self._silent_since = None
        self._in_transaction.kept = None

    def forget_in_transaction(self) -> None:
        """The open transaction of this thread changed the number; others learn of it when it commits."""
        self._in_transaction.kept = None

    def _number_kept(self) -> int | None:
        kept = self._kept
        if kept is not None and 0 <= self._clock() - kept[1] < SECONDS_KEPT:
            return kept[0]
        return None

    def _number_in_transaction(self, connection: BaseDatabaseWrapper) -> int:
        # A number read here may be uncommitted, or from an old snapshot: it serves this transaction alone.
        kept = getattr(self._in_transaction, "kept", None)
        if kept is not None and kept[0] == connection.atomic_blocks:
            return int(kept[1])
        number = stored_number()
        self._in_transaction.kept = (list(connection.atomic_blocks), number)
        return number


def reading_connection() -> BaseDatabaseWrapper:
    # The original's: while pages are read from a copy, the number is pinned to what the copy shows.
    return connections[router.db_for_read(ContentVersion)]


def stored_number(using: str | None = None) -> int:
    """The number in the database; before the first change one nobody else has, so nothing is kept long."""
    rows = ContentVersion.objects.using(using) if using else ContentVersion.objects.all()
    number = rows.filter(pk=1).values_list("number", flat=True).first()
    return -time.time_ns() if number is None else number


_pinned = threading.local()


@contextmanager
def pinned(number: int) -> Iterator[None]:
    """In this thread the number is the given one: what is read meanwhile is known to show at least that."""
    _pinned.number = number
    try:
        yield
    finally:
        _pinned.number = None


_held = threading.local()


@contextmanager
def one_bump() -> Iterator[None]:
    """Gathers the bumps of a long transaction into one at its end, so that editors need not wait for it."""
    if getattr(_held, "is_wanted", None) is not None:
        raise RuntimeError("one_bump is already gathering in this thread.")
    _held.is_wanted = False
    try:
        yield
        is_wanted = _held.is_wanted
    finally:
        _held.is_wanted = None
    if is_wanted:
        bump()


def bump() -> None:
    """Says in the open transaction that public content changes with it; raises outside of one.

    Transactions that bump wait for each other from here to their commit, so call it last.
    """
    if getattr(_held, "is_wanted", None) is not None:
        _held.is_wanted = True
        return
    alias = router.db_for_write(ContentVersion)
    if not connections[alias].in_atomic_block:
        raise transaction.TransactionManagementError(
            "Bump the content version inside the transaction that changes the content."
        )
    rows = ContentVersion.objects.using(alias).filter(pk=1)
    now = time.time_ns() // 1000
    larger = Greatest(F("number") + 1, Value(now))
    if not rows.update(number=larger):
        # Two first changes at once: the second finds the row of the first and counts on from it.
        ContentVersion.objects.using(alias).bulk_create([ContentVersion(number=now)], ignore_conflicts=True)
        rows.update(number=larger)
    reader.forget_in_transaction()
    transaction.on_commit(reader.forget, using=alias)


reader = Reader()
current = reader.current
current_outside_requests = reader.current_outside_requests
forget = reader.forget
