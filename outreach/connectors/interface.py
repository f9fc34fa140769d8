"""What a connector is asked and what it may answer; it knows nothing of the database.

Its answers tell three kinds of trouble apart, because only one of them may be tried again without a person:
what the channel has surely not taken, and would take later (`NotNow`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Receiver:
    """Who gets it: `key` stands for them in the database, `words` at the desk, `address` only here."""

    key: str = ""
    words: str = ""
    address: str = ""


@dataclass(frozen=True)
class Outgoing:
    """What goes out to one receiver; `image_url` is public, because channels fetch pictures themselves.

    `prepared_id` is what an earlier try has prepared there, and `keep` is called with it before it is used.
    """

    text: str
    link: str
    image_url: str
    receiver: Receiver
    prepared_id: str
    keep: Callable[[str], None]


@dataclass(frozen=True)
class Sent:
    """The channel has taken it: its number there, and its address where it has one."""

    external_id: str
    url: str = ""


class Connector(Protocol):
    """One account of one channel."""

    def receivers(self) -> Sequence[Receiver]:
        """To whom each post goes; a page is one receiver without an address."""

    def send(self, outgoing: Outgoing) -> Sent:
        """Publishes it, or raises Refused, NotNow or Unclear."""


class Refused(Exception):
    """The channel has surely not taken it, and will not until somebody changes something."""


class NotNow(Exception):
    """The channel has surely not taken it, but may later."""

    def __init__(self, words: str, wait: timedelta | None = None) -> None:
        super().__init__(words)
        self.wait = wait


class Unclear(Exception):
    """Nobody knows whether the channel has taken it: a person has to look."""
