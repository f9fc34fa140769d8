"""The page of an activity before and after, its photos and papers, campaigns and partners, joints on other pages."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outreach.models import Event, EventPhoto, Partnership, RemoteSite, Speaker, Target
from outreach.views import campaigns
from services.models import Service
from tests import vocabulary
from tests.agenda_world import PAPER, make_held, make_promise
from tests.builders import (
    EVENT_AT,
    kept,
    make_area,
    make_audience,
    make_campaign,
    make_event,
    make_location,
    make_organization,
    make_portal,
    make_service,
)

pytestmark = pytest.mark.django_db
MONDAY = EVENT_AT - timedelta(days=5)
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def monday(time_machine: Any) -> datetime:
    time_machine.move_to(MONDAY, tick=False)
    make_portal()
    return MONDAY


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def full_event(**changes: Any) -> Event:
    given = {
        "services": [make_service()],
        "areas": [make_area()],
        "audiences": [make_audience("Lansia")],
        "location": make_location("Aula", address="Jl. Contoh 1", latitude="-6.3", longitude="106.8"),
        "place_words": "",
        "fee_words": "Gratis",
        "bring": "KTP\nKartu BPJS",
        "agenda": ["Pembukaan", "Pemeriksaan"],
        "online_url": "https://rapat.example/1",
        "has_step_free_access": True,
        "capacity": 20,
        "campaign": make_campaign(),
    } | changes
    event = make_event("Cek kesehatan", **given)
    Speaker.objects.create(event=event, name="Petugas contoh")
    RemoteSite.objects.create(event=event, name="SD Contoh 2")
    kept(Partnership(event=event, organization=make_organization("Yayasan Contoh"), role="expert"))
    return event


def event_data(text: str) -> dict[str, Any]:
    (found,) = [one for block in BLOCK.findall(text) if (one := json.loads(block))["@type"] == "Event"]
    return found


def test_the_page_tells_all_one_needs_to_come_within_its_budget(client: Client) -> None:
    event = full_event()
    answer = client.get(f"/en{event.get_absolute_url()}?dari=whatsapp")
    text = " ".join(answer.content.decode().split())
    for said in (
        *("Saturday, 28 November 2026", "09:00–12:00", "WIB", "Aula", "Jl. Contoh 1", "Gratis", "Lansia"),
        *("Many places left", "Pembukaan", "KTP", "SD Contoh 2", "Petugas contoh", "Yayasan Contoh"),
        *(
            "We explain, and answer your questions.",
            "rapat.example",
            "openstreetmap.org",
            event.campaign.title,
        ),
    ):
        assert said in text, said
    assert f"{event.get_absolute_url()}daftar/?dari=whatsapp" in text
    assert f"{event.get_absolute_url()}kalender.ics" in text
    assert 'name="csrfmiddlewaretoken"' not in text
    assert len(brotli.compress(answer.content, quality=5)) <= 10_240


def test_search_engines_are_told_the_truth_in_every_phase(client: Client) -> None:
    event = full_event()
    data = event_data(page(client, f"/en{event.get_absolute_url()}"))
    assert vocabulary.faults({"@context": "https://schema.org"} | data) == []
    assert data["startDate"] == "2026-11-28T09:00:00+07:00"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [one["@type"] for one in data["location"]] == ["GovernmentOffice", "Place", "VirtualLocation"]
    assert data["isAccessibleForFree"] is True
    event.postpone("Dokter sakit.", by="tests", at=MONDAY)
    assert event_data(page(client, event.get_absolute_url()))["eventStatus"].endswith("/EventPostponed")
    event.cancel("Tidak jadi.", by="tests", at=MONDAY)
    text = page(client, f"/en{event.get_absolute_url()}")
    assert event_data(text)["eventStatus"].endswith("/EventCancelled")
    assert "Tidak jadi." in text
    assert "daftar/" not in text


def test_what_is_over_shows_what_came_of_it(client: Client) -> None:
    event = make_held(MONDAY)
    text = page(client, f"/en{event.get_absolute_url()}")
    for said in (
        *("Lima puluh warga datang.", "Petugas memeriksa bak (contoh)", "Semua setuju.", "Lembar contoh"),
        *("Diperiksa tiap Jumat.", "Lurah (contoh)", "Bubuk abate dibagikan"),
    ):
        assert said in text, said
    assert "Add to my calendar" not in text
    photo = re.search(r"/en/kegiatan/foto/\w+\.(avif|webp|jpg)", text)
    assert photo
    for address in re.findall(r'"(/en/kegiatan/(?:foto|berkas)/[^"]+)"', text):
        shown = client.get(address)
        assert shown.status_code == 200
        assert len(shown.content) <= 60_000
        kind = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "pdf": "application/pdf"}
        assert shown.headers["Content-Type"] == kind[address.rpartition(".")[2]]
    event.minutes.withdraw(by="tests", at=MONDAY)
    assert "Diperiksa tiap Jumat." not in page(client, event.get_absolute_url())


def test_photos_and_papers_are_shown_only_of_what_has_a_page(client: Client) -> None:
    event = make_held(MONDAY)
    photo, paper = event.photos.get(), event.documents.get()
    stem = photo.file.name.rpartition("/")[2].removesuffix(".jpg")
    addresses = [f"/kegiatan/foto/{stem}.jpg", f"/kegiatan/berkas/{paper.pk}.pdf"]
    assert client.get(addresses[1]).content == PAPER
    paper.is_public = False
    paper.save()
    assert client.get(addresses[1]).status_code == 404
    assert paper.title not in page(client, event.get_absolute_url())
    Event.objects.filter(pk=event.pk).update(decision="draft")
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert EventPhoto.objects.count() == 1


def test_a_campaign_shows_target_beside_reached_with_its_activities_and_promises(client: Client) -> None:
    campaign = make_campaign(services=[make_service()])
    Target.objects.create(campaign=campaign, measure="events", amount=4)
    coming = make_event("Masih akan datang", campaign=campaign)
    past = make_held(MONDAY, campaign=campaign)
    kept(Partnership(campaign=campaign, organization=make_organization("PMI Contoh"), role="expert"))
    text = page(client, f"/en{campaign.get_absolute_url()}")
    for said in (
        coming.title,
        past.title,
        "PMI Contoh",
        "Bubuk abate dibagikan",
        campaign.services.get().title,
    ):
        assert said in text, said
    assert "1 of 4" in text
    assert '<rect width="25"' in text
    draft = make_campaign("Belum tampil", is_published=False)
    assert client.get(draft.get_absolute_url()).status_code == 404
    names = page(client, "/kampanye/")
    assert campaign.title in names
    assert draft.title not in names


def test_few_people_of_one_neighbourhood_are_not_told_by_number(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign()
    few = Target.objects.create(campaign=campaign, measure="came", area=make_area("RW 03"), amount=10)
    some = Target.objects.create(campaign=campaign, measure="came", area=make_area("RW 04"), amount=20)
    everybody = Target.objects.create(campaign=campaign, measure="came", amount=40)
    monkeypatch.setattr(campaigns, "reached", lambda campaign, at: [(few, 2), (everybody, 3), (some, 13)])
    text = page(client, f"/en{campaign.get_absolute_url()}")
    assert "at least 10 of 20" in text
    assert "13 of 20" not in text
    assert "fewer than 5 of 10" in text
    assert "2 of 10" not in text
    assert '<rect width="20"' not in text
    assert "3 of 40" in text


def test_a_partner_shows_its_help_where_everybody_may_read_it(client: Client) -> None:
    helper, hidden = make_organization("Yayasan Contoh"), make_organization("Belum terbit")
    event = make_event("Kelas menjahit")
    for organization, of in ((helper, event), (hidden, make_event("Konsep", is_published=False))):
        kept(
            Partnership(event=of, organization=organization, role="expert", promised="6 mesin", delivered="5")
        )
    names = page(client, "/mitra/")
    assert helper.name in names
    assert hidden.name not in names
    text = page(client, f"/mitra/{helper.slug}/")
    assert "Kelas menjahit" in text
    assert "6 mesin" in text
    assert client.get(f"/mitra/{hidden.slug}/").status_code == 404


def test_other_pages_show_the_next_activities(client: Client) -> None:
    service, place, unit = make_service(), make_location("Aula"), make_organization("Seksi Kesehatan")
    for number in range(4):
        starts = EVENT_AT + timedelta(days=number)
        make_event(f"Kelas ke-{number}", starts_at=starts, services=[service], location=place, unit=unit)
    batal = make_event("Dibatalkan saja", services=[service])
    batal.cancel("Hujan.", by="tests", at=MONDAY)
    for address in ("/", service.get_absolute_url(), place.get_absolute_url(), unit.get_absolute_url()):
        text = page(client, address)
        assert [number for number in range(4) if f"Kelas ke-{number}<" in text] == [0, 1, 2], address
        assert "Dibatalkan saja" not in text
    assert "?dari=flyer" in page(client, f"{service.get_absolute_url()}?dari=flyer")
    found = page(client, "/cari/?q=kelas")
    assert "Kelas ke-0" in re.sub(r"</?mark>", "", found)


def test_the_page_of_an_activity_asks_no_more_with_more_to_show(client: Client) -> None:
    def asked(event: Event) -> int:
        client.get(event.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(event.get_absolute_url()).status_code == 200
        return len(queries)

    event = full_event()
    make_promise("Satu", event, by_when=EVENT_AT.date())
    few = asked(event)
    for number in range(3):
        event.services.add(make_service(f"Layanan {number}"))
        event.areas.add(make_area())
        make_promise(f"Janji {number}", event, by_when=EVENT_AT.date(), unit=make_organization())
        kept(Partnership(event=event, organization=make_organization(), role="host"))
    assert Service.objects.count() == 4
    assert asked(event) == few
