from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered
from services.models.organization import Organization


class Membership(Remembered):
    """Ties a staff account to a unit: it may then reach that unit's rows, and those of the units below it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("staff account")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )

    is_head = models.BooleanField(
        _("heads this unit"),
        default=False,
        help_text=_("Is told when the unit is late with an answer to residents."),
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("organization__name", "user__username")
        constraints = (
            models.UniqueConstraint(
                name="membership_once",
                fields=("user", "organization"),
                violation_error_message=_("This account already belongs to this unit."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user.get_full_name() or self.user.get_username()}, {self.organization}"
