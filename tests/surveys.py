"""Short ways to satisfaction surveys for tests."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count
from typing import Any

from feedback.models import Survey, SurveyResponse
from feedback.models.survey_invitation import make_slips
from feedback.models.survey_response import take
from feedback.satisfaction import LIST_ORDER
from services.models import Organization
from tests.builders import RECEIVED_AT, kept, make_organization

keys = count(1)


def make_survey(
    *, state: str = "open", unit: Organization | None = None, at: datetime = RECEIVED_AT, **changes: Any
) -> Survey:
    """A survey of the second half of 2026 that walked to `state`, open on 18 November."""
    given = {"opens_on": date(2026, 7, 1), "closes_on": date(2026, 12, 31)} | changes
    survey = kept(Survey(unit=unit or make_organization(), **given))
    for name, verb in (("open", survey.open), ("closed", survey.close), ("published", survey.publish)):
        if state != "draft" and survey.state != state:
            verb(by=None, at=at)
            assert survey.state == name
    return survey


def make_response(
    survey: Survey, answers: str = "444444444", *, source: str = "paper", **about: Any
) -> SurveyResponse:
    """One respondent: nine digits in the order of the list, a dash for what was skipped."""
    given = {
        key: None if digit == "-" else int(digit) for key, digit in zip(LIST_ORDER, answers, strict=True)
    }
    response, _is_new = take(
        survey, given, source=source, form_key=f"survei-{next(keys)}", at=RECEIVED_AT, **about
    )
    return response


def make_responses(survey: Survey, answers: Iterable[str], **more: Any) -> None:
    for one in answers:
        make_response(survey, one, **more)


def published_survey(*answers: str, **changes: Any) -> Survey:
    """A published result of these answers."""
    survey = make_survey(state="closed", **changes)
    make_responses(survey, answers or ["434344434"] * 12)
    survey.publish(by=None, at=RECEIVED_AT)
    return survey


def a_code(survey: Survey) -> str:
    """A code from a slip, which opens the questionnaire once."""
    [code] = make_slips(survey, 1, form_key=f"kartu-{next(keys)}")
    return code


def filled(**more: Any) -> dict[str, Any]:
    """A questionnaire as a browser sends it."""
    return {"form_key": "kunci-formulir", **dict.fromkeys(LIST_ORDER, "4"), **more}
