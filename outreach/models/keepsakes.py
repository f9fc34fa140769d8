"""What an event leaves behind: photos, materials, signed minutes."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.event import Event
from portal.shared.history import Remembered, recorded
from services.models.organization import RowsOfUnits


class EventPhoto(Remembered):
    """A photo of an event, drawn anew by portal/shared/pictures.py, with a note on the consent of those in it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="photos", verbose_name=_("activity"))
    file = models.FileField(_("file"), upload_to="events/", max_length=120)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    alt = models.CharField(_("what it shows"), max_length=200)
    consent = models.CharField(
        _("consent"),
        max_length=200,
        help_text=_("How those in the picture agreed; children never without their parents."),
    )
    added_at = models.DateTimeField(_("added at"))

    not_remembered = (*Remembered.not_remembered, "file")
    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("photo of an activity")
        verbose_name_plural = _("photos of activities")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="event_photo_described_and_agreed",
                condition=~Q(alt="") & ~Q(consent=""),
                violation_error_message=_("Say what the photo shows, and how those in it agreed."),
            ),
        )

    def __str__(self) -> str:
        return self.alt


class EventDocument(Remembered):
    """A paper of an event to read on: slides, a leaflet, a regulation."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="documents", verbose_name=_("activity"))
    title = models.CharField(_("title"), max_length=160)
    file = models.FileField(_("file"), upload_to="documents/", max_length=120)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    is_public = models.BooleanField(_("everybody may read it"), default=True)
    added_at = models.DateTimeField(_("added at"))

    not_remembered = (*Remembered.not_remembered, "file")
    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("document of an activity")
        verbose_name_plural = _("documents of activities")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title


class MinutesQuerySet(RowsOfUnits):
    of_unit = "event__unit"


class Minutes(Remembered):
    """What was said and agreed at an event, signed by both sides."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="minutes", verbose_name=_("activity"))
    text = models.TextField(pgettext_lazy("paper of a meeting", "minutes"))
    signed_by = models.TextField(
        _("signed by"), blank=True, help_text=_("Name and function, one on each line.")
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    has_no_promises = models.BooleanField(
        _("nothing was promised"),
        default=False,
        help_text=_("Then nobody is reminded to write promises down."),
    )
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )

    not_restored = ("published_at",)
    objects: ClassVar = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("paper of a meeting", "minutes")
        verbose_name_plural = pgettext_lazy("paper of a meeting", "minutes")
        ordering = ("-pk",)
        permissions = (("publish_minutes", "Can publish and withdraw minutes"),)

    def __str__(self) -> str:
        return str(self.event)

    @property
    def signatures(self) -> list[str]:
        return [line.strip() for line in self.signed_by.splitlines() if line.strip()]

    def publish(self, *, by: Any, at: datetime | None = None) -> None:
        """Shows them on the page of the event; not before it is over, and not without words."""
        at = at or timezone.now()
        with recorded(self, verb="publish", by=by, at=at):
            self.refresh_from_db()
            if not self.text.strip():
                raise ValidationError({"text": _("Write what was said and agreed.")}, code="text_missing")
            if at < self.event.starts_at:
                raise ValidationError(_("The activity has not begun yet."), code="not_yet")
            if self.published_at is None:
                self.published_at = at
                self.save(update_fields=["published_at"])

    def withdraw(self, *, by: Any, at: datetime | None = None) -> None:
        with recorded(self, verb="withdraw", by=by, at=at or timezone.now()):
            self.refresh_from_db()
            self.published_at = None
            self.save(update_fields=["published_at"])
