from collections.abc import Iterable
from datetime import date, datetime, time
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models.location import Location, ServiceAtLocation
from services.models.organization import RowsOfUnits
from services.opening import Interval

MIDNIGHT = time(0, 0)


def validate_days(value: str) -> None:
    if not value or any(day not in "1234567" for day in value) or list(value) != sorted(set(value)):
        raise ValidationError(
            _("Write the days as digits in order, 1 for Monday to 7 for Sunday, for example 12345."),
            code="days",
        )


class OpeningHoursQuerySet(models.QuerySet["OpeningHours"]):
    def open_at(self, at: datetime) -> "OpeningHoursQuerySet":
        """Hours that hold at this moment; on a closed day only those that say so."""
        local = timezone.localtime(at)
        today, clock = local.date(), local.time()
        hours = self.filter(
            models.Q(valid_from=None) | models.Q(valid_from__lte=today),
            models.Q(valid_through=None) | models.Q(valid_through__gte=today),
            models.Q(closes__gt=clock) | models.Q(closes=MIDNIGHT),
            days__contains=str(local.isoweekday()),
            opens__lte=clock,
        )
        closed = ClosedDay.objects.filter(date=today)
        place = models.OuterRef("location"), models.OuterRef("service_at_location__location")
        is_day_off = models.Exists(
            closed.filter(models.Q(location=None) | models.Q(location=place[0]) | models.Q(location=place[1]))
        )
        undated = models.Q(valid_from=None, valid_through=None)
        fully_dated = models.Q(valid_from__isnull=False, valid_through__isnull=False)
        rivals = self.of_same_owner(today)
        replaced = (undated & models.Exists(rivals.exclude(undated))) | (
            ~fully_dated & models.Exists(rivals.filter(fully_dated))
        )
        return hours.exclude(models.Q(open_on_closed_days=False) & is_day_off).exclude(replaced)

    def of_same_owner(self, today: date) -> "OpeningHoursQuerySet":
        """For an outer row: what else its place, counter or channel says of today's weekday."""
        return OpeningHours.objects.filter(
            models.Q(valid_from=None) | models.Q(valid_from__lte=today),
            models.Q(valid_through=None) | models.Q(valid_through__gte=today),
            models.Q(location=models.OuterRef("location"))
            | models.Q(service_at_location=models.OuterRef("service_at_location"))
            | models.Q(channel=models.OuterRef("channel")),
            days__contains=str(today.isoweekday()),
        )

    def of_service(self, service_id: int) -> "OpeningHoursQuerySet":
        """Every row that matters to one service: its channels, its counters, and their places."""
        counters = ServiceAtLocation.objects.filter(service=service_id)
        return self.filter(
            models.Q(channel__service=service_id)
            | models.Q(service_at_location__in=counters)
            | models.Q(location__in=counters.values("location"))
        )


class OpeningHours(Remembered):
    """Hours in the shape of schema.org: days, opens, closes, valid from and through. A lunch break makes two rows."""

    location = models.ForeignKey(
        Location, models.CASCADE, null=True, blank=True, related_name="hours", verbose_name=_("place")
    )
    service_at_location = models.ForeignKey(
        ServiceAtLocation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="hours",
        verbose_name=_("counter"),
    )
    channel = models.ForeignKey(
        "services.Channel",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="hours",
        verbose_name=_("channel"),
    )
    days = models.CharField(
        _("days"),
        max_length=7,
        validators=[validate_days],
        help_text=_("1 is Monday, 7 is Sunday: 12345 is Monday to Friday."),
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("00.00 means midnight at the end of the day."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_through = models.DateField(_("valid through"), null=True, blank=True)
    open_on_closed_days = models.BooleanField(_("also on holidays"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar = OpeningHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("days", "opens")
        constraints = (
            models.CheckConstraint(
                name="hours_belong_to_one",
                condition=(
                    models.Q(location__isnull=False, service_at_location__isnull=True, channel__isnull=True)
                    | models.Q(location__isnull=True, service_at_location__isnull=False, channel__isnull=True)
                    | models.Q(location__isnull=True, service_at_location__isnull=True, channel__isnull=False)
                ),
                violation_error_message=_("Opening hours belong to one place, one counter or one channel."),
            ),
            models.CheckConstraint(
                name="hours_open_before_close",
                condition=models.Q(opens__lt=models.F("closes")) | models.Q(closes=MIDNIGHT),
                violation_error_message=_(
                    "Opening time must be before closing time. Write 00.00 for midnight."
                ),
            ),
            models.CheckConstraint(
                name="hours_valid_in_order",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_through__isnull=True)
                | models.Q(valid_from__lte=models.F("valid_through")),
                violation_error_message=_("“Valid from” must not be after “valid through”."),
            ),
            models.CheckConstraint(
                name="hours_have_days",
                condition=~models.Q(days=""),
                violation_error_message=_("Choose at least one day."),
            ),
        )

    def __str__(self) -> str:
        return self.interval.in_words

    @property
    def interval(self) -> Interval:
        return Interval(
            days=self.days,
            opens=self.opens,
            closes=self.closes,
            valid_from=self.valid_from,
            valid_through=self.valid_through,
            open_on_closed_days=self.open_on_closed_days,
            note=self.note,
        )


class ClosedDayQuerySet(RowsOfUnits):
    of_unit = "location__organization"


class ClosedDay(Remembered):
    """A day on which offices are closed: everywhere, or at one place."""

    class Kind(models.TextChoices):
        NATIONAL_HOLIDAY = "national_holiday", _("national holiday")
        COLLECTIVE_LEAVE = "collective_leave", _("collective leave")
        LOCAL = "local", _("local closing")

    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    location = models.ForeignKey(
        Location,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="closed_days",
        verbose_name=_("only at this place"),
    )
    source = models.TextField(_("source"), blank=True)

    objects: ClassVar = ClosedDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ("date", "name")
        constraints = (
            models.UniqueConstraint(
                name="closed_day_once_everywhere",
                fields=("date",),
                condition=models.Q(location__isnull=True),
                violation_error_message=_("This day is already in the list."),
            ),
            models.UniqueConstraint(
                name="closed_day_once_per_place",
                fields=("date", "location"),
                violation_error_message=_("This day is already in the list for this place."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"


def closed_names(days: Iterable[ClosedDay], location_id: int | None = None) -> dict[date, str]:
    """Closed dates with their names: those of everywhere and those of one place."""
    return {day.date: day.name for day in days if day.location_id in {None, location_id}}
