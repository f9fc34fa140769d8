"""Asking those who came: the day after whether it was useful, a month later whether they used the service.

Only to those who left an e-mail; each is asked once, by a letter without code: they type theirs, or leave it out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks import task

from outreach.models import Attendance, Event, Registration
from outreach.models.deciding import Decision
from outreach.models.opinion import RATED_WITHIN, USED_AFTER, USED_WITHIN
from portal.shared.templatetags.indonesia import long_date
from portal.shared.work.mail import queue_mail
from services.facets import profile

# Not late at night after the event, but with the next morning's round.
AFTER: Final = timedelta(hours=6)
PAGES: Final = {"rate": "outreach:rate", "use": "outreach:say_whether_used"}


@task()
def invite() -> None:
    """Queued once a day."""
    ask_those_who_came(timezone.now())


def ask_those_who_came(at: datetime) -> int:
    """Queues every letter that is due; how many parties were written to."""
    took_place = Event.objects.filter(decision__in=(Decision.PUBLISHED, Decision.HELD))
    just_over = took_place.filter(ends_at__gt=at - RATED_WITHIN, ends_at__lte=at - AFTER)
    long_over = took_place.filter(
        ends_at__gt=at - USED_WITHIN, ends_at__lte=at - USED_AFTER, services__isnull=False
    )
    asked = sum(write(event, guests(event), "rate") for event in just_over)
    return asked + sum(write(event, guests(event), "use") for event in long_over.distinct())


def guests(event: Event) -> Iterable[Registration]:
    """Those with an e-mail who came; where nobody was ticked off, everybody who had a place."""
    with_mail = Registration.objects.registered().filter(event=event).exclude(contact__email="")
    with_mail = with_mail.filter(contact__isnull=False).select_related("contact")
    there = Attendance.objects.of(event).filter(registration__isnull=False)
    return with_mail.filter(attendances__in=there).distinct() if there.exists() else with_mail


def write(event: Event, registrations: Iterable[Registration], what: str) -> int:
    page = PAGES[what]
    count = 0
    for registration in registrations:
        with translation.override(registration.language or settings.LANGUAGE_CODE):
            subject, body = letter(event, what, settings.SITE_URL + reverse(page, args=[event.slug]))
        key = key_of(registration.pk, what)
        queue_mail(to=registration.contact.email, subject=subject[:200], body=body, key=key)
        count += 1
    return count


def key_of(registration_id: int, what: str) -> str:
    return f"outreach-{what}:{registration_id}"


def letter(event: Event, what: str, address: str) -> tuple[str, str]:
    """Subject and text, in the active language."""
    portal: Any = profile()
    words = {"name": event.label, "date": long_date(event.starts_at)}
    if what == "rate":
        subject = gettext("How was “%(name)s”?") % words
        asked = (
            gettext("You were at “%(name)s” on %(date)s. Was it useful? Two questions, half a minute:")
            % words
        )
    else:
        subject = gettext("Did “%(name)s” help you?") % words
        asked = (
            gettext("On %(date)s you were at “%(name)s”. Have you used the service since then? One question:")
            % words
        )
    parts = [
        asked,
        address,
        gettext("Nobody asks for your name, and nobody sees whose answer it is."),
        gettext("This is the only letter about it."),
        portal.name if portal else "Balai Warga",
    ]
    return subject, "\n\n".join(parts)
