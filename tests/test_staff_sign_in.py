"""The way in: a password opens nothing, a password and a code open the desk."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from portal.accounts.models import Account, Colleague
from portal.accounts.sign_in import WAITS
from tests.desk import make_world
from tests.staff import (
    ACCOUNT,
    CODES,
    DESK,
    LOGIN,
    PASSWORD,
    SECOND,
    SET_UP,
    code,
    code_of,
    give_code,
    give_password,
    is_inside,
    make_member,
    make_newcomer,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]


def test_a_newcomer_sets_up_the_second_factor_before_anything_opens(client: Client) -> None:
    answer = give_password(client, make_newcomer())
    assert (answer.status_code, answer["Location"]) == (302, SECOND)
    assert not is_inside(client)
    assert client.get(SECOND)["Location"] == SET_UP
    page = client.get(SET_UP)
    assert "<svg" in page.content.decode()
    assert client.get(SET_UP).context["secret"] == page.context["secret"], "a reload shows the same key"
    codes = client.post(SET_UP, {"code": code(client.session["new_key"])})
    assert len(set(codes.context["codes"])) == 10
    assert codes.context["following"] == DESK
    assert is_inside(client)


def test_whoever_has_a_phone_gives_password_and_code(client: Client) -> None:
    user = make_member()
    give_password(client, user)
    assert not is_inside(client)
    answer = give_code(client, code_of(user))
    assert (answer.status_code, answer["Location"]) == (302, DESK)
    assert is_inside(client)


def test_both_languages_lead_in(client: Client) -> None:
    user = make_member()
    page = client.get("/en/admin/login/")
    assert page.status_code == 200
    assert "Sign in" in page.content.decode()
    answer = client.post("/en/admin/login/", {"username": user.username, "password": PASSWORD})
    assert answer["Location"] == "/en/admin/second-factor/"
    answer = client.post("/en/admin/second-factor/", {"code": code_of(user)})
    assert answer["Location"] == "/en/admin/"


@pytest.mark.parametrize(
    ("name", "password"), [("sari", "salah sekali 1234"), ("nobody-here", PASSWORD), ("sari", "")]
)
def test_a_wrong_pair_is_refused_with_the_same_words(name: str, password: str, client: Client) -> None:
    make_member("sari")
    page = client.post(LOGIN, {"username": name, "password": password})
    assert page.status_code == 200
    assert not page.context["form"].is_valid()
    codes = {error.code for errors in page.context["form"].errors.as_data().values() for error in errors}
    assert codes == ({"required"} if not password else {"wrong"})
    assert "at_the_door" not in client.session


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_whoever_is_no_staff_is_told_the_same(change: dict[str, Any], client: Client) -> None:
    user = make_member()
    User.objects.filter(pk=user.pk).update(**change)
    page = give_password(client, user)
    assert page.status_code == 200
    assert page.context["form"].non_field_errors().as_data()[0].code == "wrong"


def test_a_superuser_made_on_the_console_needs_the_second_factor_too(client: Client) -> None:
    User.objects.create_superuser("root", "", PASSWORD)
    give_password(client, "root")
    assert not is_inside(client)
    assert client.get(SECOND)["Location"] == SET_UP


def test_django_s_own_sign_in_opens_nothing(client: Client) -> None:
    client.force_login(make_member(is_superuser=True))
    assert not is_inside(client)


def staff_addresses(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every address under /admin/ that the resolver knows, with something in its gaps."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern).lstrip("^")
        if isinstance(one, URLResolver):
            yield from staff_addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and route.startswith("admin/"):
            yield "/" + filled(route)


def filled(route: str) -> str:
    if "(?P<app_label>" in route:
        return "admin/services/"
    if "(?P<url>" in route:
        return "admin/nothing-of-this-name/"
    parts = [("1" if part.startswith("<") else part) for part in route.split("/")]
    return "/".join(parts)


OPEN_TO_ALL = {LOGIN}
DOOR = {SECOND, SET_UP, "/admin/account/password/"}


@pytest.mark.parametrize("stage", ["nobody", "at the door, no phone yet", "at the door", "half signed in"])
def test_no_address_of_the_desk_opens_before_the_second_factor(stage: str, client: Client) -> None:
    make_world(1)
    if stage == "at the door, no phone yet":
        give_password(client, make_newcomer(is_superuser=True))
    elif stage == "at the door":
        give_password(client, make_member(is_superuser=True))
    elif stage == "half signed in":
        client.force_login(make_member(is_superuser=True))
    addresses = set(staff_addresses()) - OPEN_TO_ALL
    assert len(addresses) > 100
    assert {ACCOUNT, CODES, DESK, "/admin/services/service/", "/admin/jsi18n/"} <= addresses
    for address in sorted(addresses - (DOOR if stage.startswith("at the door") else set())):
        for prefix in ("", "/en"):
            answer = client.get(prefix + address)
            if answer.status_code == 405:
                answer = client.post(prefix + address)
            assert answer.status_code in {302, 301}, (address, answer.status_code)
            assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"], address
            target = answer["Location"].partition("?")[0].removeprefix("/en")
            assert target in {LOGIN, DESK, SECOND, SET_UP}, (address, target)


def test_the_password_stage_ends_after_a_while(client: Client) -> None:
    user = make_member()
    start = timezone.now()
    for late, inside in ((WAITS, True), (WAITS + timedelta(seconds=1), False)):
        with time_machine.travel(start, tick=False) as clock:
            client.logout()
            give_password(client, user)
            clock.shift(late)
            answer = give_code(client, code_of(user))
            assert is_inside(client) is inside
            assert answer["Location"] == (DESK if inside else LOGIN)
        start += timedelta(hours=1)


@pytest.mark.parametrize("event", ["password", "sign-out everywhere", "deactivated"])
def test_the_password_stage_ends_when_the_account_changes(event: str, client: Client) -> None:
    user = make_member()
    give_password(client, user)
    colleague = Colleague.objects.get(pk=user.pk)
    if event == "password":
        colleague.choose_password("lain sekali 77 pagar", by=user, at=timezone.now())
    elif event == "sign-out everywhere":
        colleague.end_sessions(by=user, at=timezone.now())
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert give_code(client, code_of(user))["Location"] == LOGIN
    assert not is_inside(client)


def test_the_session_key_changes_at_each_step(client: Client) -> None:
    """Whoever planted a session key in somebody's browser holds nothing afterwards."""
    user = make_member()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    planted = session.session_key
    give_password(client, user)
    at_door = client.session.session_key
    give_code(client, code_of(user))
    inside = client.session.session_key
    assert len({planted, at_door, inside}) == 3
    assert "planted" not in client.session
    for old in (planted, at_door):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = old
        assert not is_inside(thief)


