from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from services.models.area import Area
from services.models.organization import Organization, RowsOfUnits
from services.models.provenance import RIGHTS, Sourced


def verbose_name(noun: models.Model, field_name: str) -> str:
    """How a field is called on the screen, in the active language."""
    field = noun._meta.get_field(field_name)
    assert isinstance(field, models.Field)
    return str(field.verbose_name)


class LocationQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    def in_area(self, area: Area) -> "LocationQuerySet":
        return self.filter(area__in=Area.objects.within(area))


class Location(Sourced, Searchable):
    """A place residents can go to: an office, a counter, a school, a health centre, a hall."""

    class Kind(models.TextChoices):
        SERVICE_COUNTER = "service_counter", _("service counter")
        VILLAGE_OFFICE = "village_office", _("kelurahan or village office")
        DISTRICT_OFFICE = "district_office", _("district office")
        EDUCATION_OFFICE = "education_office", _("education office")
        HEALTH_CENTRE = "health_centre", _("health centre (puskesmas)")
        HEALTH_CENTRE_AUXILIARY = "health_centre_auxiliary", _("auxiliary health post (pustu)")
        COMMUNITY_SPACE = "community_space", _("child-friendly public space (RPTRA)")
        COMMUNITY_HALL = "community_hall", _("community hall")
        SCHOOL_PRIMARY = "school_primary", _("primary school")
        SCHOOL_JUNIOR = "school_junior", _("junior secondary school")
        SCHOOL_SENIOR = "school_senior", _("senior secondary school")
        SCHOOL_VOCATIONAL = "school_vocational", _("vocational school")
        UNIVERSITY = "university", _("university")
        WASTE_FACILITY = "waste_facility", _("waste facility")
        UTILITY_OFFICE = "utility_office", _("electricity or water office")
        RAILWAY_STATION = "railway_station", _("railway station")
        FUEL_STATION = "fuel_station", _("fuel station")
        OTHER_AGENCY = "other_agency", _("other agency")

    class Ownership(models.TextChoices):
        STATE = "state", _("public")
        PRIVATE = "private", _("private")

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address word"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    ownership = models.CharField(_("ownership"), max_length=10, choices=Ownership.choices, blank=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="locations",
        verbose_name=_("organization"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="locations", verbose_name=_("area")
    )
    address = models.CharField(_("address"), max_length=250, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    official_code = models.CharField(_("official code"), max_length=40, blank=True)
    quality = models.TextField(_("quality of these data"), blank=True)
    # Unknown is not “no”: an empty answer is shown as “not checked yet”.
    step_free = models.BooleanField(_("step-free entrance"), null=True, blank=True)
    accessible_toilet = models.BooleanField(_("accessible toilet"), null=True, blank=True)
    accessible_parking = models.BooleanField(_("parking for people with disabilities"), null=True, blank=True)
    hearing_help = models.BooleanField(_("help for deaf visitors"), null=True, blank=True)
    accessibility_note = models.TextField(_("note on access"), blank=True)

    remembered_children = ("hours",)
    objects: ClassVar = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("name",)
        default_permissions = RIGHTS
        constraints = (
            models.CheckConstraint(
                name="location_both_coordinates_or_none",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Enter both latitude and longitude, or leave both empty."),
            ),
            models.CheckConstraint(
                name="location_coordinates_on_earth",
                condition=models.Q(latitude__isnull=True)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                violation_error_message=_("Latitude goes from -90 to 90 and longitude from -180 to 180."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:place", args=[self.slug])

    @property
    def whereabouts(self) -> str:
        """The address and the area, which is not said twice where the address names it already."""
        area = self.area.long_name if self.area else ""
        parts = {part.strip().lower() for part in self.address.split(",")}
        return ", ".join(filter(None, (self.address, "" if area.lower() in parts else area)))

    @property
    def map_url(self) -> str:
        """A map centred on the place; empty when the coordinates are unknown."""
        if self.latitude is None or self.longitude is None:
            return ""
        point = f"{self.latitude.normalize():f}"
        other = f"{self.longitude.normalize():f}"
        return f"https://www.openstreetmap.org/?mlat={point}&mlon={other}#map=18/{point}/{other}"

    @property
    def accessibility(self) -> list[tuple[str, bool | None]]:
        """Each point of access with yes, no or unknown."""
        names = ("step_free", "accessible_toilet", "accessible_parking", "hearing_help")
        return [(verbose_name(self, name), getattr(self, name)) for name in names]

    def search_parts(self) -> tuple[str, str]:
        return self.name, f"{self.get_kind_display()} {self.address} {self.area or ''} {self.official_code}"


class CounterQuerySet(RowsOfUnits):
    of_unit = "service__organization"


class ServiceAtLocation(Remembered):
    """A service given at a place, at a counter of its own."""

    service = models.ForeignKey(
        "services.Service", models.CASCADE, related_name="counters", verbose_name=_("service")
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="counters", verbose_name=_("place"))
    counter = models.CharField(
        _("counter"), max_length=120, blank=True, help_text=_("For example: Loket 2, Dukcapil.")
    )
    note = models.CharField(_("note"), max_length=250, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    remembered_children = ("hours",)
    objects: ClassVar = CounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                name="counter_once_per_service",
                fields=("service", "location", "counter"),
                violation_error_message=_("This counter is already listed for the service."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.counter}, {self.location}" if self.counter else str(self.location)
