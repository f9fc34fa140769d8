"""The same code read by four devices at the same moment: one entry, three “already”."""

from datetime import timedelta
from threading import Barrier

import pytest

from outreach import attending
from outreach.attending import check_in, inside, walk_in
from outreach.models import Attendance, Event
from outreach.registering import Wish, register
from tests.builders import EVENT_AT, make_event, unique
from tests.test_feedback_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = EVENT_AT + timedelta(minutes=5)
DEVICES = 4


def four_devices(nonces: list[str]) -> tuple[list[str], list[str]]:
    """How the four threads ended, and what the door said."""
    event = make_event(capacity=5)
    code = register(event, Wish(party_size=2), form_key=unique("k"), at=EVENT_AT - timedelta(days=1)).code
    said: list[str] = []

    def read(device: Event, nonce: str) -> None:
        answer = check_in(device, code, nonce=nonce, way=Attendance.Way.SCAN, at=AT, by=None)
        assert answer.inside == 2
        said.append(answer.answer.value)

    devices = [Event.objects.get(pk=event.pk) for _ in nonces]
    acts = [lambda d=device, n=nonce: read(d, n) for device, nonce in zip(devices, nonces, strict=True)]  # type: ignore[misc]
    ended = at_once(*acts)
    assert inside(event) in (0, 2)
    return ended, sorted(said)


def test_four_devices_let_one_party_in_once() -> None:
    for turn in range(5):
        ended, said = four_devices([f"{turn}-{n}" for n in range(DEVICES)])
        assert (ended, said) == (["done"] * DEVICES, ["already"] * 3 + ["ok"])
        assert Attendance.objects.count() == turn + 1


def test_one_phone_that_sends_four_times_gets_the_same_answer_each_time() -> None:
    ended, said = four_devices(["sama"] * DEVICES)
    assert (ended, said) == (["done"] * DEVICES, ["ok"] * DEVICES)
    assert Attendance.objects.count() == 1


@pytest.mark.postgresql
def test_without_holding_the_event_they_all_would_find_nobody_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: reading first and writing then. The database itself still refuses the three."""
    together = Barrier(DEVICES)
    party_of = attending.party_of

    def wait_for_all(*args: object) -> int:
        together.wait(20)
        return party_of(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Event, "hold", lambda self: None)
    monkeypatch.setattr(attending, "party_of", wait_for_all)
    ended, said = four_devices(["a", "b", "c", "d"])
    assert said == ["ok"]
    assert len([one for one in ended if "attendance_once" in one]) == DEVICES - 1


def test_walk_ins_at_two_doors_never_exceed_the_house() -> None:
    event = make_event(capacity=3)
    pages = [Event.objects.get(pk=event.pk) for _ in range(DEVICES)]
    acts = [
        lambda page=page, n=n: walk_in(page, 2, nonce=f"{n}", at=AT, by=None)  # type: ignore[misc]
        for n, page in enumerate(pages)
    ]
    assert at_once(*acts) == ["done"] + ["full"] * (DEVICES - 1)
    assert inside(event) == 2
