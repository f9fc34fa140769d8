"""The second factor: codes that are good once, from one phone, and ten for the day it is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import recovery, second_factor
from portal.accounts.models import Colleague
from portal.shared.history import Change
from tests.staff import (
    ACCOUNT,
    CODES,
    SECOND,
    SET_UP,
    code,
    code_of,
    codes_of,
    give_code,
    give_password,
    is_inside,
    make_member,
    make_newcomer,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]


def test_a_code_lets_in_once() -> None:
    user = make_member()
    with time_machine.travel(timezone.now(), tick=False):
        typed = code_of(user)
        first, second = Client(), Client()
        give_password(first, user)
        give_password(second, user)
        give_code(first, typed)
        answer = give_code(second, typed)
    assert is_inside(first)
    assert answer.context["form"].errors.as_data()["code"][0].code == "wrong"
    assert not is_inside(second)


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_wrong(steps: int, accepted: bool, client: Client) -> None:
    user = make_member()
    with time_machine.travel(timezone.now(), tick=False):
        give_password(client, user)
        give_code(client, code_of(user, timezone.now() + steps * timedelta(seconds=30)))
        assert is_inside(client) is accepted


def test_the_code_that_proved_the_phone_opens_no_second_session(client: Client) -> None:
    user = make_newcomer()
    with time_machine.travel(timezone.now(), tick=False):
        give_password(client, user)
        client.get(SET_UP)
        typed = code(client.session["new_key"])
        client.post(SET_UP, {"code": typed})
        assert is_inside(client)
        other = Client()
        give_password(other, user)
        give_code(other, typed)
        assert not is_inside(other)


@pytest.mark.parametrize("typed", ["000000", "12345", "abcdef", "", "１２３４５６", "1" * 41, "-1"])
def test_a_wrong_code_is_refused_with_words(typed: str, client: Client) -> None:
    user = make_member()
    give_password(client, user)
    page = give_code(client, typed)
    assert page.status_code == 200
    assert page.context["form"].errors["code"]
    assert not is_inside(client)


def test_wrong_codes_are_slowed_down_and_the_wait_is_told(client: Client) -> None:
    user = make_member()
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        give_password(client, user)
        give_code(client, "000000")
        page = give_code(client, code_of(user))
        assert "1" in page.context["form"].errors["code"][0]
        assert not is_inside(client)
        clock.shift(timedelta(seconds=2))
        give_code(client, code_of(user))
        assert is_inside(client)


def test_waiting_after_wrong_codes_never_exceeds_nine_minutes() -> None:
    """Somebody who knows the password must not be able to shut the owner out for days."""
    user = make_member()
    start = timezone.now()
    TOTPDevice.objects.filter(user=user).update(
        throttling_failure_count=40, throttling_failure_timestamp=start
    )
    with time_machine.travel(start + timedelta(seconds=511), tick=False):
        assert second_factor.check(user, code_of(user)).wait == 1
    with time_machine.travel(start + timedelta(seconds=513), tick=False):
        assert second_factor.check(user, code_of(user)).device is not None


@pytest.mark.parametrize("written", [str, str.lower, lambda c: c.replace("-", ""), lambda c: f" {c} "])
def test_a_recovery_code_lets_in_once_however_it_is_written(
    written: Callable[[str], str], client: Client
) -> None:
    user = make_member()
    printed = codes_of(user)[3]
    for inside in (True, False):
        browser = Client()
        give_password(browser, user)
        give_code(browser, written(printed))
        assert is_inside(browser) is inside
    assert recovery.codes_left(user) == 9


def test_letters_that_look_alike_are_read_alike() -> None:
    assert recovery.plain("oil0o-lI1ab") == "01100111AB"


def test_recovery_codes_cannot_be_read_from_the_database() -> None:
    user = make_member()
    printed = codes_of(user)
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == len(set(printed)) == 10
    for one in printed:
        assert not {one, one.replace("-", ""), one.lower()} & stored


def test_somebody_else_s_recovery_code_does_not_fit(client: Client) -> None:
    other = codes_of(make_member())
    user = make_member()
    codes_of(user)
    give_password(client, user)
    give_code(client, other[0])
    assert not is_inside(client)


def test_new_recovery_codes_end_the_old_ones_and_take_the_factor(client: Client) -> None:
    user = make_member()
    old = codes_of(user)
    sign_in(user, client)
    assert client.get(CODES).status_code == 200
    assert client.post(CODES, {"code": "000000"}).context["form"].errors
    page = client.post(CODES, {"code": old[0]})
    new = page.context["codes"]
    assert len(new) == 10
    assert page.context["following"] == ACCOUNT
    assert "no-store" in page["Cache-Control"]
    assert new[0] not in client.get(ACCOUNT).content.decode()
    assert second_factor.check(user, new[0]).device is not None
    assert second_factor.check(user, old[1]).device is None
    assert Change.objects.filter(verb="make_recovery_codes", by=user).count() == 2


def test_another_phone_takes_the_present_factor(client: Client) -> None:
    user = make_member()
    old_key = TOTPDevice.objects.get(user=user).key
    spare = codes_of(user)
    sign_in(user, client)
    elsewhere = sign_in_with(user, spare[0])
    client.get(SET_UP)
    new_key = client.session["new_key"]
    assert client.post(SET_UP, {"code": code(new_key)}).context["form"].errors["present"]
    wrong = client.post(SET_UP, {"code": code(new_key), "present": "AAAAA-AAAAA"})
    assert wrong.context["form"].errors["present"]
    assert TOTPDevice.objects.get(user=user).key == old_key
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        done = client.post(SET_UP, {"code": code(new_key), "present": spare[1]})
        assert len(done.context["codes"]) == 10
        assert TOTPDevice.objects.get(user=user).key == new_key
        assert is_inside(client)
        assert not is_inside(elsewhere), "every other session ends"


def test_a_wrong_code_of_the_new_phone_uses_up_no_recovery_code(client: Client) -> None:
    user = make_member()
    spare = codes_of(user)
    sign_in(user, client)
    client.get(SET_UP)
    client.post(SET_UP, {"code": "000000", "present": spare[1]})
    assert recovery.codes_left(user) == 10


def sign_in_with(user: Any, typed: str) -> Client:
    client = Client()
    give_password(client, user)
    give_code(client, typed)
    assert is_inside(client)
    return client


def test_whoever_only_knows_the_password_cannot_set_up_a_phone(client: Client) -> None:
    user = make_member()
    give_password(client, user)
    assert client.get(SET_UP)["Location"] == SECOND
    session = client.session
    session["new_key"] = "00" * 20
    session.save()
    assert client.post(SET_UP, {"code": code("00" * 20)})["Location"] == SECOND
    assert TOTPDevice.objects.get(user=user).key != "00" * 20


def test_of_two_who_set_up_at_once_the_second_is_refused() -> None:
    user = make_newcomer()
    first, second = Client(), Client()
    for one in (first, second):
        give_password(one, user)
        one.get(SET_UP)
    assert first.session["new_key"] != second.session["new_key"]
    keys = [one.session["new_key"] for one in (first, second)]
    first.post(SET_UP, {"code": code(keys[0])})
    assert second.post(SET_UP, {"code": code(keys[1])})["Location"] in {SECOND, "/admin/login/"}
    assert TOTPDevice.objects.get(user=user).key == keys[0]
    assert not is_inside(second)


def test_the_address_for_the_phone_names_the_portal() -> None:
    address = second_factor.phone_address("00" * 20, "sari", "Kelurahan: Contoh")
    assert address.startswith("otpauth://totp/Kelurahan%20%20Contoh%3Asari?secret=AAAA")
    assert "issuer=Kelurahan%20%20Contoh" in address


def test_codes_names_and_keys_stay_out_of_addresses(client: Client) -> None:
    user = make_newcomer("sari-nama-masuk")
    seen = []
    for answer in (give_password(client, user), client.get(SECOND), client.get(SET_UP)):
        seen.append(answer.get("Location", ""))
    key = client.session["new_key"]
    answer = client.post(SET_UP, {"code": code(key)})
    seen.append(answer.context["following"])
    assert not any("sari-nama" in one or key in one for one in seen)


def test_setting_up_is_remembered_without_the_key() -> None:
    user = make_newcomer()
    colleague = Colleague.objects.get(pk=user.pk)
    key = second_factor.new_key()
    colleague.set_up_second_factor(key, 1, timezone.now())
    change = Change.objects.get(verb="set_up_second_factor")
    assert (change.noun, change.object_id, change.by_id) == ("accounts.colleague", user.pk, user.pk)
    assert key not in str(change.after)


# Two at once ------------------------------------------------------------


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What two threads got, each with a connection of its own, starting together."""
    results: list[Any] = []
    start = threading.Barrier(2)

    def run() -> None:
        try:
            start.wait(10)
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["phone", "recovery"])
def test_one_code_sent_twice_at_once_lets_in_one(kind: str) -> None:
    user = make_member()
    typed = code_of(user) if kind == "phone" else codes_of(user)[0]
    answers = at_once(lambda: second_factor.check(user, typed))
    assert sorted(answer.device is not None for answer in answers) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_without_the_held_row_one_code_lets_in_two() -> None:
    """Shows that it is the held row, and not luck, on which the test above rests."""
    user = make_member()
    typed = code_of(user)
    read_before_either_wrote = [TOTPDevice.objects.get(user=user) for _i in range(2)]
    assert [device.verify_token(typed) for device in read_before_either_wrote] == [True, True]
