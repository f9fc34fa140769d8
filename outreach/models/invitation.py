"""Who was invited to an activity: groups, where they live and how many; never a person."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models.event import Event
from portal.shared.history import Remembered
from services.models import Area
from services.models.organization import RowsOfUnits

# Where somebody can be reached, or who they are: an address of mail, a telephone number, a number of an identity card.
OF_A_PERSON = re.compile(r"@|\d(?:[\s.\-]?\d){7}")


class InvitationQuerySet(RowsOfUnits):
    of_unit = "event__unit"

    def people(self) -> int:
        """How many were invited."""
        total: int | None = self.aggregate(total=models.Sum("amount"))["total"]
        return total or 0


class Invitation(Remembered):
    """One group that was invited, for example 40 cadres of the posyandu in RW 03."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations", verbose_name=_("activity"))
    group = models.CharField(
        _("group"),
        max_length=120,
        help_text=_("Whom, as a group: kader posyandu, orang tua murid. No names, no numbers to reach them."),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from where")
    )
    amount = models.PositiveIntegerField(_("people invited"))
    letter = models.CharField(_("number of the letter"), max_length=60, blank=True)
    sent_on = models.DateField(_("invited on"), null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("event", "pk")
        constraints = (
            models.CheckConstraint(
                name="invitation_is_of_somebody",
                condition=Q(amount__gt=0),
                violation_error_message=_("At least one person is invited."),
            ),
            models.UniqueConstraint(
                name="invitation_once_a_group_and_area",
                fields=("event", "group", "area"),
                condition=Q(area__isnull=False),
                violation_error_message=_("This group of this area is on the list already."),
            ),
            models.UniqueConstraint(
                name="invitation_once_a_group",
                fields=("event", "group"),
                condition=Q(area__isnull=True),
                violation_error_message=_("This group is on the list already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} × {self.group}"

    def clean(self) -> None:
        """Refuses what would make a list of people out of a list of groups."""
        if OF_A_PERSON.search(self.group):
            sentence = _("Only groups: leave out telephone numbers, e-mail and identity numbers.")
            raise ValidationError({"group": ValidationError(sentence, code="of_a_person")})
