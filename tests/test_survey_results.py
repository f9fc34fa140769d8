"""What everybody reads of a survey: n beside every index, the weakest first, small groups held back."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.answer_tables import every_row, read
from feedback.models import FollowUp
from feedback.survey_privacy import HELD_BACK, shown_counts, without_the_rare
from feedback.survey_report import Report
from tests.builders import kept, make_organization, make_portal, make_service
from tests.reading import read as page_of
from tests.surveys import make_response, make_responses, make_survey, published_survey

pytestmark = pytest.mark.django_db

SLOW = "442444444"


@pytest.fixture(autouse=True)
def today(time_machine: Any, now: Any) -> None:
    time_machine.move_to(now, tick=False)


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_only_published_results_are_public() -> None:
    for state in ("draft", "open", "closed"):
        survey = make_survey(state=state)
        for end in ("", "lembar/", "jawaban.csv"):
            assert Client().get(f"/survei/hasil/{survey.slug}/{end}").status_code == 404
        assert survey.subject not in Client().get("/survei/hasil/").content.decode()


def test_the_result_shows_index_n_grade_and_the_weakest_first() -> None:
    survey = published_survey(*[SLOW] * 12, population=1000)
    kept(
        FollowUp(
            survey=survey, element="time", action="Tambah loket Senin", who="Seksi", by_when=date(2027, 1, 4)
        )
    )
    text = page_of(Client(), f"/survei/hasil/{survey.slug}/")
    report = Report(survey)
    assert report.verified.weakest[0].element.key == "time"
    # (8 × 4 + 2) ÷ 9 × 25 = 94.44
    for words in ("94,44", "12", "278", "Tambah loket Senin", "14/2017", "1/9"):
        assert words in text
    shown = words_of(text)
    assert re.search(r"94,44 .{0,60}\b12\b", shown)
    assert "94.44" in page_of(Client(), f"/en/survei/hasil/{survey.slug}/")
    assert "94,44" in page_of(Client(), "/survei/hasil/")


def test_few_respondents_get_no_grade_and_very_few_no_elements() -> None:
    nine = Report(published_survey(*["444444444"] * 9))
    assert (nine.verified.grade, nine.verified.n, nine.has_rows) == ("", 9, False)
    assert nine.verified.lines
    four = Report(published_survey(*["444444444"] * 4))
    assert (four.verified.lines, four.groups) == ([], [])
    # All of them said the same, which the index would tell.
    assert (four.verified.n, four.verified.index, four.verified.value) == (4, None, None)


def test_nobody_answered_is_said_in_words() -> None:
    survey = make_survey(state="published")
    for end in ("", "lembar/"):
        text = page_of(Client(), f"/survei/hasil/{survey.slug}/{end}")
        assert ",00" not in text.split('id="bands"')[0]
    assert Client().get(f"/survei/hasil/{survey.slug}/jawaban.csv").status_code == 404


def test_answers_of_the_counter_are_no_part_of_the_index() -> None:
    survey = make_survey()
    make_responses(survey, ["111111111"] * 12, source="counter")
    make_responses(survey, ["444444444"] * 10)
    survey.close(by=None)
    survey.publish(by=None)
    report = Report(survey)
    assert (report.verified.n, report.verified.index) == (10, 100)
    assert (report.not_verified.n, report.not_verified.index) == (12, 25)
    text = words_of(page_of(Client(), f"/survei/hasil/{survey.slug}/"))
    assert text.index("100,00") < text.index("25,00")


def test_services_of_a_unit_show_from_ten_respondents_on() -> None:
    survey = make_survey(state="closed")
    often = make_service("Mengurus KTP", organization=survey.unit)
    seldom = make_service("Mengurus KK", organization=survey.unit)
    make_responses(survey, ["333333333"] * 10, service=often)
    make_responses(survey, ["333333333"] * 9, service=seldom)
    [(name, finding)] = Report(survey).services
    assert (name, finding.n, finding.grade) == (often.name, 10, "C")


def test_nobody_computes_what_the_few_said_from_the_others_and_the_whole() -> None:
    survey = make_survey(state="closed")
    services = [make_service(f"Layanan {number}", organization=survey.unit) for number in range(3)]
    for service, answers in zip(
        services, (["333333333"] * 20, ["444444444"] * 11, ["111111111"] * 4), strict=True
    ):
        make_responses(survey, answers, service=service)
    assert [name for name, _finding in Report(survey).services] == [services[0].name]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"L": 20, "P": 9}, {"L": 20, "P": 9}),
        ({"L": 5, "P": 0}, {"L": 5, "P": 0}),
        ({"L": 4, "P": 9}, {"L": None, "P": None}),
        ({"SD": 4, "SMP": 3, "SMA": 30}, {"SD": None, "SMP": None, "SMA": 30}),
        ({"SD": 1, "SMP": 7, "SMA": 30}, {"SD": None, "SMP": None, "SMA": 30}),
        ({"L": 3}, {"L": None}),
    ],
)
def test_small_groups_and_what_would_tell_them_are_held_back(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert shown_counts(counts) == shown


def test_every_combination_in_the_file_is_shared_by_five() -> None:
    survey = make_survey(state="closed")
    for number in range(24):
        make_response(
            survey,
            sex="LP"[number % 2],
            education=("SMA", "SMA", "S3")[number % 3] if number < 23 else "SD",
            age_band="26-35",
            job=("PNS", "TNI")[number == 3],
            answered_on=date(2026, 11, 1 + number % 9),
        )
    rows = Report(survey).rows()
    assert len(rows) == 24
    attributes = ("verified", "month", "service", "sex", "age_band", "education", "job")
    seen = [tuple(row[name] for name in attributes) for row in rows]
    for one in set(seen):
        assert seen.count(one) >= 5 or set(one[1:]) == {HELD_BACK}
    assert "SD" not in {row["education"] for row in rows}
    assert all(re.fullmatch(r"\d{4}-\d\d|\*", row["month"]) for row in rows)


def test_whoever_is_alone_says_nothing_but_the_answers() -> None:
    alone = {
        "verified": "yes",
        "month": "2026-11",
        "service": "",
        "sex": "L",
        "age_band": "",
        "education": "",
        "job": "",
    }
    [row] = without_the_rare([alone], fixed=("verified",))
    assert {row[name] for name in ("month", "service", "sex", "age_band", "education", "job")} == {HELD_BACK}


def test_the_file_gives_the_same_index_when_it_is_read_back() -> None:
    survey = published_survey(*[SLOW] * 9, "-4444444-", "333333333")
    make_at = Client().get(f"/survei/hasil/{survey.slug}/jawaban.csv")
    assert make_at.headers["Content-Type"].startswith("text/csv")
    table = read(every_row(make_at.content), None)
    assert not table.problems
    assert table.result == survey.responses.result()
    lines = list(csv.reader(io.StringIO(make_at.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][0] == "verified"
    assert len(lines) == 12


def test_the_service_page_shows_the_index_with_n_and_nothing_before() -> None:
    make_portal()
    service = make_service(organization=make_organization())
    address = f"/layanan/{service.slug}/"
    assert 'id="satisfaction"' not in page_of(Client(), address)
    published_survey(*[SLOW] * 11, unit=service.organization)
    of_unit = words_of(page_of(Client(), address).split('id="satisfaction"')[1])
    assert "94,44" in of_unit
    assert "11" in of_unit
    published_survey(*["333333333"] * 10, unit=service.organization, service=service)
    assert "75,00" in page_of(Client(), address).split('id="satisfaction"')[1]


def test_an_example_says_so_everywhere() -> None:
    survey = published_survey(is_example=True)
    for end in ("", "lembar/"):
        assert "tag--new" in page_of(Client(), f"/survei/hasil/{survey.slug}/{end}")
    assert "tag--new" in page_of(Client(), "/survei/hasil/")


@pytest.mark.parametrize("end", ["", "lembar/", "jawaban.csv"])
def test_a_result_takes_as_many_questions_for_many_respondents_as_for_few(end: str) -> None:
    make_portal()
    small, large = published_survey(), published_survey(*["434344434"] * 30)
    Client().get(f"/survei/hasil/{small.slug}/{end}")
    counts = []
    for survey in (small, large):
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(f"/survei/hasil/{survey.slug}/{end}?x={survey.pk}").status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 14


def test_the_list_of_results_asks_a_bounded_number_of_questions() -> None:
    for _number in range(12):
        published_survey("444444444")
    with CaptureQueriesContext(connection) as queries:
        page_of(Client(), "/survei/hasil/")
    assert len(queries) <= 16
