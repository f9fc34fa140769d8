from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.submission import Submission


class Message(models.Model):
    """One letter of the conversation between the office and the resident; both read all of them."""

    class Side(models.TextChoices):
        OFFICE = "office", _("the office")
        RESIDENT = "resident", _("the resident")

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        ANSWER = "answer", _("answer")
        WORD = "word", _("message")
        # The question once more, when nobody replied.
        REMINDER = "reminder", _("reminder")

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="messages", verbose_name=_("case")
    )
    side = models.CharField(_("from"), max_length=8, choices=Side.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.WORD)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    # What residents read of who wrote: the unit, never a name.
    unit_name = models.CharField(_("unit"), max_length=200, blank=True)
    # Of the form it was sent with: a double click writes one message. Staff's have none.
    form_key_hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("at", "pk")
        default_permissions = ("view",)
        indexes = (models.Index(fields=("submission", "at"), name="messages_of_a_case"),)
        constraints = (
            models.UniqueConstraint(
                name="message_once",
                fields=("form_key_hash",),
                condition=~models.Q(form_key_hash=""),
                violation_error_message=_("This message was sent already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.side}"


class InternalNote(models.Model):
    """What staff tell each other about a case; residents never read it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="notes", verbose_name=_("case"))
    text = models.TextField(_("note"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    by_name = models.CharField(_("name of who"), max_length=150)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ("at", "pk")
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}"
