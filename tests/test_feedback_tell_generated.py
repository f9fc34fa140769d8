"""A thousand odd inputs for every page of telling and for corrections: none breaks it, none loses the story."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from feedback import drafting
from feedback.models import Submission
from feedback.views import correct, tell
from tests.builders import make_portal, make_service
from tests.odd_input import Sending, sendings

pytestmark = pytest.mark.django_db
# A thousand each; the second engine sees enough of them to meet what its columns refuse.
MANY = 1_000 if connection.vendor == "sqlite" else 400
SEED = 20_261_118
# Every page is decided upon, every so many are drawn too: drawing is the greater part of the work.
DRAWN = 20
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."
FINE = {200, 302}
REFUSED = {400, 413}
KIND_FIELDS = ("kind", "is_about", "website", "stamp")
STORY_FIELDS = ("story", "is_about_staff", "buang", "photos", "website", "stamp")
PLACE_FIELDS = ("place_words", "rw", "rt", "point", "when", "day", "website", "stamp")
SEND_FIELDS = ("privacy", "wish", "email", "phone", "name", "website", "stamp")


@pytest.fixture(autouse=True)
def seldom_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(SEED)

    def sometimes(render: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def drawn(*args: Any, **more: Any) -> HttpResponse:
            return render(*args, **more) if dice.randrange(DRAWN) == 0 else HttpResponse("drawn elsewhere")

        return drawn

    monkeypatch.setattr(tell, "render", sometimes(tell.render))
    monkeypatch.setattr(correct, "render", sometimes(correct.render))


@pytest.fixture
def phone() -> Client:
    make_portal()
    return Client()


def begun(phone: Client) -> drafting.Kept:
    """A story told as far as the last page, in this browser."""
    at: datetime = timezone.now()
    kept = drafting.begin(at)
    kept.keep("kind", {"kind": "complaint"}, at)
    kept.keep("story", {"story": STORY}, at)
    kept.keep("place", {}, at)
    phone.cookies[settings.DRAFT_COOKIE] = kept.key
    return kept


def answered(phone: Client, address: str, sending: Sending) -> Any:
    """The answer, which is never a fault: an exception of the view would end the test by itself."""
    answer = phone.generic("POST", address, sending.body, sending.content_type)
    assert answer.status_code in (FINE if sending.values else FINE | REFUSED), (
        sending.values,
        sending.body[:500],
    )
    return answer


def every(names: tuple[str, ...], text: str = "") -> Iterator[Sending]:
    return sendings(SEED, MANY, names, text)


def clean(value: str) -> str:
    """What can be kept of it; a half of a sign is three signs of doubt by then."""
    return drafting.NOT_KEPT.sub("", value.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))


def test_what_kind(phone: Client) -> None:
    service = make_service()
    address = f"/suara/?layanan={service.slug}"
    kept = begun(phone)
    for sending in every(KIND_FIELDS):
        answer = answered(phone, address, sending)
        if answer.status_code == 302:
            assert sending.values["kind"].strip() in Submission.Kind.values
        # What was begun before in this browser is still there, whatever is begun anew.
        phone.cookies[settings.DRAFT_COOKIE] = kept.key
    kept.draft.refresh_from_db()
    assert kept.answers("story")["story"] == STORY


def test_the_story(phone: Client) -> None:
    kept = begun(phone)
    for number, sending in enumerate(every(STORY_FIELDS, "story")):
        answered(phone, "/suara/cerita/", sending)
        if "story" in sending.values:
            kept.draft.refresh_from_db()
            assert kept.answers("story")["story"] == clean(sending.values["story"])
            assert f"awal{number} " in kept.answers("story")["story"]


def test_where_and_when(phone: Client) -> None:
    kept = begun(phone)
    for sending in every(PLACE_FIELDS, "place_words"):
        answered(phone, "/suara/tempat/", sending)
        kept.draft.refresh_from_db()
        assert kept.answers("story")["story"] == STORY
        for name in PLACE_FIELDS[:6]:
            if name in sending.values:
                assert kept.answers("place")[name] == clean(sending.values[name])


def test_check_and_send(phone: Client) -> None:
    kept, sent = begun(phone), 0
    for sending in every(SEND_FIELDS, "name"):
        answer = answered(phone, "/suara/kirim/", sending)
        if answer.status_code == 302:
            assert answer["Location"] == "/suara/tanda-terima/"
            sent += 1
            assert Submission.objects.latest("pk").story == STORY
            kept = begun(phone)
            continue
        kept.draft.refresh_from_db()
        assert kept.answers("story")["story"] == STORY
        for name in SEND_FIELDS[:5]:
            if name in sending.values:
                assert kept.answers("send")[name] == clean(sending.values[name])
    assert Submission.objects.count() == sent
    assert 0 < sent < MANY


def test_a_correction(phone: Client) -> None:
    service = make_service()
    address = f"/suara/keliru/?halaman={service.get_absolute_url()}"
    for sending in every(("story", "email", "website", "stamp", "form_key"), "story"):
        answered(phone, address, sending)


@pytest.mark.parametrize("name", ["jenis", "layanan", "tempat", "pekerjaan", "ubah", "asing"])
def test_an_odd_address(phone: Client, name: str) -> None:
    for sending in sendings(SEED, 60, (name,), ""):
        answer = phone.generic("GET", f"/suara/?{sending.body.decode('latin-1')}")
        assert answer.status_code in FINE | REFUSED


def test_a_key_nobody_has(phone: Client) -> None:
    begun(phone)
    for sending in sendings(SEED, 60, ("kunci",), ""):
        phone.cookies[settings.DRAFT_COOKIE] = (
            clean(sending.values.get("kunci", ""))[:300].encode("ascii", "ignore").decode()
        )
        for address in ("/suara/cerita/", "/suara/kirim/", "/suara/tanda-terima/", "/suara/foto/1.jpg"):
            assert phone.get(address).status_code in {302, 404}
