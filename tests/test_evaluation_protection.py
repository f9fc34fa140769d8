"""From everything that is published nobody can compute a small group: tried with exact algebra on random campaigns."""

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from portal.evaluation import protecting
from portal.evaluation.disclosure import Sensitive
from portal.evaluation.documents import Document, Figure, Row, Table
from portal.evaluation.protecting import protected
from portal.shared.suppression import SMALLEST_GROUP
from tests.random_campaigns import changes, document, grown, knows_how_it_adds_up, reads, secrets
from tests.solving import Solver

pytestmark = pytest.mark.any_engine

# Ten thousand in all, in shares that several cores can take.
SHARES, OF_A_SHARE = 8, 1_250
PUBLICATIONS = (1, 2, 2, 3)


def found_out(seed: int) -> list[object]:
    """Small groups, and small changes, that follow from the publications of one random campaign."""
    chance = Random(seed)
    counts, days, pages = Counter(), [], []
    for day in range(1, chance.choice(PUBLICATIONS) + 1):
        counts = grown(chance, counts)
        days.append(counts)
        pages.append(protected(document(counts, day), pages))
    solver = Solver()
    for day, page in enumerate(pages, 1):
        knows_how_it_adds_up(solver, day)
        reads(solver, page, day)
    found = [one for day, of_day in enumerate(days, 1) for one in secrets(of_day, day, SMALLEST_GROUP)]
    for day, then in enumerate(days, 1):
        for later, now in enumerate(days[day:], day + 1):
            found += changes(then, day, now, later, SMALLEST_GROUP)
    return [one for one in found if solver.is_solved(one)]


@pytest.mark.parametrize("share", range(SHARES))
def test_nobody_solves_a_small_group_of_ten_thousand_random_campaigns(share: int) -> None:
    seeds = range(share * OF_A_SHARE, (share + 1) * OF_A_SHARE)
    assert [(seed, found) for seed in seeds if (found := found_out(seed))] == []


def only_small_ones(columns: Any, smallest: Any, also: Any = ()) -> frozenset[str]:
    """Hiding small numbers and nothing beside them."""
    rows = {row for column in columns for row in column}
    return frozenset(
        row for row in rows if row in also or any(0 < one.get(row, 0) < smallest(row) for one in columns)
    )


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("hidden_rows", only_small_ones),
        ("SAME", ()),
        ("BUILT_ON", {}),
        ("tells_of_few", lambda now, then: False),
        ("groups_of_few", lambda *given: []),
    ],
)
def test_without_any_one_rule_the_same_attack_finds_somebody(
    name: str, instead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protecting, name, instead)
    assert any(found_out(seed) for seed in range(400))


def table(key: str, *rows: tuple[str, int], **facts: Any) -> Table:
    lines = tuple(Row(name, (people,)) for name, people in rows)
    total = Row("total", (sum(people for _name, people in rows),))
    return Table(key, facts.pop("dimension", "sex"), ("people",), lines, ("people",), total, **facts)


def page(*parts: Figure | Table, day: int = 1) -> Document:
    return Document(
        "campaign:any",
        "",
        f"2026-01-{day:02}T00:00:00+07:00",
        {one.key: one for one in parts if isinstance(one, Figure)},
        {one.key: one for one in parts if isinstance(one, Table)},
    )


def shown(document: Document, key: str) -> dict[str, Any]:
    return {row.key: row.values[0] for row in document.tables[key].rows}


def test_four_people_are_hidden_five_are_shown_and_a_hidden_one_is_never_alone() -> None:
    assert shown(protected(page(table("t", ("women", 5), ("men", 9)))), "t") == {"women": 5, "men": 9}
    found = shown(protected(page(table("t", ("women", 4), ("men", 9), ("", 30), ("x", 0)))), "t")
    assert found == {"women": None, "men": None, "": 30, "x": 0}


def test_sensitive_rows_need_ten() -> None:
    rows = (("rumah", 9), ("jalan", 40), ("lampu", 60))
    sensitive = Sensitive({"sector": frozenset({"rumah"})})
    of_field = page(table("cases_by_sector", *rows, dimension="sector"))
    assert shown(protected(of_field), "cases_by_sector")["rumah"] == 9
    found = shown(protected(of_field, None, sensitive), "cases_by_sector")
    assert found == {"rumah": None, "jalan": None, "lampu": 60}
    assert shown(protected(page(table("t", ("a", 9), ("b", 40), is_sensitive=True))), "t") == {
        "a": None,
        "b": None,
    }


def test_a_share_goes_with_what_it_is_built_on_and_its_rest_counts_too() -> None:
    came, walked = Figure("came", 50, "people"), Figure("walk_ins", 2, "people")
    rate = Figure("expected_rate", Fraction(80), "percent", part=48, whole=60)
    found = protected(page(came, walked, rate)).figures
    assert (found["came"].value, found["walk_ins"].value, found["expected_rate"].part) == (50, None, None)
    good = Figure("usefulness_good", Fraction(96), "percent", part=48, whole=50, n=50)
    assert protected(page(good)).figures["usefulness_good"].is_hidden
    late = Figure("on_time_rate", Fraction(96), "percent", part=48, whole=50)
    assert not protected(page(late)).figures["on_time_rate"].is_hidden


def test_answers_are_shown_whole_or_not_at_all_and_their_mean_keeps_no_interval() -> None:
    answers = table("usefulness_answers", ("1", 1), ("2", 6), ("3", 20), ("4", 23), dimension="answer")
    mean = Figure("usefulness_mean", Fraction(33, 10), "points", n=50, low=Fraction(3), high=Fraction(4))
    found = protected(page(mean, answers))
    assert set(shown(found, "usefulness_answers").values()) == {None}
    assert (found.figures["usefulness_mean"].value, found.figures["usefulness_mean"].low) == (
        Fraction(33, 10),
        None,
    )


def test_a_second_publication_waits_until_enough_have_come() -> None:
    first = protected(page(table("t", ("women", 20), ("men", 20), ("", 20))))
    one_more = page(table("t", ("women", 21), ("men", 20), ("", 20)), day=2)
    second = protected(one_more, first)
    assert shown(second, "t") == shown(first, "t")
    assert second.words["stood_at"] == {"t": first.at}
    third = protected(page(table("t", ("women", 26), ("men", 20), ("", 25)), day=3), [first, second])
    assert shown(third, "t") == {"women": 26, "men": 20, "": 25}
    assert "stood_at" not in third.words


def test_how_many_came_in_all_may_grow_by_one() -> None:
    first = protected(page(Figure("came", 50, "people")))
    assert protected(page(Figure("came", 51, "people"), day=2), first).figures["came"].value == 51


def test_one_answer_more_keeps_the_old_mean() -> None:
    first = protected(page(Figure("usefulness_mean", Fraction(3), "points", n=20)))
    second = protected(page(Figure("usefulness_mean", Fraction(61, 21), "points", n=21), day=2), first)
    assert second.figures["usefulness_mean"] == first.figures["usefulness_mean"]


def test_a_target_says_nothing_that_another_table_hides() -> None:
    groups = table("came_by_audience", ("lansia", 6), ("remaja", 3), ("semua", 40), dimension="audience")
    rows = (Row("came:lansia:", (10, 6)), Row("came::", (60, 49)), Row("flyers::", (9, 2)))
    targets = Table("targets", "target", ("target", "reached"), rows, ("reached",), None, is_partition=False)
    found = {row.key: row.values for row in protected(page(groups, targets)).tables["targets"].rows}
    assert found == {"came:lansia:": (None, None), "came::": (60, 49), "flyers::": (9, 2)}
