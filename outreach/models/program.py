"""What belongs to one event: its run, who speaks, where else it can be followed, what is asked at registration."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models.event import Event
from portal.shared.history import Remembered
from services.models import Location, Organization


class Speaker(Remembered):
    """Somebody who speaks or guides at an event, in public and in a function."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        FACILITATOR = "facilitator", _("facilitator")
        OFFICER = "officer", _("officer in charge")

    event = models.ForeignKey(Event, models.CASCADE, related_name="speakers")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=160, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.SPEAKER)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ("position", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class AgendaItem(Remembered):
    """One part of the run of an event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("part"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    speaker = models.CharField(_("who"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("part of the agenda")
        verbose_name_plural = _("agenda")
        ordering = ("position", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class RemoteSite(Remembered):
    """Another place from which the event is followed together, for example a school on a video call."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="remote_sites")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=160)
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("remote site")
        verbose_name_plural = _("remote sites")
        ordering = ("position", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class RegistrationQuestion(Remembered):
    """Something this event asks at registration; everybody may leave it out unless it is needed."""

    class Kind(models.TextChoices):
        TEXT = "text", _("words")
        CHOICE = "choice", _("one of several")
        NUMBER = "number", _("a number")

    event = models.ForeignKey(Event, models.CASCADE, related_name="questions_asked")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("answer"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One on each line."))
    is_needed = models.BooleanField(_("needs an answer"), default=False)

    class Meta:
        verbose_name = _("question at registration")
        verbose_name_plural = _("questions at registration")
        ordering = ("position", "pk")
        default_permissions = ()
        constraints: ClassVar = (
            models.CheckConstraint(
                name="choice_question_has_choices",
                condition=~Q(kind="choice") | ~Q(choices=""),
                violation_error_message=_("Write the choices, one on each line."),
            ),
        )

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.kind == self.Kind.CHOICE and len(self.lines) < 2:
            raise ValidationError({"choices": _("Write at least two choices, one on each line.")})

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]
