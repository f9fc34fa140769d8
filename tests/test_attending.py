"""At the door: who is let in once, what the door says to other codes, heads, paper, and how many came."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from outreach.attending import (
    Answer,
    Came,
    came,
    came_to,
    check_in,
    correct,
    count_heads,
    inside,
    let_in,
    tick,
    undo,
    undo_heads,
    walk_in,
)
from outreach.models import Attendance, Event, HeadCount, Registration, RemoteSite
from outreach.registering import Ticket, Wish, cancel, register, resize
from outreach.signing import lines_of, type_in
from portal.shared.content_version import ContentVersion
from tests.builders import EVENT_AT, make_event, unique

pytestmark = pytest.mark.django_db
BEFORE = EVENT_AT - timedelta(days=2)
AT = EVENT_AT + timedelta(minutes=5)
WAY = Attendance.Way


def party(event: Event, people: int = 1, name: str = "") -> Ticket:
    return register(event, Wish(nickname=name, party_size=people), form_key=unique("kunci"), at=BEFORE)


def code(event: Event, typed: str, *, nonce: str = "", at=AT, way: str = WAY.TYPED):
    return check_in(event, typed, nonce=nonce or unique("n"), way=way, at=at, by=None)


def heads(event: Event, nonce: str = "", replaces: bool = True, **more):
    rows = {("women", "adult", False): 12, ("men", "adult", False): 6, ("women", "elderly", True): 2}
    return count_heads(event, rows, nonce=nonce or unique("h"), at=AT, by=None, replaces=replaces, **more)


def test_a_code_lets_its_party_in_once_and_a_repeated_sending_says_the_same():
    event = make_event()
    ticket = party(event, 3, "Bu Tini")
    said = code(event, ticket.code.lower(), nonce="satu", way=WAY.SCAN)
    again = code(event, ticket.code, nonce="satu")
    other = code(event, ticket.code, nonce="dua")
    assert [said.answer, again.answer, other.answer] == [Answer.OK, Answer.OK, Answer.ALREADY]
    assert (said.inside, again.inside, other.inside) == (3, 3, 3)
    assert (Attendance.objects.get().way, other.registration.called) == (WAY.SCAN, "Bu Tini")


def test_the_door_tells_other_codes_apart():
    event, other = make_event(capacity=2), make_event("Kegiatan lain")
    gone, elsewhere = party(event), party(other)
    cancel(gone.registration, at=BEFORE)
    party(event, 2)
    waiting = party(event)
    answers = [
        code(event, one).answer for one in (gone.code, elsewhere.code, waiting.code, "ABCD-EFGH", "", "…")
    ]
    assert answers == [Answer.CANCELLED, Answer.WRONG_EVENT, Answer.WAITING, *[Answer.UNKNOWN] * 3]
    assert (Attendance.objects.count(), inside(event)) == (0, 0)


def test_taken_back_is_as_if_they_had_not_come_and_they_may_come_again():
    event = make_event()
    ticket = party(event, 2)
    said = code(event, ticket.code, nonce="satu")
    assert undo(said.attendance, at=AT, by=None)
    assert not undo(said.attendance, at=AT, by=None)
    # The phone that sent it first is still sending: nobody comes in again by that.
    assert [code(event, ticket.code, nonce=n).answer for n in ("satu", "dua")] == [Answer.UNDONE, Answer.OK]
    assert (inside(event), Attendance.objects.count()) == (2, 2)


def test_fewer_of_a_party_may_come_but_not_more():
    event = make_event()
    said = code(event, party(event, 3).code)
    correct(said.attendance, 2, at=AT)
    assert inside(event) == 2
    for people in (0, 4):
        with pytest.raises(ValidationError):
            correct(said.attendance, people, at=AT)
    with pytest.raises(ValidationError):
        tick(event, party(event).registration, nonce="n", at=AT, by=None, people=2)


def test_seats_on_which_people_sit_are_given_to_nobody_else():
    event = make_event(capacity=3)
    ticket = party(event, 3)
    entry = code(event, ticket.code).attendance
    for give_up in (
        lambda: cancel(ticket.registration, at=AT),
        lambda: resize(ticket.registration, 2, at=AT),
    ):
        with pytest.raises(ValidationError) as refused:
            give_up()
        assert refused.value.error_list[0].code in ("inside", "size")
    assert Event.objects.get(pk=event.pk).taken == 3
    undo(entry, at=AT, by=None)
    cancel(ticket.registration, at=AT)
    assert Event.objects.get(pk=event.pk).taken == 0


def test_who_waits_comes_in_when_others_stay_away():
    event = make_event(capacity=2)
    party(event, 2)
    waiting = party(event, 2).registration
    with pytest.raises(ValidationError) as early:
        let_in(event, waiting, nonce="n", at=EVENT_AT - timedelta(hours=1), by=None)
    assert early.value.error_list[0].code == "full"
    assert let_in(event, waiting, nonce="n", at=AT, by=None).answer == Answer.OK
    assert inside(event) == 2
    with pytest.raises(ValidationError):
        walk_in(event, 1, nonce="w", at=AT, by=None)


def test_who_waits_gets_a_free_seat_first():
    event = make_event(capacity=4)
    party(event, 3)
    waiting = party(event, 2).registration
    Event.objects.filter(pk=event.pk).update(capacity=5)
    assert let_in(event, waiting, nonce="n", at=AT, by=None).answer == Answer.OK
    waiting.refresh_from_db()
    event.refresh_from_db()
    assert (waiting.state, event.taken, event.waiting) == (Registration.State.REGISTERED, 5, 0)


def test_walk_ins_take_places_and_give_them_back():
    event = make_event(capacity=3)
    entry = walk_in(event, 2, nonce="satu", at=AT, by=None)
    assert walk_in(event, 2, nonce="satu", at=AT, by=None) == entry
    assert (Event.objects.get(pk=event.pk).taken, inside(event)) == (2, 2)
    with pytest.raises(ValidationError):
        walk_in(event, 2, nonce="dua", at=AT, by=None)
    undo(entry, at=AT, by=None)
    assert (Event.objects.get(pk=event.pk).taken, inside(event)) == (0, 0)


@pytest.mark.parametrize(("people", "allowed"), [(0, True), (10_000, True), (1, False)])
def test_nobody_walks_in_where_nobody_may(people: int, allowed: bool):
    event = make_event(allows_walk_ins=allowed)
    with pytest.raises(ValidationError):
        walk_in(event, people, nonce="n", at=AT, by=None)


def test_the_door_is_shut_before_its_day_and_when_called_off():
    event = make_event()
    ticket = party(event)
    with pytest.raises(ValidationError, match="28"):
        code(event, ticket.code, at=EVENT_AT - timedelta(hours=10))
    assert code(event, ticket.code, at=EVENT_AT - timedelta(hours=9)).answer == Answer.OK
    event.cancel("Hujan", by=None, at=BEFORE)
    for act in (
        lambda: code(event, ticket.code),
        lambda: walk_in(event, 1, nonce="n", at=AT, by=None),
        lambda: heads(event),
    ):
        with pytest.raises(ValidationError):
            act()


def test_heads_and_names_are_the_same_people_counted_once():
    event = make_event()
    code(event, party(event, 4).code)
    walk_in(event, 1, nonce="w", at=AT, by=None)
    assert came(event) == Came(by_name=4, parties=1, walk_ins=1)
    heads(event)
    assert (came(event).noted, came(event).total) == (5, 20)
    unnamed = heads(event, covers="unnamed", from_words="RW 05")
    assert (came(event).noted, came(event).total) == (25, 25)
    undo_heads(unnamed, at=AT, by=None)
    assert came(event).total == 20


def test_a_room_counted_again_is_one_room_and_other_rooms_add_up():
    event = make_event()
    school = RemoteSite.objects.create(event=event, name="SMP contoh")
    heads(event, "satu")
    heads(event, "satu")
    heads(event, "dua")
    assert came(event).counted == 20
    heads(event, remote_site=school)
    heads(event, replaces=False)
    assert came(event).counted == 60
    assert HeadCount.objects.filter(sheet__undone_at=None, has_disability=True).count() == 3
    with pytest.raises(ValidationError):
        count_heads(event, {("", "", False): 0}, nonce="n", at=AT, by=None)


def test_many_events_are_counted_in_two_queries(django_assert_num_queries):
    events = [make_event(f"Kegiatan {n}") for n in range(3)]
    for event in events[:2]:
        code(event, party(event, 2).code)
        heads(event)
    with django_assert_num_queries(2):
        numbers = came_to(event.pk for event in events)
    assert {pk: one.total for pk, one in numbers.items()} == {event.pk: 20 for event in events[:2]}


def test_the_signed_sheet_is_typed_back_by_its_line_numbers():
    event = make_event()
    tickets = [party(event, people, name) for people, name in ((1, "A"), (3, "B"), (2, "C"), (1, "D"))]
    printed = {line.number: line.registration.nickname for line in lines_of(event)}
    # Between printing and typing one cancels, one registers, one is let in by code.
    cancel(tickets[0].registration, at=BEFORE)
    party(event, 1, "E")
    code(event, tickets[3].code)
    typed = type_in(event, [(1, None), (2, 2), (3, None), (4, None)], 5, nonce="kertas", at=AT, by=None)
    assert [printed[line.number] for line in typed.let_in] == ["B", "C"]
    assert ([line.number for line in typed.cancelled], [line.number for line in typed.already]) == ([1], [4])
    assert (typed.people, inside(event)) == (9, 10)
    again = type_in(event, [(2, 2), (3, None)], 5, nonce="kertas", at=AT, by=None)
    assert inside(event) == 10
    assert again.people == 9


def test_a_sheet_with_one_impossible_line_changes_nothing():
    event = make_event()
    party(event, 1)
    party(event, 1)
    with pytest.raises(ValidationError):
        type_in(event, [(1, None), (2, 7)], 3, nonce="n", at=AT, by=None)
    assert inside(event) == 0


def test_pages_are_renewed_by_attendance_only_once_the_activity_is_over():
    event = make_event()
    for at, renews in ((AT, False), (event.ends_at, True)):
        ticket = register(event, Wish(), form_key=unique("k"), at=BEFORE)
        before = ContentVersion.objects.get().number
        code(event, ticket.code, at=at)
        assert (ContentVersion.objects.get().number > before) is renews
