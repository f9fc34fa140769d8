"""What residents wrote to activities and consultations goes after its period; numbers and public words stay."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from outreach import consulted
from outreach.forgetting_words import erase_words
from outreach.models import AfterUse, EventRating, Finding, Question, Remark
from outreach.models.consultation_response import hear
from outreach.models.question import ask
from portal.accounts.roles import COORDINATOR
from portal.shared.history import Change
from tests.builders import EVENT_AT, WHO, make_event, make_portal
from tests.consultation_world import make_consultation
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
SECRET = "Tetangga saya Bu Rahasia"


def test_words_go_when_their_time_is_over_and_numbers_and_what_is_public_stay(settings: Any) -> None:
    settings.FEEDBACK_WORDS_DAYS = 100
    make_portal()
    event, at = make_event(ends_at=EVENT_AT + timedelta(hours=2)), EVENT_AT + timedelta(hours=1)
    new, hidden, shown = (ask(event, f"{SECRET} {key}?", form_key=key, at=at)[0] for key in "abc")
    hidden.hide(f"Menyebut {SECRET}", by=WHO, at=at)
    shown.shortlist(f"{SECRET} boleh ikut?", by=WHO, at=at)
    shown.reply("Boleh.", shown="Apakah lansia boleh ikut?", by=WHO, at=at)
    EventRating.take(event, {"missing": SECRET}, form_key="d", at=at)
    said_more, _is_new = EventRating.take(event, {"missing": SECRET, "usefulness": 4}, form_key="e", at=at)
    said_more.release("Ada yang kurang.", by=WHO, at=at)
    later = at + timedelta(days=40)
    AfterUse.take(event, {"answer": "tried", "words": SECRET}, form_key="f", at=later)
    consultation = make_consultation()
    choice, question = consultation.questions.all()
    said = [
        Remark(question=choice, text="Setuju", is_choice=True),
        Remark(question=question, text=SECRET),
    ]
    hear(consultation, said, form_key="g", at=at)
    finding = Finding.objects.create(consultation=consultation, heard="Jam pagi", outcome="kept", why="-")
    consulted.sort(consultation, [(said[1], finding, "")], by=WHO)

    def told() -> str:
        rows: list[Any] = [*Change.objects.values(), *Remark.objects.values(), *AfterUse.objects.values()]
        return str([*rows, *Question.objects.values(), *EventRating.objects.values()])

    assert erase_words(event.ends_at + timedelta(days=100)) == 0
    assert told().count(SECRET) > 8
    assert erase_words(consultation.closes_at + timedelta(days=101)) == 7
    assert SECRET not in told()
    assert erase_words(consultation.closes_at + timedelta(days=102)) == 0

    assert list(Question.objects.answered()) == [shown]
    for one in (new, hidden, shown):
        one.refresh_from_db()
    assert (shown.shown, shown.answer) == ("Apakah lansia boleh ikut?", "Boleh.")
    assert (new.state, hidden.state, Question.objects.count()) == ("hidden", "hidden", 3)
    assert (EventRating.objects.count(), EventRating.objects.written().count()) == (2, 0)
    assert consulted.findings(consultation, is_public=False)[0].n == 1
    assert consulted.tallies(consultation, is_public=False)[0].n == 1
    # Words shown to everybody can be taken back, also when those they were made of are gone.
    desk = signed_in(make_officer(COORDINATOR))
    page = desk.get("/admin/outreach/eventrating/")
    assert page.content.decode().count("Ada yang kurang.") == 1
    desk.post(f"/admin/outreach/eventrating/{said_more.pk}/verb/take_back/")
    said_more.refresh_from_db()
    assert not said_more.is_released
    assert "konsultasi" in Client().get("/privasi/").content.decode()
