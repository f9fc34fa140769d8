"""What search engines are told in the words of schema.org: true, whole, in both languages, and never run."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from services.linked_data import days_off, specification
from services.models import Area, Channel, Location, Organization, Service
from services.opening import Interval
from tests import own_scripts, vocabulary
from tests.builders import (
    make_area,
    make_audience,
    make_category,
    make_closed_day,
    make_hours,
    make_location,
    make_organization,
    make_portal,
    make_service,
    make_user,
)

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def blocks_of(client: Client, address: str) -> list[dict[str, Any]]:
    page = client.get(address)
    assert page.status_code == 200, address
    text = page.content.decode()
    found = [json.loads(block) for block in BLOCK.findall(text)]
    assert own_scripts.foreign(text) == [], "Nothing on a page may be run that is no file of ours."
    assert text.count("<script") == len(found) + len(own_scripts.of_page(text))
    assert all(block["@context"] == "https://schema.org" for block in found)
    return found


def block_of(client: Client, address: str, kind: str) -> dict[str, Any]:
    (block,) = [block for block in blocks_of(client, address) if block["@type"] == kind]
    assert vocabulary.faults(block) == []
    return block


def full_service(**changes: Any) -> Service:
    city = make_area("Jakarta Selatan", level=Area.Level.CITY, kemendagri_code="31.74")
    village = make_area("Tanjung Contoh", parent=city, postcode="12530")
    hall = make_location(
        area=village,
        address="Jl. Contoh 1",
        latitude="-6.3",
        longitude="106.8",
        phone="021-2",
        hours=[("12345", "07:30", "16:00")],
    )
    given: dict[str, Any] = {
        "name_en": "Replace an ID card",
        "summary_en": "Bring the letter.",
        "category": make_category("KTP", name_en="ID card", parent=make_category("Surat", name_en="Papers")),
        "audiences": [make_audience("Remaja", name_en="Young people")],
        "areas": [village],
        "counters": [hall],
        "channels": [
            {"kind": Channel.Kind.PHONE, "label": "Telepon", "value": "021-3"},
            {"kind": Channel.Kind.WEBSITE, "label": "Situs", "value": "https://contoh.id/ktp"},
            {"kind": Channel.Kind.OTHER, "label": "Datang ke rumah"},
        ],
        "fee_amount": 0,
    }
    service = make_service("Mengganti KTP", **(given | changes))
    make_hours("7", "08:00", "00:00", channel=service.channels.get(kind=Channel.Kind.PHONE))
    return service


# Services ------------------------------------------------------------


@pytest.mark.django_db
def test_a_service_is_described_with_every_way_to_it(client: Client) -> None:
    make_portal()
    service = full_service()
    told = block_of(client, f"/layanan/{service.slug}/", "GovernmentService")
    assert told["name"] == "Mengganti KTP"
    assert told["serviceType"] == "KTP"
    assert told["provider"]["@type"] == "GovernmentOrganization"
    assert told["provider"]["name"] == service.organization.name
    assert told["areaServed"] == [{"@type": "AdministrativeArea", "name": "Tanjung Contoh"}]
    assert told["audience"] == [{"@type": "Audience", "audienceType": "Remaja"}]
    assert told["offers"] == {"@type": "Offer", "price": "0", "priceCurrency": "IDR"}
    counter, phone, website = told["availableChannel"]
    place = counter["serviceLocation"]
    assert place["@type"] == "GovernmentOffice"
    assert place["address"]["addressRegion"] == "DKI Jakarta"
    assert place["address"]["postalCode"] == "12530"
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": -6.3, "longitude": 106.8}
    assert place["openingHoursSpecification"][0]["opens"] == "07:30"
    assert phone["servicePhone"]["telephone"] == "021-3"
    assert phone["servicePhone"]["hoursAvailable"][0]["dayOfWeek"] == ["Sunday"]
    assert website["serviceUrl"] == "https://contoh.id/ktp"


@pytest.mark.django_db
def test_the_english_page_speaks_english(client: Client) -> None:
    make_portal()
    service = full_service()
    told = block_of(client, f"/en/layanan/{service.slug}/", "GovernmentService")
    assert told["name"] == "Replace an ID card"
    assert told["description"] == "Bring the letter."
    assert told["serviceType"] == "ID card"
    assert told["audience"][0]["audienceType"] == "Young people"
    assert "/en/layanan/" in told["url"]
    assert told["disambiguatingDescription"] == "Example, not confirmed yet"


@pytest.mark.django_db
def test_what_is_not_known_is_left_out(client: Client) -> None:
    portal = make_portal()
    service = make_service()
    told = block_of(client, f"/layanan/{service.slug}/", "GovernmentService")
    assert not {"offers", "availableChannel", "audience"} & set(told)
    # For everyone the portal serves: then its own area.
    assert told["areaServed"][0]["name"] == portal.area.long_name


@pytest.mark.django_db
@pytest.mark.parametrize(("fee", "price"), [("0", "0"), ("25000", "25000"), ("2500.50", "2500.5")])
def test_a_fee_is_told_when_it_is_known(fee: str, price: str, client: Client) -> None:
    make_portal()
    service = make_service(fee_amount=fee, fee_note="per lembar")
    offer = block_of(client, f"/layanan/{service.slug}/", "GovernmentService")["offers"]
    assert offer == {"@type": "Offer", "price": price, "priceCurrency": "IDR", "description": "per lembar"}


@pytest.mark.django_db
def test_doubt_is_told_until_somebody_has_confirmed(client: Client) -> None:
    make_portal()
    service = make_service()
    address = f"/layanan/{service.slug}/"
    assert "disambiguatingDescription" in block_of(client, address, "GovernmentService")
    service.confirm(by=make_user())
    assert "disambiguatingDescription" not in block_of(client, address, "GovernmentService")


# Places and organizations ------------------------------------------------------------


@pytest.mark.django_db
def test_a_place_tells_its_hours_and_the_days_it_is_closed(
    client: Client, time_machine: Any, now: datetime
) -> None:
    time_machine.move_to(now, tick=False)
    make_portal()
    place = make_location(
        kind=Location.Kind.SCHOOL_PRIMARY,
        step_free=True,
        hearing_help=False,
        hours=[("12345", "07:00", "12:00"), ("12345", "13:00", "15:00")],
    )
    make_closed_day(date(2026, 12, 25), "Natal")
    make_closed_day(date(2026, 8, 17), "Sudah lewat")
    make_closed_day(date(2026, 12, 1), "Hanya di sana", location=make_location())
    told = block_of(client, f"/tempat/{place.slug}/", "ElementarySchool")
    assert len(told["openingHoursSpecification"]) == 2
    (christmas,) = told["specialOpeningHoursSpecification"]
    assert christmas["validFrom"] == christmas["validThrough"] == "2026-12-25"
    assert christmas["opens"] == christmas["closes"] == "00:00"
    assert [(one["value"]) for one in told["amenityFeature"]] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Location.Kind)
def test_every_kind_of_place_is_of_a_known_type(kind: str, client: Client) -> None:
    make_portal()
    place = make_location(kind=kind, address="Jl. Contoh", area=make_area())
    (told,) = [one for one in blocks_of(client, f"/tempat/{place.slug}/") if one["@type"] != "BreadcrumbList"]
    assert vocabulary.faults(told) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Organization.Kind)
def test_every_kind_of_organization_is_of_a_known_type(kind: str, client: Client) -> None:
    make_portal()
    one = make_organization(
        kind=kind,
        parent=make_organization("Kota"),
        area=make_area(),
        address="Jl. Contoh 1",
        phone="021",
        email="a@contoh.id",
        website="https://contoh.id",
    )
    (told,) = [row for row in blocks_of(client, f"/instansi/{one.slug}/") if row["@type"] != "BreadcrumbList"]
    assert vocabulary.faults(told) == []
    assert told["parentOrganization"]["name"] == "Kota"
    assert told["telephone"] == "021"


def test_hours_are_written_as_the_vocabulary_wants_them() -> None:
    line = Interval("67", time(22), time(0), date(2026, 2, 18), date(2026, 3, 19))
    assert specification(line) == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": ["Saturday", "Sunday"],
        "opens": "22:00",
        "closes": "23:59",
        "validFrom": "2026-02-18",
        "validThrough": "2026-03-19",
    }


def test_closed_days_are_few_near_and_only_where_hours_are_known() -> None:
    today = date(2026, 11, 18)
    closed = {date.fromordinal(today.toordinal() + days): "Libur" for days in (-1, 0, *range(2, 40), 300)}
    usual = Interval("12345", time(8), time(15))
    always = Interval("1234567", time(0), time(0), open_on_closed_days=True)
    assert len(days_off([usual], closed, today)) == 12
    assert days_off([usual], closed, today)[0]["validFrom"] == "2026-11-18"
    assert days_off([], closed, today) == []
    assert days_off([always], closed, today) == []


# Breadcrumbs ------------------------------------------------------------


@pytest.mark.django_db
def test_the_breadcrumb_is_told_as_it_is_shown(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://balai.example.id"
    make_portal()
    service = full_service(short_name="KTP hilang", short_name_en="Lost ID card")
    told = block_of(client, f"/layanan/{service.slug}/", "BreadcrumbList")["itemListElement"]
    assert [(one["position"], one["name"]) for one in told] == [
        (1, "Beranda"),
        (2, "Surat"),
        (3, "KTP hilang"),
    ]
    assert told[0]["item"] == "https://balai.example.id/"
    assert told[1]["item"].startswith("https://balai.example.id/layanan/?bidang=")
    assert "item" not in told[2]
    english = block_of(client, f"/en/layanan/{service.slug}/", "BreadcrumbList")["itemListElement"]
    assert [one["name"] for one in english] == ["Home", "Papers", "Lost ID card"]
    assert english[0]["item"] == "https://balai.example.id/en/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/layanan/", "/tempat/", "/instansi/", "/wilayah/", "/darurat/", "/tentang/", "/data/"]
)
def test_pages_with_a_breadcrumb_tell_it(address: str, client: Client) -> None:
    make_portal()
    assert block_of(client, address, "BreadcrumbList")["itemListElement"][0]["name"] == "Beranda"


@pytest.mark.django_db
@pytest.mark.parametrize("data_set", ["tanjung-barat", "disdik-labura"])
def test_both_example_portals_hold_to_the_vocabulary(
    data_set: str, client: Client, real_data: Callable[[str], list[str]]
) -> None:
    assert not real_data(data_set)
    addresses = [row.get_absolute_url() for row in Service.objects.published()]
    addresses += [row.get_absolute_url() for row in Location.objects.all()[::10]]
    addresses += [row.get_absolute_url() for row in Organization.objects.all()]
    for address in addresses:
        told = blocks_of(client, address)
        assert len(told) == 2
        assert [fault for block in told for fault in vocabulary.faults(block)] == [], address


# Safety ------------------------------------------------------------

HOSTILE = "</script><script>alert(1)</script><!--\u2028]]>&amp;"


@pytest.mark.django_db
def test_no_text_gets_out_of_its_block(client: Client) -> None:
    make_portal()
    service = make_service(HOSTILE, summary=HOSTILE, fee_amount=1, fee_note=HOSTILE, short_name=HOSTILE)
    address = f"/layanan/{service.slug}/"
    told = block_of(client, address, "GovernmentService")
    assert told["name"] == HOSTILE
    assert told["offers"]["description"] == HOSTILE
    assert block_of(client, address, "BreadcrumbList")["itemListElement"][-1]["name"] == HOSTILE


def test_nothing_to_say_leaves_no_block() -> None:
    template = Template("{% load linked %}{% linked_data nothing %}")
    assert template.render(Context({"nothing": None})) == ""


# The vocabulary itself must bite ------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        {"@type": "GovernmentServices"},
        {"name": "no type"},
        {"@type": "GovernmentService", "fee": "0"},
        {"@type": "GovernmentService", "provider": "Kelurahan"},
        {"@type": "GovernmentService", "provider": {"@type": "Offer"}},
        {"@type": "GovernmentService", "name": ""},
        {"@type": "GovernmentService", "audience": []},
        {"@type": "GovernmentService", "url": "/layanan/ktp/"},
        {"@type": "OpeningHoursSpecification", "opens": "7.30"},
        {"@type": "OpeningHoursSpecification", "closes": "24:00"},
        {"@type": "OpeningHoursSpecification", "dayOfWeek": ["Senin"]},
        {"@type": "Offer", "price": None},
    ],
)
def test_a_slip_in_the_vocabulary_is_noticed(block: dict[str, Any]) -> None:
    assert len(vocabulary.faults(block)) == 1
