"""The six roles of the desk: made once, least rights, and rows by unit."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import IntegrityError

from portal.accounts.outreach_rights import AT_THE_DOOR, HANDS_OUT
from portal.accounts.roles import ROLE, ROLES, role_of, set_up_roles
from portal.management.commands import prepare
from services.models import (
    Channel,
    ClosedDay,
    Location,
    Membership,
    Organization,
    PublicWork,
    Service,
    ServiceAtLocation,
)
from services.models.organization import units_of
from tests.builders import (
    make_closed_day,
    make_location,
    make_organization,
    make_public_work,
    make_service,
    make_user,
)
from tests.desk import make_officer

pytestmark = pytest.mark.django_db


def held() -> dict[str, set[str]]:
    return {
        group.name: {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}
        for group in Group.objects.all()
    }


def test_every_right_named_in_a_role_exists_and_is_given() -> None:
    set_up_roles()
    assert held() == {role.name: set(role.rights) for role in ROLES}


def test_setting_up_again_changes_nothing_and_takes_back_what_was_added() -> None:
    set_up_roles()
    before = held()
    Group.objects.get(name="auditor").permissions.add(Permission.objects.get(codename="delete_service"))
    Group.objects.create(name="Tim lapangan kantor kami")
    set_up_roles()
    assert held() == before | {"Tim lapangan kantor kami": set()}


def test_the_groups_are_there_after_the_migrations_alone() -> None:
    assert {role.name for role in ROLES} <= set(Group.objects.values_list("name", flat=True))
    assert Group.objects.get(name="coordinator").permissions.filter(codename="publish_service").exists()


def test_only_the_coordinator_publishes_deletes_and_reads_for_all() -> None:
    who = {
        right: {role.name for role in ROLES if right in role.rights}
        for right in ("services.publish_service", "services.delete_service", "services.confirm_service")
    }
    assert who == {
        "services.publish_service": {"coordinator"},
        "services.delete_service": {"coordinator"},
        "services.confirm_service": {"coordinator", "unit officer"},
    }


@pytest.mark.parametrize(
    ("role", "beyond"),
    [
        ("field officer", {"feedback.add_submission"} | AT_THE_DOOR | HANDS_OUT),
        ("auditor", set[str]()),
    ],
)
def test_who_only_looks_has_no_other_right(role: str, beyond: set[str]) -> None:
    does = {
        right
        for right in ROLE[role].rights
        if right.partition(".")[2].partition("_")[0] not in {"view", "reach", "export"}
    }
    assert does == beyond


def test_who_told_a_case_is_opened_by_few_and_each_of_them_leaves_a_line_the_auditor_reads() -> None:
    who = {
        right: {role.name for role in ROLES if f"feedback.{right}" in role.rights}
        for right in (
            *("view_submission", "verify_submission", "answer_submission", "release_submission"),
            *("export_submission", "view_contact", "view_contactopening"),
        )
    }
    assert who == {
        "view_submission": {"clerk", "unit officer", "coordinator", "auditor"},
        "verify_submission": {"clerk", "coordinator"},
        "answer_submission": {"clerk", "unit officer", "coordinator"},
        "release_submission": {"clerk", "coordinator"},
        "export_submission": {"coordinator"},
        "view_contact": {"clerk", "coordinator"},
        "view_contactopening": {"coordinator", "auditor"},
    }


def test_nobody_is_given_the_rights_over_rights() -> None:
    for role in ROLES:
        assert not any(
            right.startswith("auth.") and right.endswith(("_group", "_permission")) and "view" not in right
            for right in role.rights
        ), role.name
        assert "auth.delete_user" not in role.rights


def test_the_widest_role_names_a_person() -> None:
    person = make_officer("clerk")
    assert role_of(person) == "clerk"
    person.groups.add(Group.objects.get(name="coordinator"))
    assert role_of(person) == "coordinator"
    assert role_of(make_user()) == ""
    assert role_of(make_user(is_superuser=True)) == "superuser"
    person.is_active = False
    assert role_of(person) == ""


# Rows ----------------------------------------------------------------------------------------------------


def rows_of(unit: Organization) -> dict[type[Any], Any]:
    place = make_location(organization=unit)
    service = make_service(
        organization=unit, counters=[place], channels=[{"kind": "phone", "label": "Telepon", "value": "112"}]
    )
    return {
        Organization: unit,
        Location: place,
        Service: service,
        ServiceAtLocation: service.counters.get(),
        Channel: service.channels.get(),
        PublicWork: make_public_work(organization=unit),
        ClosedDay: make_closed_day(date(2026, 1, 1), location=place),
    }


def test_a_unit_officer_sees_the_rows_of_their_units_and_those_below() -> None:
    agency = make_organization("Dinas")
    unit = make_organization("Satuan", parent=agency)
    desk = make_organization("Loket", parent=unit)
    other = make_organization("Satuan lain", parent=agency)
    mine, below, theirs = rows_of(unit), rows_of(desk), rows_of(other)
    make_closed_day(date(2026, 1, 2))  # a day closed everywhere is nobody's own
    make_location("Tanpa pemilik")
    officer = make_officer("unit officer", unit)
    for model, row in mine.items():
        found = set(model.objects.visible_to(officer))
        assert found == {row, below[model]}, model
        assert theirs[model] not in found


@pytest.mark.parametrize("role", [role.name for role in ROLES if role.name != "unit officer"])
def test_every_other_role_works_for_every_unit(role: str) -> None:
    service = make_service()
    assert list(Service.objects.visible_to(make_officer(role))) == [service]


def test_without_a_unit_and_without_the_right_nothing_is_seen() -> None:
    make_service()
    assert not Service.objects.visible_to(make_officer("unit officer")).exists()
    assert not Service.objects.visible_to(make_user()).exists()
    assert Service.objects.visible_to(make_user(is_superuser=True)).exists()


def test_units_in_a_circle_do_not_hang_the_desk() -> None:
    first = make_organization("Satu")
    second = make_organization("Dua", parent=first)
    Organization.objects.filter(pk=first.pk).update(parent=second)
    assert units_of(make_officer("unit officer", second)) == {first.pk, second.pk}


def test_a_membership_is_given_once() -> None:
    unit = make_organization()
    officer = make_officer("unit officer", unit)
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=officer, organization=unit)


def test_preparing_gives_the_roles_their_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("load", "collect"):
        monkeypatch.setattr(prepare.Command, step, lambda *arguments, **options: None)
    Group.objects.all().delete()
    call_command("prepare", verbosity=0)
    assert held() == {role.name: set(role.rights) for role in ROLES}
    assert User.objects.count() == 0
