"""When something is done that is done once a day or once an hour; read by the settings, so without any model."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise

DAY, HOUR = "day", "hour"
# Nobody is at the desk yet, and the night's backup is over.
DAY_BEGINS = 5


@dataclass(frozen=True)
class Periodic:
    """A task without arguments that is done once in every `period`; `name` is what the desk calls it."""

    path: str
    period: str
    name: str | Promise

    def round_at(self, at: datetime) -> str:
        """The round that moment belongs to; empty while today's has not begun."""
        here = timezone.localtime(at)
        if self.period == HOUR:
            # With its distance from UTC: an hour that comes twice has two rounds.
            return f"{here:%Y-%m-%dT%H%z}"
        return f"{here:%Y-%m-%d}" if here.hour >= DAY_BEGINS else ""
