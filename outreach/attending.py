"""At the door: letting in by code, by name or without either, counting heads, taking back, and how many came.

Every verb that lets somebody in holds the event's row first, as the verbs of seats do, and looks again before it
writes: of four devices that read the same code at once one lets in and three say "already". The key of the form that
was sent (`nonce`) makes each sending count once, however often a phone with a bad connection repeats it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from outreach import registering
from outreach.models.attendance import Attendance, HeadCount, HeadCountSheet
from outreach.models.deciding import Decision
from outreach.models.event import Event
from outreach.models.registration import Registration
from portal.shared import content_version
from portal.shared.receipt import key_hash
from portal.shared.suppression import told_at_least

Way = Attendance.Way
Covers = HeadCountSheet.Covers
Group = tuple[str, str, bool]
# What a sheet and a row can hold, with room for a whole stadium.
MOST_PEOPLE = 9_999


class Answer(StrEnum):
    """What the door says to a code."""

    OK = "ok"
    ALREADY = "already"
    CANCELLED = "cancelled"
    WRONG_EVENT = "wrong_event"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    # The same sending again, after an officer took it back.
    UNDONE = "undone"


@dataclass(frozen=True)
class CheckIn:
    """The answer, whom it is about, the entry that stands, and how many people are inside now."""

    answer: Answer
    registration: Registration | None
    attendance: Attendance | None
    inside: int


@dataclass(frozen=True)
class Came:
    """How many came to one event, by the ways they were noted."""

    by_name: int = 0
    parties: int = 0
    walk_ins: int = 0
    counted: int = 0
    unnamed: int = 0

    @property
    def noted(self) -> int:
        """Everybody noted one by one, and the heads of those who were not."""
        return self.by_name + self.walk_ins + self.unnamed

    @property
    def total(self) -> int:
        """The larger truth: a count of the whole room has everybody in it who was noted, so the two never add up."""
        return max(self.noted, self.counted)

    @property
    def at_least(self) -> int:
        """What everybody is told of one activity: in steps, because results hide how few came from an area."""
        return told_at_least(self.total)

    def __bool__(self) -> bool:
        return self.total > 0


# How many -------------------------------------------------------------------------------------------------


def came(event: Event) -> Came:
    """How many came, without counting anybody twice.

    Checked-in parties, walk-ins and head counts "of people who were not checked in" are different people: their sum.
    Head counts of "everybody in the room" hold all of them again: the larger of the two is the number.
    """
    return came_to([event.pk]).get(event.pk, Came())


def came_to(events: Iterable[int] | QuerySet[Any]) -> dict[int, Came]:
    """The same for many events by their keys or a query for them, in two queries; where nobody came is left out."""
    wanted = events if isinstance(events, QuerySet) else list(events)
    parts: dict[int, dict[str, int]] = {}
    parties = Attendance.objects.filter(event__in=wanted, undone_at=None).order_by()
    for row in parties.values("event").annotate(
        all=Sum("people"),
        named=Sum("people", filter=Q(registration__isnull=False)),
        rows=Count("registration"),
    ):
        named = row["named"] or 0
        parts[row["event"]] = {
            "by_name": named,
            "parties": row["rows"] or 0,
            "walk_ins": row["all"] - named,
        }
    heads = HeadCount.objects.filter(sheet__event__in=wanted, sheet__undone_at=None).order_by()
    for row in heads.values("sheet__event").annotate(
        counted=Sum("people", filter=Q(sheet__covers=Covers.EVERYBODY)),
        unnamed=Sum("people", filter=Q(sheet__covers=Covers.UNNAMED)),
    ):
        parts.setdefault(row["sheet__event"], {}).update(
            counted=row["counted"] or 0, unnamed=row["unnamed"] or 0
        )
    return {pk: Came(**numbers) for pk, numbers in parts.items()}


def inside(event: Event) -> int:
    """How many people are inside: all who came and were not taken back."""
    return came(event).total


# Letting in -----------------------------------------------------------------------------------------------


def check_in(
    event: Event,
    typed_code: str,
    *,
    nonce: str,
    way: str = Way.TYPED,
    at: datetime,
    by: Any,
) -> CheckIn:
    """Lets in the party with this code, once; what else the door has to say is in the answer."""
    check_door(event, at)
    found = registering.find(typed_code)
    if found is None:
        return CheckIn(Answer.UNKNOWN, None, None, inside(event))
    return tick(event, found, nonce=nonce, way=way, at=at, by=by)


def tick(
    event: Event,
    registration: Registration,
    *,
    nonce: str,
    way: str = Way.TICK,
    at: datetime,
    by: Any,
    people: int | None = None,
) -> CheckIn:
    """Lets in a party whose registration is known, by a tick on the list or a line of the sheet."""
    check_door(event, at)
    if registration.event_id != event.pk:
        return CheckIn(Answer.WRONG_EVENT, registration, None, inside(event))
    with transaction.atomic():
        event.hold()
        answer, row, entry = _let_in(event, registration.pk, nonce, way, at, by, people)
        return CheckIn(answer, row, entry, inside(event))


def let_in(
    event: Event, registration: Registration, *, nonce: str, way: str = Way.TICK, at: datetime, by: Any
) -> CheckIn:
    """Lets in a party of the waiting list: on free seats, or on those of parties that stayed away."""
    check_door(event, at)
    with transaction.atomic():
        event.hold()
        row = event.registrations.select_related("event").get(pk=registration.pk)
        if row.state == Registration.State.WAITING and not row.attendances.filter(undone_at=None).exists():
            try:
                registering.admit(row, at=at, by=by)
            except ValidationError:
                if not has_room(event, row.party_size, at):
                    raise
        answer, row, entry = _let_in(event, row.pk, nonce, way, at, by, None, may_wait=True)
        return CheckIn(answer, row, entry, inside(event))


def _let_in(
    event: Event,
    pk: int,
    nonce: str,
    way: str,
    at: datetime,
    by: Any,
    people: int | None,
    *,
    may_wait: bool = False,
) -> tuple[Answer, Registration, Attendance | None]:
    """Looks again while the event is held, and writes one entry at most."""
    row = Registration.objects.select_related("event").get(pk=pk)
    mark = key_hash(f"{nonce}:{pk}")
    sent_before = Attendance.objects.filter(nonce_hash=mark).first()
    if sent_before:
        return (Answer.UNDONE if sent_before.undone_at else Answer.OK), row, sent_before
    standing = Attendance.objects.standing().filter(registration=row).first()
    if standing:
        return Answer.ALREADY, row, standing
    if row.state == Registration.State.CANCELLED:
        return Answer.CANCELLED, row, None
    if row.state == Registration.State.WAITING and not may_wait:
        return Answer.WAITING, row, None
    entry = Attendance.objects.create(
        event=event,
        registration=row,
        people=party_of(row, people),
        way=way,
        nonce_hash=mark,
        at=at,
        by=by,
    )
    tell_pages(event, at)
    return Answer.OK, row, entry


def party_of(registration: Registration, people: int | None) -> int:
    """How many of a party came: all of them unless said; those too many walk in by themselves."""
    if people is None:
        return int(registration.party_size)
    if not 1 <= people <= registration.party_size:
        raise ValidationError(
            ngettext_lazy(
                "%(most)d person is registered. Let in the others as walk-ins.",
                "%(most)d people are registered. Let in the others as walk-ins.",
                registration.party_size,
            )
            % {"most": registration.party_size},
            code="size",
        )
    return people


def correct(attendance: Attendance, people: int, *, at: datetime) -> None:
    """Fewer of a party came than registered, or the others came later."""
    if attendance.registration is None:
        raise ValidationError(
            _("Take this entry back and write down the right number."), code="no_registration"
        )
    with transaction.atomic():
        # The party may be changing its size just now.
        attendance.event.hold()
        attendance.registration.refresh_from_db(fields=["party_size"])
        attendance.people = party_of(attendance.registration, people)
        attendance.save(update_fields=["people"])
        tell_pages(attendance.event, at)


def undo(attendance: Attendance, *, at: datetime, by: Any) -> bool:
    """Takes an entry back, with the seats counted for it; whether this call did it."""
    with transaction.atomic():
        attendance.event.hold()
        is_done = attendance.take_back(at, by)
        if is_done:
            if attendance.seats:
                attendance.event.stand_up(attendance.seats)
                attendance.event.fill_places(at)
            tell_pages(attendance.event, at)
    return is_done


# Without a registration -----------------------------------------------------------------------------------


def walk_in(
    event: Event, people: int, *, nonce: str, at: datetime, by: Any, is_paper: bool = False
) -> Attendance:
    """Lets in people without a registration, as far as the house has room; the same sending again changes nothing.

    They sit on free places first, and after the beginning on those of parties that stayed away. Lines somebody wrote
    on the sign-in sheet (`is_paper`) tell who was there: they are counted as they are and take no places.
    """
    check_door(event, at)
    if not 1 <= people <= MOST_PEOPLE:
        raise ValidationError(_("At least one person came."), code="nobody")
    mark = key_hash(f"{nonce}:walk_in")
    with transaction.atomic():
        event.hold()
        event.refresh_from_db(fields=["capacity", "taken", "waiting", "allows_walk_ins"])
        sent_before: Attendance | None = Attendance.objects.filter(nonce_hash=mark).first()
        if sent_before:
            return sent_before
        seats = 0
        if not is_paper:
            if not event.allows_walk_ins:
                raise ValidationError(_("This activity is for those who registered."), code="no_walk_ins")
            if event.sit(people):
                seats = people
            elif not has_room(event, people, at):
                raise registering.full(event)
        entry: Attendance = Attendance.objects.create(
            event=event,
            people=people,
            way=Way.PAPER if is_paper else Way.WALK_IN,
            seats=seats,
            nonce_hash=mark,
            at=at,
            by=by,
        )
        tell_pages(event, at)
    return entry


def has_room(event: Event, people: int, at: datetime) -> bool:
    """Whether so many more fit into the house once it has begun: who has not come by then gives the place away."""
    if event.capacity is None:
        return True
    return at >= event.starts_at and came(event).noted + people <= event.capacity


# Heads ----------------------------------------------------------------------------------------------------


def count_heads(
    event: Event,
    groups: Mapping[Group, int],
    *,
    nonce: str,
    at: datetime,
    by: Any,
    covers: str = Covers.EVERYBODY,
    replaces: bool = True,
    **where: Any,
) -> HeadCountSheet:
    """Keeps a count by (sex, age, with a disability) → people; the same sending again changes nothing.

    By default it takes the place of the count before it of the same people from the same place (`remote_site`,
    `area`, `from_words`): a room counted twice is one room.
    """
    check_door(event, at)
    rows = {group: people for group, people in groups.items() if people}
    if not rows or not all(0 < people <= MOST_PEOPLE for people in rows.values()):
        raise ValidationError(_("Write down at least one person."), code="nobody")
    mark = key_hash(f"{nonce}:heads")
    with transaction.atomic():
        event.hold()
        sent_before: HeadCountSheet | None = HeadCountSheet.objects.filter(nonce_hash=mark).first()
        if sent_before:
            return sent_before
        sheet = HeadCountSheet(event=event, covers=covers, nonce_hash=mark, at=at, by=by, **where)
        if replaces:
            same = {name: getattr(sheet, name) for name in ("remote_site_id", "area_id", "from_words")}
            before = HeadCountSheet.objects.of(event).filter(covers=covers, **same)
            before.update(undone_at=at, undone_by=by)
        sheet.save(force_insert=True)
        HeadCount.objects.bulk_create(
            HeadCount(sheet=sheet, sex=sex, age=age, has_disability=disabled, people=people)
            for (sex, age, disabled), people in rows.items()
        )
        tell_pages(event, at)
    return sheet


def undo_heads(sheet: HeadCountSheet, *, at: datetime, by: Any) -> bool:
    """Takes a whole count back; whether this call did it."""
    with transaction.atomic():
        is_done = sheet.take_back(at, by)
        if is_done:
            tell_pages(sheet.event, at)
    return is_done


# The door -------------------------------------------------------------------------------------------------


def opens_at(event: Event) -> datetime:
    """Midnight before it begins: a code tried the week before lets nobody in."""
    return timezone.localtime(event.starts_at).replace(hour=0, minute=0, second=0, microsecond=0)


def check_door(event: Event, at: datetime) -> None:
    """Refuses attendance of what does not take place or is not today yet; later is fine, paper comes late."""
    if event.decision not in (Decision.PUBLISHED, Decision.HELD):
        raise ValidationError(_("This activity does not take place, so nobody is let in."), code="not_held")
    if at < opens_at(event):
        raise ValidationError(
            _("Attendance opens on %(day)s.") % {"day": date_format(opens_at(event), "j F Y")},
            code="too_early",
        )


def tell_pages(event: Event, at: datetime) -> None:
    """Renews the public page once it shows how many came; during the event nobody sees the number."""
    if at >= event.ends_at:
        content_version.bump()
