"""What a case is promised: the most exact rule, in working days of its unit, with waiting given back."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback import deadlines
from feedback.counting import pace_of
from feedback.deadlines import Calendars
from feedback.models import DeadlineRule, Submission, UnitCalendar
from services.data_files import DATA_DIR, numbered_rows
from services.models import ClosedDay, Organization
from tests.builders import make_category, make_closed_day, make_organization, make_service, make_submission

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")


def on(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=WIB)


def rule(answer_days: int | None, verify_days: int | None = None, **about: Any) -> DeadlineRule:
    made: DeadlineRule = DeadlineRule.objects.create(
        answer_days=answer_days, verify_days=verify_days, source=f"Contoh {answer_days}", **about
    )
    return made


@pytest.fixture
def holidays() -> None:
    """The closed days the portal is delivered with."""
    rows = [row for _number, row in numbered_rows(DATA_DIR / "common" / "closed_days.csv")]
    ClosedDay.objects.bulk_create(
        ClosedDay(date=row["date"], name=row["name"], kind=row["kind"]) for row in rows
    )


@pytest.mark.usefixtures("holidays")
@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-21", 3, "2026-11-25"),
        ("2026-11-21", 5, "2026-11-27"),
        ("2026-11-21", 14, "2026-12-10"),
        ("2026-11-21", 60, "2027-02-19"),
        ("2026-12-18", 3, "2026-12-23"),
        ("2026-12-18", 5, "2026-12-29"),
        ("2026-12-18", 14, "2027-01-13"),
        ("2026-03-13", 5, "2026-03-27"),
        ("2027-05-07", 14, "2027-06-03"),
    ],
)
def test_the_days_of_the_reference_calendar(received: str, days: int, due: str) -> None:
    rule(days, kind="complaint")
    case = make_submission(at=on(received))
    assert (case.due_on, case.promised_days, case.promise_source) == (
        date.fromisoformat(due),
        days,
        f"Contoh {days}",
    )


def test_the_day_of_receipt_is_the_portals_not_that_of_the_server() -> None:
    rule(1, kind="complaint")
    # Thursday half past midnight in Jakarta, still Wednesday in Greenwich.
    case = make_submission(at=datetime(2026, 11, 19, 0, 30, tzinfo=WIB))
    assert case.due_on == date(2026, 11, 20)
    assert make_submission(at=datetime(2026, 11, 18, 23, 30, tzinfo=WIB)).due_on == date(2026, 11, 19)


def test_without_a_rule_nothing_is_promised() -> None:
    rule(None, verify_days=3)
    case = make_submission(kind="suggestion", at=on("2026-11-18"))
    assert (case.due_on, case.promised_days, case.promise_source) == (None, None, "")
    assert case.verify_by == date(2026, 11, 23)


def test_the_most_exact_rule_decides() -> None:
    agency = make_organization("Dinas")
    unit = make_organization("Suku dinas", parent=agency)
    sector = make_category("Lingkungan")
    topic = make_category("Sampah", parent=sector)
    case = Submission(kind="complaint", unit=unit, category=topic)
    for days, about in (
        (20, {}),
        (14, {"kind": "complaint"}),
        (12, {"kind": "complaint", "nature": "ordinary"}),
        (60, {"kind": "complaint", "nature": "oversight"}),
        (10, {"category": sector}),
        (9, {"category": topic}),
        (7, {"unit": agency}),
        (5, {"unit": unit}),
        (4, {"unit": unit, "category": topic}),
        (2, {"unit": make_organization("Lain")}),
        (1, {"kind": "question"}),
    ):
        before = deadlines.rule_for(case)
        made = rule(days, **about)
        found = deadlines.rule_for(case)
        expected = before if days in {60, 2, 1} else made
        assert found == expected, days
    case.is_oversight = True
    case.unit = case.category = None
    longest = deadlines.rule_for(case)
    assert str(longest) == "Masalah, perlu pemeriksaan, 60 hari kerja"
    assert str(DeadlineRule()) == "semua jenis"


def test_a_rule_about_answering_leaves_the_one_about_verifying() -> None:
    rule(None, verify_days=3)
    rule(14, kind="complaint")
    case = make_submission(at=on("2026-11-18"))
    assert (case.verify_by, case.due_on) == (date(2026, 11, 23), date(2026, 12, 8))


def test_the_unit_and_topic_of_the_service_stand_in() -> None:
    unit = make_organization("Dukcapil")
    service = make_service(organization=unit)
    rule(14, kind="complaint")
    rule(2, unit=unit)
    assert make_submission(service=service, at=on("2026-11-18")).due_on == date(2026, 11, 20)


def test_a_unit_may_work_on_saturdays_and_on_collective_leave() -> None:
    agency = make_organization("Dinas")
    unit = make_organization("Puskesmas", parent=agency)
    make_closed_day(date(2026, 11, 19), kind=ClosedDay.Kind.COLLECTIVE_LEAVE)
    make_closed_day(date(2026, 11, 20))
    rule(2, kind="complaint")
    assert make_submission(unit=unit, at=on("2026-11-18")).due_on == date(2026, 11, 24)
    # For the unit below too.
    calendar = UnitCalendar.objects.create(unit=agency, days="123456", works_on_collective_leave=True)
    assert make_submission(unit=unit, at=on("2026-11-18")).due_on == date(2026, 11, 21)
    UnitCalendar.objects.create(unit=unit, days="12345")
    assert make_submission(unit=unit, at=on("2026-11-18")).due_on == date(2026, 11, 24)
    calendar.days = "6543"
    with pytest.raises(ValidationError):
        calendar.full_clean()
    calendar.days = ""
    with pytest.raises(ValidationError):
        calendar.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        calendar.save()


def test_a_closing_of_one_place_stops_no_clock(django_assert_max_num_queries: Any) -> None:
    make_closed_day(date(2026, 11, 19))
    with django_assert_max_num_queries(2):
        assert deadlines.closed_days() == {date(2026, 11, 19)}


@pytest.mark.parametrize(
    ("asked", "heard", "waited", "due"),
    [
        ("2026-11-19", "2026-11-19", 0, "2026-11-25"),
        ("2026-11-19", "2026-11-20", 1, "2026-11-26"),
        # Over a weekend: Friday to Monday is one working day.
        ("2026-11-20", "2026-11-23", 1, "2026-11-26"),
        ("2026-11-20", "2026-11-22", 0, "2026-11-25"),
        ("2026-11-19", "2026-12-03", 10, "2026-12-09"),
    ],
)
def test_working_days_waited_are_given_back(asked: str, heard: str, waited: int, due: str) -> None:
    rule(5, kind="complaint")
    case = make_submission(at=on("2026-11-18"))
    case.verify(by=None, at=on("2026-11-18", 10))
    case.ask("Di gang mana?", by=None, at=on(asked))
    left = deadlines.days_left(case, on(asked))
    case.hear("Gang Mawar.", at=on(heard, 10), form_key_hash="a")
    case.refresh_from_db()
    assert (case.waited_days, case.due_on) == (waited, date.fromisoformat(due))
    assert deadlines.days_left(case, on(heard)) == left or on(heard).isoweekday() > 5
    assert case.promised_days == 5


def test_a_question_before_reading_gives_back_the_days_to_read_too() -> None:
    rule(5, verify_days=3, kind="complaint")
    case = make_submission(at=on("2026-11-18"))
    case.ask("Di gang mana?", by=None, at=on("2026-11-18", 11))
    case.hear("Gang Mawar.", at=on("2026-11-20"), form_key_hash="a")
    assert (case.verify_by, case.due_on) == (date(2026, 11, 25), date(2026, 11, 27))
    # Promised anew, because it was a question and not a complaint: the days waited stay given back.
    rule(1, kind="question")
    case.correct(by=None, kind="question")
    assert case.due_on == date(2026, 11, 23)


def test_a_late_case_is_as_late_after_waiting_as_before() -> None:
    rule(1, kind="complaint")
    case = make_submission(status="assigned", at=on("2026-11-16"))
    assert deadlines.days_left(case, on("2026-11-19")) == -2
    case.ask("Di gang mana?", by=None, at=on("2026-11-19"))
    assert not case.is_late(on("2026-11-26")), "while it waits for the resident nobody is late"
    case.take_question_back(by=None, at=on("2026-11-26"))
    assert deadlines.days_left(case, on("2026-11-26")) == -2
    assert case.is_late(on("2026-11-26"))


def test_corrected_before_it_is_verified_it_is_promised_anew() -> None:
    rule(14, kind="complaint", nature="ordinary")
    rule(60, kind="complaint", nature="oversight")
    rule(5, kind="question")
    case = make_submission(at=on("2026-11-18"))
    case.correct(by=None, kind="question")
    assert case.due_on == date(2026, 11, 25)
    case.verify(by=None, kind="complaint", is_oversight=True)
    case.refresh_from_db()
    assert (case.status, case.promised_days) == ("verified", 60)
    # From now on the resident counts on it.
    kept = case.due_on
    case.correct(by=None, is_oversight=False, kind="question")
    case.refresh_from_db()
    assert (case.kind, case.due_on, case.promised_days) == ("question", kept, 60)


def test_a_rule_changed_later_changes_no_promise() -> None:
    one = rule(5, kind="complaint")
    case = make_submission(at=on("2026-11-18"))
    one.answer_days = 1
    one.save()
    case.verify(by=None, title="Lampu mati")
    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 25)


def test_a_reopened_case_gets_a_promise_of_its_own() -> None:
    rule(5, kind="complaint")
    case = make_submission(status="answered", at=on("2026-11-18"))
    assert case.status_changes.last().due_on == date(2026, 11, 25)
    case.rate("not", at=on("2026-12-01"))
    case.refresh_from_db()
    assert (case.due_on, case.waited_days, case.answered_at, case.closed_at) == (
        date(2026, 12, 8),
        0,
        None,
        None,
    )
    # Nor was it the office that let the days between the answer and “not yet” pass.
    assert case.rested_days == 9
    case.ask("Lampu yang mana?", by=None, at=on("2026-12-02"))
    case.take_question_back(by=None, at=on("2026-12-03"))
    case.answer("Sudah.", by=None, at=on("2026-12-04"))
    pace = pace_of(case, Calendars())
    assert pace is not None
    assert (pace.days, pace.waited) == (2, 10)
    # The first promise is still known.
    assert case.status_changes.filter(to_status="answered")[0].due_on == date(2026, 11, 25)


def test_the_first_day_after_the_promise_is_late() -> None:
    rule(1, kind="complaint")
    case = make_submission(at=on("2026-11-18"))
    assert not case.is_late(on("2026-11-19", 23))
    assert case.is_late(on("2026-11-20", 0))
    assert [row.pk for row in Submission.objects.late(date(2026, 11, 20))] == [case.pk]
    assert not Submission.objects.late(date(2026, 11, 19)).exists()
    case.verify(by=None)
    case.answer("Sudah.", by=None)
    assert not case.is_late(on("2026-12-20"))


def test_a_circle_of_units_is_walked_once() -> None:
    one = make_organization("Satu")
    two = make_organization("Dua", parent=one)
    Organization.objects.filter(pk=one.pk).update(parent=two)
    assert len(list(deadlines.above(Organization.objects.get(pk=one.pk)))) == 2


def test_a_promise_costs_few_questions(django_assert_max_num_queries: Any) -> None:
    rule(5, kind="complaint")
    case = Submission(kind="complaint")
    with django_assert_max_num_queries(3):
        deadlines.promise(case, timezone.now())
    assert case.due_on is not None
    assert case.due_on > (timezone.localtime() + timedelta(days=4)).date()
