"""One search over everything: kinds mix by one score, filters are links, nothing found is told and counted kindly."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.models import Event
from portal.finding import seeking
from portal.finding.models import SoughtWord
from portal.finding.searching import Asked, search
from services.models import Area, News, Synonym
from tests.builders import (
    EVENT_AT,
    RECEIVED_AT,
    make_area,
    make_campaign,
    make_category,
    make_event,
    make_location,
    make_portal,
    make_public_work,
    make_released,
    make_service,
    make_synonym,
    make_user,
)
from tests.desk import make_officer, signed_in
from tests.finding_world import make_everything

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT


def kinds_of(text: str, **narrowed: Any) -> list[str]:
    return [hit.kind for hit in search(Asked(text, **narrowed), AT).shown.found]


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def titles_of(client: Client, address: str) -> list[str]:
    found = re.findall(r"<h2[^>]*><a href=[^>]*>(.*?)</a>", text_of(client, address))
    return [re.sub(r"<[^>]+>", "", one) for one in found]


# One list ------------------------------------------------------------------------------------------------


def test_one_list_holds_every_kind_a_service_first_what_is_over_last() -> None:
    unit = make_portal().organization
    make_event("Layanan akta keliling", unit=unit)
    make_event("Layanan akta tahun lalu", unit=unit, starts_at=AT - timedelta(days=300))
    make_released("Layanan akta lambat", public_answer="Ditambah petugas.", unit=unit)
    make_location("Layanan akta")
    make_public_work("Layanan akta diperbaiki")
    make_campaign("Layanan akta untuk semua", unit=unit)
    make_service("Layanan akta")
    kinds = kinds_of("layanan akta")
    assert kinds[:2] == ["layanan", "tempat"]
    assert set(kinds) == {"layanan", "tempat", "kegiatan", "jawaban", "pekerjaan", "kampanye"}
    events = [one for one in search(Asked("layanan akta"), AT).shown.found if one.kind == "kegiatan"]
    assert [Event.objects.get(pk=one.pk).ends_at > AT for one in events] == [True, False]


def test_slips_and_synonyms_reach_every_kind() -> None:
    make_synonym("mampet", "saluran")
    make_public_work("Perbaikan saluran Gang Remidi")
    make_event("Gotong royong membersihkan saluran")
    assert kinds_of("gang remidy mampet")[0] == "pekerjaan"
    assert set(kinds_of("mampet")) == {"pekerjaan", "kegiatan"}
    assert search(Asked("gotong royng"), AT).shown.corrected_text == "gotong royong"


def test_nothing_unpublished_is_found() -> None:
    unit = make_portal().organization
    make_service("Layanan rahasia", is_published=False)
    make_event("Acara rahasia", is_published=False)
    make_campaign("Kampanye rahasia", is_published=False)
    make_released("Lampu mati", story="Cerita rahasia saya.")
    facts = {"text": "Teks.", "unit": unit}
    News.objects.create(title="Kabar rahasia", slug="belum", shown_from=AT, **facts)
    later = {"shown_from": AT + timedelta(days=1), "published_at": AT}
    News.objects.create(title="Kabar rahasia besok", slug="besok", **later, **facts)
    assert kinds_of("rahasia") == []


# Filters as links ----------------------------------------------------------------------------------------


@pytest.mark.any_engine
def test_each_kind_is_a_link_with_its_count_and_keeps_the_words(client: Client) -> None:
    make_portal()
    make_service("Mengurus posyandu")
    for number in range(3):
        make_event(f"Posyandu balita {number}")
    page = text_of(client, "/cari/?q=posyandu")
    links = dict(re.findall(r'href="(/cari/\?[^"]*)">(?:<svg.*?</svg>)?([^<]*\(\d+\+?\))', page))
    assert {address: re.sub(r"\D", "", words) for address, words in links.items()} == {
        "/cari/?q=posyandu": "4",
        "/cari/?q=posyandu&amp;jenis=layanan": "1",
        "/cari/?q=posyandu&amp;jenis=kegiatan": "3",
    }
    assert len(titles_of(client, "/cari/?q=posyandu")) == 4
    assert len(titles_of(client, "/cari/?q=posyandu&jenis=kegiatan")) == 3


@pytest.mark.any_engine
def test_field_area_and_coming_narrow_every_kind(client: Client) -> None:
    village = make_area()
    rw = make_area("RW 05", slug="rw-05", level=Area.Level.RW, parent=village)
    make_portal(area=village)
    health = make_category("Kesehatan", slug="kesehatan")
    topic = make_category("Posyandu", parent=health)
    there = make_location("Pos timbang", area=rw)
    service = make_service("Timbang bayi", category=topic, counters=[there])
    make_service(
        "Timbang barang", category=make_category("Pasar", parent=make_category("Usaha", slug="usaha"))
    )
    make_event("Timbang bersama", services=[service], areas=[village])
    make_event("Timbang kemarin", starts_at=AT - timedelta(days=90), areas=[rw])
    assert set(titles_of(client, "/cari/?q=timbang&bidang=kesehatan")) == {
        *("Timbang bayi", "Timbang bersama", "Pos timbang"),
    }
    assert set(titles_of(client, "/cari/?q=timbang&wilayah=rw-05")) == {
        *("Timbang bayi", "Pos timbang", "Timbang bersama", "Timbang kemarin"),
    }
    for word in ("jenis=apa", "bidang=apa", "wilayah=apa", "akan=2"):
        assert client.get(f"/cari/?q=timbang&{word}").status_code == 404, word


def test_coming_activities_alone(client: Client) -> None:
    make_portal()
    make_service("Timbang bayi")
    make_event("Timbang nanti", starts_at=EVENT_AT + timedelta(days=36_500))
    make_event("Timbang kemarin", starts_at=datetime(2020, 1, 1, tzinfo=EVENT_AT.tzinfo))
    assert titles_of(client, "/cari/?q=timbang&akan=1") == ["Timbang nanti"]


@pytest.mark.any_engine
def test_pages_go_on_through_all_kinds(client: Client) -> None:
    make_portal()
    for number in range(15):
        make_location(f"Pos ronda {number}")
        make_public_work(f"Pagar pos ronda {number}")
    first, second = (titles_of(client, f"/cari/?q=pos+ronda&hal={number}") for number in (1, 2))
    assert (len(first), len(second)) == (20, 10)
    assert not {*first} & {*second}
    assert client.get("/cari/?q=pos+ronda&hal=3").status_code == 404


# How many questions --------------------------------------------------------------------------------------


def test_a_page_over_all_kinds_asks_few_questions_however_much_there_is(client: Client) -> None:
    """One for the candidates of all kinds, one for the rows of each kind shown."""
    unit = make_portal().organization
    make_everything(unit)

    def asked() -> int:
        client.get("/darurat/")
        client.get("/cari/?q=loket+sampah+banjir+jalan+imunisasi")
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client, "/cari/?q=loket+sampah+banjir+jalan+imunisasi")
        assert len(set(re.findall(r'<span class="tag">.*?</svg>([^<]+)', page))) >= 5
        return len(queries)

    few = asked()
    for number in range(8):
        make_service(f"Loket {number}")
        make_location(f"Loket sampah {number}")
    assert asked() <= few + 2 <= 14


# Nothing found -------------------------------------------------------------------------------------------


@pytest.mark.any_engine
def test_nothing_found_offers_near_names_the_counter_and_a_way_to_tell_us(client: Client) -> None:
    make_portal(phone="021-123", whatsapp="0812-0000-0000")
    make_location("Puskesmas Mawar")
    page = text_of(client, "/cari/?q=puskmas")
    assert "Puskesmas Mawar" in page
    page = text_of(client, "/cari/?q=helikopter")
    assert "0812-0000-0000" in page
    link = "/suara/?jenis=question&amp;cari=helikopter"
    assert link in page
    first = client.post("/suara/?cari=helikopter", {"kind": "question"})
    assert first.status_code == 302
    assert "“helikopter”" in text_of(client, first["Location"])


@pytest.mark.any_engine
def test_behind_a_filter_nothing_found_leads_to_everything_and_is_not_counted(client: Client) -> None:
    make_portal()
    make_service("Mengurus akta")
    page = text_of(client, "/cari/?q=akta&jenis=kabar")
    assert 'href="/cari/?q=akta"' in page
    text_of(client, "/cari/?q=helikopter&jenis=kabar")
    assert not SoughtWord.objects.exists()


# Counting what is missing --------------------------------------------------------------------------------


def looked_for(text: str, *days: int) -> None:
    for day in days:
        seeking.note(text, datetime(2026, 11, day, 9, 30, tzinfo=AT.tzinfo))


def test_a_word_can_be_read_only_after_three_different_days_and_never_who_or_when() -> None:
    looked_for("paspor", 3, 3, 3, 4)
    row = SoughtWord.objects.get()
    assert (row.word, row.days, row.times, row.last_day) == ("", 2, 4, date(2026, 11, 4))
    assert "paspor" not in row.key_hash
    looked_for("paspor", 6)
    row.refresh_from_db()
    assert (row.word, row.days, row.times, row.month) == ("paspor", 3, 5, date(2026, 11, 1))
    assert {field.name for field in SoughtWord._meta.get_fields()} == {
        *("id", "month", "key_hash", "word", "times", "days", "last_day", "set_aside_at"),
    }


@pytest.mark.any_engine
@pytest.mark.parametrize(
    "text",
    [
        "budi@example.id",
        "0812 3456 7890",
        "nik 3174090101010001",
        "https://contoh.id/x",
        "surat dari saya untuk kepala dinas pendidikan soal anak saya yang belum sekolah",
        "ab",
        "x" * 40,
    ],
)
def test_what_looks_like_somebodys_data_is_not_counted(text: str) -> None:
    looked_for(text, 3, 4, 5)
    assert not SoughtWord.objects.exists()


def test_words_the_portal_knows_are_not_counted_and_others_apart_from_each_other() -> None:
    make_service("Mengurus akta")
    make_synonym("akte", "akta")
    looked_for("akta akte helikopter paspor", 3, 4, 5)
    assert {*SoughtWord.objects.values_list("word", flat=True)} == {"helikopter", "paspor"}


def test_the_page_counts_once_while_it_is_kept_and_reads_the_same_as_before(client: Client) -> None:
    make_portal()
    bytes_before = client.get("/cari/?q=helikopter").content
    assert SoughtWord.objects.get().times == 1
    assert client.get("/cari/?q=helikopter").content == bytes_before
    assert client.get("/cari/?q=helikopter").headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in client.get("/cari/?q=helikopter").headers


def test_a_page_is_given_also_when_nothing_can_be_written(client: Client, monkeypatch: Any) -> None:
    make_portal()

    def broken(word: str, day: date) -> None:
        raise seeking.DatabaseError("read only")

    monkeypatch.setattr(seeking, "count", broken)
    text_of(client, "/cari/?q=helikopter")


def test_a_month_ends_with_its_unread_words_and_a_year_with_all() -> None:
    looked_for("paspor", 3, 4, 5)
    looked_for("helikopter", 3)
    assert seeking.forget_old(datetime(2026, 11, 30, tzinfo=AT.tzinfo)) == 0
    assert seeking.forget_old(datetime(2026, 12, 1, tzinfo=AT.tzinfo)) == 1
    assert SoughtWord.objects.get().word == "paspor"
    assert seeking.forget_old(datetime(2027, 12, 1, tzinfo=AT.tzinfo)) == 1


def test_a_month_holds_so_many_words_and_no_more(monkeypatch: Any) -> None:
    monkeypatch.setattr(seeking, "WORDS_OF_A_MONTH", 2)
    looked_for("paspor helikopter kapal", 3, 4, 5)
    assert SoughtWord.objects.count() == 2


# The desk ------------------------------------------------------------------------------------------------


def test_an_editor_makes_a_word_a_synonym_and_it_leaves_the_list() -> None:
    make_portal()
    make_service("Mengurus paspor haji")
    looked_for("pasporku pasporr helikopter", 3, 4, 5)
    client = signed_in(make_officer("clerk"))
    page = text_of(client, reverse("finding_desk:sought"))
    assert "helikopter" in page
    link = f"{reverse('admin:services_synonym_add')}?phrase=helikopter"
    assert f'href="{link}"' in page
    assert 'value="helikopter"' in text_of(client, link)
    client.post(link, {"phrase": "helikopter", "means": "paspor haji", "note": ""})
    assert Synonym.objects.get().phrase == "helikopter"
    assert ">helikopter<" not in text_of(client, reverse("finding_desk:sought"))
    assert kinds_of("helikopter") == ["layanan"]


@pytest.mark.any_engine
def test_a_word_set_aside_stays_away_in_later_months_too() -> None:
    make_portal()
    looked_for("helikopter", 3, 4, 5)
    client = signed_in(make_officer("clerk"))
    client.post(reverse("finding_desk:sought"), {"word": "helikopter"})
    assert not seeking.sought()
    for day in (1, 2, 3):
        seeking.note("helikopter", datetime(2026, 12, day, 9, tzinfo=AT.tzinfo))
    assert not seeking.sought()
    assert signed_in(make_user()).get(reverse("finding_desk:sought")).status_code == 403
