"""What residents read of the kinds of what they tell; the desk has the names of the trade."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.models import Submission

Kind = Submission.Kind


@dataclass(frozen=True)
class Card:
    """One choice on the first page of telling: a word, an example, a picture."""

    kind: Submission.Kind
    title: str | Promise
    example: str | Promise
    icon: str
    hue: str


CARDS: Final = (
    Card(
        Kind.COMPLAINT,
        _("There is a problem"),
        _("A service, a road, rubbish, or how staff behaved"),
        "exclamation-circle",
        "bantuan",
    ),
    Card(
        Kind.DEFECT,
        _("Something is broken"),
        _("A street lamp, a drain, a road, a bench"),
        "tools",
        "lingkungan",
    ),
    Card(
        Kind.SUGGESTION,
        _("I have an idea"),
        _("So that the neighbourhood or a service gets better"),
        "lightbulb",
        "usaha",
    ),
    Card(
        Kind.QUESTION,
        _("I have a question"),
        _("About a service, an event or a place"),
        "question-circle",
        "sekolah",
    ),
    Card(
        Kind.INFORMATION,
        _("I ask for information"),
        _("A document or figures of the office"),
        "file-earmark-text",
        "keluarga",
    ),
    Card(
        Kind.APPRECIATION,
        _("I want to say thank you"),
        _("Staff will read it"),
        "hand-thumbs-up",
        "warga",
    ),
    Card(
        Kind.UNDECIDED,
        _("Don't know yet, I just want to tell"),
        _("Staff sort it for you"),
        "chat-left-text",
        "sekolah",
    ),
)
TITLES: Final = {card.kind.value: card.title for card in CARDS}

# In lists and figures, where a word has to be enough.
PUBLIC_KINDS: Final = {
    Kind.COMPLAINT: pgettext_lazy("what residents read", "Problem"),
    Kind.SUGGESTION: pgettext_lazy("what residents read", "Idea"),
    Kind.QUESTION: pgettext_lazy("what residents read", "Question"),
    Kind.INFORMATION: pgettext_lazy("what residents read", "Request for information"),
    Kind.APPRECIATION: pgettext_lazy("what residents read", "Thanks"),
    Kind.DEFECT: pgettext_lazy("what residents read", "Something broken"),
    Kind.CORRECTION: pgettext_lazy("what residents read", "Correction of a page"),
    Kind.UNDECIDED: pgettext_lazy("what residents read", "A story"),
}


def kind_word(kind: str) -> str:
    return str(PUBLIC_KINDS[Kind(kind)])
