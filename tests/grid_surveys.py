"""The permission grid of satisfaction surveys."""

from typing import Any

from feedback.models import Survey
from portal.accounts.roles import CLERK, COORDINATOR, UNIT_OFFICER
from services.models import Organization
from tests.grid_rules import EVERYONE, NONE, SIX, SUPERUSER, Rule, desk, noun, public
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


def one_of_the_unit() -> dict[str, Any]:
    """An open survey of the unit of tests/desk.py's world, which its unit officer reaches."""
    unit = Organization.objects.filter(name="Satuan 1").first()
    survey = Survey.objects.filter(unit=unit, state="open").first() if unit else None
    return {"object_id": (survey or make_survey(unit=unit)).pk}


KEEPING = frozenset({UNIT_OFFICER, COORDINATOR})
TYPING = KEEPING | {CLERK}
PUBLISHING = frozenset({COORDINATOR, SUPERUSER})

AT_THE_DESK = {
    **noun("feedback.Survey", add=KEEPING, change=KEEPING, delete={COORDINATOR}),
    "admin:feedback_survey_history": desk(SIX, SIX | {SUPERUSER}, fill=one_of_the_unit),
    "admin:feedback_survey_change": desk(SIX, KEEPING | {SUPERUSER}, fill=one_of_the_unit),
    # An open survey has answers: nobody deletes it.
    "admin:feedback_survey_delete": Rule(NONE, NONE, one_of_the_unit),
    "admin:feedback_survey_verb": Rule(
        PUBLISHING, PUBLISHING, lambda: {**one_of_the_unit(), "verb": "close"}
    ),
    "admin:feedback_survey_paper": Rule(TYPING | {SUPERUSER}, TYPING | {SUPERUSER}, one_of_the_unit),
    "admin:feedback_survey_import": Rule(KEEPING | {SUPERUSER}, KEEPING | {SUPERUSER}, one_of_the_unit),
    "admin:feedback_survey_slips": Rule(PUBLISHING, PUBLISHING, one_of_the_unit),
    "admin:feedback_survey_result": desk(SIX, fill=one_of_the_unit, refusals=(302, 403, 404, 405)),
    "admin:feedback_survey_poster": desk(SIX, fill=one_of_the_unit, refusals=(302, 403, 404, 405)),
}

SURVEYS = {
    **AT_THE_DESK,
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
