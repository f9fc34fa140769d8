"""The quiet pages: every one of them light, well built and never empty; places, offices and areas in detail."""

import re
from collections.abc import Callable
from decimal import Decimal

import brotli
import pytest
import time_machine
from django.test import Client

from services.models import Area, Location
from services.views.places import PICTURES
from tests import builders as a
from tests.reading import Outline, change, main_of, queries_of, read, words_of

# What is shown and who may see it is decided in Python: asked of one engine.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

LISTS = ["/tempat/", "/instansi/", "/wilayah/", "/pekerjaan/", "/darurat/"]
ABOUT = ["/tentang/", "/privasi/", "/aksesibilitas/", "/maklumat/", "/data/"]
MOST_QUERIES = 10
MOST_BYTES = 10 * 1024


@pytest.fixture
def world() -> list[str]:
    """One of everything; the addresses of its pages."""
    city = a.make_area("Jakarta Contoh", level=Area.Level.CITY)
    district = a.make_area("Jagakarsa Contoh", level=Area.Level.DISTRICT, parent=city)
    village = a.make_area("Tanjung Contoh", parent=district, area_ha=Decimal("2501"), bps_code="317")
    agency = a.make_organization(area=village)
    school = a.make_location(
        "SD Contoh " + "dengan nama yang panjang sekali " * 4,
        kind=Location.Kind.SCHOOL_PRIMARY,
        ownership="state",
        official_code="NPSN 20106225",
        area=village,
        organization=agency,
        latitude=Decimal("-6.3012"),
        longitude=Decimal("106.8405"),
    )
    a.make_service(organization=agency, counters=[school])
    a.make_portal(area=village, organization=agency)
    a.make_emergency_number("Semua keadaan darurat", "112", note="Gratis.", source="kabar.example")
    work = a.make_public_work(area=village, organization=agency, progress=45, cost=Decimal("1250000"))
    one_each = [school, agency, village, district, work]
    return [*LISTS, *ABOUT, *(noun.get_absolute_url() for noun in one_each)]


# Every page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_has_one_h1_no_skipped_heading_and_a_way_back(
    client: Client, world: list[str], language: str
) -> None:
    for address in world:
        page = read(client, language + address)
        outline = Outline(main_of(page))
        assert outline.levels.index(1) == 0, address
        assert outline.levels.count(1) == 1, address
        steps = zip(outline.levels, outline.levels[1:], strict=False)
        assert all(lower - upper <= 1 for upper, lower in steps), (address, outline.levels)
        assert len(outline.ids) == len(set(outline.ids)), address
        assert 'class="breadcrumb"' in page, address


def test_titles_and_descriptions_are_not_shared(client: Client, world: list[str]) -> None:
    pages = [read(client, address) for address in world]
    for pattern in (r"<title>(.*?)</title>", r'name="description" content="(.*?)"'):
        said = [re.search(pattern, page).group(1) for page in pages]  # type: ignore[union-attr]
        assert len(said) == len(set(said)), pattern


def test_every_page_is_light_and_asks_the_database_little(client: Client, world: list[str]) -> None:
    for address in world:
        assert len(brotli.compress(read(client, address).encode())) <= MOST_BYTES, address
        change(Area.objects.first(), postcode="12530")  # Whatever was remembered is read again.
        assert queries_of(client, address) <= MOST_QUERIES, address


@pytest.mark.parametrize("address", [*LISTS, *ABOUT])
def test_a_portal_without_any_content_still_answers(client: Client, address: str) -> None:
    assert read(client, address)


