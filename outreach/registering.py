"""Coming to an event: registering without an account, changing the party, staying away after all.

Each verb counts seats by the conditional updates of outreach/models/seating.py, in the one transaction that also
writes the registration and queues its letters. The receipt code is made from the key of the form, so that the same form
sent twice brings the same receipt, and nobody who reads the database can make a code.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from outreach import letters
from outreach.linking import link_at
from outreach.models.deciding import Decision
from outreach.models.event import Event
from outreach.models.program import RegistrationQuestion
from outreach.models.registration import Registration, RegistrationAnswer, RegistrationContact
from portal.shared import receipt
from portal.shared.history import Change, name_of, noun_of
from portal.shared.push import forgetting as phones
from portal.shared.push.models import Kind

LETTERS: Final = 7
TAIL: Final = 3
# A code that somebody else has, once in millions: the next one of the same form is taken.
TURNS: Final = 5
State = Registration.State


@dataclass(frozen=True)
class Wish:
    """What a party asks for, checked by a form."""

    nickname: str = ""
    party_size: int = 1
    needs_interpreter: bool = False
    needs_wheelchair: bool = False
    needs_child_care: bool = False
    needs_words: str = ""
    heard_from: str = ""
    # The code of the short link they came by.
    link_code: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    language: str = "id"

    def columns(self) -> dict[str, Any]:
        told_elsewhere = ("contact", "answers", "link_code")
        return {name: value for name, value in vars(self).items() if name not in told_elsewhere}


@dataclass(frozen=True)
class Ticket:
    """What the party takes home: the registration and the code, which nobody can tell again."""

    registration: Registration
    code: str
    is_new: bool


# Codes ----------------------------------------------------------------------------------------------------


def code_from(form_key: str, turn: int = 0) -> str:
    """`XXXX-XXXX`: thirty-five bits out of the key of the form, and a check letter."""
    digest = salted_hmac("outreach.registration.code", f"{form_key}{turn or ''}", algorithm="sha256").digest()
    bits = int.from_bytes(digest[:8], "big")
    letters_of = "".join(receipt.ALPHABET[(bits >> shift) & 0b11111] for shift in range(0, LETTERS * 5, 5))
    return written_code(letters_of + receipt.check_letter(letters_of))


def written_code(letters_of: str) -> str:
    return f"{letters_of[:4]}-{letters_of[4:]}"


def as_written(typed: str) -> str:
    """The code as the receipt shows it, however it was typed."""
    return written_code(receipt.read(typed))


def is_written_right(typed: str) -> bool:
    """Whether its check letter fits: a slip is told from a code nobody has."""
    letters_of = receipt.read(typed)
    return len(letters_of) == LETTERS + 1 and receipt.check_letter(letters_of[:-1]) == letters_of[-1]


def code_hash(typed: str) -> str:
    """What is stored of a code, however it was typed."""
    return receipt.keyed_hash("outreach.registration.stored", receipt.read(typed))


def find(code: str) -> Registration | None:
    """The registration with this code, however it was typed; None for a slip and for a code nobody has."""
    if not is_written_right(code):
        return None
    rows = Registration.objects.select_related("event", "event__unit", "event__location", "contact")
    found: Registration | None = rows.filter(code_hash=code_hash(code)).first()
    return found


# Verbs ----------------------------------------------------------------------------------------------------


def register(
    event: Event, wish: Wish, *, form_key: str, at: datetime, by: Any = None, is_walk_in: bool = False
) -> Ticket:
    """A seat for everybody of the party, or a place in the line; the same form a second time finds the first.

    Staff (`by`) may also write somebody down outside the time of registration, until the event is over. Whoever walks
    in gets a free seat or is refused: nobody queues at a door.
    """
    key = receipt.key_hash(form_key)
    for turn in range(TURNS):
        if known := Registration.objects.filter(form_key_hash=key).select_related("event").first():
            return Ticket(known, code_of(known, form_key), is_new=False)
        try:
            with transaction.atomic():
                made = take_in(event, wish, key, code_from(form_key, turn), at, by, is_walk_in)
            return Ticket(made, code_from(form_key, turn), is_new=True)
        except IntegrityError:
            # The same form, sent at the same moment, or a code somebody has: look again.
            if turn == TURNS - 1:
                raise
    raise AssertionError("unreachable")


def code_of(registration: Registration, form_key: str) -> str:
    """The code this form got when it was sent first."""
    codes = (code_from(form_key, turn) for turn in range(TURNS))
    return next((code for code in codes if code_hash(code) == registration.code_hash), code_from(form_key))


def take_in(
    event: Event, wish: Wish, key: str, code: str, at: datetime, by: Any, is_walk_in: bool
) -> Registration:
    event, is_seated = seat(event.pk, wish.party_size, at, by, is_walk_in)
    made: Registration = Registration.objects.create(
        **wish.columns(),
        event=event,
        short_link=link_at(wish.link_code) if wish.link_code else None,
        state=State.REGISTERED if is_seated else State.WAITING,
        code_hash=code_hash(code),
        code_tail=code[-TAIL:],
        form_key_hash=key,
        entered_by=by,
        is_walk_in=is_walk_in,
        created_at=at,
    )
    if any(wish.contact.values()):
        RegistrationContact.objects.create(registration=made, **wish.contact)
    asked = RegistrationQuestion.objects.filter(event=event, pk__in=wish.answers).values_list("pk", flat=True)
    RegistrationAnswer.objects.bulk_create(
        RegistrationAnswer(registration=made, question_id=pk, value=wish.answers[pk])
        for pk in asked
        if wish.answers[pk]
    )
    if not is_walk_in:
        letters.tell_registered(made, at)
    return made


def check_may_come(event: Event, people: int, at: datetime, by: Any, is_walk_in: bool) -> None:
    """Raises with a sentence when nobody may register now, or not so many."""
    is_running = event.decision == Decision.PUBLISHED and at < event.ends_at
    if is_walk_in and not event.allows_walk_ins:
        raise ValidationError(_("This activity is for those who registered."), code="no_walk_ins")
    if not (is_running if by else event.is_registration_open(at)):
        raise ValidationError(_("Registration for this activity is closed."), code="closed")
    check_size(event, people)


def check_size(event: Event, people: int) -> None:
    most = event.most_at_once if event.capacity is None else min(event.most_at_once, event.capacity)
    if not 1 <= people <= most:
        raise ValidationError(
            ngettext_lazy(
                "Up to %(most)d person in one registration. Register the others once more.",
                "Up to %(most)d people in one registration. Register the others once more.",
                most,
            )
            % {"most": most},
            code="size",
        )


def seat(event_id: int, people: int, at: datetime, by: Any, is_walk_in: bool) -> tuple[Event, bool]:
    """The event, and True with seats, False in the line; whoever may not wait is refused when it is full."""
    while True:
        event = Event.objects.select_related("unit", "location").get(pk=event_id)
        check_may_come(event, people, at, by, is_walk_in)
        if event.sit(people):
            return event, True
        if is_walk_in and event.places_left is not None and event.places_left < people:
            raise full(event)
        if not is_walk_in and event.line_up(people):
            return event, False
        # Between the two a seat came free, or the event was called off: look again.


def full(event: Event) -> ValidationError:
    event.refresh_from_db(fields=["taken", "capacity"])
    left = event.places_left or 0
    words = (
        ngettext_lazy("There is %(count)d place left.", "There are %(count)d places left.", left)
        if left
        else _("There is no place left.")
    )
    return ValidationError(words % {"count": left} if left else words, code="full")


def locked(registration: Registration) -> Registration:
    """The registration as it is once everybody who changes its event's seats has finished."""
    registration.event.hold()
    row: Registration = Registration.objects.select_related("event", "event__unit", "event__location").get(
        pk=registration.pk
    )
    return row


