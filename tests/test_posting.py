"""Posts that go out by themselves: what Meta's APIs are asked word by word, and that nothing goes out twice."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from outreach import posting
from outreach.connectors import Outgoing, Receiver, connector_of
from outreach.models import Delivery, Post, PostVersion
from outreach.posting import WAITS, publish_version, send_delivery, send_due
from portal import environment, social_accounts
from portal.backup.tables import last_statements
from portal.shared.work.job import Job
from portal.shared.work.later import TryLater
from portal.shared.work.worker import Worker
from tests.builders import EVENT_AT, make_portal
from tests.meta_api import CUT, GARBLED, MetaApi, error, meta_api
from tests.outreach_world import make_post

NOON = EVENT_AT - timedelta(days=10)
TOKEN = "rahasia-contoh"
PAGE, IG, PHONE = "10100", "20200", "30300"
FEED, PERMALINK = f"POST /v1/{PAGE}/feed", "GET /v1/10100_7"
OUT = (200, {"id": "10100_7"})
State = Delivery.State


@pytest.fixture(scope="module")
def server() -> Iterator[MetaApi]:
    with meta_api() as running:
        yield running


@pytest.fixture
def api(server: MetaApi, settings: Any, monkeypatch: pytest.MonkeyPatch) -> MetaApi:
    """The accounts of an office, at a server that knows nothing yet."""
    server.asked.clear()
    server.answers.clear()
    settings.META_API_URL = server.url
    settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_TOKEN = PAGE, TOKEN
    settings.INSTAGRAM_USER_ID, settings.INSTAGRAM_TOKEN = IG, ""
    settings.WHATSAPP_PHONE_ID, settings.WHATSAPP_TOKEN = PHONE, TOKEN
    settings.WHATSAPP_TEMPLATE = "kabar:id"
    settings.WHATSAPP_RECEIVERS = ["6281200000001", "6281200000002"]
    settings.PERIODIC_WORK = []
    monkeypatch.setattr(posting, "TRIES_TO_NOTE", (0, 0))
    return server


@pytest.fixture
def now(db: None) -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def planned(channel: str = "facebook", **changes: Any) -> PostVersion:
    """An approved version that goes out by itself at noon, and that the queue knows of."""
    make_portal()
    post = make_post(channels=[channel], automatic=[channel], planned_at=NOON, approved_at=NOON, **changes)
    version: PostVersion = post.versions.get()
    return version


def only(version: PostVersion) -> Delivery:
    delivery: Delivery = version.deliveries.get()
    return delivery


@pytest.mark.usefixtures("now")
def test_a_page_is_asked_as_the_documentation_says_and_once(api: MetaApi) -> None:
    address = "https://www.facebook.com/contoh/posts/7"
    api.say(FEED, OUT)
    api.say(PERMALINK, (200, {"permalink_url": address, "id": "10100_7"}))
    version = planned()
    Worker().run_waiting()
    published, asked = api.asked
    assert published.authorization == f"Bearer {TOKEN}"
    assert published.content_type == "application/json"
    assert published.path == f"/v1/{PAGE}/feed"
    assert published.body == {"message": version.whole_text, "link": version.link, "published": True}
    assert asked.path == "/v1/10100_7?fields=permalink_url"
    version.refresh_from_db()
    assert (version.published_at, version.published_url) == (NOON, address)
    assert (only(version).state, only(version).external_id) == (State.SENT, "10100_7")
    # Asked for again by whomever: nothing more.
    send_delivery.call(only(version).pk)
    publish_version.call(version.pk)
    send_due.call()
    posting.queue_version(version)
    Worker().run_waiting()
    assert len(api.posted("/feed")) == 1
    assert TOKEN not in str(list(Job.objects.values()))


@pytest.mark.usefixtures("now")
def test_news_goes_to_the_page_as_a_photo_and_instagram_makes_a_container_first(api: MetaApi) -> None:
    api.say(f"POST /v1/{PAGE}/photos", (200, {"id": "5", "post_id": "10100_7"}))
    news = planned(event=None)
    Worker().run_waiting()
    [photo] = api.posted("/photos")
    assert photo.body["caption"] == news.whole_text
    assert photo.body["url"].startswith("http")
    assert photo.body["url"].endswith(".jpg")
    news.refresh_from_db()
    assert news.published_url == "https://www.facebook.com/10100_7"

    api.say(f"POST /v1/{IG}/media", (200, {"id": "901"}))
    api.say("GET /v1/901", (200, {"status_code": "IN_PROGRESS"}), (200, {"status_code": "FINISHED"}))
    api.say(f"POST /v1/{IG}/media_publish", (200, {"id": "902"}))
    api.say("GET /v1/902", (200, {"permalink": "https://www.instagram.com/p/contoh/"}))
    version = planned("instagram")
    publish_version.call(version.pk)
    with pytest.raises(TryLater) as later:
        send_delivery.call(only(version).pk)
    assert later.value.wait == timedelta(minutes=1)
    assert (only(version).state, only(version).prepared_id) == (State.WAITING, "901")
    send_delivery.call(only(version).pk)
    [container], [publishing] = api.posted("/media"), api.posted("/media_publish")
    assert container.body["caption"] == version.whole_text
    assert "/bagikan/persegi/" in container.body["image_url"]
    assert publishing.body == {"creation_id": "901"}
    assert publishing.authorization == f"Bearer {TOKEN}"
    version.refresh_from_db()
    assert version.published_url == "https://www.instagram.com/p/contoh/"


@pytest.mark.usefixtures("now")
def test_each_number_gets_one_template_message_and_none_is_kept(api: MetaApi) -> None:
    told = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.1", "message_status": "accepted"}]}
    refusal = (400, error(131026, "Undeliverable to 6281200000002"))
    api.say(f"POST /v1/{PHONE}/messages", (200, told), refusal)
    version = planned("whatsapp")
    Worker().run_waiting()
    first, second = api.posted("/messages")
    assert first.body["to"] == "6281200000001"
    assert second.body["to"] == "6281200000002"
    assert (first.body["messaging_product"], first.body["type"]) == ("whatsapp", "template")
    template = first.body["template"]
    assert (template["name"], template["language"]) == ("kabar", {"code": "id"})
    [body] = template["components"]
    [parameter] = body["parameters"]
    assert "\n" not in parameter["text"]
    assert parameter["text"].endswith(version.link)
    states = {one.receiver_words: (one.state, one.problem) for one in version.deliveries.all()}
    assert states["…001"][0] == State.SENT
    assert states["…002"] == (State.REFUSED, "400: Undeliverable to … (131026)")
    assert "62812000" not in str(list(Delivery.objects.values()))
    version.refresh_from_db()
    assert version.published_at == NOON


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (CUT, State.UNCLEAR),
        (GARBLED, State.UNCLEAR),
        ((200, {"ok": True}), State.UNCLEAR),
        ((200, [1]), State.UNCLEAR),
        ((500, error(2, "Service temporarily unavailable")), State.UNCLEAR),
        ((503, "<html>"), State.UNCLEAR),
        ((400, error(506, "Duplicate status message")), State.UNCLEAR),
        ((400, error(190, f"Token {TOKEN} has expired")), State.REFUSED),
        ((302, "elsewhere"), State.REFUSED),
        ((400, "no object"), State.REFUSED),
        ((400, error(4, "Too many calls")), State.WAITING),
        ((429, "{}"), State.WAITING),
    ],
)
def test_only_what_was_surely_not_taken_is_sent_again(api: MetaApi, answer: Any, state: str) -> None:
    api.say(FEED, answer, OUT)
    version = planned()
    publish_version.call(version.pk)
    delivery = only(version)
    if state == State.WAITING:
        with pytest.raises(TryLater) as later:
            send_delivery.call(delivery.pk)
        assert later.value.wait == timedelta(hours=1)
    else:
        send_delivery.call(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == state
    assert delivery.problem
    assert TOKEN not in delivery.problem
    send_delivery.call(delivery.pk)
    send_due.call()
    Worker().run_waiting()
    assert len(api.posted("/feed")) == (2 if state == State.WAITING else 1)


@pytest.mark.usefixtures("now")
def test_a_server_out_of_reach_is_tried_again_and_in_the_end_a_person_is_asked(
    settings: Any, api: MetaApi
) -> None:
    settings.META_API_URL = "http://127.0.0.1:9"
    version = planned()
    publish_version.call(version.pk)
    delivery = only(version)
    for wait in WAITS:
        with pytest.raises(TryLater) as later:
            send_delivery.call(delivery.pk)
        assert later.value.wait == wait
    send_delivery.call(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (State.REFUSED, len(WAITS) + 1)
    delivery.settle(False, by=None)
    assert (delivery.state, delivery.tries) == (State.WAITING, 0)
    settings.META_API_URL = api.url
    api.say(FEED, OUT)
    send_delivery.call(delivery.pk)
    assert len(api.posted("/feed")) == 1


def test_a_worker_that_falls_silent_leaves_a_question_and_no_second_post(api: MetaApi, now: Any) -> None:
    api.say(FEED, OUT)
    version = planned()
    publish_version.call(version.pk)
    delivery = only(version)
    assert delivery.take(NOON)
    assert not Delivery.objects.get(pk=delivery.pk).take(NOON)
    with pytest.raises(TryLater) as later:
        send_delivery.call(delivery.pk)
    now.move_to(NOON + later.value.wait + timedelta(seconds=1))
    send_due.call()
    delivery.refresh_from_db()
    assert delivery.state == State.UNCLEAR
    # The answer that comes too late overwrites nothing.
    assert not delivery.end(State.WAITING, NOON)
    assert api.asked == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(version=version, made_at=NOON)


@pytest.mark.usefixtures("now")
def test_a_lost_answer_of_instagram_is_found_in_its_container(api: MetaApi) -> None:
    api.say(f"POST /v1/{IG}/media", (200, {"id": "901"}))
    api.say("GET /v1/901", (200, {"status_code": "FINISHED"}), (200, {"status_code": "PUBLISHED"}))
    api.say(f"POST /v1/{IG}/media_publish", CUT)
    version = planned("instagram")
    publish_version.call(version.pk)
    send_delivery.call(only(version).pk)
    assert only(version).state == State.UNCLEAR
    # Somebody looked too early and says it is not there.
    only(version).settle(False, by=None)
    send_delivery.call(only(version).pk)
    assert only(version).state == State.SENT
    assert len(api.posted("/media_publish")) == len(api.posted("/media")) == 1


def test_nothing_goes_out_without_a_yes_an_account_or_before_its_time(
    api: MetaApi, now: Any, settings: Any
) -> None:
    api.say(FEED, OUT)
    version = planned()
    now.move_to(NOON - timedelta(hours=1))
    with pytest.raises(TryLater):
        publish_version.call(version.pk)
    assert Worker().run_waiting() == 0
    now.move_to(NOON)
    PostVersion.objects.filter(pk=version.pk).update(text="Kata lain")
    Worker().run_waiting()
    PostVersion.objects.filter(pk=version.pk).update(text="")
    settings.FACEBOOK_PAGE_ID = ""
    assert connector_of("facebook") is None
    send_due.call()
    publish_version.call(version.pk)
    settings.FACEBOOK_PAGE_ID = PAGE
    now.move_to(NOON + timedelta(days=3))
    send_due.call()
    publish_version.call(version.pk)
    Worker().run_waiting()
    assert api.asked == []
    # Within two days, what nobody has in hand is found by the hourly round.
    now.move_to(NOON + timedelta(hours=5))
    send_due.call()
    Worker().run_waiting()
    assert len(api.posted("/feed")) == 1


def test_after_a_restore_nothing_goes_out_that_may_be_out_already(api: MetaApi, now: Any) -> None:
    version, later = planned(), planned()
    Post.objects.filter(pk=later.post_id).update(planned_at=NOON + timedelta(hours=1))
    waiting = Delivery.objects.create(version=version, made_at=NOON)
    at = connection.ops.adapt_datetimefield_value(NOON)
    with connection.cursor() as cursor:
        for statement, values in last_statements(connection.introspection.table_names(), at=at, number=1):
            cursor.execute(statement, values)
    waiting.refresh_from_db()
    assert waiting.state == State.UNCLEAR
    assert not PostVersion.objects.get(pk=version.pk).is_automatic
    send_due.call()
    assert Worker().run_waiting() == 0
    assert api.asked == []
    # What is due later cannot be out yet.
    api.say(FEED, OUT)
    now.move_to(NOON + timedelta(hours=2))
    send_due.call()
    Worker().run_waiting()
    assert len(api.posted("/feed")) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_publish_one_post(api: MetaApi) -> None:
    api.say(FEED, OUT)
    with time_machine.travel(NOON, tick=False):
        version = planned()
        publish_version.call(version.pk)
        delivery = only(version)

        def send(naively: bool) -> None:
            try:
                if naively:
                    # What the guard is there against: looking first, sending, then noting.
                    if Delivery.objects.get(pk=delivery.pk).state == State.WAITING:
                        both_looked.wait(timeout=10)
                        connector = connector_of("facebook")
                        assert connector is not None
                        connector.send(Outgoing("a", "", "", Receiver(), "", lambda kept: None))
                else:
                    send_delivery.call(delivery.pk)
            except TryLater:
                pass
            finally:
                connection.close()

        both_looked = threading.Barrier(2)
        at_once([lambda: send(True)] * 2)
        assert len(api.posted("/feed")) == 2
        at_once([lambda: send(False)] * 4)
    assert len(api.posted("/feed")) == 3
    assert only(version).state == State.SENT


def at_once(calls: list[Any]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, set()),
        ({"FACEBOOK_PAGE_ID": "10100"}, {"FACEBOOK_TOKEN"}),
        ({"FACEBOOK_PAGE_ID": "kelurahan", "FACEBOOK_TOKEN": "x"}, {"FACEBOOK_PAGE_ID"}),
        ({"INSTAGRAM_USER_ID": "20200", "FACEBOOK_TOKEN": "x"}, set()),
        ({"WHATSAPP_PHONE_ID": "30300", "WHATSAPP_TOKEN": "x"}, {"WHATSAPP_TEMPLATE", "WHATSAPP_RECEIVERS"}),
        ({"WHATSAPP_RECEIVERS": ["0812-3456"]}, {"WHATSAPP_RECEIVERS"}),
        ({"META_API_URL": "http://graph.contoh.id/v1"}, {"META_API_URL"}),
        ({"META_API_URL": "http://127.0.0.1:8001/v1"}, set()),
    ],
)
def test_half_an_account_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], named: set[str]
) -> None:
    monkeypatch.setattr(environment, "faults", [])
    names = (
        "FACEBOOK_PAGE_ID FACEBOOK_TOKEN INSTAGRAM_USER_ID INSTAGRAM_TOKEN WHATSAPP_PHONE_ID WHATSAPP_TOKEN"
    )
    given = dict.fromkeys([*names.split(), "WHATSAPP_TEMPLATE"], "") | {"WHATSAPP_RECEIVERS": []}
    social_accounts.check(given | {"META_API_URL": "https://graph.facebook.com/v25.0"} | changes)
    assert {one.name for one in environment.faults} == named
    assert not any(word == "x" for one in environment.faults for word in str(one).split())
