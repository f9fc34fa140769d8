"""What people thought, understood and did later, how voices were handled: against loops over the raw rows."""

import csv
from collections import Counter
from copy import copy
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from feedback.models import Submission
from outreach.models import EventRating, UnderstandingSheet
from outreach.models.opinion import AfterUse
from portal.evaluation.intervals import mean_interval, wilson
from portal.evaluation.scope import Scope
from portal.evaluation.understanding import (
    class_of,
    effectiveness,
    effectiveness_of_change,
    figures_of,
    understanding_of,
)
from portal.evaluation.usefulness import usefulness_of
from portal.evaluation.voices import voices_of
from tests.builders import EVENT_AT, make_event, make_organization, make_portal, make_submission
from tests.evaluation_campaign import AT, World
from tests.evaluation_naive import WIB, percent
from tests.surveys import make_survey, published_survey

EXAMPLE = Path(__file__).parent / "data" / "prepost-example.csv"
database = pytest.mark.django_db


def example(phase: str) -> list[int]:
    with EXAMPLE.open(encoding="utf-8") as file:
        return [int(row["total"]) for row in csv.DictReader(file) if row["phase"] == phase]


# The published example ------------------------------------------------------------------------------------


@pytest.mark.any_engine
def test_both_formulas_give_the_published_example() -> None:
    pre, post, best = example("pre"), example("post"), Fraction(25)
    mean_pre, mean_post = Fraction(sum(pre), len(pre)), Fraction(sum(post), len(post))
    assert (mean_pre, mean_post) == (Fraction("7.6"), Fraction("21.2"))
    assert effectiveness(mean_post, best) == Fraction("84.8")
    change = effectiveness_of_change(mean_pre, mean_post, best)
    assert change == Fraction(1360, Fraction("17.4"))
    assert f"{float(change):.2f}" == "78.16"
    assert (class_of(Fraction("84.8")), class_of(change)) == ("very", "very")
    # The same by the way a document goes: in percent of the sheet's best, pair by pair.
    pairs = Counter((Fraction(100 * a, 25), Fraction(100 * b, 25)) for a, b in zip(pre, post, strict=True))
    figures = {one.key: one for one in figures_of(pairs)}
    assert (figures["effectiveness"].value, figures["effectiveness_of_change"].value) == (
        Fraction("84.8"),
        change,
    )
    assert [figures[key].value for key in ("rose", "stayed", "fell")] == [10, 0, 0]


@database
def test_the_example_typed_in_as_sheets_gives_the_same() -> None:
    event = make_event()
    for phase, key in (("before", "pre"), ("after", "post")):
        for number, score in enumerate(example(key)):
            facts = {"event": event, "phase": phase, "respondent": f"kode-{number}", "way": "code"}
            UnderstandingSheet.objects.create(
                **facts, form_key_hash=f"{phase}-{number}", at=EVENT_AT, score=score, out_of=25
            )
    document = understanding_of(Scope(at=AT))
    assert document.figures["effectiveness"].value == Fraction("84.8")
    assert f"{float(document.figures['effectiveness_of_change'].value or 0):.2f}" == "78.16"
    assert document.figures["pre_mean"].value == Fraction("30.4")
    assert document.figures["pre_mean"].n == 10
    assert document.words["class:effectiveness"] == "very"


@pytest.mark.any_engine
def test_nothing_was_missing_before_so_no_change_can_be_told() -> None:
    assert effectiveness_of_change(Fraction(100), Fraction(100)) is None
    assert effectiveness_of_change(None, None) is effectiveness(None) is None
    # Who falls is not hidden: less than nothing was gained.
    assert effectiveness_of_change(Fraction(50), Fraction(25)) == -50


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("percent", "name"),
    [
        (Fraction(100, 3), "little"),
        (Fraction(100, 3) + Fraction(1, 1000), "effective"),
        (Fraction(200, 3), "effective"),
        (Fraction(200, 3) + Fraction(1, 1000), "very"),
        (Fraction(-5), "little"),
    ],
)
def test_classes_are_exact_thirds(percent: Fraction, name: str) -> None:
    assert class_of(percent) == name


