"""The first account of a new portal, from the console."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.accounts.models import Account, Colleague
from portal.shared.history import Change
from tests.staff import PASSWORD, SET_UP, code, give_password, is_inside

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]


def run(*arguments: str, stdin: str = "", patch: pytest.MonkeyPatch) -> str:
    patch.setattr("sys.stdin", io.StringIO(stdin))
    out = io.StringIO()
    call_command("first_administrator", *arguments, stdout=out)
    return out.getvalue()


WHO = ("--name", "sari", "--email", "sari@example.go.id")


def test_it_makes_an_administrator_who_is_no_superuser(monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(*WHO, "--password-stdin", stdin=f"{PASSWORD}\n", patch=monkeypatch)
    assert PASSWORD not in said
    user = Colleague.objects.get()
    assert (user.is_staff, user.is_superuser, user.email) == (True, False, "sari@example.go.id")
    assert set(user.groups.values_list("name", flat=True)) == {"administrator", "coordinator"}
    assert Change.objects.get(noun="accounts.colleague").by_name == "first_administrator"


def test_the_new_administrator_comes_in_with_a_phone_and_keeps_accounts(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    run(*WHO, "--password-stdin", stdin=PASSWORD, patch=monkeypatch)
    assert give_password(client, "sari").status_code == 302
    client.get(SET_UP)
    client.post(SET_UP, {"code": code(client.session["new_key"])})
    assert is_inside(client)
    assert client.get("/admin/accounts/colleague/add/").status_code == 200
    assert client.get("/admin/services/service/add/").status_code == 200


def test_a_second_run_refuses_unless_asked_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*WHO, "--password-stdin", stdin=PASSWORD, patch=monkeypatch)
    other = ("--name", "budi", "--email", "budi@example.go.id", "--one-time-password")
    with pytest.raises(CommandError, match="--another"):
        run(*other, patch=monkeypatch)
    assert Colleague.objects.count() == 1
    run(*other, "--another", patch=monkeypatch)
    assert Colleague.objects.administrators().count() == 2
    with pytest.raises(CommandError, match="already"):
        run(*other, "--another", patch=monkeypatch)


def test_an_administrator_out_of_use_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*WHO, "--password-stdin", stdin=PASSWORD, patch=monkeypatch)
    Colleague.objects.update(is_active=False)
    run("--name", "budi", "--email", "budi@example.go.id", "--one-time-password", patch=monkeypatch)
    assert Colleague.objects.count() == 2


def test_a_one_time_password_must_be_changed(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    said = run(*WHO, "--one-time-password", patch=monkeypatch)
    given = said.partition("within 7 days: ")[2].split()[0]
    assert give_password(client, "sari", given).status_code == 302
    assert Account.objects.get().password_given_at is not None


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        ((*WHO, "--password-stdin"), "pendek\n", "too short"),
        ((*WHO, "--password-stdin"), "", "too short"),
        (("--name", "sari", "--email", "bukan", "--one-time-password"), "", "valid email"),
        (
            ("--name", "sari sekali", "--email", "s@example.go.id", "--one-time-password"),
            "",
            "valid username",
        ),
        (("--one-time-password",), "", "--name"),
        (WHO, "", "--password-stdin"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(
    arguments: Any, stdin: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments, stdin=stdin, patch=monkeypatch)
    assert not Colleague.objects.exists()


def test_no_argument_takes_a_password() -> None:
    with pytest.raises((CommandError, TypeError, SystemExit)):
        call_command("first_administrator", *WHO, "--password", PASSWORD)
