from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models.organization import RowsOfUnits
from services.models.service import Service


class ChannelQuerySet(RowsOfUnits):
    of_unit = "service__organization"


class Channel(Remembered):
    """A way to a service other than a counter."""

    class Kind(models.TextChoices):
        WEBSITE = "website", _("website")
        APP = "app", _("app")
        PHONE = "phone", _("phone")
        WHATSAPP = "whatsapp", _("WhatsApp")
        EMAIL = "email", _("e-mail")
        OTHER = "other", _("other")

    service = models.ForeignKey(Service, models.CASCADE, related_name="channels", verbose_name=_("service"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("name"), max_length=120)
    value = models.CharField(_("address or number"), max_length=250, blank=True)
    note = models.CharField(_("note"), max_length=250, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    remembered_children = ("hours",)
    objects: ClassVar = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.label} {self.value}".strip()

    @property
    def short(self) -> str:
        """How the fact strip names it: “Online: Alpukat Betawi”, “Phone 112”."""
        match self.kind:
            case self.Kind.PHONE:
                return gettext("Phone %(number)s") % {"number": self.value or self.label}
            case self.Kind.WHATSAPP:
                return gettext("WhatsApp %(number)s") % {"number": self.value or self.label}
            case self.Kind.WEBSITE | self.Kind.APP:
                return gettext("Online: %(name)s") % {"name": self.label}
        return self.label

    @property
    def url(self) -> str:
        """A link that opens the channel; empty when the value is no address."""
        if self.value.startswith(("https://", "http://")):
            return self.value
        if self.kind == self.Kind.EMAIL and "@" in self.value:
            return f"mailto:{self.value}"
        return ""
