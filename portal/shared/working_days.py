"""Counting of days for promises and deadlines: pure functions that receive the closed days as data.

Closed days come from the joint ministerial decree, change in mid-year and differ per unit (collective leave
is a day off for civil servants, yet a unit that serves people directly may count it as working). So nothing
here knows a calendar: the caller passes the dates on which its unit is closed.
"""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

MONDAY_TO_FRIDAY: Final = frozenset({1, 2, 3, 4, 5})

# A year without one working day can only be a mistake in the data; stop instead of counting forever.
LONGEST_CLOSURE: Final = 366

ELAPSED_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}


def is_working_day(
    day: date, closed: Container[date], working_week: frozenset[int] = MONDAY_TO_FRIDAY
) -> bool:
    """Weekdays are ISO numbers, Monday is 1; schools that teach on Saturday pass a working week with 6."""
    return day.isoweekday() in working_week and day not in closed


def next_working_day(
    day: date, closed: Container[date], working_week: frozenset[int] = MONDAY_TO_FRIDAY
) -> date:
    """The day itself when it is a working day, else the first one after it; ValueError if a year has none."""
    for offset in range(LONGEST_CLOSURE + 1):
        candidate = day + timedelta(days=offset)
        if is_working_day(candidate, closed, working_week):
            return candidate
    raise ValueError(f"No working day within a year of {day.isoformat()}; check the closed days.")


def add_working_days(
    start: date, days: int, closed: Container[date], working_week: frozenset[int] = MONDAY_TO_FRIDAY
) -> date:
    """The day on which a promise of so many working days ends.

    The day of receipt is not counted: the first working day after it is day 1, so a letter complete on Friday
    with "1 working day" is promised for Monday. Zero means the same day, or the next working day when the
    start is a day on which nobody works. ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("A promise cannot end before it starts: days must be zero or more.")
    if days == 0:
        return next_working_day(start, closed, working_week)
    day = start
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), closed, working_week)
    return day


def working_days_between(
    start: date, end: date, closed: Container[date], working_week: frozenset[int] = MONDAY_TO_FRIDAY
) -> int:
    """Working days after the start up to and including the end, counted as `add_working_days` adds them.

    ValueError when the end lies before the start: early and late are told apart by the caller, not by a sign.
    """
    if end < start:
        raise ValueError("The end lies before the start.")
    return sum(
        is_working_day(start + timedelta(days=offset), closed, working_week)
        for offset in range(1, (end - start).days + 1)
    )


def due_at(
    start: datetime,
    value: int,
    unit: str,
    closed: Container[date],
    tz: tzinfo,
    working_week: frozenset[int] = MONDAY_TO_FRIDAY,
) -> datetime:
    """The last moment at which a promise made at `start` is still kept, as an aware time in `tz`.

    Units and where their rule comes from:

    - second, minute, hour: elapsed time, by day and night.
    - day: calendar days; the day of receipt is not counted and the promise lasts to the end of the last day.
    - working_day: the same with working days. "3 Hari Kerja/Pemohon (bila berkas lengkap)" is the wording
      published by Kelurahan Pengadegan: the clock starts when the file is complete, so pass that moment as
      `start`. The usual wording leaves open whether the day of receipt counts. It does not: that is our
      decision, because a file completed at 15.55 must not use up a whole day of the promise. The deadlines
      of SP4N-LAPOR! (5, 14 and 60 working days) are counted in the same way.

    The day of receipt is the day in `tz`, not in UTC. ValueError for a naive start, a negative value or an
    unknown unit.
    """
    if start.tzinfo is None or start.utcoffset() is None:
        raise ValueError("The start must be an aware time.")
    if value < 0:
        raise ValueError("A promise cannot end before it starts: value must be zero or more.")
    if unit in ELAPSED_SECONDS:
        # Added in UTC, so that a zone which changes its clock cannot lengthen or shorten an hour.
        return (start.astimezone(UTC) + timedelta(seconds=value * ELAPSED_SECONDS[unit])).astimezone(tz)
    received_on = start.astimezone(tz).date()
    if unit == "day":
        last_day = received_on + timedelta(days=value)
    elif unit == "working_day":
        last_day = add_working_days(received_on, value, closed, working_week)
    else:
        raise ValueError(f"Unknown unit of time: {unit!r}.")
    return datetime.combine(last_day, time.max, tzinfo=tz)
