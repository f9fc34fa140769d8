"""News on the notice board: a closed counter, changed hours, an emergency, or anything residents should know."""

from datetime import datetime
from typing import Any, ClassVar, Final, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered, recorded
from portal.shared.search import Searchable, SearchQuerySet
from services.models.area import Area
from services.models.category import Category
from services.models.location import Location
from services.models.organization import Organization, RowsOfUnits
from services.models.service import Service

# An emergency stands above everything newer.
MOST_URGENT_FIRST: Final = (
    models.Case(models.When(kind="emergency", then=0), default=1),
    "-shown_from",
    "-pk",
)


class NewsQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "unit"

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def current(self, at: datetime) -> Self:
        """What is shown at a moment."""
        over = Q(shown_until__isnull=False, shown_until__lte=at)
        return self.published().filter(shown_from__lte=at).exclude(over)

    def unfinished(self, at: datetime) -> Self:
        """What is shown at a moment or will be."""
        return self.published().filter(Q(shown_until__isnull=True) | Q(shown_until__gt=at))

    def past(self, at: datetime) -> Self:
        """What was shown before a moment and no longer is."""
        return self.published().filter(shown_until__lte=at)

    def emergencies(self, at: datetime) -> Self:
        return self.current(at).filter(kind=News.Kind.EMERGENCY)

    def readable(self, at: datetime) -> Self:
        """What has a page: shown now or before."""
        return self.published().filter(shown_from__lte=at)

    def about(self, topic: Category) -> Self:
        return self.filter(Q(category=topic.pk) | Q(category__parent=topic.pk))

    def in_area(self, area: Area) -> Self:
        """What holds for an area: told for it, for a part of it, for what it lies in, or for everybody."""
        tied = News.areas.through.objects.filter(news=models.OuterRef("pk"))
        within = Area.objects.within(area).values("pk")
        here = tied.filter(Q(area__in=within) | Q(area__in=area.above()))
        return self.filter(models.Exists(here) | ~models.Exists(tied))


class News(Searchable, Remembered):
    """A short notice with the time for which it is shown; an emergency stands on every page."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        CLOSURE = "closure", _("closed counter or place")
        SCHEDULE = "schedule", _("changed hours")
        EMERGENCY = "emergency", _("emergency")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.NEWS)
    title = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    shown_from = models.DateTimeField(_("shown from"))
    shown_until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("shown until"), null=True, blank=True, help_text=_("Empty: until it is withdrawn.")
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="news", verbose_name=_("unit in charge")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="news", verbose_name=_("topic")
    )
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, blank=True, related_name="news", verbose_name=_("service")
    )
    location = models.ForeignKey(
        Location, models.SET_NULL, null=True, blank=True, related_name="news", verbose_name=_("place")
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="news", verbose_name=_("areas"))
    is_example = models.BooleanField(_("example"), default=False, help_text=_("Shown as “contoh”."))
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    search_name = "title"
    remembered_children = ("areas",)
    # What stands on one page is not made to stand on every page by bringing an old state back.
    not_restored = ("published_at", "kind")
    objects: ClassVar = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        ordering = ("-shown_from", "-pk")
        permissions = (
            ("publish_news", "Can publish and withdraw news"),
            ("publish_emergency_news", "Can publish and withdraw emergency news"),
        )
        indexes = (models.Index(fields=("published_at", "shown_from"), name="news_shown"),)
        constraints = (
            models.CheckConstraint(
                name="news_ends_after_it_begins",
                condition=Q(shown_until__isnull=True) | Q(shown_until__gt=F("shown_from")),
                violation_error_message=_("News is shown until later than from when it is shown."),
            ),
            models.CheckConstraint(
                name="emergency_news_has_an_end",
                condition=~Q(kind="emergency") | Q(shown_until__isnull=False),
                violation_error_message=_(
                    "Say until when the emergency is shown; you can move the end later."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """Its title in the active language."""
        return self.title_en if self.title_en and translation.get_language() == "en" else self.title

    @property
    def body(self) -> str:
        """Its text in the active language."""
        return self.text_en if self.text_en and translation.get_language() == "en" else self.text

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_emergency(self) -> bool:
        return self.kind == self.Kind.EMERGENCY

    def is_current(self, at: datetime) -> bool:
        return self.is_published and self.shown_from <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        return self.shown_until is not None and self.shown_until <= at

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        """Puts it on the notice board from `shown_from` on; refuses what would be over before anybody reads it."""
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.refresh_from_db()
            if self.is_published:
                return
            if self.is_over(at):
                sentence = _("The time for which it is shown is over. Choose a later end first.")
                raise ValidationError(sentence, code="over")
            self.published_at = at
            self.save(update_fields=["published_at"])

    def withdraw(self, *, by: Any, reason: str, at: datetime | None = None) -> None:
        """Takes it off the notice board at once and keeps it for the record."""
        at = at or timezone.now()
        if not reason.strip():
            raise ValidationError(_("Say why, so that the next editor understands."), code="reason_missing")
        with recorded(self, verb="withdraw", by=by, at=at, reason=reason):
            self.refresh_from_db()
            if not self.is_published:
                raise ValidationError(_("Only published news can be withdrawn."), code="not_published")
            self.published_at = None
            self.save(update_fields=["published_at"])

    def get_absolute_url(self) -> str:
        return reverse("services:news", args=[self.slug])

    def search_parts(self) -> tuple[str, str]:
        return f"{self.title} {self.title_en}", f"{self.text} {self.text_en}"
