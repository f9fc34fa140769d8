"""Calendars as phones read them, and the feed of news: valid, stable, true after every change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from django.test import Client

from outreach.calendar_file import calendar_file, folded, text
from outreach.models import Event
from tests.builders import EVENT_AT, make_category, make_event, make_location, make_portal

pytestmark = pytest.mark.django_db
MONDAY = EVENT_AT - timedelta(days=5)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def monday(time_machine: Any) -> datetime:
    time_machine.move_to(MONDAY, tick=False)
    return MONDAY


def read(content: bytes) -> list[Any]:
    """The entries of a calendar; refused by the library where it breaks the standard."""
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(content)
    assert calendar.errors == []
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    entries = list(calendar.walk("VEVENT"))
    assert all(entry.errors == [] for entry in entries)
    return entries


def entry_of(client: Client, event: Event) -> Any:
    answer = client.get(f"{event.get_absolute_url()}kalender.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f'filename="{event.slug[:60]}.ics"' in answer.headers["Content-Disposition"]
    (entry,) = read(answer.content)
    return entry


def test_an_entry_says_what_when_and_where_in_any_letters(client: Client) -> None:
    place = make_location("Aula, lantai 2", address="Jl. Contoh 1; RT 02", latitude="-6.3", longitude="106.8")
    title = "Cek kesehatan; gratis, untuk “lansia” — ibu-ibu & bapak-bapak 🩺 " * 2
    event = make_event(title.strip(), location=place, place_words="", category=make_category("Kesehatan"))
    entry = entry_of(client, event)
    assert entry["SUMMARY"] == event.title
    assert entry["DTSTART"].dt == EVENT_AT.astimezone(UTC)
    assert entry["DTEND"].dt == (EVENT_AT + timedelta(hours=3)).astimezone(UTC)
    assert entry["LOCATION"] == "Aula, lantai 2, Jl. Contoh 1; RT 02"
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["URL"] == f"http://127.0.0.1:8000{event.get_absolute_url()}"
    assert str(entry["UID"]).startswith(f"kegiatan-{event.pk}@")


def test_a_change_counts_up_and_the_entry_stays_the_same_one(client: Client) -> None:
    event = make_event()
    before = entry_of(client, event)
    event.reschedule(
        EVENT_AT + timedelta(days=1), EVENT_AT + timedelta(days=1, hours=2), by="tests", at=MONDAY
    )
    event.slug = "alamat-baru"
    event.save()
    moved = entry_of(client, event)
    assert moved["UID"] == before["UID"]
    assert moved["SEQUENCE"] > before["SEQUENCE"]
    assert moved["DTSTART"].dt == before["DTSTART"].dt + timedelta(days=1)
    assert moved["DTSTAMP"].dt == MONDAY.astimezone(UTC)
    event.postpone("Dokter sakit.", by="tests", at=MONDAY)
    waiting = entry_of(client, event)
    event.cancel("Tidak jadi.", by="tests", at=MONDAY)
    gone = entry_of(client, event)
    assert (waiting["STATUS"], gone["STATUS"]) == ("TENTATIVE", "CANCELLED")
    assert moved["SEQUENCE"] < waiting["SEQUENCE"] < gone["SEQUENCE"]
    assert "Tidak jadi." in gone["DESCRIPTION"]
    assert client.get(f"{make_event(is_published=False).get_absolute_url()}kalender.ics").status_code == 404


def test_the_calendar_to_subscribe_to_keeps_what_is_called_off_and_is_narrowed_like_the_agenda(
    client: Client,
) -> None:
    make_portal("Kelurahan Contoh, Jakarta")
    topic = make_category("Kesehatan")
    make_event("Pertama", category=topic)
    second = make_event("Kedua")
    make_event("Lama sekali", starts_at=MONDAY - timedelta(days=120))
    make_event("Minggu lalu", starts_at=MONDAY - timedelta(days=7))
    make_event("Konsep", is_published=False)
    second.cancel("Hujan.", by="tests", at=MONDAY)
    answer = client.get("/en/kegiatan/kalender.ics")
    entries = {str(entry["SUMMARY"]): entry for entry in read(answer.content)}
    assert set(entries) == {"Pertama", "Cancelled: Kedua", "Minggu lalu"}
    assert entries["Cancelled: Kedua"]["STATUS"] == "CANCELLED"
    assert b"Kelurahan Contoh\\, Jakarta" in answer.content.replace(b"\r\n ", b"")
    (only,) = read(client.get(f"/kegiatan/kalender.ics?topik={topic.slug}").content)
    assert only["UID"] == entries["Pertama"]["UID"]
    # Nothing changed: a phone that asks again is told so, even a day later.
    assert client.get("/en/kegiatan/kalender.ics").headers["ETag"] == answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    assert read(client.get("/kegiatan/kalender.ics?topik=&untuk=").content)


@pytest.mark.any_engine
def test_lines_are_folded_between_letters_and_nothing_ends_a_value() -> None:
    long = "SUMMARY:" + "ibu 🩺 ü" * 40
    lines = folded(long).split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    assert "".join([lines[0], *(line[1:] for line in lines[1:])]) == long
    assert text("a;b,c\\d\r\ne\x00\x1bf") == "a\\;b\\,c\\\\d\\nef"


@pytest.mark.any_engine
def test_a_long_calendar_is_written_entry_by_entry() -> None:
    event = make_event()
    asked = []

    def rows() -> Any:
        for number in range(3):
            asked.append(number)
            yield event

    pieces = calendar_file(rows(), "Contoh")
    assert next(pieces).startswith("BEGIN:VCALENDAR")
    assert asked == []
    assert "BEGIN:VEVENT" in next(pieces)
    assert asked == [0]


def test_the_feed_of_news_is_atom_with_the_newest_first(client: Client) -> None:
    make_portal()
    old = make_event("Pertama")
    make_event("Kedua & <ketiga>")
    make_event("Konsep", is_published=False)
    old.cancel("Hujan.", by="tests", at=MONDAY)
    answer = client.get("/en/kegiatan/atom.xml")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    titles = [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
    assert titles == ["Cancelled: Pertama", "Kedua & <ketiga>"]
    for holder in (root, *root.iter(f"{ATOM}entry")):
        for tag in ("id", "title", "updated"):
            assert holder.findtext(f"{ATOM}{tag}"), tag
        assert datetime.fromisoformat(holder.findtext(f"{ATOM}updated") or "").tzinfo
    assert root.findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}entry/{ATOM}updated")
    assert ElementTree.fromstring(client.get("/kegiatan/atom.xml").content).get(
        "{http://www.w3.org/XML/1998/namespace}lang"
    )
