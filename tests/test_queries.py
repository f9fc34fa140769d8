"""How many questions a page asks the database: few, and no more when there is more to show."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.models import Location, Service
from tests import builders

pytestmark = pytest.mark.django_db
MOST = {
    "/": 10,
    "/layanan/": 6,
    "/layanan/?buka=1": 6,
    "/layanan/?q=ktp": 6,
    "/layanan/a-z/": 6,
    "/cari/?q=ktp": 7,
    "/cari/?q=mengurus+ktp+hilang": 7,
    "/tempat/": 10,
    "/instansi/": 6,
    "/wilayah/": 6,
    "/pekerjaan/": 6,
    "/darurat/": 6,
    "/data/": 6,
    "/tentang/": 6,
}


@pytest.fixture
def office(time_machine: Any) -> Location:
    # The pages of data are measured anew every minute: none of these tests takes one.
    time_machine.move_to(timezone.now().replace(second=1), tick=True)
    return builders.make_portal().office


def fill(office: Location, services: int) -> Service:
    """A catalogue in which every service has everything a page might ask for, one row at a time."""
    sector = builders.make_category("Kependudukan", icon="person-vcard")
    audience = builders.make_audience()
    for number in range(services):
        service = builders.make_service(
            f"Mengurus KTP hilang {number}",
            category=builders.make_category("KTP", parent=sector),
            requirements=["Fotokopi KK", "Surat kehilangan"],
            steps=["Datang ke loket", "Ambil KTP"],
            channels=[{"kind": "phone", "label": "Telepon", "value": "112"}],
            counters=[office, builders.make_location(f"Kantor {number}", area=office.area)],
            audiences=[audience],
        )
        builders.make_public_work(f"Saluran {number}", area=office.area)
        builders.make_emergency_number(f"Darurat {service.pk}", str(110 + number))
    return service


def asked(client: Client, address: str) -> int:
    """Queries of one request after another page has read what every page shares."""
    client.get("/darurat/")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_every_page_asks_few_questions_however_much_it_shows(client: Client, office: Location) -> None:
    fill(office, 2)
    few = {address: asked(client, address) for address in MOST}
    fill(office, 22)
    many = {address: asked(client, address) for address in MOST}
    assert {address: n for address, n in many.items() if n > MOST[address]} == {}
    # One more at most: a fuller catalogue may need a second round to rank.
    assert {address: (few[address], n) for address, n in many.items() if n > few[address] + 1} == {}


def test_the_service_page_asks_at_most_seventeen_questions(client: Client, office: Location) -> None:
    """Ten of its own, four of the answers and the survey, three of activities, questions and promises."""
    service = fill(office, 1)
    assert asked(client, service.get_absolute_url()) <= 17
    for number in range(20):
        service.requirements.create(text=f"Syarat {number}")
        service.counters.create(location=builders.make_location(hours=[("1", "08:00", "09:00")]))
    assert asked(client, service.get_absolute_url()) <= 17


def test_the_first_page_after_an_edit_asks_little_more(client: Client, office: Location) -> None:
    """What every page shares is read again once: profile, filters, synonyms, vocabulary."""
    service = fill(office, 25)
    for address, most in (
        ("/", 14),
        ("/layanan/", 12),
        ("/cari/?q=ktp", 17),
        (service.get_absolute_url(), 19),
    ):
        client.get(address)
        service.confirm(by="sari")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= most, address
