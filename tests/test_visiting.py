"""Home visits as verbs: sent twice is one, homes are counted once, nothing is kept that names anybody."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from outreach import visiting
from outreach.coverage import coverage_of
from outreach.forgetting_houses import forget_houses
from outreach.models import DoNotVisit, Round, RoundArea, Visit
from outreach.models.home_visit import house_key
from outreach.visiting import Door
from outreach.walk_sheets import make_sheets, read_lines, type_sheet
from portal.shared.history import Change, changes_of
from tests.builders import make_area, make_campaign, make_user
from tests.rounds import WALK_AT, first_area, knock, make_round

pytestmark = pytest.mark.django_db
SOON = WALK_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def rt() -> RoundArea:
    return first_area(make_round(topics=["Jentik", "Kartu lansia"]))


def test_a_visit_sent_twice_is_one_and_stays_as_it_was(rt: RoundArea) -> None:
    key = uuid4()
    topics = tuple(rt.round.topics.all())
    said = Door("met", topics=topics, flyers=1, before=1, after=4)
    first, is_new = visiting.record(rt, said, client_id=key, at=WALK_AT, by=None)
    again, is_new_again = visiting.record(rt, Door("refused"), client_id=key, at=SOON, by=None)
    assert (is_new, is_new_again) == (True, False)
    assert again == first == Visit.objects.get()
    assert again.outcome == "met"
    assert set(again.topics.all()) == set(topics)


def test_the_same_visit_arriving_at_the_same_moment_is_one(
    rt: RoundArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looked before the other had saved finds the other's visit when the database refuses a second."""
    key = uuid4()
    first, _ = visiting.record(rt, Door("met"), client_id=key, at=WALK_AT, by=None)
    look, looks = QuerySet.first, []

    def too_early(rows: "QuerySet[Visit]") -> object:
        if rows.model is Visit:
            looks.append(1)
            if len(looks) == 1:
                return None
        return look(rows)

    monkeypatch.setattr(QuerySet, "first", too_early)
    assert visiting.record(rt, Door("empty"), client_id=key, at=WALK_AT, by=None) == (first, False)
    assert Visit.objects.count() == 1


