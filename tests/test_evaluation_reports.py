"""Reports as PDF: made once in the background, gone on with where they stopped, read by whoever may; the yearly SKM."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from feedback.models import FollowUp, SurveyResponse
from feedback.satisfaction import LIST_ORDER
from outreach.models import EventRating
from portal.evaluation import reporting
from portal.evaluation.models import STUCK_AFTER, Report
from portal.evaluation.papers.quoting import taken_back, without
from portal.evaluation.papers.survey_year import SurveyYear
from portal.evaluation.reporting import ask, ask_again, forget_old, make_report, withdraw_all_quotes
from portal.shared import durable
from portal.shared.work.job import Job
from portal.shared.work.worker import Worker
from tests.builders import kept, make_organization, make_portal, make_service, make_submission
from tests.desk import make_officer, signed_in
from tests.surveys import make_responses, make_survey
from tests.test_evaluation_desk import campaign_with_rating

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 20, 3, tzinfo=UTC)
ASK = "/en/admin/kinerja/laporan/baru/"


@pytest.fixture(autouse=True)
def december(time_machine: Any, settings: Any, tmp_path: Path) -> None:
    settings.PERIODIC_WORK = []
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(AT, tick=False)
    make_portal()


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def asked(kind: str = "month", **more: Any) -> Report:
    given = {"period": "2026-11", "by": None, "at": AT, "language": "en"} | more
    return ask(kind, **given)


# Made in the background ---------------------------------------------------------------------------------------


def test_a_report_is_asked_for_watched_and_read(tmp_path: Path) -> None:
    unit = make_organization()
    campaign = campaign_with_rating(unit)
    make_submission(status="answered", unit=unit)
    client = signed_in(make_officer("coordinator"))
    form = {"jenis": "campaign", "kampanye": campaign.slug}
    answer = client.post(ASK, form)
    assert answer.status_code == 302
    page = answer.headers["Location"]
    waiting = client.get(page).content.decode()
    assert "Waiting for its turn" in waiting
    assert 'http-equiv="refresh"' in waiting
    # Asked a second time, by whomever: the same report.
    assert client.post(ASK, form).headers["Location"] == page
    assert Report.objects.count() == Job.objects.count() == 1
    assert client.get(f"{page}berkas.pdf").status_code == 404
    Worker().run_waiting()
    done = client.get(page).content.decode()
    assert "The report is ready." in done
    assert "http-equiv" not in done
    file = client.get(f"{page}berkas.pdf")
    assert file.headers["Content-Type"] == "application/pdf"
    assert "no-store" in file.headers["Cache-Control"]
    told = words_of(file.content)
    assert campaign.title in told
    assert "Antreannya panjang." in told
    assert "Kata aslinya" not in told
    # The sentence is taken back: it leaves the paper, and nothing else on it moves.
    other = asked("campaign", campaign=campaign, period="")
    make_report(other.pk, AT)
    Job.objects.all().delete()
    EventRating.objects.get().take_back(by=None, at=AT)
    EventRating.objects.all().delete()
    answer = client.get(f"{page}berkas.pdf", follow=True)
    assert "was taken back" in answer.content.decode()
    assert "Waiting for its turn" in answer.content.decode()
    assert withdraw_all_quotes(AT) == 1, "the other one is found at night"
    other.refresh_from_db()
    assert other.state == "failed", "two alike are not made at the same time"
    Worker().run_waiting()
    anew = words_of(client.get(f"{page}berkas.pdf").content)
    assert "Antreannya" not in anew
    assert "In the words of residents" not in anew
    assert "People who rated it 1" in told
    assert "People who rated it 1" in anew
    assert withdraw_all_quotes(AT) == 0
    assert files(tmp_path) == [Report.objects.get(state="done").file]
    # Counted by the release before, without the rows, it is finished all the same.
    older = {"parts": [{"blocks": [{"is": "quotes", "lines": [{"text": "Ada.", "about": "-"}]}]}]}
    assert (taken_back(older), without(older, {0})) == ({0}, {"parts": []})


def test_a_page_of_a_report_says_which_it_is() -> None:
    campaign = campaign_with_rating(make_organization())
    client = signed_in(make_officer("coordinator"))
    for report, title in (
        (asked(), "Monthly meeting November 2026"),
        (asked("campaign", period="", campaign=campaign), f"Campaign: {campaign.title}"),
    ):
        assert f"<h1>{title}</h1>" in client.get(f"/en/admin/kinerja/laporan/{report.pk}/").content.decode()


def test_two_alike_are_never_made_at_the_same_time() -> None:
    asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(kind="month", period="2026-11", language="en", asked_at=AT)
    assert asked(period="2026-10").pk != asked().pk


@pytest.mark.any_engine
def test_a_report_is_read_by_its_unit_and_by_those_who_work_for_all(tmp_path: Path) -> None:
    mine, other = make_organization("Satuan A"), make_organization("Satuan B")
    reports = [
        asked(unit=mine),
        asked(unit=other),
        asked(),
        asked("campaign", campaign=campaign_with_rating(mine)),
    ]
    for one in reports:
        make_report(one.pk, AT)
    seen = {
        name: [
            client.get(reverse("evaluation_desk:report_file", args=[one.pk])).status_code == 200
            for one in reports
        ]
        for name, client in (
            ("auditor", signed_in(make_officer("auditor"))),
            ("unit", signed_in(make_officer("unit officer", mine))),
        )
    }
    assert seen == {"auditor": [True] * 4, "unit": [True, False, False, True]}
    assert len(files(tmp_path)) == 4


@pytest.mark.any_engine
def test_a_unit_officer_asks_for_the_own_unit_alone() -> None:
    mine, other = make_organization("Satuan A"), make_organization("Satuan B")
    client = signed_in(make_officer("unit officer", mine))
    client.post(ASK, {"jenis": "month", "periode": "2026-11"})
    assert Report.objects.get().unit == mine
    foreign = campaign_with_rating(other)
    for sent in (
        {"jenis": "month", "unit": other.slug},
        {"jenis": "campaign", "kampanye": foreign.slug},
        {"jenis": "campaign"},
        {"jenis": "lain", "periode": "1999\x00"},
    ):
        assert client.post(ASK, sent).status_code == 200
    assert Report.objects.count() == 1


# Trouble ------------------------------------------------------------------------------------------------------


@pytest.mark.any_engine
def test_a_report_the_storage_refuses_says_so_and_is_made_when_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = asked()

    def refuse(name: str, content: bytes) -> str:
        raise durable.StorageTrouble

    with monkeypatch.context() as broken:
        broken.setattr(durable, "store", refuse)
        Worker().run_waiting()
    report.refresh_from_db()
    assert (report.state, report.trouble, report.file) == ("failed", "storage", "")
    client = signed_in(make_officer("coordinator"))
    page = reverse("evaluation_desk:report", args=[report.pk])
    assert "The storage for files did not take it" in client.get(f"/en{page}").content.decode()
    client.post(f"{page}lagi/")
    Worker().run_waiting()
    report.refresh_from_db()
    assert report.state == "done"
    assert files(tmp_path) == [report.file]
    client.post(f"{page}lagi/")
    assert Job.objects.filter(status="READY").count() == 0


def test_an_attempt_goes_on_where_the_last_one_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = asked()
    with monkeypatch.context() as broken:
        broken.setattr(reporting, "pdf_of", lambda content: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_report(report.pk, AT)
    report.refresh_from_db()
    assert report.state == "failed"
    assert report.content is not None
    # Counting again would fail now.
    monkeypatch.setattr(reporting, "paper_of", lambda report, at: 1 / 0)
    make_report(report.pk, AT)
    report.refresh_from_db()
    assert (report.state, report.progress, report.content) == ("done", 100, None)
    # Done again it does nothing, whoever queued it.
    make_report(report.pk, AT)
    make_report(report.pk + 1000, AT)
    assert files(tmp_path) == [report.file]


@pytest.mark.any_engine
def test_an_attempt_that_was_overtaken_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = asked()
    honest = reporting.pdf_of

    def slowly(content: Any) -> bytes:
        with monkeypatch.context() as quick:
            quick.setattr(reporting, "pdf_of", honest)
            make_report(report.pk, AT)
        return honest(content)

    monkeypatch.setattr(reporting, "pdf_of", slowly)
    make_report(report.pk, AT)
    report.refresh_from_db()
    assert report.state == "done"
    assert files(tmp_path) == [report.file]


def test_a_report_its_worker_left_can_be_asked_for_again() -> None:
    report = asked()
    Report.objects.filter(pk=report.pk).update(state="running", moved_at=AT)
    report.refresh_from_db()
    assert not ask_again(report, at=AT + STUCK_AFTER)
    later = AT + STUCK_AFTER + timedelta(seconds=1)
    assert ask_again(report, at=later)
    assert report.state == "waiting"
    assert not ask_again(report, at=later)
    Report.objects.filter(pk=report.pk).update(state="failed")
    report.refresh_from_db()
    asked()
    with pytest.raises(ValidationError) as refused:
        ask_again(report, at=later)
    assert refused.value.code == "twice"


@pytest.mark.any_engine
def test_old_reports_go_with_their_files(tmp_path: Path) -> None:
    old, new = asked(at=AT - timedelta(days=500), period="2025-01"), asked()
    make_report(old.pk, AT)
    make_report(new.pk, AT)
    assert forget_old(AT) == 1
    assert list(Report.objects.values_list("pk", flat=True)) == [new.pk]
    assert len(files(tmp_path)) == 1


# The yearly satisfaction report -------------------------------------------------------------------------------


def survey_world() -> Any:
    unit = make_organization("Kelurahan Contoh")
    service = make_service("Mengurus surat pindah", organization=unit)
    first = make_survey(
        state="open", unit=unit, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), population=500
    )
    make_responses(first, ["434344434"] * 7 + ["3-2343332"] * 6, service=service, sex="P", education="SMA")
    make_responses(first, ["222222222"] * 3, source="counter")
    make_responses(make_survey(unit=unit, service=service), ["443434344"] * 5, sex="L")
    kept(
        FollowUp(
            survey=first,
            element="time",
            action="Loket kedua dibuka",
            who="Kasi Pelayanan",
            by_when=date(2027, 3, 1),
        )
    )
    make_responses(make_survey(unit=make_organization("Yang lain")), ["111111111"] * 20)
    return unit


def naive_index(unit: Any) -> tuple[int, dict[str, Fraction], Decimal]:
    """n, the mean of each element and the index, by loops over the raw rows."""
    sums, counts, n = dict.fromkeys(LIST_ORDER, 0), dict.fromkeys(LIST_ORDER, 0), 0
    for row in SurveyResponse.objects.values("survey__unit", "source", *LIST_ORDER):
        if row["survey__unit"] != unit.pk or row["source"] == "counter":
            continue
        n += 1
        for key in LIST_ORDER:
            if row[key] is not None:
                sums[key] += row[key]
                counts[key] += 1
    means = {key: Fraction(sums[key], counts[key]) for key in LIST_ORDER}
    index = sum(means.values(), Fraction(0)) / 9 * 25
    exact = Decimal(index.numerator) / Decimal(index.denominator)
    return n, means, exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_the_yearly_report_counts_what_the_raw_rows_say() -> None:
    unit = survey_world()
    year = SurveyYear(2026, unit)
    n, means, index = naive_index(unit)
    assert (year.verified.n, year.verified.index) == (n, index)
    assert {line.element.key: line.mean for line in year.verified.lines} == means
    assert [line.element.key for line in year.verified.weakest] == sorted(
        LIST_ORDER, key=lambda key: (means[key], LIST_ORDER.index(key))
    )[:3]
    assert year.not_verified.n == 3
    assert [(number, found.n) for number, found in year.trend] == [(2026, n)]
    assert SurveyYear(2025, unit).verified.index is None
    assert SurveyYear(2026).verified.n == n + 20


@pytest.mark.any_engine
def test_the_yearly_report_has_its_required_parts(tmp_path: Path) -> None:
    unit = survey_world()
    report = asked("skm", period="2026", unit=unit)
    make_report(report.pk, AT)
    report.refresh_from_db()
    content = durable.read(report.file)
    told = words_of(content)
    n, _means, index = naive_index(unit)
    for chapter in (
        "Legal basis",
        "Permenpan RB 14/2017",
        "Method",
        "Sample",
        "Krejcie and Morgan",
        "Who answered",
        "The nine elements",
        "Weakest elements",
        "Trend",
        "Follow-up plan (RTL)",
        "Loket kedua dibuka",
        "What became of the last plan",
        "Appendix: the questionnaire",
        "Head of Kelurahan Contoh",
    ):
        assert chapter in told, chapter
    assert str(index) in told
    assert f"n = {n}" in told
    # The smallest sample for 500 users, as the published table has it.
    assert "500 217 13 no" in told
    for number in range(1, 10):
        assert f"U{number} " in told
    assert "U8 Handling of complaints" in told
    assert "9 How are complaints of users handled?" in told
    assert len(PdfReader(io.BytesIO(content)).pages) <= 8


@pytest.mark.any_engine
def test_a_year_without_a_survey_says_so() -> None:
    report = asked("skm", period="2024")
    make_report(report.pk, AT)
    report.refresh_from_db()
    assert "No survey ended in this year" in words_of(durable.read(report.file))


@pytest.mark.any_engine
def test_a_report_of_a_campaign_needs_one_and_others_need_none() -> None:
    with pytest.raises(ValidationError):
        asked("campaign")
    with pytest.raises(ValidationError):
        asked("month", campaign=campaign_with_rating(make_organization()))
