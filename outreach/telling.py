"""Staff write to those who registered, wait or came; and look at numbers of those who left no e-mail, with a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from outreach import letters
from outreach.models import Event, EventMessage, NumbersOpening, Registration
from outreach.models.message import readers_of
from portal.shared.history import name_of
from portal.shared.receipt import key_hash


@dataclass(frozen=True)
class Reach:
    """How many parties a message reaches, by which way."""

    parties: int
    letters: int
    numbers: int

    @property
    def reached(self) -> int:
        """Those somebody can write to."""
        return self.letters + self.numbers

    @property
    def nobody(self) -> int:
        """They left neither; the page of the event is all they have."""
        return self.parties - self.letters - self.numbers


def reach(event: Event, to: str) -> Reach:
    rows = readers_of(event.pk, to)
    by_mail = rows.filter(contact__isnull=False).exclude(contact__email="").count()
    return Reach(rows.count(), by_mail, only_numbers(event, to).count())


def only_numbers(event: Event, to: str) -> Any:
    """Those who left a number and no e-mail, who came first first."""
    rows = readers_of(event.pk, to).filter(contact__email="").exclude(contact__whatsapp="")
    return rows.select_related("contact", "event", "event__unit", "event__location").order_by(
        "created_at", "pk"
    )


def send(
    event: Event, to: str, subject: str, text: str, *, form_key: str, at: datetime, by: Any
) -> EventMessage:
    """Keeps the message and lets the worker write the letters; the same form a second time sends nothing more."""
    key = key_hash(form_key)
    if known := EventMessage.objects.filter(form_key_hash=key).first():
        return known
    reached = reach(event, to)
    if not reached.reached:
        raise ValidationError(_("There is nobody to write to."), code="nobody")
    try:
        with transaction.atomic():
            message: EventMessage = EventMessage.objects.create(
                event=event,
                to=to,
                subject=subject,
                text=text,
                at=at,
                by=by,
                by_name=name_of(by),
                letters=reached.letters,
                numbers=reached.numbers,
                form_key_hash=key,
            )
            letters.send_message.enqueue(message.pk)
    except IntegrityError:
        # The same form, sent at the same moment.
        return EventMessage.objects.get(form_key_hash=key)
    return message


def open_numbers(
    event: Event, to: str, why: str, *, at: datetime, by: Any, message: EventMessage | None = None
) -> list[Registration]:
    """Writes down who looks and why, and only then tells the numbers."""
    if not why.strip():
        raise ValidationError(_("Say why you need to see the numbers."), code="why")
    with transaction.atomic():
        NumbersOpening.objects.create(
            event=event, message=message, at=at, by=by, by_name=name_of(by), why=why.strip()
        )
        return list(only_numbers(event, to))
