"""Mail to those who registered, through the background queue; each occasion once, never with a receipt code.

Whoever left only a WhatsApp number is written to by a clerk: the desk lists them with the same text. What many are told
is written by the worker, so that nobody at the desk waits for five hundred letters.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext
from django_tasks import task

from portal.shared.push.models import Kind, Listener, Topic
from portal.shared.push.telling import tell, tell_all
from portal.shared.templatetags.indonesia import clock, long_date
from portal.shared.work.mail import queue_mail

if TYPE_CHECKING:
    from outreach.models.event import Event
    from outreach.models.registration import Registration


# One party ------------------------------------------------------------------------------------------------


def tell_registered(registration: "Registration", at: datetime) -> None:
    """A place is kept, or they stand on the waiting list."""
    with translation.override(registration.language):
        if registration.state == "waiting":
            subject = gettext("You are on the waiting list: %(title)s")
            word = gettext("All places are taken. When one comes free for you, we write to you at once.")
        else:
            subject, word = gettext("You are registered: %(title)s"), gettext("Your places are kept.")
        write(
            registration, f"registered:{at.isoformat()}", subject, word, *facts(registration), keep_the_code()
        )


def tell_promoted(registration: "Registration", at: datetime) -> None:
    """They move up from the waiting list: a place is theirs now."""
    tell(Topic.registration(registration.pk), f"promoted:{at.isoformat()}", at=at)
    with translation.override(registration.language):
        subject = gettext("There is a place for you: %(title)s")
        word = gettext(
            "Somebody else cannot come, and you move up from the waiting list: your places are kept."
        )
        write(
            registration, f"promoted:{at.isoformat()}", subject, word, *facts(registration), keep_the_code()
        )


def tell_reminder(registration: "Registration") -> None:
    """It is tomorrow; once for each date it is given."""
    with translation.override(registration.language):
        subject = gettext("Soon: %(title)s")
        word = gettext("We look forward to seeing you.")
        things = registration.event.things_to_bring
        bring = gettext("Please bring: %(things)s.") % {"things": ", ".join(things)} if things else ""
        write(
            registration, reminder(registration), subject, word, *facts(registration), bring, keep_the_code()
        )


def reminder(registration: "Registration") -> str:
    return f"reminder:{registration.event.starts_at.isoformat()}"


def reminder_key(registration: "Registration") -> str:
    return key_of(registration, reminder(registration))


# Everybody ------------------------------------------------------------------------------------------------


def tell_called_off(event: "Event", at: datetime) -> None:
    """Cancelled or postponed, with the reason; to everybody registered or waiting."""
    tell_everybody.enqueue(event.pk, event.decision, at.isoformat(), {"reason": event.decision_reason})


def tell_rescheduled(event: "Event", was_at: datetime, reason: str, at: datetime) -> None:
    """It takes place at another time; to everybody registered or waiting."""
    times = {"was_at": was_at, "starts_at": event.starts_at, "ends_at": event.ends_at}
    told = {"reason": reason} | {name: moment.isoformat() for name, moment in times.items()}
    tell_everybody.enqueue(event.pk, "rescheduled", at.isoformat(), told)


@task()
def tell_everybody(event_id: int, occasion: str, at: str, told: dict[str, str]) -> None:
    """Writes to each party that still means to come, and calls their phones; again, it tells nobody twice."""
    parties = apps.get_model("outreach.Registration").objects.filter(event=event_id)
    phones = Listener.objects.of_any(Kind.REGISTRATION, parties.exclude(state="cancelled").values("pk"))
    tell_all(phones, f"{occasion}:{at}", at=timezone.now())
    for registration in with_mail(event_id).exclude(state="cancelled"):
        with translation.override(registration.language):
            subject, parts = news(registration.event, occasion, told)
            write(registration, f"{occasion}:{at}", subject, *parts, keep_the_code())


def news(event: "Event", occasion: str, told: dict[str, str]) -> tuple[str, list[str]]:
    """What happened, in the active language: a subject and paragraphs."""
    reason = told["reason"]
    if occasion == "rescheduled":
        was_at, starts_at, ends_at = (
            parse_datetime(told[name]) for name in ("was_at", "starts_at", "ends_at")
        )
        words = gettext("It was to be on %(date)s. It takes place on %(new)s. Your places stay kept.")
        parts = [words % {"date": long_date(was_at), "new": when(starts_at, ends_at)}, reason]
        return gettext("Another date: %(title)s"), [*parts, where(event)]
    if occasion == "postponed":
        word = gettext(
            "It does not take place on the date you know. Your places stay kept, we write when we know more."
        )
        return gettext("Postponed: %(title)s"), [word, reason]
    return gettext("Cancelled: %(title)s"), [gettext("We are sorry: it does not take place."), reason]


@task()
def send_message(message_id: int) -> None:
    """A message of staff to those it is for; again, it writes to nobody twice."""
    message: Any = apps.get_model("outreach.EventMessage").objects.select_related("event").get(pk=message_id)
    for registration in message.readers().exclude(contact__email="").select_related("event", "contact"):
        with translation.override(registration.language):
            subject = f"{message.subject}: %(title)s"
            write(registration, f"message:{message.pk}", subject, message.text, *facts(registration))


# By hand ---------------------------------------------------------------------------------------------------


def word_to_all(event: "Event") -> str:
    """What there is to tell of an event when nobody has written anything: that it was called off, and why."""
    if event.decision not in ("cancelled", "postponed"):
        return ""
    return "\n\n".join(news(event, event.decision, {"reason": event.decision_reason})[1])


def to_hand(registration: "Registration", text: str) -> str:
    """The same letter for a clerk to send by WhatsApp to whoever left only a number."""
    with translation.override(registration.language):
        parts = (greeting(registration.nickname), text, *facts(registration), ending(registration.event))
        return "\n\n".join(filter(None, parts))


# How they are written -------------------------------------------------------------------------------------


def with_mail(event_id: int) -> Any:
    """Those of an event who left an e-mail address."""
    rows = apps.get_model("outreach.Registration").objects.filter(event=event_id)
    return (
        rows.exclude(contact=None)
        .exclude(contact__email="")
        .select_related("event", "event__location", "contact")
    )


def write(registration: "Registration", occasion: str, subject: str, *parts: str) -> None:
    """Queues one letter in the active language; none to who left no address."""
    contact = getattr(registration, "contact", None)
    if contact is None or not contact.email:
        return
    event = registration.event
    title = " ".join(event.label.split())
    queue_mail(
        to=contact.email,
        subject=shortened(subject.replace("%(title)s", title)),
        body="\n\n".join(filter(None, (greeting(registration.nickname), *parts, ending(event)))) + "\n",
        key=key_of(registration, occasion),
    )


def key_of(registration: "Registration", occasion: str) -> str:
    return f"registration:{registration.pk}:{occasion}"


def shortened(subject: str) -> str:
    return subject if len(subject) <= 150 else f"{subject[:149]}…"


def greeting(name: str) -> str:
    return gettext("Hello %(name)s,") % {"name": name} if name else gettext("Hello,")


def facts(registration: "Registration") -> tuple[str, ...]:
    """What, when, where and for how many."""
    event, people = registration.event, registration.party_size
    many = ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
    lines = (event.label, when(event.starts_at, event.ends_at), where(event), many)
    return ("\n".join(filter(None, lines)),)


def when(starts_at: datetime | None, ends_at: datetime | None) -> str:
    return f"{long_date(starts_at)}, {clock(starts_at)}–{clock(ends_at)}"


def where(event: "Event") -> str:
    return "\n".join(filter(None, (event.place, event.online_url)))


def keep_the_code() -> str:
    """How to open it; the code itself is only on the receipt."""
    address = f"{settings.SITE_URL}{reverse('outreach:code')}"
    words = gettext(
        "You cannot come, or not all of you? Type the code of your receipt at %(address)s and tell us there."
    )
    return words % {"address": address}


def ending(event: "Event") -> str:
    return f"{event.unit}\n{settings.SITE_URL}{event.get_absolute_url()}"
