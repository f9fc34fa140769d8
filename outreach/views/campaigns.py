"""Campaigns and those who help: what an office wants to bring about, target beside reached, and with whom."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.agenda import in_rows, rows_of
from outreach.channels import FROM, way_of
from outreach.models import Campaign, Commitment, Event, Partnership, Target
from outreach.models.deciding import Decision
from outreach.reaching import reached
from outreach.share_images import addresses_of
from outreach.views.promises import open_first
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from portal.shared.suppression import SMALLEST_GROUP, told_at_least
from portal.shared.whatsapp import share_link
from services.facets import profile
from services.models import Organization
from services.share_drawing import WIDE

EVENTS_SHOWN, PROMISES_SHOWN, HELP_SHOWN = 20, 10, 50
OF_PEOPLE = (Target.Measure.CAME, Target.Measure.REGISTERED)
OF_HOMES = (Target.Measure.HOMES_MET, Target.Measure.HOMES_VISITED)


@require_safe
@public_page("hal")
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Those that run or are to come first, then what is over."""
    today = timezone.localdate()
    campaigns = Campaign.objects.published().select_related("unit").order_by("-ends_on", "-pk")
    context = {"page_obj": list_page(request, campaigns), "today": today}
    return render(request, "outreach/campaign_list.html", context)


@require_safe
@public_page(FROM)
def campaign_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = ("audiences", "areas", "services", "partnerships__organization")
    campaigns = Campaign.objects.published().select_related("unit").prefetch_related(*rows)
    campaign = get_object_or_404(campaigns, slug=slug)
    at, channel = timezone.now(), way_of(request.GET.get(FROM))
    portal, address = profile(), settings.SITE_URL + campaign.get_absolute_url()
    events = in_rows(Event.objects.public().filter(campaign=campaign))
    promises = Commitment.objects.published().filter(Q(campaign=campaign) | Q(event__campaign=campaign))
    context = {
        "campaign": campaign,
        "coming": rows_of(
            events.filter(ends_at__gt=at).order_by("starts_at", "pk")[:EVENTS_SHOWN], at, channel
        ),
        "past": rows_of(
            events.filter(ends_at__lte=at).order_by("-starts_at", "-pk")[:EVENTS_SHOWN], at, channel
        ),
        "services": [one for one in campaign.services.all() if one.status == one.Status.PUBLISHED],
        "commitments": list(
            open_first(promises).select_related("unit", "event", "campaign", "service")[:PROMISES_SHOWN]
        ),
        "bars": [Bar(target, amount) for target, amount in reached(campaign, at)],
        "smallest": SMALLEST_GROUP,
        "share_url": share_link("\n".join([campaign.title, campaign.summary, address])),
        "share_image_url": addresses_of(campaign, portal)[WIDE.key] if portal else "",
        "today": timezone.localdate(at),
        "from_query": f"?{FROM}={channel}" if channel else "",
    }
    return render(request, "outreach/campaign_detail.html", context)


@dataclass(frozen=True)
class Bar:
    """A target beside what was reached of it."""

    target: Target
    reached: int

    @property
    def is_group(self) -> bool:
        """Homes, and people of one audience or one neighbourhood: this page moves with every one of them."""
        is_narrow = self.target.audience_id is not None or self.target.area_id is not None
        measure = self.target.measure
        return self.reached > 0 and (measure in OF_HOMES or (is_narrow and measure in OF_PEOPLE))

    @property
    def is_few(self) -> bool:
        """So few that the number could point to somebody."""
        return self.is_group and self.reached < SMALLEST_GROUP

    @property
    def at_least(self) -> int:
        """The number in steps of five, so that two looks at the page do not tell of one person."""
        return told_at_least(self.reached)

    @property
    def share(self) -> int:
        """Of a hundred, as long as the bar is; more than the whole is drawn as the whole, few as the most they are."""
        drawn = max(SMALLEST_GROUP, self.at_least) if self.is_group else self.reached
        return min(100, drawn * 100 // self.target.amount)


def with_help(organizations: Any) -> Any:
    """Those who help with something everybody may read."""
    return organizations.filter(Exists(public_help().filter(organization=OuterRef("pk"))))


def public_help() -> Any:
    is_public = ~Q(event__decision=Decision.DRAFT) & Q(event__isnull=False)
    return Partnership.objects.filter(is_public | Q(campaign__published_at__isnull=False))


@require_safe
@public_page("hal")
def partner_list(request: HttpRequest) -> HttpResponse:
    helping = Prefetch("partnerships", public_help().order_by("pk"))
    partners = with_help(Organization.objects.order_by("name", "pk")).prefetch_related(helping)
    return render(request, "outreach/partner_list.html", {"page_obj": list_page(request, partners)})


@require_safe
@public_page()
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What one organization promised and delivered, at which activities and campaigns."""
    partner = get_object_or_404(Organization, slug=slug)
    helped = public_help().filter(organization=partner).select_related("event", "campaign")
    helped = list(helped.order_by("-pk")[:HELP_SHOWN])
    if not helped:
        raise Http404(_("This organization is no partner of ours."))
    return render(request, "outreach/partner_detail.html", {"partner": partner, "helped": helped})
