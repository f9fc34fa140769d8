"""A thousand generated inputs for each public form of a survey: no error of ours, and no answer lost."""

import random
from datetime import datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from feedback.forms.survey import CodeForm, SurveyForm
from feedback.models import Survey, SurveyResponse
from feedback.models.survey_invitation import invitation_with
from feedback.satisfaction import LIST_ORDER
from portal.shared import slowing
from tests.surveys import a_code, make_survey

pytestmark = pytest.mark.django_db

INPUTS = 1_000
# Each so many go through the address, page and all; the others meet the form alone.
WHOLE = 50
ODD = (
    *("", "0", "1", "2", "3", "4", "5", "-1", "4.0", "4 ", "٤", "１", "1e0", "true", "None", "null", "[]"),
    *(
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "%s%n",
        "../../etc/passwd",
        "\u202e",
        "é" * 400,
    ),
    *(
        "\x00",
        "a\x00b",
        "\ud7ff",
        "🙂" * 30,
        "x" * 5_000,
        "\r\n\r\n",
        "\t",
        "7KQ2-M4XT-P",
        "-",
        "999999999999999999",
    ),
)
FIELDS = (*LIST_ORDER, "sex", "age_band", "education", "job", "service", "form_key", "code", "extra")


def typed(dice: random.Random) -> dict[str, list[str]]:
    """Some fields, some of them twice, with odd values or letters from anywhere."""
    found = {}
    for name in dice.sample(FIELDS, dice.randint(0, len(FIELDS))):
        words = [
            dice.choice(ODD)
            if dice.random() < 0.7
            else "".join(
                chr(dice.choice((32, 160, 0x3040)) + dice.randrange(90)) for _n in range(dice.randrange(30))
            )
            for _time in range(dice.choice((1, 1, 1, 2)))
        ]
        found[name] = words
    return found


def sent(data: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    return query


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch, time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now, tick=False)
    monkeypatch.setattr(slowing, "spend", lambda *_args, **_more: datetime.resolution * 0)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def test_the_questionnaire_takes_anything(survey: Survey) -> None:
    dice, client = random.Random(4), Client()
    address = f"/survei/loket/{survey.unit.slug}/"
    for number in range(INPUTS):
        data = typed(dice)
        form = SurveyForm(survey, sent(data), action="")
        is_valid = form.is_valid()
        given = {name for name in LIST_ORDER if data.get(name, [""])[-1] in {"1", "2", "3", "4"}}
        if is_valid:
            assert {name for name, value in form.answers.items() if value is not None} == given
            assert form.about["sex"] in {"", "L", "P"}
        else:
            # What was answered well is still answered when the page comes back.
            assert all(str(form[name].value()) == data[name][-1] for name in given)
        if number % WHOLE == 0:
            answer = client.post(address, data)
            assert answer.status_code == (302 if is_valid else 200), data
    for response in SurveyResponse.objects.all():
        assert all(value in {None, 1, 2, 3, 4} for value in response.answers.values())


def test_the_code_takes_anything() -> None:
    dice, client = random.Random(5), Client()
    for number in range(INPUTS):
        data = typed(dice)
        word = data.get("code", [""])[-1]
        form = CodeForm(sent({"code": [word]}))
        if form.is_valid():
            assert invitation_with(form.cleaned_data["code"]) is None
        if number % WHOLE == 0:
            answer = client.post("/survei/", {"code": word})
            assert answer.status_code == 200
            assert answer.context["form"].errors


def test_answering_with_a_code_takes_anything(survey: Survey) -> None:
    dice, client, code = random.Random(6), Client(), a_code(survey)
    for number in range(INPUTS // WHOLE):
        data = typed(dice) | {"code": [code if number % 2 else dice.choice(ODD)]}
        # Not answered in earnest, so that the code lasts.
        data |= {dice.choice(LIST_ORDER): ["9"]}
        answer = client.post("/survei/isi/", data)
        assert answer.status_code == 200
    assert SurveyResponse.objects.count() == 0
