"""Open now? Until when? When next? Each border is tested at the minute before, at it and after it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from services.opening import Closure, Interval, OpeningStatus, describe, status, week

pytestmark = pytest.mark.any_engine

WIB = ZoneInfo("Asia/Jakarta")
WIT = ZoneInfo("Asia/Jayapura")

OFFICE = [
    Interval("1234", time(7, 30), time(16, 0)),
    Interval("5", time(7, 30), time(16, 30)),
]
WITH_BREAK = [
    Interval("12345", time(7, 30), time(12, 0)),
    Interval("12345", time(13, 0), time(16, 0)),
]
ALWAYS = [Interval("1234567", time(0, 0), time(0, 0), open_on_closed_days=True)]
IDUL_FITRI = {
    date(2026, 3, 18): "Cuti bersama Hari Suci Nyepi",
    date(2026, 3, 19): "Hari Suci Nyepi",
    date(2026, 3, 20): "Cuti bersama Idul Fitri",
    date(2026, 3, 21): "Idul Fitri",
    date(2026, 3, 22): "Idul Fitri",
    date(2026, 3, 23): "Cuti bersama Idul Fitri",
    date(2026, 3, 24): "Cuti bersama Idul Fitri",
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def moment(text: str) -> datetime:
    """A local time in Jakarta, for example "2026-11-23 07:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def words(
    intervals: list[Interval],
    text: str,
    closed: dict[date, str] | None = None,
    closure: Closure | None = None,
) -> str:
    at = moment(text)
    return describe(status(intervals, at, closed or {}, WIB, closure), at)


@pytest.mark.parametrize(
    ("at", "weekday", "expected"),
    [
        ("2026-11-23 07:29", "Monday", "Opens today 07:30"),
        ("2026-11-23 07:30", "Monday", "Open now, until 16:00"),
        ("2026-11-23 07:31", "Monday", "Open now, until 16:00"),
        ("2026-11-23 15:59", "Monday", "Open now, until 16:00"),
        ("2026-11-23 16:00", "Monday", "Opens tomorrow 07:30"),
        ("2026-11-23 16:01", "Monday", "Opens tomorrow 07:30"),
        ("2026-11-23 23:59", "Monday", "Opens tomorrow 07:30"),
        ("2026-11-24 00:00", "Tuesday", "Opens today 07:30"),
        ("2026-11-27 16:00", "Friday", "Open now, until 16:30"),
        ("2026-11-27 16:29", "Friday", "Open now, until 16:30"),
        ("2026-11-27 16:30", "Friday", "Opens Monday 07:30"),
        ("2026-11-28 12:00", "Saturday", "Opens Monday 07:30"),
        ("2026-11-29 12:00", "Sunday", "Opens tomorrow 07:30"),
    ],
)
def test_a_usual_office_week(at: str, weekday: str, expected: str) -> None:
    assert moment(at).strftime("%A") == weekday
    assert words(OFFICE, at) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 11:59", "Open now, until 12:00"),
        ("2026-11-23 12:00", "Opens today 13:00"),
        ("2026-11-23 12:59", "Opens today 13:00"),
        ("2026-11-23 13:00", "Open now, until 16:00"),
    ],
)
def test_a_lunch_break_closes_the_counter_for_an_hour(at: str, expected: str) -> None:
    assert words(WITH_BREAK, at) == expected


def test_overlapping_and_touching_lines_are_one_opening() -> None:
    overlapping = [Interval("1", time(8), time(12)), Interval("1", time(11), time(14))]
    touching = [Interval("1", time(8), time(12)), Interval("1", time(12), time(14))]
    inside = [Interval("1", time(8), time(14)), Interval("1", time(9), time(10))]
    for lines in (overlapping, touching, inside):
        assert words(lines, "2026-11-23 09:30") == "Open now, until 14:00"
        assert words(lines, "2026-11-23 12:00") == "Open now, until 14:00"
        assert [str(line) for line in week(lines, date(2026, 11, 23))] == ["Monday 08:00–14:00"]


def test_the_order_of_the_lines_does_not_matter() -> None:
    for at in ("2026-11-23 07:00", "2026-11-23 12:30", "2026-11-23 14:00"):
        assert words(WITH_BREAK, at) == words(WITH_BREAK[::-1], at)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 23:59", "Open now, until 24:00"),
        ("2026-11-24 00:00", "Opens today 18:00"),
        ("2026-11-23 17:59", "Opens today 18:00"),
    ],
)
def test_closing_at_midnight_is_the_end_of_the_same_day(at: str, expected: str) -> None:
    assert words([Interval("1234567", time(18), time(0))], at) == expected


