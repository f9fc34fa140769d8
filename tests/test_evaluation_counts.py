"""Who took part, as documents count it: every figure and table against loops over the raw rows."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from outreach.attending import tick
from outreach.linking import link_for
from outreach.models import Campaign, Registration
from outreach.reaching import reached
from outreach.registering import Wish, cancel, register
from portal.evaluation.counting import campaign_document, opinions_and_counts
from portal.evaluation.documents import Document, as_json, from_json
from portal.evaluation.labels import labels_of
from portal.evaluation.participation import participation_of
from portal.evaluation.protecting import without_small
from portal.evaluation.scope import Scope, days_of
from tests.builders import (
    EVENT_AT,
    make_campaign,
    make_event,
    make_organization,
    make_service,
    make_submission,
)
from tests.evaluation_campaign import AT, World
from tests.evaluation_naive import Naive, percent

pytestmark = pytest.mark.django_db
DECEMBER = {"begins": date(2026, 12, 1), "ends": date(2026, 12, 31)}


@pytest.fixture
def world() -> World:
    return World()


def values(document: Document, table: str, column: int = 0) -> dict[str, Any]:
    return {row.key: row.values[column] for row in document.tables[table].rows}


def totals(document: Document, table: str) -> tuple[Any, ...]:
    total = document.tables[table].total
    assert total is not None
    return total.values


def same(shown: dict[str, Any], naive: dict[str, Any]) -> None:
    """Rows that are nothing may be left out or shown as 0."""
    assert {key: n for key, n in shown.items() if n} == {key: n for key, n in naive.items() if n}


@pytest.mark.parametrize("narrow", ["campaign", "month", "area"])
def test_every_figure_is_what_the_rows_say(world: World, narrow: str) -> None:
    if narrow == "campaign":
        scope, naive = Scope(campaign=world.campaign, at=AT), Naive(AT, world.campaign.pk)
    elif narrow == "month":
        scope, naive = Scope.of_period("2026-12", at=AT), Naive(AT, **DECEMBER)
    else:
        scope = Scope(campaign=world.campaign, area=world.rws[0], at=AT)
        naive = Naive(AT, world.campaign.pk, area=world.rws[0].pk)
    document = participation_of(scope)
    assert from_json(as_json(document)) == document
    figures = document.figures
    value = {key: one.value for key, one in figures.items()}
    over = [pk for pk in naive.events if naive.is_over(pk)]
    asked = [pk for pk in over if naive.invited(pk)]
    came_of, registered_before = naive.came_of_registered()

    # People.
    assert naive.events
    assert value["events"] == len(over)
    assert value["invited"] == sum(naive.invited(pk) for pk in naive.events if not naive.is_off(pk))
    assert value["registered"] == sum(one["party_size"] for one in naive.registrations())
    assert value["came"] == naive.total > 0
    assert value["walk_ins"] == naive.walk_ins()
    rate = figures["attendance_rate"]
    assert (rate.part, rate.whole) == (sum(map(naive.came, asked)), sum(map(naive.invited, asked)))
    assert rate.value == percent(rate.part or 0, rate.whole or 0)
    rate = figures["expected_rate"]
    assert (rate.part, rate.whole, rate.of) == (came_of, registered_before, "registered")
    assert rate.value == percent(came_of, registered_before)

    # By their marks; each table that has no overlaps adds up to all who came.
    same(values(document, "came_by_sex"), naive.by_group("sex"))
    same(values(document, "came_by_age"), naive.by_group("age"))
    same(values(document, "came_by_area"), naive.by_area())
    same(values(document, "came_by_audience"), naive.by_audience())
    same(values(document, "came_by_channel"), naive.came_by_channel())
    same(values(document, "registered_by_channel"), naive.registered_by_channel())
    for key in ("came_by_sex", "came_by_age", "came_by_area", "came_by_channel"):
        assert sum(values(document, key).values()) == totals(document, key)[0] == naive.total

    # Doors.
    assert value["homes_visited"] == naive.homes() > 0
    assert (value["homes_met"], value["homes_refused"]) == (naive.homes("met"), naive.homes("refused"))
    same(
        values(document, "visits_by_outcome"),
        {name: naive.homes(name) for name in ("met", "not_home", "refused", "empty", "return")},
    )
    visited, expected = naive.coverage()
    rate = figures["home_coverage"]
    assert (rate.part, rate.whole, rate.value) == (visited, expected, percent(visited, expected))
    for row in document.tables["coverage_by_area"].rows:
        part, whole = naive.coverage(row.key)
        counts = (naive.homes(outcome, row.key) for outcome in ("", "met", "refused"))
        assert row.values == (whole or None, *counts, percent(part, whole))

    # Paper and posts.
    printed, out, left = naive.flyers()
    is_known = narrow != "area"
    assert value["flyers_out"] == out
    assert value["flyers_printed"] == (printed if is_known else None)
    assert value["flyers_left"] == (left if is_known else None)
    assert value["scans"] == naive.scans()
    same(
        values(document, "scans_by_channel"),
        {channel: naive.scans(channel) for channel in ("flyer", "poster", "whatsapp")},
    )
    assert totals(document, "flyers_by_place")[0] == out
    assert value["posts"] == (len(naive.posts()) if is_known else None)
    for row in document.tables["posts"].rows:
        found = naive.posts(row.key)
        told = [one["people_reached"] for one in found if one["people_reached"] is not None]
        assert row.values[:2] == (len(found), sum(told) if told else None)


def test_targets_stand_beside_the_same_numbers_as_on_the_page_of_the_campaign(world: World) -> None:
    rows = participation_of(Scope(campaign=world.campaign, at=AT)).tables["targets"].rows
    known = reached(world.campaign, AT)
    assert [row.values for row in rows] == [
        (target.amount, amount, Fraction(100 * amount, target.amount)) for target, amount in known
    ]
    assert rows[1].key == f"came:lansia:{world.rws[1].slug}"
    assert any(amount for _target, amount in known)


def test_which_flyer_brought_how_many_is_for_staff_alone() -> None:
    campaign = make_campaign()
    event = make_event(campaign=campaign, capacity=20)
    link = link_for(event, "flyer", "Pos RW 03", campaign)
    day = EVENT_AT - timedelta(days=3)
    for key, code, people in (("a", link.code, 3), ("b", link.code, 2), ("c", "", 4)):
        made = register(event, Wish(party_size=people, link_code=code), form_key=key * 30, at=day)
    came = Registration.objects.get(party_size=3)
    tick(event, came, nonce="x", way="tick", at=EVENT_AT, by=None)
    cancel(made.registration, at=day)
    document = participation_of(Scope(campaign=campaign, at=AT))
    assert values(document, "came_by_link") == {link.code: 5}
    assert totals(document, "came_by_link") == (5, 3)
    with translation.override("en"):
        assert labels_of("link", [link.code]) == {link.code: "A flyer: Pos RW 03"}
    assert "came_by_link" not in without_small(document).tables


def test_what_it_cost_is_exact_and_unknown_is_not_zero(world: World) -> None:
    naive = Naive(AT, world.campaign.pk)
    people = naive.total + naive.homes("met")
    document = participation_of(Scope(campaign=world.campaign, at=AT))
    cost = document.figures["cost_per_person"]
    assert (cost.value, cost.part, cost.whole) == (Fraction(7_500_000, people), 7_500_000, people)
    assert (document.figures["budget"].value, document.figures["spent"].value) == (None, 7_500_000)
    Campaign.objects.filter(pk=world.campaign.pk).update(budget=9_000_000, spent=None)
    world.campaign.refresh_from_db()
    assert participation_of(Scope(campaign=world.campaign, at=AT)).figures[
        "cost_per_person"
    ].value == Fraction(9_000_000, people)
    Campaign.objects.filter(pk=world.campaign.pk).update(budget=None)
    world.campaign.refresh_from_db()
    assert "cost_per_person" not in participation_of(Scope(campaign=world.campaign, at=AT)).figures
    for_nothing = make_campaign(budget=0, spent=0)
    figures = participation_of(Scope(campaign=for_nothing, at=AT)).figures
    assert (figures["budget"].value, figures["cost_per_person"].value) == (0, None)


def test_the_unit_counts_with_all_below_it(world: World) -> None:
    above = make_organization("Kota")
    unit = world.campaign.unit
    unit.parent = above
    unit.save()
    whole = participation_of(Scope(at=AT, unit=above))
    assert (
        whole.figures["homes_visited"]
        == participation_of(Scope(campaign=world.campaign, at=AT)).figures["homes_visited"]
    )
    nobody = participation_of(Scope(at=AT, unit=make_organization("Lain")))
    assert {one.value for one in nobody.figures.values()} == {0, None}


def test_a_campaign_is_counted_in_as_few_questions_with_more_rows(world: World) -> None:
    """All parts of the document, what changed in services too: at most 25."""
    service = make_service()
    world.campaign.services.add(service)
    make_submission(service=service)
    with CaptureQueriesContext(connection) as asked:
        campaign_document(world.campaign, AT)
    assert len(asked) <= 25
    with CaptureQueriesContext(connection) as asked:
        opinions_and_counts(Scope.of_period("2026", at=AT))
    assert len(asked) <= 25


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_periods_have_days_and_days_a_period(period: str, first: date, last: date) -> None:
    assert days_of(period) == (first, last)
    assert Scope.of_period(period, at=AT).period == period
    assert Scope(begins=first, ends=None, at=AT).period == ""


@pytest.mark.any_engine
@pytest.mark.parametrize("odd", ["26", "2026-13", "2026-1", "9999", "abcd"])
def test_an_odd_period_is_refused(odd: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        days_of(odd)