def cancel(registration: Registration, *, at: datetime, by: Any = None) -> None:
    """They do not come: the seats go to whoever waits, in the same transaction; a second time changes nothing.

    Whoever was let in sits there: the door takes its entry back first.
    """
    with transaction.atomic():
        row = locked(registration)
        if row.state != State.CANCELLED:
            check_not_over(row.event, at)
            check_not_inside(row, 0)
            was_seated, row.state, row.cancelled_at = row.state == State.REGISTERED, State.CANCELLED, at
            row.save(update_fields=["state", "cancelled_at"])
            note(row, "cancel", at, by)
            phones.forget(Kind.REGISTRATION, [row.pk])
            if was_seated:
                row.event.stand_up(row.party_size)
                row.event.fill_places(at)
            else:
                row.event.leave_line(row.party_size)
    registration.state, registration.cancelled_at = row.state, row.cancelled_at


def resize(registration: Registration, party_size: int, *, at: datetime, by: Any = None) -> None:
    """More or fewer of them come. More only while there are seats; a party in the line keeps its place there."""
    with transaction.atomic():
        row = locked(registration)
        change = party_size - row.party_size
        if row.state == State.CANCELLED:
            raise ValidationError(_("This registration is cancelled."), code="cancelled")
        check_not_over(row.event, at)
        if change:
            check_size(row.event, party_size)
            check_not_inside(row, party_size)
            if row.state == State.WAITING:
                row.event.leave_line(-change)
            elif change < 0:
                row.event.stand_up(-change)
            elif not row.event.sit(change):
                raise full(row.event)
            note(row, "resize", at, by, {"party_size": row.party_size}, {"party_size": party_size})
            row.party_size = party_size
            row.save(update_fields=["party_size"])
            row.event.fill_places(at)
            row.refresh_from_db(fields=["state", "promoted_at"])
    registration.party_size, registration.state = row.party_size, row.state


