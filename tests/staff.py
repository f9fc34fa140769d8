"""What tests of the staff door share: a person at the door, and a phone that makes codes."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import second_factor
from portal.accounts.models import Colleague
from portal.accounts.roles import set_up_roles
from tests.builders import make_user

PASSWORD = "rambutan perahu 7 jendela"
LOGIN = "/admin/login/"
SECOND = "/admin/second-factor/"
SET_UP = "/admin/second-factor/set-up/"
CODES = "/admin/second-factor/codes/"
ACCOUNT = "/admin/account/"
DESK = "/admin/"


def make_newcomer(name: str = "", *roles: str, **changes: Any) -> User:
    """Somebody with a password of their own and no second factor yet."""
    changes = {"email": "petugas@example.go.id", "password": PASSWORD} | changes
    user = make_user(name, **changes)
    if roles:
        set_up_roles()
        user.groups.set(Group.objects.filter(name__in=roles))
    return user


def make_member(name: str = "", *roles: str, **changes: Any) -> User:
    """Somebody who has set up their second factor."""
    user = make_newcomer(name, *roles, **changes)
    TOTPDevice.objects.create(user=user, name="phone", key=second_factor.new_key())
    return user


def codes_of(user: User) -> list[str]:
    """New recovery codes of somebody, as they were printed."""
    return Colleague.objects.get(pk=user.pk).make_recovery_codes(timezone.now())


def code(key: str, at: datetime | None = None) -> str:
    """What the phone shows."""
    machine = TOTP(bytes.fromhex(key))
    machine.time = (at or timezone.now()).timestamp()
    return f"{machine.token():06d}"


def code_of(user: User, at: datetime | None = None) -> str:
    return code(TOTPDevice.objects.get(user=user, confirmed=True).key, at)


def give_password(client: Client, user: User | str, password: str = PASSWORD, **extra: Any) -> Any:
    name = user if isinstance(user, str) else user.get_username()
    return client.post(LOGIN, {"username": name, "password": password, **extra.pop("data", {})}, **extra)


def give_code(client: Client, typed: str, **extra: Any) -> Any:
    return client.post(SECOND, {"code": typed}, **extra)


def sign_in(user: User, client: Client | None = None) -> Client:
    """The whole way through the door, as a person goes it."""
    client = client or Client()
    assert give_password(client, user).status_code == 302
    answer = give_code(client, code_of(user))
    assert answer.status_code == 302, answer.content.decode()
    return client


def is_inside(client: Client) -> bool:
    return client.get(DESK).status_code == 200
