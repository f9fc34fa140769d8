"""The permission grid of questions and consultations: residents write without an account, officers read and answer."""

from typing import Any

from django.apps import apps

from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR, UNIT_OFFICER
from tests.grid_opinions import pk, slug
from tests.grid_plans import DECIDING, PLANNING, verb
from tests.grid_rules import EVERYONE, NONE, SUPERUSER, Rule, noun, public

LISTENING = frozenset({CLERK, UNIT_OFFICER, COORDINATOR, SUPERUSER})
READING = LISTENING | {AUDITOR}


def newest(label: str) -> Any:
    return apps.get_model(label)._default_manager.order_by("pk").last()


def consultation_slug() -> dict[str, Any]:
    one = newest("outreach.Consultation")
    return {"slug": one.slug if one else "tidak-ada"}


def consultation_pk() -> dict[str, Any]:
    one = newest("outreach.Consultation")
    return {"pk": one.pk if one else 1}


def question() -> dict[str, Any]:
    one = newest("outreach.Question")
    return {"pk": one.event_id, "question": one.pk} if one else {**pk(), "question": 1}


def paper() -> dict[str, Any]:
    one = newest("outreach.ConsultationPaper")
    return {"pk": one.pk if one else 1}


# Open in their time only, for everybody alike: tests/test_questions.py and tests/test_consultations.py answer.
OPEN = (200, 302, 404)
ASKING: dict[str, Rule] = {
    "outreach:ask": Rule(EVERYONE, EVERYONE, slug, answers=OPEN),
    "outreach:asked": public(slug, answers=(200, 404)),
    "outreach:questions": Rule(EVERYONE, EVERYONE, slug, answers=OPEN),
    "outreach:event_questions": Rule(READING, LISTENING, pk, answers=OPEN),
    "outreach:officer_question": Rule(READING, LISTENING, question, answers=OPEN),
    "outreach:officer_question_aloud": Rule(LISTENING, LISTENING, pk, answers=OPEN),
    "outreach:officer_questions_screen": Rule(
        READING, NONE, pk, answers=(200, 404), refusals=(302, 403, 405)
    ),
    "outreach:consultations": public(),
    "outreach:consultation": public(consultation_slug, answers=(200, 404)),
    "outreach:consultation_result": public(consultation_slug, answers=(200, 404)),
    "outreach:consultation_paper": public(paper, answers=(200, 404)),
    "outreach:say": Rule(EVERYONE, EVERYONE, consultation_slug, answers=OPEN),
    "outreach:said": public(consultation_slug, answers=(200, 404)),
    "outreach:officer_consultation": Rule(
        READING, NONE, consultation_pk, answers=(200, 404), refusals=(302, 403, 405)
    ),
    "outreach:officer_heard": Rule(LISTENING, LISTENING, consultation_pk, answers=OPEN),
    "outreach:officer_comments": Rule(READING, LISTENING, consultation_pk, answers=OPEN),
    **noun("outreach.Consultation", add=PLANNING, change=PLANNING, delete={COORDINATOR}),
    **verb("outreach.Consultation", "withdraw", DECIDING),
}
