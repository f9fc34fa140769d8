"""Codes that open the questionnaire once: for somebody whose case has been answered, or on a slip from the counter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from feedback.lifecycle import Status
from feedback.models.survey import Survey
from feedback.models.survey_response import SurveyResponse, take
from portal.shared.receipt import ALPHABET, check_letter, key_hash, keyed_hash, read
from services.models import Organization

if TYPE_CHECKING:
    # The verbs of a case write letters, and letters carry codes.
    from feedback.models.submission import Submission

CODE_LETTERS = 8
ANSWERED = frozenset({Status.ANSWERED, Status.SETTLED})
MOST_LEVELS = 8


class SurveyInvitation(models.Model):
    """One code for one questionnaire. It knows that it was used, and not by which answer or when."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="invitations", verbose_name=_("satisfaction survey")
    )
    # Only so that a case is invited once; the answer itself leads nowhere.
    submission = models.OneToOneField(
        "feedback.Submission",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="survey_invitation",
        verbose_name=_("case"),
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    is_used = models.BooleanField(_("used"), default=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        default_permissions = ()

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def answer(
        self, answers: dict[str, int | None], *, form_key: str, at: datetime, **about: Any
    ) -> SurveyResponse:
        """Keeps the answer and uses the code up; the same form sent twice is one answer.

        Raises ValidationError (`used`) when another form has used the code, or what `take` raises.
        """
        with transaction.atomic():
            response, is_new = take(
                self.survey,
                answers,
                source=SurveyResponse.Source.INVITED,
                form_key=form_key,
                at=at,
                **about,
            )
            # Not read and then written: of two forms with one code one is told.
            if is_new and not SurveyInvitation.objects.filter(pk=self.pk, is_used=False).update(is_used=True):
                raise ValidationError(_("This code has been used already. Thank you for that."), code="used")
        self.is_used = True
        return response


def code_from(seed: str) -> str:
    """`XXXX-XXXX-C`, forty bits nobody can guess without the key of the server, and the same ones each time."""
    digest = salted_hmac("feedback.survey.code", seed, algorithm="sha256").digest()
    bits = int.from_bytes(digest[:8], "big")
    letters = "".join(ALPHABET[(bits >> shift) & 0b11111] for shift in range(0, CODE_LETTERS * 5, 5))
    return f"{letters[:4]}-{letters[4:]}-{check_letter(letters)}"


def is_code_written_right(typed: str) -> bool:
    letters = read(typed)
    return len(letters) == CODE_LETTERS + 1 and check_letter(letters[:-1]) == letters[-1]


def code_hash(typed: str) -> str:
    return keyed_hash("feedback.survey.stored", read(typed))


def invitation_with(typed: str) -> SurveyInvitation | None:
    """The invitation of a code, however it was typed."""
    rows = SurveyInvitation.objects.select_related("survey__unit", "survey__service")
    return rows.filter(token_hash=code_hash(typed)).first()


def survey_for(submission: Submission, today: Any) -> Survey | None:
    """The open survey a case belongs to: of its service, else of its unit or whom that is part of."""
    accepting = Survey.objects.accepting(today).order_by("-opens_on", "-pk")
    if submission.service_id is not None:
        about_it = accepting.filter(service=submission.service_id).first()
        if about_it is not None:
            return about_it
    unit: Organization | None = submission.unit or (
        submission.service.organization if submission.service else None
    )
    for _level in range(MOST_LEVELS):
        if unit is None:
            return None
        about_unit = accepting.filter(unit=unit, service=None).first()
        if about_unit is not None:
            return about_unit
        unit = unit.parent
    return None


def invite(submission: Submission, at: datetime) -> str | None:
    """The code with which the sender of an answered case can fill in the survey that is open now.

    The same code however often it is asked for, so that a letter and the tracking page say the same, although
    only its keyed hash is stored. None when no survey is open, the case has no answer, or the code is used up.
    """
    if submission.status not in ANSWERED:
        return None
    code = code_from(f"case {submission.pk} {submission.secret_hash}")
    known = SurveyInvitation.objects.select_related("survey").filter(submission=submission).first()
    if known is None:
        survey = survey_for(submission, timezone.localtime(at).date())
        if survey is None:
            return None
        known, _made = SurveyInvitation.objects.get_or_create(
            submission=submission, defaults={"survey": survey, "token_hash": code_hash(code)}
        )
    return code if not known.is_used and known.survey.accepts(at) else None


def make_slips(survey: Survey, count: int, *, form_key: str) -> list[str]:
    """Codes for slips of paper that staff hand out after serving somebody; the same form makes the same ones."""
    codes = [code_from(f"slip {survey.pk} {key_hash(form_key)} {number}") for number in range(count)]
    SurveyInvitation.objects.bulk_create(
        [SurveyInvitation(survey=survey, token_hash=code_hash(code)) for code in codes],
        ignore_conflicts=True,
    )
    return codes
