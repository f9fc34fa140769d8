"""A round on a phone without signal: taken along, sent once however often, nothing dropped."""

from base64 import b64decode
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.models import Photo, Submission
from outreach import visiting
from outreach.models import Attendance, DoNotVisit, RoundArea, Visit
from outreach.registering import Wish, register
from outreach.visiting import Door
from portal.accounts.models import Colleague
from portal.accounts.roles import COORDINATOR, FIELD_OFFICER
from portal.field import settling
from portal.field.models import Arrival, FieldPass, HeldItem
from tests.builders import make_event, unique
from tests.desk import make_officer, signed_in
from tests.field_world import (
    LEAVE,
    LOAD,
    RELEASE,
    SEND,
    Phone,
    at_door,
    current_round,
    item,
    take_along,
    walker,
)
from tests.photo_files import saved
from tests.rounds import first_area, knock
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return walker("siti")


@pytest.fixture
def rt(officer: Any) -> RoundArea:
    return first_area(current_round(officer, topics=["Jentik", "Kartu lansia"], guide="Salam.\n\nPamit."))


@pytest.fixture
def phone(officer: Any, rt: RoundArea) -> Phone:
    return take_along(officer)


def held() -> HeldItem:
    return HeldItem.objects.get()


# Taking along -------------------------------------------------------------------------------------------------


def test_what_a_phone_takes_along(officer: Any, rt: RoundArea) -> None:
    now = timezone.now()
    knock(rt, "return", at=now, house="No. 12", return_at=now + timedelta(hours=2))
    visiting.keep_away(rt.area, "No. 7", at=now, by=None)
    event = make_event(starts_at=now + timedelta(minutes=30))
    code = register(event, Wish(nickname="Bu Rini", party_size=2), form_key=unique("k"), at=now).code
    desk = signed_in(officer)
    everything = {"round": [rt.round_id], "event": [event.pk]}
    with CaptureQueriesContext(
        connection,
    ) as few:
        taken = desk.post(LOAD, everything).json()
    (round_,), (told,) = taken["rounds"], taken["events"]
    first, second = round_["areas"]
    assert (round_["guide"], [topic["words"] for topic in round_["topics"]]) == (
        ["Salam.", "Pamit."],
        ["Jentik", "Kartu lansia"],
    )
    assert (first["label"], first["target"], first["done"], first["pass_by"]) == (
        "RT 001 / RW 03",
        40,
        1,
        ["No. 7"],
    )
    assert [(one["house"], one["outcome"]) for one in first["returns"]] == [("No. 12", "return")]
    assert (second["target"], second["returns"]) == (None, [])
    (party,) = told["roster"]
    assert (party["name"], party["size"], party["tail"], party["state"]) == (
        "Bu Rini",
        2,
        code[-3:],
        "registered",
    )
    assert code not in str(taken), "a code opens the registration"
    assert len(b64decode(taken["key"])) == 32
    assert len(few) <= 45
    another = current_round(officer, title="Kedua", areas=(("RT 003", 10), ("RT 004", 20), ("RT 005", 5)))
    with CaptureQueriesContext(connection) as more:
        both = desk.post(LOAD, everything | {"round": [rt.round_id, another.pk]}).json()
    assert (len(both["rounds"]), len(more) - len(few)) == (2, 0)
    # Only what is asked for, and only one's own.
    foreign = current_round(walker(), title="Orang lain")
    chosen = desk.post(LOAD, {"round": [round_["id"], foreign.pk]}).json()
    assert ([one["id"] for one in chosen["rounds"]], chosen["events"]) == ([round_["id"]], [])
    assert (len(desk.post(LOAD).json()["rounds"]), desk.post(LOAD).json()["events"]) == (2, [])


def test_the_key_of_a_box_is_its_officers_alone(officer: Any, phone: Phone) -> None:
    """After a new sign-in what is still on the phone can be read, by nobody else; the pass before is over."""
    again = take_along(officer, box=phone.taken["box"])
    assert (again.taken["key"], again.taken["box"]) == (phone.taken["key"], phone.taken["box"])
    assert take_along(officer).taken["key"] != phone.taken["key"]
    assert take_along(walker(), box=phone.taken["box"]).taken["key"] != phone.taken["key"]
    assert (phone.post([]).status_code, again.post([]).status_code) == (401, 400)
    assert signed_in(officer).post(LOAD, {"box": "kotak"}).status_code == 400
    # A token is stored nowhere as it is.
    assert phone.taken["pass"] not in str(list(FieldPass.objects.values()))


