"""The catalogue in HSDS 3, held against the published schema: its shape, and its honesty."""

import copy
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from services.models import Location, Service, ServiceAtLocation
from tests import hsds_schema
from tests.builders import make_location, make_service, make_user
from tests.hsds_world import LISTS, Ask, asking, full_service


@pytest.fixture
def ask(client: Client) -> Ask:
    return asking(client)


# Shape ------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("data_set", ["tanjung-barat", "disdik-labura"])
def test_both_example_portals_hold_to_the_schema(
    data_set: str, ask: Ask, real_data: Callable[[str], list[str]]
) -> None:
    assert not real_data(data_set)
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
