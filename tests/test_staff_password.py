"""Passwords: twelve characters, none that everybody knows, changed by their owner."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts.models import Colleague
from portal.shared.history import Change
from tests.staff import ACCOUNT, PASSWORD, make_member, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

ADDRESS = "/admin/account/password/"


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("jendela-biru", set()),
        ("jendela-bir", {"password_too_short"}),
        ("123456789012", {"password_entirely_numeric", "password_one_word"}),
        ("sari-kelurahan", {"password_too_similar"}),
        ("1qaz2wsx3edc", {"password_too_common", "password_one_word"}),
        ("passwordpassword", {"password_one_word"}),
        ("Pemerintah-2026", {"password_one_word"}),
        ("kelurahan jendela 26", set()),
    ],
)
def test_what_is_no_password(password: str, codes: set[str]) -> None:
    user = User(username="sari-kelurahan", email="sari@example.go.id")
    try:
        validate_password(password, user)
        found = set()
    except ValidationError as refusal:
        found = {error.code for error in refusal.error_list}
    assert found == codes


def test_the_list_of_validators_is_complete() -> None:
    names = {one["NAME"].rpartition(".")[2] for one in settings.AUTH_PASSWORD_VALIDATORS}
    assert names == {
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
        "OneWordValidator",
    }


def test_the_owner_changes_it_and_a_letter_goes_out() -> None:
    user = make_member()
    client = sign_in(user)
    new = "lain sekali 77 pagar"
    assert client.post(ADDRESS, {"present": PASSWORD, "new": new, "again": new})["Location"] == ACCOUNT
    user.refresh_from_db()
    assert check_password(new, user.password)
    change = Change.objects.get(verb="choose_password")
    assert change.by_id == user.pk
    assert user.password not in str((change.before, change.after))


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"present": "bukan ini 12345"}, "present", "wrong"),
        ({"new": "pendek", "again": "pendek"}, "new", "password_too_short"),
        ({"again": "lain sekali 78 pagar"}, "again", "differ"),
        ({"new": PASSWORD, "again": PASSWORD}, "new", "same"),
        ({"new": ""}, "new", "required"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(sent: dict[str, str], field: str, code: str) -> None:
    user = make_member()
    client = sign_in(user)
    good = {"present": PASSWORD, "new": "lain sekali 77 pagar", "again": "lain sekali 77 pagar"}
    page = client.post(ADDRESS, good | sent)
    assert page.context["form"].errors.as_data()[field][0].code == code
    user.refresh_from_db()
    assert check_password(PASSWORD, user.password)


def test_guessing_the_present_password_from_inside_is_counted_too() -> None:
    client = sign_in(make_member())
    sent = {"present": "bukan ini 12345", "new": "lain sekali 77 pagar", "again": "lain sekali 77 pagar"}
    answers = [client.post(ADDRESS, sent).status_code for _i in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert client.post(ADDRESS, sent | {"present": PASSWORD}).status_code == 429


def test_a_given_password_is_long_and_never_twice_the_same() -> None:
    row = Colleague.objects.get(pk=make_member().pk)
    given = {row.give_password(by="tests", at=row.date_joined) for _i in range(5)}
    assert len(given) == 5
    for one in given:
        validate_password(one, row)
