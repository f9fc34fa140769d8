"""What staff wrote to those who registered, and who looked at numbers to write to by hand; both stay as a log."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models.event import Event
from outreach.models.registration import Registration
from services.models.organization import RowsOfUnits


class RowsOfEvents(RowsOfUnits):
    of_unit = "event__unit"


class EventMessage(models.Model):
    """One text to the parties of one event; its letters go out by the worker, each once."""

    class To(models.TextChoices):
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("on the waiting list")
        CAME = "came", _("those who came")

    event = models.ForeignKey(Event, models.PROTECT, related_name="messages", verbose_name=_("activity"))
    to = models.CharField(_("to"), max_length=10, choices=To.choices)
    subject = models.CharField(_("subject"), max_length=100)
    text = models.TextField(_("text"), max_length=2000)
    at = models.DateTimeField(_("when"), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("who"),
    )
    by_name = models.CharField(_("name of who"), max_length=150, blank=True, editable=False)
    letters = models.PositiveIntegerField(_("letters"), default=0, editable=False)
    numbers = models.PositiveIntegerField(_("to write to by WhatsApp"), default=0, editable=False)
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)

    objects: ClassVar = RowsOfEvents.as_manager()

    class Meta:
        verbose_name = _("message to those who registered")
        verbose_name_plural = _("messages to those who registered")
        ordering = ("-at", "-pk")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                name="event_message_says_something",
                condition=~Q(subject="") & ~Q(text=""),
                violation_error_message=_("Write a subject and a text."),
            ),
        )

    def __str__(self) -> str:
        return self.subject

    def readers(self) -> Any:
        """The parties it is for, as they are now."""
        return readers_of(self.event_id, self.to)


def readers_of(event_id: int, to: str) -> Any:
    """The parties of an event a message to `to` is for; those who asked to be forgotten have no address left."""
    rows = Registration.objects.filter(event=event_id)
    if to == EventMessage.To.CAME:
        return rows.filter(attendances__undone_at=None, attendances__isnull=False)
    return rows.filter(state=to)


class NumbersOpening(models.Model):
    """Somebody looked at the numbers of those without e-mail, and said why."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="numbers_openings", verbose_name=_("activity")
    )
    message = models.ForeignKey(
        EventMessage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    by_name = models.CharField(_("name of who"), max_length=150)
    why = models.CharField(_("why"), max_length=200)

    objects: ClassVar = RowsOfEvents.as_manager()

    class Meta:
        verbose_name = _("opening of numbers")
        verbose_name_plural = _("openings of numbers")
        ordering = ("-at", "-pk")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                name="numbers_opening_says_why",
                condition=~Q(why=""),
                violation_error_message=_("Say why you need to see the numbers."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
