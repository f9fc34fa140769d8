"""The morning's mail to one member of staff: which cases are due soon, late or very late; no words of residents."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from feedback.models import Submission
from portal.shared.templatetags.indonesia import long_date
from portal.shared.work.mail import queue_mail
from services.facets import profile

# Nobody reads a longer list; the desk has them all.
SHOWN = 30


def send(user: Any, entries: list[tuple[Submission, int]], at: datetime) -> None:
    """Queues it once for each person and day."""
    today = timezone.localtime(at).date()
    with translation.override(settings.LANGUAGE_CODE):
        portal = profile()
        name = portal.name if portal else "Balai Warga"
        count = len(entries)
        subject = ngettext("%(n)s case needs you", "%(n)s cases need you", count) % {"n": count}
        queue_mail(
            to=user.email,
            subject=f"{subject} – {name}"[:200],
            body=body_of(entries, name),
            key=f"digest:{user.pk}:{today:%Y-%m-%d}",
        )


def send_news(user: Any, cases: list[Submission], at: datetime) -> None:
    """Which cases have come to a unit; queued once for each person and round."""
    with translation.override(settings.LANGUAGE_CODE):
        portal, count = profile(), len(cases)
        name = portal.name if portal else "Balai Warga"
        subject = ngettext("%(n)s case came to your unit", "%(n)s cases came to your unit", count)
        parts = [
            gettext("Good day. These cases were passed to your unit, or opened again there."),
            "\n".join(line_of(case) for case in cases[:SHOWN]),
        ]
        if count > SHOWN:
            left = count - SHOWN
            parts.append(ngettext("And %(n)s more.", "And %(n)s more.", left) % {"n": left})
        queue_mail(
            to=user.email,
            subject=f"{subject % {'n': count}} – {name}"[:200],
            body="\n\n".join((*parts, *closing(name))),
            key=f"handed-over:{user.pk}:{at.isoformat()}",
        )


def body_of(entries: list[tuple[Submission, int]], name: str) -> str:
    headings = {
        3: gettext("Very late"),
        2: gettext("Late"),
        1: gettext("Due soon"),
    }
    parts, left = [gettext("Good morning. These cases wait for an answer of ours.")], SHOWN
    for rung, heading in headings.items():
        cases = sorted(
            (case for case, one in entries if one == rung), key=lambda case: (day_of(case), case.pk)
        )
        if cases and left > 0:
            parts.append("\n".join([heading, *(line_of(case) for case in cases[:left])]))
            left -= len(cases)
    if left < 0:
        parts.append(ngettext("And %(n)s more.", "And %(n)s more.", -left) % {"n": -left})
    return "\n\n".join((*parts, *closing(name)))


def closing(name: str) -> tuple[str, str]:
    address = {"address": settings.SITE_URL + reverse("admin:index")}
    return gettext("Open the desk: %(address)s") % address, name


def line_of(case: Submission) -> str:
    """Number, promised day, topic, unit: what everybody at the office may know."""
    about = str(case.category or case.get_kind_display())
    if day_of(case) is None:
        what = ""
    elif case.status == "received" and (case.due_on is None or day_of(case) < case.due_on):
        what = gettext("to be read by %(date)s") % {"date": long_date(day_of(case))}
    else:
        what = gettext("promised for %(date)s") % {"date": long_date(day_of(case))}
    return " · ".join(filter(None, (f"- {case.number}", what, about, str(case.unit or ""))))


def day_of(case: Submission) -> Any:
    """The day that counts: of an unread case the day it was to be read on; None where nothing was promised."""
    promises = [case.due_on, case.verify_by if case.status == "received" else None]
    return min((day for day in promises if day is not None), default=None)
