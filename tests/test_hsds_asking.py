"""Asking for the catalogue in HSDS: pages, questions not understood, and how much is asked of the database."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.models import Organization
from tests import hsds_schema
from tests.builders import make_portal, make_service
from tests.hsds_world import HSDS, LISTS, Ask, asking, full_service


@pytest.fixture
def ask(client: Client) -> Ask:
    return asking(client)


# Asking ------------------------------------------------------------


@pytest.mark.django_db
def test_the_door_names_version_and_description(ask: Ask) -> None:
    about = ask()
    assert about["version"] == "3.0"
    assert about["profile"].endswith("/data/")
    assert about["openapi_url"].startswith("https://")


@pytest.mark.django_db
def test_pages_are_bounded_and_add_up(ask: Ask) -> None:
    for number in range(5):
        make_service(f"Layanan {number}")
    pages = [ask("services", page=number, per_page=2) for number in (1, 2, 3)]
    assert [page["size"] for page in pages] == [2, 2, 1]
    assert [page["first_page"] for page in pages] == [True, False, False]
    assert [page["last_page"] for page in pages] == [False, False, True]
    assert len({one["id"] for page in pages for one in page["contents"]}) == 5
    assert ask("services", 404, page=4, per_page=2)["error"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {"per_page": "101"},
        {"per_page": "0"},
        {"per_page": "-1"},
        {"page": "0"},
        {"page": "x"},
        {"page": "٣"},
        {"page": "9" * 30},
        {"full": "yes"},
        {"organization_id": "dukcapil"},
        {"taxonomy_term_id": "1"},
        {"modified_after": "2026-01-01"},
        {"proximity": "3"},
    ],
)
def test_a_question_not_understood_is_a_clear_400(query: dict[str, str], ask: Ask) -> None:
    assert ask("services", 400, **query)["error"]


@pytest.mark.django_db
def test_services_are_narrowed_by_organization_term_and_words(ask: Ask) -> None:
    make_portal()
    one = full_service()
    make_service("Surat pindah")
    row = next(row for row in ask("services", full="true")["contents"] if row["name"] == one.name)

    def names(**query: str) -> list[str]:
        return [found["name"] for found in ask("services", **query)["contents"]]

    assert names(organization_id=row["organization_id"]) == [one.name]
    terms = [
        about["taxonomy_term"]
        for about in row["attributes"]
        if about["link_type"] in {"category", "audience"}
    ]
    assert len(terms) == 2
    for term in terms:
        assert names(taxonomy_term_id=term["id"]) == [one.name]
    (topic,) = [term for term in terms if "parent_id" in term]
    assert names(taxonomy_term_id=topic["parent_id"]) == [one.name]
    assert names(search="pindah") == ["Surat pindah"]
    assert names(search="tidakadasamasekali") == []
    nobody = "00000000-0000-4000-8000-000000000000"
    assert ask("services", 404, organization_id=nobody)["error"]
    assert ask("services", 404, taxonomy_term_id=nobody)["error"]
    counters = ask("service_at_locations", organization_id=row["organization_id"])
    assert counters["total_items"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
def test_an_identifier_nobody_has_is_404(path: str, ask: Ask, client: Client) -> None:
    assert ask(f"{path}/00000000-0000-4000-8000-000000000000", 404)["error"]
    assert client.get(f"{HSDS}{path}/ktp-hilang").status_code == 404


@pytest.mark.django_db
def test_the_data_are_for_everyone_and_only_read(client: Client) -> None:
    make_service()
    for path in ("", *LISTS):
        response = client.get(HSDS + path)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "public" in response["Cache-Control"]
        assert "ETag" in response.headers
        assert not response.cookies
        assert client.post(HSDS + path).status_code == 405


# How much is asked for it ------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("services", 6),
        ("services?full=true", 14),
        ("organizations", 4),
        ("organizations?full=true", 6),
        ("service_at_locations", 4),
        ("service_at_locations?full=true", 6),
        ("taxonomy_terms", 4),
    ],
)
def test_the_number_of_questions_does_not_grow(path: str, most: int, client: Client) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HSDS + path).status_code == 200
        return len(queries)

    full_service()
    few = questions()
    for _ in range(6):
        full_service()
    many = questions()
    assert many == few
    assert many <= most


@pytest.mark.django_db
def test_units_and_places_of_an_organization_come_with_it(ask: Ask) -> None:
    service = full_service()
    row = next(one for one in ask("organizations", full="true")["contents"] if one["name"] == "Kelurahan")
    assert [one["number"] for one in row["phones"]] == ["021-1", "0812"]
    assert [one["name"] for one in row["locations"]] == ["Kantor Kelurahan"]
    assert row["parent_organization_id"]
    assert hsds_schema.faults("organization", row) == []
    assert Organization.objects.count() == ask("organizations")["total_items"]
    assert service.organization.name == row["name"]
