"""Results for everybody: the same figures as staff have, without small groups, frozen when their time is over."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import Submission
from outreach.models import Campaign
from portal.evaluation.counting import office_document
from portal.evaluation.freezing import freeze_due
from portal.evaluation.models import Evaluation
from portal.evaluation.publishing import is_over_for_good, months_over, public_document, publish
from portal.shared import content_version
from tests.builders import make_portal, make_submission
from tests.evaluation_world import published_campaign, results

pytestmark = pytest.mark.django_db
JAKARTA = timezone.get_fixed_timezone(7 * 60)
AT = datetime(2026, 11, 22, 9, tzinfo=JAKARTA)
OCTOBER = datetime(2026, 10, 7, 9, tzinfo=JAKARTA)


def cases(number: int, at: datetime, **facts: Any) -> None:
    for day in range(number):
        make_submission(at=at + timedelta(days=day % 20), **facts)


@pytest.mark.parametrize(
    ("day", "is_over"),
    [("2026-10-31", False), ("2026-11-14", False), ("2026-11-15", True), ("2027-01-01", True)],
)
@pytest.mark.any_engine
def test_a_month_is_over_for_good_two_weeks_after_its_last_day(day: str, is_over: bool) -> None:
    at = datetime.fromisoformat(f"{day}T00:30:00+07:00")
    assert is_over_for_good("2026-10", at) is is_over


@pytest.mark.any_engine
def test_months_over_cross_the_year_and_a_year_ends_with_december() -> None:
    assert months_over(date(2025, 12, 5), datetime(2026, 2, 20, tzinfo=JAKARTA)) == ["2025-12", "2026-01"]
    assert not is_over_for_good("2025", datetime(2026, 1, 14, 12, tzinfo=JAKARTA))
    assert is_over_for_good("2025", datetime(2026, 1, 15, 12, tzinfo=JAKARTA))


def test_a_closed_month_is_counted_once_and_never_again(client: Client) -> None:
    make_portal()
    cases(12, OCTOBER)
    Submission.objects.update(due_on=date(2026, 10, 30))
    assert freeze_due(AT) == 2
    first = public_document("office", "2026-10")
    assert first is not None
    assert first.figures["cases"].value == 12
    page = client.get("/en/kinerja/?periode=2026-10").content.decode()
    assert "12 messages were answered after the promised day" in page
    cases(6, OCTOBER)
    assert freeze_due(AT + timedelta(days=1)) == 0
    assert public_document("office", "2026-10") == first
    assert office_document("2026-10", AT).figures["cases"].value == 18


def test_the_running_month_is_not_published_and_the_year_is_the_sum_of_frozen_months() -> None:
    cases(12, OCTOBER - timedelta(days=40))
    cases(7, OCTOBER)
    cases(9, AT - timedelta(days=1))
    freeze_due(AT)
    periods = Evaluation.objects.public().filter(subject="office").values_list("period", flat=True)
    assert set(periods) == {"2026", "2026-08", "2026-09", "2026-10"}
    months = [public_document("office", one) for one in ("2026-08", "2026-09", "2026-10")]
    year = public_document("office", "2026")
    assert year is not None
    shown = [month.figures["cases"].value for month in months if month]
    # August is a month of four: the year does not tell of it either.
    assert year.figures["cases"].value == (None if None in shown else sum(shown))  # type: ignore[arg-type]
    assert Evaluation.objects.public().get(period="2026").frozen_at is None


def test_publishing_again_changes_nothing_and_what_is_final_stays() -> None:
    document = results("campaign:x")
    kept = publish(document, AT, is_final=False)
    version = content_version.current()
    publish(document, AT + timedelta(days=1))
    assert content_version.current() == version
    assert Evaluation.objects.public().get() == kept
    publish(document, AT, is_final=True)
    assert Evaluation.objects.public().get().frozen_at == AT
    publish(results("campaign:x", late="word"), AT + timedelta(days=2), is_final=True)
    assert Evaluation.objects.public().get().document.words == {}


def test_withdrawing_a_campaign_takes_its_results_away() -> None:
    campaign = published_campaign()
    assert public_document(f"campaign:{campaign.slug}")
    campaign.withdraw(by="tests", at=AT)
    freeze_due(AT)
    assert public_document(f"campaign:{campaign.slug}") is None


@pytest.mark.any_engine
def test_the_page_of_a_campaign_and_its_file_say_the_same_and_hide_the_same(client: Client) -> None:
    make_portal()
    campaign = published_campaign()
    page = client.get("/en" + reverse("evaluation:campaign", args=[campaign.slug])).content.decode()
    for words in ("60%", "60 of 100", "3.33", "Rp1,500,000"):
        assert words in page
    file = client.get(reverse("evaluation:campaign_csv", args=[campaign.slug]))
    rows = list(csv.DictReader(StringIO(file.content.decode())))
    by_measure = {(row["table"], row["key"], row["measure"]): row for row in rows}
    assert by_measure["", "", "came"]["value"] == "60"
    assert (
        by_measure["", "", "walk_ins"] | {"value": "", "is_hidden": "true"} == by_measure["", "", "walk_ins"]
    )
    assert by_measure["came_by_sex", "women", "people"]["value"] == "40"


@pytest.mark.any_engine
def test_the_overview_says_what_went_wrong_as_plainly_as_what_went_well(client: Client) -> None:
    make_portal()
    publish(results("office", "2026-10"), AT, is_final=True)
    page = client.get("/en" + reverse("evaluation:overview")).content.decode()
    assert "36 of 40" in page
    assert "90%" in page
    assert "4 messages were answered after the promised day" in page
    file = client.get(f"{reverse('evaluation:office_csv')}?periode=2026-10").content.decode()
    assert "on_time_rate,percent,90,36,40" in file


@pytest.mark.any_engine
@pytest.mark.parametrize("asked", ["2026-13", "x", "1999", "2026-09", "'"])
def test_a_period_nobody_published_is_not_found(client: Client, asked: str) -> None:
    make_portal()
    publish(results("office", "2026-10"), AT, is_final=True)
    for name in ("overview", "office_csv"):
        assert client.get(reverse(f"evaluation:{name}"), {"periode": asked}).status_code == 404


@pytest.mark.any_engine
def test_a_campaign_without_results_has_no_page_and_its_own_page_no_door(client: Client) -> None:
    make_portal()
    campaign = published_campaign()
    address = reverse("evaluation:campaign", args=[campaign.slug])
    assert address in client.get(campaign.get_absolute_url()).content.decode()
    Evaluation.objects.all().delete()
    content_version.bump()
    assert client.get(address).status_code == 404
    assert address not in client.get(campaign.get_absolute_url()).content.decode()


@pytest.mark.any_engine
def test_pages_ask_little_however_many_campaigns_there_are(client: Client) -> None:
    make_portal()
    campaigns = [published_campaign(slug=f"kampanye-{number}") for number in range(12)]
    publish(results("office", "2026-10"), AT, is_final=True)
    limits = {
        reverse("evaluation:overview"): 12,
        reverse("evaluation:campaigns"): 12,
        reverse("evaluation:campaign", args=[campaigns[0].slug]): 14,
    }
    for address, most in limits.items():
        content_version.bump()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= most, (address, [one["sql"] for one in asked])
    assert Campaign.objects.count() == 12
