"""Answering a survey: once with a code, apart at the counter, and nothing that leads back to a case."""

from datetime import date
from typing import Any

import brotli
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import Survey, SurveyInvitation, SurveyResponse
from feedback.models.survey_invitation import code_hash, invitation_with
from feedback.models.survey_response import take
from feedback.satisfaction import LIST_ORDER
from tests.builders import make_organization, make_portal, make_service
from tests.surveys import a_code, filled, make_response, make_survey

pytestmark = pytest.mark.django_db
KB = 1024


@pytest.fixture(autouse=True)
def today(time_machine: Any, now: Any) -> None:
    time_machine.move_to(now, tick=False)


def answers(**given: int) -> dict[str, int | None]:
    return dict.fromkeys(LIST_ORDER, None) | given


# With a code -----------------------------------------------------------------------------------------------


def test_a_code_typed_in_any_way_opens_the_nine_questions_in_the_order_of_the_form() -> None:
    code = a_code(make_survey())
    page = Client().post("/survei/", {"code": f" {code.lower().replace('-', ' ')} "})
    text = page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert text.count("<fieldset") == 9
    assert text.index('name="facilities"') < text.index('name="complaints"')
    assert text.index('name="conduct"') < text.index('name="facilities"')
    assert 'type="radio"' in text
    assert " checked" not in text
    assert code.lower().replace("-", " ") in text


def test_an_answer_with_a_code_is_verified_and_uses_the_code_up() -> None:
    survey = make_survey()
    code = a_code(survey)
    sent = Client().post("/survei/isi/", filled(code=code, time="2", cost="", sex="P", education="SMA"))
    assert (sent.status_code, sent["Location"]) == (302, "/survei/terima-kasih/")
    [response] = SurveyResponse.objects.all()
    assert (response.survey, response.source, response.is_verified) == (survey, "invited", True)
    assert (response.time, response.cost, response.facilities) == (2, None, 4)
    assert (response.sex, response.education, response.age_band) == ("P", "SMA", "")
    assert response.answered_on == date(2026, 11, 18)
    assert SurveyInvitation.objects.get().is_used
    again = Client().post("/survei/", {"code": code})
    assert again.context["form"].has_error("code", "unknown")


def test_the_same_form_twice_is_one_answer_and_the_same_thanks() -> None:
    code = a_code(make_survey())
    for _time in range(2):
        assert Client().post("/survei/isi/", filled(code=code)).status_code == 302
    assert SurveyResponse.objects.count() == 1


def test_another_form_with_a_used_code_is_told_so_and_changes_nothing() -> None:
    code = a_code(make_survey())
    Client().post("/survei/isi/", filled(code=code))
    late = Client().post("/survei/isi/", filled(code=code, form_key="lain", conduct="1"))
    assert late.status_code == 200
    assert late.context["form"].has_error("__all__", "used")
    assert SurveyResponse.objects.count() == 1


def test_two_forms_at_once_with_one_code_are_one_answer(now: Any) -> None:
    code = a_code(make_survey())
    first, second = invitation_with(code), invitation_with(code)
    assert first
    assert second
    first.answer(answers(time=4), form_key="a", at=now)
    with pytest.raises(ValidationError) as refusal:
        second.answer(answers(time=1), form_key="b", at=now)
    assert refusal.value.code == "used"
    assert SurveyResponse.objects.get().time == 4


