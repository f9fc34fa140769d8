from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.shared.search import Searchable, SearchQuerySet
from portal.shared.tree import is_in_circle
from services.models.area import Area
from services.models.provenance import Sourced


class OrganizationQuerySet(SearchQuerySet):
    pass


class Organization(Sourced, Searchable):
    """Whoever provides a service: an agency, a unit, a counter, a school, an association, a business."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency")
        UNIT = "unit", _("unit")
        COUNTER = "counter", _("counter")
        SCHOOL = "school", _("school")
        NGO = "ngo", _("association or NGO")
        BUSINESS = "business", _("business")
        COMMUNITY = "community", _("community group")

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("part of")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("area")
    )
    about = models.TextField(_("what it does"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)

    objects: ClassVar = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="organization_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                violation_error_message=_("An organization cannot be part of itself."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if is_in_circle(self):
            sentence = _("An organization cannot be part of itself.")
            raise ValidationError({"parent": ValidationError(sentence, code="circle")})

    def get_absolute_url(self) -> str:
        return reverse("services:organization", args=[self.slug])

    def search_parts(self) -> tuple[str, str]:
        return f"{self.name} {self.short_name}", self.about
