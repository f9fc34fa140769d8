"""Questions to an activity: asked without a name, read first, answered for everybody, liked once per form."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from outreach.asked import answered_about
from outreach.models import Event, Question, QuestionLike
from outreach.models.question import ASKED_AFTER, ask, like
from portal.shared.content_version import current
from tests.builders import EVENT_AT, WHO, make_event, make_organization, make_portal, make_service
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
BEFORE = EVENT_AT - timedelta(days=3)


@pytest.fixture(autouse=True)
def portal() -> None:
    make_portal()


def make_question(event: Event, text: str = "Apakah bayi boleh ikut?", key: str = "kunci") -> Question:
    return ask(event, text, form_key=key, at=BEFORE)[0]


def sent(client: Client, event: Event, **typed: Any) -> Any:
    given = {"form_key": "kunci-1", "text": "Apakah  bayi\nboleh ikut?"} | typed
    return client.post(f"/kegiatan/{event.slug}/tanya/?dari=flyer", given)


def test_a_question_is_asked_without_a_name_and_a_double_press_is_one(
    client: Client, time_machine: Any
) -> None:
    event = make_event()
    time_machine.move_to(BEFORE)
    page = client.get(f"/kegiatan/{event.slug}/tanya/?dari=flyer")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    for _press in range(2):
        assert sent(client, event)["Location"].endswith("/tanya/terima-kasih/")
    question = Question.objects.get()
    assert (question.text, question.heard_from, question.state) == (
        "Apakah bayi boleh ikut?",
        "flyer",
        "new",
    )
    # Nobody reads it before a moderator has.
    assert b"bayi" not in client.get(f"/kegiatan/{event.slug}/pertanyaan/").content
    assert client.get(f"/kegiatan/{event.slug}/tanya/terima-kasih/").status_code == 200


def test_what_was_typed_comes_back_when_something_is_missing(client: Client, time_machine: Any) -> None:
    event = make_event()
    time_machine.move_to(BEFORE)
    empty = sent(client, event, text="  ")
    assert empty.status_code == 200
    assert "one sentence" in empty.content.decode() or "satu kalimat" in empty.content.decode()
    too_long = sent(client, event, text="apa " * 200)
    assert "apa apa" in too_long.content.decode()
    strict = Client(enforce_csrf_checks=True)
    old = sent(strict, event, text="Apakah gratis?")
    assert old.status_code == 200
    assert "Apakah gratis?" in old.content.decode()
    assert not Question.objects.exists()
    assert sent(client, event, text="Apakah\x00 gratis?", website="http://x").status_code == 302
    assert Question.objects.get().suspicion


def test_many_questions_from_one_place_have_to_wait_and_nothing_is_lost(
    client: Client, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    time_machine.move_to(BEFORE)
    monkeypatch.setattr("portal.shared.slowing.spend", lambda *args, **more: timedelta(minutes=4))
    page = sent(client, event, text="Apakah gratis?")
    assert page.status_code == 429
    assert "Apakah gratis?" in page.content.decode()


def test_questions_are_taken_in_their_time_only(client: Client, time_machine: Any) -> None:
    event, draft = make_event(), make_event(is_published=False)
    time_machine.move_to(event.ends_at + ASKED_AFTER - timedelta(minutes=1))
    assert client.get(f"/kegiatan/{event.slug}/tanya/").status_code == 200
    assert client.get(f"/kegiatan/{draft.slug}/tanya/").status_code == 404
    time_machine.move_to(event.ends_at + ASKED_AFTER)
    assert sent(client, event).status_code == 404
    other = make_event(starts_at=EVENT_AT + timedelta(days=30))
    other.cancel("Hujan lebat.", by=WHO)
    assert sent(client, other).status_code == 404
    with pytest.raises(ValidationError):
        ask(event, "Apa?", form_key="x", at=event.ends_at + ASKED_AFTER)


def test_a_moderator_shows_answers_and_hides_and_everybody_reads_it(
    client: Client, time_machine: Any
) -> None:
    unit = make_organization()
    service = make_service()
    event = make_event(unit=unit, services=[service])
    time_machine.move_to(BEFORE)
    question, bad = make_question(event, "Bu Ani RT 4 boleh ikut?"), make_question(event, "Iklan", "lain")
    desk = signed_in(make_officer("unit officer", unit))
    address = f"/petugas/kegiatan/{event.pk}/pertanyaan/"
    assert "Bu Ani" in desk.get(address).content.decode()
    page = f"{address}{question.pk}/"
    assert "Bu Ani" in desk.get(page).content.decode()
    # Words that may tell who asked are not shown by one press, nor by a tick nobody has been asked for.
    desk.post(address, {"pertanyaan": question.pk, "langkah": "tampilkan"})
    assert desk.get(address).content.decode().count('value="tampilkan"') == 1
    warned = desk.post(page, {"shown": "Ini 0812-3456-7890, boleh?", "answer": "", "is_sure": "on"})
    assert "0812-3456-7890”" in warned.content.decode()
    assert warned.context["form"]["looked_at"].value()
    question.refresh_from_db()
    assert question.state == "new"
    form = desk.get(page).context["form"]
    seen = {name: form[name].value() for name in ("shown", "looked_at")}
    assert desk.post(page, {**seen, "answer": "Telepon 021 7812 346.", "is_sure": "on"}).status_code == 200
    assert desk.post(page, {"shown": "", "answer": ""}).status_code == 200
    desk.post(page, {**seen, "answer": "", "is_sure": "on"})
    question.refresh_from_db()
    assert question.shown == "Bu Ani RT 4 boleh ikut?"
    desk.post(page, {"shown": "Apakah warga lansia boleh ikut?", "answer": ""})
    shown = client.get(f"/kegiatan/{event.slug}/pertanyaan/").content.decode()
    assert "warga lansia" in shown
    assert "Bu Ani" not in shown
    assert "warga lansia" in desk.get(f"{address}layar/").content.decode()
    desk.post(address + "?tumpuk=dipilih", {"pertanyaan": question.pk, "langkah": "langsung"})
    question.refresh_from_db()
    assert (question.state, question.was_answered_live) == ("answered", True)
    assert not answered_about(service)
    desk.post(page, {"shown": question.shown, "answer": "Boleh, bawa KTP.", "who": "Puskesmas"})
    assert [one.answer for one in answered_about(service)] == ["Boleh, bawa KTP."]
    assert list(Question.objects.answered().matching("lansia ikut")) == [question]
    assert desk.post(f"{address}{bad.pk}/", {"reason": " "}).status_code == 200
    desk.post(f"{address}{bad.pk}/", {"reason": "Bukan pertanyaan."})
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == ("hidden", "Bukan pertanyaan.")
    question.hide("Salah jawab.", by=WHO)
    assert not Question.objects.answered().matching("lansia ikut")


def test_other_units_and_readers_cannot_moderate(time_machine: Any) -> None:
    unit = make_organization()
    event = make_event(unit=unit)
    time_machine.move_to(BEFORE)
    question = make_question(event)
    address = f"/petugas/kegiatan/{event.pk}/pertanyaan/"
    stranger = signed_in(make_officer("unit officer", make_organization("Satuan lain")))
    assert stranger.get(address).status_code == 404
    auditor = signed_in(make_officer("auditor"))
    assert auditor.get(address).status_code == 200
    assert auditor.get(f"{address}{question.pk}/").status_code == 200
    sending = {"pertanyaan": question.pk, "langkah": "tampilkan"}
    assert auditor.post(address, sending).status_code == 403
    assert auditor.post(f"{address}{question.pk}/", {"reason": "x"}).status_code == 403
    assert Client().get(address).status_code == 302
    clerk = signed_in(make_officer("clerk"))
    assert clerk.post(address, {"pertanyaan": "٣", "langkah": "tampilkan"}).status_code == 404
    clerk.post(address, sending)
    question.refresh_from_db()
    assert question.shown == question.text


def test_a_question_from_the_hall_is_written_down(time_machine: Any) -> None:
    event = make_event()
    time_machine.move_to(EVENT_AT)
    clerk = signed_in(make_officer("clerk"))
    address = f"/petugas/kegiatan/{event.pk}/pertanyaan/tulis/"
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, {"text": "", "way": "aloud", "form_key": "k"}).status_code == 200
    for _press in range(2):
        clerk.post(address, {"text": "Kapan lagi?", "way": "aloud", "form_key": "k"})
    assert [(one.way, one.entered_by is not None) for one in Question.objects.all()] == [("aloud", True)]


def test_one_page_likes_a_question_once_and_no_cached_page_is_made_anew(
    client: Client, time_machine: Any
) -> None:
    event = make_event()
    time_machine.move_to(BEFORE)
    question, hidden = make_question(event), make_question(event, "Rahasia?", "lain")
    question.shortlist("Apakah bayi boleh ikut?", by=WHO)
    before = current()
    address = f"/kegiatan/{event.slug}/pertanyaan/"
    for token in ("a", "a", "b"):
        page = client.post(address, {"form_key": token, "pertanyaan": question.pk})
        assert page.status_code == 200
    question.refresh_from_db()
    assert question.likes == QuestionLike.objects.count() == 2
    assert current() == before
    assert client.post(address, {"form_key": "a", "pertanyaan": hidden.pk}).status_code == 404
    assert client.post(address, {"form_key": "a", "pertanyaan": "satu"}).status_code == 404
    assert not like(hidden, "c")
    strict = Client(enforce_csrf_checks=True)
    strict.post(address, {"form_key": "z", "pertanyaan": question.pk})
    question.refresh_from_db()
    assert question.likes == 2


@pytest.mark.parametrize(
    "broken",
    [{"state": "shortlisted"}, {"state": "hidden"}, {"state": "answered", "shown": "Apa?"}],
    ids=lambda broken: broken["state"],
)
def test_the_database_refuses_what_no_page_could_show(broken: dict[str, str]) -> None:
    question = make_question(make_event())
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**broken)
