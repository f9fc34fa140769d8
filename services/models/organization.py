from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.shared.search import Searchable, SearchQuerySet
from portal.shared.tree import is_in_circle
from services.models.area import Area
from services.models.provenance import RIGHTS, Sourced

# Whoever has this right works for the whole portal; everybody else for the units they belong to.
EVERY_UNIT = "services.reach_every_unit"


class RowsOfUnits(models.QuerySet[Any]):
    """Rows that belong to an organization: `of_unit` is the way from the row to it."""

    of_unit: ClassVar[str] = "organization"

    def visible_to(self, user: Any) -> Self:
        """The rows this person may reach at the desk: everything, or those of their own units and below."""
        if user.has_perm(EVERY_UNIT):
            return self.all()
        return self.filter(**{f"{self.of_unit}__in": units_of(user)})

    def hidden_from(self, user: Any) -> Self:
        """The rows of which this person may not even read the history; of most nouns there are none."""
        return self.none()


class OrganizationQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "pk"


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
        default_permissions = RIGHTS
        permissions = (("reach_every_unit", "Can reach the rows of every unit"),)
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

    def tell_others(self, changed: Collection[str]) -> None:
        # Services are also found by the name of who provides them.
        if "name" in changed:
            self.services.with_words().reindex()

    def search_parts(self) -> tuple[str, str]:
        return f"{self.name} {self.short_name}", self.about


def units_of(user: Any) -> frozenset[int]:
    """The organizations a person is a member of, with all that are part of them; asked once for each `user`."""
    known: frozenset[int] | None = getattr(user, "_units", None)
    if known is None:
        known = frozenset(below(Organization.objects.filter(memberships__user=user.pk)))
        user._units = known
    return known


def below(organizations: models.QuerySet[Organization]) -> set[int]:
    """Keys of these organizations and of everything below them, one question for each level."""
    found: set[int] = set()
    level = set(organizations.values_list("pk", flat=True))
    while level:
        found |= level
        level = set(Organization.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
    return found
