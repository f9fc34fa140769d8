"""Who is invited to a survey by a code, and how often codes and counters may be tried."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from feedback.models import Submission, SurveyInvitation, SurveyResponse
from feedback.models.survey_invitation import invite
from portal.shared import slowing
from portal.shared.work.mail import OutgoingMail
from tests.builders import make_organization, make_service, make_submission
from tests.surveys import a_code, filled, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine: Any, now: Any) -> None:
    time_machine.move_to(now, tick=False)


# Invitations after a case ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["answered", "settled"])
def test_whoever_was_answered_gets_one_code_however_often_it_is_asked_for(status: str, now: Any) -> None:
    survey = make_survey()
    case = make_submission(status=status, unit=survey.unit)
    code = invite(case, now)
    assert code
    assert invite(case, now) == code
    assert code not in str(SurveyInvitation.objects.values_list())
    [invitation] = SurveyInvitation.objects.all()
    assert invitation.survey == survey
    Client().post("/survei/isi/", filled(code=code))
    assert invite(case, now) is None


@pytest.mark.parametrize("status", ["received", "assigned", "waiting", "not_ours", "archived"])
def test_a_case_without_an_answer_is_not_asked(status: str, now: Any) -> None:
    survey = make_survey()
    assert invite(make_submission(status=status, unit=survey.unit), now) is None
    assert not SurveyInvitation.objects.exists()


def test_no_open_survey_no_code(now: Any) -> None:
    survey = make_survey(state="closed")
    case = make_submission(status="answered", unit=survey.unit)
    assert invite(case, now) is None
    survey.open(by=None)
    assert invite(case, now)
    assert invite(case, now + timedelta(days=365)) is None


def test_the_survey_of_the_service_comes_before_that_of_the_unit_and_of_whom_it_is_part_of(now: Any) -> None:
    agency = make_organization("Dinas")
    unit = make_organization("Seksi", parent=agency)
    service = make_service(organization=unit)
    whole = make_survey(unit=agency)
    case = make_submission(status="answered", unit=unit, service=service)
    exact = make_survey(unit=unit, service=service)
    invite(case, now)
    assert SurveyInvitation.objects.get().survey == exact
    other = make_submission("Pagar roboh.", status="answered", unit=unit)
    invite(other, now)
    assert SurveyInvitation.objects.get(submission=other).survey == whole


def test_an_answer_cannot_be_laid_beside_its_case(now: Any) -> None:
    survey = make_survey()
    case = make_submission(status="answered", unit=survey.unit)
    Client().post("/survei/isi/", filled(code=invite(case, now)))
    response = SurveyResponse.objects.get()
    pointing = {field.related_model for field in SurveyResponse._meta.get_fields() if field.is_relation}
    assert Submission not in pointing
    assert SurveyInvitation not in pointing
    assert (response.entered_at, response.entered_by) == (None, None)


# Patience --------------------------------------------------------------------------------------------------


def test_a_flood_at_the_counter_has_to_wait_and_keeps_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(slowing.SIZES, "survey", slowing.Size(2, timedelta(hours=1)))
    address = f"/survei/loket/{make_survey().unit.slug}/"
    assert [Client().post(address, filled(form_key=key)).status_code for key in "ab"] == [302, 302]
    waiting = Client().post(address, filled(form_key="c", conduct="2"))
    assert (waiting.status_code, waiting["Retry-After"]) == (429, "1800")
    assert 'name="conduct" value="2"' in waiting.content.decode()
    assert SurveyResponse.objects.count() == 2
    # Whoever was thanked once is thanked again, however full it is.
    assert Client().post(address, filled(form_key="b")).status_code == 302


def test_codes_are_not_for_guessing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(slowing.SIZES, "track", slowing.Size(1, timedelta(minutes=30)))
    code = a_code(make_survey())
    SurveyInvitation.objects.all().delete()
    assert Client().post("/survei/", {"code": code}).status_code == 200
    for path in ("/survei/", "/survei/isi/"):
        refused = Client().post(path, filled(code=code))
        assert (refused.status_code, refused["Retry-After"]) == (429, "1800")


def test_the_letter_with_the_answer_carries_the_code_behind_a_hash(now: Any) -> None:
    survey = make_survey()
    contact = {"email": "warga@example.org", "wish": "email"}
    case = make_submission(status="in_progress", unit=survey.unit, contact=contact)
    case.answer("Lampunya sudah diganti.", by=None, at=now)
    [letter] = OutgoingMail.objects.filter(key__contains=":answer:")
    code = invite(case, now)
    assert f"/survei/#{code}" in letter.body
    assert code is not None
    assert code not in letter.subject
    # Who gets no letter is invited on the tracking page, and not before it is opened.
    quiet = make_submission("Pagar roboh.", status="in_progress", unit=survey.unit)
    quiet.answer("Sudah diperbaiki.", by=None, at=now)
    assert not SurveyInvitation.objects.filter(submission=quiet).exists()
