from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.submission import Submission


class Contact(models.Model):
    """Who sent a case and how to reach them, apart from what they told; erased on schedule.

    Opening one is logged (`ContactOpening`); it takes `feedback.view_contact`. An anonymous case has none.
    """

    class Wish(models.TextChoices):
        NONE = "none", _("No need, I keep the code")
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", _("WhatsApp, written by staff")
        PHONE = "phone", _("A call")

    submission = models.OneToOneField(
        Submission, models.CASCADE, related_name="contact", verbose_name=_("case")
    )
    name = models.CharField(_("name to call"), max_length=80, blank=True)
    phone = models.CharField(_("phone or WhatsApp"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wish = models.CharField(_("where to send word"), max_length=10, choices=Wish.choices, default=Wish.NONE)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        default_permissions = ("view",)

    def __str__(self) -> str:
        # Never the name: this may end up in a title, a history or a log.
        return f"contact {self.pk}"


class ContactOpening(models.Model):
    """Somebody of the staff looked at who sent a case; written before it is shown, and never edited."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="contact_openings", verbose_name=_("case")
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    by_name = models.CharField(_("name of who"), max_length=150)
    why = models.CharField(_("why"), max_length=300)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("opening of a contact")
        verbose_name_plural = _("openings of contacts")
        ordering = ("-at", "-pk")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A log is not edited.")
        super().save(*args, **kwargs)
