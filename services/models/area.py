from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from portal.shared.tree import is_in_circle


class AreaQuerySet(models.QuerySet["Area"]):
    def within(self, area: "Area") -> "AreaQuerySet":
        """The area itself and everything below it, four levels deep: regency, district, village, RW, RT."""
        return self.filter(
            models.Q(pk=area.pk)
            | models.Q(parent=area.pk)
            | models.Q(parent__parent=area.pk)
            | models.Q(parent__parent__parent=area.pk)
            | models.Q(parent__parent__parent__parent=area.pk)
        )


class Area(Remembered):
    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        REGENCY = "regency", _("regency")
        DISTRICT = "district", _("district (kecamatan)")
        VILLAGE = "village", _("village (kelurahan or desa)")
        RW = "rw", _("RW")
        RT = "rt", _("RT")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    # BPS and Kemendagri number the same place differently; neither may be derived from the other.
    bps_code = models.CharField(_("BPS code"), max_length=20, blank=True)
    kemendagri_code = models.CharField(_("Kemendagri code"), max_length=20, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    area_ha = models.DecimalField(
        _("area in hectares"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    source = models.TextField(_("source"), blank=True)

    objects: ClassVar = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="area_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                violation_error_message=_("An area cannot be part of itself. Choose the area above it."),
            ),
            models.UniqueConstraint(
                name="area_bps_code_once",
                fields=("bps_code",),
                condition=~models.Q(bps_code=""),
                violation_error_message=_("Another area already has this BPS code."),
            ),
            models.UniqueConstraint(
                name="area_kemendagri_code_once",
                fields=("kemendagri_code",),
                condition=~models.Q(kemendagri_code=""),
                violation_error_message=_("Another area already has this Kemendagri code."),
            ),
            models.CheckConstraint(
                name="area_hectares_positive",
                condition=models.Q(area_ha__isnull=True) | models.Q(area_ha__gt=0),
                violation_error_message=_(
                    "The area in hectares must be more than 0. Leave it empty if unknown."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if is_in_circle(self):
            sentence = _("An area cannot be part of itself. Choose the area above it.")
            raise ValidationError({"parent": ValidationError(sentence, code="circle")})

    def get_absolute_url(self) -> str:
        return reverse("services:area", args=[self.slug])

    def above(self) -> list[int]:
        """Keys of the areas this one lies in, the nearest first: what holds for a village holds for its RW."""
        found: list[int] = []
        area: Area | None = self
        while area is not None and area.parent_id is not None and area.parent_id not in found:
            found.append(area.parent_id)
            area = area.parent
        return found

    @property
    def long_name(self) -> str:
        """The name as residents say it: “Kecamatan Jagakarsa”, “RW 05”."""
        titles = {
            self.Level.CITY: "Kota",
            self.Level.REGENCY: "Kabupaten",
            self.Level.DISTRICT: "Kecamatan",
        }
        title = titles.get(self.Level(self.level))
        return f"{title} {self.name}" if title and not self.name.startswith(title) else self.name
