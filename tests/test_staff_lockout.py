"""Guessing at the door: how many wrong tries, for whom the door then stays shut, and what is kept about it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core import serializers
from django.test import Client
from django.utils import timezone

from portal.accounts import lockout
from portal.accounts.limits import COOL_OFF, OF_NAME, OF_NAME_AND_PLACE, OF_PLACE
from portal.accounts.models import Tries
from portal.shared.history import Change
from tests.staff import (
    LOGIN,
    PASSWORD,
    SECOND,
    code_of,
    give_code,
    give_password,
    is_inside,
    make_member,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

WRONG = "salah sekali 1234"


def wrong_tries(user: Any, number: int, address: str = "203.0.113.7", client: Client | None = None) -> Any:
    for _i in range(number):
        answer = give_password(client or Client(), user, WRONG, REMOTE_ADDR=address)
    return answer


def may_try(user: Any, address: str, client: Client | None = None) -> bool:
    return bool(give_password(client or Client(), user, REMOTE_ADDR=address).status_code == 302)


def test_five_wrong_tries_for_one_name_from_one_place_shut_the_door() -> None:
    user = make_member()
    assert wrong_tries(user, OF_NAME_AND_PLACE - 1).status_code == 200
    assert may_try(user, "203.0.113.7")
    shut = wrong_tries(user, 1)
    assert shut.status_code == 429
    assert "429.html" in {template.name for template in shut.templates}
    assert shut.context["wait_minutes"] == 15
    assert 890 <= int(shut["Retry-After"]) <= 901
    assert "no-store" in shut["Cache-Control"]
    assert not may_try(user, "203.0.113.7"), "not even with the right password"


def test_another_place_and_another_name_stay_open() -> None:
    user, colleague = make_member(), make_member()
    wrong_tries(user, OF_NAME_AND_PLACE)
    assert may_try(user, "203.0.113.8")
    assert may_try(colleague, "203.0.113.7"), "colleagues behind the same address go on"


def noon() -> datetime:
    """Far from midnight, when marks of places change and every wait is forgotten with them."""
    return timezone.localtime().replace(hour=12, minute=0)


def test_the_door_opens_again_after_fifteen_minutes() -> None:
    user = make_member()
    start = noon()
    with time_machine.travel(start, tick=False) as clock:
        wrong_tries(user, OF_NAME_AND_PLACE)
        clock.move_to(start + COOL_OFF - timedelta(seconds=1))
        assert give_password(Client(), user, REMOTE_ADDR="203.0.113.7")["Retry-After"] == "1"
        clock.move_to(start + COOL_OFF + timedelta(seconds=1))
        assert may_try(user, "203.0.113.7")


def test_knocking_on_the_shut_door_does_not_keep_it_shut() -> None:
    user = make_member()
    start = noon()
    with time_machine.travel(start, tick=False) as clock:
        wrong_tries(user, OF_NAME_AND_PLACE)
        clock.shift(timedelta(minutes=10))
        assert wrong_tries(user, 3).status_code == 429
        clock.move_to(start + COOL_OFF + timedelta(seconds=1))
        assert may_try(user, "203.0.113.7")


def test_twenty_wrong_tries_for_one_name_from_anywhere_shut_it_for_strangers() -> None:
    user = make_member()
    for place in range(OF_NAME // 4 - 1):
        wrong_tries(user, 4, f"203.0.113.{place}")
    wrong_tries(user, 3, "203.0.113.99")
    assert may_try(user, "198.51.100.1")
    assert wrong_tries(user, 1, "203.0.113.99").status_code == 429
    assert not may_try(user, "198.51.100.1")


def test_a_browser_that_knows_the_person_stays_open_whatever_strangers_try() -> None:
    user = make_member()
    client = sign_in(user)
    client.post("/admin/logout/")
    for place in range(OF_NAME // 4):
        wrong_tries(user, 4, f"203.0.113.{place}")
    assert not may_try(user, "198.51.100.1")
    assert may_try(user, "198.51.100.1", client)


def test_a_known_browser_has_five_tries_too() -> None:
    user = make_member()
    client = sign_in(user)
    client.post("/admin/logout/")
    assert wrong_tries(user, OF_NAME_AND_PLACE, client=client).status_code == 429
    assert not may_try(user, "198.51.100.1", client), "wherever it is carried"
    assert may_try(user, "203.0.113.7"), "the place itself has had no wrong try"


def test_a_known_browser_is_known_for_its_own_people_only() -> None:
    user, other = make_member(), make_member()
    client = sign_in(other)
    client.post("/admin/logout/")
    wrong_tries(user, OF_NAME_AND_PLACE, client=client)
    assert not may_try(user, "203.0.113.7")


def test_fifty_wrong_tries_from_one_place_shut_it_for_every_name() -> None:
    user = make_member()
    for number in range(OF_PLACE - 1):
        give_password(Client(), f"tebakan-{number}", WRONG, REMOTE_ADDR="203.0.113.7")
    assert may_try(user, "203.0.113.7")
    assert give_password(Client(), "satu-lagi", WRONG, REMOTE_ADDR="203.0.113.7").status_code == 429
    assert not may_try(user, "203.0.113.7")
    assert may_try(user, "203.0.113.8")


def test_signing_in_forgets_one_s_own_wrong_tries_and_nobody_else_s() -> None:
    user, victim = make_member(), make_member()
    wrong_tries(user, 4, "127.0.0.1")
    wrong_tries(victim, 4, "127.0.0.1")
    sign_in(user)
    assert wrong_tries(user, 4, "127.0.0.1").status_code == 200
    assert wrong_tries(victim, 1, "127.0.0.1").status_code == 429


def test_the_password_alone_forgets_nothing() -> None:
    user = make_member()
    wrong_tries(user, 4)
    assert may_try(user, "203.0.113.7")
    assert wrong_tries(user, 1).status_code == 429


def test_wrong_codes_count_like_wrong_passwords(client: Client) -> None:
    user = make_member()
    start = noon()
    with time_machine.travel(start, tick=False) as clock:
        give_password(client, user)
        for _i in range(OF_NAME_AND_PLACE - 1):
            clock.shift(timedelta(seconds=30))
            assert give_code(client, "000000").status_code == 200
        clock.shift(timedelta(seconds=30))
        assert give_code(client, "000000").status_code == 429
        clock.shift(timedelta(seconds=60))
        assert give_code(client, code_of(user)).status_code == 429
        assert client.get(SECOND).status_code == 429
        assert not is_inside(client)


def test_a_name_nobody_has_is_shut_out_alike() -> None:
    for _i in range(OF_NAME_AND_PLACE):
        answer = give_password(Client(), "tidak-ada", WRONG)
    assert answer.status_code == 429


def test_nothing_that_tells_who_or_where_is_stored() -> None:
    user = make_member("sari")
    marks = {
        "agent": "Penanda/9.9",
        "accept": "penanda-terima",
        "query": "penanda-alamat",
        "typed": "rahasia-ku",
    }
    headers = {
        "HTTP_USER_AGENT": marks["agent"],
        "HTTP_ACCEPT": marks["accept"],
        "REMOTE_ADDR": "203.0.113.77",
    }
    for name in ("sari", marks["typed"]):
        for _i in range(2):
            Client().post(
                f"{LOGIN}?next=/{marks['query']}/", {"username": name, "password": marks["typed"]}, **headers
            )
    rows = AccessAttempt.objects.all()
    assert rows.count() == 2
    stored = serializers.serialize("json", rows)
    for mark in (*marks.values(), "203.0.113.77", PASSWORD):
        assert mark not in stored
    assert user.username in stored
    assert not AccessLog.objects.exists()
    assert not AccessFailureLog.objects.exists()


def test_the_pseudonym_of_a_place_changes_every_day_and_with_the_key(settings: Any) -> None:
    today, tomorrow = date(2026, 11, 18), date(2026, 11, 19)
    one = lockout.pseudonym("fd0a", "203.0.113.7", today)
    assert one == lockout.pseudonym("fd0a", "203.0.113.7", today)
    assert one != lockout.pseudonym("fd0a", "203.0.113.8", today)
    assert one != lockout.pseudonym("fd0a", "203.0.113.7", tomorrow)
    settings.SECRET_KEY = "another " * 8
    assert one != lockout.pseudonym("fd0a", "203.0.113.7", today)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_line_with_many_addresses_is_one_place(address: str, network: str) -> None:
    assert lockout.network_of(address) == network


def test_an_administrator_sees_the_wait_and_lifts_it() -> None:
    user = make_member("sari")
    wrong_tries(user, OF_NAME_AND_PLACE)
    desk = sign_in(make_member("ayu", "administrator"))
    page = desk.get("/admin/accounts/tries/").content.decode()
    assert "sari" in page
    assert "203.0.113.7" not in page
    row = Tries.objects.get()
    assert row.is_locked(timezone.now())
    address = f"/admin/accounts/tries/{row.pk}/verb/let_try_again/"
    assert desk.post(address, {}).status_code == 200, "asks why"
    assert desk.post(address, {"reason": "Lupa kata sandi, datang sendiri."}).status_code == 302
    assert may_try(user, "203.0.113.7")
    change = Change.objects.get(verb="let_try_again")
    assert (change.object_name, change.by_name, change.reason) == (
        "sari",
        "ayu",
        "Lupa kata sandi, datang sendiri.",
    )


@pytest.mark.parametrize(("role", "sees"), [("auditor", True), ("coordinator", False)])
def test_others_lift_nothing(role: str, sees: bool) -> None:
    user = make_member("sari")
    wrong_tries(user, OF_NAME_AND_PLACE)
    desk = sign_in(make_member("ayu", role))
    assert (desk.get("/admin/accounts/tries/").status_code == 200) is sees
    row = Tries.objects.get()
    answer = desk.post(f"/admin/accounts/tries/{row.pk}/verb/let_try_again/", {"reason": "Coba."})
    assert answer.status_code == 403
    assert not may_try(user, "203.0.113.7")
