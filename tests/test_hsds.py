"""The catalogue in HSDS 3, held against the published schema: shape, honesty, and how much is asked for it."""

import copy
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.loading import load
from services.models import Area, Channel, Location, Organization, Service, ServiceAtLocation
from tests import hsds_schema
from tests.builders import (
    make_area,
    make_audience,
    make_category,
    make_hours,
    make_location,
    make_organization,
    make_portal,
    make_service,
    make_user,
)

HSDS = "/data/hsds/"
LISTS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    def asked(path: str = "", status: int = 200, **query: Any) -> Any:
        response = client.get(HSDS + path, query)
        assert response.status_code == status, response.content[:300]
        assert response["Content-Type"] == "application/json"
        return response.json()

    return asked


def full_service(**changes: Any) -> Service:
    """A service of which everything is known."""
    city = Area.objects.filter(kemendagri_code="31.74").first()
    city = city or make_area("Jakarta Selatan", level=Area.Level.CITY, kemendagri_code="31.74")
    village = make_area("Tanjung Contoh", parent=city, postcode="12530")
    parent = make_organization("Kota")
    office = make_organization(
        "Kelurahan", parent=parent, phone="021-1", whatsapp="0812", email="k@contoh.id"
    )
    hall = make_location(
        organization=office,
        area=village,
        address="Jl. Contoh 1",
        latitude="-6.3",
        longitude="106.8",
        phone="021-2",
        step_free=True,
        accessible_toilet=False,
        hours=[("12345", "07:30", "12:00"), ("12345", "13:00", "16:00")],
    )
    given: dict[str, Any] = {
        "organization": office,
        "category": make_category("KTP", parent=make_category("Kependudukan")),
        "audiences": [make_audience("Remaja")],
        "areas": [village],
        "requirements": ["Kartu keluarga", "Surat kehilangan"],
        "steps": ["Datang", "Ambil"],
        "counters": [hall],
        "channels": [
            {"kind": Channel.Kind.PHONE, "label": "Telepon", "value": "021-3", "note": "jam kerja"},
            {"kind": Channel.Kind.WHATSAPP, "label": "WA", "value": "0813"},
            {"kind": Channel.Kind.EMAIL, "label": "Surel", "value": "ktp@contoh.id"},
            {"kind": Channel.Kind.WEBSITE, "label": "Situs", "value": "https://contoh.id/ktp"},
        ],
        "source": "Perda 1",
        "caution": "Tanyakan dulu",
        "fee_amount": 0,
        "output": "KTP",
    }
    service = make_service("Mengganti KTP", **(given | changes))
    make_hours("6", "08:00", "00:00", service_at_location=service.counters.get())
    return service


# Shape ------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("data_set", ["tanjung-barat", "disdik-labura"])
def test_both_example_portals_hold_to_the_schema(data_set: str, ask: Ask, now: datetime) -> None:
    assert not load(data_set, at=now, say=lambda line: None).errors
    for path, name in LISTS.items():
        seen, number, is_last = 0, 0, False
        while not is_last:
            number += 1
            page = ask(path, page=number, **({"full": "true"} if "taxonom" not in path else {}))
            assert hsds_schema.faults_of_page(name, page) == []
            seen, is_last = seen + page["size"], page["last_page"]
            for one in page["contents"][:2]:
                assert hsds_schema.faults(name, ask(f"{path}/{one['id']}")) == []
        assert seen == page["total_items"] > 2
        plain = ask(path)
        assert hsds_schema.faults_of_page(name, plain) == []


@pytest.mark.django_db
def test_everything_known_of_a_service_is_there(ask: Ask) -> None:
    service = full_service()
    (row,) = ask("services", full="true")["contents"]
    assert hsds_schema.faults("service", row) == []
    assert row == ask(f"services/{row['id']}")
    assert row["name"] == "Mengganti KTP"
    assert row["url"].endswith(f"/layanan/{service.slug}/")
    assert row["status"] == "active"
    assert row["email"] == "ktp@contoh.id"
    assert [one["document"] for one in row["required_documents"]] == ["Kartu keluarga", "Surat kehilangan"]
    assert row["application_process"] == "1. Datang\n2. Ambil"
    assert [(one["number"], one["type"]) for one in row["phones"]] == [("021-3", "voice"), ("0813", "text")]
    assert row["cost_options"][0]["amount"] == 0
    assert row["cost_options"][0]["currency"] == "IDR"
    assert [one["name"] for one in row["service_areas"]] == ["Tanjung Contoh"]
    counter, online = row["service_at_locations"]
    assert counter["schedules"][0]["byday"] == "SA"
    assert counter["schedules"][0]["closes_at"] == "24:00+07:00"
    place = counter["location"]
    assert (place["latitude"], place["longitude"]) == (-6.3, 106.8)
    (address,) = place["addresses"]
    assert address["city"] == "Kota Jakarta Selatan"
    assert address["state_province"] == "DKI Jakarta"
    assert address["postal_code"] == "12530"
    assert {one["byday"] for one in place["schedules"]} == {"MO,TU,WE,TH,FR"}
    assert {one["opens_at"] for one in place["schedules"]} == {"07:30+07:00", "13:00+07:00"}
    assert [one["details"] for one in place["accessibility"]] == ["Ya", "Tidak"]
    assert online["location"]["location_type"] == "virtual"
    assert online["location"]["url"] == "https://contoh.id/ktp"
    assert row["organization"]["parent_organization_id"]


