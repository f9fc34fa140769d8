"""The catalogue: everything residents can ask for, narrowed by links."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.facets import Facets, facets, synonyms
from services.models import Area, Audience, Category, Channel, Service, ServiceAtLocation
from services.models.service import ServiceQuerySet

MAX_QUERY = 200
FILTERS = ("q", "bidang", "topik", "untuk", "wilayah", "buka", "hal")


@dataclass(frozen=True)
class Chip:
    """A link that narrows the list, or widens it again when it is already on."""

    label: str
    url: str
    is_on: bool = False


@dataclass(frozen=True)
class Narrowing:
    """What the address asks of the catalogue; every chip is a small change of it."""

    q: str = ""
    sector: Category | None = None
    topic: Category | None = None
    audience: Audience | None = None
    area: Area | None = None
    is_open: bool = False

    @property
    def is_any(self) -> bool:
        return self != Narrowing()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [
            ("q", self.q),
            ("bidang", self.sector.slug if self.sector else ""),
            ("topik", self.topic.slug if self.topic else ""),
            ("untuk", self.audience.slug if self.audience else ""),
            ("wilayah", self.area.slug if self.area else ""),
            ("buka", "1" if self.is_open else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Everything but the words, for the hidden fields of the search form."""
        return [(name, value) for name, value in self.pairs if name != "q"]

    def url(self, address: str) -> str:
        return f"{address}?{urlencode(self.pairs)}" if self.pairs else address

    def of(self, services: ServiceQuerySet) -> ServiceQuerySet:
        if category := self.topic or self.sector:
            services = services.in_category(category)
        if self.audience:
            services = services.for_audience(self.audience)
        if self.area:
            services = services.in_area(self.area)
        if self.is_open:
            services = services.open_at(timezone.now())
        return services


def narrowing_of(request: HttpRequest, known: Facets) -> Narrowing:
    """Reads the filters of an address; a word no filter knows is 404, not a silent “everything”."""
    asked = request.GET
    topic = one_of(known.topics, asked.get("topik", ""))
    sector = one_of(known.sectors, asked.get("bidang", ""))
    if asked.get("buka", "") not in {"", "1"}:
        raise Http404(_("This filter does not exist."))
    return Narrowing(
        q=asked.get("q", "").strip()[:MAX_QUERY],
        sector=topic.sector if topic else sector,
        topic=topic,
        audience=one_of(known.audiences, asked.get("untuk", "")),
        area=one_of(known.areas, asked.get("wilayah", "")),
        is_open=asked.get("buka", "") == "1",
    )


def one_of(known: dict[str, Any], slug: str) -> Any:
    if not slug:
        return None
    if slug not in known:
        raise Http404(_("This filter does not exist."))
    return known[slug]


def chips_of(asked: Narrowing, known: Facets, address: str) -> dict[str, list[Chip]]:
    """The filter links, one list for each question."""

    def chip(label: str, is_on: bool, **change: object) -> Chip:
        return Chip(label, replace(asked, **change).url(address), is_on)  # type: ignore[arg-type]

    sectors = [
        chip(
            one.title,
            one == asked.sector,
            sector=None if one == asked.sector else one,
            topic=None,
        )
        for one in known.sectors.values()
    ]
    topics = [
        chip(one.title, one == asked.topic, topic=None if one == asked.topic else one)
        for one in (known.topics_of(asked.sector) if asked.sector else [])
    ]
    audiences = [
        chip(one.title, one == asked.audience, audience=None if one == asked.audience else one)
        for one in known.audiences.values()
    ]
    areas = [
        chip(one.long_name, one == asked.area, area=None if one == asked.area else one)
        for one in known.areas.values()
    ]
    return {
        "sectors": sectors,
        "topics": topics,
        "audiences": audiences,
        "areas": areas,
        "open": [chip(_("Open now"), asked.is_open, is_open=not asked.is_open)],
    }


def heading_of(service: Service, asked: Narrowing, known: Facets) -> Category:
    """The sector, or within one sector the topic: its own name would say nothing new over each group."""
    # What is known may be a second older than the rows: a topic added just now is asked for by itself.
    category = known.categories.get(service.category_id) or service.category
    return category if asked.sector else category.sector


# What a card reads; a service has some sixty columns, and most are long texts.
CARD_FIELDS = (
    "code",
    "slug",
    "name",
    "name_en",
    "summary",
    "summary_en",
    "category",
    "organization__name",
    "organization__short_name",
    "turnaround_value",
    "turnaround_unit",
    "turnaround_note",
    "fee_amount",
    "fee_note",
    "closed_from",
    "closed_until",
    "closed_reason",
)


def with_card(services: ServiceQuerySet) -> ServiceQuerySet:
    """What a card in a list shows, in a fixed number of queries."""
    counters = ServiceAtLocation.objects.select_related("location").only(
        "counter", "service", "location__name"
    )
    channels = Channel.objects.only("service", "kind", "label", "value")
    return (
        services.select_related("organization")
        .only(*CARD_FIELDS)
        .prefetch_related(Prefetch("counters", counters), Prefetch("channels", channels))
    )


@require_safe
@public_page(*FILTERS)
def service_list(request: HttpRequest) -> HttpResponse:
    known = facets()
    asked = narrowing_of(request, known)
    address = reverse("services:list")
    services = asked.of(Service.objects.published())
    if asked.q:
        services = services.matching(asked.q, synonyms())
    page_obj = list_page(request, with_card(services))
    groups = None
    if not asked.q:
        grouped = groupby(page_obj.rows, key=lambda service: heading_of(service, asked, known))
        groups = [(category, list(rows)) for category, rows in grouped]
    context = {
        "asked": asked,
        "chips": chips_of(asked, known, address),
        "clear_url": address,
        "page_obj": page_obj,
        "groups": groups,
        "near": Service.objects.published().near_names(asked.q) if asked.q and not page_obj.count else [],
    }
    return render(request, "services/service_list.html", context)


@require_safe
@public_page("huruf", "hal")
def a_to_z(request: HttpRequest) -> HttpResponse:
    services = Service.objects.published()
    letters = sorted(set(services.order_by().values_list("initial", flat=True).distinct()))
    letter = request.GET.get("huruf", "")
    if letter and letter not in letters:
        raise Http404(_("No service begins with this letter."))
    if letter:
        services = services.filter(initial=letter)
    page_obj = list_page(request, services.order_by("initial", "short_name", "pk"), size=100)
    groups = [(one, list(rows)) for one, rows in groupby(page_obj.rows, key=lambda service: service.initial)]
    context = {"letters": letters, "letter": letter, "page_obj": page_obj, "groups": groups}
    return render(request, "services/a_to_z.html", context)
