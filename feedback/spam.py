"""Signs that a program filled in a form. They are told to the clerk, and refuse nobody: there is no puzzle to solve.

A field people do not see, the time between showing and sending a page, words that came before, many links. A case with
a sign is taken like any other and waits for a second look.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from feedback.models.submission import Submission
from portal.shared.slowing import spend
from portal.shared.visitor import client_address

SALT: Final = "feedback.spam.stamp"
# Nobody reads a question and writes a sentence faster.
FASTEST: Final = timedelta(seconds=4)
OLDEST_STAMP: Final = timedelta(days=2)
SAME_WORDS_WITHIN: Final = timedelta(days=3)
MOST_LINKS: Final = 2
LINK: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
LONGEST: Final = 200

# Stored as they stand here; `in_words` says them in the language of whoever looks.
TRAPPED: Final = gettext_noop("The hidden field was filled in.")
TOO_FAST: Final = gettext_noop("It was written within seconds.")
NO_STAMP: Final = gettext_noop("It came without having seen the page.")
SAME_WORDS: Final = gettext_noop("The same words as {number}.")
MANY: Final = gettext_noop("Many came from the same place within an hour.")
LINKS: Final = gettext_noop("It holds many links.")
NUMBER: Final = re.compile(r"\d{4}-\w{6}-\w")


def stamp(at: datetime) -> str:
    """A word for a form that says when it was shown, and that nobody can make up."""
    # With the part of a second: two pages opened together are two.
    return signing.dumps(at.timestamp(), salt=SALT)


def shown_at(written: str, at: datetime) -> datetime | None:
    """When the form with this stamp was shown; None for one that is no stamp of ours, or too old."""
    try:
        shown = datetime.fromtimestamp(signing.loads(written, salt=SALT), tz=timezone.get_current_timezone())
    except (signing.BadSignature, ValueError, TypeError, OverflowError):
        return None
    return shown if timedelta(0) <= at - shown + timedelta(seconds=1) and at - shown < OLDEST_STAMP else None


def signs_of_form(trap: str, written_stamp: str, at: datetime) -> list[str]:
    """What a single page tells about how it was filled in."""
    signs = [TRAPPED] if trap else []
    shown = shown_at(written_stamp, at)
    if shown is None:
        signs.append(NO_STAMP)
    elif at - shown < FASTEST:
        signs.append(TOO_FAST)
    return signs


def signs_of_words(story: str, at: datetime) -> list[str]:
    """What the words tell: sent before, or full of links."""
    signs = []
    earlier = Submission.objects.filter(received_at__gt=at - SAME_WORDS_WITHIN, story=story)
    if story and (same := earlier.order_by("received_at").values_list("number", flat=True).first()):
        signs.append(SAME_WORDS.format(number=same))
    if len(LINK.findall(story)) > MOST_LINKS:
        signs.append(LINKS)
    return signs


def signs_of_source(request: HttpRequest, at: datetime) -> list[str]:
    """Whether very many cases came from one place lately; one address may be a whole village's, so it only tells."""
    return [MANY] if spend("send", client_address(request), at=at) else []


def suspicion(signs: list[str]) -> str:
    """The signs as the case keeps them; empty for most."""
    return " ".join(dict.fromkeys(signs))[:LONGEST]


def in_words(kept: str) -> str:
    """The signs a case keeps, in the active language."""
    told = []
    for sign in re.split(r"(?<=\.) ", kept):
        number = NUMBER.search(sign)
        told.append(gettext(SAME_WORDS).format(number=number[0]) if number else gettext(sign) if sign else "")
    return " ".join(filter(None, told))
