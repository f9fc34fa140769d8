"""Accounts at the desk: roles given and taken, passwords and phones made anew, everything remembered."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import recovery, second_factor
from portal.accounts.models import Account, Colleague
from portal.shared.history import Change
from portal.shared.work.mail import OutgoingMail
from services.models import Membership
from tests.builders import make_organization
from tests.desk import form_data, signed_in
from tests.staff import codes_of, give_password, is_inside, make_member, make_newcomer, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

LIST = "/admin/accounts/colleague/"
ADD = f"{LIST}add/"


@pytest.fixture
def ayu() -> User:
    return make_member("ayu", "administrator", email="ayu@example.go.id")


@pytest.fixture
def desk(ayu: User) -> Client:
    return signed_in(ayu)


def page_of(user: User, page: str = "change") -> str:
    return f"{LIST}{user.pk}/{page}/"


def groups(*names: str) -> list[int]:
    return [Group.objects.get(name=name).pk for name in names]


def change(desk: Client, user: User, **changes: Any) -> Any:
    return desk.post(page_of(user), form_data(desk.get(page_of(user)), **changes))


NO_UNITS = {
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
}


def test_the_former_address_learns_that_letters_go_elsewhere(desk: Client) -> None:
    sari = make_member("sari", "clerk", email="sari@example.go.id")
    change(desk, sari, first_name="Sari")
    assert not OutgoingMail.objects.filter(key__startswith="address:").exists()
    change(desk, sari, email="lain@example.go.id")
    mail = OutgoingMail.objects.get(key__startswith="address:")
    assert mail.to == "sari@example.go.id"
    assert "lain@" not in mail.body
    assert Colleague.objects.get(pk=sari.pk).email == "lain@example.go.id"


def test_a_new_account_gets_a_password_shown_once(desk: Client) -> None:
    sent = {"username": "rina", "email": "rina@example.go.id", "groups": groups("clerk"), **NO_UNITS}
    page = desk.post(ADD, sent)
    given = page.context["password"]
    assert given in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    rina = Colleague.objects.get(username="rina")
    assert (rina.is_staff, rina.is_superuser, rina.is_active) == (True, False, True)
    assert Account.objects.get(user=rina).password_given_at is not None
    assert give_password(Client(), "rina", given).status_code == 302
    assert given not in desk.get(page_of(rina)).content.decode()
    verbs = list(Change.objects.filter(object_id=rina.pk).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["add", "give_password"]
    for one in Change.objects.all():
        assert given not in str((one.before, one.after))
        assert rina.password not in str((one.before, one.after))


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"username": ""}, "username"), ({"email": ""}, "email"), ({"username": "ayu"}, "username")],
)
def test_an_account_needs_a_name_of_its_own_and_an_address(
    sent: dict[str, str], field: str, desk: Client
) -> None:
    page = desk.post(ADD, {"username": "rina", "email": "rina@example.go.id"} | NO_UNITS | sent)
    assert page.context["adminform"].form.errors[field]
    assert Colleague.objects.count() == 1


def test_rights_beyond_roles_cannot_be_sent(desk: Client) -> None:
    user = make_member("rina", "clerk")
    change(desk, user, is_superuser="on", user_permissions=["1"], is_staff="", password="x", last_name="Wati")
    user.refresh_from_db()
    assert (user.is_superuser, user.is_staff, user.last_name) == (False, True, "Wati")
    assert not user.user_permissions.exists()


def test_roles_given_and_taken_are_remembered(desk: Client, ayu: User) -> None:
    user = make_member("rina", "clerk")
    change(desk, user, groups=groups("coordinator"))
    one = Change.objects.get(verb="change", object_id=user.pk)
    assert (one.before["groups"], one.after["groups"]) == (["clerk"], ["coordinator"])
    assert one.by_id == ayu.pk
    page = desk.get(page_of(user, "history")).content.decode()
    assert "coordinator" in page


def test_a_unit_is_given_on_the_same_page(desk: Client) -> None:
    user, unit = make_member("rina", "unit officer"), make_organization("Satuan")
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-0-organization": unit.pk}
    assert change(desk, user, **rows).status_code == 302
    assert Membership.objects.get().organization == unit
    assert Change.objects.filter(noun="services.membership", verb="add").exists()


def test_the_last_administrator_stays_one(desk: Client, ayu: User) -> None:
    for attempt in ({"groups": groups("clerk")}, {"is_active": None}):
        page = change(desk, ayu, **attempt)
        assert page.context["adminform"].form.non_field_errors().as_data()[0].code == "last"
    make_member("budi", "administrator", is_active=False)
    assert change(desk, ayu, groups=groups("clerk")).status_code == 200, "out of use does not count"
    make_member("citra", "administrator")
    assert change(desk, ayu, groups=groups("clerk")).status_code == 302


def test_taking_an_account_out_of_use_ends_its_sessions_for_good(desk: Client) -> None:
    user = make_member("rina", "clerk")
    client = sign_in(user)
    change(desk, user, is_active=None)
    assert not is_inside(client)
    other = sign_in_again_after(desk, user)
    assert not is_inside(other)


def sign_in_again_after(desk: Client, user: User) -> Client:
    """A browser signed in while the account was in use, which is then taken out and back in."""
    change(desk, user, is_active="on")
    client = signed_in(User.objects.get(pk=user.pk))
    assert is_inside(client)
    change(desk, user, is_active=None)
    change(desk, user, is_active="on")
    return client


def test_accounts_are_never_deleted(desk: Client) -> None:
    user = make_member("rina", "clerk")
    assert desk.post(page_of(user, "delete"), {"post": "yes"}).status_code == 403
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"})
    assert User.objects.filter(pk=user.pk).exists()


def test_resetting_a_lost_phone(desk: Client, ayu: User) -> None:
    user = make_member("rina", "clerk", email="rina@example.go.id")
    codes_of(user)
    client = sign_in(user)
    address = f"{LIST}{user.pk}/verb/reset_second_factor/"
    assert desk.post(address, {"reason": ""}).status_code == 200, "asks why"
    assert is_inside(client)
    assert desk.post(address, {"reason": "HP hilang, datang sendiri."}).status_code == 302
    assert not is_inside(client)
    assert not TOTPDevice.objects.filter(user=user).exists()
    assert not StaticDevice.objects.filter(user=user).exists()
    one = Change.objects.get(verb="reset_second_factor")
    assert (one.by_id, one.reason) == (ayu.pk, "HP hilang, datang sendiri.")
    mail = OutgoingMail.objects.get(key__startswith="second-factor-reset:")
    assert mail.to == "rina@example.go.id"
    # The password alone leads to setting up, as at the first sign-in.
    again = Client()
    give_password(again, user)
    assert again.get("/admin/second-factor/")["Location"] == "/admin/second-factor/set-up/"


def test_one_s_own_factor_is_not_reset_at_the_desk(desk: Client, ayu: User) -> None:
    desk.post(f"{LIST}{ayu.pk}/verb/reset_second_factor/", {"reason": "Coba sendiri."})
    assert second_factor.is_set_up(ayu)


def test_signing_a_colleague_out(desk: Client) -> None:
    user = make_member("rina", "clerk")
    client = sign_in(user)
    desk.post(f"{LIST}{user.pk}/verb/end_sessions/", {"reason": "Komputer kantor dicuri."})
    assert not is_inside(client)
    assert Change.objects.get(verb="end_sessions").reason == "Komputer kantor dicuri."


def test_a_new_password_is_asked_for_first_and_shown_once(desk: Client) -> None:
    user = make_member("rina", "clerk")
    client = sign_in(user)
    before = User.objects.get(pk=user.pk).password
    assert desk.get(page_of(user, "new-password")).context["password"] == ""
    assert User.objects.get(pk=user.pk).password == before
    given = desk.post(page_of(user, "new-password")).context["password"]
    assert not is_inside(client)
    assert give_password(Client(), user, given).status_code == 302
    assert second_factor.is_set_up(user), "a new password is no way around the phone"


def test_an_administrator_does_not_touch_a_superuser(desk: Client) -> None:
    root = make_member("root", is_superuser=True)
    assert desk.get(page_of(root)).status_code == 200
    assert desk.post(page_of(root), {"username": "root", "email": "ayu@example.go.id"}).status_code == 403
    assert desk.post(page_of(root, "new-password")).status_code == 403
    for verb in ("reset_second_factor", "end_sessions"):
        desk.post(f"{LIST}{root.pk}/verb/{verb}/", {"reason": "Coba."})
        desk.post(
            LIST, {"action": verb, "_selected_action": [root.pk], "answered": "1", "reason": "Coba lagi."}
        )
    assert second_factor.is_set_up(root)
    assert not Account.objects.filter(user=root, epoch__gt=0).exists()


@pytest.mark.parametrize(
    ("role", "looks"),
    [("auditor", 200), ("coordinator", 403), ("clerk", 403), ("unit officer", 403), ("field officer", 403)],
)
def test_other_roles_change_no_account(role: str, looks: int) -> None:
    user = make_member("rina", "clerk")
    desk = signed_in(make_member("dewi", role))
    assert desk.get(LIST).status_code == looks
    assert desk.get(page_of(user)).status_code == looks
    assert desk.post(page_of(user), {"username": "lain"}).status_code == 403
    assert desk.get(ADD).status_code == 403
    assert desk.post(page_of(user, "new-password")).status_code == 403
    assert desk.post(f"{LIST}{user.pk}/verb/end_sessions/", {"reason": "Coba."}).status_code == 403


def test_the_list_tells_who_has_a_phone(desk: Client) -> None:
    make_member("rina", "clerk")
    make_newcomer("tono", "clerk")
    for wanted, names in (("yes", {"ayu", "rina"}), ("no", {"tono"})):
        found = desk.get(LIST, {"second_factor": wanted}).context["cl"].result_list
        assert {row.username for row in found} == names
    found = desk.get(LIST, {"role": "clerk"}).context["cl"].result_list
    assert {row.username for row in found} == {"rina", "tono"}


def test_the_list_asks_no_more_for_many(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        return len(asked)

    queries()
    few = queries()
    for _i in range(10):
        make_member("", "clerk", "auditor")
    assert queries() <= few
    assert few <= 12


def test_keys_roles_and_users_have_no_raw_pages() -> None:
    raw = {"auth.user", "auth.group", "otp_totp.totpdevice", "otp_static.staticdevice", "axes.accessattempt"}
    assert not raw & {model._meta.label_lower for model in admin.site._registry}


def test_going_back_in_history_gives_no_rights(desk: Client) -> None:
    user = make_member("rina", "administrator")
    change(desk, user, groups=groups("clerk"))
    old = Change.objects.filter(object_id=user.pk).latest("pk")
    before = Change.objects.count()
    for address in (f"/admin/shared/change/{old.pk}/restore/", page_of(user, f"restore/{old.pk}")):
        assert desk.post(address, {"reason": "Kembali."}).status_code in {302, 403, 404, 200}
    assert list(user.groups.values_list("name", flat=True)) == ["clerk"]
    assert Change.objects.count() == before


def test_my_account_shows_only_my_own() -> None:
    user = make_member("rina", "clerk")
    codes_of(user)
    page = sign_in(user).get("/admin/account/").content.decode()
    assert "rina" in page
    assert recovery.codes_left(user) == 10
    assert TOTPDevice.objects.get(user=user).key not in page


def test_a_colleague_is_created_with_history() -> None:
    assert Colleague(username="x").snapshot() == {}


@pytest.mark.parametrize("query", ["password__startswith=p", "password=x", "totpdevice__key__startswith=0"])
def test_no_filter_in_an_address_tells_what_opens_an_account(query: str, desk: Client) -> None:
    assert desk.get(f"{LIST}?{query}").status_code == 400


def test_whoever_has_been_inside_learns_of_a_password_given_anew(desk: Client) -> None:
    user = make_member("rina", "clerk", email="rina@example.go.id")
    desk.post(page_of(user, "new-password"))
    assert not OutgoingMail.objects.exists(), "a newcomer's first password is told in person"
    sign_in(make_member("sari", "clerk", email="sari@example.go.id"))
    desk.post(page_of(User.objects.get(username="sari"), "new-password"))
    mail = OutgoingMail.objects.get(key__startswith="password:")
    assert mail.to == "sari@example.go.id"