def test_a_night_shift_reaches_into_the_next_day() -> None:
    night = [Interval("5", time(22), time(6))]  # Friday night
    assert words(night, "2026-11-28 05:59") == "Open now, until 06:00"
    assert words(night, "2026-11-28 06:00") == "Opens Friday 22:00"
    assert words(night, "2026-11-27 21:59") == "Opens today 22:00"


def test_open_day_and_night() -> None:
    now = status(ALWAYS, moment("2026-11-23 03:00"), {}, WIB)
    assert now == OpeningStatus(is_open=True)
    for at in ("2026-11-23 00:00", "2026-11-23 23:59", "2026-03-21 12:00"):
        assert words(ALWAYS, at, IDUL_FITRI) == "Open 24 hours"


def test_a_whole_day_line_that_rests_on_weekends_closes_at_the_end_of_friday() -> None:
    weekdays = [Interval("12345", time(0), time(0))]
    assert words(weekdays, "2026-11-24 10:00") == "Open now, until Friday 24:00"
    assert words(weekdays, "2026-11-27 10:00") == "Open now, until 24:00"
    assert words(weekdays, "2026-11-28 00:00") == "Opens Monday 00:00"


@pytest.mark.parametrize(
    ("at", "weekday", "expected"),
    [
        ("2026-03-17 15:59", "Tuesday", "Open now, until 16:00"),
        ("2026-03-17 16:00", "Tuesday", "Opens Wednesday, 25 March 2026, 07:30"),  # eight days ahead
        ("2026-03-19 10:00", "Thursday", "Closed for Hari Suci Nyepi. Opens Wednesday, 25 March 2026, 07:30"),
        ("2026-03-21 10:00", "Saturday", "Closed for Idul Fitri. Opens Wednesday, 25 March 2026, 07:30"),
        ("2026-03-24 23:59", "Tuesday", "Closed for Cuti bersama Idul Fitri. Opens tomorrow 07:30"),
        ("2026-03-25 00:00", "Wednesday", "Opens today 07:30"),
    ],
)
def test_idul_fitri_closes_the_office_and_says_why(at: str, weekday: str, expected: str) -> None:
    assert moment(at).strftime("%A") == weekday
    assert words(OFFICE, at, IDUL_FITRI) == expected


def test_a_holiday_tomorrow_moves_the_next_opening() -> None:
    holiday = {date(2026, 11, 24): "Hari libur setempat"}  # Tuesday
    assert words(OFFICE, "2026-11-23 16:00", holiday) == "Opens Wednesday 07:30"


def test_a_counter_open_on_holidays_stays_open_beside_one_that_is_not() -> None:
    emergency = [*OFFICE, Interval("1234567", time(8), time(10), open_on_closed_days=True)]
    assert words(emergency, "2026-03-19 09:00", IDUL_FITRI) == "Open now, until 10:00"
    # it opened today, so the holiday is not the reason it is closed in the evening
    assert words(emergency, "2026-03-19 10:00", IDUL_FITRI) == "Opens tomorrow 08:00"


def test_ramadan_hours_replace_the_usual_ones_on_their_days_only() -> None:
    ramadan = [
        *OFFICE,
        Interval("1234", time(8), time(15), valid_from=date(2026, 2, 18), valid_through=date(2026, 3, 17)),
    ]
    assert words(ramadan, "2026-02-17 15:30") == "Open now, until 16:00"  # Tuesday, the day before
    assert words(ramadan, "2026-02-18 07:45") == "Opens today 08:00"  # Wednesday, the first day
    assert words(ramadan, "2026-03-17 15:00") == "Opens tomorrow 07:30"  # Tuesday, the last day
    assert words(ramadan, "2026-03-18 15:30") == "Open now, until 16:00"  # Wednesday, the day after
    assert words(ramadan, "2026-02-20 07:45") == "Open now, until 16:30"  # Friday has no line of its own
    assert [str(line) for line in week(ramadan, date(2026, 2, 18))] == [
        "Monday–Thursday 08:00–15:00",
        "Friday 07:30–16:30",
    ]


def test_new_hours_take_over_on_their_first_day() -> None:
    changed = [
        Interval("12345", time(8), time(15)),
        Interval("12345", time(7, 30), time(16), valid_from=date(2027, 1, 4)),  # Monday
    ]
    assert words(changed, "2027-01-01 07:45") == "Opens today 08:00"  # Friday
    assert words(changed, "2027-01-04 07:45") == "Open now, until 16:00"


