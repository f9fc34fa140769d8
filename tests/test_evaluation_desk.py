"""“Kinerja” at the desk: whose numbers it shows, that they are those of the rows, and what is kept."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import Rating, Submission
from outreach.models import Campaign, EventRating
from portal.evaluation import keeping
from portal.evaluation.heard import as_plain, from_plain, heard_in, ratings_of, repeated
from portal.evaluation.keeping import (
    ASKED_FOR,
    count_all,
    count_campaign,
    count_office,
    forget_asked,
    keep,
    recount,
)
from portal.evaluation.labels import labels_of
from portal.evaluation.models import Evaluation
from portal.evaluation.pressing import pressing
from portal.evaluation.scope import Scope
from portal.shared.work.job import Job
from portal.shared.work.worker import Worker
from tests.builders import (
    RECEIVED_AT,
    make_area,
    make_audience,
    make_campaign,
    make_category,
    make_event,
    make_organization,
    make_portal,
    make_service,
    make_submission,
)
from tests.desk import make_officer, signed_in
from tests.surveys import make_responses, make_survey

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 20, 3, tzinfo=UTC)
OFFICE = "/en/admin/kinerja/"
MOST_QUERIES = 25


@pytest.fixture(autouse=True)
def december(time_machine: Any, settings: Any) -> None:
    settings.PERIODIC_WORK = []
    time_machine.move_to(AT, tick=False)
    make_portal()


def head() -> Client:
    return signed_in(make_officer("coordinator"))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def campaign_with_rating(unit: Any, words: str = "Antreannya panjang.") -> Campaign:
    campaign = make_campaign(unit=unit)
    event = make_event(unit=unit, campaign=campaign)
    EventRating.objects.create(
        event=event,
        way="paper",
        usefulness=4,
        missing="Kata aslinya.",
        released_text=words,
        released_at=AT,
        form_key_hash=words,
        at=AT,
    )
    return campaign


# Whose numbers ------------------------------------------------------------------------------------------------


@pytest.mark.any_engine
def test_what_waits_comes_first_by_promise_and_names_nobody() -> None:
    unit = make_organization()
    late = make_submission(
        "Lampu mati.", status="assigned", unit=unit, contact={"name": "Ibu Rahasia", "phone": "081234567890"}
    )
    Submission.objects.filter(pk=late.pk).update(due_on=timezone.localdate(AT) - timedelta(days=3))
    make_submission(status="waiting", unit=unit)
    page = text_of(head(), OFFICE)
    assert page.index("First: what waits for us") < page.index("Messages received")
    assert late.number in page
    assert "3 days late" in page
    assert "Rahasia" not in page
    assert "0812" not in page
    found = pressing(make_officer("coordinator"), Scope(at=AT))
    assert found is not None
    told = {one.url.partition("queue=")[2]: one.number for one in found.counts}
    rows = list(Submission.objects.values("status", "due_on", "closed_at"))
    naive = sum(
        one["closed_at"] is None and one["status"] != "waiting" and one["due_on"] is not None
        for one in rows
        if one["due_on"] and one["due_on"] < timezone.localdate(AT)
    )
    assert told["late"] == str(naive) == "1"


@pytest.mark.any_engine
def test_a_unit_officer_sees_the_own_units_alone_whatever_is_asked() -> None:
    mine, other = make_organization("Satuan A"), make_organization("Satuan B")
    for unit, times in ((mine, 2), (other, 5)):
        for _number in range(times):
            make_submission(status="assigned", unit=unit)
    own, foreign = campaign_with_rating(mine), campaign_with_rating(other, "Milik yang lain.")
    client = signed_in(make_officer("unit officer", mine))
    odd = "unit=tidak-ada&periode=abc&wilayah=y&cetak=1"
    for query, status in (("", 200), (f"?unit={other.slug}", 404), (f"?{odd}", 404)):
        answer = client.get(OFFICE + query)
        page = answer.content.decode()
        assert answer.status_code == status
        assert ("is not in this list" in page) == (status == 404)
        assert answer.context["choice"].unit == mine
        assert "Milik yang lain" not in page
        [voice] = [one for one in answer.context["sections"] if one.key == "voice"]
        assert {tile.key: tile.value for tile in voice.tiles}["cases"] == "2"
    assert client.get(reverse("evaluation_desk:campaign", args=[own.slug])).status_code == 200
    assert client.get(reverse("evaluation_desk:campaign", args=[foreign.slug])).status_code == 404
    homeless = signed_in(make_officer("unit officer"))
    assert "belongs to no unit yet" in text_of(homeless, OFFICE)
    assert client.post("/admin/kinerja/hitung/", {"kampanye": foreign.slug}).status_code == 404
    assert signed_in(make_officer("clerk")).get(OFFICE).status_code == 403


@pytest.mark.any_engine
def test_choosing_a_campaign_leads_to_its_page_and_an_area_narrows_it() -> None:
    rw = make_area("RW 03", level="rw")
    campaign = campaign_with_rating(make_organization())
    client = head()
    answer = client.get(OFFICE, {"kampanye": campaign.slug, "wilayah": rw.slug})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert address.endswith(f"/kampanye/{campaign.slug}/?wilayah={rw.slug}")
    page = text_of(client, address)
    assert "RW 03" in page
    assert "Antreannya panjang." not in page
    whole = text_of(client, address.partition("?")[0])
    assert "Antreannya panjang." in whole
    assert "Kata aslinya" not in whole


@pytest.mark.any_engine
def test_paper_has_nothing_to_press_and_no_words_nobody_released() -> None:
    unit = make_organization()
    campaign_with_rating(unit)
    case = make_submission(status="answered", unit=unit, at=RECEIVED_AT)
    case.rate("not", at=RECEIVED_AT, words="Masih gelap di sini.")
    client = head()
    assert "Masih gelap di sini." in text_of(client, OFFICE)
    paper = text_of(client, f"{OFFICE}?cetak=1")
    assert "Antreannya panjang." in paper
    assert "Masih gelap" not in paper
    assert "<form" not in paper
    assert "<select" not in paper
    assert "logout-form" not in paper


@pytest.mark.any_engine
def test_words_that_seem_to_tell_who_somebody_is_are_left_out() -> None:
    case = make_submission(status="answered", unit=make_organization())
    case.rate("not", at=RECEIVED_AT, words="Hubungi saya di 0812 3456 7890.")
    assert "Hubungi saya" not in text_of(head(), OFFICE)


# Numbers from raw rows ----------------------------------------------------------------------------------------


def test_repeated_problems_and_ratings_are_those_of_the_raw_rows() -> None:
    unit = make_organization()
    light, water = make_category("Penerangan"), make_category("Air")
    service = make_service(organization=unit)
    for number, (topic, rw) in enumerate(
        [(light, "5"), (light, "05"), (light, "005"), (water, "5"), (light, "")]
    ):
        case = make_submission(status="answered", unit=unit, category=topic, rw=rw, service=service)
        case.rate(("solved", "partly", "not")[number % 3], at=RECEIVED_AT)
    make_submission(unit=unit, category=light, rw="5", kind="appreciation")
    make_submission(unit=unit, category=light, rw="5", is_about_staff=True)
    survey = make_survey(unit=unit, state="closed")
    make_responses(survey, ["434344434"] * 3, service=service)
    survey.publish(by=None, at=RECEIVED_AT)
    scope = Scope.of_period("2026", at=AT)

    counts: Counter[tuple[str, str]] = Counter()
    rows = Submission.objects.values("kind", "category__name", "rw", "is_about_staff", "status")
    for row in rows:
        is_problem = row["kind"] in {"complaint", "defect_report", "undecided"}
        if is_problem and not row["is_about_staff"] and row["status"] != "duplicate":
            rw = f"RW {int(row['rw']):02}" if row["rw"] else ""
            counts[row["category__name"], rw] += 1
    naive = {key: n for key, n in counts.items() if n >= 3}
    assert {(one.topic, one.rw): one.n for one in repeated(scope)} == naive == {("Penerangan", "RW 05"): 3}

    [rated] = ratings_of(scope)
    verdicts = Counter(Rating.objects.values_list("verdict", flat=True))
    assert (rated.solved, rated.partly, rated.not_yet) == (
        verdicts["solved"],
        verdicts["partly"],
        verdicts["not"],
    )
    assert rated.survey.n == 3
    assert ratings_of(Scope.of_period("2025", at=AT)) == []
    counted = heard_in(scope)
    assert from_plain(as_plain(counted)) == counted


# What is kept -------------------------------------------------------------------------------------------------


def test_the_page_of_a_year_is_read_in_one_piece_and_asks_little(time_machine: Any) -> None:
    unit = make_organization()
    campaign_with_rating(unit)
    make_submission(status="answered", unit=unit)
    assert count_all(AT) == 4
    client = head()
    text_of(client, OFFICE)
    with CaptureQueriesContext(connection) as asked:
        page = text_of(client, OFFICE)
    assert "Counted on Sunday, 20 December 2026, at 10:00." in page
    assert len(asked) <= MOST_QUERIES, "\n".join(one["sql"][:160] for one in asked)
    # What came in since is counted on demand, or tonight.
    make_submission(status="answered", unit=unit)
    assert cases_on(client, OFFICE) == "1"
    rw = make_area("RW 09", level="rw")
    make_submission(status="answered", unit=unit, rw="09")
    narrowed = f"{OFFICE}?wilayah={rw.slug}"
    assert "Counted just now." in text_of(client, narrowed)
    time_machine.move_to(AT + ASKED_FOR / 2, tick=False)
    with CaptureQueriesContext(connection) as asked:
        assert "at 10:00." in text_of(client, narrowed)
    assert len(asked) <= MOST_QUERIES, "\n".join(one["sql"][:160] for one in asked)
    make_submission(status="answered", unit=unit, rw="09")
    assert cases_on(client, narrowed) == "1", "what was counted a moment ago is at hand"
    time_machine.move_to(AT + ASKED_FOR, tick=False)
    assert cases_on(client, narrowed) == "2"
    forget_asked(AT + 3 * ASKED_FOR)
    assert not Evaluation.objects.filter(subject__startswith="asked").exists()


def cases_on(client: Client, address: str) -> str:
    sections = client.get(address).context["sections"]
    return next(tile.value for one in sections for tile in one.tiles if tile.key == "cases")


def test_counting_again_is_done_by_the_worker_and_not_every_second(time_machine: Any) -> None:
    unit = make_organization()
    client = head()
    count_office("2026", None, AT)
    make_submission(status="answered", unit=unit)
    answer = client.post("/en/admin/kinerja/hitung/", {"periode": "2026"}, follow=True)
    assert b"less than a minute ago" in answer.content
    assert not Job.objects.exists()
    time_machine.move_to(AT + timedelta(minutes=2), tick=False)
    client.post("/en/admin/kinerja/hitung/", {"periode": "2026", "unit": "tidak-ada"})
    Worker().run_waiting()
    assert cases_on(client, OFFICE) == "1"
    assert Evaluation.objects.inner().filter(subject="office", period="2026").count() == 1


def test_what_cannot_be_counted_keeps_nothing_else_from_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = campaign_with_rating(make_organization())

    def broken(*_scope: Any, **_more: Any) -> Any:
        raise ArithmeticError("Of nothing.")

    monkeypatch.setattr(keeping, "office_document", broken)
    assert count_all(AT) == 1
    assert [one.subject for one in Evaluation.objects.inner()] == [f"campaign:{campaign.slug}"]
    assert "could not be counted" in caplog.text


def test_a_long_list_of_targets_is_named_in_two_questions(django_assert_num_queries: Any) -> None:
    rws = [make_area(f"RW 0{number}", level="rw") for number in range(1, 5)]
    lansia = make_audience("Lansia", slug="lansia")
    keys = [
        f"{measure}:{who}:{rw.slug}"
        for rw in rws
        for measure in ("came", "homes_met")
        for who in ("", "lansia")
    ]
    with django_assert_num_queries(2):
        names = labels_of("target", [*keys, "posts::", "came:gone:gone"])
    assert len(set(names.values())) == len(keys) + 2
    assert all(rws[0].long_name in name for key, name in names.items() if key.endswith(rws[0].slug))
    assert lansia.title in names[f"came:lansia:{rws[0].slug}"]
    assert names["came:gone:gone"].endswith(", gone, gone")


def test_an_older_count_replaces_no_newer_one_and_nothing_is_counted_of_what_is_gone() -> None:
    campaign = campaign_with_rating(make_organization())
    row = count_campaign(campaign, AT)
    older = row.document
    keep(f"campaign:{campaign.slug}", older, AT - timedelta(hours=1))
    row.refresh_from_db()
    assert row.counted_at == AT
    assert recount(f"campaign:{campaign.slug}", "", AT) == row
    assert recount("campaign:tidak-ada", "", AT) is None
    assert recount("unit:tidak-ada", "2026", AT) is None
    assert head().post("/en/admin/kinerja/hitung/", {"kampanye": "\0"}).status_code == 404
