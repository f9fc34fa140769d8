"""Public works and emergency numbers; and what the portal says of itself, its privacy, its promise, its data."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from portal.open_data.catalogue import SERVICES
from services.models import Charter, PublicWorkUpdate
from tests import builders as a
from tests.reading import Outline, change, main_of, read, words_of

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


# Public works -------------------------------------------------------------------------------------------------


def test_no_work_is_said_so_instead_of_invented(client: Client) -> None:
    said = words_of(read(client, "/en/pekerjaan/"))
    assert "No office has given us its figures yet" in said
    assert "Planned" not in said  # No stages to choose from while there is nothing.


def test_progress_not_measured_differs_from_none(client: Client) -> None:
    unknown = a.make_public_work("Lampu jalan")
    said = read(client, "/en" + unknown.get_absolute_url())
    assert "Progress: not measured yet" in said
    assert '<svg class="meter"' not in said
    change(unknown, progress=0)
    said = read(client, "/en" + unknown.get_absolute_url())
    assert "Progress: 0% done" in said
    assert '<rect width="0"' in said


def test_cost_not_stated_differs_from_nothing(client: Client) -> None:
    work = a.make_public_work(cost=None)
    assert "Cost Not stated yet" in words_of(read(client, "/en" + work.get_absolute_url()))
    change(work, cost=Decimal(0))
    assert "Cost Rp0" in words_of(read(client, "/en" + work.get_absolute_url()))
    change(work, cost=Decimal(1_250_000_000))
    assert "Rp1.250.000.000" in words_of(read(client, work.get_absolute_url()))


@time_machine.travel("2026-11-18 09:00 +0700", tick=False)
@pytest.mark.parametrize(
    ("ends_on", "words"),
    [(date(2026, 11, 17), "1 day late"), (date(2026, 11, 8), "10 days late"), (date(2026, 11, 18), "")],
)
def test_lateness_is_said_plainly(client: Client, ends_on: date, words: str) -> None:
    work = a.make_public_work(stage="under_way", ends_on=ends_on)
    for address in ("/en/pekerjaan/", "/en" + work.get_absolute_url()):
        said = words_of(read(client, address))
        assert words in said if words else "late" not in said


@time_machine.travel("2026-11-18 09:00 +0700", tick=False)
def test_a_finished_work_is_not_late(client: Client) -> None:
    a.make_public_work(stage="done", ends_on=date(2026, 1, 1))
    assert "late" not in words_of(read(client, "/en/pekerjaan/"))


def test_the_stage_is_marked_on_its_way(client: Client) -> None:
    work = a.make_public_work(stage="under_way")
    page = main_of(read(client, "/en" + work.get_absolute_url()))
    assert page.count('class="ok"') == 2
    assert '<li class="now" aria-current="step"><h3>Under way</h3>' in page


def test_a_stopped_work_is_not_shown_as_on_its_way(client: Client) -> None:
    page = read(client, "/en" + a.make_public_work(stage="stopped").get_absolute_url())
    assert "This work has been stopped" in page
    assert 'aria-current="step"' not in page


def test_works_under_way_come_first(client: Client) -> None:
    for name, stage in (("A selesai", "done"), ("B rencana", "planned"), ("C jalan", "under_way")):
        a.make_public_work(name, stage=stage)
    page = read(client, "/pekerjaan/")
    assert page.index("C jalan") < page.index("B rencana") < page.index("A selesai")
    planned = main_of(read(client, "/pekerjaan/?tahap=planned"))
    assert "B rencana" in planned
    assert "C jalan" not in planned
    assert "No work is at this stage" in read(client, "/en/pekerjaan/?tahap=stopped")


def test_updates_are_newest_first(client: Client) -> None:
    work = a.make_public_work()
    for day, text in ((1, "Galian dimulai."), (9, "Beton dipasang.")):
        a.kept(PublicWorkUpdate(public_work=work, date=date(2026, 11, day), text=text))
    page = read(client, work.get_absolute_url())
    assert page.index("Beton dipasang.") < page.index("Galian dimulai.")


# Emergency ----------------------------------------------------------------------------------------------------


def test_emergency_numbers_can_be_called_from_the_page(client: Client) -> None:
    a.make_emergency_number("Semua keadaan darurat", "112", note="Gratis.", note_en="Free.")
    a.make_emergency_number("Ambulans", "0811-1211-9119", kind="whatsapp")
    page = read(client, "/en/darurat/")
    assert {"tel:112", "https://wa.me/6281112119119"} <= set(Outline(main_of(page)).addresses)
    assert "Free." in words_of(page)


def test_each_emergency_number_names_its_source(client: Client) -> None:
    a.make_emergency_number(number="113", source="daftar.example", caution="Nomor lama.")
    said = words_of(read(client, "/en/darurat/"))
    assert "daftar.example" in said
    assert "Nomor lama." in said
    assert "The office has not checked them all" in said


def test_no_emergency_number_is_invented(client: Client) -> None:
    page = read(client, "/en/darurat/")
    assert "we do not guess" in page
    assert "tel:" not in main_of(page)
    assert "112" not in words_of(page)


# What the portal says of itself -------------------------------------------------------------------------------


def test_an_example_is_not_called_official_until_it_is(client: Client) -> None:
    portal = a.make_portal("Kelurahan Contoh")
    said = words_of(read(client, "/en/tentang/"))
    assert "Example portal, not an official site" in said
    assert "official portal of" not in said
    change(portal, is_official=True)
    said = words_of(read(client, "/en/tentang/"))
    assert "This is the official portal of Kelurahan Contoh." in said
    assert "not an official site" not in said


def test_only_contacts_that_are_known_are_shown(client: Client) -> None:
    portal = a.make_portal()
    page = main_of(read(client, "/en/tentang/"))
    assert 'id="kontak"' in page
    assert "so we show none" in page
    assert not [
        one for one in Outline(page).addresses if one.startswith(("tel:", "mailto:", "https://wa.me"))
    ]
    change(portal, whatsapp="0812 3456 7890", email="halo@contoh.example")
    addresses = Outline(main_of(read(client, "/en/tentang/"))).addresses
    assert {"https://wa.me/6281234567890", "mailto:halo@contoh.example"} <= set(addresses)


def test_what_privacy_promises_about_cookies_is_kept(client: Client) -> None:
    assert "Pages you only read set no cookies." in read(client, "/en/privasi/")
    assert not client.get("/privasi/").cookies
    assert not client.cookies


def test_a_charter_is_shown_only_once_it_is_signed(client: Client) -> None:
    a.make_portal()
    assert "The signed charter will stand here" in words_of(read(client, "/en/maklumat/"))
    a.kept(Charter(text="Kami sanggup melayani.", signed_on=date(2026, 1, 5), signatory_office="Lurah"))
    said = words_of(read(client, "/en/maklumat/"))
    assert "Kami sanggup melayani." in said
    assert "Signed by Lurah on Monday, 5 January 2026" in said
    assert "does not state a compensation" in said


def test_open_data_is_counted_and_every_column_explained(client: Client) -> None:
    a.make_service("Satu").confirm(by="Lurah")
    a.make_service("Dua")
    a.make_service("Tiga", is_published=False)
    page = read(client, "/en/data/")
    said = words_of(page)
    assert "Services in the files 2" in said
    assert "Confirmed by their office 1" in said
    assert {"/data/services.csv", "/data/services.json"} <= set(Outline(page).addresses)
    page = read(client, "/en/data/services/")
    for name in SERVICES.names:
        assert f'<th scope="row">{name}</th>' in page


def test_the_sitemap_can_be_read_by_a_machine(client: Client) -> None:
    place = a.make_location()
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    addresses = [node.text or "" for node in root.iter(f"{SITEMAP}loc")]
    assert any(address.endswith(place.get_absolute_url()) for address in addresses)
    assert all(address.startswith("http") for address in addresses)
