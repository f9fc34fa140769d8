"""Answers of an earlier survey, brought in from a table: all rows or none, once, and taken back as one."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from feedback.models.survey import Survey
from feedback.models.survey_response import SurveyResponse, check
from portal.shared.history import Act, Change
from portal.shared.receipt import key_hash

ROWS_AT_ONCE = 500
TWICE = _("This table has been imported into this survey already.")
Row = tuple[dict[str, int], dict[str, Any]]


def batch_of(survey: Survey, content: str) -> str:
    """The name of a batch: the same rows for the same survey have the same one."""
    return blake2b(f"{survey.pk} {content}".encode(), digest_size=16).hexdigest()


def import_rows(survey: Survey, rows: Sequence[Row], *, batch: str, by: Any, at: datetime) -> int:
    """Keeps all rows; raises ValidationError (`twice`) when the same table was imported before."""
    check(survey, SurveyResponse.Source.IMPORT, at)
    responses = [
        SurveyResponse(
            survey=survey,
            service_id=survey.service_id,
            source=SurveyResponse.Source.IMPORT,
            form_key_hash=key_hash(f"{batch} {number}"),
            entered_by=by,
            entered_at=at,
            batch=batch,
            **answers,
            **{**about, "answered_on": about.get("answered_on") or survey.closes_on},
        )
        for number, (answers, about) in enumerate(rows)
    ]
    with transaction.atomic():
        if SurveyResponse.objects.filter(survey=survey, batch=batch).exists():
            raise ValidationError(TWICE, code="twice")
        try:
            with transaction.atomic():
                SurveyResponse.objects.bulk_create(responses, batch_size=ROWS_AT_ONCE)
        except IntegrityError as problem:
            # The same table, confirmed twice at the same moment.
            if not SurveyResponse.objects.filter(survey=survey, batch=batch).exists():
                raise
            raise ValidationError(TWICE, code="twice") from problem
        told(survey, "import", by, at, {"rows": len(responses)})
    return len(responses)


def take_back(survey: Survey, batch: str, *, by: Any, at: datetime) -> int:
    """Removes the rows of one import."""
    check(survey, SurveyResponse.Source.IMPORT, at)
    with transaction.atomic():
        removed, _kinds = SurveyResponse.objects.filter(survey=survey, batch=batch).exclude(batch="").delete()
        if removed:
            told(survey, "undo", by, at, {"rows": -removed})
    return removed


def batches(survey: Survey) -> list[tuple[str, int, date]]:
    """The imports of a survey that can be taken back: name, rows, when; the last first."""
    rows = survey.responses.exclude(batch="").order_by().values_list("batch")
    counted = rows.annotate(n=models.Count("pk"), at=models.Max("entered_at"))
    return sorted(counted, key=lambda one: one[2], reverse=True)


def told(survey: Survey, verb: str, by: Any, at: datetime, after: dict[str, Any]) -> None:
    """Answers have no history of their own; that many came or went is part of the survey's."""
    change = Act(verb, by=by, at=at).change(survey, survey.pk, {}, after)
    if change is not None:
        Change.objects.bulk_create([change])