@pytest.mark.parametrize(
    "address",
    [
        "/tempat/?jenis=istana",
        "/tempat/?wilayah=atlantis",
        "/tempat/?hal=2",
        "/pekerjaan/?tahap=mimpi",
        "/tempat/tidak-ada/",
        "/instansi/tidak-ada/",
        "/wilayah/tidak-ada/",
        "/pekerjaan/tidak-ada/",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, world: list[str], address: str) -> None:
    read(client, address, 404)


# Lists stay cheap however long they are -----------------------------------------------------------------------


def more_places() -> None:
    area = Area.objects.get(level=Area.Level.DISTRICT)
    for number in range(25):
        a.make_location(f"Tempat {number}", area=area, organization=a.make_organization())


def more_services() -> None:
    place = Location.objects.get(kind=Location.Kind.SCHOOL_PRIMARY)
    for number in range(22):
        channel = {"kind": "website", "label": "Situs", "value": "https://contoh.example"}
        a.make_service(
            f"Layanan {number}", organization=place.organization, counters=[place], channels=[channel]
        )


def more_areas() -> None:
    district = Area.objects.get(level=Area.Level.DISTRICT)
    for number in range(30):
        a.make_area(f"Desa {number}", parent=district)


def more_works() -> None:
    for number in range(25):
        a.make_public_work(f"Pekerjaan {number}", area=a.make_area(f"Desa {number}"))


def more_numbers() -> None:
    for number in range(25):
        a.make_emergency_number(f"Darurat {number}", str(100 + number))


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("tempat", more_places),
        ("tempat/sekolah", more_services),
        ("instansi", more_places),
        ("instansi/satu", more_services),
        ("wilayah", more_areas),
        ("wilayah/kecamatan", more_places),
        ("pekerjaan", more_works),
        ("darurat", more_numbers),
    ],
)
def test_more_rows_do_not_mean_more_queries(
    client: Client, world: list[str], kind: str, more: Callable[[], None]
) -> None:
    school = Location.objects.get(kind=Location.Kind.SCHOOL_PRIMARY)
    address = {
        "tempat/sekolah": school.get_absolute_url(),
        "instansi/satu": school.organization.get_absolute_url(),  # type: ignore[union-attr]
        "wilayah/kecamatan": Area.objects.get(level=Area.Level.DISTRICT).get_absolute_url(),
    }.get(kind, f"/{kind}/")
    a.make_location()  # Whatever was remembered is read again, both times.
    few = queries_of(client, address)
    more()
    assert queries_of(client, address) <= few <= MOST_QUERIES


def test_a_search_among_places_stays_cheap(client: Client, world: list[str]) -> None:
    more_places()
    for place in Location.objects.all():
        findable(place)
    area = Area.objects.get(level=Area.Level.DISTRICT)
    assert queries_of(client, "/tempat/?q=tempat") <= MOST_QUERIES
    assert queries_of(client, f"/tempat/?q=tempat&jenis=village_office&wilayah={area.slug}") <= MOST_QUERIES


# Places -------------------------------------------------------------------------------------------------------


def test_every_kind_of_place_has_a_picture_of_the_sprite() -> None:
    assert set(PICTURES) == set(Location.Kind)
    with open("static/icons.svg", encoding="utf-8") as file:
        drawn = set(re.findall(r'<symbol id="([^"]+)"', file.read()))
    assert {icon for icon, _hue in PICTURES.values()} <= drawn


def test_a_kind_of_place_is_one_link_away_with_its_number(client: Client, world: list[str]) -> None:
    page = read(client, "/en/tempat/")
    assert "Primary school: 1" in page
    assert "/en/tempat/?jenis=school_primary" in page
    narrowed = words_of(read(client, "/en/tempat/?jenis=school_primary"))
    assert "1 place" in narrowed
    assert "Kantor Kelurahan" not in narrowed


def findable(place: Location) -> Location:
    """As the desk and the loader leave a place: with the words it is found by."""
    return change(place)


def test_filters_and_words_are_kept_together(client: Client, world: list[str]) -> None:
    findable(Location.objects.get(kind=Location.Kind.SCHOOL_PRIMARY))
    area = Area.objects.get(level=Area.Level.DISTRICT)
    page = read(client, f"/tempat/?q=panjang&wilayah={area.slug}")
    assert f'name="wilayah" value="{area.slug}"' in page
    assert f"/tempat/?q=panjang&amp;jenis=school_primary&amp;wilayah={area.slug}" in page


def test_a_slip_in_the_name_of_a_place_is_forgiven(client: Client, world: list[str]) -> None:
    findable(a.make_location("Puskesmas Jagakarsa", kind=Location.Kind.HEALTH_CENTRE))
    assert "Puskesmas Jagakarsa" in words_of(read(client, "/tempat/?q=puskesms"))


def test_a_place_tells_yes_no_and_not_checked_apart(client: Client, world: list[str]) -> None:
    place = a.make_location(step_free=True, accessible_toilet=False)
    said = words_of(read(client, "/en" + place.get_absolute_url()))
    assert "Step-free entrance Yes, there is" in said
    assert "Accessible toilet No, there is not" in said
    assert "Help for deaf visitors Not checked yet" in said


def test_a_place_has_no_link_to_call_while_its_phone_is_unknown(client: Client, world: list[str]) -> None:
    place = a.make_location()
    assert "tel:" not in main_of(read(client, place.get_absolute_url()))
    change(place, phone="(021) 7864707")
    assert 'href="tel:+62217864707"' in read(client, place.get_absolute_url())


def test_a_place_links_to_a_map_only_with_coordinates(client: Client, world: list[str]) -> None:
    school = Location.objects.get(kind=Location.Kind.SCHOOL_PRIMARY)
    assert "openstreetmap.org/?mlat=-6.3012&amp;mlon=106.8405" in read(client, school.get_absolute_url())
    unknown = read(client, "/en" + a.make_location().get_absolute_url())
    assert "openstreetmap" not in unknown
    assert "We do not know the exact point" in unknown