@pytest.mark.parametrize(
    ("asked", "followed"),
    [
        ("/admin/services/service/?q=akta", "/admin/services/service/?q=akta"),
        ("http://testserver/admin/", DESK),
        ("https://evil.example/", DESK),
        ("//evil.example/admin/", DESK),
        ("/\\evil.example", DESK),
        ("javascript:alert(1)", DESK),
        ("///evil.example", DESK),
        (LOGIN, DESK),
        ("/admin/" + "a" * 3000, DESK),
        ("", DESK),
    ],
)
def test_next_leads_only_into_our_own_house(asked: str, followed: str, client: Client) -> None:
    user = make_member()
    page = client.get(LOGIN, {"next": asked})
    assert page.context["form"].initial["next"] == followed
    give_password(client, user, data={"next": asked})
    assert give_code(client, code_of(user))["Location"] == followed


def test_a_page_of_the_desk_is_found_again_after_signing_in(client: Client) -> None:
    user = make_member(is_superuser=True)
    answer = client.get("/admin/services/service/?status__exact=draft")
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    give_password(client, user, data={"next": page.context["form"].initial["next"]})
    assert give_code(client, code_of(user))["Location"] == "/admin/services/service/?status__exact=draft"


def test_whoever_is_inside_is_not_asked_again() -> None:
    client = sign_in(make_member())
    assert client.get(LOGIN)["Location"] == DESK


def test_signing_out_takes_a_post_and_ends_the_session() -> None:
    client = sign_in(make_member())
    assert client.get("/admin/logout/").status_code == 405
    assert is_inside(client)
    key = client.session.session_key
    assert client.post("/admin/logout/")["Location"] == LOGIN
    assert not is_inside(client)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_inside(thief)


def test_a_given_password_must_be_changed_before_the_desk_opens(client: Client) -> None:
    user = make_newcomer()
    given = Colleague.objects.get(pk=user.pk).give_password(by="tests", at=timezone.now())
    give_password(client, user, given)
    codes = client.post(SET_UP, {"code": code(client.get(SET_UP) and client.session["new_key"])})
    assert codes.context["following"] == "/admin/account/password/"
    assert not is_inside(client)
    assert client.get(ACCOUNT).status_code == 302
    assert client.get(LOGIN)["Location"] == "/admin/account/password/"
    same = client.post("/admin/account/password/", {"new": given, "again": given})
    assert same.context["form"].errors.as_data()["new"][0].code == "same"
    client.post("/admin/account/password/", {"new": PASSWORD, "again": PASSWORD})
    assert is_inside(client)
    assert Account.objects.get(pk=user.pk).password_given_at is None


def test_a_given_password_holds_for_seven_days() -> None:
    user = make_newcomer()
    start = timezone.now()
    given = Colleague.objects.get(pk=user.pk).give_password(by="tests", at=start)
    for later, accepted in ((timedelta(days=7), True), (timedelta(days=7, seconds=1), False)):
        with time_machine.travel(start + later, tick=False):
            answer = give_password(Client(), user, given)
            assert (answer.status_code == 302) is accepted
    assert answer.context["form"].non_field_errors().as_data()[0].code == "over"


def test_the_door_is_nobody_s_to_keep(client: Client) -> None:
    give_password(client, make_newcomer())
    for address in (LOGIN, SET_UP):
        assert "no-store" in client.get(address)["Cache-Control"]
