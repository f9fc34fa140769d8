"""Which columns the tables of outreach have when they are taken away, and what is counted for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.admin.taking_away import Taken
from outreach.attending import Came, came_to
from outreach.models import Campaign, Event, Invitation, Target
from outreach.reaching import reached_by


def local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def iso(day: Any) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True)
class EventNumbers:
    came: dict[int, Came]
    invited: dict[int, int]


def numbers_of(events: Sequence[Event]) -> EventNumbers:
    pks = [event.pk for event in events]
    invited = Invitation.objects.filter(event__in=pks).order_by().values_list("event")
    return EventNumbers(came_to(pks), dict(invited.annotate(Sum("amount"))))


def came(row: Event, numbers: EventNumbers, part: str = "total") -> int:
    return int(getattr(numbers.came.get(row.pk, Came()), part))


EVENT_COLUMNS = (
    Taken(_("title"), lambda row, numbers: row.title),
    Taken(_("kind"), lambda row, numbers: row.get_kind_display()),
    Taken(_("decision"), lambda row, numbers: row.get_decision_display()),
    Taken(_("begins"), lambda row, numbers: local(row.starts_at)),
    Taken(_("ends"), lambda row, numbers: local(row.ends_at)),
    Taken(_("place"), lambda row, numbers: row.place),
    Taken(_("unit in charge"), lambda row, numbers: row.unit),
    Taken(_("campaign"), lambda row, numbers: row.campaign or ""),
    Taken(_("places"), lambda row, numbers: row.capacity),
    Taken(_("people invited"), lambda row, numbers: numbers.invited.get(row.pk, 0)),
    Taken(_("people registered"), lambda row, numbers: row.taken),
    Taken(_("people waiting"), lambda row, numbers: row.waiting),
    Taken(_("people who came"), came),
    Taken(_("of them checked in by name"), lambda row, numbers: came(row, numbers, "by_name")),
    Taken(_("address word"), lambda row, numbers: row.slug),
)


def targets_of(campaigns: Sequence[Campaign]) -> dict[int, list[tuple[Target, int]]]:
    return reached_by(campaigns)


def in_words(row: Campaign, reached: dict[int, list[tuple[Target, int]]]) -> str:
    return "\n".join(f"{target}: {amount} / {target.amount}" for target, amount in reached[row.pk])


CAMPAIGN_COLUMNS = (
    Taken(_("title"), lambda row, reached: row.title),
    Taken(_("goal"), lambda row, reached: row.goal),
    Taken(_("from"), lambda row, reached: iso(row.starts_on)),
    Taken(_("until"), lambda row, reached: iso(row.ends_on)),
    Taken(_("unit in charge"), lambda row, reached: row.unit),
    Taken(_("reached of target"), in_words),
    Taken(_("address word"), lambda row, reached: row.slug),
)
PROMISE_COLUMNS = (
    Taken(_("promise"), lambda row, nothing: row.what),
    Taken(_("unit in charge"), lambda row, nothing: row.unit),
    Taken(_("who, in words"), lambda row, nothing: row.who),
    Taken(_("by"), lambda row, nothing: iso(row.by_when)),
    Taken(_("status"), lambda row, nothing: row.get_status_display()),
    Taken(_("evidence or reason"), lambda row, nothing: row.evidence),
    Taken(_("ended on"), lambda row, nothing: iso(row.ended_on)),
    Taken(_("activity"), lambda row, nothing: row.event or ""),
    Taken(_("campaign"), lambda row, nothing: row.campaign or ""),
)
