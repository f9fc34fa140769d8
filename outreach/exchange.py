"""Lists of outreach that offices keep in spreadsheets, as tables to import and export."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Invitation
from portal.shared.exchange.columns import Column, Reference
from portal.shared.exchange.table import Table, register
from services.models.organization import EVERY_UNIT, units_of


@register
class InvitationTable(Table):
    """Groups invited to activities; an activity is named by its address word, an area by its own."""

    model = Invitation
    key = ("event", "group", "area")
    joined = ("event", "area")
    ignores_case = True

    event = Reference(
        "event",
        example="cek-kesehatan-contoh",
        help_text=gettext_lazy("The last part of the address of its page."),
    )
    group = Column("group", example="contoh: Kader posyandu")
    area = Reference("area", example="rw-03-contoh")
    amount = Column("amount", example="40", also=("jumlah", "orang"))
    letter = Column("letter")
    sent_on = Column("sent_on")

    def reachable(self, rows: models.QuerySet) -> models.QuerySet:
        found: models.QuerySet = rows.visible_to(self.by) if self.by else rows  # type: ignore[attr-defined]
        return found

    def refuse(self, instance: Any, is_new: bool) -> None:
        if self.by and not self.by.has_perm(EVERY_UNIT) and instance.event.unit_id not in units_of(self.by):
            raise ValidationError(_("This row belongs to a unit that is not yours."), code="not_yours")
