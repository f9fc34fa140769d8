"""The staff desk: every list opens with every filter, every edit is remembered and seen by residents."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.shared import content_version
from portal.shared.history import Change
from services.admin.base import RecordedAdmin
from services.models import (
    Area,
    Audience,
    Category,
    Channel,
    Charter,
    ClosedDay,
    EmergencyNumber,
    Location,
    OpeningHours,
    Organization,
    PortalProfile,
    PublicWork,
    Requirement,
    Service,
    ServiceAtLocation,
    Synonym,
)
from tests.builders import (
    make_category,
    make_hours,
    make_location,
    make_organization,
    make_portal,
    make_service,
    make_user,
)
from tests.desk import NOUNS, address, admin_of, form_data, make_editor, make_world, signed_in

pytestmark = pytest.mark.django_db

MOST_QUERIES_OF_A_LIST = 16
EDITABLE = [model for model in NOUNS if model is not Change]


@pytest.fixture
def editor() -> User:
    return make_user("rini", is_superuser=True, first_name="Rini", last_name="Editor")


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def latest(instance: models.Model) -> Change:
    changes = Change.objects.filter(noun=instance._meta.label_lower, object_id=instance.pk)
    change = changes.order_by("-pk").first()
    assert change is not None
    return change


# Every page opens ----------------------------------------------------------------------------------------


def test_every_noun_of_the_catalogue_has_its_desk() -> None:
    rows_of_others = {
        "requirement",
        "step",
        "openinghours",
        "publicworkupdate",
        "contentversion",
        "searchword",
    }
    ours = [model for model in admin.site._registry if model._meta.app_label in {"services", "shared"}]
    assert set(ours) == set(NOUNS)
    all_of_ours = {model._meta.model_name for model in Service._meta.apps.get_models() if model in ours}
    named = {
        model._meta.model_name
        for model in Service._meta.apps.get_models()
        if model._meta.app_label in {"services", "shared"}
    }
    assert named - all_of_ours == rows_of_others


@pytest.mark.parametrize("model", NOUNS)
def test_the_list_opens_with_every_filter_every_order_and_a_search(model: Any, desk: Client) -> None:
    make_world(1)
    make_world(2)
    page = desk.get(address(model, "changelist"))
    assert page.status_code == 200
    changelist = page.context["cl"]
    assert changelist.result_count > 0
    queries = {
        choice["query_string"] for spec in changelist.filter_specs for choice in spec.choices(changelist)
    }
    assert not admin_of(model).list_filter or queries
    queries |= {f"?o={number}" for number in range(1, len(changelist.list_display))}
    if admin_of(model).search_fields:
        queries.add("?q=surat")
    for query in sorted(queries):
        assert desk.get(address(model, "changelist") + query).status_code == 200, query


def test_a_search_finds_rows_by_what_their_list_shows(desk: Client) -> None:
    make_world(1)
    words = {
        Area: "kelurahan",
        Audience: "warga",
        Category: "topik",
        Change: "kantor",
        Channel: "112",
        Charter: "lurah",
        ClosedDay: "libur",
        EmergencyNumber: "111",
        Location: "kantor",
        Organization: "dinas",
        PublicWork: "saluran",
        Service: "surat",
        ServiceAtLocation: "kantor",
        Synonym: "surat",
    }
    assert {*words, PortalProfile} == set(NOUNS)
    for model, word in words.items():
        found = desk.get(address(model, "changelist"), {"q": word}).context["cl"].result_count
        nothing = desk.get(address(model, "changelist"), {"q": "tidakadakatabegini"}).context["cl"]
        assert (found > 0, nothing.result_count) == (True, 0), model


def test_add_change_history_and_delete_pages_open(desk: Client) -> None:
    make_world(1)
    refused = {(PortalProfile, "add"), (PortalProfile, "delete")}
    for model in EDITABLE:
        row = model._default_manager.latest("pk")
        for page, arguments in (
            ("add", []),
            ("change", [row.pk]),
            ("history", [row.pk]),
            ("delete", [row.pk]),
        ):
            expected = 403 if (model, page) in refused else 200
            assert desk.get(address(model, page, *arguments)).status_code == expected, (model, page)


def test_no_list_asks_more_questions_for_more_rows(desk: Client) -> None:
    def count_queries() -> dict[Any, int]:
        counts = {}
        for model in NOUNS:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address(model, "changelist")).status_code == 200
            counts[model] = len(queries)
        return counts

    make_world(1)
    count_queries()  # fills what is read once for each content version
    before = count_queries()
    for number in range(2, 6):
        make_world(number)
    count_queries()
    assert count_queries() == before
    assert max(before.values()) <= MOST_QUERIES_OF_A_LIST


def test_saving_a_page_unchanged_changes_nothing(desk: Client) -> None:
    make_world(1)
    changes = Change.objects.count()
    for model in EDITABLE:
        url = address(model, "change", model._default_manager.latest("pk").pk)
        answer = desk.post(url, form_data(desk.get(url)))
        assert answer.status_code == 302, (model, answer.context["errors"])
        assert Change.objects.count() == changes, model


def test_every_desk_writes_history() -> None:
    for model in NOUNS:
        assert model is Change or isinstance(admin_of(model), RecordedAdmin), model


# The story: an editor corrects a fee ---------------------------------------------------------------------


def test_an_editor_corrects_a_fee_and_the_page_shows_it(desk: Client, editor: User) -> None:
    make_portal()
    service = make_service(fee_amount=Decimal("25000"))
    public = service.get_absolute_url()
    assert "Rp25.000" in Client().get(public).content.decode()
    version = content_version.stored_number()

    url = address(Service, "change", service.pk)
    answer = desk.post(url, form_data(desk.get(url), fee_amount="15000"), follow=True)
    assert answer.status_code == 200

    shown = Client().get(public).content.decode()
    assert "Rp15.000" in shown
    assert "Rp25.000" not in shown
    change = latest(service)
    assert (change.verb, change.by, change.by_name) == ("change", editor, "Rini Editor")
    assert (change.before, change.after) == ({"fee_amount": "25000.00"}, {"fee_amount": "15000.00"})
    assert content_version.stored_number() > version


def test_a_fee_below_zero_is_refused_in_words(desk: Client) -> None:
    service = make_service(fee_amount=Decimal("25000"))
    url = address(Service, "change", service.pk)
    answer = desk.post(url, form_data(desk.get(url), fee_amount="-1"))
    assert answer.status_code == 200
    assert answer.context["errors"]
    service.refresh_from_db()
    assert service.fee_amount == Decimal("25000")


def test_an_empty_fee_is_not_zero(desk: Client) -> None:
    service = make_service(fee_amount=Decimal("0"))
    url = address(Service, "change", service.pk)
    desk.post(url, form_data(desk.get(url), fee_amount=""))
    service.refresh_from_db()
    assert service.fee_amount is None


def test_a_changed_requirement_is_remembered_and_found_at_once(desk: Client) -> None:
    service = make_service(requirements=["Fotokopi KK", "Pasfoto"])
    url = address(Service, "change", service.pk)
    first = desk.post(url, form_data(desk.get(url), **{"requirements-0-text": "Paspor merah"}))
    assert first.status_code == 302
    change = latest(service)
    assert [row["text"] for row in change.before["requirements"]] == ["Fotokopi KK", "Pasfoto"]
    assert [row["text"] for row in change.after["requirements"]] == ["Paspor merah", "Pasfoto"]
    assert service in Service.objects.matching("paspor")
    assert service not in Service.objects.matching("fotokopi")


def test_adding_and_deleting_a_service_is_remembered(desk: Client, editor: User) -> None:
    url = address(Service, "add")
    data = form_data(
        desk.get(url),
        name="Mengurus surat baru",
        code="surat-baru",
        slug="surat-baru",
        category=str(make_category().pk),
        organization=str(make_organization().pk),
        **{
            "requirements-TOTAL_FORMS": "1",
            "requirements-0-text": "Kartu Keluarga",
            "requirements-0-position": "0",
        },
    )
    assert desk.post(url, data).status_code == 302
    service = Service.objects.get(code="surat-baru")
    assert service.status == Service.Status.DRAFT
    assert Requirement.objects.get(service=service).text == "Kartu Keluarga"
    assert latest(service).verb == "add"
    assert service in Service.objects.matching("kartu keluarga")

    assert desk.post(address(Service, "delete", service.pk), {"post": "yes"}).status_code == 302
    gone = Change.objects.filter(object_id=service.pk, noun="services.service").latest("pk")
    assert (gone.verb, gone.by, gone.before["code"]) == ("delete", editor, "surat-baru")


def test_deleting_many_remembers_each(desk: Client) -> None:
    days = [ClosedDay.objects.create(date=date(2026, 5, day), name="Libur", kind="local") for day in (1, 2)]
    data = {"action": "delete_selected", "_selected_action": [day.pk for day in days], "post": "yes"}
    assert desk.post(address(ClosedDay, "changelist"), data).status_code == 302
    assert not ClosedDay.objects.exists()
    deleted = Change.objects.filter(noun="services.closedday", verb="delete")
    assert set(deleted.values_list("object_id", flat=True)) == {day.pk for day in days}


def test_a_new_name_of_a_topic_or_provider_finds_its_services_at_once(desk: Client) -> None:
    topic, unit = make_category("Kependudukan"), make_organization("Satuan Lama")
    service = make_service(category=topic, organization=unit)
    for model, row, name in ((Category, topic, "Pemakaman"), (Organization, unit, "Perpustakaan")):
        url = address(model, "change", row.pk)
        assert desk.post(url, form_data(desk.get(url), name=name)).status_code == 302
        assert service in Service.objects.matching(name)


# Opening hours -------------------------------------------------------------------------------------------


def test_hours_are_ticked_by_weekday_and_stored_as_digits(desk: Client) -> None:
    place = make_location(hours=[("12345", "07:30", "16:00")])
    url = address(Location, "change", place.pk)
    page = desk.get(url)
    data = form_data(page, **{"hours-0-days": ["5", "1"], "hours-0-closes": "11:30"})
    assert data["hours-0-opens"] == "07:30"
    assert desk.post(url, data).status_code == 302
    hours = OpeningHours.objects.get(location=place)
    assert (hours.days, f"{hours.closes:%H:%M}") == ("15", "11:30")
    assert latest(place).after["hours"][0]["days"] == "15"


@pytest.mark.parametrize("field_and_value", [("hours-0-closes", "07:00"), ("hours-0-days", None)])
def test_hours_that_cannot_be_are_refused(desk: Client, field_and_value: tuple[str, Any]) -> None:
    place = make_location(hours=[("12345", "07:30", "16:00")])
    url = address(Location, "change", place.pk)
    answer = desk.post(url, form_data(desk.get(url), **dict([field_and_value])))
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_hours_of_a_counter_are_remembered_too(desk: Client, editor: User) -> None:
    service = make_service(counters=[make_location()])
    counter = service.counters.get()
    make_hours("12345", "08:00", "15:00", service_at_location=counter)
    version = content_version.stored_number()
    url = address(ServiceAtLocation, "change", counter.pk)
    assert desk.post(url, form_data(desk.get(url), **{"hours-0-closes": "14:00"})).status_code == 302
    change = Change.objects.latest("pk")
    assert (change.verb, change.by) == ("change", editor)
    assert "14:00" in str(change.after)
    assert "15:00" in str(change.before)
    assert content_version.stored_number() > version


# The portal itself ---------------------------------------------------------------------------------------


def test_there_is_one_portal_profile_to_change_and_none_to_add(desk: Client) -> None:
    assert desk.get(address(PortalProfile, "add")).status_code == 200
    make_portal()
    assert desk.get(address(PortalProfile, "add")).status_code == 403
    assert desk.post(address(PortalProfile, "add"), {"name": "Lain"}).status_code == 403
    assert desk.post(address(PortalProfile, "delete", 1), {"post": "yes"}).status_code == 403
    assert PortalProfile.objects.count() == 1


def test_popular_searches_are_written_one_on_each_line(desk: Client) -> None:
    make_portal(popular=["KTP", "KK"])
    url = address(PortalProfile, "change", 1)
    page = desk.get(url)
    assert form_data(page)["popular"].split() == ["KTP", "KK"]
    assert desk.post(url, form_data(page, popular="KTP hilang\n\n  Akta \n")).status_code == 302
    assert PortalProfile.objects.get().popular == ["KTP hilang", "Akta"]


def test_the_desk_wears_the_house_sheet_and_names_the_portal(desk: Client) -> None:
    make_portal("Kelurahan Tanjung Contoh", short_name="Tanjung Contoh")
    page = desk.get(reverse("admin:index")).content.decode()
    assert "admin.css" in page
    assert "Tanjung Contoh" in page
    assert '<html lang="id"' in page


# Who may do what -----------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_the_door() -> None:
    service = make_service()
    for url in (address(Service, "changelist"), address(Service, "verb", service.pk, "publish")):
        answer = Client().get(url)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_staff_without_rights_see_and_change_nothing() -> None:
    make_world(1)
    desk = signed_in(make_user())
    for model in NOUNS:
        row = model._default_manager.latest("pk")
        for url in (
            address(model, "changelist"),
            address(model, "add"),
            address(model, "change", row.pk),
            address(model, "history", row.pk),
            address(model, "delete", row.pk),
        ):
            assert desk.get(url).status_code == 403, url
            assert desk.post(url, {}).status_code == 403, url


def test_who_may_only_look_cannot_change() -> None:
    service = make_service(fee_amount=Decimal("25000"))
    desk = signed_in(make_editor("view_service"))
    url = address(Service, "change", service.pk)
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"fee_amount": "1"}).status_code == 403
    assert desk.get(address(Service, "history", service.pk)).status_code == 200


def test_the_right_to_change_one_noun_opens_no_other() -> None:
    make_world(1)
    desk = signed_in(make_editor("change_emergencynumber", "view_emergencynumber"))
    assert desk.get(address(EmergencyNumber, "changelist")).status_code == 200
    assert desk.get(address(Service, "changelist")).status_code == 403
