"""Places, the organizations behind them, and the areas they lie in."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.facets import facets, synonyms
from services.models import Area, Location, Organization, Service
from services.notices import notices_about
from services.views.catalogue import MAX_QUERY, Chip, with_card
from services.visiting import opening_of_place

BESIDE = 20
# No area of Indonesia has more parts one level below it than this.
MOST_PARTS = 200
# More villages than these are listed on the page of their district only.
MOST_VILLAGES = 400

# An area and all it is part of, up to the city or regency.
UPWARDS = "area__parent__parent__parent__parent"

KINDS = Location.Kind
# The picture of a place in a list: an icon of the sprite and the hue of its field.
PICTURES = {
    KINDS.SERVICE_COUNTER: ("signpost", "warga"),
    KINDS.VILLAGE_OFFICE: ("bank", "warga"),
    KINDS.DISTRICT_OFFICE: ("bank", "warga"),
    KINDS.EDUCATION_OFFICE: ("bank", "sekolah"),
    KINDS.HEALTH_CENTRE: ("heart-pulse", "bantuan"),
    KINDS.HEALTH_CENTRE_AUXILIARY: ("heart-pulse", "bantuan"),
    KINDS.COMMUNITY_SPACE: ("tree", "lingkungan"),
    KINDS.COMMUNITY_HALL: ("people", "keluarga"),
    KINDS.SCHOOL_PRIMARY: ("book", "sekolah"),
    KINDS.SCHOOL_JUNIOR: ("book", "sekolah"),
    KINDS.SCHOOL_SENIOR: ("book", "sekolah"),
    KINDS.SCHOOL_VOCATIONAL: ("tools", "sekolah"),
    KINDS.UNIVERSITY: ("mortarboard", "sekolah"),
    KINDS.WASTE_FACILITY: ("droplet", "lingkungan"),
    KINDS.UTILITY_OFFICE: ("lightbulb", "usaha"),
    KINDS.RAILWAY_STATION: ("bus-front", "usaha"),
    KINDS.FUEL_STATION: ("shop", "usaha"),
    KINDS.OTHER_AGENCY: ("building", "warga"),
}
SCHOOLS = (KINDS.SCHOOL_PRIMARY, KINDS.SCHOOL_JUNIOR, KINDS.SCHOOL_SENIOR, KINDS.SCHOOL_VOCATIONAL)


@dataclass(frozen=True)
class PlaceRow:
    """A place in a list, with its picture."""

    place: Location
    icon: str
    hue: str

    @property
    def is_school(self) -> bool:
        return self.place.kind in SCHOOLS


def rows_of(places: Iterable[Location]) -> list[PlaceRow]:
    return [PlaceRow(one, *PICTURES.get(KINDS(one.kind), ("geo-alt", "warga"))) for one in places]


@dataclass(frozen=True)
class PlaceFilter:
    """What the address asks of the list of places; every chip is a small change of it."""

    q: str = ""
    kind: str = ""
    area: Area | None = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [("q", self.q), ("jenis", self.kind), ("wilayah", self.area.slug if self.area else "")]
        return [(name, value) for name, value in pairs if value]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Everything but the words, for the hidden fields of the search form."""
        return [(name, value) for name, value in self.pairs if name != "q"]

    @property
    def kind_label(self) -> str:
        return capfirst(str(KINDS(self.kind).label)) if self.kind else ""

    @property
    def heading(self) -> str:
        if self.kind and self.area:
            return _("%(kind)s in %(area)s") % {"kind": self.kind_label, "area": self.area.long_name}
        if self.area:
            return _("Places in %(area)s") % {"area": self.area.long_name}
        return self.kind_label or _("Places")

    def chip(self, label: str, is_on: bool, **change: object) -> Chip:
        pairs = replace(self, **change).pairs  # type: ignore[arg-type]
        address = reverse("services:place_list")
        return Chip(label, f"{address}?{urlencode(pairs)}" if pairs else address, is_on)


def filter_of(request: HttpRequest, areas: list[Area]) -> PlaceFilter:
    """Reads the address; a kind or an area nobody knows is 404, not a silent “everything”."""
    kind, slug = request.GET.get("jenis", ""), request.GET.get("wilayah", "")
    if kind and kind not in KINDS.values:
        raise Http404(_("This filter does not exist."))
    area = next((one for one in areas if one.slug == slug), None)
    if slug and area is None:
        area = get_object_or_404(Area, slug=slug)
    return PlaceFilter(q=request.GET.get("q", "").strip()[:MAX_QUERY], kind=kind, area=area)


def areas_to_choose() -> list[Area]:
    """Districts; where there is only one, its villages that have a place."""
    districts = list(Area.objects.filter(level=Area.Level.DISTRICT)[:MOST_PARTS])
    if len(districts) > 1:
        return districts
    return list(
        Area.objects.filter(level=Area.Level.VILLAGE, locations__isnull=False).distinct()[:MOST_PARTS]
    )


