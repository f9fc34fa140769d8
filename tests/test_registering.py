"""Coming to an event: seats, the line, codes, and what the same form does twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from outreach.models import Event, Registration
from outreach.registering import Wish, admit, cancel, code_from, find, is_written_right, register, resize
from portal.accounts.roles import CLERK
from portal.shared.history import changes_of, recorded
from portal.shared.restoring import restore
from tests.builders import EVENT_AT, make_event, unique
from tests.desk import make_officer

pytestmark = pytest.mark.django_db
AT = EVENT_AT - timedelta(days=3)
State = Registration.State


def come(event: Event, people: int = 1, *, key: str = "", at=AT, **more):
    wish = Wish(
        party_size=people, **{name: more.pop(name) for name in [*more] if name in Wish.__annotations__}
    )
    return register(event, wish, form_key=key or unique("kunci"), at=at, **more)


def seats(event: Event) -> tuple[int, int]:
    row = Event.objects.get(pk=event.pk)
    return row.taken, row.waiting


def test_a_party_gets_its_seats_and_the_same_form_brings_the_same_receipt():
    event = make_event(capacity=5)
    first = come(
        event, 3, key="satu", nickname="Bu Tini", contact={"email": "tini@contoh.id"}, heard_from="flyer"
    )
    again = come(event, 3, key="satu")
    assert (again.registration, again.code, first.is_new, again.is_new) == (
        first.registration,
        first.code,
        True,
        False,
    )
    assert (first.registration.state, seats(event)) == (State.REGISTERED, (3, 0))
    assert first.registration.contact.email == "tini@contoh.id"
    assert find(first.code.lower().replace("-", " ")) == first.registration
    assert first.code not in str(Registration.objects.values().get())
    assert first.registration.code_tail == first.code[-3:]


def test_a_slip_is_told_from_a_code_nobody_has():
    code = code_from("a")
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert is_written_right(code)
    assert not is_written_right(wrong)
    assert not is_written_right("")
    assert find(code) is None
    assert find(wrong) is None


def test_when_it_is_full_parties_wait_and_the_first_that_fits_moves_up():
    event = make_event(capacity=4)
    inside, small = come(event, 3), come(event, 1)
    long, short, last = come(event, 2), come(event, 1), come(event, 1)
    assert [one.registration.state for one in (long, short, last)] == [State.WAITING] * 3
    assert seats(event) == (4, 4)
    cancel(small.registration, at=AT)
    states = dict(Registration.objects.values_list("pk", "state"))
    assert states[long.registration.pk] == State.WAITING
    assert states[short.registration.pk] == State.REGISTERED
    cancel(inside.registration, at=AT)
    cancel(inside.registration, at=AT)
    assert seats(event) == (4, 0)
    assert not Registration.objects.in_line().exists()
    assert find(short.code).promoted_at == AT


def test_a_larger_house_lets_people_move_up_and_saving_old_counts_writes_nothing():
    event = make_event(capacity=1)
    come(event)
    stale = Event.objects.get(pk=event.pk)
    waits = come(event)
    stale.title = "Judul baru"
    stale.save()
    assert seats(event) == (1, 1)
    stale.capacity = 2
    stale.save()
    assert seats(event) == (2, 0)
    assert find(waits.code).state == State.REGISTERED


def test_a_party_changes_its_size_within_the_places_there_are():
    event = make_event(capacity=4)
    party, waits = come(event, 3), come(event, 2)
    with pytest.raises(ValidationError) as refused:
        resize(party.registration, 5, at=AT)
    assert refused.value.code == "size"
    resize(waits.registration, 1, at=AT)
    assert (find(waits.code).state, seats(event)) == (State.REGISTERED, (4, 0))
    with pytest.raises(ValidationError) as refused:
        resize(party.registration, 4, at=AT)
    assert refused.value.code == "full"
    resize(party.registration, 1, at=AT)
    assert seats(event) == (2, 0)
    cancel(waits.registration, at=AT)
    with pytest.raises(ValidationError):
        resize(waits.registration, 2, at=AT)


def test_nobody_registers_outside_the_time_but_staff_may_until_it_is_over():
    event = make_event(
        capacity=9,
        registration_opens_at=AT + timedelta(hours=1),
        registration_closes_at=AT + timedelta(days=1),
    )
    for at in (AT, AT + timedelta(days=1)):
        with pytest.raises(ValidationError) as refused:
            come(event, at=at)
        assert refused.value.code == "closed"
    come(event, at=AT + timedelta(hours=1))
    officer = make_officer(CLERK, event.unit)
    assert come(event, at=AT, by=officer).registration.entered_by == officer
    for late in (event.ends_at, event.ends_at + timedelta(days=1)):
        with pytest.raises(ValidationError):
            come(event, at=late, by=officer)
    with pytest.raises(ValidationError):
        come(event, 0, at=AT + timedelta(hours=2))


def test_who_walks_in_gets_a_free_seat_or_none_and_a_waiting_party_is_admitted():
    event, officer = make_event(capacity=2), make_officer(CLERK)
    start = event.starts_at
    come(event, 1)
    waits = come(event, 2)
    assert come(event, 1, at=start, by=officer, is_walk_in=True).registration.is_walk_in
    for verb in (
        lambda: come(event, 1, at=start, by=officer, is_walk_in=True),
        lambda: admit(waits.registration, at=start, by=officer),
    ):
        with pytest.raises(ValidationError) as refused:
            verb()
        assert refused.value.code == "full"
    for party in Registration.objects.registered():
        cancel(party, at=start)
    assert find(waits.code).state == State.WAITING
    admit(waits.registration, at=start, by=officer)
    assert (find(waits.code).state, seats(event)) == (State.REGISTERED, (2, 0))
    with pytest.raises(ValidationError) as refused:
        cancel(waits.registration, at=event.ends_at)
    assert refused.value.code == "over"


def test_seats_of_a_postponed_activity_are_handed_on_though_its_first_date_has_passed():
    event = make_event(capacity=2)
    first, waits, late = come(event, 2), come(event, 1), come(event, 1)
    event.postpone("Banjir", by=None, at=AT)
    after = event.ends_at + timedelta(days=1)
    resize(first.registration, 1, at=after)
    assert (find(waits.code).state, find(late.code).state) == (State.REGISTERED, State.WAITING)
    cancel(first.registration, at=after)
    assert (find(late.code).state, seats(event)) == (State.REGISTERED, (2, 0))


def test_a_new_date_hands_on_seats_that_came_free_after_the_first_had_begun():
    event = make_event(capacity=1)
    first, waits = come(event), come(event)
    begun = event.starts_at + timedelta(minutes=1)
    cancel(first.registration, at=begun)
    assert find(waits.code).state == State.WAITING
    event.refresh_from_db()
    event.postpone("Listrik padam", by=None, at=begun)
    event.reschedule(
        begun + timedelta(days=7), begun + timedelta(days=7, hours=2), by=None, at=begun + timedelta(hours=1)
    )
    assert (find(waits.code).state, seats(event)) == (State.REGISTERED, (1, 0))


def test_an_old_time_of_a_published_activity_does_not_come_back_in_silence():
    event = make_event()
    later = event.starts_at + timedelta(days=7)
    event.reschedule(later, later + timedelta(hours=2), by=None, at=AT)
    published = changes_of(event).get(verb="publish")
    with pytest.raises(ValidationError) as refused:
        restore(published, by=None, at=AT)
    assert refused.value.code == "times"
    assert Event.objects.get(pk=event.pk).starts_at == later
    event.refresh_from_db()
    with recorded(event, verb="change", by=None, at=AT):
        event.bring = "KTP"
        event.save()
    restore(changes_of(event).get(verb="reschedule"), by=None, at=AT)
    assert (Event.objects.get(pk=event.pk).bring, Event.objects.get(pk=event.pk).starts_at) == ("", later)


def test_answers_belong_to_the_questions_of_the_event():
    event = make_event(questions=[{"text": "Kelas berapa?", "kind": "number"}, {"text": "Nama sekolah?"}])
    other = make_event(questions=[{"text": "Lain"}])
    first, second = event.questions_asked.all()
    given = {first.pk: "4", second.pk: "", other.questions_asked.get().pk: "x"}
    made = come(event, answers=given).registration
    assert list(made.answers.values_list("question", "value")) == [(first.pk, "4")]
