"""Places, the organizations behind them, and the areas they lie in."""

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.facets import synonyms
from services.models import Area, Location, Organization, Service
from services.views.catalogue import MAX_QUERY, with_card
from services.visiting import opening_of_place


@require_safe
@public_page("q", "jenis", "wilayah", "hal")
def place_list(request: HttpRequest) -> HttpResponse:
    asked_kind, q = request.GET.get("jenis", ""), request.GET.get("q", "").strip()[:MAX_QUERY]
    area = get_object_or_404(Area, slug=request.GET["wilayah"]) if request.GET.get("wilayah") else None
    places = Location.objects.select_related("area")
    if asked_kind:
        if asked_kind not in Location.Kind.values:
            raise Http404(_("This filter does not exist."))
        places = places.filter(kind=asked_kind)
    if area:
        places = places.in_area(area)
    if q:
        places = places.matching(q, synonyms())
    counts = Location.objects.order_by().values_list("kind").annotate(n=Count("pk"))
    context = {
        "q": q,
        "kinds": [(kind, Location.Kind(kind).label, n) for kind, n in sorted(counts, key=lambda pair: -pair[1])],
        "asked_kind": asked_kind,
        "area": area,
        "areas": list(Area.objects.filter(level=Area.Level.DISTRICT)),
        "page_obj": list_page(request, places),
        "filters": [(key, value) for key, value in (("jenis", asked_kind), ("wilayah", area and area.slug)) if value],
    }
    return render(request, "services/place_list.html", context)


@require_safe
@public_page()
def place(request: HttpRequest, slug: str) -> HttpResponse:
    location = get_object_or_404(Location.objects.select_related("area__parent", "organization"), slug=slug)
    services = Service.objects.published().filter(counters__location=location).distinct()
    context = {
        "place": location,
        "opening": opening_of_place(location, timezone.now()),
        "services": list(with_card(services)[:20]),
    }
    return render(request, "services/place_detail.html", context)


@require_safe
@public_page("hal")
def organization_list(request: HttpRequest) -> HttpResponse:
    organizations = Organization.objects.select_related("parent").annotate(service_count=Count("services"))
    return render(request, "services/organization_list.html", {"page_obj": list_page(request, organizations)})


@require_safe
@public_page("hal")
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Organization.objects.select_related("parent", "area"), slug=slug)
    services = with_card(Service.objects.published().filter(organization=one))
    context = {
        "organization": one,
        "units": list(one.units.all()[:50]),
        "places": list(one.locations.select_related("area")[:20]),
        "page_obj": list_page(request, services),
    }
    return render(request, "services/organization_detail.html", context)


@require_safe
@public_page()
def area_list(request: HttpRequest) -> HttpResponse:
    """The tree of areas from city or regency down to villages; RW and RT live on the page of their village."""
    areas = list(Area.objects.exclude(level__in=(Area.Level.RW, Area.Level.RT)).order_by("level", "name"))
    children: dict[int | None, list[Area]] = {}
    for area in areas:
        children.setdefault(area.parent_id, []).append(area)
    known = {area.pk for area in areas}
    roots = [area for area in areas if area.parent_id not in known]
    tree = [(root, [(child, children.get(child.pk, [])) for child in children.get(root.pk, [])]) for root in roots]
    return render(request, "services/area_list.html", {"tree": tree})


@require_safe
@public_page("hal")
def area(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Area.objects.select_related("parent__parent"), slug=slug)
    places = Location.objects.in_area(one).select_related("area")
    context = {
        "area": one,
        "children": list(one.children.annotate(place_count=Count("locations"))),
        "page_obj": list_page(request, places),
    }
    return render(request, "services/area_detail.html", context)