@pytest.mark.parametrize("typed", ["7KQ2-M4XT", "AAAA-AAAA-A", "'; --", "🙂", "0" * 40, "x\u0000y"])
def test_a_code_that_cannot_be_one_is_told_by_its_field(typed: str) -> None:
    answer = Client().post("/survei/", {"code": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors["code"]


def test_unknown_used_and_expired_codes_get_the_same_sentence(time_machine: Any) -> None:
    survey = make_survey()
    used, ended = a_code(survey), a_code(make_survey(closes_on=date(2026, 11, 17)))
    Client().post("/survei/isi/", filled(code=used))
    told = {str(Client().post("/survei/", {"code": code}).context["form"].errors) for code in (used, ended)}
    # Another code whose check character fits, of which nobody has heard.
    SurveyInvitation.objects.filter(token_hash=code_hash(ended)).delete()
    told.add(str(Client().post("/survei/", {"code": ended}).context["form"].errors))
    assert len(told) == 1


def test_without_an_answer_everything_else_stays_as_it_was_chosen() -> None:
    code = a_code(make_survey())
    page = Client().post("/survei/isi/", {"code": code, "form_key": "k", "education": "SMP"})
    assert page.context["form"].has_error("__all__", "empty")
    text = page.content.decode()
    assert '<option value="SMP" selected>' in text
    assert SurveyResponse.objects.count() == 0
    assert f'value="{code}"' in text


def test_a_page_open_for_too_long_comes_back_filled_with_a_fresh_token() -> None:
    code, client = a_code(make_survey()), Client(enforce_csrf_checks=True)
    page = client.post("/survei/isi/", filled(code=code, conduct="2"))
    assert page.status_code == 200
    assert page.context["form"].has_error("__all__", "old")
    text = page.content.decode()
    assert 'name="csrfmiddlewaretoken"' in text
    assert 'name="conduct" value="2"' in text
    assert SurveyResponse.objects.count() == 0
    token = page.context["csrf_token"]
    sent = client.post("/survei/isi/", filled(code=code, conduct="2", csrfmiddlewaretoken=str(token)))
    assert sent.status_code == 302


def test_the_secret_part_is_in_no_address_and_reading_asks_for_the_code_first() -> None:
    code = a_code(make_survey())
    assert Client().get("/survei/isi/")["Location"] == "/survei/"
    assert Client().get(f"/survei/{code}/").status_code == 404
    # Whoever puts it into the address all the same has to type it once more.
    page = Client().get("/survei/", {"code": code})
    assert page.context["form"]["code"].value() is None


@pytest.mark.parametrize("path", ["/survei/", "/survei/isi/", "/survei/loket/unit/"])
def test_steps_are_light_and_ask_little(path: str) -> None:
    make_portal()
    unit = make_organization(slug="unit")
    for number in range(3):
        make_service(f"Mengurus surat {number}", organization=unit)
    code = a_code(make_survey(unit=unit))
    client = Client()
    client.get("/survei/loket/unit/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path) if path.endswith("unit/") else client.post("/survei/", {"code": code})
    assert page.status_code == 200
    assert len(queries) <= 8
    assert len(brotli.compress(page.content)) <= 4 * KB


# At the counter --------------------------------------------------------------------------------------------


def test_the_counter_s_answers_are_kept_apart_as_not_verified() -> None:
    survey = make_survey()
    address = f"/survei/loket/{survey.unit.slug}/"
    assert Client().get(address).status_code == 200
    for key in ("a", "a", "b"):
        assert Client().post(address, filled(form_key=key)).status_code == 302
    assert SurveyResponse.objects.count() == 2
    assert survey.responses.verified().count() == 0
    assert survey.responses.not_verified().result().n == 2
    assert {one.hour_block for one in survey.responses.all()} == {"08-12"}


def test_the_service_somebody_used_is_kept() -> None:
    survey = make_survey()
    service = make_service(organization=survey.unit)
    Client().post(f"/survei/loket/{survey.unit.slug}/", filled(service=service.slug))
    assert SurveyResponse.objects.get().service == service


def test_a_counter_asks_about_one_service_where_a_survey_of_it_is_open() -> None:
    survey = make_survey()
    service = make_service(organization=survey.unit)
    address = f"/survei/loket/{survey.unit.slug}/{service.slug}/"
    assert Client().get(address).status_code == 404
    about_it = make_survey(unit=survey.unit, service=service)
    assert Client().post(address, filled()).status_code == 302
    assert SurveyResponse.objects.get().survey == about_it
    assert SurveyResponse.objects.get().service == service


@pytest.mark.parametrize("state", ["draft", "closed", "published"])
def test_a_survey_that_is_not_open_says_so(state: str) -> None:
    survey = make_survey(state=state)
    for answer in (
        Client().get(f"/survei/loket/{survey.unit.slug}/"),
        Client().post(f"/survei/loket/{survey.unit.slug}/", filled()),
    ):
        assert answer.status_code == 404
        assert survey.unit.name in answer.content.decode()
    assert SurveyResponse.objects.count() == 0


@pytest.mark.parametrize(
    ("day", "code"), [("2026-06-30", 404), ("2026-07-01", 200), ("2026-12-31", 200), ("2027-01-01", 404)]
)
def test_it_is_open_from_its_first_to_its_last_day(day: str, code: int, time_machine: Any) -> None:
    survey = make_survey()
    time_machine.move_to(f"{day}T05:00:00+07:00", tick=False)
    assert Client().get(f"/survei/loket/{survey.unit.slug}/").status_code == code


# What the database refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, 5, 32767])
def test_an_answer_outside_1_to_4_is_refused_by_verb_and_database(value: int, now: Any) -> None:
    survey = make_survey()
    with pytest.raises(ValidationError):
        take(survey, answers(time=value), source="paper", form_key="k", at=now)
    response = make_response(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyResponse.objects.filter(pk=response.pk).update(time=value)


def test_an_empty_answer_is_refused_by_verb_and_database(now: Any) -> None:
    survey = make_survey()
    with pytest.raises(ValidationError) as refusal:
        take(survey, answers(), source="paper", form_key="k", at=now)
    assert refusal.value.code == "empty"
    response = make_response(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyResponse.objects.filter(pk=response.pk).update(**dict.fromkeys(LIST_ORDER, None))


def test_constraints_say_what_is_wrong(now: Any) -> None:
    survey = make_survey()
    wrong = SurveyResponse(survey=survey, source="paper", form_key_hash="x", answered_on=now.date(), time=7)
    with pytest.raises(ValidationError) as refusal:
        wrong.validate_constraints()
    assert "1, 2, 3" in str(refusal.value)
    backwards = Survey(unit=survey.unit, opens_on=date(2026, 2, 1), closes_on=date(2026, 1, 1))
    with pytest.raises(ValidationError) as refusal:
        backwards.validate_constraints()
    assert refusal.value.messages


def test_one_survey_of_a_unit_is_open_at_a_time() -> None:
    survey = make_survey()
    second = make_survey(unit=survey.unit, state="draft")
    with pytest.raises(ValidationError):
        second.open(by=None)
    assert Survey.objects.get(pk=second.pk).state == "draft"
    about_one = make_survey(unit=survey.unit, service=make_service(organization=survey.unit))
    assert about_one.state == "open"
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=second.pk).update(state="open")


# The life of a survey --------------------------------------------------------------------------------------

VERBS = {"open": {"draft", "closed"}, "close": {"open"}, "publish": {"closed"}, "withdraw": {"published"}}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ["draft", "open", "closed", "published"])
def test_each_verb_is_refused_in_any_other_state(verb: str, state: str, now: Any) -> None:
    survey = make_survey(state=state)
    stale = Survey.objects.get(pk=survey.pk)
    arguments = ["Salah hitung"] if verb == "withdraw" else []
    if state in VERBS[verb]:
        getattr(survey, verb)(*arguments, by=None, at=now)
        assert (Survey.objects.get(pk=survey.pk).published_at is not None) == (verb == "publish")
        # Whoever still holds the former state is too late.
        with pytest.raises(ValidationError):
            getattr(stale, verb)(*arguments, by=None, at=now)
    else:
        with pytest.raises(ValidationError) as refusal:
            getattr(survey, verb)(*arguments, by=None, at=now)
        assert refusal.value.code == "state"
        assert Survey.objects.get(pk=survey.pk).state == state


def test_taking_a_result_back_needs_a_reason(now: Any) -> None:
    survey = make_survey(state="published")
    with pytest.raises(ValidationError):
        survey.withdraw("  ", by=None, at=now)


@pytest.mark.parametrize(
    ("period", "last_day", "words"),
    [
        ("year", date(2026, 12, 31), "2026"),
        ("semester", date(2026, 6, 30), "I 2026"),
        ("semester", date(2026, 7, 1), "II 2026"),
        ("quarter", date(2026, 9, 30), "III 2026"),
        ("quarter", date(2026, 10, 1), "IV 2026"),
        ("free", date(2026, 8, 20), "20 "),
    ],
)
def test_a_result_is_called_by_the_period_of_its_last_day(period: str, last_day: date, words: str) -> None:
    survey = Survey(period=period, opens_on=date(2026, 1, 2), closes_on=last_day)
    assert words in survey.period_words


def test_surveys_of_one_period_have_addresses_of_their_own() -> None:
    unit = make_organization()
    slugs = {make_survey(unit=unit, state="draft").slug for _number in range(3)}
    assert len(slugs) == 3
