"""A consultation: a draft rule, standard or plan that residents read and comment on, and what came of it."""

from datetime import datetime
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.campaign import Campaign
from outreach.models.consulting import Consulting, Course
from outreach.models.event import Event
from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from services.models import Audience, Category, Organization, Service
from services.models.organization import RowsOfUnits

MOST_LINES = 3


class ConsultationQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "unit"

    def public(self) -> Self:
        return self.filter(published_at__isnull=False)

    def open(self, at: datetime) -> Self:
        """Those one can write to now."""
        return self.public().filter(opens_at__lte=at, closes_at__gt=at)

    def about(self, service: Service) -> Self:
        return self.filter(services=service)


class Consultation(Consulting, Searchable, Remembered):
    """What is decided is stored (published, result published); whether it is open follows from its two times."""

    class Kind(models.TextChoices):
        """What a forum may be about (Permenpan RB 16/2017)."""

        DRAFT = "drafting", _("a draft that is being written")
        USE = "use", _("how a rule is applied")
        EFFECT = "effect", _("what a rule does to people")
        REVIEW = "review", _("whether a rule has worked")
        PROBLEM = "problem", _("a problem with a service")

    title = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    kind = models.CharField(_("what it is about"), max_length=10, choices=Kind.choices, default=Kind.DRAFT)
    level = models.CharField(
        _("say of residents"),
        max_length=12,
        choices=Event.Level.choices,
        default=Event.Level.CONSULT,
        help_text=_("Shown on the page, so that nobody expects a vote where there is none."),
    )
    changes = models.TextField(
        _("what changes for residents"), blank=True, help_text=_("Three lines at most, one thing on each.")
    )
    who = models.CharField(
        _("who may take part"),
        max_length=250,
        blank=True,
        help_text=_("Read before anybody writes, for example: everybody who lives or works here."),
    )
    use = models.CharField(
        _("how answers are used"),
        max_length=300,
        blank=True,
        help_text=_("Who reads them, who decides, and when the result is published."),
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="consultations", verbose_name=_("unit in charge")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("campaign"),
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("topic"),
    )
    services = models.ManyToManyField(
        Service, blank=True, related_name="consultations", verbose_name=_("about the services")
    )
    audiences = models.ManyToManyField(
        Audience, blank=True, related_name="consultations", verbose_name=_("for whom")
    )
    events = models.ManyToManyField(
        Event,
        blank=True,
        related_name="consultations",
        verbose_name=_("meetings about it"),
        help_text=_("Where the same is talked about face to face."),
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    is_forum = models.BooleanField(
        _("public consultation forum"),
        default=False,
        help_text=_("Then its result needs at least three groups of participants and signed minutes."),
    )
    # Afterwards.
    result = models.TextField(
        _("what came of it, in short"), blank=True, help_text=_("Read first on the page of the result.")
    )
    minutes = models.TextField(
        pgettext_lazy("paper of a meeting", "minutes"),
        blank=True,
        help_text=_("What was said and agreed."),
    )
    signed_by = models.TextField(
        _("signed by"), blank=True, help_text=_("Name and function, one on each line; both sides sign.")
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    is_example = models.BooleanField(_("example"), default=False, help_text=_("Shown as “contoh”."))

    search_name = "title"
    remembered_children = (
        *("services", "audiences", "events", "sections", "questions", "groups", "steps", "findings"),
    )
    not_restored = ("published_at", "result_published_at")
    objects: ClassVar = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-closes_at", "-pk")
        permissions = (
            ("publish_consultation", "Can open and close consultations and publish results"),
            ("hear_consultation", "Can write down and sort what was said in consultations"),
        )
        indexes = (models.Index(fields=("-closes_at", "-id"), name="consultation_by_end"),)
        constraints = (
            models.CheckConstraint(
                name="consultation_closes_after_it_opens",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A consultation closes after it opens. Check the two times."),
            ),
            models.CheckConstraint(
                name="consultation_result_in_words",
                condition=Q(result_published_at__isnull=True)
                | (Q(published_at__isnull=False) & ~Q(result="")),
                violation_error_message=_("Say in a few sentences what came of it."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if len(self.changes_lines) > MOST_LINES:
            raise ValidationError({"changes": _("Three lines at most: the rest belongs in the document.")})

    def get_absolute_url(self) -> str:
        return reverse("outreach:consultation", args=[self.slug])

    def search_parts(self) -> tuple[str, str]:
        """Only what everybody may read can be searched for."""
        if self.published_at is None:
            return "", ""
        sections = " ".join(f"{one.title} {one.text}" for one in self.sections.all()) if self.pk else ""
        found = self.result if self.result_published_at else ""
        return f"{self.title} {self.title_en}", f"{self.changes} {sections} {found}"

    @property
    def label(self) -> str:
        """Its title in the active language."""
        return self.title_en if self.title_en and translation.get_language() == "en" else self.title

    @property
    def changes_lines(self) -> list[str]:
        return [line.strip() for line in self.changes.splitlines() if line.strip()]

    @property
    def signatures(self) -> list[str]:
        return [line.strip() for line in self.signed_by.splitlines() if line.strip()]

    def course(self, at: datetime) -> Course:
        """Where it stands; computed from its decisions and times."""
        if self.published_at is None:
            return Course.DRAFT
        if self.result_published_at is not None:
            return Course.RESULT
        if at < self.opens_at:
            return Course.COMING
        return Course.OPEN if at < self.closes_at else Course.CLOSED
