"""A case that is due soon or late is reported once on each rung, to those it concerns, and silence settles."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import translation

from feedback import escalation, handing_over, journey, letters, waiting
from feedback.deadlines import Calendars, WorkingDays
from feedback.erasure import erase_due
from feedback.escalation import DUE_SOON, LATE, VERY_LATE, keep_clock, run, rung_of
from feedback.models import Contact, DeadlineRule, Submission, UnitCalendar
from portal.shared.work.mail import OutgoingMail
from services.models import Membership
from tests.builders import make_closed_day, make_organization, make_submission, make_user
from tests.desk import make_officer

pytestmark = pytest.mark.django_db
MONDAY_TO_FRIDAY = WorkingDays(frozenset(), frozenset({1, 2, 3, 4, 5}))


def on(day: str, hour: int = 6) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZoneInfo("Asia/Jakarta"))


def at_address(user: User) -> User:
    user.email = f"{user.username}@example.go.id"
    user.save()
    return user


class Office:
    """A unit with an officer and a head, below an agency; a clerk and a coordinator."""

    def __init__(self) -> None:
        self.agency = make_organization("Dinas")
        self.unit = make_organization("Suku dinas", parent=self.agency)
        self.officer = at_address(make_officer("unit officer", self.unit))
        self.head = at_address(make_officer("unit officer", self.agency))
        Membership.objects.filter(user=self.head).update(is_head=True)
        self.clerk = at_address(make_officer("clerk"))
        self.coordinator = at_address(make_officer("coordinator"))
        DeadlineRule.objects.create(kind="complaint", verify_days=3, answer_days=5, source="Contoh")

    def case(self, day: str = "2026-11-18", status: str = "assigned", **changes: Any) -> Submission:
        """Received on that Wednesday, promised for Wednesday the week after."""
        unit = {"unit": self.unit} if status != "received" else {}
        return make_submission(at=on(day), status=status, **unit | changes)


@pytest.fixture
def office() -> Office:
    return Office()


def told() -> dict[str, str]:
    """Body of every digest by the name of whom it is for; forgets them."""
    mails = {
        mail.to.partition("@")[0]: mail.body for mail in OutgoingMail.objects.filter(key__contains="digest:")
    }
    OutgoingMail.objects.all().delete()
    return mails


@pytest.mark.parametrize(
    ("today", "rung"),
    [
        ("2026-11-20", 0),
        ("2026-11-23", DUE_SOON),
        ("2026-11-25", DUE_SOON),
        ("2026-11-26", LATE),
        ("2026-12-02", LATE),
        ("2026-12-03", VERY_LATE),
    ],
)
def test_the_rungs_are_counted_in_working_days(today: str, rung: int) -> None:
    case = Submission(status="assigned", due_on=date(2026, 11, 25))
    assert rung_of(case, date.fromisoformat(today), MONDAY_TO_FRIDAY) == rung


def test_an_unread_case_is_late_by_the_day_it_was_to_be_read() -> None:
    case = Submission(status="received", verify_by=date(2026, 11, 23), due_on=date(2026, 12, 8))
    assert rung_of(case, date(2026, 11, 23), MONDAY_TO_FRIDAY) == 0
    assert rung_of(case, date(2026, 11, 24), MONDAY_TO_FRIDAY) == LATE
    assert rung_of(case, date(2026, 12, 1), MONDAY_TO_FRIDAY) == VERY_LATE
    case.status = "verified"
    assert rung_of(case, date(2026, 11, 24), MONDAY_TO_FRIDAY) == 0


def test_each_rung_is_reported_once_to_those_it_concerns(office: Office) -> None:
    case = office.case()
    run(on("2026-11-20"))
    assert told() == {}
    assert run(on("2026-11-23")).reported[DUE_SOON] == 1
    mails = told()
    assert set(mails) == {office.officer.username}
    assert case.number in mails[office.officer.username]
    assert case.story not in mails[office.officer.username]
    for day in ("2026-11-24", "2026-11-25"):
        run(on(day))
    assert told() == {}
    run(on("2026-11-26"))
    assert set(told()) == {office.officer.username, office.head.username}
    run(on("2026-12-03"))
    assert set(told()) == {office.officer.username, office.head.username, office.coordinator.username}
    run(on("2026-12-04"))
    assert told() == {}
    case.refresh_from_db()
    assert (case.escalated, case.escalated_on) == (VERY_LATE, date(2026, 12, 3))


def test_what_nobody_has_read_is_told_to_the_desk(office: Office) -> None:
    office.case(status="received")
    run(on("2026-11-24"))
    assert set(told()) == {office.clerk.username, office.coordinator.username}


def test_whoever_handles_it_is_told_too(office: Office) -> None:
    case = office.case()
    case.correct(by=None, handler=office.clerk)
    run(on("2026-11-23"))
    assert set(told()) == {office.officer.username, office.clerk.username}


def test_a_unit_without_members_is_answered_for_by_the_one_above(office: Office) -> None:
    office.case(unit=make_organization("Loket", parent=office.unit))
    run(on("2026-11-23"))
    assert set(told()) == {office.officer.username}


def test_one_mail_a_person_and_day_with_everything_new(office: Office) -> None:
    cases = [office.case(), office.case("2026-11-16"), office.case("2026-11-06")]
    run(on("2026-11-24"))
    body = told()[office.officer.username]
    # Very late comes first.
    places = [body.index(case.number) for case in reversed(cases)]
    assert places == sorted(places)


def test_a_case_about_somebody_is_not_told_to_their_unit(office: Office) -> None:
    case = office.case()
    # Found out only afterwards.
    case.correct(by=None, is_about_staff=True, about_unit=office.unit)
    run(on("2026-11-23"))
    assert set(told()) == {office.coordinator.username}, "it does not stay with those who may not read it"
    run(on("2026-12-03"))
    # Whoever is above that unit reads it, nobody who works in it.
    assert set(told()) == {office.head.username, office.coordinator.username}


def test_people_who_left_or_have_no_address_are_not_written_to(office: Office) -> None:
    office.case()
    User.objects.filter(pk=office.officer.pk).update(is_active=False)
    User.objects.filter(pk=office.head.pk).update(email="")
    run(on("2026-11-26"))
    assert set(told()) == {office.clerk.username, office.coordinator.username}


def test_begun_anew_after_a_crash_the_round_is_finished_and_not_repeated(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.case()

    def crash(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(escalation.digests, "send", crash)
        with pytest.raises(RuntimeError):
            run(on("2026-11-23"))
    run(on("2026-11-23", 7))
    run(on("2026-11-23", 8))
    assert OutgoingMail.objects.count() == 1


def test_nobody_is_written_to_on_a_day_off(office: Office) -> None:
    make_closed_day(date(2026, 11, 26))
    office.case()
    run(on("2026-11-26"))
    run(on("2026-11-28"))
    assert told() == {}
    UnitCalendar.objects.create(unit=office.unit, days="123456")
    run(on("2026-11-28"))
    assert office.officer.username in told()


def test_while_we_wait_for_the_resident_nobody_is_late(office: Office) -> None:
    case = office.case()
    case.ask("Di gang mana?", by=None, at=on("2026-11-19"))
    run(on("2026-12-18"))
    assert told() == {}
    assert not case.is_late(on("2026-12-18"))


def test_a_later_promise_is_reported_from_the_bottom_again(office: Office) -> None:
    case = office.case()
    run(on("2026-11-23"))
    case.refresh_from_db()
    case.ask("Di gang mana?", by=None, at=on("2026-11-23"))
    case.take_question_back(by=None, at=on("2026-11-27"))
    told()
    run(on("2026-11-27"))
    case.refresh_from_db()
    assert (case.due_on, case.escalated) == (date(2026, 12, 1), DUE_SOON)
    assert set(told()) == {office.officer.username}


def test_the_resident_hears_once_for_each_promise_that_we_are_late(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(letters, "tell_late", lambda case, at: heard.append(case.number))
    case, same = office.case(), office.case()
    same.join(case, by=None, at=on("2026-11-19"))
    for day in ("2026-11-25", "2026-11-26", "2026-11-27"):
        run(on(day))
    assert sorted(heard) == sorted([case.number, same.number]), "whoever told the same is told too"
    case.refresh_from_db()
    case.answer("Sudah.", by=None, at=on("2026-11-27"))
    case.rate("not", at=on("2026-11-27"))
    run(on("2026-12-07"))
    assert len(heard) == 4


def test_silence_settles_after_whole_working_days(office: Office, settings: Any) -> None:
    settings.SETTLE_AFTER_DAYS = 10
    case = office.case(status="answered")
    run(on("2026-12-02"))
    assert Submission.objects.get().status == "answered"
    assert run(on("2026-12-03")).settled == 1
    case.refresh_from_db()
    assert (case.status, case.status_changes.last().side) == ("settled", "clock")
    assert run(on("2026-12-03")).settled == 0


def test_a_resident_who_speaks_at_that_moment_is_quicker(office: Office) -> None:
    case = office.case(status="answered")
    seen = Submission.objects.get()
    case.rate("not", at=on("2026-12-03"))
    assert not escalation.settled(seen, on("2026-12-03"))
    assert Submission.objects.get().status == "reopened"


def test_who_never_replies_is_asked_once_more_and_then_it_ends(office: Office, settings: Any) -> None:
    settings.SETTLE_AFTER_DAYS = 10
    case, same = office.case(), office.case()
    Contact.objects.create(submission=case, email="warga@example.org", wish=Contact.Wish.EMAIL)
    same.join(case, by=None, at=on("2026-11-18"))
    case.ask("Di gang mana?", by=None, at=on("2026-11-19"))
    OutgoingMail.objects.all().delete()
    assert run(on("2026-12-03")).reminded == 0
    assert run(on("2026-12-04"), dry_run=True).reminded == 1
    assert (run(on("2026-12-04")).reminded, run(on("2026-12-04", 7)).reminded) == (1, 0)
    letter = OutgoingMail.objects.get(to="warga@example.org").body
    assert "Di gang mana?" in letter
    assert "18 Desember 2026" in letter
    assert run(on("2026-12-18")).unheard == 0
    assert run(on("2026-12-21"), dry_run=True).unheard == 1
    assert run(on("2026-12-21")).unheard == 1
    letter = OutgoingMail.objects.order_by("pk").filter(to="warga@example.org")[1].body
    assert "Kami sudah bertanya dua kali" in letter
    assert "Tidak bisa dikerjakan" not in letter, "nobody has found that out"
    case.refresh_from_db()
    same.refresh_from_db()
    assert (case.status, case.status_changes.last().side, case.waited_days) == ("cannot", "clock", 22)
    with translation.override("en"):
        way = journey.of(case, on("2026-12-21"), is_own=True)
        assert "was not answered" in way.now
        assert (way.words, way.stages[-1].words) == ("Ended without a reply",) * 2
    assert same.status == "verified", "who told the same still waits for an answer"
    erase_due(on("2026-12-21") + timedelta(days=settings.FEEDBACK_CONTACT_DAYS + 1))
    assert not Contact.objects.exists()


def test_a_reply_or_another_question_begins_the_waiting_anew(office: Office, settings: Any) -> None:
    settings.SETTLE_AFTER_DAYS = 10
    case = office.case()
    case.ask("Di gang mana?", by=None, at=on("2026-11-19"))
    run(on("2026-12-04"))
    seen = list(waiting.unheard(on("2026-12-21"), Calendars()))
    case.refresh_from_db()
    case.hear("Gang Mawar.", at=on("2026-12-21"), form_key_hash="a")
    assert [waiting.end(one, on("2026-12-21")) for one in seen] == [False], "the resident was quicker"
    assert not waiting.remind(seen[0], on("2026-12-21"), Calendars())
    case.refresh_from_db()
    case.ask("Nomor berapa?", by=None, at=on("2026-12-21"))
    assert (run(on("2027-01-04")).reminded, run(on("2027-01-05")).reminded) == (0, 1)


def test_a_unit_hears_once_of_what_came_to_it(office: Office) -> None:
    case = office.case(status="assigned")
    late = office.case(status="answered")
    begun = office.case(status="in_progress")
    hidden = office.case(status="assigned")
    hidden.correct(by=None, is_about_staff=True, about_unit=office.unit)
    OutgoingMail.objects.all().delete()
    assert handing_over.tell(on("2026-11-21")) == 0, "on a day off nobody is written to"
    assert handing_over.tell(on("2026-11-23")) == 2
    mails = {mail.to.partition("@")[0]: mail.body for mail in OutgoingMail.objects.all()}
    assert set(mails) == {office.officer.username, office.coordinator.username}
    assert case.number in mails[office.officer.username]
    assert hidden.number not in mails[office.officer.username], "it is about somebody of that unit"
    assert case.story not in mails[office.officer.username]
    told = "".join(mails.values())
    assert late.number not in told, "it was answered before anybody had to be told"
    assert begun.number not in told, "whoever begins knows of it"
    assert handing_over.tell(on("2026-11-23", 7)) == 0
    late.refresh_from_db()
    late.rate("not", at=on("2026-11-24"))
    Submission.objects.filter(pk=late.pk).update(due_on=None)
    assert handing_over.tell(on("2026-11-24")) == 1
    case.refresh_from_db()
    case.assign(office.agency, by=None, at=on("2026-11-25"), reason="Milik dinas.")
    OutgoingMail.objects.all().delete()
    assert handing_over.tell(on("2026-11-25")) == 1
    assert OutgoingMail.objects.get().to == office.head.email


def test_a_dry_run_counts_and_does_nothing(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.case("2026-11-02")
    office.case("2026-11-02", status="answered")
    before = list(Submission.objects.order_by("pk").values())
    tally = run(on("2026-11-24"), dry_run=True)
    assert (tally.reported[VERY_LATE], tally.digests, tally.residents, tally.settled) == (1, 3, 1, 1)
    assert list(Submission.objects.order_by("pk").values()) == before
    assert not OutgoingMail.objects.exists()
    call_command("feedback_clock", "--dry-run")
    assert capsys.readouterr().out.startswith("Would be: due soon 0, late ")
    call_command("feedback_clock")
    assert capsys.readouterr().out.startswith("Done: ")


def test_the_worker_does_it_every_morning(office: Office) -> None:
    office.case("2026-01-05")
    with time_machine.travel(on("2026-11-24"), tick=False):
        keep_clock.call()
    assert Submission.objects.get().escalated == VERY_LATE


def test_many_cases_cost_few_questions_more(office: Office, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        office.case()
    User.objects.exclude(pk=office.officer.pk).update(email="")
    with django_assert_max_num_queries(3):
        assert len(list(escalation.climbers(on("2026-11-23"), Calendars()))) == 3


def test_somebody_without_a_role_is_told_nothing(office: Office) -> None:
    at_address(make_user(is_superuser=True))
    office.case(status="received")
    run(on("2026-11-24"))
    assert set(told()) == {office.clerk.username, office.coordinator.username}


def test_trouble_with_one_case_does_not_keep_the_others_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = office.case(), office.case()
    answered = office.case("2026-11-02", status="answered")

    def tell(case: Submission, at: datetime) -> None:
        if case.pk == bad.pk:
            raise ValueError("one letter")

    monkeypatch.setattr(letters, "tell_late", tell)
    with time_machine.travel(on("2026-11-26"), tick=False), pytest.raises(ValueError, match="one letter"):
        keep_clock.call()
    rows = Submission.objects.in_bulk()
    assert rows[bad.pk].told_late_for is None, "tried again tomorrow"
    assert rows[good.pk].told_late_for == rows[good.pk].due_on
    assert rows[answered.pk].status == "settled"
