"""Nobody reaches past their unit or their right: by address, list, action, search, inline or a changed field."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import reverse

from portal.shared.history import Change
from services.models import (
    Channel,
    ClosedDay,
    Location,
    Organization,
    PublicWork,
    Requirement,
    Service,
    ServiceAtLocation,
)
from tests.builders import (
    make_closed_day,
    make_location,
    make_organization,
    make_portal,
    make_public_work,
    make_service,
    make_user,
)
from tests.desk import address, form_data, make_officer, signed_in

pytestmark = pytest.mark.django_db

VERBS = ("publish", "withdraw", "confirm", "close_temporarily", "reopen")
ANSWERS = {"reason": "Tes", "from_day": "2026-11-23", "answered": "1"}


@pytest.fixture
def mine() -> Organization:
    return make_organization("Satuan kami")


@pytest.fixture
def theirs() -> Organization:
    return make_organization("Satuan lain")


@pytest.fixture
def officer(mine: Organization) -> User:
    return make_officer("unit officer", mine)


@pytest.fixture
def desk(officer: User) -> Client:
    return signed_in(officer)


def rows_of(unit: Organization, day: str) -> dict[type[models.Model], Any]:
    place = make_location(f"Loket {unit}", organization=unit)
    service = make_service(
        f"Surat {unit}",
        organization=unit,
        counters=[place],
        requirements=["Fotokopi KK"],
        channels=[{"kind": "phone", "label": "Telepon", "value": "112"}],
        summary="Gratis.",
    )
    work = make_public_work(f"Saluran {unit}", organization=unit)
    return {
        Organization: unit,
        Location: place,
        Service: service,
        ServiceAtLocation: service.counters.get(),
        Channel: service.channels.get(),
        PublicWork: work,
        ClosedDay: make_closed_day(date.fromisoformat(day), location=place),
    }


# Addresses, lists and searches ---------------------------------------------------------------------------


def test_another_units_row_is_not_there(desk: Client, mine: Organization, theirs: Organization) -> None:
    own, foreign = rows_of(mine, "2026-03-01"), rows_of(theirs, "2026-03-02")
    changes = Change.objects.count()
    for model, row in foreign.items():
        listed = desk.get(address(model, "changelist")).context["cl"].result_list
        assert list(listed) == [own[model]], model
        pages = [address(model, page, row.pk) for page in ("change", "history", "delete")]
        if model in {Service, Organization, Location, PublicWork}:
            pages += [address(model, "verb", row.pk, "confirm")]
        if model is Service:
            pages += [reverse("admin:services_service_preview", args=[row.pk])]
        for url in pages:
            for answer in (desk.get(url), desk.post(url, {"post": "yes", "name": "Diambil alih"})):
                assert answer.status_code in {302, 403, 404, 405}, url
                assert answer.status_code != 302 or answer["Location"] == reverse("admin:index"), url
                assert str(row) not in answer.content.decode(), url
        assert desk.get(address(model, "change", own[model].pk)).status_code == 200, model
    assert Change.objects.count() == changes


@pytest.mark.parametrize("verb", [*VERBS, "delete_selected"])
def test_an_action_leaves_another_units_rows_alone(
    verb: str, desk: Client, mine: Organization, theirs: Organization
) -> None:
    foreign = make_service(organization=theirs)
    before = Service.objects.values().get(pk=foreign.pk)
    for everything in ("0", "1"):
        data = {"action": verb, "_selected_action": [foreign.pk], "select_across": everything, "post": "yes"}
        desk.post(address(Service, "changelist"), {**data, **ANSWERS})
    assert Service.objects.values().get(pk=foreign.pk) == before


@pytest.mark.parametrize(
    ("model", "field", "label"),
    [
        ("service", "organization", "Satuan"),
        ("serviceatlocation", "location", "Loket"),
        ("channel", "service", "Surat"),
    ],
)
def test_a_search_for_a_choice_finds_ones_own_alone(
    model: str, field: str, label: str, desk: Client, mine: Organization, theirs: Organization
) -> None:
    rows_of(mine, "2026-03-01"), rows_of(theirs, "2026-03-02")
    query = {"app_label": "services", "model_name": model, "field_name": field, "term": label}
    found = [row["text"] for row in desk.get("/admin/autocomplete/", query).json()["results"]]
    assert found
    assert all("kami" in text for text in found), found


def test_a_filter_offers_ones_own_units_alone(desk: Client, mine: Organization, theirs: Organization) -> None:
    make_service(organization=mine), make_service(organization=theirs)
    page = desk.get(address(Service, "changelist")).content.decode()
    assert "Satuan lain" not in page


# What may be typed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Service, Location, PublicWork])
def test_a_row_is_not_given_to_another_unit_nor_to_nobody(
    model: type[models.Model], desk: Client, mine: Organization, theirs: Organization
) -> None:
    row = rows_of(mine, "2026-03-01")[model]
    url = address(model, "change", row.pk)
    for unit in (str(theirs.pk), None):
        answer = desk.post(url, form_data(desk.get(url), organization=unit))
        assert answer.status_code == 200, unit
        assert "organization" in answer.context["adminform"].form.errors
    row.refresh_from_db()
    assert row.organization == mine


def test_a_new_row_is_ones_own_units(desk: Client, mine: Organization, theirs: Organization) -> None:
    url = address(Location, "add")
    typed = {"name": "Loket baru", "slug": "loket-baru", "kind": "village_office"}
    for unit in (str(theirs.pk), None):
        refused = desk.post(url, form_data(desk.get(url), organization=unit, **typed))
        assert "organization" in refused.context["adminform"].form.errors
    assert desk.post(url, form_data(desk.get(url), organization=str(mine.pk), **typed)).status_code == 302
    assert Location.objects.get().organization == mine


def test_a_line_of_another_units_service_cannot_be_sent_along(
    desk: Client, mine: Organization, theirs: Organization
) -> None:
    own, foreign = rows_of(mine, "2026-03-01")[Service], rows_of(theirs, "2026-03-02")[Service]
    stranger = foreign.requirements.get()
    url = address(Service, "change", own.pk)
    data = form_data(
        desk.get(url), **{"requirements-0-id": str(stranger.pk), "requirements-0-text": "Milik kami"}
    )
    desk.post(url, data)
    stranger.refresh_from_db()
    assert (stranger.text, stranger.service) == ("Fotokopi KK", foreign)


def test_a_counter_may_stay_in_anothers_building_but_not_be_moved_there(
    desk: Client, mine: Organization, theirs: Organization
) -> None:
    hall = make_location("Balai bersama", organization=theirs)
    other_hall = make_location("Balai kedua", organization=theirs)
    service = make_service(organization=mine, counters=[hall])
    url = address(Service, "change", service.pk)
    kept = desk.post(url, form_data(desk.get(url), output="Surat keterangan"))
    assert kept.status_code == 302, kept.context["errors"]
    moved = desk.post(url, form_data(desk.get(url), **{"counters-0-location": str(other_hall.pk)}))
    assert moved.status_code == 200
    assert service.counters.get().location == hall


def test_a_way_in_is_not_added_to_another_units_service(
    desk: Client, mine: Organization, theirs: Organization
) -> None:
    foreign = make_service(organization=theirs)
    url = address(Channel, "add")
    data = form_data(desk.get(url), service=str(foreign.pk), kind="phone", label="Telepon palsu")
    assert "service" in desk.post(url, data).context["adminform"].form.errors
    assert not Channel.objects.exists()


def test_the_units_above_stay_as_they_are(desk: Client, mine: Organization) -> None:
    agency = make_organization("Dinas")
    Organization.objects.filter(pk=mine.pk).update(parent=agency)
    url = address(Organization, "change", mine.pk)
    assert desk.post(url, form_data(desk.get(url), phone="021 781 2345")).status_code == 302
    mine.refresh_from_db()
    assert (mine.parent, mine.phone) == (agency, "021 781 2345")


# Drafts and what residents read --------------------------------------------------------------------------


def test_a_clerk_drafts_and_looks_but_what_residents_read_is_not_theirs_to_change() -> None:
    make_portal()
    desk = signed_in(make_officer("clerk"))
    draft = make_service(is_published=False, requirements=["Fotokopi KK", "Pasfoto"])
    public = make_service(
        requirements=["Fotokopi KK"], channels=[{"kind": "phone", "label": "Telepon", "value": "112"}]
    )
    url = address(Service, "change", draft.pk)
    data = form_data(desk.get(url), summary="Gratis.", **{"requirements-1-DELETE": "on"})
    assert desk.post(url, data).status_code == 302
    assert [row.text for row in Requirement.objects.filter(service=draft)] == ["Fotokopi KK"]

    url = address(Service, "change", public.pk)
    page = desk.get(url)
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert desk.post(url, {"summary": "Bayar."}).status_code == 403
    channel = public.channels.get()
    assert desk.post(address(Channel, "change", channel.pk), {"label": "Lain"}).status_code == 403
    assert desk.post(address(Channel, "delete", channel.pk), {"post": "yes"}).status_code == 403
    add = address(Channel, "add")
    refused = desk.post(add, form_data(desk.get(add), service=str(public.pk), kind="phone", label="Palsu"))
    assert "service" in refused.context["adminform"].form.errors
    assert public.channels.get() == channel


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("clerk", set()),
        ("field officer", set()),
        ("unit officer", {"confirm"}),
        ("coordinator", set(VERBS)),
        ("administrator", set()),
        ("auditor", set()),
    ],
)
def test_each_role_and_each_verb_by_button_and_by_action(
    verb: str, role: str, allowed: set[str], mine: Organization
) -> None:
    make_portal()
    service = make_service(organization=mine, is_published=verb != "publish")
    if verb == "reopen":
        service.close_temporarily(by=None, from_day=date(2026, 11, 1), until=None, reason="Renovasi")
    desk = signed_in(make_officer(role, mine))
    before = Change.objects.count()
    url = address(Service, "verb", service.pk, verb)
    is_offered = verb in {
        one.name for one in desk.get(address(Service, "change", service.pk)).context["verbs"]
    }
    assert is_offered == (verb in allowed)
    assert desk.get(url).status_code == (200 if verb in allowed else 403)
    if verb not in allowed:
        assert desk.post(url, ANSWERS).status_code == 403
    data = {"action": verb, "_selected_action": [service.pk], **ANSWERS}
    desk.post(address(Service, "changelist"), data)
    assert Change.objects.count() - before == (1 if verb in allowed else 0)


def test_no_detour_tells_the_address_of_a_draft() -> None:
    service = make_service("Rahasia")
    kind = ContentType.objects.get_for_model(Service)
    assert signed_in(make_user(is_staff=True)).get(f"/admin/r/{kind.pk}/{service.pk}/").status_code == 404
