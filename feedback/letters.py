"""Mails to the resident who left an address, queued in the transaction of the verb that has something to tell.

Phones that listen to the case are told at the same time that there is something to read. No letter carries the secret.
Who left no address loses nothing: everything is on the tracking page. The same occasion is told once, however often
its verb is tried again (`queue_mail` and its key).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from feedback.models.survey_invitation import invite
from portal.shared.push.models import Topic
from portal.shared.push.telling import tell
from portal.shared.templatetags.indonesia import long_date
from portal.shared.whatsapp import share_link
from portal.shared.work.mail import queue_mail

if TYPE_CHECKING:
    from feedback.models.submission import Submission

RECEIPT: Final = "receipt"


def tell_receipt(submission: Submission, at: datetime) -> None:
    """The number, the promised day and where to follow the case."""
    with translation.override(submission.language):
        promise = (
            gettext("You have an answer by %(date)s.") % {"date": long_date(submission.due_on)}
            if submission.due_on
            else ""
        )
        subject = gettext("We have received your message %(number)s")
        write(submission, RECEIPT, at, subject, gettext("Thank you for telling us."), promise)


def tell_question(submission: Submission, text: str, at: datetime) -> None:
    """The office asks something, and the clock stands still until it is answered."""
    with translation.override(submission.language):
        why = gettext("Until you answer, our clock stands still.")
        subject = gettext("We have a question about your message %(number)s")
        write(submission, "question", at, subject, text, why)


def tell_answer(submission: Submission, text: str, at: datetime) -> None:
    """The office has answered; the resident can say whether it is settled."""
    with translation.override(submission.language):
        next_step = gettext("Is it settled? Tell us on the page. “Not yet” opens it again.")
        subject = gettext("An answer to your message %(number)s")
        write(submission, "answer", at, subject, text, next_step, survey_words(submission, at))


def tell_ending(submission: Submission, reason: str, at: datetime) -> None:
    """Not ours, cannot be done, joined with another: why, and what else to do."""
    with translation.override(submission.language):
        again = gettext("Not the right answer? Write to us on the page, and we look at it again.")
        subject = gettext("News about your message %(number)s")
        write(submission, "ending", at, subject, f"{submission.public_status}.", reason, again)


def tell_unheard(submission: Submission, reason: str, at: datetime) -> None:
    """It ended because nobody replied, not because it cannot be done."""
    with translation.override(submission.language):
        write(submission, "ending", at, gettext("News about your message %(number)s"), reason)


def tell_word(submission: Submission, text: str, at: datetime) -> None:
    """The office wrote something without asking."""
    with translation.override(submission.language):
        write(submission, "word", at, gettext("News about your message %(number)s"), text)


def tell_reopened(submission: Submission, at: datetime) -> None:
    """The case begins again, with a new promised day; of joined cases the one in which they are handled."""
    due_on = submission.main_case.due_on
    with translation.override(submission.language):
        promise = (
            gettext("We promise a new answer by %(date)s.") % {"date": long_date(due_on)}
            if due_on
            else gettext("We will answer anew.")
        )
        subject = gettext("Your message %(number)s is open again")
        write(submission, "reopened", at, subject, promise)


def tell_late(submission: Submission, at: datetime) -> None:
    """The promised day has passed: who has it, and that we have not forgotten."""
    main = submission.main_case
    with translation.override(submission.language):
        who = (
            gettext("It is with %(unit)s.") % {"unit": main.unit}
            if main.unit
            else gettext("It is with the office that keeps this site.")
        )
        subject = gettext("We are late with your message %(number)s")
        sorry = gettext("We promised an answer by %(date)s and have not kept it. We are sorry.")
        write(submission, "late", at, subject, sorry % {"date": long_date(main.due_on)}, who)


# How they are written -------------------------------------------------------------------------------------


def write(submission: Submission, occasion: str, at: datetime, subject: str, *parts: str) -> None:
    """Queues one letter in the active language, to the address the resident left for this; none to nobody."""
    if occasion != RECEIPT:
        # To what has only just come in, nobody listens yet.
        tell(Topic.case(submission.pk), f"{occasion}:{at.isoformat()}", at=at)
    if not gets_letters(submission):
        return
    contact = submission.contact
    queue_mail(
        to=contact.email,
        subject=subject % {"number": submission.number},
        body="\n\n".join(filter(None, (greeting(contact.name), *parts, *ending(submission)))) + "\n",
        key=f"case:{submission.pk}:{occasion}:{at.isoformat()}",
    )


def gets_letters(submission: Submission) -> bool:
    contact = getattr(submission, "contact", None)
    return contact is not None and contact.wish == contact.Wish.EMAIL and bool(contact.email)


def survey_words(submission: Submission, at: datetime) -> str:
    """Where to say how the service was, with a code for one time behind “#”, which no server is sent."""
    code = invite(submission, at) if gets_letters(submission) else None
    if code is None:
        return ""
    words = {"address": f"{settings.SITE_URL}{reverse('feedback:survey')}#{code}", "code": code}
    sentence = gettext(
        "How was our service? Nine short questions, without your name: %(address)s (code %(code)s, for one time)"
    )
    return sentence % words


def greeting(name: str) -> str:
    return gettext("Dear %(name)s,") % {"name": name} if name else gettext("Good day,")


def ending(submission: Submission) -> tuple[str, str]:
    words = {"address": tracking_address(), "number": submission.number}
    return (
        gettext("Follow it and answer at %(address)s with number %(number)s and your secret code.") % words,
        gettext("We never ask for your secret code. Please do not answer this mail; nobody reads it."),
    )


def tracking_address() -> str:
    return f"{settings.SITE_URL}{reverse('feedback:track')}"


# For the clerk who writes by hand -------------------------------------------------------------------------


def whatsapp_text(submission: Submission, name: str = "") -> str:
    """What a clerk copies into WhatsApp: the newest word of the office, in the resident's language.

    It calls nobody by name unless told one: that takes opening the contact, which is logged.
    """
    with translation.override(submission.language):
        newest = submission.messages.filter(side="office").order_by("-at", "-pk").first()
        news = newest.text if newest else f"{submission.public_status}."
        opening = greeting(name)
        about = gettext("About your message %(number)s:") % {"number": submission.number}
        return "\n\n".join((opening, f"{about}\n{news}", *ending(submission)[:1]))


def whatsapp_link_to(submission: Submission) -> str:
    """Opens WhatsApp with that text, to whomever the clerk chooses."""
    return share_link(whatsapp_text(submission))
