"""robots.txt, the sitemap and OpenSearch: what machines are told of the portal as a whole."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import search_engines
from portal.search_engines import LONG_NAME, OPENSEARCH, SHORT_NAME, shortened
from tests.builders import (
    PUBLISHED_AT,
    make_location,
    make_organization,
    make_portal,
    make_public_work,
    make_service,
    make_user,
)

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def root_of(client: Client, address: str, status: int = 200) -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == status
    return ElementTree.fromstring(response.content)


def pages_of(root: ElementTree.Element) -> Iterator[tuple[str, str | None, dict[str, str]]]:
    for url in root:
        assert url.tag == f"{SITEMAP}url"
        links = {one.attrib["hreflang"]: one.attrib["href"] for one in url.iter(f"{XHTML}link")}
        yield str(url.findtext(f"{SITEMAP}loc")), url.findtext(f"{SITEMAP}lastmod"), links


# robots.txt ------------------------------------------------------------


def test_robots_are_kept_out_of_the_desk_and_shown_the_sitemap(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://balai.example.id"
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert lines == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /en/admin/",
        "Sitemap: https://balai.example.id/sitemap.xml",
    ]
    service = make_service(is_published=False)
    for preview in ("/admin/", "/en/admin/"):
        assert reverse("admin:services_service_preview", args=[service.pk]).startswith("/admin/")
        assert f"Disallow: {preview}" in lines


# The sitemap ------------------------------------------------------------


def test_every_page_is_listed_in_both_languages_with_its_twin(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://balai.example.id"
    make_portal()
    service = make_service(counters=[make_location()])
    make_public_work()
    found = {loc: links for loc, _day, links in pages_of(root_of(client, "/sitemap.xml"))}
    assert len(found) == len(list(pages_of(root_of(client, "/sitemap.xml")))), "No address twice."
    here, there = (f"https://balai.example.id{way}/layanan/{service.slug}/" for way in ("", "/en"))
    assert found[here] == found[there] == {"id": here, "en": there, "x-default": here}
    for address in found:
        assert client.get(address.removeprefix("https://balai.example.id")).status_code == 200, address


def test_drafts_are_not_listed(client: Client) -> None:
    draft = make_service(is_published=False)
    assert draft.slug not in client.get("/sitemap.xml").content.decode()


def test_the_day_of_the_last_change_is_true_or_missing(client: Client) -> None:
    service = make_service(at=PUBLISHED_AT)

    def days() -> dict[str, str | None]:
        return {loc: day for loc, day, _links in pages_of(root_of(client, "/sitemap.xml"))}

    def day_of_service() -> datetime:
        (day,) = {day for loc, day in days().items() if f"/layanan/{service.slug}/" in loc}
        assert day
        return datetime.fromisoformat(day)

    assert day_of_service() == PUBLISHED_AT
    later = PUBLISHED_AT + timedelta(days=3)
    service.confirm(by=make_user(), at=later)
    assert day_of_service() == later
    # Of pages whose history nobody keeps nothing is claimed.
    assert next(day for loc, day in days().items() if loc.endswith("/tentang/")) is None


def test_too_many_pages_for_one_file_are_listed_in_parts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        make_service(f"Layanan {number}")
        make_organization(f"Unit {number}")
    whole = {loc for loc, *_rest in pages_of(root_of(client, "/sitemap.xml"))}
    monkeypatch.setattr(search_engines, "PAGES_A_PART", 5)
    make_service("Yang terakhir")
    index = root_of(client, "/sitemap.xml")
    assert index.tag == f"{SITEMAP}sitemapindex"
    parts = [str(one.findtext(f"{SITEMAP}loc")) for one in index]
    assert len(parts) == -(-(len(whole) // 2 + 2) // 5)
    listed: list[str] = []
    for part in parts:
        address = "/" + part.split("/", 3)[3]
        pages = [loc for loc, *_rest in pages_of(root_of(client, address))]
        assert len(pages) <= 10
        listed += pages
    assert len(listed) == len(set(listed))
    assert whole <= set(listed)
    assert any("yang-terakhir" in loc for loc in listed)


@pytest.mark.parametrize("number", ["0", "2", "401", "999999999999"])
def test_a_part_that_does_not_exist_is_404(number: str, client: Client) -> None:
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_the_sitemap_asks_the_same_number_of_questions_however_long_it_is(client: Client) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        return len(queries)

    make_service(counters=[make_location()])
    make_public_work()
    few = questions()
    for number in range(10):
        make_service(f"Layanan {number}")
    assert questions() == few <= 24


# OpenSearch ------------------------------------------------------------


def described(client: Client, address: str = "/opensearch.xml") -> dict[str, Any]:
    response = client.get(address)
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)
    space = f"{{{OPENSEARCH}}}"
    assert root.tag == f"{space}OpenSearchDescription"
    found: dict[str, Any] = {one.tag.removeprefix(space): one.text for one in root}
    return found | {"urls": [one.attrib for one in root.iter(f"{space}Url")]}


def test_a_browser_can_search_here_in_the_language_of_the_page(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://balai.example.id"
    make_portal("Kelurahan Tanjung Contoh", short_name="Tanjung Contoh")
    told = described(client)
    assert told["ShortName"] == "Tanjung Contoh"
    assert told["Language"] == "id"
    search, own = told["urls"]
    assert search["template"] == "https://balai.example.id/cari/?q={searchTerms}"
    assert own["rel"] == "self"
    assert own["template"] == "https://balai.example.id/opensearch.xml"
    english = described(client, "/en/opensearch.xml")
    assert english["Language"] == "en"
    assert english["urls"][0]["template"] == "https://balai.example.id/en/cari/?q={searchTerms}"
    answer = client.get("/cari/", {"q": "ktp"})
    assert answer.status_code == 200


def test_names_keep_to_the_lengths_of_the_specification(client: Client) -> None:
    make_portal(
        "Dinas Pendidikan dan Kebudayaan Kabupaten Labuhanbatu Utara & <sekitarnya>",
        short_name="Disdik Labuhanbatu Utara",
    )
    told = described(client)
    assert told["ShortName"] == "Labuhanbatu Utar" or len(told["ShortName"]) <= SHORT_NAME
    assert len(told["LongName"]) <= LONG_NAME
    assert "<sekitarnya>" in told["Description"]


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Balai Warga", 16, "Balai Warga"),
        ("Kelurahan Tanjung Barat", 16, "Tanjung Barat"),
        ("Keluarahanpanjangsekali", 16, "Keluarahanpanjan"),
        ("", 16, ""),
    ],
)
def test_a_name_is_shortened_by_whole_words(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


def test_a_portal_without_a_profile_can_be_searched_too(client: Client) -> None:
    assert described(client)["ShortName"] == "Balai Warga"


@pytest.mark.parametrize(("page", "own"), [("/", "/opensearch.xml"), ("/en/", "/en/opensearch.xml")])
def test_every_page_names_the_description_of_its_language(page: str, own: str, client: Client) -> None:
    make_portal()
    link = '<link rel="search" type="application/opensearchdescription+xml"'
    assert f'{link} title="Kelurahan Tanjung Contoh" href="{own}">' in client.get(page).content.decode()