def test_hours_that_nobody_entered_are_unknown_not_closed() -> None:
    assert status([], moment("2026-11-23 10:00"), {}, WIB).is_open is None
    assert words([], "2026-11-23 10:00") == "Opening hours are not confirmed yet"
    assert words([], "2026-03-21 10:00", IDUL_FITRI) == "Opening hours are not confirmed yet"


def test_hours_are_unknown_again_after_the_last_line_expired() -> None:
    expired = [Interval("12345", time(8), time(15), valid_through=date(2026, 11, 23))]
    assert words(expired, "2026-11-23 14:59") == "Open now, until 15:00"
    assert words(expired, "2026-11-23 15:00") == "Closed now"  # no interval left
    assert words(expired, "2026-11-24 00:00") == "Opening hours are not confirmed yet"


def test_an_opening_is_looked_for_twenty_one_days_ahead_and_no_further() -> None:
    later = [Interval("1234567", time(8), time(15), valid_from=date(2026, 12, 14))]
    assert words(later, "2026-11-23 10:00") == "Opens Monday, 14 December 2026, 08:00"  # 21 days
    assert words(later, "2026-11-22 23:59") == "Closed now"  # 22 days
    assert status(later, moment("2026-11-22 23:59"), {}, WIB) == OpeningStatus(is_open=False)


def test_the_weekday_alone_is_used_for_six_days_and_the_date_from_the_seventh() -> None:
    sundays = [Interval("7", time(8), time(10))]
    assert words(sundays, "2026-11-23 10:00") == "Opens Sunday 08:00"  # Monday, six days
    assert words(sundays, "2026-11-22 10:00") == "Opens Sunday, 29 November 2026, 08:00"  # Sunday, seven days


def test_a_temporary_closure_gives_its_reason_and_the_first_opening_after_it() -> None:
    closure = Closure(date(2026, 11, 24), date(2026, 11, 26), "renovasi loket")
    assert words(OFFICE, "2026-11-23 15:59", closure=closure) == "Open now, until 16:00"
    assert words(OFFICE, "2026-11-23 16:00", closure=closure) == "Opens Friday 07:30"
    expected = "Closed for a while: renovasi loket. Opens Friday, 27 November 2026, 07:30"
    assert words(OFFICE, "2026-11-24 00:00", closure=closure) == expected
    assert words(OFFICE, "2026-11-26 10:00", closure=closure).endswith("Opens tomorrow 07:30")
    assert words(OFFICE, "2026-11-27 07:30", closure=closure) == "Open now, until 16:30"


def test_a_closure_without_an_end_promises_no_opening() -> None:
    endless = Closure(date(2026, 11, 24), None, "Gedung rusak.")
    found = status(OFFICE, moment("2026-11-24 10:00"), {}, WIB, endless)
    assert (found.is_open, found.next_opens_at, found.is_temporarily_closed) == (False, None, True)
    assert words(OFFICE, "2026-11-24 10:00", closure=endless) == "Closed for a while: Gedung rusak."
    assert words(OFFICE, "2026-11-24 10:00", closure=Closure()) == "Closed for a while."


def test_a_closure_is_told_even_while_the_hours_are_unknown() -> None:
    closure = Closure(date(2026, 11, 24), date(2026, 11, 27), "renovasi")
    assert words([], "2026-11-24 10:00", closure=closure) == (
        "Closed through Friday, 27 November 2026: renovasi."
    )
    assert words([], "2026-11-28 10:00", closure=closure) == "Opening hours are not confirmed yet"


def test_even_a_place_that_never_closes_closes_for_a_closure() -> None:
    closure = Closure(date(2026, 11, 24), date(2026, 11, 24), "listrik padam")
    assert words(ALWAYS, "2026-11-24 10:00", closure=closure) == (
        "Closed for a while: listrik padam. Opens tomorrow 00:00"
    )


