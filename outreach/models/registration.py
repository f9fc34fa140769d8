"""A registration without an account: a name to be called by, how many come, and a code to take home."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.channels import Channel
from outreach.models.event import Event
from outreach.models.program import RegistrationQuestion
from outreach.models.short_link import ShortLink
from services.models.organization import RowsOfUnits


class RegistrationQuerySet(RowsOfUnits):
    of_unit = "event__unit"

    def registered(self) -> "RegistrationQuerySet":
        return self.filter(state=Registration.State.REGISTERED)

    def in_line(self) -> "RegistrationQuerySet":
        """The waiting list, who came first first."""
        return self.filter(state=Registration.State.WAITING).order_by("created_at", "pk")

    def going(self) -> "RegistrationQuerySet":
        """Registered or waiting: those who are told when something changes."""
        return self.exclude(state=Registration.State.CANCELLED)


class Registration(models.Model):
    """A party that wants to come. Its state changes by the verbs of outreach/registering.py alone, with the seats.

    The receipt code (8 characters) is the party's: stored as a keyed hash, with its last three characters for the eye
    of whoever stands at the door.
    """

    class State(models.TextChoices):
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations", verbose_name=_("activity"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_tail = models.CharField(_("code ends in"), max_length=3, editable=False)
    # Of the key of the form it was sent with: a second sending finds the first.
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    nickname = models.CharField(_("name to be called"), max_length=60, blank=True)
    party_size = models.PositiveSmallIntegerField(_("people"), default=1)
    needs_interpreter = models.BooleanField(_("sign language interpreter"), default=False)
    needs_wheelchair = models.BooleanField(_("room for a wheelchair"), default=False)
    needs_child_care = models.BooleanField(_("somebody to mind the children"), default=False)
    needs_words = models.CharField(_("something else we should know"), max_length=200, blank=True)
    heard_from = models.CharField(_("heard of it by"), max_length=12, choices=Channel.choices, blank=True)
    short_link = models.ForeignKey(
        ShortLink, models.SET_NULL, null=True, blank=True, editable=False, related_name="registrations"
    )
    language = models.CharField(max_length=5, default="id", editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )
    is_walk_in = models.BooleanField(_("came without registering"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered at"), editable=False)
    promoted_at = models.DateTimeField(_("moved up at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    # Names and contacts go some time after the event; the numbers stay.
    erased_at = models.DateTimeField(_("name erased at"), null=True, blank=True, editable=False)

    objects: ClassVar = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("created_at", "pk")
        permissions = (("export_registration", "Can export registrations"),)
        default_permissions = ("add", "change", "view")
        indexes = (models.Index(fields=("event", "state", "created_at"), name="registration_line"),)
        constraints = (
            models.CheckConstraint(
                name="registration_is_somebody",
                condition=Q(party_size__gte=1),
                violation_error_message=_("At least one person registers."),
            ),
        )

    def __str__(self) -> str:
        return f"… {self.code_tail}"

    def move_up(self, at: datetime) -> None:
        """From the line to a seat, which its event has counted already."""
        self.state, self.promoted_at = self.State.REGISTERED, at
        self.save(update_fields=["state", "promoted_at"])

    @property
    def called(self) -> str:
        """What to call them at the door."""
        return self.nickname or str(_("without a name"))


class RegistrationContact(models.Model):
    """Where to tell a party of changes; kept apart, under its own right, erased on schedule."""

    registration = models.OneToOneField(Registration, models.CASCADE, related_name="contact")
    email = models.EmailField(_("e-mail"), blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=20, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("contact of a registration")
        verbose_name_plural = _("contacts of registrations")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                name="registration_contact_is_something",
                condition=~Q(email="", whatsapp=""),
                violation_error_message=_("Give an e-mail or a WhatsApp number."),
            ),
        )

    def __str__(self) -> str:
        return f"contact {self.pk}"


class RegistrationAnswer(models.Model):
    """What a party answered to a question of the event."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="answers")
    question = models.ForeignKey(RegistrationQuestion, models.CASCADE, related_name="answers")
    value = models.CharField(_("answer"), max_length=300)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answer at registration")
        verbose_name_plural = _("answers at registration")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="registration_answer_once",
                fields=("registration", "question"),
                violation_error_message=_("This question is answered already."),
            ),
        )

    def __str__(self) -> str:
        return self.value
