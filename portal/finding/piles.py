"""Words looked for in vain, as a pile of the desk's start page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.finding.seeking import Sought, sought
from portal.piles import Found, Line, Pile, found, listed


def looked_for(user: Any, at: datetime) -> Found:
    def as_line(one: Sought) -> Line:
        note = ngettext("asked for on %(n)s day", "asked for on %(n)s days", one.on_days) % {"n": one.on_days}
        return Line(one.word, reverse("finding_desk:sought"), note)

    return found(sought(), as_line)


SOUGHT = Pile(
    name="sought-words",
    title=_("Looked for, not found"),
    explanation=_(
        "Words residents typed for which the portal has nothing; one word more may be all it takes."
    ),
    nothing=_("No word was looked for in vain."),
    rights=frozenset({"services.add_synonym"}),
    url=listed("finding_desk:sought"),
    look=looked_for,
)