def test_what_an_outcome_has_no_room_for_is_not_kept(rt: RoundArea) -> None:
    said = {"house": "No. 12", "return_at": SOON, "before": 2, "topics": tuple(rt.round.topics.all())}
    refused = knock(rt, "refused", **said)
    assert (refused.house, refused.return_at, refused.before, refused.topics.count()) == ("", None, None, 0)
    assert knock(rt, "return", house="No. 12", return_at=SOON).house == "No. 12"
    assert knock(rt, "not_home", households=7, house="No. 12").house == ""


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"outcome": "met", "house": "12"}, "visit_keeps_house_to_return"),
        ({"outcome": "refused", "before": 2}, "visit_understood_by_somebody"),
        ({"outcome": "met", "after": 5}, "visit_understood_1_to_4"),
        ({"outcome": "met", "households": 0}, "visit_of_some_homes"),
        ({"outcome": "not_home", "households": 3, "house": "1"}, "visit_of_many_names_no_house"),
        ({"outcome": "met", "return_at": SOON}, "visit_returns_when_asked"),
    ],
)
def test_the_database_refuses_what_must_never_be(rt: RoundArea, columns: dict, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Visit.objects.create(client_id=uuid4(), area=rt, at=WALK_AT, recorded_at=WALK_AT, **columns)


def test_a_home_is_counted_once_however_often_somebody_knocks(rt: RoundArea) -> None:
    first = knock(rt, "not_home", house="12")
    second = knock(rt, "return", follows=first, house="12", return_at=SOON)
    # Sent by somebody who had only seen the first visit.
    third = knock(rt, "met", follows=first)
    assert third.follows == second
    tally = coverage_of(rt.round).tally
    assert (tally.visited, tally.met, tally.knocks) == (1, 1, 3)
    # Taken back in the middle, the chain holds.
    visiting.undo(second, at=SOON, by=None)
    third.refresh_from_db()
    assert third.follows == first
    assert coverage_of(rt.round).tally.visited == 1
    visiting.undo(third, at=SOON, by=None)
    assert [visit.pk for visit in Visit.objects.to_return_to()] == [first.pk]
    knock(rt, "met", follows=first)
    with pytest.raises(IntegrityError, match=r"visit_followed_once|follows_id"), transaction.atomic():
        Visit.objects.create(
            client_id=uuid4(), area=rt, at=WALK_AT, recorded_at=WALK_AT, outcome="met", follows=first
        )


def test_counts_are_all_or_none_and_the_same_when_sent_again(rt: RoundArea) -> None:
    key = uuid4()
    for _twice in range(2):
        visiting.record_counts(rt, {"not_home": 11, "met": 4, "empty": 0}, client_id=key, at=WALK_AT, by=None)
    tally = coverage_of(rt.round).tally
    assert (tally.visited, tally.met, tally.homes["not_home"]) == (15, 4, 11)
    with pytest.raises(ValidationError):
        visiting.record_counts(rt, {"met": 3, "empty": 501}, client_id=uuid4(), at=WALK_AT, by=None)
    assert Visit.objects.live().homes() == 15


def test_a_correction_and_taking_back_are_remembered(rt: RoundArea) -> None:
    who = make_user()
    visit = knock(rt, "met", flyers=2, by=who)
    visiting.correct(visit, Door("refused"), at=SOON, by=who)
    visiting.undo(visit, at=SOON, by=who)
    visiting.undo(visit, at=SOON + timedelta(hours=1), by=who)
    assert [change.verb for change in changes_of(visit)] == ["undo", "correct"]
    assert visit.undone_at == SOON
    with pytest.raises(ValidationError, match="taken back"):
        visiting.correct(visit, Door("met"), at=SOON, by=who)


def test_a_closed_round_forgets_house_numbers_and_takes_only_what_was_before(rt: RoundArea) -> None:
    left = knock(rt, "not_home", house="No. 12")
    rt.round.close(by=None, at=SOON)
    left.refresh_from_db()
    assert left.house == ""
    late = RoundArea.objects.select_related("round").get(pk=rt.pk)
    # Written down without signal before the end, sent after it.
    door = Door("met")
    visiting.record(late, door, client_id=uuid4(), at=WALK_AT, by=None, now=SOON + timedelta(days=1))
    for refused in (
        lambda: visiting.record(late, door, client_id=uuid4(), at=SOON + timedelta(hours=1), by=None),
        lambda: visiting.correct(
            Visit.objects.select_related("area__round").get(pk=left.pk), door, at=SOON, by=None
        ),
        lambda: make_sheets(late, 1, client_id=uuid4(), at=SOON, by=None),
    ):
        with pytest.raises(ValidationError, match="closed"):
            refused()
    late.round.reopen(by=None, reason="RT 002 belum selesai", at=SOON)
    assert knock(late, "met", at=SOON + timedelta(hours=2)).pk


def test_a_time_that_has_not_come_or_long_passed_is_refused(rt: RoundArea) -> None:
    for at, code in ((SOON, "ahead"), (WALK_AT.replace(year=1), "long_ago")):
        with pytest.raises(ValidationError) as refused:
            visiting.record(rt, Door("met"), client_id=uuid4(), at=at, by=None, now=WALK_AT)
        assert refused.value.code == code


def test_coverage_counts_by_rt_and_hour_in_few_questions() -> None:
    round_ = make_round(areas=[("RT 001", 10), ("RT 002", None), ("RT 003", 4)])
    one, two, three = round_.areas.select_related("round")
    for hour in range(5):
        knock(one, "met" if hour > 2 else "not_home", at=WALK_AT + timedelta(hours=hour))
    knock(two, "met", households=6)
    knock(three, "empty", households=9)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        coverage = coverage_of(round_, with_hours=True)
        numbers = [(area.tally.visited, area.percent, area.left) for area in coverage.areas]
    assert len(asked) == 4
    assert numbers == [(5, 50, 5), (6, None, None), (9, 100, 0)]
    # RT without an estimate make the whole neither better nor worse.
    assert (coverage.target, coverage.percent) == (14, 100)
    assert [(hour.hour, hour.knocks, hour.met) for hour in coverage.hours] == [
        *((15, 16, 6), (16, 1, 0), (17, 1, 0), (18, 1, 1), (19, 1, 1)),
    ]
    assert coverage.best_hour is not None
    assert coverage.best_hour.hour == 15


def test_a_campaign_counts_its_rounds_in_an_area_and_all_below_it() -> None:
    campaign = make_campaign()
    round_ = make_round(campaign=campaign)
    one, two = round_.areas.select_related("area__parent", "round")
    left = knock(one, "not_home", house="3")
    knock(one, "met", follows=left)
    knock(two, "met", households=4)
    knock(first_area(make_round()), "met", households=50)
    assert visiting.reached(campaign) == visiting.Reached(visited=5, met=5)
    assert visiting.reached(campaign, one.area.parent).visited == 5
    assert visiting.reached(campaign, two.area) == visiting.Reached(visited=4, met=4)
    assert visiting.reached(campaign, make_area("RW 09", level="rw")).visited == 0


def test_a_home_to_pass_by_stands_on_the_list_once_until_somebody_says_why_not(rt: RoundArea) -> None:
    home = visiting.keep_away(rt.area, "No. 12 A", at=WALK_AT, by=None)
    assert visiting.keep_away(rt.area, "rumah 12a", at=SOON, by=None) == home
    assert visiting.not_to_visit([rt]) == {rt.area_id: [home]}
    for nothing in ("no.", "   "):
        with pytest.raises(ValidationError):
            visiting.keep_away(rt.area, nothing, at=WALK_AT, by=None)
    with pytest.raises(ValidationError):
        visiting.lift(home, at=SOON, by=None, reason=" ")
    visiting.lift(home, at=SOON, by=None, reason="Menelepon sendiri")
    assert not DoNotVisit.objects.live().exists()
    assert visiting.keep_away(rt.area, "12A", at=SOON, by=None) != home


@pytest.mark.any_engine
def test_the_number_of_a_house_is_the_same_however_it_is_written() -> None:
    assert len({house_key(words) for words in ("No. 12 A", "12a", "rumah nomor 12-A", "NO.12A")}) == 1
    assert house_key("Blok C4/7") == "c47"
    assert house_key("nono") == "nono"


def test_officers_see_their_rounds_and_supervisors_those_of_their_units() -> None:
    officer, other = make_user(), make_user()
    mine, _others = make_round(officers=[officer]), make_round(officers=[other])
    assert list(Round.objects.open_to(officer)) == [mine]
    assert list(Round.objects.open_to(make_user())) == []
    assert Round.objects.open_to(make_user(is_superuser=True)).count() == 2


# On paper -------------------------------------------------------------------------------------------------


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("1-3, 8", {1: "", 2: "", 3: "", 8: ""}),
        ("9:No. 12; 20", {9: "No. 12", 20: ""}),
        (" 4 – 5 \n7,", {4: "", 5: "", 7: ""}),
        ("1 2", {1: "", 2: ""}),
        ("", {}),
    ],
)
def test_lines_are_read_as_people_write_them(typed: str, lines: dict[int, str]) -> None:
    assert read_lines(typed, 20) == lines