def test_the_day_is_the_day_of_the_zone_not_of_utc() -> None:
    # 00.30 UTC on Monday is 07.30 in Jakarta and already 09.30 in Jayapura.
    at = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert status(OFFICE, at - timedelta(minutes=1), {}, WIB).is_open is False
    assert status(OFFICE, at, {}, WIB).is_open is True
    assert status(OFFICE, at - timedelta(minutes=1), {}, WIT).is_open is True
    # 23.59 UTC on Sunday is Monday morning in Jakarta: a holiday on Monday counts, one on Sunday does not.
    before_utc_midnight = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    early = [Interval("1", time(6), time(16))]
    assert status(early, before_utc_midnight, {date(2026, 11, 22): "Minggu"}, WIB).is_open is True
    assert status(early, before_utc_midnight, {date(2026, 11, 23): "Senin"}, WIB).is_open is False
    # midnight in Jakarta is 17.00 UTC
    monday = [Interval("1", time(0), time(16))]
    assert status(monday, datetime(2026, 11, 22, 16, 59, tzinfo=UTC), {}, WIB).is_open is False
    assert status(monday, datetime(2026, 11, 22, 17, 0, tzinfo=UTC), {}, WIB).is_open is True


def test_words_are_the_same_whichever_zone_the_moment_is_written_in() -> None:
    local = moment("2026-11-23 00:10")  # still Sunday in UTC
    found = status(OFFICE, local, {}, WIB)
    assert describe(found, local) == describe(found, local.astimezone(UTC)) == "Opens today 07:30"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        status(OFFICE, datetime(2026, 11, 23, 10), {}, WIB)


def test_the_week_is_grouped_into_runs_of_equal_days() -> None:
    on = date(2026, 11, 23)
    assert [str(line) for line in week(OFFICE, on)] == ["Monday–Thursday 07:30–16:00", "Friday 07:30–16:30"]
    assert [str(line) for line in week(WITH_BREAK, on)] == ["Monday–Friday 07:30–12:00, 13:00–16:00"]
    assert [str(line) for line in week(ALWAYS, on)] == ["Every day 24 hours"]
    assert week([], on) == []
    apart = [Interval("135", time(8), time(0), note="bawa KTP")]
    assert [(line.days, line.hours, line.note) for line in week(apart, on)] == [
        ("Monday", "08:00–24:00", "bawa KTP"),
        ("Wednesday", "08:00–24:00", "bawa KTP"),
        ("Friday", "08:00–24:00", "bawa KTP"),
    ]


def test_the_week_is_written_the_indonesian_way() -> None:
    with translation.override("id"):
        assert [str(line) for line in week(OFFICE, date(2026, 11, 23))] == [
            "Senin–Kamis 07.30–16.00",
            "Jumat 07.30–16.30",
        ]
        for days, words in (("12345", "Senin–Jumat"), ("136", "Senin, Rabu, Sabtu"), ("2", "Selasa")):
            assert Interval(days, time(8), time(16)).in_words == f"{words} 08.00–16.00"
    assert Interval("1234567", time(0), time(0)).in_words == "every day 24 hours"


minutes = st.integers(0, 24 * 60 - 1)
day_digits = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days)))
usual_lines = st.builds(
    lambda days, opens, length, on_closed: Interval(
        days,
        time(*divmod(opens, 60)),
        time(*divmod((opens + length) % (24 * 60), 60)),
        open_on_closed_days=on_closed,
    ),
    day_digits,
    minutes,
    st.integers(1, 24 * 60),
    st.booleans(),
)


def is_open_by_rule(line: Interval, at: datetime, closed: dict[date, str]) -> bool:
    """The same rule said another way: some line opened today or yesterday and has not closed yet."""
    for day in (at.date(), at.date() - timedelta(days=1)):
        if str(day.isoweekday()) not in line.days or (day in closed and not line.open_on_closed_days):
            continue
        opened = datetime.combine(day, line.opens, WIB)
        length = datetime.combine(day, line.closes) - datetime.combine(day, line.opens)
        length += timedelta(days=0 if length > timedelta() else 1)
        if opened <= at < opened + length:
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(st.lists(usual_lines, min_size=1, max_size=4), st.integers(0, 10 * 24 * 60))
def test_status_agrees_with_the_rule_and_keeps_its_promises(lines: list[Interval], minute: int) -> None:
    at = moment("2026-03-16 00:00") + timedelta(minutes=minute)

    def by_rule(when: datetime) -> bool:
        return any(is_open_by_rule(line, when, IDUL_FITRI) for line in lines)

    found = status(lines, at, IDUL_FITRI, WIB)
    assert found.is_open is by_rule(at)
    if found.closes_at:
        assert by_rule(found.closes_at - timedelta(minutes=1))
        assert not by_rule(found.closes_at)
    if found.next_opens_at:
        assert by_rule(found.next_opens_at)
        assert not by_rule(found.next_opens_at - timedelta(minutes=1))
    assert describe(found, at)
