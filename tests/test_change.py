"""What changed in a service: numbers from raw rows, verdicts that do not cry wolf, silence where there is little."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import starmap
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from portal.evaluation.activities import Activity, last_run, windows_around
from portal.evaluation.change import COLUMNS, SIZES, change_of, changes_of
from portal.evaluation.coarse import told_coarsely
from portal.evaluation.comparing import (
    COMPLAINTS,
    INDEX,
    MEDIAN_DAYS,
    ON_TIME,
    Measure,
    compared,
)
from portal.evaluation.documents import Document, Row, Table, as_json, from_json
from portal.evaluation.resampling import Four, spread
from portal.evaluation.sentences import changed_service, changed_services
from tests.change_naive import measures
from tests.change_world import AFTER, AT, BEFORE, HELD_ON, ChangeWorld

anywhere = pytest.mark.any_engine


@pytest.mark.django_db
def test_every_number_of_a_comparison_follows_from_raw_rows() -> None:
    world = ChangeWorld()
    document = change_of(world.service, AT)
    assert document.words["windows"]["before"] == [day.isoformat() for day in BEFORE]
    assert document.words["windows"]["after"] == [day.isoformat() for day in AFTER]
    counted = [
        measures(services, days) for services in ([world.service], world.others) for days in (BEFORE, AFTER)
    ]
    rows = {row.key: row.values for row in document.tables["change"].rows}
    assert set(rows) == {"complaints", "satisfaction", "on_time", "median_days", "visits"}
    for key, values in rows.items():
        assert values[:4] == tuple(one[key][0] for one in counted), key
        assert values[7:] == tuple(one[key][1] for one in counted), key
        before, after, others_before, others_after = (Fraction(one[key][0]) for one in counted)
        expected = (after - before) - (others_after - others_before)
        if key in ("complaints", "visits"):
            expected = after - before * others_after / others_before
        assert values[4] == expected, key
        assert values[5] <= values[4] <= values[6], key
    assert document.words["verdict:complaints"] == "fell"
    assert document.words["verdict:median_days"] == "fell"
    assert document.words["verdict:satisfaction"] == "rose"
    later = document.figures["later_used"]
    assert (later.part, later.whole, later.value) == (9, 15, Fraction(60))


@pytest.mark.django_db
def test_a_campaign_says_the_same_of_its_services_in_few_queries() -> None:
    world = ChangeWorld(cases=30)
    with CaptureQueriesContext(connection) as asked:
        document = changes_of(world.campaign, AT)
    assert len(asked) <= 13
    [changed] = changed_services(document)
    alone = {row.key: row.values for row in change_of(world.service, AT).tables["change"].rows}
    slug = world.service.slug
    assert {row.key: row.values for row in document.tables["changes"].rows} == {
        f"{slug}:{key}": values for key, values in alone.items()
    }
    assert changed.slug == slug
    assert len(changed.statements) == 5
    # Drawn anew, the bounds are the same; written down and read back too.
    spread.cache_clear()
    again = changes_of(world.campaign, AT)
    assert as_json(again) == as_json(document)
    assert from_json(as_json(document)) == again


@pytest.mark.django_db
@anywhere
def test_nothing_is_said_before_an_activity_and_soon_after_it() -> None:
    world = ChangeWorld(cases=2)
    soon = AT.replace(month=8, day=10)
    early = change_of(world.service, soon)
    assert early.words["reason"] == "too_early"
    assert not early.tables["change"].rows
    assert {early.words[key] for key in early.words if key.startswith("verdict:")} == {"too_few"}
    assert change_of(world.others[0], AT).words["reason"] == "no_activity"
    with override("en"):
        assert "90 days after" in changed_service(early).reason
    # A whole window later there is still too little to speak of.
    late = change_of(world.service, AT)
    assert late.words["verdict:complaints"] == "too_few"
    assert {one.key for one in changed_service(late).silent} >= {"complaints", "on_time", "median_days"}


# Windows ---------------------------------------------------------------------------------------------------------


def activity(first: date, days: int = 0) -> Activity:
    return Activity("event", "Contoh", first, first + timedelta(days=days), "contoh")


@anywhere
def test_windows_are_equal_and_touch_neither_the_activities_nor_today() -> None:
    held = HELD_ON
    whole = windows_around([activity(held), activity(held + timedelta(days=4), 2)], AT)
    assert whole is not None
    assert whole.days == 90
    assert whole.before == (held - timedelta(days=90), held - timedelta(days=1))
    assert whole.after == (held + timedelta(days=7), held + timedelta(days=96))
    young = windows_around([activity(AT.date() - timedelta(days=29))], AT)
    assert young is not None
    assert young.is_long_enough
    assert young.days == 28
    assert (young.before[1] - young.before[0]).days == 27
    assert young.after[1] == AT.date() - timedelta(days=1)
    younger = windows_around([activity(AT.date() - timedelta(days=28))], AT)
    assert younger is not None
    assert not younger.is_long_enough
    today = windows_around([activity(AT.date())], AT)
    assert today is not None
    assert today.days == 0
    assert windows_around([], AT) is None


@anywhere
def test_activities_close_to_each_other_are_one_and_a_fresh_one_waits() -> None:
    old, close, fresh = (
        activity(HELD_ON),
        activity(HELD_ON + timedelta(days=30)),
        activity(AT.date() - timedelta(days=3)),
    )
    assert last_run([old, close], AT) == [old, close]
    assert last_run([activity(HELD_ON - timedelta(days=120)), old], AT) == [old]
    # Nobody can say anything of three days: the ones before them are compared.
    far = activity(HELD_ON - timedelta(days=60))
    assert last_run([far, fresh], AT) == [far]


# Verdicts --------------------------------------------------------------------------------------------------------


def share(kept: int, missed: int) -> Counter[int]:
    return Counter({1: kept, 0: missed})


@anywhere
@pytest.mark.parametrize(
    ("measure", "four", "verdict"),
    [
        (ON_TIME, Four(share(20, 20), share(38, 2), share(60, 60), share(61, 59)), "rose"),
        (ON_TIME, Four(share(38, 2), share(20, 20), share(60, 60), share(61, 59)), "fell"),
        (ON_TIME, Four(share(20, 20), share(22, 18), share(60, 60), share(61, 59)), "cannot_tell"),
        # It rose here as it rose everywhere.
        (ON_TIME, Four(share(20, 20), share(38, 2), share(200, 200), share(380, 20)), "cannot_tell"),
        (ON_TIME, Four(share(0, 9), share(40, 0), share(60, 60), share(61, 59)), "too_few"),
        # Nothing to compare with.
        (ON_TIME, Four(share(2, 38), share(38, 2), share(4, 5), share(61, 59)), "cannot_tell"),
        (ON_TIME, Four({}, {}, {}, {}), "too_few"),
        # Ten of ten do not make certain that the next is like them.
        (ON_TIME, Four(share(10, 0), share(10, 0), share(300, 100), share(370, 30)), "cannot_tell"),
        (COMPLAINTS, Four({1: 30, 0: 60}, {1: 2, 0: 88}, {3: 90}, {3: 90}), "fell"),
        (COMPLAINTS, Four({1: 30, 0: 60}, {1: 60, 0: 30}, {3: 90}, {6: 90}), "cannot_tell"),
        (COMPLAINTS, Four({1: 10, 0: 80}, {1: 9, 0: 81}, {3: 90}, {3: 90}), "too_few"),
        (COMPLAINTS, Four({1: 30, 0: 60}, {0: 90}, {0: 90}, {1: 90}), "cannot_tell"),
        (MEDIAN_DAYS, Four({9: 20, 10: 20}, {2: 20, 3: 20}, {5: 90, 6: 90}, {5: 90, 6: 80}), "fell"),
        (INDEX, Four({(2,) * 9: 20, (3,) * 9: 20}, {(4,) * 9: 30}, {(3,) * 9: 50}, {(3,) * 9: 50}), "rose"),
    ],
)
def test_a_verdict_needs_a_difference_beyond_chance_and_enough_to_compare(
    measure: Measure, four: Four, verdict: str
) -> None:
    found = compared(measure, four)
    assert found.verdict == verdict
    if verdict == "too_few":
        assert found.low is None
        assert found.change is None


@anywhere
def test_where_nothing_changed_few_verdicts_say_so() -> None:
    chance, verdicts = Random(5), Counter[str]()
    for _one in range(150):
        cells = [
            share(kept, number - kept)
            for number in (25, 25, 300, 300)
            for kept in [sum(chance.random() < 0.8 for _case in range(number))]
        ]
        verdicts[compared(ON_TIME, Four(*cells)).verdict] += 1
    assert verdicts["cannot_tell"] >= 138


@anywhere
def test_everybody_is_told_rounded_numbers_and_none_while_days_are_added() -> None:
    def document(days: int) -> Document:
        rows = {
            "complaints": (
                24,
                4,
                35,
                44,
                Fraction(-262, 10),
                Fraction(-50),
                Fraction(-116, 10),
                24,
                4,
                35,
                44,
            ),
            "on_time": (Fraction(972, 10), 100, 93, 88, 8, -17, 20, 36, 13, 70, 81),
            "satisfaction": (75, 100, 80, 81, None, None, None, 12, 1, 70, 9),
        }
        table = Table("change", "measure", COLUMNS, tuple(starmap(Row, rows.items())), counts=SIZES)
        words = {"windows": {"days": days}, "verdict:complaints": "fell", "reason": ""}
        return Document("service:x", "", AT.isoformat(), {}, {"change": table}, words)

    told = {row.key: row.values for row in told_coarsely(document(90)).tables["change"].rows}
    assert told["complaints"] == (25, 5, 35, 45, -25, -50, -10, 25, 5, 35, 45)
    assert told["on_time"] == (97, 100, 93, 88, 8, -17, 20, 30, 10, 70, 80)
    # What one person said is nobody's business, and neither is what nine said.
    assert told["satisfaction"] == (75, None, 80, None, None, None, None, 10, 0, 70, 0)
    growing = told_coarsely(document(89))
    assert not growing.tables["change"].rows
    assert (growing.words["verdict:complaints"], growing.words["reason"]) == ("too_few", "too_early")
