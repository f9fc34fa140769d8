"""What one respondent answered; nobody is named, and nothing leads from here to a case or a code."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.survey import Survey
from feedback.questionnaire import AS_LISTED, ELEMENTS, AgeBand, Education, HourBlock, Job, Sex
from feedback.satisfaction import BEST, LIST_ORDER, WORST, Result, Tally
from portal.shared.receipt import key_hash
from services.models import Service

# What a respondent may say of themselves.
ABOUT = ("sex", "age_band", "education", "job")
UNDO_WITHIN = timedelta(hours=12)


class SurveyResponseQuerySet(models.QuerySet["SurveyResponse"]):
    def verified(self) -> Self:
        """Answers of people known to have used the service; those of the counter's QR code could be anybody's."""
        return self.exclude(source__in=NOT_VERIFIED)

    def not_verified(self) -> Self:
        return self.filter(source__in=NOT_VERIFIED)

    def result(self) -> Result:
        """The exact result of these answers, in one question."""
        wanted: dict[str, Any] = {"n": models.Count("pk")}
        for key in LIST_ORDER:
            wanted[f"{key}_count"] = models.Count(key)
            wanted[f"{key}_total"] = models.Sum(key)
        found = self.aggregate(**wanted)
        tallies = {key: Tally(found[f"{key}_count"], int(found[f"{key}_total"] or 0)) for key in LIST_ORDER}
        return Result(found["n"], tallies)

    def counts_by(self, name: str) -> dict[str, int]:
        """How many respondents are in each group; those who did not say are under the empty word."""
        rows = self.order_by().values_list(name).annotate(n=models.Count("pk"))
        return {value or "": n for value, n in rows}


class SurveyResponse(models.Model):
    """One filled in questionnaire: nine answers by the key of their element, each of which may be missing.

    Only the day is kept of an answer given online, so that it cannot be laid beside the log of a server.
    """

    class Source(models.TextChoices):
        INVITED = "invited", _("invited after a case")
        COUNTER = "counter", _("QR code at the counter")
        PAPER = "paper", _("paper")
        IMPORT = "import", _("imported table")

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="responses", verbose_name=_("satisfaction survey")
    )
    service = models.ForeignKey(
        Service,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="survey_responses",
        verbose_name=_("service received"),
    )
    requirements = models.PositiveSmallIntegerField(ELEMENTS["requirements"].name, null=True, blank=True)
    procedure = models.PositiveSmallIntegerField(ELEMENTS["procedure"].name, null=True, blank=True)
    time = models.PositiveSmallIntegerField(ELEMENTS["time"].name, null=True, blank=True)
    cost = models.PositiveSmallIntegerField(ELEMENTS["cost"].name, null=True, blank=True)
    product = models.PositiveSmallIntegerField(ELEMENTS["product"].name, null=True, blank=True)
    competence = models.PositiveSmallIntegerField(ELEMENTS["competence"].name, null=True, blank=True)
    conduct = models.PositiveSmallIntegerField(ELEMENTS["conduct"].name, null=True, blank=True)
    complaints = models.PositiveSmallIntegerField(ELEMENTS["complaints"].name, null=True, blank=True)
    facilities = models.PositiveSmallIntegerField(ELEMENTS["facilities"].name, null=True, blank=True)

    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    age_band = models.CharField(_("age"), max_length=6, choices=AgeBand.choices, blank=True)
    education = models.CharField(_("education"), max_length=4, choices=Education.choices, blank=True)
    job = models.CharField(_("job"), max_length=10, choices=Job.choices, blank=True)
    hour_block = models.CharField(
        _("hour of the survey"), max_length=5, choices=HourBlock.choices, blank=True
    )
    answered_on = models.DateField(_("answered on"))
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)

    # Of the key of the form it was sent with: a second sending finds the first.
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Of what staff have typed in: by whom and when, and which rows came in one file.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    entered_at = models.DateTimeField(null=True, blank=True, editable=False)
    batch = models.CharField(max_length=64, blank=True, editable=False)

    objects: ClassVar = SurveyResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to surveys")
        ordering = ("pk",)
        default_permissions = ("add", "view")
        permissions = (("import_surveyresponse", "Can import answers to surveys from a table"),)
        indexes = (models.Index(fields=("survey", "source"), name="response_by_source"),)
        constraints = (
            *(
                models.CheckConstraint(
                    name=f"response_{key}_1_to_4",
                    condition=models.Q(**{f"{key}__isnull": True}) | models.Q(**{f"{key}__range": (1, 4)}),
                    violation_error_message=_("An answer is 1, 2, 3 or 4."),
                )
                for key in LIST_ORDER
            ),
            models.CheckConstraint(
                name="response_says_something",
                condition=models.Q(
                    *(models.Q(**{f"{key}__isnull": False}) for key in LIST_ORDER), _connector="OR"
                ),
                violation_error_message=_("Answer at least one question."),
            ),
            models.CheckConstraint(
                name="response_source_known",
                condition=models.Q(source__in=("invited", "counter", "paper", "import")),
                violation_error_message=_("This source does not exist."),
            ),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def is_verified(self) -> bool:
        return self.source not in NOT_VERIFIED

    @property
    def answers(self) -> dict[str, int | None]:
        return {element.key: getattr(self, element.key) for element in AS_LISTED}


NOT_VERIFIED = (SurveyResponse.Source.COUNTER,)


def take(
    survey: Survey,
    answers: dict[str, int | None],
    *,
    source: str,
    form_key: str,
    at: datetime,
    by: Any = None,
    answered_on: date | None = None,
    **about: Any,
) -> tuple[SurveyResponse, bool]:
    """Keeps what somebody answered, once per form; returns it and whether it is new.

    Raises ValidationError (`closed`, `empty`) when the survey takes no answers now, or when there are none.
    """
    key = key_hash(form_key)
    if known := SurveyResponse.objects.filter(form_key_hash=key).first():
        return known, False
    check(survey, source, at)
    given = {key: answers.get(key) for key in LIST_ORDER}
    if not any(value is not None for value in given.values()):
        raise ValidationError(_("Answer at least one question."), code="empty")
    if not all(value is None or WORST <= value <= BEST for value in given.values()):
        raise ValidationError(_("An answer is 1, 2, 3 or 4."), code="value")
    response = SurveyResponse(
        survey=survey,
        source=source,
        form_key_hash=key,
        answered_on=answered_on or timezone.localtime(at).date(),
        entered_by=by,
        entered_at=at if by else None,
        **given,
        **about,
    )
    try:
        with transaction.atomic():
            response.save()
    except IntegrityError:
        # The same form, sent twice at the same moment.
        if known := SurveyResponse.objects.filter(form_key_hash=key).first():
            return known, False
        raise
    return response, True


def check(survey: Survey, source: str, at: datetime) -> None:
    """Refuses what a survey does not take now."""
    by_staff = source in {SurveyResponse.Source.PAPER, SurveyResponse.Source.IMPORT}
    if not (survey.takes_paper if by_staff else survey.accepts(at)):
        raise ValidationError(_("This survey takes no answers now."), code="closed")


def typed_by(survey: Survey, user: Any, at: datetime) -> SurveyResponseQuerySet:
    """The paper a person has typed in just now, the last first: what they can still take back."""
    rows = survey.responses.filter(
        source=SurveyResponse.Source.PAPER, entered_by=user.pk, entered_at__gt=at - UNDO_WITHIN
    )
    found: SurveyResponseQuerySet = rows.order_by("-pk")
    return found


def take_back_last(survey: Survey, user: Any, at: datetime) -> bool:
    """Removes what a person typed in last; tells whether there was anything."""
    if not survey.takes_paper:
        raise ValidationError(_("This survey takes no answers now."), code="closed")
    last = typed_by(survey, user, at).first()
    return last is not None and bool(last.delete()[0])
