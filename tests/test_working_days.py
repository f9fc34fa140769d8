"""Promises counted in days: every border has its weekday written beside it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.shared.working_days import (
    MONDAY_TO_FRIDAY,
    add_working_days,
    due_at,
    is_working_day,
    next_working_day,
    working_days_between,
)

pytestmark = pytest.mark.any_engine

WIB = ZoneInfo("Asia/Jakarta")
WIT = ZoneInfo("Asia/Jayapura")

NATIONAL_2026 = {date(2026, 3, 19), date(2026, 3, 21), date(2026, 3, 22), date(2026, 12, 25)}
COLLECTIVE_2026 = {
    date(2026, 3, 18),
    date(2026, 3, 20),
    date(2026, 3, 23),
    date(2026, 3, 24),
    date(2026, 12, 24),
}
YEAR_2027 = {
    date(2027, 1, 1),
    date(2027, 1, 5),
    date(2027, 2, 5),
    date(2027, 2, 6),
    date(2027, 5, 1),
    date(2027, 5, 6),
    date(2027, 5, 17),
    date(2027, 5, 18),
    date(2027, 5, 19),
    date(2027, 5, 20),
    date(2027, 6, 1),
}
CLOSED = NATIONAL_2026 | COLLECTIVE_2026 | YEAR_2027


@pytest.mark.parametrize(
    ("day", "weekday", "expected"),
    [
        ("2026-03-13", "Friday", True),
        ("2026-03-14", "Saturday", False),
        ("2026-03-15", "Sunday", False),
        ("2026-03-17", "Tuesday", True),  # the last working day before Idul Fitri
        ("2026-03-18", "Wednesday", False),  # collective leave
        ("2026-03-19", "Thursday", False),  # Nyepi
        ("2026-03-24", "Tuesday", False),  # collective leave
        ("2026-03-25", "Wednesday", True),  # the first working day after it
    ],
)
def test_a_working_day_is_neither_weekend_nor_closed(day: str, weekday: str, expected: bool) -> None:
    assert date.fromisoformat(day).strftime("%A") == weekday
    assert is_working_day(date.fromisoformat(day), CLOSED) is expected


def test_a_school_may_work_on_saturday_but_not_on_a_closed_saturday() -> None:
    monday_to_saturday = MONDAY_TO_FRIDAY | {6}
    assert is_working_day(date(2026, 11, 21), CLOSED, monday_to_saturday)  # Saturday
    assert not is_working_day(date(2026, 11, 22), CLOSED, monday_to_saturday)  # Sunday
    assert not is_working_day(date(2027, 2, 6), CLOSED, monday_to_saturday)  # Saturday, Imlek


@pytest.mark.parametrize(
    ("start", "from_weekday", "days", "expected", "to_weekday"),
    [
        # an ordinary week
        ("2026-11-23", "Monday", 1, "2026-11-24", "Tuesday"),
        ("2026-11-27", "Friday", 1, "2026-11-30", "Monday"),
        ("2026-11-26", "Thursday", 2, "2026-11-30", "Monday"),
        # received on a day off: the next working day is day 1
        ("2026-11-21", "Saturday", 1, "2026-11-23", "Monday"),
        ("2026-11-21", "Saturday", 3, "2026-11-25", "Wednesday"),
        ("2026-11-22", "Sunday", 3, "2026-11-25", "Wednesday"),
        ("2026-11-21", "Saturday", 5, "2026-11-27", "Friday"),
        ("2026-11-21", "Saturday", 14, "2026-12-10", "Thursday"),
        ("2026-11-21", "Saturday", 60, "2027-02-19", "Friday"),
        # zero: the same day, or the next day on which somebody works
        ("2026-11-23", "Monday", 0, "2026-11-23", "Monday"),
        ("2026-11-21", "Saturday", 0, "2026-11-23", "Monday"),
        ("2026-03-18", "Wednesday", 0, "2026-03-25", "Wednesday"),
        # Idul Fitri 2026: 18 to 24 March are off
        ("2026-03-13", "Friday", 2, "2026-03-17", "Tuesday"),
        ("2026-03-13", "Friday", 3, "2026-03-25", "Wednesday"),
        ("2026-03-13", "Friday", 5, "2026-03-27", "Friday"),
        ("2026-03-16", "Monday", 1, "2026-03-17", "Tuesday"),
        ("2026-03-17", "Tuesday", 1, "2026-03-25", "Wednesday"),
        ("2026-03-20", "Friday", 1, "2026-03-25", "Wednesday"),
        ("2026-03-24", "Tuesday", 1, "2026-03-25", "Wednesday"),
        # the end of the year: 24 December collective leave, 25 December and 1 January holidays
        ("2026-12-18", "Friday", 3, "2026-12-23", "Wednesday"),
        ("2026-12-18", "Friday", 4, "2026-12-28", "Monday"),
        ("2026-12-18", "Friday", 5, "2026-12-29", "Tuesday"),
        ("2026-12-18", "Friday", 14, "2027-01-13", "Wednesday"),
        ("2026-12-31", "Thursday", 1, "2027-01-04", "Monday"),
        ("2026-12-31", "Thursday", 2, "2027-01-06", "Wednesday"),
        # May 2027: two blocks of days off within one promise
        ("2027-05-07", "Friday", 14, "2027-06-03", "Thursday"),
    ],
)
def test_working_days_skip_weekends_and_closed_days(
    start: str, from_weekday: str, days: int, expected: str, to_weekday: str
) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(expected)
    assert (first.strftime("%A"), last.strftime("%A")) == (from_weekday, to_weekday)
    assert add_working_days(first, days, CLOSED) == last


def test_a_unit_that_works_through_collective_leave_promises_earlier() -> None:
    friday = date(2026, 3, 13)
    assert add_working_days(friday, 5, CLOSED) == date(2026, 3, 27)  # Friday
    assert add_working_days(friday, 5, NATIONAL_2026) == date(2026, 3, 23)  # Monday; 19 March is off


def test_a_six_day_week_counts_saturday() -> None:
    assert add_working_days(date(2026, 11, 27), 1, CLOSED, MONDAY_TO_FRIDAY | {6}) == date(2026, 11, 28)


def test_a_day_added_in_mid_year_moves_the_promise() -> None:
    # 18 August 2025 became collective leave only on 7 August 2025.
    before, after = {date(2025, 8, 17)}, {date(2025, 8, 17), date(2025, 8, 18)}
    assert add_working_days(date(2025, 8, 15), 1, before) == date(2025, 8, 18)  # Monday
    assert add_working_days(date(2025, 8, 15), 1, after) == date(2025, 8, 19)  # Tuesday


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23", "2026-11-23", 0),  # Monday to the same Monday
        ("2026-11-21", "2026-11-22", 0),  # Saturday to Sunday
        ("2026-11-27", "2026-11-30", 1),  # Friday to Monday
        ("2026-03-17", "2026-03-24", 0),  # Tuesday to Tuesday, Idul Fitri between
        ("2026-03-17", "2026-03-25", 1),  # Tuesday to Wednesday
        ("2026-12-31", "2027-01-06", 2),  # Thursday to Wednesday
    ],
)
def test_days_between_are_counted_from_the_day_after_the_start(start: str, end: str, expected: int) -> None:
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(end), CLOSED) == expected


def test_counting_between_gives_back_what_was_added() -> None:
    for offset in range(120):
        start = date(2026, 10, 1) + timedelta(days=offset)
        for days in range(1, 16):
            assert working_days_between(start, add_working_days(start, days, CLOSED), CLOSED) == days


def test_the_working_days_of_2026_match_the_published_count() -> None:
    # The closed days of 2026 that the tables above do not need, so that the whole year can be counted.
    month_and_day = (
        "01-01 01-16 02-16 02-17 04-03 04-05 05-01 05-14 05-15 05-27 05-28 05-31 06-01 06-16 08-17 08-25"
    )
    rest_of_2026 = {date.fromisoformat(f"2026-{day}") for day in month_and_day.split()}
    assert working_days_between(date(2025, 12, 31), date(2026, 12, 31), CLOSED | rest_of_2026) == 240


def test_a_promise_never_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        add_working_days(date(2026, 11, 23), -1, CLOSED)
    with pytest.raises(ValueError, match="before the start"):
        working_days_between(date(2026, 11, 24), date(2026, 11, 23), CLOSED)
    with pytest.raises(ValueError, match="zero or more"):
        due_at(datetime(2026, 11, 23, 9, tzinfo=WIB), -1, "minute", CLOSED, WIB)


def test_a_calendar_without_working_days_is_refused_instead_of_counted_forever() -> None:
    with pytest.raises(ValueError, match="closed days"):
        next_working_day(date(2026, 11, 23), CLOSED, frozenset())


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (30, "second", datetime(2026, 3, 13, 15, 55, 30, tzinfo=WIB)),
        (15, "minute", datetime(2026, 3, 13, 16, 10, tzinfo=WIB)),
        (0, "minute", datetime(2026, 3, 13, 15, 55, tzinfo=WIB)),
        (24, "hour", datetime(2026, 3, 14, 15, 55, tzinfo=WIB)),  # Saturday: hours run on
    ],
)
def test_seconds_minutes_and_hours_run_without_pause(value: int, unit: str, expected: datetime) -> None:
    friday = datetime(2026, 3, 13, 15, 55, tzinfo=WIB)
    assert due_at(friday, value, unit, CLOSED, WIB) == expected


@pytest.mark.parametrize(
    ("value", "unit", "last_day"),
    [
        (0, "day", date(2026, 3, 13)),  # Friday
        (3, "day", date(2026, 3, 16)),  # Monday: the weekend counts
        (0, "working_day", date(2026, 3, 13)),  # Friday
        (1, "working_day", date(2026, 3, 16)),  # Monday
        (3, "working_day", date(2026, 3, 25)),  # Wednesday after Idul Fitri
    ],
)
def test_days_end_with_the_last_moment_of_the_last_day(value: int, unit: str, last_day: date) -> None:
    complete_at = datetime(2026, 3, 13, 15, 55, tzinfo=WIB)  # Friday, five minutes before closing
    due = due_at(complete_at, value, unit, CLOSED, WIB)
    assert due == datetime.combine(last_day, time.max, tzinfo=WIB)
    assert due + timedelta(microseconds=1) == datetime.combine(
        last_day + timedelta(days=1), time.min, tzinfo=WIB
    )


def test_the_day_of_receipt_is_the_day_on_the_wall_of_the_office() -> None:
    # 17.30 UTC on Sunday is 00.30 on Monday in Jakarta, and 02.30 in Jayapura.
    sunday_in_utc = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert due_at(sunday_in_utc, 1, "working_day", CLOSED, WIB).date() == date(2026, 11, 24)  # Tuesday
    # one minute before midnight in Jakarta it is still Sunday, but already Monday in Jayapura
    before_midnight = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    assert due_at(before_midnight, 1, "working_day", CLOSED, WIB).date() == date(2026, 11, 23)  # Monday
    assert due_at(before_midnight, 1, "working_day", CLOSED, WIT).date() == date(2026, 11, 24)  # Tuesday


def test_a_clock_change_does_not_stretch_an_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # clocks went forward at 02.00 on 29 March 2026
    start = datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
    assert due_at(start, 1, "hour", set(), berlin) - start.astimezone(UTC) == timedelta(hours=1)


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        due_at(datetime(2026, 11, 23, 9), 1, "day", CLOSED, WIB)


def test_an_unknown_unit_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        due_at(datetime(2026, 11, 23, 9, tzinfo=WIB), 1, "fortnight", CLOSED, WIB)
