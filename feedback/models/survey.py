"""A satisfaction survey (SKM) of a unit or of one of its services, over one period."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.satisfaction import sample_target
from portal.shared.history import Remembered, recorded
from portal.shared.templatetags.indonesia import short_date
from services.models import Organization, Service
from services.models.organization import RowsOfUnits

ROMAN = ("I", "II", "III", "IV")


def rule_in_force() -> str:
    """What a new survey names as its basis; the office changes it when the rule changes."""
    return str(settings.SKM_RULE)


class SurveyQuerySet(RowsOfUnits):
    of_unit = "unit"

    def accepting(self, today: date) -> Self:
        """Open surveys on a day within their dates."""
        return self.filter(state=Survey.State.OPEN, opens_on__lte=today, closes_on__gte=today)

    def published(self) -> Self:
        return self.filter(state=Survey.State.PUBLISHED)

    def newest_first(self) -> Self:
        return self.order_by("-closes_on", "-pk")


class Survey(Remembered):
    """Nine questions to the users of a unit; published with the number of respondents beside every index.

    Whether it is open today follows from its dates; that it is open at all is a decision of staff.
    """

    class Period(models.TextChoices):
        YEAR = "year", _("year")
        SEMESTER = "semester", _("six months")
        QUARTER = "quarter", _("quarter")
        FREE = "free", _("these days")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        PUBLISHED = "published", _("Published")

    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="surveys", verbose_name=_("unit surveyed")
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("only about the service"),
        help_text=_("Leave empty to ask about the whole unit."),
    )
    slug = models.SlugField(_("address word"), max_length=160, unique=True, editable=False)
    period = models.CharField(_("period"), max_length=8, choices=Period.choices, default=Period.SEMESTER)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    population = models.PositiveIntegerField(
        _("users of the service in this period"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("From it follows how many to ask at least, by the table of Krejcie and Morgan."),
    )
    rule = models.CharField(_("basis"), max_length=120, default=rule_in_force)
    is_example = models.BooleanField(
        _("example"), default=False, help_text=_("Made-up answers to show the page; it says so.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    remembered_children = ("follow_ups",)
    not_restored = ("state", "published_at", "slug")
    objects: ClassVar = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        ordering = ("-closes_on", "-pk")
        permissions = (("publish_survey", "Can open, close and publish surveys"),)
        constraints = (
            models.CheckConstraint(
                name="survey_state_known",
                condition=models.Q(state__in=("draft", "open", "closed", "published")),
                violation_error_message=_("This state does not exist."),
            ),
            models.CheckConstraint(
                name="survey_days_in_order",
                condition=models.Q(opens_on__lte=models.F("closes_on")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                name="survey_of_somebody",
                condition=models.Q(population__isnull=True) | models.Q(population__gte=1),
                violation_error_message=_("At least one person uses the service; leave it empty if unknown."),
            ),
            models.CheckConstraint(
                name="survey_published_since",
                condition=models.Q(state="published", published_at__isnull=False)
                | (~models.Q(state="published") & models.Q(published_at__isnull=True)),
                violation_error_message=_("A published survey knows since when, any other does not."),
            ),
            models.UniqueConstraint(
                "unit",
                Coalesce("service", 0, output_field=models.BigIntegerField()),
                name="survey_open_once",
                condition=models.Q(state="open"),
                violation_error_message=_(
                    "A survey of this unit or service is open already. Close it first."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"SKM {self.subject}, {self.period_words}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = self.free_slug()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("feedback:survey_result", args=[self.slug])

    def free_slug(self) -> str:
        """An address word nobody has: unit, service and the days, which are the same in every language."""
        what = self.service.slug if self.service else self.unit.slug
        wanted = slugify(f"{what[:110]} {self.opens_on:%Y-%m} {self.closes_on:%Y-%m}")
        taken = set(Survey.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
        return next(
            word
            for number in range(1, len(taken) + 2)
            if (word := wanted if number == 1 else f"{wanted}-{number}") not in taken
        )

    # Questions

    @property
    def subject(self) -> str:
        """What residents are asked about."""
        return str(self.service or self.unit)

    @property
    def period_words(self) -> str:
        """The period as reports call it, by its last day: Semester II 2026."""
        year = self.closes_on.year
        match self.period:
            case self.Period.YEAR:
                return gettext("Year %(year)s") % {"year": year}
            case self.Period.SEMESTER:
                part = ROMAN[(self.closes_on.month - 1) // 6]
                return gettext("Semester %(part)s %(year)s") % {"part": part, "year": year}
            case self.Period.QUARTER:
                part = ROMAN[(self.closes_on.month - 1) // 3]
                return gettext("Quarter %(part)s %(year)s") % {"part": part, "year": year}
        return self.days_words

    @property
    def days_words(self) -> str:
        """The first and the last day on which answers were taken."""
        return f"{short_date(self.opens_on)} – {short_date(self.closes_on)}"

    @property
    def target(self) -> int | None:
        """How many respondents are wanted at least; unknown without the number of users."""
        return sample_target(self.population) if self.population else None

    def accepts(self, at: datetime) -> bool:
        """Whether residents can answer at that moment."""
        today = timezone.localtime(at).date()
        return self.state == self.State.OPEN and self.opens_on <= today <= self.closes_on

    @property
    def takes_paper(self) -> bool:
        """Whether staff can type in and import answers: also after the last day, not once it is published."""
        return self.state in {self.State.OPEN, self.State.CLOSED}

    # Verbs

    def open(self, *, by: Any, at: datetime | None = None) -> None:
        """From now on answers are taken, within the days of the survey."""
        self._turn(self.State.OPEN, {self.State.DRAFT, self.State.CLOSED}, verb="open", by=by, at=at)

    def close(self, *, by: Any, at: datetime | None = None) -> None:
        """No more answers from residents; paper that is still lying around may be typed in."""
        self._turn(self.State.CLOSED, {self.State.OPEN}, verb="close", by=by, at=at)

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        """Everybody can read the result; nothing is added to it any more."""
        at = at or timezone.now()
        self._turn(self.State.PUBLISHED, {self.State.CLOSED}, verb="publish", by=by, at=at, published_at=at)

    def withdraw(self, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Takes a published result back, to put something right."""
        if not reason.strip():
            raise ValidationError(_("Say why, in one sentence."), code="reason_missing")
        self._turn(
            self.State.CLOSED,
            {self.State.PUBLISHED},
            verb="withdraw",
            by=by,
            at=at,
            reason=reason.strip(),
            published_at=None,
        )

    def _turn(
        self,
        to: str,
        allowed: set[Any],
        *,
        verb: str,
        by: Any,
        at: datetime | None,
        reason: str = "",
        **changes: Any,
    ) -> None:
        with recorded(self, verb=verb, by=by, at=at, reason=reason):
            was, is_refused = self.state, self.state not in allowed
            changed = {"state": to, **changes}
            if to == self.State.OPEN and not is_refused:
                self.state = to
                try:
                    self.validate_constraints()
                finally:
                    self.state = was
            # Not read and then written: of two at once one is told.
            if is_refused or not type(self).objects.filter(pk=self.pk, state=was).update(**changed):
                self.refresh_from_db(fields=["state", "published_at"])
                words = {"state": self.get_state_display()}
                raise ValidationError(
                    _("This survey is “%(state)s”: that cannot be done now."), code="state", params=words
                )
            for name, value in changed.items():
                setattr(self, name, value)