# Against the raw rows -------------------------------------------------------------------------------------


@database
@pytest.mark.parametrize("narrow", ["campaign", "month"])
def test_every_figure_is_what_people_said(narrow: str) -> None:
    world = World()
    if narrow == "campaign":
        scope = Scope(campaign=world.campaign, at=AT)
        events = {one.pk for one in world.events if one.campaign == world.campaign}
    else:
        scope = Scope.of_period("2026-12", at=AT)
        events = {one.pk for one in world.events if one.starts_at.astimezone(WIB).month == 12}
    said = [one for one in EventRating.objects.values() if one["event_id"] in events]
    later = [one["answer"] for one in AfterUse.objects.values() if one["event_id"] in events]
    document = usefulness_of(scope)
    for name in ("usefulness", "clarity"):
        given = [one[name] for one in said if one[name] is not None]
        mean = document.figures[f"{name}_mean"]
        assert (mean.value, mean.n) == (Fraction(sum(given), len(given)), len(given))
        assert mean.low is not None
        assert mean.low <= mean.value <= (mean.high or 0)  # type: ignore[operator]
        rows = {row.key: row.values for row in document.tables[f"{name}_answers"].rows}
        for value in (1, 2, 3, 4):
            assert rows[str(value)] == (given.count(value), percent(given.count(value), len(given)))
    useful = [one["usefulness"] for one in said if one["usefulness"] is not None]
    good = document.figures["usefulness_good"]
    assert (good.part, good.whole) == (useful.count(3) + useful.count(4), len(useful))
    assert document.figures["rated"].value == sum(
        1 for one in said if one["usefulness"] is not None or one["clarity"] is not None
    )
    assert document.figures["later_asked"].value == len(later)
    used = document.figures["later_used"]
    assert (used.value, used.part) == (percent(later.count("used"), len(later)), later.count("used"))

    before, after = {}, {}
    for one in UnderstandingSheet.objects.values():
        if one["event_id"] in events and one["respondent"]:
            pile = before if one["phase"] == "before" else after
            pile[one["event_id"], one["respondent"]] = Fraction(one["score"], one["out_of"]) * 100
    pairs = [(before[key], after[key]) for key in before if key in after]
    figures = understanding_of(scope).figures
    assert len(pairs) > 5
    pre, post = (Fraction(sum(pair[place] for pair in pairs)) / len(pairs) for place in (0, 1))
    assert (figures["pre_mean"].value, figures["post_mean"].value) == (pre, post)
    assert figures["effectiveness"].value == post
    assert figures["effectiveness_of_change"].value == (post - pre) / (100 - pre) * 100
    rose, fell = sum(b > a for a, b in pairs), sum(b < a for a, b in pairs)
    assert [figures[key].value for key in ("rose", "stayed", "fell")] == [
        rose,
        len(pairs) - rose - fell,
        fell,
    ]
    assert figures["rose"].whole == len(pairs)


@database
def test_nobody_said_anything_is_not_zero() -> None:
    make_event()
    document = usefulness_of(Scope(at=AT)).with_parts(understanding_of(Scope(at=AT)))
    for key in ("usefulness_mean", "usefulness_good", "later_used", "pre_mean", "effectiveness", "rose"):
        assert document.figures[key].value is None, key
    assert "class:effectiveness" not in document.words


# Voices and satisfaction ----------------------------------------------------------------------------------


def many_cases(number: int) -> None:
    """Cases of autumn 2026 in every state that counts, as rows."""
    chance, first = Random(3), make_submission()
    rows = []
    for place in range(number):
        case = copy(first)
        case.pk, case.number, case.form_key_hash = None, f"W-{place}", f"kunci-{place}"
        received = datetime(2026, chance.randint(8, 11), chance.randint(1, 28), 23, 30, tzinfo=WIB)
        case.received_at = received
        case.due_on = received.date() + timedelta(days=10) if chance.random() < 0.8 else None
        case.waited_days = chance.choice((0, 0, 1))
        case.rested_days = place % 2
        is_closed = chance.random() < 0.7
        case.status = chance.choice(("answered", "settled")) if is_closed else "assigned"
        case.closed_at = received + timedelta(days=chance.randint(0, 20)) if is_closed else None
        case.answered_at = case.closed_at
        case.status_at = received
        rows.append(case)
    Submission.objects.bulk_create(rows)