@require_safe
@public_page("q", "jenis", "wilayah", "hal")
def place_list(request: HttpRequest) -> HttpResponse:
    areas = areas_to_choose()
    asked = filter_of(request, areas)
    places = Location.objects.select_related("area")
    if asked.area:
        places = places.in_area(asked.area)
    if asked.q:
        places = places.matching(asked.q, synonyms())
    counts = dict(places.order_by().values_list("kind").annotate(n=Count("pk")))
    if asked.kind:
        places = places.filter(kind=asked.kind)
    page_obj = list_page(request, places)
    kinds = [
        asked.chip(
            _("%(kind)s: %(n)s") % {"kind": capfirst(str(KINDS(kind).label)), "n": n},
            kind == asked.kind,
            kind="" if kind == asked.kind else kind,
        )
        for kind, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    context = {
        "asked": asked,
        "kinds": kinds,
        "areas": [
            asked.chip(one.long_name, one == asked.area, area=None if one == asked.area else one)
            for one in areas
        ],
        "clear_url": reverse("services:place_list"),
        "page_obj": page_obj,
        "rows": rows_of(page_obj.rows),
        "near": rows_of(Location.objects.near_names(asked.q)) if asked.q and not page_obj.count else [],
    }
    return render(request, "services/place_list.html", context)


@require_safe
@public_page("hal")
def place(request: HttpRequest, slug: str) -> HttpResponse:
    location = get_object_or_404(Location.objects.select_related(UPWARDS, "organization"), slug=slug)
    services = Service.objects.published().filter(pk__in=location.counters.values("service"))
    at = timezone.now()
    context = {
        "place": location,
        "notices": notices_about(location, at),
        "is_school": location.kind in SCHOOLS,
        "opening": opening_of_place(location, at),
        "page_obj": list_page(request, with_card(services)),
    }
    return render(request, "services/place_detail.html", context)


@require_safe
@public_page("hal")
def organization_list(request: HttpRequest) -> HttpResponse:
    published = Q(services__status=Service.Status.PUBLISHED)
    organizations = Organization.objects.select_related("parent").annotate(
        service_count=Count("services", filter=published)
    )
    return render(request, "services/organization_list.html", {"page_obj": list_page(request, organizations)})


@require_safe
@public_page("hal")
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Organization.objects.select_related("parent", UPWARDS), slug=slug)
    services = with_card(Service.objects.published().filter(organization=one))
    places = list(one.locations.select_related("area")[: BESIDE + 1])
    context = {
        "organization": one,
        "units": list(one.units.all()[:MOST_PARTS]),
        "rows": rows_of(places[:BESIDE]),
        "has_more_places": len(places) > BESIDE,
        "page_obj": list_page(request, services),
    }
    return render(request, "services/organization_detail.html", context)


@dataclass(frozen=True)
class Branch:
    """An area with what lies in it."""

    area: Area
    parts: list["Branch"] = field(default_factory=list)

    @property
    def is_district(self) -> bool:
        return self.area.level == Area.Level.DISTRICT


def tree_of(areas: Iterable[Area]) -> list[Branch]:
    """Areas under the area they are part of; one whose upper area is not given stands at the top."""
    branches = {area.pk: Branch(area) for area in areas}
    top: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.area.parent_id or 0)
        (above.parts if above else top).append(branch)
    return top


@require_safe
@public_page()
def area_list(request: HttpRequest) -> HttpResponse:
    """The tree of areas down to villages; RW and RT live on the page of their village."""
    upper = Area.objects.exclude(level__in=(Area.Level.VILLAGE, Area.Level.RW, Area.Level.RT))
    villages = list(Area.objects.filter(level=Area.Level.VILLAGE)[: MOST_VILLAGES + 1])
    shown = villages if len(villages) <= MOST_VILLAGES else []
    context = {"tree": tree_of([*upper[: 2 * MOST_PARTS], *shown]), "is_long": len(villages) > BESIDE}
    return render(request, "services/area_list.html", context)


@require_safe
@public_page("hal")
def area(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Area.objects.select_related("parent__parent"), slug=slug)
    page_obj = list_page(request, Location.objects.in_area(one).select_related("area"))
    services_url = f"{reverse('services:list')}?{urlencode({'wilayah': one.slug})}"
    context = {
        "area": one,
        "parts": list(one.children.all()[:MOST_PARTS]),
        "page_obj": page_obj,
        "rows": rows_of(page_obj.rows),
        # The catalogue knows only areas in which a counter stands.
        "services_url": services_url if one.slug in facets().areas else "",
    }
    return render(request, "services/area_detail.html", context)
