"""The seats of an event: taken, given back and handed on by conditional updates alone, never by reading first.

Every verb here changes the event's row before it touches a registration. Whoever comes second therefore waits for the
first to commit, and then sees the line as it really is: no seat is sold twice, none stays free while somebody waits
who would fit.
"""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from outreach import letters
from outreach.seats_words import seats_of
from portal.shared import content_version

# Postponed: who is registered stays registered, and a seat that comes free is somebody's on the new date.
STILL_MEANT = ("published", "postponed")


class Seating(models.Model):
    """The counts of an event and the verbs that alone may change them."""

    class Meta:
        abstract = True

    def sit(self: Any, people: int, *, standing: int = 0) -> bool:
        """Takes so many seats if they are free, for people not yet counted or `standing` in the line till now."""
        free = Q(capacity=None) | Q(capacity__gte=F("taken") + people)
        row = self._as_decided().filter(free, waiting__gte=standing)
        is_done = bool(row.update(taken=F("taken") + people, waiting=F("waiting") - standing))
        if is_done:
            self._tell_seats(people)
        return is_done

    def line_up(self: Any, people: int) -> bool:
        """Counts so many as waiting, only if they do not fit: the same row as in `sit`, so never both or neither."""
        full = Q(capacity__lt=F("taken") + people)
        return bool(self._as_decided().filter(full).update(waiting=F("waiting") + people))

    def stand_up(self: Any, people: int) -> None:
        """Gives seats back; `fill_places` has to follow in the same transaction."""
        type(self).objects.filter(pk=self.pk).update(taken=F("taken") - people)
        self._tell_seats(-people)

    def leave_line(self: Any, people: int) -> None:
        type(self).objects.filter(pk=self.pk).update(waiting=F("waiting") - people)

    def hold(self: Any) -> None:
        """Waits for whoever is changing its seats, and keeps others waiting until the transaction ends."""
        type(self).objects.select_for_update(no_key=True).filter(pk=self.pk).order_by().values("pk").first()

    def fill_places(self: Any, at: datetime) -> list[Any]:
        """Moves up who waits, first come first among those who fit; whom. Nobody once it has begun.

        A postponed one begins on a day nobody knows yet, whatever date it had.
        """
        with transaction.atomic():
            self.hold()
            self.refresh_from_db(fields=["capacity", "taken", "waiting", "starts_at", "decision"])
            moved: list[Any] = []
            has_begun = at >= self.starts_at and self.decision != "postponed"
            if not self.waiting or has_begun or self.decision not in STILL_MEANT:
                return moved
            left = self.places_left
            for party in self.registrations.in_line():
                # The row is held, so that what was read of it stays true; the update looks again all the same.
                if left is not None and party.party_size > left:
                    continue
                if self.sit(party.party_size, standing=party.party_size):
                    left = None if left is None else left - party.party_size
                    party.move_up(at)
                    letters.tell_promoted(party, at)
                    moved.append(party)
            return moved

    def _as_decided(self: Any) -> Any:
        """Its row, unless somebody has called it off since it was read."""
        return type(self).objects.filter(pk=self.pk, decision=self.decision)

    def _tell_seats(self: Any, change: int) -> None:
        """Renews pages if the words for free places are other ones now; in the transaction that changes them."""
        row = type(self).objects.filter(pk=self.pk).values("capacity", "taken").get()
        now, before = (seats_of(row["capacity"], taken) for taken in (row["taken"], row["taken"] - change))
        if now != before:
            content_version.bump()
