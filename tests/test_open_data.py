"""Open data: every row equals a raw row, nothing unpublished and no person is in any file, files fit their page."""

import csv
import io
import re
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feedback.freezing import count_months
from feedback.models import Survey, SurveyResponse
from feedback.satisfaction import LIST_ORDER
from outreach.models import Event, Speaker
from portal.evaluation.documents import Document, Figure, Row, Table, as_json
from portal.evaluation.models import Evaluation
from portal.open_data import dataset as data_sets
from portal.open_data.shelf import DATASETS
from services.models import Location, News, Service
from tests.builders import (
    RECEIVED_AT,
    WHO,
    make_area,
    make_campaign,
    make_event,
    make_location,
    make_portal,
    make_service,
    make_submission,
    make_user,
)
from tests.news_world import make_news
from tests.surveys import make_survey, published_survey

pytestmark = pytest.mark.django_db

SECRET = "RAHASIA"


def rows_of(client: Client, name: str) -> list[dict[str, str]]:
    """The rows of a CSV as a spreadsheet reads them."""
    answer = client.get(f"/data/{name}.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def pages_of(client: Client, name: str, size: int) -> list[dict[str, Any]]:
    """The same rows page after page, by the links of the pages."""
    address, found = f"/data/v1/{name}?per_page={size}", []
    while address:
        page = client.get(address).json()
        assert len(page["rows"]) <= size
        found += page["rows"]
        address = (page["next"] or "").replace("http://127.0.0.1:8000", "")
    assert page["total_items"] == len(found)
    return found


def as_cell(value: Any) -> str:
    """A naive cell, apart from the portal's own."""
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return str(value).lower()
    text = str(value)
    return "'" + text if text[0] in "=+@" or (text[0] == "-" and not text[1].isdigit()) else text


@pytest.fixture
def catalogue() -> dict[str, Any]:
    """A few rows of everything, published and not, some of them hostile."""
    make_portal(email="halo@contoh.example")
    place = make_location(
        "Balai", area=make_area(), latitude="-6.3", longitude="106.8", hours=[("12345", "07:30", "16:00")]
    )
    shown = make_service("Satu", fee_amount=0, requirements=["KTP", "KK"], steps=["Datang"], counters=[place])
    make_service("=HYPERLINK(1)", summary="+62", fee_note="@x").confirm(by=make_user(first_name="Sari"))
    hidden = make_service(f"{SECRET} rancangan", is_published=False)
    campaign = make_campaign(f"{SECRET} kampanye", is_published=False)
    event = make_event(
        campaign=campaign, services=[shown, hidden], location=place, place_words="", capacity=40
    )
    Speaker.objects.create(event=event, name=f"Dr. {SECRET}", position=1)
    make_event(f"{SECRET} kegiatan", is_published=False)
    make_news("Loket tutup", service=hidden)
    make_news(f"{SECRET} nanti", at=timezone.now() + timedelta(days=400))
    make_news(f"{SECRET} draf", is_published=False)
    make_submission(f"{SECRET} cerita", contact={"name": f"{SECRET} nama", "phone": "0812"})
    make_survey(unit=place.organization, population=10)
    return {"shown": shown, "event": event, "place": place}


# The catalogue ------------------------------------------------------------------------------------


def test_services_places_activities_and_news_equal_their_raw_rows(
    client: Client, catalogue: dict[str, Any]
) -> None:
    raw = {one["code"]: one for one in Service.objects.filter(status="published").order_by("pk").values()}
    rows = rows_of(client, "services")
    assert [one["code"] for one in rows] == list(raw)
    for row in rows:
        of = raw[row["code"]]
        for name in ("name", "summary", "fee_amount", "fee_note", "output", "caution", "checked_on"):
            assert row[name] == as_cell(of[name]), name
        assert row["is_confirmed"] == as_cell(of["checked_on"] is not None)
    assert rows_of(client, "services")[0]["requirements"] in {"KTP | KK", ""}
    places = {one["slug"]: one for one in Location.objects.values()}
    assert len(rows_of(client, "places")) == len(places) > 0
    for row in rows_of(client, "places"):
        of = places[row["slug"]]
        for name in ("name", "kind", "address", "step_free", "official_code"):
            assert row[name] == as_cell(of[name]), name
        assert row["latitude"] == ("" if of["latitude"] is None else str(of["latitude"]))
    assert "12345 07:30-16:00" in {one["opening_hours"] for one in rows_of(client, "places")}
    events = {one["slug"]: one for one in Event.objects.exclude(decision="draft").values()}
    (row,) = rows_of(client, "events")
    of = events[row["slug"]]
    assert datetime.fromisoformat(row["starts_at"]) == of["starts_at"]
    assert (row["title"], row["capacity"], row["status"]) == (of["title"], "40", "published")
    assert (row["services"], row["campaign"]) == (catalogue["shown"].code, "")
    assert row["place_slug"] == catalogue["place"].slug
    (told,) = rows_of(client, "news")
    of_news = News.objects.values().get(slug=told["slug"])
    assert (told["title"], told["text"], told["service"]) == (of_news["title"], of_news["text"], "")


def test_no_file_page_or_dictionary_tells_what_is_not_public(
    client: Client, catalogue: dict[str, Any]
) -> None:
    addresses = ["/data/", "/data/dcat.json", "/data/datapackage.json", "/data/openapi.json", "/data/v1/"]
    for name in DATASETS:
        addresses += [f"/data/{name}.csv", f"/data/{name}.json", f"/data/{name}/", f"/data/v1/{name}"]
    for address in addresses:
        body = client.get(address).content.decode()
        assert SECRET not in body, address
        assert SECRET.lower() not in body, address


def test_csv_json_and_pages_say_the_same(client: Client, catalogue: dict[str, Any]) -> None:
    for name, one in DATASETS.items():
        document = client.get(f"/data/{name}.json").json()
        assert document["portal"] == "Kelurahan Tanjung Contoh"
        assert document["is_official"] is False
        rows = document[one.list_name]
        assert rows == pages_of(client, name, 1) == pages_of(client, name, 1000), name
        assert [{key: as_cell(value) for key, value in row.items()} for row in rows] == rows_of(client, name)


@pytest.mark.any_engine
def test_no_formula_gets_into_a_spreadsheet(client: Client, catalogue: dict[str, Any]) -> None:
    make_location("@tempat", address="=1+1", phone="+62 812", latitude="-6.1", longitude="106.5")
    for name in DATASETS:
        for row in rows_of(client, name):
            for value in row.values():
                assert not re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", value), (name, value)


# What came of it ------------------------------------------------------------------------------------


def test_satisfaction_equals_a_naive_count_of_the_answers(client: Client) -> None:
    published_survey(*["434344434"] * 7, *["21434-123"] * 5, is_example=True)
    rows = {one["element"]: one for one in rows_of(client, "satisfaction")}
    answers = [one.answers for one in SurveyResponse.objects.all()]
    means = []
    for key in LIST_ORDER:
        given = [one[key] for one in answers if one[key] is not None]
        mean = Fraction(sum(given), len(given))
        means.append(mean)
        assert rows[key]["respondents"] == str(len(given))
        assert abs(Fraction(rows[key]["mean"]) - mean) <= Fraction(1, 2000)
    index = sum(means, Fraction()) / 9 * 25
    assert abs(Fraction(rows[""]["index"]) - index) <= Fraction(1, 200)
    assert (rows[""]["respondents"], rows[""]["is_example"]) == ("12", "true")
    Survey.objects.update(state="closed", published_at=None)
    data_sets.kept_rows.forget()  # type: ignore[attr-defined]
    assert rows_of(client, "satisfaction") == []


def test_feedback_is_what_the_page_shows_and_hides_the_few(client: Client) -> None:
    for _number in range(6):
        make_submission(kind="complaint", rw="03")
    for _number in range(3):
        make_submission(kind="suggestion", rw="04")
    assert count_months(RECEIVED_AT + timedelta(days=60)) > 0
    rows = client.get("/data/v1/feedback?per_page=1000").json()["rows"]
    whole = next(one for one in rows if one["breakdown"] == "total" and one["month"] is None)
    assert whole["received"] == 9
    kinds = [one for one in rows if one["breakdown"] == "kind" and one["month"] is None]
    assert all(one["is_hidden"] and one["received"] is None for one in kinds)


def document() -> Document:
    """A published evaluation with every kind of value."""
    table = Table(
        "came_by_sex",
        "sex",
        ("came", "rate"),
        (Row("female", (12, Fraction(2, 3))), Row("male", (None, None), is_hidden=True)),
        counts=("came",),
        total=Row("", (15, None)),
    )
    rate = Figure(
        "attendance_rate", Fraction(200, 3), "percent", 10, 15, "invited", None, Fraction(41), Fraction(85)
    )
    figures = {"came": Figure("came", 15, "people"), "attendance_rate": rate}
    figures["spent"] = Figure("spent", 0, "rupiah").hidden()
    words = {"verdict:cases": "rose", "verdict:survey_n:ktp": "too_few", "sentences": [SECRET]}
    tables = {"came_by_sex": table}
    return Document("campaign:cek", "2026", "2026-11-22T09:00:00+07:00", figures, tables, words)


def test_results_are_the_published_documents_and_no_others(client: Client) -> None:
    at, campaign = timezone.now(), make_campaign(slug="cek")
    kept = {"subject": "campaign:cek", "period": "2026", "content": as_json(document()), "counted_at": at}
    Evaluation.objects.create(audience="public", frozen_at=at, **kept)
    inner = as_json(document()) | {"subject": SECRET}
    Evaluation.objects.create(audience="staff", **(kept | {"content": inner}))
    rows = client.get("/data/v1/results").json()["rows"]
    told = {(one["table"], one["key"], one["measure"]): one for one in rows}
    assert len(rows) == len(told) == 3 + 2 + 3 * 2
    assert told["", "", "cases"]["verdict"] == "rose"
    assert told["", "ktp", "survey_n"]["verdict"] == "too_few"
    assert [one["measure"] for one in rows if one["is_total"]] == ["came", "rate"]
    rate = told["", "", "attendance_rate"]
    assert (rate["value"], rate["part"], rate["whole"], rate["whole_is"]) == ("66.6667", 10, 15, "invited")
    assert (rate["low"], rate["high"]) == ("41", "85")
    assert told["came_by_sex", "female", "came"]["value"] == "12"
    assert told["came_by_sex", "female", "rate"]["value"] == "0.6667"
    assert told["came_by_sex", "", "came"]["value"] == "15"
    for key in (("", "", "spent"), ("came_by_sex", "male", "came")):
        assert (told[key]["value"], told[key]["is_hidden"]) == (None, True)
    assert SECRET not in client.get("/data/results.csv").content.decode()
    assert all(one["is_final"] for one in rows)
    # What has no page any more has no figures either, at once and not only after the next night.
    campaign.withdraw(by=WHO, at=at)
    data_sets.kept_rows.forget()
    assert client.get("/data/v1/results").json()["rows"] == []
