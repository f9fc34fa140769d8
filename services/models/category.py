from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered


class Bilingual(Remembered):
    """A noun whose name has an English form; Indonesian stands in where it is missing."""

    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and translation.get_language() == "en" else self.name


class CategoryQuerySet(models.QuerySet["Category"]):
    def sectors(self) -> "CategoryQuerySet":
        return self.filter(parent=None)


class Category(Bilingual):
    """A sector (health, education …) or, below it, a topic."""

    class Hue(models.TextChoices):
        WARGA = "warga", _("leaf green")
        SEKOLAH = "sekolah", _("river blue")
        USAHA = "usaha", _("turmeric")
        BANTUAN = "bantuan", _("brick")
        LINGKUNGAN = "lingkungan", _("tree green")
        KELUARGA = "keluarga", _("aubergine")

    slug = models.SlugField(_("address word"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="topics", verbose_name=_("sector")
    )
    icon = models.SlugField(_("icon"), max_length=40, blank=True)
    hue = models.CharField(_("colour"), max_length=12, choices=Hue.choices, default=Hue.WARGA)
    examples = models.CharField(_("examples"), max_length=120, blank=True)
    examples_en = models.CharField(_("examples in English"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects: ClassVar = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "name")
        constraints = (
            models.CheckConstraint(
                name="category_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                violation_error_message=_("A topic cannot be its own sector. Choose the sector above it."),
            ),
        )

    def clean(self) -> None:
        """Two levels, no more: lists, filters and tiles know sectors and topics only."""
        is_topic_above = self.parent is not None and self.parent.parent_id is not None
        is_sector_in_use = self.parent is not None and self.pk is not None and self.topics.exists()
        if is_topic_above or is_sector_in_use:
            raise ValidationError(
                {"parent": _("A topic cannot be its own sector. Choose the sector above it.")}, code="levels"
            )

    def tell_others(self, changed: Collection[str]) -> None:
        # The name is among the words a service is found by, and the position in the order lists are read.
        if {"name", "position", "parent"} & set(changed):
            services: Any = type(self).services.rel.related_model.objects  # type: ignore[attr-defined]
            services.with_words().in_category(self).reindex()

    def get_absolute_url(self) -> str:
        key = "bidang" if self.parent_id is None else "topik"
        return f"{reverse('services:list')}?{key}={self.slug}"

    @property
    def sector(self) -> "Category":
        return self.parent or self

    @property
    def example_words(self) -> str:
        return self.examples_en if self.examples_en and translation.get_language() == "en" else self.examples


class Audience(Bilingual):
    """Whom a service is for."""

    slug = models.SlugField(_("address word"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ("position", "name")
