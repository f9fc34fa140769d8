"""How the desk says when an answer is due, and how a case is called in a list."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from feedback.models import Submission
from portal.shared.templatetags.indonesia import short_date

WORDS_OF_A_GIST = 12


def gist(case: Submission) -> str:
    """What it is about in a line: the clerk's words, else the first of the resident's."""
    if case.title:
        return case.title
    story = getattr(case, "beginning", None)
    words = Truncator(case.story if story is None else story).words(WORDS_OF_A_GIST)
    return words or case.get_kind_display()


def due_words(case: Submission, at: datetime) -> str:
    """“3 Dec 2026, in 4 days”, “2 days late”; empty when nothing is promised or nothing is left to do."""
    if case.due_on is None:
        return ""
    day = short_date(case.due_on)
    left = (case.due_on - timezone.localtime(at).date()).days
    if not case.is_open:
        return day
    if left == 0:
        return gettext("%(date)s, today") % {"date": day}
    if left > 0:
        return ngettext("%(date)s, in %(n)s day", "%(date)s, in %(n)s days", left) % {"date": day, "n": left}
    return ngettext("%(date)s, %(n)s day late", "%(date)s, %(n)s days late", -left) % {
        "date": day,
        "n": -left,
    }


def urgency(case: Submission, at: datetime) -> str:
    """ "late", "today" or nothing: for the eye, beside the words."""
    if not case.is_open or case.due_on is None:
        return ""
    today: Any = timezone.localtime(at).date()
    return "late" if case.due_on < today else "today" if case.due_on == today else ""
