from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models.area import Area
from services.models.location import Location
from services.models.organization import Organization
from services.models.provenance import RIGHTS, Sourced


class PortalProfile(Remembered):
    """Whose portal this is. One row; nothing is called official until ``is_official`` is switched on."""

    class Kind(models.TextChoices):
        VILLAGE = "village", _("kelurahan or village")
        AGENCY = "agency", _("agency")

    class Theme(models.TextChoices):
        DAUN = "daun", _("leaf green")
        KALI = "kali", _("river blue")

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40)
    tagline = models.CharField(_("line under the name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.VILLAGE)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    office = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("main office")
    )
    about = models.TextField(_("about this portal"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    popular = models.JSONField(
        _("popular searches"),
        default=list,
        blank=True,
        help_text=_("A list of words residents often look for."),
    )
    is_official = models.BooleanField(
        _("official"),
        default=False,
        help_text=_("Switch on only when the head of the office has agreed in writing."),
    )
    theme = models.CharField(_("colours"), max_length=10, choices=Theme.choices, default=Theme.DAUN)
    data_set = models.SlugField(_("data set"), max_length=41, blank=True, editable=False)
    data_fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    not_remembered = (*Remembered.not_remembered, "data_fingerprint")

    class Meta:
        verbose_name = _("portal profile")
        verbose_name_plural = _("portal profile")
        constraints = (
            models.CheckConstraint(
                name="portal_profile_is_single",
                condition=models.Q(pk=1),
                violation_error_message=_("There is one portal profile. Change that one."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class EmergencyNumber(Sourced):
    class Kind(models.TextChoices):
        CALL = "call", _("phone")
        WHATSAPP = "whatsapp", _("WhatsApp")

    label = models.CharField(_("what for"), max_length=120)
    label_en = models.CharField(_("what for, in English"), max_length=120, blank=True)
    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CALL)
    note = models.CharField(_("note"), max_length=200, blank=True)
    note_en = models.CharField(_("note in English"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("emergency number")
        verbose_name_plural = _("emergency numbers")
        ordering = ("position", "pk")
        default_permissions = RIGHTS
        constraints = (
            models.UniqueConstraint(
                name="emergency_number_once",
                fields=("number", "kind", "label"),
                violation_error_message=_("This number is already in the list."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.label}: {self.number}"

    @property
    def title(self) -> str:
        return self.label_en if self.label_en and translation.get_language() == "en" else self.label

    @property
    def explanation(self) -> str:
        return self.note_en if self.note_en and translation.get_language() == "en" else self.note


class Charter(Sourced):
    """Maklumat pelayanan: the signed promise to serve by the standard, with the compensation if it is broken."""

    text = models.TextField(_("text"))
    signed_on = models.DateField(_("signed on"))
    signatory_office = models.CharField(_("office of the signatory"), max_length=160)
    compensation = models.TextField(_("compensation"), blank=True)

    class Meta:
        verbose_name = _("service charter")
        verbose_name_plural = _("service charters")
        ordering = ("-signed_on", "-pk")
        default_permissions = RIGHTS

    def __str__(self) -> str:
        return f"{self.signatory_office}, {self.signed_on:%Y-%m-%d}"