def test_a_school_shows_its_number_once_and_whether_it_is_public(client: Client, world: list[str]) -> None:
    school = Location.objects.get(kind=Location.Kind.SCHOOL_PRIMARY)
    said = words_of(read(client, "/en" + school.get_absolute_url()))
    assert "School number (NPSN) 20106225" in said
    assert "State or private Public" in said


@time_machine.travel("2026-11-18 09:00 +0700", tick=False)
def test_a_place_says_whether_it_is_open_and_its_week(client: Client, world: list[str]) -> None:
    place = a.make_location(hours=[("1234", "07:30", "16:00"), ("5", "07:30", "11:00")])
    said = words_of(read(client, "/en" + place.get_absolute_url()))
    assert "Open now, until 16:00" in said
    assert "Monday–Thursday 07:30–16:00" in said
    assert "Friday 07:30–11:00" in said


def test_unconfirmed_facts_are_tagged_until_the_unit_confirms_them(client: Client, world: list[str]) -> None:
    place = a.make_location(source="daftar.example", caution="Alamat lama.")
    address = "/en" + place.get_absolute_url()
    said = words_of(read(client, address))
    assert "Example, not confirmed yet" in said
    assert "daftar.example" in said
    assert "Alamat lama." in said
    place.confirm(by="Sekretaris")
    said = words_of(read(client, address))
    assert "Checked by the office" in said
    assert "Example, not confirmed yet" not in said


# Areas and offices --------------------------------------------------------------------------------------------


def test_the_tree_of_areas_has_villages_below_their_district(client: Client, world: list[str]) -> None:
    page = main_of(read(client, "/wilayah/"))
    order = [page.index(name) for name in ("Jakarta Contoh", "Jagakarsa Contoh", "Tanjung Contoh")]
    assert order == sorted(order)
    assert page.count("<ul", order[0], order[2]) == 2
    assert "<details" not in page
    more_areas()
    assert "Kecamatan Jagakarsa Contoh: 31 villages" in read(client, "/en/wilayah/")


def test_an_area_shows_its_codes_and_the_places_of_its_parts(client: Client, world: list[str]) -> None:
    village = Area.objects.get(bps_code="317")
    assert "2,501 hectares" in words_of(read(client, "/en" + village.get_absolute_url()))
    assert "2.501" in words_of(read(client, village.get_absolute_url()))
    city = Area.objects.get(level=Area.Level.CITY)
    said = words_of(read(client, "/en" + city.get_absolute_url()))
    assert "SD Contoh" in said
    assert "Kecamatan Jagakarsa Contoh" in said
    assert "BPS code Not known yet" in said


def test_drafts_are_not_counted_among_the_services_of_an_office(client: Client, world: list[str]) -> None:
    office = a.make_organization("Dinas Sepi")
    a.make_service("Belum siap", organization=office, is_published=False)
    assert "Dinas Sepi Unit No service written down yet" in words_of(read(client, "/en/instansi/"))
    assert "Belum siap" not in read(client, office.get_absolute_url())


def test_a_search_narrowed_to_one_kind_counts_and_turns_pages_by_that_kind(client: Client) -> None:
    a.make_portal()
    for number in range(21):
        a.make_location(f"SMP Melati {number}", kind=Location.Kind.SCHOOL_JUNIOR)
    for number in range(3):
        a.make_location(f"SDN Melati {number}", kind=Location.Kind.SCHOOL_PRIMARY)
    page = client.get("/tempat/?q=melati&jenis=school_primary").context["page_obj"]
    assert (page.count, page.page_count, len(page.rows)) == (3, 1, 3)
    assert client.get("/tempat/?q=melati").context["page_obj"].count == 24


def test_a_place_says_its_area_once() -> None:
    village = Area(name="Tanjung Contoh", level=Area.Level.VILLAGE)
    said = [
        Location(address=address, area=village).whereabouts
        for address in (
            "Jl. Nangka No. 1",
            "Jl. Nangka No. 1, tanjung contoh",
            "Jl. Raya Tanjung Contoh No. 2",
            "",
        )
    ]
    assert said == [
        "Jl. Nangka No. 1, Tanjung Contoh",
        "Jl. Nangka No. 1, tanjung contoh",
        "Jl. Raya Tanjung Contoh No. 2, Tanjung Contoh",
        "Tanjung Contoh",
    ]
    assert Location(address="Jl. Nangka No. 1").whereabouts == "Jl. Nangka No. 1"
