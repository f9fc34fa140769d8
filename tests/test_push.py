"""Word to phones: who listens, that a call is signed and empty, what is tried again, and when a phone is forgotten."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from py_vapid import Vapid02
from py_vapid.utils import b64urldecode

from feedback import erasure, rights
from outreach import forgetting as outreach_forgetting
from outreach import reminding
from outreach.registering import Wish, cancel, register
from portal import doctor, safety
from portal.shared.push import forgetting, keys, listening, telling
from portal.shared.push.models import KEPT, Kind, Listener, Topic
from portal.shared.work.job import Job
from portal.shared.work.worker import Worker
from tests.builders import EVENT_AT, make_event, make_submission, unique
from tests.push_service import PushService, push_service

pytestmark = pytest.mark.django_db
FCM = "https://fcm.googleapis.com/fcm/send/contoh-1"


@pytest.fixture(scope="module")
def _service() -> Iterator[PushService]:
    with push_service() as service:
        yield service


@pytest.fixture
def service(_service: PushService, settings: Any) -> PushService:
    settings.PUSH_SERVICES = [_service.url]
    settings.PERIODIC_WORK = []
    _service.status, _service.retry_after, _service.location = 201, "", ""
    _service.calls.clear()
    return _service


def listen(service: PushService, topic: Topic | None = None, phone: str = "hp-1", **more: Any) -> Listener:
    return listening.subscribe(
        topic or Topic.case(1), service.endpoint(phone), at=more.pop("at", timezone.now()), **more
    )


def called(service: PushService) -> int:
    """How many calls came since it was asked last."""
    Worker().run_waiting()
    count = len(service.calls)
    service.calls.clear()
    return count


# Calls ----------------------------------------------------------------------------------------------------


def test_a_call_is_signed_with_our_key_and_says_nothing(service: PushService, settings: Any) -> None:
    case = make_submission(story="Lampu di gang Kenanga mati.")
    listen(service, Topic.case(case.pk))
    case.ask("Lampu yang mana?", by=None)
    Worker().run_waiting()
    [call] = service.calls
    assert call.body == b""
    assert call.path == "/wpush/hp-1"
    signed = call.headers["authorization"]
    assert Vapid02.verify(signed)
    token, key = (part.split("=", 1)[1] for part in signed.split(" ", 1)[1].split(","))
    assert key == keys.public_key()
    claims = json.loads(b64urldecode(token.split(".")[1].encode()))
    assert claims["aud"] == service.url
    assert claims["sub"].startswith("mailto:")
    assert claims["exp"] < timezone.now().timestamp() + 24 * 3600
    assert 0 < int(call.headers["ttl"]) <= 7 * 24 * 3600
    assert call.headers["topic"] == "kabar"
    whole = str(call)
    assert not any(
        word in whole for word in (case.number, "Lampu", "Kenanga", "case", str(settings.VAPID_PRIVATE_KEY))
    )
    [job] = Job.objects.filter(task_path="portal.shared.push.telling.send")
    assert service.endpoint() not in str(job.args_kwargs)


def test_every_word_of_the_office_calls_once_and_only_who_listens(service: PushService) -> None:
    case, other = make_submission(), make_submission()
    for one, phone in ((case, "hp-1"), (case, "hp-2"), (other, "hp-3")):
        listen(service, Topic.case(one.pk), phone)
    case.verify(by=None)
    assert called(service) == 0
    case.write("Kami sudah melihatnya.", by=None)
    assert called(service) == 2
    case.answer("Lampunya sudah diganti.", by=None)
    assert called(service) == 2
    case.rate("not", at=timezone.now(), words="Mati lagi.")
    assert called(service) == 2
    other.decline("Tiangnya bukan milik kami.", by=None)
    assert called(service) == 1


def test_a_verb_that_is_undone_calls_nobody_and_an_occasion_is_told_once(service: PushService) -> None:
    at, topic = timezone.now(), Topic.case(1)
    listen(service, topic)
    with transaction.atomic():
        telling.tell(topic, "answer:1", at=at)
        transaction.set_rollback(True)
    assert called(service) == 0
    assert telling.tell(topic, "answer:1", at=at) == 1
    assert telling.tell(topic, "answer:1", at=at) == 0
    assert called(service) == 1
    assert telling.tell(topic, "answer:2", at=at) == 1


def test_without_a_key_nobody_listens_and_nobody_is_told(service: PushService, settings: Any) -> None:
    listen(service)
    settings.VAPID_PRIVATE_KEY = ""
    assert keys.public_key() == ""
    assert telling.tell(Topic.case(1), "answer", at=timezone.now()) == 0
    with pytest.raises(ValidationError):
        listen(service, phone="hp-2")


# What becomes of a call -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten_for_everything(service: PushService, status: int) -> None:
    listen(service, Topic.case(1))
    listen(service, Topic.registration(1))
    listen(service, Topic.case(1), "hp-2")
    service.status = status
    telling.tell(Topic.registration(1), "reminder", at=timezone.now())
    assert called(service) == 1
    assert list(Listener.objects.values_list("endpoint", flat=True)) == [service.endpoint("hp-2")]


@pytest.mark.parametrize(
    ("status", "retry_after", "least"), [(503, "", 60), (429, "900", 900), (429, "junk", 60)]
)
def test_a_busy_push_service_is_asked_again_later(
    service: PushService, time_machine: Any, status: int, retry_after: str, least: int
) -> None:
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    listen(service)
    service.status, service.retry_after = status, retry_after
    telling.tell(Topic.case(1), "answer", at=at)
    assert called(service) == 1
    service.status = 201
    time_machine.move_to(at + timedelta(seconds=least - 1), tick=False)
    assert called(service) == 0
    time_machine.move_to(at + timedelta(seconds=least + 1), tick=False)
    assert called(service) == 1
    assert Listener.objects.count() == 1


def test_after_some_hours_the_desk_is_told_in_its_words(service: PushService, time_machine: Any) -> None:
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    listen(service)
    service.status = 500
    telling.tell(Topic.case(1), "answer", at=at)
    calls = called(service)
    for _wait in telling.WAITS:
        at += timedelta(hours=3)
        time_machine.move_to(at, tick=False)
        calls += called(service)
    assert calls == len(telling.WAITS) + 1
    job = Job.objects.get()
    assert job.is_failed
    assert "NotTaken" in job.exception_class_path
    assert "127.0.0.1" not in job.traceback
    assert job.title != "send"


def test_nobody_is_sent_on_to_another_address(service: PushService) -> None:
    listen(service)
    service.status, service.location = 307, f"{service.url}/inside"
    telling.tell(Topic.case(1), "answer", at=timezone.now())
    Worker().run_waiting()
    assert [call.path for call in service.calls] == ["/wpush/hp-1"]


def test_a_phone_bound_to_another_key_is_not_called(service: PushService, settings: Any) -> None:
    listen(service)
    settings.VAPID_PRIVATE_KEY = "A" * 42 + "E"
    [finding] = doctor.phones_hear_us(timezone.now())
    assert "1" in finding.problem
    telling.tell(Topic.case(1), "answer", at=timezone.now())
    assert called(service) == 0
    assert not Listener.objects.exists()
    assert list(doctor.phones_hear_us(timezone.now())) == []


def test_word_that_comes_too_late_is_not_sent(service: PushService) -> None:
    listener = listen(service)
    telling.send.func(listener.pk, (timezone.now() - timedelta(seconds=1)).isoformat())
    assert service.calls == []


# Who listens ----------------------------------------------------------------------------------------------


@pytest.mark.any_engine
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com",
        "https://127.0.0.1/x",
        "https://push.apple.com.example.org/x",
        "https://127.0.0.1/.push.apple.com",
        "https://127.0.0.1\\.push.apple.com/x",
        "https://127.0.0.1?.push.apple.com/x",
        "https://127.0.0.1#.push.apple.com/x",
        "https://a\n.push.apple.com/x",
        "https://[::1/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_only_push_services_of_browsers_are_ever_asked(endpoint: str) -> None:
    with pytest.raises(ValidationError):
        listening.subscribe(Topic.case(1), endpoint, at=timezone.now())


@pytest.mark.any_engine
@pytest.mark.parametrize(
    "host",
    [
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
        "sg2p.notify.windows.com",
    ],
)
def test_the_services_of_all_browsers_are_known(host: str) -> None:
    assert listening.is_of_a_push_service(f"https://{host}/push/abc")


def test_listening_twice_is_listening_once_and_the_first_of_many_phones_gives_way() -> None:
    at = timezone.now()
    for number in (0, 0, 1, 2, 3, 4, 5):
        listening.subscribe(Topic.case(1), f"{FCM}{number}", at=at + timedelta(minutes=number))
    listening.subscribe(Topic.case(2), f"{FCM}0", at=at)
    found = Listener.objects.of(Topic.case(1)).order_by("pk").values_list("endpoint", flat=True)
    assert [one[-1] for one in found] == ["1", "2", "3", "4", "5"]
    assert listening.is_told(Topic.case(2), f"{FCM}0", at)
    assert not listening.is_told(Topic.case(2), f"{FCM}0", at + KEPT)


def test_leaving_one_thing_or_all_and_moving_to_another_address() -> None:
    at = timezone.now()
    for topic in (Topic.case(1), Topic.case(2), Topic.registration(1)):
        listening.subscribe(topic, FCM, at=at)
    listening.subscribe(Topic.case(1), f"{FCM}0", at=at)
    assert listening.leave(FCM, Topic.case(2))
    assert not listening.leave("https://fcm.googleapis.com/nobody")
    listening.move(FCM, "https://127.0.0.1/x")
    assert Listener.objects.filter(endpoint=FCM).count() == 2
    # The new address listens to one of them already.
    listening.move(FCM, f"{FCM}0")
    assert Listener.objects.filter(endpoint=f"{FCM}0").count() == Listener.objects.count() == 2
    assert not listening.leave(f"{FCM}0")
    assert not Listener.objects.exists()


# Activities -----------------------------------------------------------------------------------------------


@pytest.fixture
def three_days_before(time_machine: Any) -> datetime:
    at = EVENT_AT - timedelta(days=3)
    time_machine.move_to(at, tick=False)
    return at


def come(event: Any, at: datetime) -> Topic:
    return Topic.registration(register(event, Wish(), form_key=unique("kunci"), at=at).registration.pk)


def test_phones_are_reminded_the_day_before_once_for_each_date(
    service: PushService, three_days_before: datetime, time_machine: Any
) -> None:
    event, at = make_event(), three_days_before
    mine = come(event, at)
    come(event, at)
    listen(service, mine, at=at)
    reminding.remind_due(at)
    assert called(service) == 0
    for _hour in range(2):
        time_machine.move_to(at := EVENT_AT - timedelta(hours=23), tick=False)
        reminding.remind_due(at)
    Worker().run_waiting()
    [call] = service.calls
    # A phone that is switched off until it has begun is not told any more.
    assert int(call.headers["ttl"]) <= 23 * 3600
    assert called(service) == 1
    event.reschedule(EVENT_AT + timedelta(days=2), EVENT_AT + timedelta(days=2, hours=1), by=None, at=at)
    assert called(service) == 1
    time_machine.move_to(at := EVENT_AT + timedelta(days=1, hours=2), tick=False)
    reminding.remind_due(at)
    assert called(service) == 1


def test_phones_are_called_when_it_is_off_or_a_place_comes_free(
    service: PushService, three_days_before: datetime
) -> None:
    at = three_days_before
    event = make_event(capacity=1)
    first, second, third = (come(event, at) for _party in range(3))
    for topic, phone in ((first, "hp-1"), (second, "hp-2"), (third, "hp-3")):
        listen(service, topic, phone, at=at)
    cancel(event.registrations.get(pk=first.pk), at=at)
    Worker().run_waiting()
    assert [call.path[-4:] for call in service.calls] == ["hp-2"]
    assert not Listener.objects.of(first).exists()
    service.calls.clear()
    event.refresh_from_db()
    event.cancel("Hujan.", by=None, at=at)
    assert called(service) == 2


# Forgetting -----------------------------------------------------------------------------------------------


def test_phones_are_forgotten_when_there_is_nothing_more_to_tell(
    three_days_before: datetime,
) -> None:
    at = three_days_before
    answered, settled, declined = (make_submission(status="answered") for _case in range(3))
    settled.rate("solved", at=at)
    declined.rate("not", at=at)
    declined.decline("Bukan milik kami.", by=None, at=at)
    joined = make_submission()
    joined.join(declined, by=None, at=at)
    called_off, postponed, held = make_event(), make_event(), make_event()
    called_off_topic, postponed_topic, held_topic = (come(one, at) for one in (called_off, postponed, held))
    called_off.cancel("Hujan.", by=None, at=at)
    postponed.postpone("Hujan.", by=None, at=at)
    topics = [Topic.case(one.pk) for one in (answered, settled, declined, joined)]
    topics += [called_off_topic, postponed_topic, held_topic]
    for topic in topics:
        listening.subscribe(topic, FCM, at=at)

    def left(at: datetime) -> list[int]:
        erasure.erase_due(at)
        forgetting.forget(Kind.REGISTRATION, outreach_forgetting.over(at).values("pk"))
        forgetting.forget_over(at)
        return [number for number, topic in enumerate(topics) if Listener.objects.of(topic).exists()]

    # Word of the end may still wait for a phone that is switched off.
    assert left(at + timedelta(hours=1)) == [0, 2, 3, 4, 5, 6]
    assert left(at + timedelta(days=1, hours=1)) == [0, 5, 6]
    assert left(EVENT_AT + timedelta(days=1)) == [0, 5]
    assert left(at + KEPT) == []


def test_whoever_wants_to_be_forgotten_is_not_called_and_a_copy_names_the_phones() -> None:
    case = make_submission(contact={"email": "warga@example.org", "wish": "email"}, status="assigned")
    listening.subscribe(Topic.case(case.pk), FCM, at=timezone.now())
    kept = rights.copy_of(case)
    assert any(len(value) == 1 for name, value in kept.items() if "hones" in name or "HP" in name)
    assert FCM not in str(kept)
    rights.ask_to_forget(case, at=timezone.now())
    assert not Listener.objects.exists()


# The key --------------------------------------------------------------------------------------------------


@pytest.mark.any_engine
@pytest.mark.parametrize("key", ["kunci", "A" * 43, "_" * 43, "A" * 44, "A" * 42 + "!"])
def test_a_key_that_is_none_is_refused_with_a_cure(key: str) -> None:
    [danger] = safety.odd_push_key({"VAPID_PRIVATE_KEY": key})
    assert danger.name == "VAPID_PRIVATE_KEY"
    assert "token_urlsafe(32)" in danger.cure


@pytest.mark.any_engine
@pytest.mark.parametrize("key", ["", "A" * 42 + "E", "A" * 42 + "E="])
def test_a_key_that_is_one_or_none_at_all_is_taken(key: str) -> None:
    assert safety.odd_push_key({"VAPID_PRIVATE_KEY": key}) == []
