"""What search engines are told of data sets, news, answers and the portal as a whole."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import vocabulary
from tests.builders import PUBLISHED_AT, make_area, make_portal, make_released, make_service
from tests.news_world import make_news
from tests.test_json_ld import blocks_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def told(client: Client, address: str, kind: str) -> dict[str, Any]:
    found = {block["@type"]: block for block in blocks_of(client, address)}
    assert [fault for block in found.values() for fault in vocabulary.faults(block)] == []
    return found[kind]


def test_data_sets_are_told_with_their_files(client: Client) -> None:
    make_portal()
    make_service()
    listed = told(client, "/data/", "DataCatalog")["dataset"]
    assert {"services", "places", "events", "news", "feedback", "satisfaction", "results"} == {
        one["url"].rstrip("/").rpartition("/")[2] for one in listed
    }
    one = told(client, "/en/data/services/", "Dataset")
    assert one["name"] == "Services"
    assert one["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [file["encodingFormat"] for file in one["distribution"]] == ["text/csv", "application/json"]
    assert all(len(file["sha256"]) == 64 for file in one["distribution"])


def test_news_answers_and_the_portal_are_told(client: Client) -> None:
    make_portal("Kelurahan Contoh")
    news = make_news("Loket tutup", areas=[make_area("RW 03")])
    item = told(client, news.get_absolute_url(), "NewsArticle")
    assert (item["headline"], item["articleBody"]) == (news.title, news.text)
    assert item["spatialCoverage"][0]["@type"] == "AdministrativeArea"
    flood = make_news("Banjir", kind="emergency", shown_until=PUBLISHED_AT + timedelta(days=4000))
    assert told(client, flood.get_absolute_url(), "SpecialAnnouncement")["expires"]
    case = make_released("Kapan lampu diperbaiki?", public_answer="Lampu sudah diganti.")
    (question,) = told(client, case.get_absolute_url(), "FAQPage")["mainEntity"]
    assert question["name"] == "Kapan lampu diperbaiki?"
    assert question["acceptedAnswer"]["text"] == "Lampu sudah diganti."
    site = told(client, "/", "WebSite")
    assert site["name"] == "Kelurahan Contoh"
    assert site["potentialAction"]["target"].endswith("/cari/?q={search_term_string}")
