"""Statistics for everybody: counted exactly by the rule that is shown, and without a number that picks somebody out."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.counting import verdict, year_book
from feedback.freezing import count_months
from feedback.lifecycle import Status
from feedback.models import CountedMonth, SensitiveCategory, Submission
from feedback.statistics import BREAKDOWNS, Counted, Report, YearBook, figures_of
from feedback.views.statistics import cell
from tests.builders import kept, make_category, make_portal, make_submission

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 12, 18, 9, tzinfo=JAKARTA)
TODAY = AT.date()


def case(month: int = 10, kind: str = "complaint", sector: str = "", rw: str = "", **more: Any) -> Counted:
    return Counted(month, kind, sector, rw, **{"is_answered": False, "on_time": None} | more)


# The rule --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "due", "closed", "expected"),
    [
        ("answered", 0, 0, (True, False)),
        ("answered", 0, 1, (False, False)),
        ("settled", 5, 2, (True, False)),
        ("cannot", 5, 6, (False, False)),
        # Open: late from the day after the promised one.
        ("in_progress", 0, None, (None, False)),
        ("in_progress", -1, None, (False, True)),
        ("reopened", -1, None, (False, True)),
        # The clock stands still while the resident is asked.
        ("waiting", -9, None, (None, False)),
        ("answered", None, 0, (None, False)),
        ("received", None, None, (None, False)),
    ],
)
def test_on_time_is_closed_by_the_promised_day(
    status: str, due: int | None, closed: int | None, expected: tuple[bool | None, bool]
) -> None:
    def day(offset: int | None) -> date | None:
        return None if offset is None else TODAY + timedelta(days=offset)

    assert verdict(Status(status), day(due), day(closed), TODAY) == expected


def test_the_share_is_of_those_closed_and_those_overdue() -> None:
    cases = [case(is_answered=True, on_time=True, days=n) for n in (1, 2, 3, 4)]
    cases += [case(is_answered=True, on_time=False, days=30), case(is_answered=True, days=8)]
    cases += [case(on_time=False, is_overdue=True), case()]
    figures = figures_of(cases)
    assert (figures.received, figures.answered, figures.judged, figures.past_promise) == (8, 6, 6, 2)
    assert (figures.on_time, figures.late, figures.overdue) == (4, 1, 1)
    assert figures.percent_on_time == 67
    assert str(figures.median_days) == "3.5"


def test_shares_and_medians_of_too_few_are_not_told() -> None:
    figures = figures_of(case(is_answered=True, on_time=True, days=1) for _ in range(4))
    assert figures.percent_on_time is None
    assert figures.median_days is None


# What whoever has every page and every file could compute ---------------------------------------------------

Unknown = tuple[str, str, int]


def attacked(book: YearBook) -> tuple[set[Unknown], set[Unknown]]:
    """All hidden numbers, and those that follow from the shown ones by adding and subtracting.

    A number is (breakdown, key, month); month 0 is the year, the breakdown "" the total of a month.
    """
    # A month too small to be shown is in no sum.
    whole, months = book.report(), {month: book.report(month) for month in book.shown_months}
    known: dict[Unknown, int] = {}
    everything: set[Unknown] = {("", "", month) for month in months}
    known |= {("", "", m): one.total.received for m, one in months.items() if one.total}
    known[("", "", 0)] = whole.total.received if whole.total else 0
    for breakdown, month, report in [
        (breakdown, month, report)
        for month, report in {0: whole, **months}.items()
        for breakdown in BREAKDOWNS
        if whole.tables[breakdown]
    ]:
        everything |= {(breakdown, line.key, month) for line in whole.tables[breakdown]}
        for line in report.tables.get(breakdown, []):
            if line.figures:
                known[breakdown, line.key, month] = line.figures.received
    everything.add(("", "", 0))
    equations: list[tuple[list[Unknown], Unknown]] = [([("", "", m) for m in months], ("", "", 0))]
    for breakdown in {one[0] for one in everything} - {""}:
        keys = [line.key for line in whole.tables[breakdown]]
        equations += [([(breakdown, key, m) for m in months], (breakdown, key, 0)) for key in keys]
        equations += [([(breakdown, key, m) for key in keys], ("", "", m)) for m in (0, *months)]
    return everything - known.keys(), solved(equations, known)


def solved(equations: Iterable[tuple[list[Unknown], Unknown]], known: dict[Unknown, int]) -> set[Unknown]:
    """The unknowns with one solution: elimination with exact fractions, sparse."""
    rows: list[Counter[Unknown]] = []
    for parts, total in equations:
        row: Counter[Unknown] = Counter()
        for one, sign in [*((part, 1) for part in parts), (total, -1)]:
            if one not in known:
                row[one] += sign
        rows.append(row)
    pivots: dict[Unknown, dict[Unknown, Fraction]] = {}
    for counted in rows:
        row = {one: Fraction(n) for one, n in counted.items() if n}
        for pivot, other in pivots.items():
            if factor := row.get(pivot):
                row = added(row, other, -factor)
        if not row:
            continue
        pivot = next(iter(row))
        row = {one: n / row[pivot] for one, n in row.items()}
        pivots = {p: added(r, row, -r.get(pivot, Fraction(0))) for p, r in pivots.items()}
        pivots[pivot] = row
    return {pivot for pivot, row in pivots.items() if len(row) == 1}


def added(
    row: dict[Unknown, Fraction], other: dict[Unknown, Fraction], factor: Fraction
) -> dict[Unknown, Fraction]:
    found = {
        one: row.get(one, Fraction(0)) + factor * other.get(one, Fraction(0)) for one in {**row, **other}
    }
    return {one: n for one, n in found.items() if n}


@st.composite
def books(draw: st.DrawFn) -> YearBook:
    """A year of a small office: few kinds, fields, RWs and months, some of them rare."""
    groups = draw(
        st.lists(
            st.tuples(
                st.integers(1, 3),
                st.sampled_from(["complaint", "question", "suggestion"]),
                st.sampled_from(["roads", "health", ""]),
                st.sampled_from(["01", "02", ""]),
                st.integers(1, 6),
            ),
            min_size=1,
            max_size=12,
        )
    )
    cases = [case(month, kind, sector, rw) for month, kind, sector, rw, n in groups for _ in range(n)]
    return YearBook(2026, cases, frozenset({"health"}))


@settings(max_examples=50)
@given(books())
def test_no_hidden_number_follows_from_all_pages_of_a_year_together(book: YearBook) -> None:
    if book.is_hidden:
        assert all(report.total is None and not report.tables for report in book.reports())
        return
    hidden, computed = attacked(book)
    assert hidden & computed == set()
    for report in book.reports():
        for breakdown, lines in report.tables.items():
            for line in lines:
                least = 10 if (breakdown, line.key) == ("sector", "health") else 5
                assert not line.figures or line.figures.received == 0 or line.figures.received >= least


def test_the_attack_finds_what_suppression_alone_gives_away() -> None:
    """The control: hide only what is small, and one subtraction finds it."""
    book = YearBook(
        2026, [case(kind="complaint")] * 9 + [case(kind="question")] * 3 + [case(kind="suggestion")] * 8
    )
    assert attacked(book)[1] == set()
    one = book.breakdowns["kind"]
    one.hidden_cells = frozenset({("question", 10)})
    hidden, computed = attacked(book)
    assert ("kind", "question", 0) in hidden & computed


def test_a_year_says_nothing_its_months_do_not_say() -> None:
    """October shows 6 questions; the year would give away the 2 of September, so it does not show questions either."""
    cases = [case(9, "complaint")] * 8 + [case(9, "question")] * 2 + [case(8)] * 3
    cases += [case(10, "complaint")] * 7 + [case(10, "question")] * 6
    book = YearBook(2026, cases)
    assert total_of(book.report()).received == 23
    assert not any(line.figures for line in book.report().tables["kind"])
    assert not any(line.figures for line in book.report(9).tables["kind"])
    assert all(line.figures for line in book.report(10).tables["kind"])


@settings(max_examples=30)
@given(books(), st.integers(1, 3))
def test_what_a_month_published_is_the_same_when_others_have_followed(book: YearBook, month: int) -> None:
    early = YearBook(2026, book.by_month[month], book.sensitive, [month])
    before = {
        (name, line.key): line.figures for name, lines in early.report(month).tables.items() for line in lines
    }
    after = {
        (name, line.key): line.figures for name, lines in book.report(month).tables.items() for line in lines
    }
    # Names of fields that came later are added, with nothing in them; one field alone is not even named.
    assert all(after[key] == figures for key, figures in before.items() if key in after)


def test_one_field_alone_that_is_sensitive_is_not_named() -> None:
    book = YearBook(2026, [case(sector="health")] * 7, frozenset({"health"}))
    assert book.report().total
    assert book.report().tables["sector"] == []


def test_hidden_rows_stand_in_an_order_that_tells_nothing() -> None:
    cases = [case(rw=rw) for rw, n in (("01", 30), ("09", 1), ("02", 4), ("05", 12)) for _ in range(n)]
    lines = YearBook(2026, cases).report().tables["rw"]
    assert [(line.key, line.is_hidden) for line in lines] == [
        ("01", False),
        ("05", False),
        ("02", True),
        ("09", True),
    ]


# From the database to the page and the files -----------------------------------------------------------------


def told(n: int, status: str = "answered", day: int = 5, **more: Any) -> list[Submission]:
    at = datetime(2026, 11, day, 9, tzinfo=JAKARTA)
    return [make_submission(status=status, at=at, **more) for _ in range(n)]


def book_of(year: int = 2026) -> YearBook:
    """The year as it is counted now, whatever was counted before."""
    CountedMonth.objects.all().delete()
    count_months(AT)
    return year_book(year)


def total_of(report: Report) -> Any:
    assert report.total
    return report.total


@pytest.mark.django_db
def test_what_counts_is_what_somebody_told_and_not_twice() -> None:
    first, *_others = told(6)
    (twin,) = told(1, "verified")
    twin.move(Status.DUPLICATE, at=AT, reason="Sama.", duplicate_of=first)
    told(1, "archived")
    # Settled and put away later: that one did count, and still does.
    (old,) = told(1, "settled")
    old.archive("Sudah lama.", by=None, at=AT)
    assert total_of(book_of().report()).received == 7
    assert book_of(2025).is_hidden


@pytest.mark.django_db
def test_a_case_counts_in_the_month_of_the_portals_own_clock() -> None:
    for hour in (0, 23):
        at = datetime(2026, 11, 1, hour, 30, tzinfo=JAKARTA)
        for _ in range(5):
            make_submission(at=at)
    assert len(book_of().by_month[11]) == 10


@pytest.mark.django_db
def test_days_of_waiting_for_the_resident_do_not_count() -> None:
    cases = told(5, "assigned", day=2)
    for one in cases:
        one.answer("Sudah.", by=None, at=datetime(2026, 11, 9, 9, tzinfo=JAKARTA))
    assert str(total_of(book_of().report()).median_days) == "5"
    Submission.objects.update(waited_days=2, rested_days=1)
    assert str(total_of(book_of().report()).median_days) == "2"


@pytest.mark.django_db
def test_topics_count_for_their_field_and_a_sensitive_topic_makes_its_field_sensitive() -> None:
    health = make_category("Kesehatan", slug="kesehatan")
    topic = make_category("Kesehatan jiwa", parent=health)
    told(7, category=topic)
    told(12, category=health)
    told(9, rw="5")
    assert {line.key for line in book_of().report().tables["sector"]} == {"", "kesehatan"}
    assert {line.key for line in book_of().report().tables["rw"]} == {"", "05"}
    kept(SensitiveCategory(category=topic, reason="Tentang kesehatan jiwa."))
    assert book_of().sensitive == {"kesehatan"}


@pytest.mark.django_db
def test_the_page_and_the_files_say_the_same(client: Client, time_machine: Any) -> None:
    time_machine.move_to(AT, tick=False)
    make_portal()
    told(9, rw="1")
    told(6, "assigned", rw="02", kind="question")
    told(2, rw="3", kind="suggestion")
    Submission.objects.filter(kind="question").update(due_on="2026-11-10")
    Submission.objects.filter(kind="complaint").update(due_on="2026-11-10")
    count_months(AT)
    page = client.get("/en/kinerja/suara/?periode=2026-11").content.decode()
    assert "We answered 9 of 15 messages on time. 6 we did not." in page
    assert "60%" in page
    rows = list(csv.DictReader(client.get("/data/feedback.csv?tahun=2026").content.decode().splitlines()))
    same = json.loads(client.get("/data/feedback.json").content)["rows"]
    assert [row["received"] for row in rows] == [cell(row["received"]) for row in same]
    (total,) = [row for row in rows if (row["breakdown"], row["month"]) == ("total", "11")]
    assert (total["received"], total["percent_on_time"], total["overdue"]) == ("17", "60", "6")
    hidden = [row for row in rows if row["is_hidden"] == "true"]
    assert {row["key"] for row in hidden if row["breakdown"] == "rw"} == {"03", "02"}
    for row in hidden:
        assert not any(row[name] for name in ("received", "answered", "on_time", "late", "median_days"))
    assert not {"1", "2", "3", "4"} & {row["received"] for row in rows}


@pytest.mark.django_db
def test_nothing_yet_and_too_little_are_said_in_words(client: Client, time_machine: Any) -> None:
    time_machine.move_to(AT, tick=False)
    make_portal()
    assert "none is that far back yet" in client.get("/en/kinerja/suara/").content.decode()
    told(4)
    assert count_months(AT) == 1
    for address in ("/en/kinerja/suara/", "/en/kinerja/suara/?periode=2026-11"):
        text = client.get(address).content.decode()
        assert "Too few messages came in" in text
        assert "dl class" not in text
    rows = client.get("/data/feedback.csv").content.decode().splitlines()
    assert rows[1:] == ["2026,,total,,true,,,,,,,", "2026,11,total,,true,,,,,,,"]


@pytest.mark.django_db
def test_a_month_is_counted_once_and_what_comes_later_changes_nothing() -> None:
    told(9)
    assert count_months(datetime(2026, 12, 14, 23, 59, tzinfo=JAKARTA)) == 0
    assert count_months(datetime(2026, 12, 15, 0, 0, tzinfo=JAKARTA)) == 1
    told(3)
    Submission.objects.update(status="received", closed_at=None)
    assert count_months(AT) == 0
    total = total_of(year_book(2026).report())
    assert (total.received, total.answered) == (9, 9)


@pytest.mark.django_db
def test_what_is_published_of_a_month_equals_its_rows_counted_one_by_one() -> None:
    told(9, rw="1")
    told(6, "assigned", rw="02", kind="question")
    Submission.objects.update(due_on="2026-11-20")
    count_months(AT)
    rows = list(Submission.objects.values("kind", "rw", "status", "due_on", "closed_at"))
    for breakdown, key, mine in (
        ("kind", "question", lambda one: one["kind"] == "question"),
        ("rw", "01", lambda one: one["rw"] == "1"),
    ):
        (line,) = [one for one in year_book(2026).report(11).tables[breakdown] if one.key == key]
        received = late = 0
        for row in filter(mine, rows):
            received += 1
            late += row["closed_at"] is None and row["due_on"] < AT.date()
        assert line.figures
        assert (line.figures.received, line.figures.overdue) == (received, late)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", ["2025", "2027", "2026-13", "2026-00", "2026-12", "x", "2026-1", "-", "²026"]
)
def test_a_period_without_figures_is_not_found(client: Client, time_machine: Any, asked: str) -> None:
    time_machine.move_to(AT, tick=False)
    assert client.get("/kinerja/suara/", {"periode": asked}).status_code == 404
    assert client.get("/data/feedback.csv", {"tahun": asked}).status_code == 404
