"""What the office promised in public: what is open, what is late, what was kept, what could not be."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.agenda import one_of
from outreach.models import Campaign, Commitment, Event
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.models import Service
from services.views.catalogue import Chip

# The words of the address for what became of a promise.
STATES = ("terbuka", "terlambat", "ditepati", "tidak-bisa")


@dataclass(frozen=True)
class Asked:
    """What an address asks of the promises."""

    state: str = ""
    event: Event | None = None
    campaign: Campaign | None = None
    service: Service | None = None

    @property
    def about(self) -> Any:
        return self.event or self.campaign or self.service

    def url(self, address: str) -> str:
        pairs = [("keadaan", self.state)]
        named = (("kegiatan", self.event), ("kampanye", self.campaign), ("layanan", self.service))
        pairs += [(name, one.slug) for name, one in named if one]
        given = [(name, value) for name, value in pairs if value]
        return f"{address}?{urlencode(given)}" if given else address


def condition(state: str, today: Any) -> Q:
    is_open = Q(status=Commitment.Status.OPEN)
    return {
        "terbuka": is_open & Q(by_when__gte=today),
        "terlambat": is_open & Q(by_when__lt=today),
        "ditepati": Q(status=Commitment.Status.DONE),
        "tidak-bisa": Q(status=Commitment.Status.DROPPED),
    }[state]


@require_safe
@public_page("keadaan", "kegiatan", "kampanye", "layanan", "hal")
def commitment_list(request: HttpRequest) -> HttpResponse:
    given, today = request.GET, timezone.localdate()
    state = given.get("keadaan", "")
    if state and state not in STATES:
        raise Http404(_("This filter does not exist."))
    asked = Asked(
        state=state,
        event=one_of(Event.objects.public(), given.get("kegiatan", "")),
        campaign=one_of(Campaign.objects.published(), given.get("kampanye", "")),
        service=one_of(Service.objects.published(), given.get("layanan", "")),
    )
    promises = Commitment.objects.published()
    if asked.event:
        promises = promises.filter(event=asked.event)
    if asked.campaign:
        promises = promises.filter(Q(campaign=asked.campaign) | Q(event__campaign=asked.campaign))
    if asked.service:
        promises = promises.filter(service=asked.service)
    counts = promises.aggregate(**{name: Count("pk", filter=condition(name, today)) for name in COUNTED})
    shown = promises.filter(condition(state, today)) if state else promises
    related = ("unit", "event", "campaign", "service")
    page_obj = list_page(request, open_first(shown).select_related(*related))
    address = reverse("outreach:commitments")
    context = {
        "asked": asked,
        "page_obj": page_obj,
        "today": today,
        "counts": counts,
        "chips": [
            Chip(label, replace(asked, state="" if state == name else name).url(address), state == name)
            for name, label in words()
        ],
        "clear_url": address,
    }
    return render(request, "outreach/commitment_list.html", context)


COUNTED = ("terbuka", "terlambat", "ditepati")


def words() -> list[tuple[str, str]]:
    labels = (_("Promised"), _("Overdue"), _("Kept"), _("Not possible"))
    return list(zip(STATES, labels, strict=True))


def open_first(promises: Any) -> Any:
    """What is still to be done first, the most overdue on top; then what has ended, the newest on top."""
    has_ended = Case(When(status=Commitment.Status.OPEN, then=0), default=1)
    return promises.order_by(has_ended, F("ended_on").desc(nulls_first=True), "by_when", "pk")
