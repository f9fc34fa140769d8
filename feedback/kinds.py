"""What residents read of the kind of a case; the desk has the names of the trade."""

from typing import Final

from django.utils.translation import pgettext_lazy

from feedback.models import Submission

Kind = Submission.Kind
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
