"""Whether a counter is open, until when, and when it opens next: pure functions on opening lines.

Lines have the shape of schema.org's opening hours. Closed days, time and zone are passed in, so that nothing
here asks the clock or the database. Rules that the shape leaves open:

- Hours hold from the opening minute up to, not including, the closing minute. Closing at 00.00 is midnight at
  the end of the day; a closing time before the opening time lies on the next day.
- Lines of one weekday add up: two lines make a lunch break, overlapping lines become one.
- A line with dates replaces the undated lines of its weekdays while it is valid (Ramadan hours replace the
  usual ones without editing them); a line with both dates replaces one with a single date.
- On a closed day only lines that say so are open.
- Lines that have all expired promise nothing: the hours are unknown again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import Final

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.shared.templatetags.indonesia import clock, long_date

MIDNIGHT: Final = time(0, 0)
ONE_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(days=7)
MINUTES_A_DAY: Final = 24 * 60
DAYS_SEARCHED: Final = 21

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Interval:
    """One line of opening hours; `days` holds ISO weekday digits, "12345" is Monday to Friday."""

    days: str
    opens: time
    closes: time
    valid_from: date | None = None
    valid_through: date | None = None
    open_on_closed_days: bool = False
    note: str = ""

    @property
    def in_words(self) -> str:
        """The line by itself, as “Senin–Jumat 08.00–16.00”."""
        runs = groupby(enumerate(map(int, self.days)), key=lambda pair: pair[1] - pair[0])
        days = ", ".join(_days_in_words([day for _place, day in run]) for _start, run in runs)
        if len(self.days) == len(WEEKDAYS):
            days = pgettext("hours", "every day")
        return f"{days} {_hours_in_words(_joined_minutes([self]))}"

    @property
    def precision(self) -> int:
        """How many of its two dates are set: the finer line replaces the coarser one."""
        return (self.valid_from is not None) + (self.valid_through is not None)

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.valid_through is not None and self.valid_through < day

    def span(self, day: date, tz: tzinfo) -> Span:
        last_day = day if self.opens < self.closes else day + ONE_DAY
        return datetime.combine(day, self.opens, tz), datetime.combine(last_day, self.closes, tz)


@dataclass(frozen=True, slots=True)
class Closure:
    """A time of closing for a reason of its own; both days are closed, None is open-ended."""

    since: date | None = None
    until: date | None = None
    reason: str = ""

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class OpeningStatus:
    """What can be said at one moment. `is_open` is None while the hours are unknown.

    Open without `closes_at` means open for at least three weeks on end. Closed without `next_opens_at` means
    that no opening was found within three weeks. Times are local to the zone that was asked for.
    """

    is_open: bool | None
    closes_at: datetime | None = None
    next_opens_at: datetime | None = None
    reason: str = ""
    is_temporarily_closed: bool = False
    closed_until: date | None = None


def status(
    intervals: Iterable[Interval],
    at: datetime,
    closed: Mapping[date, str],
    tz: tzinfo,
    temporarily_closed: Closure | None = None,
) -> OpeningStatus:
    """Open, closed or unknown at `at`; ValueError for a naive time."""
    if at.utcoffset() is None:
        raise ValueError("The moment must be an aware time.")
    now = at.astimezone(tz)
    today = now.date()
    lines = [line for line in intervals if line.days and not line.is_over(today)]
    closure = temporarily_closed if temporarily_closed and temporarily_closed.covers(today) else None
    if not lines and not closure:
        return OpeningStatus(is_open=None)

    horizon = datetime.combine(today + timedelta(days=DAYS_SEARCHED + 1), MIDNIGHT, tz)
    opens = next_opens_at = None
    for opens, closes in _spans(lines, today, closed, tz, temporarily_closed):
        if closes <= now:
            continue
        if opens <= now and not closure:
            return OpeningStatus(is_open=True, closes_at=closes if closes < horizon else None)
        if opens > now:
            next_opens_at = opens
            break

    if closure:
        return OpeningStatus(
            is_open=False,
            next_opens_at=next_opens_at,
            reason=closure.reason,
            is_temporarily_closed=True,
            closed_until=closure.until,
        )
    is_day_off = today in closed and not _lines_on(lines, today, closed)
    return OpeningStatus(
        is_open=False, next_opens_at=next_opens_at, reason=closed[today] if is_day_off else ""
    )


def _finest(lines: Iterable[Interval], weekday: int, day: date) -> list[Interval]:
    """The lines that count for a weekday among those valid on a day."""
    valid = [line for line in lines if str(weekday) in line.days and line.is_valid_on(day)]
    finest = max((line.precision for line in valid), default=0)
    return [line for line in valid if line.precision == finest]


def _lines_on(lines: Iterable[Interval], day: date, closed: Mapping[date, str]) -> list[Interval]:
    usual = _finest(lines, day.isoweekday(), day)
    return [line for line in usual if line.open_on_closed_days] if day in closed else usual


def _spans(
    lines: Sequence[Interval],
    today: date,
    closed: Mapping[date, str],
    tz: tzinfo,
    closure: Closure | None,
) -> Iterator[Span]:
    """Opening times, joined and in order; from yesterday on, whose last one may reach past midnight."""
    current: Span | None = None
    for offset in range(-1, DAYS_SEARCHED + 1):
        day = today + timedelta(days=offset)
        if closure and closure.covers(day):
            continue
        for opens, closes in sorted(line.span(day, tz) for line in _lines_on(lines, day, closed)):
            if current and opens <= current[1]:
                current = current[0], max(current[1], closes)
                continue
            if current:
                yield current
            current = opens, closes
    if current:
        yield current


# In words -------------------------------------------------------------------------------------------------


def describe(status: OpeningStatus, at: datetime) -> str:
    """The status as one or two sentences in the active language; `at` is the moment it was asked for."""
    if status.is_open is None:
        return _("Opening hours are not confirmed yet")
    if status.is_open:
        return _describe_open(status.closes_at, at)
    sentences = []
    if status.is_temporarily_closed:
        sentences.append(_describe_closure(status))
    elif status.reason:
        sentences.append(_("Closed for %(holiday)s.") % {"holiday": status.reason})
    if status.next_opens_at:
        sentences.append(_describe_next(status.next_opens_at, at, after_break=bool(sentences)))
    elif not sentences:
        sentences.append(_("Closed now"))
    return " ".join(sentences)


def _describe_open(closes_at: datetime | None, at: datetime) -> str:
    if closes_at is None or closes_at - at >= A_WEEK:
        return _("Open 24 hours")
    last_day, closing_time = closes_at.date(), clock(closes_at.time())
    if closes_at.time() == MIDNIGHT:
        last_day, closing_time = last_day - ONE_DAY, _end_of_day()
    if closes_at - at <= ONE_DAY:
        return _("Open now, until %(time)s") % {"time": closing_time}
    return _("Open now, until %(weekday)s %(time)s") % {
        "weekday": WEEKDAYS[last_day.weekday()],
        "time": closing_time,
    }


def _describe_closure(status: OpeningStatus) -> str:
    reason = status.reason.strip().rstrip(".")
    if status.next_opens_at or not status.closed_until:
        return (
            _("Closed for a while: %(reason)s.") % {"reason": reason} if reason else _("Closed for a while.")
        )
    until = long_date(status.closed_until)
    if reason:
        return _("Closed through %(date)s: %(reason)s.") % {"date": until, "reason": reason}
    return _("Closed through %(date)s.") % {"date": until}


def _describe_next(opens_at: datetime, at: datetime, after_break: bool) -> str:
    days_ahead = (opens_at.date() - at.astimezone(opens_at.tzinfo).date()).days
    words = {
        "time": clock(opens_at.time()),
        "weekday": WEEKDAYS[opens_at.weekday()],
        "date": long_date(opens_at.date()),
    }
    if days_ahead == 0:
        return _("Opens today %(time)s") % words
    if days_ahead == 1:
        return _("Opens tomorrow %(time)s") % words
    # A weekday alone means the wrong one from the seventh day on, and in holidays people lose count of days.
    if days_ahead < A_WEEK.days and not after_break:
        return _("Opens %(weekday)s %(time)s") % words
    return _("Opens %(date)s, %(time)s") % words


def _end_of_day() -> str:
    return clock(MIDNIGHT).replace("00", "24", 1)


@dataclass(frozen=True, slots=True)
class WeekLine:
    """Days with the same hours, in words; as text "Senin–Kamis 07.30–16.00"."""

    days: str
    hours: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.days} {self.hours}"


def week(intervals: Iterable[Interval], on: date) -> list[WeekLine]:
    """The hours of a usual week around `on`, in the order of the week; days without hours are left out."""
    lines = list(intervals)
    hours_of = {}
    for day_number in range(1, 8):
        todays = _finest(lines, day_number, on)
        notes = "; ".join(dict.fromkeys(line.note for line in todays if line.note))
        hours_of[day_number] = (_joined_minutes(todays), notes)
    grouped = []
    for (minutes, note), days in groupby(range(1, 8), key=lambda day_number: hours_of[day_number]):
        numbers = list(days)
        if minutes:
            grouped.append(WeekLine(_days_in_words(numbers), _hours_in_words(minutes), note))
    return grouped


def _joined_minutes(lines: Iterable[Interval]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for line in sorted(lines, key=lambda line: line.opens):
        opens = line.opens.hour * 60 + line.opens.minute
        closes = line.closes.hour * 60 + line.closes.minute
        if closes <= opens:
            closes += MINUTES_A_DAY
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _days_in_words(numbers: Sequence[int]) -> str:
    if len(numbers) == 7:
        return _("Every day")
    first, last = str(WEEKDAYS[numbers[0] - 1]), str(WEEKDAYS[numbers[-1] - 1])
    return first if first == last else f"{first}–{last}"


def _hours_in_words(minutes: Iterable[tuple[int, int]]) -> str:
    return ", ".join(
        _("24 hours") if closes - opens == MINUTES_A_DAY else f"{_minute(opens)}–{_minute(closes)}"
        for opens, closes in minutes
    )


def _minute(number: int) -> str:
    if number == MINUTES_A_DAY:
        return _end_of_day()
    hour, minute = divmod(number % MINUTES_A_DAY, 60)
    return clock(time(hour, minute))
