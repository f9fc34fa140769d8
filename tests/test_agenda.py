"""The agenda of activities: what stands where, narrowed by what, in which words."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from outreach.agenda import Row, hours_of, places_words
from outreach.models import Event
from outreach.months import month_of
from outreach.reserved import RESERVED
from services.models import Area
from tests.agenda_world import make_held, make_promise
from tests.builders import (
    EVENT_AT,
    make_area,
    make_audience,
    make_category,
    make_event,
    make_location,
    make_portal,
    make_service,
)

pytestmark = pytest.mark.django_db
# The Monday of the week of EVENT_AT, a Saturday.
MONDAY = EVENT_AT - timedelta(days=5)


@pytest.fixture(autouse=True)
def monday(time_machine: Any) -> datetime:
    time_machine.move_to(MONDAY, tick=False)
    return MONDAY


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def test_the_agenda_tells_this_week_from_later_and_leaves_out_drafts_and_what_is_over(client: Client) -> None:
    make_event("Pekan ini")
    make_event("Pekan depan", starts_at=EVENT_AT + timedelta(days=2))
    make_event("Sudah lewat", starts_at=MONDAY - timedelta(days=1))
    make_event("Masih konsep", is_published=False)
    text = page(client, "/en/kegiatan/")
    this_week, later = text.index(">This week<"), text.index(">Later<")
    assert this_week < text.index("Pekan ini") < later < text.index("Pekan depan")
    assert "Sudah lewat" not in text
    assert "Masih konsep" not in text
    past = page(client, "/kegiatan/lewat/")
    assert "Sudah lewat" in past
    assert re.search(r"<p>\d{1,2} \w{3} 20\d\d, ", past)  # a list that reaches back over years names them
    assert "Pekan ini" not in past


def test_what_is_called_off_stays_in_the_agenda_with_its_reason(client: Client) -> None:
    event = make_event("Senam lansia")
    event.cancel("Aula kebanjiran.", by="tests", at=MONDAY)
    text = page(client, "/en/kegiatan/")
    assert "Cancelled" in text
    assert "Aula kebanjiran." in text
    # One looking for a place does not go there.
    assert "Senam lansia" not in page(client, "/en/kegiatan/?tempat=1")


def test_each_filter_leaves_what_it_asks_for_and_the_channel_goes_along(client: Client) -> None:
    make_portal()
    village = make_area()
    third = make_area("03", level=Area.Level.RW, parent=village)
    other = make_area("05", level=Area.Level.RW, parent=village)
    sector = make_category("Kesehatan")
    topic = make_category("Lansia", parent=sector)
    elderly, service = make_audience("Lansia"), make_service()
    make_event("Untuk RW 03", areas=[third], category=topic)
    make_event("Untuk semua RW", areas=[village], audiences=[elderly])
    make_event("Untuk RW 05", areas=[other], services=[service])
    full = make_event("Sudah penuh", capacity=2)
    Event.objects.filter(pk=full.pk).update(taken=2)
    everything = {"Untuk RW 03", "Untuk semua RW", "Untuk RW 05", "Sudah penuh"}

    def found(query: str) -> set[str]:
        text = page(client, f"/kegiatan/?{query}")
        return {title for title in everything if f">{title}<" in text}

    # What is for the whole village is for each of its neighbourhoods.
    assert found(f"rw={third.slug}") == {"Untuk RW 03", "Untuk semua RW"}
    assert found(f"rw={village.slug}") == everything - {"Sudah penuh"}
    assert found(f"topik={sector.slug}") == {"Untuk RW 03"}
    assert found(f"untuk={elderly.slug}") == {"Untuk semua RW"}
    assert found(f"layanan={service.slug}") == {"Untuk RW 05"}
    assert found("tempat=1") == everything - {"Sudah penuh"}
    assert found("hari=2026-11-28") == everything
    assert found("hari=2026-11-27") == set()
    text = page(client, "/kegiatan/?dari=flyer")
    assert f"{full.get_absolute_url()}?dari=flyer" in text
    assert "dari=flyer&amp;" in text or "&amp;dari=flyer" in text
    # It makes no other page of it for search engines, and words nobody knows are dropped.
    assert 'rel="canonical" href="http://127.0.0.1:8000/kegiatan/"' in text
    assert "dari=" not in page(client, "/kegiatan/?dari=x%22%3E").split("hreflang", 4)[-1]


def test_an_address_nobody_knows_is_not_found(client: Client) -> None:
    for address in (
        "/kegiatan/?topik=tidak-ada",
        "/kegiatan/?rw=tidak-ada",
        "/kegiatan/?tempat=2",
        "/kegiatan/?hari=2026-02-30",
        "/kegiatan/?hari=0001-01-01",
        "/kegiatan/?hal=2",
        "/kegiatan/kalender/?bulan=2026-13",
        "/kegiatan/kalender/?bulan=1999-12",
        "/kegiatan/kalender/?bulan=٢٠٢٦-١١",
        "/kegiatan/kalender.ics?topik=tidak-ada",
        "/kegiatan/janji/?keadaan=entah",
        "/kegiatan/tidak-ada/",
        "/kegiatan/tidak-ada/kalender.ics",
        "/kampanye/tidak-ada/",
        "/mitra/tidak-ada/",
        "/kegiatan/foto/tidak-ada.jpg",
        "/kegiatan/berkas/999.pdf",
    ):
        assert client.get(address).status_code == 404, address


def test_the_month_is_a_table_whose_days_lead_to_their_lists(client: Client) -> None:
    for number in range(5):
        make_event(f"Kelas {number}", starts_at=EVENT_AT + timedelta(minutes=number))
    make_event("Lomba tiga hari", starts_at=EVENT_AT - timedelta(days=1), hours=50)
    make_event("Konsep", is_published=False)
    text = page(client, "/en/kegiatan/kalender/?bulan=2026-11&dari=poster")
    assert text.count('<th scope="col">') == 7
    # Three of a day are shown; the list of the day has them all.
    assert text.count(">Lomba tiga hari<") == 3
    assert ">3 more<" in text
    assert "/en/kegiatan/?dari=poster&amp;hari=2026-11-28" in text
    assert "Konsep" not in text
    assert "bulan=2026-10" in text
    assert "bulan=2026-12" in text
    assert page(client, "/en/kegiatan/kalender/?bulan=2026-12").count("<td") == 35


@pytest.mark.any_engine
def test_a_month_is_read_from_its_own_spelling_alone() -> None:
    today = MONDAY.date()
    assert month_of("", today) == today.replace(day=1)
    assert month_of("2027-01", today) == today.replace(year=2027, month=1, day=1)
    for wrong in ("2026-11-01", "2026-1", "26-11", "2026-00", " 2026-11", "2026-11\n"):
        assert month_of(wrong, today) is None


@pytest.mark.any_engine
def test_hours_name_the_days_only_where_there_are_several() -> None:
    event = Event(starts_at=EVENT_AT, ends_at=EVENT_AT + timedelta(hours=3))
    assert hours_of(event) == "09.00–12.00"
    event.ends_at = EVENT_AT + timedelta(hours=15)
    assert hours_of(event) == "09.00–00.00"
    event.ends_at = EVENT_AT + timedelta(days=1)
    assert hours_of(event) == "28 Nov 2026 09.00 – 29 Nov 2026 09.00"


@pytest.mark.any_engine
def test_the_words_for_places_follow_the_time() -> None:
    event = make_event(
        capacity=20,
        registration_opens_at=MONDAY + timedelta(days=1),
        registration_closes_at=MONDAY + timedelta(days=3),
        allows_walk_ins=False,
    )
    words = [places_words(event, MONDAY + timedelta(days=day)) for day in (0, 2, 4, 9)]
    # The day it opens; many places; closed; and when it is over nothing.
    assert words[0].endswith("24 Nov 2026")
    assert len(set(words)) == 4
    assert words[3] == ""
    assert Row(event, MONDAY).where == "Balai RW 03"


@pytest.mark.any_engine
def test_no_activity_takes_the_address_of_another_page() -> None:
    patterns = get_resolver().url_patterns[-1].url_patterns
    routes = [str(one.pattern) for group in patterns for one in getattr(group, "url_patterns", [group])]
    words = {route.split("/")[1] for route in routes if route.startswith("kegiatan/")}
    fixed = {word for word in words if word and "<" not in word and "." not in word}
    assert fixed <= RESERVED
    with pytest.raises(ValidationError) as refused:
        make_event("Kalender", slug="kalender", is_published=False).full_clean()
    assert "slug" in refused.value.message_dict


def test_pages_ask_no_more_with_more_to_show(client: Client) -> None:
    make_portal()
    place, topic = make_location(), make_category()

    def fill(number: int) -> None:
        for _ in range(number):
            make_event(location=place, category=topic, areas=[make_area()], audiences=[make_audience()])
            make_held(MONDAY)

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = ("/kegiatan/", "/kegiatan/lewat/", "/kegiatan/kalender/", "/kegiatan/kalender.ics")
    addresses += ("/kegiatan/atom.xml", "/kegiatan/janji/")
    fill(1)
    few = {address: asked(address) for address in addresses}
    fill(3)
    assert {address: asked(address) for address in addresses} == few
    assert max(few.values()) <= 8, few


def test_promises_show_what_is_open_late_kept_and_not_possible(client: Client) -> None:
    make_portal()
    event = make_event(services=[service := make_service()])
    late = make_promise("Lampu dipasang", event, by_when=(MONDAY - timedelta(days=1)).date(), service=service)
    make_promise("Bak sampah ditambah", event, by_when=(MONDAY + timedelta(days=9)).date())
    kept_one = make_promise("Jam buka ditambah", by_when=MONDAY.date())
    kept_one.finish("Buka sampai 16.00.", by="tests", at=MONDAY)
    text = page(client, "/en/kegiatan/janji/")
    assert text.index("Lampu dipasang") < text.index("Bak sampah") < text.index("Jam buka ditambah")
    assert "Overdue</span>" in text
    assert "Buka sampai 16.00." in text
    assert event.get_absolute_url() in text
    overdue = page(client, f"/en/kegiatan/janji/?keadaan=terlambat&kegiatan={event.slug}")
    assert "Lampu dipasang" in overdue
    assert "Bak sampah" not in overdue
    assert late.what in page(client, service.get_absolute_url())
    late.finish("Sudah terang.", by="tests", at=MONDAY)
    assert late.what not in page(client, service.get_absolute_url())