def admit(registration: Registration, *, at: datetime, by: Any = None) -> None:
    """Gives a party of the line free seats at the door, once it has begun; refused when they are not free."""
    with transaction.atomic():
        row = locked(registration)
        if row.state == State.WAITING:
            check_not_over(row.event, at)
            if not row.event.sit(row.party_size, standing=row.party_size):
                raise full(row.event)
            row.move_up(at)
            note(row, "admit", at, by)
    registration.state, registration.promoted_at = row.state, row.promoted_at


def note(
    row: Registration,
    verb: str,
    at: datetime,
    by: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Writes down what staff did for a party, without its name; what residents do themselves is in the row."""
    if by is not None:
        Change.objects.create(
            noun=noun_of(row),
            object_id=row.pk,
            object_name=str(row),
            verb=verb,
            at=at,
            by=by if getattr(by, "pk", None) else None,
            by_name=name_of(by),
            before=before or {},
            after=after or {},
        )


def check_not_over(event: Event, at: datetime) -> None:
    # A postponed one is still to come, though its first date has passed.
    has_passed = at >= event.ends_at and event.decision != Decision.POSTPONED
    if has_passed or event.decision == Decision.HELD:
        raise ValidationError(_("This activity is over."), code="over")


def check_not_inside(row: Registration, stays: int) -> None:
    """Refuses to give away seats on which people sit: more were let in than the registration would still hold."""
    inside = row.attendances.filter(undone_at=None).aggregate(people=Sum("people"))["people"] or 0
    if inside > stays:
        raise ValidationError(
            ngettext_lazy(
                "%(count)d person of this registration was let in already. Take that back at the door first.",
                "%(count)d people of this registration were let in already. Take that back at the door first.",
                inside,
            )
            % {"count": inside},
            code="size" if stays else "inside",
        )


def fill_places(event_id: int, at: datetime) -> int:
    """Moves up who waits wherever there is room now; how many parties."""
    return len(Event.objects.get(pk=event_id).fill_places(at))