def test_a_pass_outlives_the_idle_end_and_ends_with_the_day(phone: Phone, rt: RoundArea) -> None:
    assert "Cookie" not in str(phone.post([at_door(rt)]).headers)
    given = phone.given
    assert timedelta(hours=7, minutes=58) < given.until - given.made_at <= timedelta(hours=8)
    FieldPass.objects.update(until=timezone.now(), made_at=timezone.now() - timedelta(hours=8))
    answer = phone.post([at_door(rt)])
    assert (answer.status_code, answer.json()["ended"]) == (401, True)
    assert Visit.objects.count() == 1


@pytest.mark.any_engine
def test_who_ends_what_a_phone_may(rt: RoundArea, officer: Any) -> None:
    """Signing out in that browser, everywhere, a new password, an account out of use, the phone itself."""
    now = timezone.now()
    colleague = Colleague.objects.get(pk=officer.pk)

    def is_over(phone: Phone) -> bool:
        return phone.post([]).status_code == 401

    everywhere = take_along(officer)
    colleague.end_sessions(by=officer, at=now)
    assert is_over(everywhere)
    password = take_along(User.objects.get(pk=officer.pk))
    colleague.choose_password("rambutan perahu 8 jendela", by=officer, at=now)
    assert is_over(password)
    out_of_use = take_along(User.objects.get(pk=officer.pk))
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert is_over(out_of_use)
    User.objects.filter(pk=officer.pk).update(is_active=True)
    itself = take_along(User.objects.get(pk=officer.pk))
    assert not is_over(itself)
    itself.client.post(RELEASE, headers={"Authorization": f"Pass {itself.taken['pass']}"})
    assert is_over(itself)
    member = make_member("", FIELD_OFFICER)
    desk = sign_in(member)
    here, elsewhere = take_along(member, desk), take_along(member, signed_in(member, Client()))
    assert desk.get(LEAVE).status_code == 200
    assert desk.post(LEAVE).status_code == 302
    assert (is_over(here), is_over(elsewhere)) == (True, False)
    assert desk.get(LEAVE).status_code == 302


UNREADABLE = ("", "kacau", "{}", "[]", "[1]", "[" * 100_000, "[" + ",".join(["{}"] * 51) + "]")
NOT_UNDERSTOOD = (
    {"client_id": "x"},
    {"client_id": str(uuid4()), "kind": "visit", "at": "kemarin"},
    item("visit", outcome="met"),
    item("visit", area=10**30, outcome="met"),
    item("visit", area=1, outcome="met") | {"at": "0001-01-01T00:00:00+14:00"},
    item("visit", area=1, outcome="return", return_at="9999-12-31T23:59:59-12:00"),
    item("visit", area=1, outcome="met", topics=["a"]),
    item("check_in", event=1),
    item("count", area=1, counts=[3]),
    item("case", form_key="pendek"),
    {"note": "\0"},
    {"note": "\ud800"},
    {"at": float("inf")},
    {"kind": ["visit"]},
    {"deep": {"deep": {"deep": {"deep": 1}}}},
)


@pytest.mark.any_engine
def test_what_is_no_sending_is_refused_in_words(phone: Phone) -> None:
    assert {phone.post(items).status_code for items in UNREADABLE} == {400}
    results = phone.send(*NOT_UNDERSTOOD)
    assert ({one["result"] for one in results}, len(results)) == ({"refused"}, len(NOT_UNDERSTOOD))
    assert all(one["words"] for one in results)
    assert phone.client.post(SEND, {"items": "[]"}).status_code == 401
    assert phone.client.get(SEND).status_code == 405
    assert not Arrival.objects.exists()


# Sending ------------------------------------------------------------------------------------------------------