@pytest.mark.any_engine
@pytest.mark.parametrize("typed", ["21", "0", "5-3", "a", "3-", "1 x", "-4", "9999"])
def test_lines_no_sheet_has_are_told(typed: str) -> None:
    with pytest.raises(ValidationError, match="no line of this sheet"):
        read_lines(typed, 20)


def test_sheets_get_the_next_numbers_once(rt: RoundArea) -> None:
    key = uuid4()
    made = make_sheets(rt, 2, client_id=key, at=WALK_AT, by=None)
    assert make_sheets(rt, 2, client_id=key, at=WALK_AT, by=None) == made
    more = make_sheets(rt, 1, client_id=uuid4(), at=WALK_AT, by=None)
    assert [sheet.number for sheet in (*made, *more)] == [1, 2, 3]


def test_a_sheet_typed_again_mends_the_first(rt: RoundArea) -> None:
    (sheet,) = make_sheets(rt, 1, client_id=uuid4(), at=WALK_AT, by=None)

    def typed(**lines: str) -> dict[str, int]:
        doors = {
            number: Door(outcome, house=house)
            for outcome, words in lines.items()
            for number, house in read_lines(words, sheet.lines).items()
        }
        type_sheet(sheet, doors, at=WALK_AT, by=None, now=SOON)
        return {outcome: n for outcome, n in coverage_of(rt.round).tally.homes.items() if n}

    assert typed(met="1-4", not_home="5-9") == {"met": 4, "not_home": 5}
    assert typed(met="1-4", not_home="5-9") == {"met": 4, "not_home": 5}
    assert Visit.objects.count() == 9
    assert not changes_of(sheet.visits.first()).exists()
    assert typed(met="1-5", not_home="6-8", **{"return": "10:No. 3"}) == {
        "met": 5,
        "not_home": 3,
        "return": 1,
    }
    # A line left out by mistake and put back is there once.
    assert typed(met="1-5", not_home="6-9", **{"return": "10:No. 3"})["not_home"] == 4
    assert sheet.visits.live().filter(line=9).count() == 1


def test_house_numbers_are_forgotten_though_nobody_closes_the_round(rt: RoundArea) -> None:
    visit = knock(rt, "not_home", house="No. 12", note="Pagar biru")
    visiting.correct(visit, Door("not_home", house="No. 12", note="Pagar hijau", flyers=1), at=SOON, by=None)
    home = visiting.keep_away(rt.area, "Blok Melati 7", at=WALK_AT, by=None)
    visiting.lift(home, at=SOON, by=None, reason="Menelepon sendiri")
    last = WALK_AT.replace(day=30)
    assert forget_houses(last + timedelta(days=30)) == 0
    assert forget_houses(last + timedelta(days=31)) == 1
    assert forget_houses(last + timedelta(days=31)) == 0
    assert not Visit.objects.exclude(house="", note="").exists()
    assert not DoNotVisit.objects.exists()
    # Nor does history keep what was forgotten.
    kept = [str(line) for line in Change.objects.values_list("object_name", "before", "after")]
    assert [line for line in kept if "lifted_at" in line]
    assert not [line for line in kept if "elati" in line or "Pagar" in line or "No. 12" in line]
