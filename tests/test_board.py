"""Promise beside result: counted from raw rows, published once a month, shown with lateness as plain as success."""

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import SensitiveCategory
from outreach.models import Commitment
from portal.evaluation.course import course_of
from portal.evaluation.documents import Row, Table
from portal.evaluation.models import Evaluation
from portal.evaluation.promises import COLUMNS, board
from portal.evaluation.publishing import public_document
from portal.evaluation.standing import publish_all
from portal.evaluation.timeline import line_of, marks_of
from tests.builders import kept, make_improvement, make_organization, make_portal, make_service
from tests.change_naive import TODAY, answers, cases, index, middle, visits
from tests.change_world import AT, ChangeWorld

anywhere = pytest.mark.any_engine
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
BOARD, MONTH_OVER = "/kinerja/layanan/", date(2026, 10, 31)


@pytest.fixture
def world(db: None) -> ChangeWorld:
    return ChangeWorld(cases=40)


def page(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# Counting --------------------------------------------------------------------------------------------------------


def naive_line(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    outcomes = [row["outcome"] for row in rows]
    kept, late, overdue = (outcomes.count(word) for word in ("kept", "late", "overdue"))
    judged = kept + late + overdue
    days = [row["days"] for row in rows if row["closed"]]
    promised = [row["promised_days"] for row in rows if row["promised_days"] is not None]
    return (
        *(len(rows), sum(bool(row["closed"]) for row in rows), kept, late, overdue),
        Fraction(100 * kept, judged) if judged >= 5 else None,
        *(min(promised), max(promised)),
        middle(days) if len(days) >= 5 else None,
    )


def test_every_number_of_the_board_follows_from_raw_rows(world: ChangeWorld) -> None:
    with CaptureQueriesContext(connection) as asked:
        document = board("2026", AT)
    assert len(asked) <= 9
    raw, said = cases(*YEAR), answers(*YEAR)
    lines = {row.key: row.values for row in document.tables["services"].rows}
    opinions = {row.key: row.values for row in document.tables["service_satisfaction"].rows}
    for service in world.services:
        own = [row for row in raw if row["service_id"] == service.pk]
        assert lines[service.slug] == naive_line(own)
        timely = [row["time"] for row in said[service.pk] if row["time"]]
        n = len(said[service.pk])
        assert n >= 10
        assert opinions[service.slug] == (index(said[service.pk]), n, Fraction(sum(timely), len(timely)))
    total = document.tables["services"].total
    assert total is not None
    assert total.values == naive_line(raw)
    rate = document.figures["on_time_rate"]
    assert (document.figures["cases"].value, rate.part) == (len(raw), total.values[2])
    states = {row.key: row.values[0] for row in document.tables["promises"].rows}
    counted = dict.fromkeys(("kept", "kept_late", "open", "late", "dropped"), 0)
    for row in Commitment.objects.exclude(published_at=None).values():
        if row["by_when"].year == 2026:
            is_late = (row["ended_on"] or TODAY) > row["by_when"]
            word = {"done": "kept_late" if is_late else "kept", "open": "late" if is_late else "open"}
            counted[word.get(row["status"], "dropped")] += 1
    assert states == counted
    assert states["kept_late"] == 3


def test_every_number_of_a_course_follows_from_raw_rows(world: ChangeWorld) -> None:
    service = world.service
    document = course_of(service, "2026", AT)
    for month in range(1, 11):
        first = date(2026, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        key = f"2026-{month:02}"
        own = [row for row in cases(first, last) if row["service_id"] == service.pk]
        said = answers(first, last)[service.pk]
        shown = {
            name: next((row.values for row in table.rows if row.key == key), None)
            for name, table in document.tables.items()
        }
        received, *_counts, rate, _least, _most, days = naive_line([*own]) if own else (0, *[None] * 8)
        assert shown["months"] == (received, rate, days)
        assert shown["complaint_months"] == (sum(row["kind"] == "complaint" for row in own),)
        assert shown["satisfaction_months"] == (len(said), index(said) if len(said) >= 10 else None)
        assert shown["visit_months"] == (visits(first, last)[service.slug],)
    # The running month is in none.
    assert all(len(table.rows) == 10 for table in document.tables.values())
    assert [one["address"] for one in document.words["activities"]] == [world.event.slug]


@anywhere
def test_a_unit_sees_its_own_board(world: ChangeWorld) -> None:
    other = make_organization("Puskesmas")
    assert board("2026", AT, unit=other).figures["cases"].value == 0
    own = board("2026", AT, unit=world.unit)
    assert own.figures["cases"] == board("2026", AT).figures["cases"]
    assert own.subject == f"board:{world.unit.slug}"


# Publishing ------------------------------------------------------------------------------------------------------


@anywhere
def test_it_is_published_once_a_month_and_a_year_that_is_over_for_good(world: ChangeWorld) -> None:
    assert publish_all(AT) > 0
    kept_then = Evaluation.objects.public().get(subject="board", period="2026")
    assert kept_then.document.words["until"] == str(MONTH_OVER)
    # Only what came in until then, and nothing new in the same month.
    until = len(cases(YEAR[0], MONTH_OVER))
    assert kept_then.document.figures["cases"].value == until
    assert publish_all(AT + timedelta(days=3)) == 0
    assert publish_all(AT + timedelta(days=15)) > 0
    later = public_document("board", "2026")
    assert later is not None
    assert later.words["until"] == "2026-11-30"
    publish_all(datetime(2027, 1, 16, 9, tzinfo=AT.tzinfo))
    final = Evaluation.objects.public().get(subject="board", period="2026")
    assert final.frozen_at is not None
    assert publish_all(datetime(2027, 1, 17, 9, tzinfo=AT.tzinfo)) == 0


@anywhere
def test_small_numbers_and_sensitive_fields_are_hidden(world: ChangeWorld) -> None:
    make_portal()
    few = make_service("Konseling", category=world.service.category, organization=world.unit)
    world.told(few, 4)
    kept(SensitiveCategory(category=world.also.category, reason="Contoh"))
    publish_all(AT)
    document = public_document("board", "2026")
    assert document is not None
    shown = {row.key: row for row in document.tables["services"].rows}
    assert shown[few.slug].is_hidden
    # The total is shown, so that one more must hide.
    assert sum(row.is_hidden for row in shown.values()) >= 2
    assert public_document(f"service:{few.slug}", "2026") is None
    assert f"{BOARD}{few.slug}/" in page(BOARD)
    assert page(f"{BOARD}{few.slug}/")


# Pages -----------------------------------------------------------------------------------------------------------


@anywhere
def test_before_anything_is_published_the_pages_say_so_and_what_is_unknown_is_not_found(
    world: ChangeWorld,
) -> None:
    make_portal()
    assert "Belum ada yang dihitung" in page(BOARD) or "Nothing is counted yet" in page(BOARD)
    assert page(f"{BOARD}{world.service.slug}/")
    draft = make_service("Rancangan", is_published=False)
    for path in ("?periode=2019", "?periode=2026-10", "tidak-ada/", f"{draft.slug}/"):
        assert Client().get(BOARD + path).status_code == 404
    publish_all(AT)
    assert Client().get(f"{BOARD}?bidang=tidak-ada").status_code == 404
    assert Client().get(f"{BOARD}?periode=2026").status_code == 200


@anywhere
def test_the_board_shows_lateness_beside_success_in_few_queries(
    world: ChangeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_portal()
    make_improvement("Loket kedua dibuka.")
    publish_all(AT)
    document = public_document("board", "2026")
    assert document is not None
    with CaptureQueriesContext(connection) as asked:
        html = page("/en" + BOARD)
    assert len(asked) <= 12
    for row in document.tables["services"].rows:
        said = dict(zip(COLUMNS, row.values, strict=True))
        assert f"late {said['late'] + said['overdue']}" in html
        assert f"<td>{int(said['on_time_rate'] + Fraction(1, 2))}%</td>" in html
    assert "Loket kedua dibuka." in html
    assert "Kept, but late</dt><dd>3<" in html
    sector = world.service.category.sector
    assert f"bidang={sector.slug}" in html
    assert world.service.label in page(f"{BOARD}?bidang={sector.slug}")
    assert Client().get(f"{BOARD}?bidang={sector.slug}&hal=2").status_code == 404
    # Of very many services each field shows its latest few, and leads to a page of its own.
    monkeypatch.setattr("portal.evaluation.views.board.MOST_LINES", 3)
    monkeypatch.setattr("portal.evaluation.views.board.FIRST_LINES", 2)
    short = page(f"/en{BOARD}?periode=2026")
    assert "All 4 in this field" in short
    assert sum(f'{BOARD}{one.slug}/"' in short for one in world.services) == 2


@anywhere
def test_a_service_shows_its_months_its_activities_and_an_honest_sentence(world: ChangeWorld) -> None:
    make_portal()
    publish_all(AT)
    with CaptureQueriesContext(connection) as asked:
        html = page(f"/en{BOARD}{world.service.slug}/")
    assert len(asked) <= 12
    change = public_document(f"service:{world.service.slug}")
    assert change is not None
    verdicts = {word for key, word in change.words.items() if key.startswith("verdict:")}
    assert ("Too few to compare:" in html) == ("too_few" in verdicts)
    assert ("Cannot be told" in html) == ("cannot_tell" in verdicts)
    assert ("Compared with other services, " in html) == bool(verdicts & {"rose", "fell"})
    assert "They say nothing about the cause." in html
    assert f"/en/kegiatan/{world.event.slug}/" in html
    assert html.count("<polyline") >= 2
    assert '<details class="more" open>' not in html
    assert '<details class="more" open>' in page(f"{BOARD}{world.service.slug}/?cetak=1")
    # Counts of these days are told to the nearest five alone.
    [complaints] = [row for row in change.tables["change"].rows if row.key == "complaints"]
    assert all(value is None or value % 5 == 0 for value in complaints.values)
    # And promise beside result on the page of the service itself.
    told = page(f"/en/layanan/{world.service.slug}/")
    assert f"/en{BOARD}{world.service.slug}/" in told
    assert re.search(
        r"We promise an answer within [\d–]+ working days\.|messages about this service in", told
    )


# The drawing -----------------------------------------------------------------------------------------------------


@anywhere
def test_a_hidden_month_breaks_the_line_and_close_activities_share_a_mark() -> None:
    values = (10, 20, None, 40, 5)
    rows = tuple(
        Row(f"2026-{place:02}", (value,), is_hidden=value is None)
        for place, value in enumerate(values, start=1)
    )
    days = (("2026-01-05", "2026-01-05"), ("2026-01-09", "2026-01-11"), ("2026-04-01", "2026-04-02"))
    marks = marks_of(({"first": first, "last": last, "title": "Contoh"} for first, last in days), 2026)
    assert [(mark.name, len(mark.activities)) for mark in marks] == [("A", 2), ("B", 1)]
    line = line_of(Table("x", "month", ("n",), rows), 0, "count", ("count",), marks)
    assert line is not None
    assert len(line.pieces) == 2
    assert len(line.dots) == 4
    assert [text for _y, text in line.scale] == ["0", "25", "50"]
    points = line_of(Table("x", "month", ("n",), rows), 0, "points", ("points",), marks, top=100)
    assert points is not None
    assert [text for _y, text in points.scale] == ["0", "50", "100"]
    assert [month.marks for month in line.months] == ["A", "", "", "B", ""]
    assert [month.is_hidden for month in line.months] == [False, False, True, False, False]
    assert line_of(Table("x", "month", ("n",), rows[:1]), 0, "count", ("count",), marks) is None
