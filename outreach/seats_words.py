"""How many places are left, in words; the same words until it gets close, so that pages can be kept."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, ngettext

# From so many on the number is told.
FEW: Final = 5


@dataclass(frozen=True)
class Seats:
    """What a page says of the places: `kind` is open (nobody counts), many, few or full."""

    kind: str
    left: int = 0

    @property
    def words(self) -> str:
        if self.kind == "few":
            return ngettext("Only %(count)d place left", "Only %(count)d places left", self.left) % {
                "count": self.left
            }
        return {
            "open": gettext("There is room for everybody"),
            "many": gettext("Many places left"),
            "full": gettext("Full, there is a waiting list"),
        }[self.kind]


def seats_of(capacity: int | None, taken: int) -> Seats:
    """The words for so many places of which so many are taken."""
    if capacity is None:
        return Seats("open")
    left = max(capacity - taken, 0)
    if left == 0:
        return Seats("full")
    return Seats("few", left) if left <= FEW else Seats("many")
