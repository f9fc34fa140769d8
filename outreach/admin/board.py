"""The campaign board: what is going on, each target beside what was reached, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from outreach.admin.event_filters import coming, of_my_units, without_minutes
from outreach.models import Campaign, Commitment, Event, Target
from outreach.reaching import reached_by
from portal.shared.asked_lists import AskedLists

SHOWN = 12
WHICH = {
    "now": (_("Going on"), lambda rows, today: rows.filter(starts_on__lte=today, ends_on__gte=today)),
    "coming": (_("Coming"), lambda rows, today: rows.filter(starts_on__gt=today)),
    "over": (_("Over"), lambda rows, today: rows.filter(ends_on__lt=today)),
}


@dataclass(frozen=True)
class Bar:
    """One target beside what was reached; `share` is what a bar draws, never more than the whole."""

    target: Target
    reached: int

    @property
    def percent(self) -> int:
        # Cut, not rounded: nobody is told 100 percent before it is so.
        return self.reached * 100 // self.target.amount

    @property
    def share(self) -> int:
        return min(self.percent, 100)


@dataclass
class Card:
    """A campaign on the board."""

    campaign: Campaign
    today: date
    bars: list[Bar] = field(default_factory=list)
    next_event: Event | None = None
    overdue: int = 0
    unreported: int = 0

    @property
    def days_left(self) -> int:
        return (self.campaign.ends_on - self.today).days

    @property
    def time_gone(self) -> int:
        """How much of its time is over, in percent: a bar that lies behind this one is late."""
        whole = (self.campaign.ends_on - self.campaign.starts_on).days + 1
        gone = (self.today - self.campaign.starts_on).days
        return max(0, min(100, gone * 100 // whole))


def cards_of(campaigns: Iterable[Campaign], at: Any) -> list[Card]:
    """The board's cards, in as many questions as for one."""
    today = timezone.localtime(at).date()
    cards = {campaign.pk: Card(campaign, today) for campaign in campaigns}
    for pk, targets in reached_by([card.campaign for card in cards.values()], at).items():
        cards[pk].bars = [Bar(target, amount) for target, amount in targets]
    events = Event.objects.filter(campaign__in=cards).order_by()
    first = coming(Event.objects.filter(campaign=OuterRef("pk")), at).order_by("starts_at", "pk")
    firsts = Campaign.objects.filter(pk__in=cards).values_list("pk", Subquery(first.values("pk")[:1]))
    next_of = {event: campaign for campaign, event in firsts if event}
    for event in Event.objects.filter(pk__in=next_of).select_related("location"):
        cards[next_of[event.pk]].next_event = event
    unreported = without_minutes(events, at).values_list("campaign").annotate(Count("pk"))
    for pk, count in unreported:
        cards[pk].unreported = count
    promises = (
        Commitment.objects.overdue(today).annotate(of=Coalesce("campaign", "event__campaign")).order_by()
    )
    for pk, count in promises.filter(of__in=cards).values_list("of").annotate(Count("pk")):
        cards[pk].overdue = count
    return list(cards.values())


class HasBoard(AskedLists):
    """Adds the page “board” to campaigns."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.board_view))
        return [path("board/", view, name="outreach_campaign_board"), *super().get_urls()]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        at = timezone.now()
        which = request.GET.get("which", "now")
        which = which if which in WHICH else "now"
        is_mine = request.GET.get("mine") == "1"
        rows: models.QuerySet = self.get_queryset(request).select_related("unit")
        if is_mine:
            rows = of_my_units(rows, request.user)
        rows = WHICH[which][1](rows, timezone.localtime(at).date())
        page = Paginator(rows.order_by("-ends_on" if which == "over" else "ends_on", "pk"), SHOWN).get_page(
            request.GET.get("p")
        )
        mine = "&mine=1" if is_mine else ""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Campaign board"),
            "opts": self.opts,
            "cards": cards_of(page.object_list, at),
            "page_obj": page,
            "tabs": [(label, f"?which={name}{mine}", name == which) for name, (label, _n) in WHICH.items()],
            "mine_url": f"?which={which}" if is_mine else f"?which={which}&mine=1",
            "is_mine": is_mine,
            "query": f"which={which}{mine}",
        }
        return TemplateResponse(request, "admin/outreach/board.html", context)
