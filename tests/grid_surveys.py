"""The permission grid of satisfaction surveys."""

from typing import Any

from feedback.models import Survey
from tests.grid_rules import EVERYONE, Rule, public
from tests.surveys import make_survey, published_survey


def a_result() -> dict[str, Any]:
    survey = Survey.objects.published().first() or published_survey()
    return {"slug": survey.slug}


def an_open_one() -> dict[str, Any]:
    survey = Survey.objects.filter(state="open", service=None).first() or make_survey()
    return {"unit": survey.unit.slug}


def an_open_one_of_a_service() -> dict[str, Any]:
    # Nothing is asked about this service now, which everybody is told.
    return {**an_open_one(), "service": "tidak-ada"}


SURVEYS = {
    "feedback:survey": Rule(EVERYONE, EVERYONE),
    # Without a code it leads to the page that asks for one.
    "feedback:survey_answer": Rule(EVERYONE, EVERYONE),
    "feedback:survey_thanks": public(),
    "feedback:survey_counter": Rule(EVERYONE, EVERYONE, an_open_one, answers=(200, 404)),
    "feedback:survey_counter_of_service": Rule(EVERYONE, EVERYONE, an_open_one_of_a_service, answers=(404,)),
    "feedback:survey_results": public(),
    "feedback:survey_result": public(a_result),
    "feedback:survey_sheet": public(a_result),
    "feedback:survey_rows": public(a_result),
}