def test_sixty_visits_two_complaints_and_two_photos_arrive_once(phone: Phone, rt: RoundArea) -> None:
    topics = [topic["id"] for topic in phone.taken["rounds"][0]["topics"]]
    walked = [at_door(rt, topics=topics, flyers=1) for _home in range(60)]
    slips, cases = phone.taken["slips"], []
    for slip, visit in zip(slips[:2], (walked[3], walked[50]), strict=True):
        cases.append(
            item("case", area=rt.pk, visit_client=visit["client_id"], story="Lampu jalan mati", **slip)
        )
    first, second = [*walked[:49], cases[0]], [*walked[49:], cases[1]]

    def send(part: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return phone.send(*part, **{f"photo:{part[-1]['client_id']}:0": BytesIO(saved("JPEG"))})

    with CaptureQueriesContext(connection) as asked:
        done = send(first)
    per_item = len(asked) / len(first)
    done += send(second)
    assert {one["result"] for one in done} == {"done"}
    assert [one["case"] for one in done if "case" in one] == [slip["number"] for slip in slips[:2]]
    assert per_item <= 13, per_item
    # The answer was lost: everything is sent again.
    again = send(first) + send(second)
    assert {one["result"] for one in again} == {"known"}
    assert (Visit.objects.count(), Submission.objects.count(), Arrival.objects.count()) == (60, 2, 60)
    assert (Visit.objects.filter(raised=1).count(), Photo.objects.count()) == (2, 2)
    assert not HeldItem.objects.exists()


def test_device_time_is_kept_beside_ours(phone: Phone, rt: RoundArea) -> None:
    """The phone is 3 hours ahead: what was just now is just now; what cannot be waits for the supervisor."""
    now = timezone.now()
    ahead = timedelta(hours=3)
    visit = at_door(rt) | {"at": (now + ahead).isoformat()}
    assert phone.one(visit, clock=now + ahead) == "done"
    arrival = Arrival.objects.get()
    assert abs(Visit.objects.get().at - now) < timedelta(minutes=1)
    assert (abs(arrival.said_at - now - ahead) < timedelta(seconds=1), phone.given.clock_ahead // 60) == (
        True,
        179 if phone.given.clock_ahead < 10_800 else 180,
    )
    early = at_door(rt) | {"at": (now - timedelta(days=2)).isoformat()}
    late = at_door(rt) | {"at": (now + timedelta(days=2)).isoformat()}
    assert [one["result"] for one in phone.send(early, late, early)] == ["held"] * 3
    assert list(HeldItem.objects.values_list("why", flat=True)) == ["clock"] * 2
    assert Visit.objects.count() == 1


def test_what_was_written_is_corrected_and_taken_back(phone: Phone, rt: RoundArea) -> None:
    visit, counted = at_door(rt), item("count", area=rt.pk, counts={"not_home": 7, "empty": 2})
    away = item("keep_away", area=rt.pk, house="No. 9")
    fix = item("correction", target=visit["client_id"], outcome="refused", note="Sibuk")
    sent = [visit, counted, away, fix]
    sent += [item("undo", target=one["client_id"]) for one in (counted, away)]
    assert [one["result"] for one in phone.send(*sent)] == ["done"] * 6
    assert [one["result"] for one in phone.send(*sent)] == ["known"] * 6
    assert list(Visit.objects.live().values_list("outcome", "note")) == [("refused", "Sibuk")]
    assert not DoNotVisit.objects.live().exists()
    assert phone.one(item("undo", target=visit["client_id"])) == "done"
    assert not Visit.objects.live().exists()
    # Somebody else's, and something that never came.
    strange = knock(rt, by=walker())
    lost = [item("undo", target=strange.client_id), item("undo", target=uuid4())]
    assert [one["result"] for one in phone.send(*lost)] == ["held", "held"]
    assert set(HeldItem.objects.values_list("why", flat=True)) == {"nothing_there"}
    assert Visit.objects.live().get() == strange


# What the rules of the rooms refuse -----------------------------------------------------------------------------


def test_a_round_that_was_closed_takes_what_was_written_before(phone: Phone, rt: RoundArea) -> None:
    before = at_door(rt, "not_home", house="No. 3")
    fix = item("correction", target=before["client_id"], outcome="empty")
    rt.round.close(by=None)
    after = at_door(rt)
    assert [one["result"] for one in phone.send(before, fix, after)] == ["done", "done", "held"]
    assert held().why == "closed"
    assert (held().area, held().unit, held().payload["outcome"]) == (rt, rt.round.unit, "met")
    assert list(Visit.objects.values_list("outcome", "house")) == [("empty", "")]


@pytest.mark.parametrize("why", ["taken_off", "area_gone"])
def test_what_is_no_longer_theirs_waits(phone: Phone, rt: RoundArea, why: str) -> None:
    visit, slip = at_door(rt, note="Pagar biru"), phone.taken["slips"][0]
    case = item("case", area=rt.pk, story="Jalan rusak", **slip)
    if why == "taken_off":
        rt.round.officers.clear()
    else:
        RoundArea.objects.filter(pk=rt.pk).delete()
    assert [one["result"] for one in phone.send(visit, case)] == ["held", "done"]
    assert (held().why, held().round, held().payload["note"]) == (why, rt.round, "Pagar biru")
    assert Submission.objects.count() == 1
    # An RT this phone never had is no conflict.
    foreign = first_area(current_round(walker(), title="Orang lain"))
    assert phone.one(at_door(foreign)) == "refused"


def test_two_officers_at_one_home_are_both_kept_and_flagged(phone: Phone, rt: RoundArea) -> None:
    other = walker("budi")
    rt.round.officers.add(other)
    promised = knock(rt, "return", at=timezone.now(), house="No. 12")
    second = take_along(other)
    assert phone.one(at_door(rt, follows=promised.pk)) == "done"
    (told,) = second.send(at_door(rt, "refused", follows=promised.pk))
    assert (told["result"], "supervisor" in told["words"]) == ("done", True)
    assert phone.one(at_door(rt, "not_home", house="No. 20")) == "done"
    assert second.one(at_door(rt, house="20")) == "done"
    assert list(HeldItem.objects.values_list("why", "is_counted")) == [("two_officers", True)] * 2
    assert Visit.objects.count() == 5
    assert Visit.objects.standing().homes() == 2, "each home counts once"


def test_a_visit_is_kept_although_something_about_it_changed(phone: Phone, rt: RoundArea) -> None:
    topic = rt.round.topics.first()
    visiting.keep_away(rt.area, "No. 7", at=timezone.now(), by=None)
    gone = at_door(rt, topics=[topic.pk])
    topic.delete()
    sent = [at_door(rt, house="rumah 7"), gone]
    assert [one["result"] for one in phone.send(*sent)] == ["done", "done"]
    assert set(HeldItem.objects.values_list("why", "is_counted")) == {
        ("not_to_visit", True),
        ("topic_gone", True),
    }
    assert Visit.objects.count() == 2


def test_letting_people_in_without_signal(officer: Any, rt: RoundArea) -> None:
    now = timezone.now()
    event = make_event(starts_at=now - timedelta(minutes=30), capacity=3)

    def comes(size: int) -> Any:
        wish = Wish(nickname="Rini", party_size=size)
        return register(event, wish, form_key=unique("k"), at=now - timedelta(hours=3), by=officer)

    seated, waits = comes(2), comes(2)
    phone, other = take_along(officer), take_along(walker())
    scan = item("check_in", event=event.pk, code=seated.code, way="scan")
    unknown = item("check_in", event=event.pk, code="ABCD-EFGH")
    waiting = item("check_in", event=event.pk, registration=waits.registration.pk)
    walk_in = item("check_in", event=event.pk, people=1)
    answer = phone.post([scan, scan, unknown, waiting, walk_in]).json()
    assert [one["result"] for one in answer["results"]] == ["done", "known", "held", "held", "done"]
    assert answer["inside"] == {str(event.pk): 3}
    (twice,) = other.send(item("check_in", event=event.pk, code=seated.code))
    assert (twice["result"], bool(twice["words"])) == ("done", True)
    assert set(HeldItem.objects.values_list("why", flat=True)) == {"unknown", "waiting", "already"}
    assert waits.code not in str(list(HeldItem.objects.values()))
    assert phone.one(item("undo", target=scan["client_id"])) == "done"
    assert Attendance.objects.standing().people() == 1
    elsewhere = make_event(starts_at=now + timedelta(days=3))
    assert phone.one(item("check_in", event=elsewhere.pk, people=1)) == "held"


def test_too_much_that_waits_stays_on_the_phone(
    phone: Phone, rt: RoundArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.field.arriving.MOST_HELD", 1)
    old = at_door(rt) | {"at": "2020-01-01T08:00:00+07:00"}
    assert phone.one(old) == "held"
    answer = phone.post([old])
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")


def test_the_form_and_the_officer_decide_not_the_order(phone: Phone, rt: RoundArea) -> None:
    """What waits is corrected and taken back by whoever brought it; a door visited again follows its own visit."""
    late = timezone.now() + timedelta(days=2)
    waits = at_door(rt, "return", house="No. 1") | {"at": late.isoformat()}
    fix = item("correction", target=waits["client_id"], outcome="not_home", house="No. 2")
    assert [one["result"] for one in phone.send(waits, fix)] == ["held", "done"]
    assert (held().payload["house"], held().payload["outcome"]) == ("No. 2", "not_home")
    assert phone.one(item("undo", target=waits["client_id"])) == "done"
    assert held().state == "set_aside"
    first = at_door(rt, "return", house="No. 5")
    assert phone.send(first, at_door(rt, follows_client=first["client_id"]))[1]["result"] == "done"
    assert Visit.objects.standing().homes() == 1
    assert visiting.record(rt, Door("met"), client_id=uuid4(), at=timezone.now(), by=None)[1]
    # A home whose first visit waits is counted once: both wait, and the first is decided first.
    again = {"client_id": str(uuid4()), "at": late.isoformat()}
    sent = phone.send(waits | again, at_door(rt, follows_client=again["client_id"]))
    assert [one["result"] for one in sent] == ["held", "held"]
    first_held, second_held = HeldItem.objects.open().order_by("pk")
    coordinator = make_officer(COORDINATOR)
    with pytest.raises(ValidationError):
        settling.accept(second_held, by=coordinator, at=timezone.now())
    for one in (first_held, second_held):
        settling.accept(one, by=coordinator, at=timezone.now(), when=timezone.now())
    assert Visit.objects.standing().homes() == 3
