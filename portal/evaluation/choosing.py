"""What a page of the desk is narrowed to: a period, a unit, an area; nobody gets beyond their own units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from feedback.models import Submission, Survey
from outreach.models import Campaign, Event
from portal.evaluation.labels import month_name
from portal.evaluation.scope import Scope
from services.models import Area, Membership, Organization
from services.models.organization import EVERY_UNIT, units_of

YEARS: Final = 4
MONTHS: Final = 14
MOST_CAMPAIGNS: Final = 200
UNKNOWN: Final = {"invalid_choice": _("“%(value)s” is not in this list. Choose again.")}


def periods(today: date) -> list[Any]:
    """Years and months that can be chosen, the newest first, in two groups."""
    months, year, month = [], today.year, today.month
    for _number in range(MONTHS):
        months.append(f"{year}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    years = [str(today.year - back) for back in range(YEARS)]
    return [
        (_("Years"), [(one, one) for one in years]),
        (_("Months"), [(one, month_name(one)) for one in months]),
    ]


def units_for(user: Any) -> dict[str, Organization]:
    """The units this person can choose, by address word: those of their reach for which something was ever done.

    Asked once for each `user`.
    """
    if not hasattr(user, "_units_to_choose"):
        of = {"unit": OuterRef("pk")}
        is_own = Exists(Membership.objects.filter(organization=OuterRef("pk"), user=user.pk).order_by())
        is_busy = (
            Exists(Submission.objects.filter(**of).order_by())
            | Exists(Event.objects.filter(**of).order_by())
            | Exists(Campaign.objects.filter(**of).order_by())
            | Exists(Survey.objects.filter(**of).order_by())
        )
        rows = Organization.objects.visible_to(user).annotate(is_own=is_own).filter(is_busy | is_own)
        user._units_to_choose = {one.slug: one for one in rows.order_by("name", "pk")}
    found: dict[str, Organization] = user._units_to_choose
    return found


def own_unit(user: Any) -> Organization | None:
    """The uppermost of the units of somebody who does not work for all of them; None for whoever does."""
    if user.has_perm(EVERY_UNIT):
        return None
    below = units_of(user)
    own = [one for one in units_for(user).values() if one.is_own and one.parent_id not in below]  # type: ignore[attr-defined]
    return min(own, key=lambda one: one.pk, default=None)


class OneOf(forms.TypedChoiceField):
    """One of a few rows that were read already, by address word; gives the row itself."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label=label, required=False, empty_value=None, error_messages=UNKNOWN, **more)

    def offer(self, rows: Mapping[str, Any], nothing: Any = None) -> None:
        """``nothing`` is what it is called to choose none; without it one has to be chosen."""
        none = [] if nothing is None else [("", nothing)]
        self.choices = [*none, *((slug, str(one)) for slug, one in rows.items())]
        self.coerce = rows.__getitem__


class UnitField(OneOf):
    """One of the units this person can choose, all of them where they may."""

    def __init__(self) -> None:
        super().__init__(_("Unit"))

    def offer_to(self, user: Any) -> None:
        self.offer(units_for(user), _("All units") if user.has_perm(EVERY_UNIT) else None)


class CampaignField(OneOf):
    """One of the newest campaigns this person may see; `rows` are all of these."""

    rows: Mapping[str, Campaign]

    def __init__(self, **more: Any) -> None:
        super().__init__(_("Campaign"), **more)

    def offer_to(self, user: Any, nothing: Any) -> None:
        newest = Campaign.objects.visible_to(user).order_by("-starts_on", "title")[:MOST_CAMPAIGNS]
        self.rows = {one.slug: one for one in newest}
        self.offer(self.rows, nothing)


class NarrowForm(forms.Form):
    """Asked by GET; a word nobody knows is said to be so, and the page shows what it shows by itself."""

    periode = forms.ChoiceField(label=_("Period"), required=False, error_messages=UNKNOWN)
    unit = UnitField()
    wilayah = OneOf(_("Area"))
    kampanye = CampaignField()

    def __init__(self, user: Any, today: date, data: Any = None) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["periode"].choices = periods(today)
        fields["unit"].offer_to(user)
        areas = Area.objects.filter(level=Area.Level.RW).order_by("name")
        fields["wilayah"].offer({one.slug: one for one in areas}, _("All areas"))
        fields["kampanye"].offer_to(user, _("The whole office"))

    @property
    def campaigns(self) -> Iterable[Campaign]:
        """Those that can be chosen, the newest first."""
        fields: Any = self.fields
        return fields["kampanye"].rows.values()


@dataclass(frozen=True)
class Choice:
    """What was chosen; `is_plain` when it is what is kept: a period of an office or a unit, not of an area."""

    period: str
    unit: Organization | None
    area: Area | None
    campaign: Campaign | None
    at: datetime

    @classmethod
    def of(cls, form: NarrowForm, user: Any, at: datetime) -> "Choice":
        form.is_valid()
        told = form.cleaned_data
        return cls(
            period=told.get("periode") or str(timezone.localdate(at).year),
            unit=told.get("unit") or own_unit(user),
            area=told.get("wilayah"),
            campaign=told.get("kampanye"),
            at=at,
        )

    @property
    def is_plain(self) -> bool:
        return self.area is None

    @cached_property
    def scope(self) -> Scope:
        return Scope.of_period(self.period, unit=self.unit, area=self.area, at=self.at)
