"""A mail that was asked for goes out once: not without its transaction, not twice, and not into the log."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, OperationalError, transaction

from portal import environment, mail_server
from portal.shared.work import mail as outgoing
from portal.shared.work.job import Job
from portal.shared.work.later import TryLater
from portal.shared.work.mail import ON_ITS_WAY, WAITS, OutgoingMail, queue_mail
from portal.shared.work.worker import Worker

TO = "sari@example.org"


def ask(key: str = "new-device:1", **changes: str) -> None:
    queue_mail(
        **{"to": TO, "subject": "Masuk dari perangkat baru", "body": "Apakah ini Anda?", "key": key} | changes
    )


def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise SMTPRecipientsRefused({TO: (450, b"try later")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


@pytest.mark.django_db
def test_a_mail_goes_out_and_is_erased() -> None:
    ask()
    assert mail.outbox == []
    assert Worker().run_waiting() == 1
    (message,) = mail.outbox
    assert message.to == [TO]
    assert message.body == "Apakah ini Anda?"
    kept = OutgoingMail.objects.get()
    assert (kept.to, kept.subject, kept.body) == ("", "", "")
    assert kept.sent_at is not None
    assert TO not in str(Job.objects.values().get())


@pytest.mark.django_db
def test_asking_again_with_the_same_key_sends_nothing_more() -> None:
    ask()
    ask()
    Worker().run_waiting()
    ask()
    assert Worker().run_waiting() == 0
    assert len(mail.outbox) == 1
    ask(key="new-device:2")
    Worker().run_waiting()
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_mail_whose_transaction_failed_was_never_asked_for() -> None:
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert Worker().run_waiting() == 0
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "fault"),
    [({"to": "sari"}, ValidationError), ({"subject": "Halo\nBcc: all@example.org"}, ValueError)],
)
def test_what_no_mail_server_should_see_is_refused_before_it_is_queued(
    changes: dict[str, str], fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        ask(**changes)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_task_that_runs_again_sends_nothing_more() -> None:
    ask()
    Worker().run_waiting()
    outgoing.send_mail.func(OutgoingMail.objects.get().pk)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_mail_on_its_way_is_left_to_whoever_sends_it(now: datetime) -> None:
    ask()
    OutgoingMail.objects.update(on_its_way_until=now + ON_ITS_WAY)
    row = OutgoingMail.objects.get()
    with pytest.raises(TryLater) as later:
        row.send(now)
    assert later.value.wait == ON_ITS_WAY
    assert mail.outbox == []
    row.send(now + ON_ITS_WAY)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_mail_sent_again_after_a_crash_is_known_by_its_number(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the mail server's yes and our note of it a power cut cannot be excluded, only made recognisable."""
    ask()
    row = OutgoingMail.objects.get()

    def crash(self: OutgoingMail) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(OutgoingMail, "_note_sent", crash)
        with pytest.raises(SystemExit):
            row.send(now)
    row.send(now + ON_ITS_WAY)
    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    ask(key="another")
    other = OutgoingMail.objects.get(key="another")
    assert other.message_id != first.message()["Message-ID"]


@pytest.mark.django_db
def test_a_busy_mail_server_is_asked_again_later_and_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusing(monkeypatch)
    ask()
    with time_machine.travel("2026-11-18T02:00:00Z", tick=False) as clock:
        for wait in WAITS:
            Worker().run_waiting()
            job = Job.objects.get()
            assert (job.status, job.is_postponed) == ("READY", True)
            clock.shift(wait - timedelta(seconds=1))
            assert Worker().run_waiting() == 0, "too early"
            clock.shift(timedelta(seconds=1))
        assert Worker().run_waiting() == 1
    job = Job.objects.get()
    assert job.is_failed
    assert job.exception_class_path == "smtplib.SMTPRecipientsRefused"
    assert TO not in str(Job.objects.values().get()), "the server's refusal names the address"
    assert OutgoingMail.objects.get().body, "kept for the retry"

    monkeypatch.undo()
    job.retry(by="tests", at=job.finished_at)
    Worker().run_waiting()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_sent_mail_is_noted_though_the_database_is_away_for_a_moment(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    row = OutgoingMail.objects.get()
    monkeypatch.setattr(outgoing, "TRIES_TO_NOTE", (0, 0.01, 0.02))
    original, failures = type(OutgoingMail.objects.all()).update, [OperationalError(), OperationalError()]

    def update(self: Any, **values: Any) -> int:
        if "sent_at" in values and failures:
            raise failures.pop()
        return original(self, **values)

    monkeypatch.setattr(type(OutgoingMail.objects.all()), "update", update)
    row.send(now)
    row.refresh_from_db()
    assert row.sent_at is not None


@pytest.mark.django_db
def test_the_database_refuses_a_sent_mail_that_kept_its_text(now: datetime) -> None:
    ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.update(sent_at=now)


@pytest.mark.django_db
def test_without_a_mail_server_production_keeps_the_mail_and_says_so(settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.shared.work.mail.NoMailServer"
    ask()
    Worker().run_waiting()
    job = Job.objects.get()
    assert job.is_postponed
    assert job.exception_class_path.endswith("ImproperlyConfigured")
    assert OutgoingMail.objects.get().body


@pytest.mark.django_db
def test_old_mail_is_forgotten(now: datetime) -> None:
    ask()
    made = OutgoingMail.objects.get().made_at
    outgoing.forget_old_mail(made + outgoing.KEPT)
    assert OutgoingMail.objects.exists()
    outgoing.forget_old_mail(made + outgoing.KEPT + timedelta(seconds=1))
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("url", "host", "port", "uses"),
    [
        ("smtp://portal:p%40ss@mail.example.org", "mail.example.org", 587, "TLS"),
        ("smtps://portal:p%40ss@mail.example.org:465", "mail.example.org", 465, "SSL"),
        ("smtp://portal:p%40ss@localhost:25?tls=no", "localhost", 25, ""),
    ],
)
def test_the_mail_server_is_read_from_one_address(url: str, host: str, port: int, uses: str) -> None:
    found = mail_server.settings_of(url)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (uses == "TLS", uses == "SSL")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("portal", "p@ss")


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://x", "smtp://", "smtp://mail.example.org?tls=no", "smtp://x:port"]
)
def test_a_mail_server_that_cannot_be_is_a_fault_of_the_settings(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "faults", [])
    assert mail_server.settings_of(url) == {}
    (danger,) = environment.faults
    assert danger.name == "EMAIL_URL"
