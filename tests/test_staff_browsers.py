"""A sign-in from a browser nobody has seen is told to its owner; what is kept about browsers says nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import serializers
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import KnownBrowser
from portal.shared.work.mail import OutgoingMail
from tests.staff import give_password, make_member, make_newcomer, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

COOKIE = "known-browser"


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(key__startswith="new-browser:"))


def leave(client: Client) -> None:
    client.post("/admin/logout/")


def test_the_first_sign_in_from_a_browser_is_told_by_mail_once() -> None:
    user = make_member(email="rina@example.go.id")
    with time_machine.travel("2026-11-18 02:00:00+00:00", tick=False) as clock:
        client = sign_in(user)
        (letter,) = letters()
        assert letter.to == "rina@example.go.id"
        assert "09.00" in letter.body
        assert "/admin/account/" in letter.body
        leave(client)
        clock.shift(timedelta(minutes=1))
        sign_in(user, client)
        assert len(letters()) == 1
        clock.shift(timedelta(minutes=1))
        sign_in(user, Client())
        assert len(letters()) == 2


def test_the_password_alone_writes_no_letter(client: Client) -> None:
    give_password(client, make_member())
    assert not letters()
    assert COOKIE not in client.cookies


def test_the_mark_is_for_our_server_alone() -> None:
    mark = sign_in(make_member()).cookies[COOKIE]
    assert mark["httponly"]
    assert mark["samesite"] == "Lax"
    assert mark["path"] == "/"
    assert int(mark["max-age"]) == 400 * 86400


@pytest.mark.parametrize("value", ["", "made-up", "a:b:c", "x" * 5000])
def test_a_mark_that_is_not_ours_counts_for_nothing(value: str) -> None:
    user = make_member()
    client = Client()
    client.cookies[COOKIE] = value
    sign_in(user, client)
    assert len(letters()) == 1
    assert client.cookies[COOKIE].value != value


def test_a_browser_of_two_people_is_not_known_to_be_one() -> None:
    first, second = make_member(), make_member()
    client = sign_in(first)
    leave(client)
    sign_in(second, client)
    assert len(letters()) == 2
    hashes = KnownBrowser.objects.values_list("key_hash", flat=True)
    assert len(set(hashes)) == 2


def test_neither_address_nor_agent_nor_mark_is_kept() -> None:
    client = Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Penanda/9.9")
    sign_in(make_member(), client)
    stored = serializers.serialize("json", [*KnownBrowser.objects.all(), *OutgoingMail.objects.all()])
    for mark in ("203.0.113.9", "Penanda", client.cookies[COOKIE].value):
        assert mark not in stored


def test_days_are_noted_and_old_browsers_forgotten() -> None:
    user = make_member()
    with time_machine.travel("2026-11-18 02:00:00+00:00", tick=False) as clock:
        client = sign_in(user)
        clock.shift(timedelta(days=3))
        sign_in(user, client)
        browser = KnownBrowser.objects.get()
        assert (browser.first_seen, browser.last_seen) == (date(2026, 11, 18), date(2026, 11, 21))
        clock.shift(timedelta(days=401))
        sign_in(user, Client())
        assert KnownBrowser.objects.count() == 1
        assert KnownBrowser.objects.get().pk != browser.pk


def test_without_an_address_nobody_is_written_to_and_the_page_says_so() -> None:
    client = sign_in(make_member(email=""))
    assert not OutgoingMail.objects.exists()
    assert "door-notice" in client.get("/admin/account/").content.decode()


def test_the_database_refuses_a_browser_seen_backwards() -> None:
    user = make_newcomer()
    today = timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        KnownBrowser.objects.create(
            user=user, key_hash="a", first_seen=today, last_seen=today - timedelta(days=1)
        )
    KnownBrowser.objects.create(user=user, key_hash="a", first_seen=today, last_seen=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        KnownBrowser.objects.create(user=user, key_hash="a", first_seen=today, last_seen=today)
