"""What those who registered are told: places, changes, the day before, words of staff; and when they are forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db.models import F
from django.test import Client
from django.urls import reverse

from outreach import forgetting, reminding, telling
from outreach.inviting import ask_those_who_came
from outreach.models import Event, EventMessage, NumbersOpening, Registration
from outreach.registering import Ticket, Wish, cancel, find, register
from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER
from portal.shared.work.mail import OutgoingMail
from portal.shared.work.worker import Worker
from tests.builders import EVENT_AT, WHO, make_event, make_portal, unique
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
AT = EVENT_AT - timedelta(days=3)
MAIL, NUMBER = {"email": "tini@contoh.id"}, {"whatsapp": "0812 3456 7890"}


@pytest.fixture(autouse=True)
def _three_days_before(time_machine: Any, settings: Any) -> None:
    time_machine.move_to(AT, tick=False)
    settings.PERIODIC_WORK = []
    make_portal()


def come(event: Event, **wish: Any) -> Ticket:
    return register(event, Wish(**wish), form_key=unique("kunci"), at=AT)


def sent() -> list[Any]:
    """Letters that have gone out since it was asked last."""
    Worker().run_waiting()
    out, mail.outbox[:] = [*mail.outbox], []
    return out


def test_each_is_told_of_a_place_and_who_moves_up_without_any_code() -> None:
    event = make_event(capacity=1, bring="KTP\nBuku KIA")
    first, second = come(event, contact=MAIL), come(event, contact={"email": "b@contoh.id"}, language="en")
    come(event, contact=NUMBER)
    kept, waits = sent()
    assert kept.to == ["tini@contoh.id"]
    assert event.title in kept.subject
    assert "waiting list" in waits.subject
    cancel(first.registration, at=AT)
    (moved,) = sent()
    assert moved.to == ["b@contoh.id"]
    assert "28 November 2026" in moved.body
    for letter in (kept, waits, moved):
        assert not any(code in letter.body for code in (first.code, second.code))


def test_everybody_who_means_to_come_is_told_once_when_it_is_called_off_or_moved() -> None:
    event = make_event()
    come(event, contact=MAIL)
    cancel(come(event, contact={"email": "batal@contoh.id"}).registration, at=AT)
    sent()
    event.postpone("Balai RW dipakai.", by=WHO, at=AT)
    event.postpone("Balai RW dipakai.", by=WHO, at=AT)
    (letter,) = sent()
    assert letter.to == ["tini@contoh.id"]
    assert "Balai RW dipakai." in letter.body
    later = EVENT_AT + timedelta(days=7)
    event.reschedule(later, later + timedelta(hours=2), by=WHO, at=AT)
    (letter,) = sent()
    assert "5 Desember 2026" in letter.body or "5 December 2026" in letter.body
    event.cancel("Petugas sakit.", by=WHO, at=AT)
    assert "Petugas sakit." in sent()[0].body


def test_the_day_before_each_is_reminded_once_and_again_only_for_another_date() -> None:
    event = make_event()
    party = come(event, contact=MAIL)
    come(event)
    late = make_event(starts_at=AT + timedelta(hours=20))
    come(late, contact={"email": "kemarin@contoh.id"})
    sent()
    at = EVENT_AT - timedelta(hours=23)
    assert reminding.remind_due(EVENT_AT - timedelta(hours=25)) == 0
    assert (reminding.remind_due(at), reminding.remind_due(at)) == (1, 0)
    assert [letter.to for letter in sent()] == [["tini@contoh.id"]]
    later = EVENT_AT + timedelta(days=7)
    event.reschedule(later, later + timedelta(hours=2), by=WHO, at=at)
    assert reminding.remind_due(later - timedelta(hours=2)) == 1
    cancel(party.registration, at=at)
    assert reminding.remind_due(later - timedelta(hours=1)) == 0


def test_staff_see_whom_a_message_reaches_before_it_goes_out_and_it_goes_out_once() -> None:
    event = make_event(capacity=3)
    for contact in (MAIL, NUMBER, {}, {"email": "tunggu@contoh.id"}):
        come(event, contact=contact)
    sent()
    clerk = signed_in(make_officer(CLERK, event.unit), Client())
    address = reverse("outreach:messages", args=[event.pk])
    typed = {"to": "registered", "subject": "Bawa payung", "text": "Mungkin hujan.", "form_key": unique("k")}
    seen = clerk.post(address, typed | {"langkah": "lihat"})
    reached = seen.context["reached"]
    assert (reached.letters, reached.numbers, reached.nobody) == (1, 1, 1)
    assert not EventMessage.objects.exists()
    for _again in range(2):
        assert clerk.post(address, typed | {"langkah": "kirim"}).status_code == 302
    (letter,) = sent()
    assert (letter.to, EventMessage.objects.count()) == (["tini@contoh.id"], 1)
    assert "Mungkin hujan." in letter.body
    nobody = clerk.post(address, typed | {"to": "came", "form_key": unique("k"), "langkah": "kirim"})
    assert nobody.status_code == 200
    assert sent() == []
    # Who left neither address nor number can be written to by nobody, so there is no button either.
    cannot = make_event(capacity=3)
    come(cannot)
    address = reverse("outreach:messages", args=[cannot.pk])
    assert 'value="kirim"' in seen.content.decode()
    for step in ("lihat", "kirim"):
        page = clerk.post(address, typed | {"form_key": unique("k"), "langkah": step})
        assert 'value="kirim"' not in page.content.decode()
    assert EventMessage.objects.filter(event=cannot).count() == 0


def test_numbers_are_shown_only_after_a_reason_is_kept() -> None:
    event = make_event()
    come(event, contact=NUMBER, nickname="Pak Udin")
    address = reverse("outreach:numbers", args=[event.pk])
    assert signed_in(make_officer(FIELD_OFFICER, event.unit), Client()).get(address).status_code == 403
    client = signed_in(make_officer(COORDINATOR), Client())
    assert "0812" not in client.get(address).content.decode()
    assert "0812" not in client.post(address, {"to": "registered", "why": " "}).content.decode()
    assert not NumbersOpening.objects.exists()
    page = client.post(address, {"to": "registered", "why": "Balai pindah."}).content.decode()
    assert "wa.me/6281234567890?text=" in page
    assert NumbersOpening.objects.get().why == "Balai pindah."
    with pytest.raises(ValidationError):
        telling.open_numbers(event, "registered", " ", at=AT, by=WHO)


def test_a_clerk_writes_down_a_caller_and_reads_the_code_to_them() -> None:
    event = make_event(capacity=5, registration_closes_at=AT - timedelta(hours=1))
    clerk = make_officer(CLERK, event.unit)
    client = signed_in(clerk, Client())
    address = reverse("outreach:register_for", args=[event.pk])
    assert client.get(address).status_code == 200
    page = client.post(address, {"party_size": "2", "nickname": "Bu RT", "form_key": "k" * 32})
    ticket = page.context["ticket"]
    assert ticket.code in page.content.decode()
    assert (find(ticket.code).entered_by, Event.objects.get(pk=event.pk).taken) == (clerk, 2)
    auditor = signed_in(make_officer(AUDITOR), Client())
    assert auditor.get(address).status_code == 403


def test_long_after_the_event_names_and_contacts_go_and_numbers_stay(settings: Any) -> None:
    settings.OUTREACH_CONTACT_DAYS = 30
    event = make_event(questions=[{"text": "Alamat?"}, {"text": "Umur?", "kind": "number"}])
    words, number = event.questions_asked.all()
    come(event, nickname="Bu Tini", party_size=3, contact=MAIL, answers={words.pk: "Gang 4", number.pk: "40"})
    young = make_event(starts_at=EVENT_AT + timedelta(days=5))
    come(young, nickname="Pak Udin", contact=NUMBER)
    asked = OutgoingMail.objects.filter(key__startswith="outreach-rate:")
    assert (ask_those_who_came(event.ends_at + timedelta(hours=7)), asked.count()) == (1, 1)
    at = event.ends_at + timedelta(days=30, minutes=1)
    assert (forgetting.erase_due(at, dry_run=True), forgetting.erase_due(at)) == (1, 1)
    assert forgetting.erase_due(at) == 0
    kept = Registration.objects.get(event=event)
    assert (kept.nickname, kept.party_size, kept.erased_at) == ("", 3, at)
    assert not hasattr(kept, "contact")
    assert [answer.value for answer in kept.answers.all()] == ["40"]
    assert Registration.objects.get(event=young).contact.whatsapp
    assert not OutgoingMail.objects.filter(key__startswith=f"registration:{kept.pk}:", sent_at=None).exists()
    assert not asked.filter(sent_at=None).exists()
    assert Event.objects.filter(taken=F("taken")).get(pk=event.pk).taken == 3