def working_days(first: date, last: date) -> int:
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


@database
def test_voices_are_counted_as_the_rows_have_them() -> None:
    make_portal()
    many_cases(60)
    at = datetime(2026, 12, 1, 8, tzinfo=WIB)
    begins, ends = date(2026, 9, 1), date(2026, 9, 30)
    document = voices_of(Scope.of_period("2026-09", at=at))
    cases = [
        one
        for one in Submission.objects.values()
        if begins <= one["received_at"].astimezone(WIB).date() <= ends
    ]
    closed = [one for one in cases if one["closed_at"]]
    on_time = late = overdue = 0
    days = []
    for one in cases:
        received = one["received_at"].astimezone(WIB).date()
        ended = one["closed_at"].astimezone(WIB).date() if one["closed_at"] else None
        if ended:
            days.append(max(0, working_days(received, ended) - one["waited_days"] - one["rested_days"]))
        if one["due_on"] and ended:
            on_time += ended <= one["due_on"]
            late += ended > one["due_on"]
        elif one["due_on"]:
            overdue += one["due_on"] < at.date()
    figures = document.figures
    assert len(cases) > 10
    assert (figures["cases"].value, figures["answered"].value) == (len(cases), len(closed))
    assert (figures["late"].value, figures["overdue"].value) == (late, overdue)
    assert figures["on_time_rate"].value == percent(on_time, on_time + late + overdue)
    assert figures["median_days"].value == Fraction(median(days))
    whole = voices_of(Scope.of_period("2026", at=at)).tables["months"]
    by_month = Counter(f"{one['received_at'].astimezone(WIB):%Y-%m}" for one in Submission.objects.values())
    assert {row.key: row.values[0] for row in whole.rows} == by_month
    # Who asks for a unit without cases gets none.
    nobody = voices_of(Scope.of_period("2026", at=at, unit=make_organization("Lain")))
    assert nobody.figures["cases"].value == 0


@database
def test_satisfaction_counts_what_was_published_of_the_period() -> None:
    answers = ["434344434"] * 8 + ["222233334"] * 4
    published_survey(*answers)
    survey = make_survey(state="open")
    document = voices_of(Scope.of_period("2026", at=AT))
    total = sum(int(digit) for one in answers for digit in one)
    index = document.figures["satisfaction_index"]
    assert (index.value, index.n) == (Fraction(total, 12 * 9) * 25, 12)
    assert voices_of(Scope.of_period("2025", at=AT)).figures["survey_n"].value == 0
    assert survey.responses.count() == 0


# How sure -------------------------------------------------------------------------------------------------


@pytest.mark.any_engine
def test_bounds_hold_the_number_and_narrow_with_more_answers() -> None:
    # Wilson 1927 for 8 of 10, as tables have it.
    low, high = wilson(8, 10)
    assert (round(float(low), 2), round(float(high), 2)) == (49.02, 94.33)
    assert wilson(0, 0) == (0, 100)
    assert wilson(0, 5)[0] == 0
    assert mean_interval({4: 1}) is None
    assert mean_interval({4: 9}) == (4, 4)
    few, many = mean_interval({1: 2, 4: 8}), mean_interval({1: 200, 4: 800})
    assert few is not None
    assert many is not None
    assert few[0] < many[0] <= Fraction("3.4") <= many[1] < few[1]
    # The same data, the same bounds, in whatever order they come.
    assert mean_interval({4: 8, 1: 2, 3: 0}) == few


@pytest.mark.any_engine
def test_bounds_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of samples of 40 from a known mean, nearly all."""
    chance, held = Random(11), 0
    draws: list[Any] = [Counter(chance.choices((1, 2, 3, 4), (1, 2, 4, 3), k=40)) for _ in range(60)]
    for one in draws:
        low, high = mean_interval(one) or (0, 0)
        held += low <= Fraction("2.9") <= high
    assert held >= 52
