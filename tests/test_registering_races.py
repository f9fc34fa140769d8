"""Eighty press “register” together for twenty seats: none is sold twice, none is idle while somebody waits."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from outreach.models import Registration
from outreach.registering import Wish, register
from tests.builders import make_event
from tests.seat_races import by_reading_first, crowd, rush, tomorrow

pytestmark = pytest.mark.django_db(transaction=True)


def test_seats_are_never_sold_twice_and_never_idle_while_somebody_waits() -> None:
    with crowd() as pool:
        for round_ in range(2):
            outcome = rush(make_event(**tomorrow()), pool, seed=round_)
            assert outcome.faults == []
            assert outcome.seated > 0


@pytest.mark.postgresql
def test_reading_first_oversells() -> None:
    """The control of the test above. SQLite lets one writer in at a time, so that there nobody reads what is old."""
    with crowd() as pool:
        outcomes = [
            rush(make_event(**tomorrow()), pool, act=by_reading_first, seed=round_) for round_ in range(2)
        ]
    assert any(outcome.is_oversold for outcome in outcomes)


def test_one_form_sent_many_times_at_once_is_one_registration() -> None:
    event, many = make_event(**tomorrow()), 6
    at, together, codes = event.published_at, Barrier(6), []

    def send() -> None:
        together.wait(20)
        try:
            codes.append(register(event, Wish(party_size=3), form_key="sekali", at=at).code)
        finally:
            connections.close_all()

    threads = [Thread(target=send) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    event.refresh_from_db()
    assert (len(codes), len(set(codes)), event.taken) == (many, 1, 3)
    assert Registration.objects.count() == 1