@pytest.mark.django_db
def test_what_is_not_known_is_left_out_and_free_is_a_fact(ask: Ask) -> None:
    make_service("Tanpa apa pun")
    (row,) = ask("services", full="true")["contents"]
    unknown = (
        "cost_options",
        "required_documents",
        "application_process",
        "phones",
        "service_areas",
        "email",
    )
    assert not set(unknown) & set(row)
    assert "assured_date" not in row
    assert None not in row.values()
    make_service("Gratis", fee_amount=0)
    make_service("Berbayar", fee_amount=25000, fee_note="per lembar")
    amounts = [
        one.get("cost_options", [{}])[0].get("amount") for one in ask("services", full="true")["contents"]
    ]
    assert amounts == [None, 0, 25000]


@pytest.mark.django_db
def test_an_unknown_place_says_nothing_of_itself(ask: Ask) -> None:
    make_service(counters=[make_location(step_free=None)])
    (row,) = ask("service_at_locations", full="true")["contents"]
    assert not {"addresses", "latitude", "phones", "accessibility", "schedules"} & set(row["location"])


@pytest.mark.django_db
def test_source_and_doubt_travel_with_the_data(ask: Ask) -> None:
    service = full_service()

    def said() -> dict[str, str]:
        (row,) = ask("services", full="true")["contents"]
        terms = [one for one in row["attributes"] if one["link_type"] == "provenance"]
        return {one["taxonomy_term"]["code"]: one["value"] for one in terms}

    assert said() == {"confirmation": "example", "source": "Perda 1", "caution": "Tanyakan dulu"}
    assert "belum dikonfirmasi" in ask("services")["contents"][0]["alert"]
    service.confirm(by=make_user(first_name="Sari"), at=datetime.fromisoformat("2026-11-17T09:00+07:00"))
    assert said()["confirmation"] == "confirmed"
    assert said()["checked_by"] == "Sari"
    (row,) = ask("services")["contents"]
    assert row["assured_date"] == "2026-11-17"
    assert "alert" not in row


@pytest.mark.django_db
def test_a_closed_service_says_so(ask: Ask) -> None:
    service = make_service()
    service.close_temporarily(by=make_user(), from_day=date(2020, 1, 1), until=None, reason="Loket dicat")
    (row,) = ask("services")["contents"]
    assert row["status"] == "temporarily closed"
    assert "Loket dicat" in row["alert"]


@pytest.mark.django_db
def test_drafts_and_their_counters_stay_at_home(ask: Ask) -> None:
    make_service("Rancangan", is_published=False, counters=[make_location()])
    withdrawn = make_service("Ditarik", counters=[make_location()])
    known = ask("services")["contents"][0]["id"]
    counter = ask("service_at_locations")["contents"][0]["id"]
    withdrawn.withdraw(by=make_user(), reason="Salah")
    assert ask("services")["contents"] == []
    assert ask("services")["empty"] is True
    assert ask("service_at_locations")["contents"] == []
    ask(f"services/{known}", 404)
    ask(f"service_at_locations/{counter}", 404)


@pytest.mark.django_db
def test_identifiers_stay_when_everything_is_loaded_anew(ask: Ask, settings: Any) -> None:
    full_service(code="ktp", slug="ktp")
    first = ask("services", full="true")["contents"][0]
    ServiceAtLocation.objects.all().delete()
    Service.objects.all().delete()
    Location.objects.all().delete()
    place = make_location("Lain", slug=first["service_at_locations"][0]["location"]["url"].split("/")[-2])
    make_service("Nama baru", code="ktp", slug="ktp-baru", requirements=["Kartu keluarga"], counters=[place])
    again = ask("services", full="true")["contents"][0]
    assert again["id"] == first["id"]
    assert again["required_documents"][0]["id"] == first["required_documents"][0]["id"]
    assert again["service_at_locations"][0]["id"] == first["service_at_locations"][0]["id"]
    settings.SITE_URL = "https://lain.example.id"
    assert ask("services", page="1", per_page="7")["contents"][0]["id"] != first["id"]


@pytest.mark.django_db
def test_identifiers_are_told_apart(ask: Ask) -> None:
    full_service()
    full_service()
    found: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            found.append(value["id"])
            for name, one in value.items():
                if name not in {"organization", "location", "taxonomy_term"}:
                    collect(one)
        elif isinstance(value, list):
            for one in value:
                collect(one)

    collect(ask("services", full="true")["contents"])
    assert len(found) > 20
    assert len(found) == len(set(found))


# The schema itself must bite ------------------------------------------------------------

BREAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no name": lambda row: row.pop("name"),
    "another status": lambda row: row.update(status="open"),
    "an id that is no UUID": lambda row: row.update(id="ktp-hilang"),
    "a fee in words": lambda row: row["cost_options"][0].update(amount="gratis"),
    "unknown said as null": lambda row: row.update(alternate_name=None),
    "a field nobody knows": lambda row: row.update(price=1),
    "an address without a city": lambda row: row["service_at_locations"][0]["location"]["addresses"][0].pop(
        "city"
    ),
    "a day nobody knows": lambda row: row["service_at_locations"][0]["schedules"][0].update(wkst="SENIN"),
    "an address that is none": lambda row: row.update(url="/layanan/ktp/"),
    "a term without a name": lambda row: row["attributes"][0]["taxonomy_term"].pop("name"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_document_is_noticed(name: str, ask: Ask) -> None:
    full_service()
    (row,) = ask("services", full="true")["contents"]
    broken = copy.deepcopy(row)
    BREAKS[name](broken)
    assert hsds_schema.faults("service", row) == []
    assert len(hsds_schema.faults("service", broken)) >= 1


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
