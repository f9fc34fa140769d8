"""Buckets: a village behind one address has room, a full bucket waits, and of many at once none slips through."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from portal.shared import slowing
from portal.shared.slowing import SIZES, Bucket, Size, forget_empty, network_of, spend

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NOW = timedelta(0)
MANY = 8


@pytest.mark.django_db
def test_a_bucket_takes_its_drops_at_once_and_then_one_at_a_time() -> None:
    size = SIZES["secret"]
    assert [spend("secret", "2611-A", at=AT) for _ in range(size.drops)] == [NOW] * size.drops
    assert spend("secret", "2611-A", at=AT) == size.drop
    # A try that waited cost nothing.
    assert spend("secret", "2611-A", at=AT + size.drop / 2) == size.drop / 2
    assert spend("secret", "2611-A", at=AT + size.drop) == NOW
    assert spend("secret", "2611-A", at=AT + size.drop) == size.drop
    assert spend("secret", "2611-B", at=AT) == NOW
    assert spend("secret", "2611-A", at=AT + 2 * size.period) == NOW


@pytest.mark.django_db
def test_a_village_behind_one_address_has_room() -> None:
    assert all(spend("send", "203.0.113.9", at=AT) == NOW for _ in range(40))
    assert spend("send", "203.0.113.9", at=AT) > NOW
    # What was sent is no reason to keep anybody from following it.
    assert spend("track", "203.0.113.9", at=AT) == NOW


@pytest.mark.django_db
def test_nothing_stored_tells_an_address_or_a_number() -> None:
    spend("track", "203.0.113.9", at=AT)
    spend("secret", "2611-7K4MX2-C", at=AT)
    spend("track", "", at=AT)
    rows = list(Bucket.objects.values_list("key_hash", flat=True))
    assert len(rows) == 2
    assert not [row for row in rows if "203.0.113" in row or "7K4MX2" in row]


@pytest.mark.django_db
def test_a_source_is_another_one_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    today = slowing.key_of("track", "203.0.113.9")
    name, number = slowing.source_of("203.0.113.9"), slowing.key_of("number", "2611-A")
    monkeypatch.setattr(slowing.timezone, "localdate", lambda: AT.date() + timedelta(days=900))
    assert slowing.key_of("track", "203.0.113.9") != today
    assert slowing.source_of("203.0.113.9") != name
    assert slowing.key_of("number", "2611-A") == number


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("socket", "socket"),
    ],
)
def test_one_line_is_one_source(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db
def test_buckets_that_ran_empty_are_forgotten() -> None:
    spend("track", "203.0.113.9", at=AT)
    assert forget_empty(AT + timedelta(minutes=5)) == 0
    assert forget_empty(AT + timedelta(minutes=1) + slowing.LONGEST) == 1


def race(tries: int) -> list[timedelta]:
    barrier, waits = Barrier(tries), []

    def run() -> None:
        try:
            barrier.wait(20)
            waits.append(spend("secret", "2611-A", at=AT))
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_get_through_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "secret", Size(3, timedelta(hours=1)))
    waits = race(MANY)
    assert len(waits) == MANY
    assert waits.count(NOW) == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_condition_more_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: all have read the bucket before the first of them writes."""
    monkeypatch.setitem(SIZES, "secret", Size(3, timedelta(hours=1)))
    assert spend("secret", "2611-A", at=AT) == NOW
    barrier = Barrier(MANY)

    def whoever_comes(bucket: Bucket) -> Any:
        barrier.wait(20)
        return Bucket.objects.filter(pk=bucket.pk)

    monkeypatch.setattr(slowing, "as_read", whoever_comes)
    assert race(MANY).count(NOW) == MANY


def test_every_size_is_generous_or_guards_a_secret() -> None:
    guards = {"secret", "letter", "subscribe"}
    assert all(size.drops >= 40 for kind, size in SIZES.items() if kind not in guards)
    # A stranger who types somebody's address fills no mailbox.
    assert SIZES["letter"].drops <= 3
    assert SIZES["secret"].drops <= 10
    # All places together have many times the room of one, and still too little for sixty bits.
    assert SIZES["secret"].drop >= 40 * SIZES["number"].drop
    assert SIZES["number"].drops <= 1_000
