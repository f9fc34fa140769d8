"""A service of the catalogue as a flyer: what it says, and what it does not make up."""

import io
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader

from services import flyer
from services.flyer import Fact, FlyerContent
from tests.builders import make_hours, make_location, make_organization, make_portal, make_service


def content_of(service: Any, portal: Any, at: datetime, language: str = "id") -> FlyerContent:
    return flyer.from_service(
        service,
        portal,
        url="https://balai.example.id/layanan/x/",
        short_url="https://balai.example.id/l/x",
        at=at,
        language=language,
    )


@pytest.mark.django_db
def test_a_service_of_the_catalogue_becomes_a_flyer(now: datetime) -> None:
    office = make_location(
        "Kantor Kelurahan", address="Jalan Contoh No. 1", hours=[("12345", "07:30", "16:00")]
    )
    service = make_service(
        "Mengganti KTP yang hilang",
        requirements=["Surat kehilangan", "Fotokopi KK"],
        steps=["Serahkan berkas", "Ambil kartu"],
        counters=[office],
        fee_amount=0,
        turnaround_value=1,
        turnaround_unit="working_day",
        turnaround_start="file_complete",
        organization=make_organization("Dukcapil", phone="021-555-000"),
        source="standar kelurahan lain",
        source_year="2022",
    )
    content = content_of(service, make_portal("Kelurahan Tanjung Contoh", whatsapp="0812-000-000"), now)

    assert content.portal_name == "Kelurahan Tanjung Contoh"
    assert content.title == "Mengganti KTP yang hilang"
    assert [need.text for need in content.needs] == ["Surat kehilangan", "Fotokopi KK"]
    assert content.steps == ("Serahkan berkas", "Ambil kartu")
    assert content.hours == ("Senin–Jumat 07.30–16.00",)
    assert content.address == "Kantor Kelurahan, Jalan Contoh No. 1"
    assert (content.phone, content.whatsapp) == ("021-555-000", "0812-000-000")
    assert not content.is_confirmed
    assert "standar kelurahan lain (2022)" in content.source
    with translation.override("id"):
        cost, time = gettext("Cost"), gettext("Time it takes")
    assert [fact.label for fact in content.promise] == [cost, time]


@pytest.mark.django_db
def test_hours_of_the_counter_come_before_those_of_the_building(now: datetime) -> None:
    office = make_location(hours=[("12345", "07:30", "16:00")])
    service = make_service(counters=[office])
    make_hours("123", "08:00", "12:00", service_at_location=service.counters.get())
    assert content_of(service, make_portal(), now).hours == ("Senin–Rabu 08.00–12.00",)


@pytest.mark.django_db
def test_hours_nobody_confirmed_are_not_made_up(now: datetime) -> None:
    service = make_service(counters=[make_location()])
    with translation.override("id"):
        unknown = gettext("Opening hours are not confirmed yet")
    assert content_of(service, make_portal(), now).hours == (unknown,)


@pytest.mark.django_db
def test_an_unstated_fee_is_neither_free_nor_hidden(now: datetime) -> None:
    portal = make_portal()
    unstated = content_of(make_service(summary="Datang saja ke loket."), portal, now)
    assert unstated.promise == (Fact("", "Datang saja ke loket."),)
    noted = content_of(make_service(fee_note="Retribusi tiga tahun sekali"), portal, now)
    with translation.override("id"):
        assert noted.promise == (Fact(gettext("Cost"), gettext("see the site")),)
    priced = content_of(make_service(fee_amount=25000), portal, now)
    assert [fact.value for fact in priced.promise] == ["Rp25.000"]


@pytest.mark.django_db
def test_a_confirmed_service_shows_the_day_it_was_checked(now: datetime) -> None:
    service = make_service(source="keputusan lurah")
    service.confirm(by="Sari", at=now)
    content = content_of(service, make_portal(), now)
    assert content.is_confirmed
    assert "18 November 2026" in content.checked
    assert content.checked_on == date(2026, 11, 18)
    assert content.source == ""


@pytest.mark.django_db
def test_a_service_with_an_english_name_gives_an_english_flyer(now: datetime) -> None:
    service = make_service(name_en="Replace a lost ID card", fee_amount=0)
    content = content_of(service, make_portal(), now, language="en")
    assert content.title == "Replace a lost ID card"
    assert content.promise == (Fact("Cost", "Free"),)
    assert len(PdfReader(io.BytesIO(flyer.render(content))).pages) == 1


@pytest.mark.django_db
def test_the_channel_of_a_service_without_counter_is_its_place(now: datetime) -> None:
    service = make_service(channels=[{"kind": "whatsapp", "label": "Hotline", "value": "0813-000-000"}])
    content = content_of(service, make_portal(), now)
    assert content.whatsapp == "0813-000-000"
    assert "0813-000-000" in content.address
    assert content.hours == ()
