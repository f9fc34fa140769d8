"""The same thing sent by one phone several times at the same moment, and two officers at one home: nothing doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from feedback.models import Submission
from outreach.models import Attendance, Visit
from portal.field import arriving
from portal.field.models import Arrival, FieldPass, HeldItem
from portal.field.sending import Sending
from tests.builders import make_event
from tests.field_world import Phone, at_door, current_round, item, take_along, walker
from tests.rounds import first_area, knock
from tests.test_feedback_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


def results(phones: list[Phone], items: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """How the sendings ended, and the answers of each."""
    said: list[list[str]] = []

    def send(given: FieldPass) -> None:
        told = arriving.arrive(Sending(given, timezone.now(), None), items)
        said.append([one["result"] for one in told])

    passes = [phone.given for phone in phones]
    ended = at_once(*[lambda g=given: send(g) for given in passes])  # type: ignore[misc]
    return ended, said


def test_the_same_sending_at_the_same_moment_counts_once() -> None:
    officer = walker()
    rt = first_area(current_round(officer))
    event = make_event(starts_at=timezone.now() - timedelta(minutes=5))
    phone = take_along(officer)
    late = (timezone.now() + timedelta(days=3)).isoformat()
    things = [
        at_door(rt),
        item("count", area=rt.pk, counts={"met": 3}),
        item("check_in", event=event.pk, people=2),
        item("keep_away", area=rt.pk, house="No. 1"),
        item("case", area=rt.pk, story="Lampu mati", **phone.taken["slips"][0]),
        at_door(rt) | {"at": late},
    ]
    ended, said = results([phone] * TIMES, things)
    assert ended == ["done"] * TIMES
    for number in range(5):
        once = ["done", *["known"] * (TIMES - 1)]
        assert sorted(answers[number] for answers in said) == once, things[number]["kind"]
    assert {answers[5] for answers in said} == {"held"}
    assert (Visit.objects.count(), Attendance.objects.count(), Submission.objects.count()) == (2, 1, 1)
    assert (HeldItem.objects.count(), Arrival.objects.count()) == (1, 5)


def test_two_officers_who_send_of_one_home_at_the_same_moment_are_both_kept() -> None:
    officers = [walker(), walker()]
    rt = first_area(current_round(*officers))
    promised = knock(rt, "return", at=timezone.now(), house="No. 12")
    phones = [take_along(officer) for officer in officers]
    things = [at_door(rt, follows=promised.pk) for _phone in phones]

    def send(given: FieldPass, thing: dict[str, Any]) -> None:
        assert arriving.arrive(Sending(given, timezone.now(), None), [thing])[0]["result"] == "done"

    acts = [
        lambda g=phone.given, t=thing: send(g, t)  # type: ignore[misc]
        for phone, thing in zip(phones, things, strict=True)
    ]
    assert at_once(*acts) == ["done", "done"]
    assert (Visit.objects.count(), Visit.objects.standing().homes()) == (3, 1)


def test_without_the_mark_of_each_thing_a_late_repetition_would_undo_a_correction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: a correction sent again behind the next one, with the marks and without."""
    officer = walker()
    rt = first_area(current_round(officer))
    phone = take_along(officer)
    visit = at_door(rt)
    fix, better = (
        item("correction", target=visit["client_id"], outcome=said) for said in ("refused", "empty")
    )
    assert [one["result"] for one in phone.send(visit, fix, better)] == ["done"] * 3
    assert phone.one(fix) == "known"
    assert Visit.objects.get().outcome == "empty"
    monkeypatch.setattr(arriving, "known_before", lambda items: {})
    monkeypatch.setattr(arriving, "noted", lambda *args, **more: None)
    assert phone.one(fix) == "done"
    assert Visit.objects.get().outcome == "refused"
