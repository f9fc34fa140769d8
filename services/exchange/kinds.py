"""Cells only the catalogue has: amounts as on a decree, and the columns of provenance every noun shares."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.shared.exchange.cells import Kind, refuse_shortened, shown
from portal.shared.exchange.columns import Column
from portal.shared.exchange.table import Table
from services.admin.fields import RupiahField
from services.models.organization import EVERY_UNIT, Organization, RowsOfUnits

# A spreadsheet set to English reads the 25.000 of a decree as twenty-five.
SMALLEST = 100
LARGEST = 10**16


class Amount(Kind):
    """Rupiah: 25000, 25.000 or Rp25.000. Empty is not known, 0 is free."""

    is_number = True

    def hint(self) -> str:
        return _("Rupiah, for example 25.000. 0 means free; leave empty what is not stated.")

    def read(self, text: str, row: dict[str, Any]) -> Decimal | None:
        refuse_shortened(text)
        if re.fullmatch(r"\d{4,}\.\d{1,2}", text):
            # A number cell of a workbook; written by people the dot would part thousands.
            text = text.replace(".", ",")
        try:
            amount: Decimal | None = RupiahField(required=False).clean(text)
        except forms.ValidationError as error:
            raise ValueError(" ".join(error.messages)) from None
        if amount is not None and abs(amount) >= LARGEST:
            raise ValueError(_("“%(text)s” is too large for an amount.") % {"text": shown(text)})
        if amount is not None and 0 < amount < SMALLEST:
            sentence = _("“%(text)s” is less than Rp100: zeros may be lost. Write the amount without a dot.")
            raise ValueError(sentence % {"text": text})
        return amount

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        whole = Decimal(value).quantize(Decimal(1)) if value == int(value) else None
        return f"{whole:f}" if whole is not None else f"{value:.2f}".replace(".", ",")

    def typed(self, text: str) -> Any:
        return float(text.replace(",", ".")) if "," in text else int(text)


def provenance() -> tuple[Column, Column, Column, Column, Column]:
    """Where the facts of a row come from: source, scope, year, caution, day it was read."""
    return (
        Column("source", example="Keputusan Lurah contoh"),
        Column("scope"),
        Column("source_year", also=("year", "tahun")),
        Column("caution"),
        Column("read_on"),
    )


class UnitTable(Table):
    """A table whose rows end where the person's units end, as everywhere at the desk."""

    def reachable(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.visible_to(self.by) if isinstance(rows, RowsOfUnits) and self.by else rows

    def refuse(self, instance: Any, is_new: bool) -> None:
        rows = self.model._default_manager.all()
        if not self.by or not isinstance(rows, RowsOfUnits) or self.by.has_perm(EVERY_UNIT):
            return
        unit = instance.pk if rows.of_unit == "pk" else getattr(instance, f"{rows.of_unit}_id")
        if unit is None or unit not in self.own_units:
            raise ValidationError(_("This row belongs to a unit that is not yours."), code="not_yours")

    @cached_property
    def own_units(self) -> set[int]:
        return set(Organization.objects.visible_to(self.by).values_list("pk", flat=True))
