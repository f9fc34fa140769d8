"""News on the notice board: a closed counter, changed hours, an emergency, or anything residents should know."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from services.models.area import Area
from services.models.category import Category
from services.models.location import Location
from services.models.organization import Organization, RowsOfUnits
from services.models.service import Service


class NewsQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "unit"

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def current(self, at: datetime) -> Self:
        """What is shown at a moment."""
        over = Q(shown_until__isnull=False, shown_until__lte=at)
        return self.published().filter(shown_from__lte=at).exclude(over)

    def emergencies(self, at: datetime) -> Self:
        return self.current(at).filter(kind=News.Kind.EMERGENCY)


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
    not_restored = ("published_at",)
    objects: ClassVar = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        ordering = ("-shown_from", "-pk")
        permissions = (("publish_news", "Can publish and withdraw news"),)
        indexes = (models.Index(fields=("published_at", "shown_from"), name="news_shown"),)
        constraints = (
            models.CheckConstraint(
                name="news_ends_after_it_begins",
                condition=Q(shown_until__isnull=True) | Q(shown_until__gt=F("shown_from")),
                violation_error_message=_("News is shown until later than from when it is shown."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("services:news", args=[self.slug])

    def search_parts(self) -> tuple[str, str]:
        return f"{self.title} {self.title_en}", f"{self.text} {self.text_en}"
