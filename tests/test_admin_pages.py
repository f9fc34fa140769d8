"""Every page of the staff desk opens, with every filter, in few queries, and only for those who may."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.text import capfirst

from feedback.models import DeadlineRule
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
    News,
    Organization,
    PortalProfile,
    PublicWork,
    Service,
    ServiceAtLocation,
    Synonym,
)
from tests.builders import make_service, make_user
from tests.desk import NOUNS, address, admin_of, form_data, make_editor, make_world, signed_in

pytestmark = pytest.mark.django_db

MOST_QUERIES_OF_A_LIST = 16
EDITABLE = [model for model in NOUNS if model is not Change]


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user(is_superuser=True))


def test_every_noun_of_the_catalogue_has_its_desk() -> None:
    rows_of_others = {
        "requirement",
        "step",
        "openinghours",
        "membership",
        "publicworkupdate",
        "contentversion",
        "searchword",
        "bucket",
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
        News: "loket",
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


def test_figures_carry_their_heading_on_a_phone_and_an_app_shows_no_piles(desk: Client) -> None:
    DeadlineRule.objects.create(answer_days=14, source="Peraturan")
    page = desk.get(address(DeadlineRule, "changelist")).content.decode()
    assert re.search(r'<td data-name="[^"]+" class="field-answer_days">14<', page)
    assert re.search(r'<td data-empty class="field-verify_days">-<', page)
    # Nobody “selects a change to view”: a list is called by its noun.
    for model in (Change, DeadlineRule):
        changelist = desk.get(address(model, "changelist")).context["cl"]
        assert changelist.title == capfirst(model._meta.verbose_name_plural)
    with CaptureQueriesContext(connection) as queries:
        page = desk.get("/admin/feedback/").content.decode()
    assert "/admin/feedback/submission/" in page
    assert "desk-pile" not in page
    assert len(queries) <= 8


def test_the_list_of_services_asks_at_most_twelve_questions(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    make_world(1)
    desk.get(address(Service, "changelist"))
    for query in ("", "?p=1", "?confirmed=due", "?closed=soon", "?status__exact=draft"):
        desk.get(address(Service, "changelist") + query)
        with django_assert_max_num_queries(12):
            assert desk.get(address(Service, "changelist") + query).status_code == 200, query


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
