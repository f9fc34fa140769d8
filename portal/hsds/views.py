"""The reading addresses of the HSDS API: pages of at most a hundred, one object by its identifier."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.hsds import identifiers, objects
from portal.shared.public_pages import public_page
from services.facets import synonyms
from services.models import Category, Location, Organization, Service, ServiceAtLocation

VERSION = "3.0"
PUBLISHED = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json"
PER_PAGE, MOST_PER_PAGE, DEEPEST_PAGE = 50, 100, 100_000
PAGING = ("page", "per_page")
# What the specification knows and we cannot answer; ignoring it would answer another question.
UNANSWERED = ("modified_after", "taxonomy_id", "postcode", "proximity", "minimal", "format")

Object = dict[str, Any]


class Refused(Exception):
    """Why a question cannot be answered, with its status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def answer(document: Any, status: int = 200) -> HttpResponse:
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1}, status=status)
    # Anyone's page may read the catalogue: it is public and carries no credentials.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def asked(*known: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A public address of the API; a question it does not understand is answered in JSON too."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
            try:
                refuse_unanswered(request)
                return answer(view(request, **arguments))
            except Refused as refusal:
                return answer({"error": str(refusal)}, refusal.status)

        answered.__module__, answered.__qualname__ = view.__module__, view.__qualname__
        answered.__name__ = view.__name__
        return require_safe(public_page(*known, *UNANSWERED)(answered))

    return decorate


def refuse_unanswered(request: HttpRequest) -> None:
    for name in UNANSWERED:
        if request.GET.get(name):
            raise Refused(_("This portal cannot answer “%(name)s”. Leave it out.") % {"name": name})


# Pages ------------------------------------------------------------


def number(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= most):
        raise Refused(
            _("“%(name)s” is a whole number from 1 to %(most)s.") % {"name": name, "most": most},
        )
    return int(text)


def page(
    request: HttpRequest, rows: QuerySet[Any] | list[Any], shown: Callable[[Any], Object], total: int
) -> Object:
    """One page in the shape of the specification; one beyond the last is 404."""
    size = number(request, "per_page", PER_PAGE, MOST_PER_PAGE)
    current = number(request, "page", 1, DEEPEST_PAGE)
    pages = max(1, -(-total // size))
    if current > pages:
        raise Refused(_("There are only %(pages)s pages.") % {"pages": pages}, 404)
    contents = [shown(row) for row in rows[(current - 1) * size : current * size]]
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": current,
        "size": len(contents),
        "first_page": current == 1,
        "last_page": current == pages,
        "empty": not contents,
        "contents": contents,
    }


def yes(request: HttpRequest, name: str) -> bool:
    value = request.GET.get(name) or "false"
    if value not in {"true", "false"}:
        raise Refused(_("“%(name)s” is true or false.") % {"name": name})
    return value == "true"


def given(request: HttpRequest, name: str) -> UUID | None:
    return uuid_of(request.GET[name], name) if request.GET.get(name) else None


def uuid_of(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused(_("“%(name)s” is a UUID.") % {"name": name}) from None


def not_here() -> Refused:
    return Refused(_("There is nothing with this identifier."), 404)


# Services ------------------------------------------------------------


def whole_location(rows: QuerySet[Any], prefix: str = "") -> QuerySet[Any]:
    area = f"{prefix}area__parent__parent__parent__parent"
    return rows.select_related(f"{prefix}organization", area)


def counters_with_places() -> QuerySet[ServiceAtLocation]:
    rows = whole_location(ServiceAtLocation.objects.select_related("service", "location"), "location__")
    return rows.prefetch_related("hours", "location__hours")


def services(*, is_whole: bool) -> QuerySet[Any]:
    rows = Service.objects.published().select_related("category__parent", "organization__parent")
    rows = rows.prefetch_related("steps", "audiences")
    if not is_whole:
        return rows.prefetch_related("channels")
    counters = Prefetch("counters", counters_with_places())
    return rows.prefetch_related("channels__hours", "requirements", "areas", counters)


@asked(*PAGING, "search", "organization_id", "taxonomy_term_id", "full")
def service_list(request: HttpRequest) -> Object:
    is_whole = yes(request, "full")
    rows = services(is_whole=is_whole)
    rows = narrowed(request, rows)
    if text := request.GET.get("search", "").strip():
        rows = rows.matching(text, synonyms())
        total = rows.hits.count
    else:
        rows = rows.order_by("pk")
        total = rows.count()
    today = timezone.localdate()
    shown = objects.service_whole if is_whole else objects.service_summary
    return page(request, rows, lambda one: shown(one, today), total)


def narrowed(request: HttpRequest, rows: Any) -> Any:
    """By organization or by term; one nobody knows is 404, not a silent “everything”."""
    if organization := given(request, "organization_id"):
        key = identifiers.organizations_by_identifier().get(organization)
        if key is None:
            raise not_here()
        rows = rows.filter(organization=key)
    if asked_term := given(request, "taxonomy_term_id"):
        noun = identifiers.terms_by_identifier().get(asked_term)
        if noun is None:
            raise not_here()
        rows = rows.in_category(noun) if isinstance(noun, Category) else rows.for_audience(noun)
    return rows


@asked()
def service(request: HttpRequest, identifier: UUID) -> Object:
    key = identifiers.services_by_identifier().get(identifier)
    one = services(is_whole=True).filter(pk=key).first() if key else None
    if one is None:
        raise not_here()
    return objects.service_whole(one, timezone.localdate())


@asked(*PAGING, "organization_id", "taxonomy_term_id", "full")
def counter_list(request: HttpRequest) -> Object:
    is_whole = yes(request, "full")
    found = identifiers.published_counters()
    if request.GET.get("organization_id") or request.GET.get("taxonomy_term_id"):
        of_services = narrowed(request, Service.objects.published())
        found = found.filter(service__in=of_services.order_by().values("pk"))
    total = found.count()
    if is_whole:
        rows = counters_with_places().filter(pk__in=found.values("pk")).order_by("pk")
    else:
        rows = found.select_related("service", "location")
    return page(request, rows, counter_whole if is_whole else counter_summary, total)


def counter_summary(counter: ServiceAtLocation) -> Object:
    return objects.counter_summary(counter, counter.service.code)


def counter_whole(counter: ServiceAtLocation) -> Object:
    return objects.counter_whole(counter, counter.service)


@asked()
def counter(request: HttpRequest, identifier: UUID) -> Object:
    key = identifiers.counters_by_identifier().get(identifier)
    one = counters_with_places().filter(pk=key).first() if key else None
    if one is None:
        raise not_here()
    return counter_whole(one)


# Organizations ------------------------------------------------------------


def organizations(*, is_whole: bool) -> QuerySet[Any]:
    rows: QuerySet[Any] = Organization.objects.select_related("parent")
    if is_whole:
        places = Prefetch("locations", whole_location(Location.objects.prefetch_related("hours")))
        rows = rows.prefetch_related(places)
    return rows


@asked(*PAGING, "search", "full")
def organization_list(request: HttpRequest) -> Object:
    is_whole = yes(request, "full")
    rows: Any = organizations(is_whole=is_whole)
    if text := request.GET.get("search", "").strip():
        rows = rows.matching(text, synonyms())
        total = rows.hits.count
    else:
        rows = rows.order_by("pk")
        total = rows.count()
    return page(
        request, rows, objects.organization_whole if is_whole else objects.organization_summary, total
    )


@asked()
def organization(request: HttpRequest, identifier: UUID) -> Object:
    key = identifiers.organizations_by_identifier().get(identifier)
    one = organizations(is_whole=True).filter(pk=key).first() if key else None
    if one is None:
        raise not_here()
    return objects.organization_whole(one)


# Terms ------------------------------------------------------------


@asked(*PAGING)
def taxonomy_list(request: HttpRequest) -> Object:
    kinds = list(objects.TAXONOMIES)
    return page(request, kinds, objects.taxonomy, len(kinds))


@asked()
def taxonomy(request: HttpRequest, identifier: UUID) -> Object:
    return one_of((objects.taxonomy(kind) for kind in objects.TAXONOMIES), identifier)


def every_term() -> list[Object]:
    terms = [objects.term(noun) for noun in identifiers.terms_by_identifier().values()]
    return [*terms, *objects.provenance_terms()]


@asked(*PAGING, "parent_id", "top_only")
def term_list(request: HttpRequest) -> Object:
    terms = every_term()
    if parent := given(request, "parent_id"):
        terms = [one for one in terms if one.get("parent_id") == str(parent)]
    if yes(request, "top_only"):
        terms = [one for one in terms if "parent_id" not in one]
    return page(request, terms, lambda one: one, len(terms))


@asked()
def term(request: HttpRequest, identifier: UUID) -> Object:
    return one_of(every_term(), identifier)


def one_of(found: Iterable[Object], identifier: UUID) -> Object:
    one = next((one for one in found if one["id"] == str(identifier)), None)
    if one is None:
        raise not_here()
    return one


@asked()
def about(request: HttpRequest) -> Object:
    return {"version": VERSION, "profile": objects.data_url(), "openapi_url": PUBLISHED}


urlpatterns = [
    path("", about, name="hsds"),
    path("services", service_list, name="hsds_services"),
    path("services/<uuid:identifier>", service, name="hsds_service"),
    path("organizations", organization_list, name="hsds_organizations"),
    path("organizations/<uuid:identifier>", organization, name="hsds_organization"),
    path("service_at_locations", counter_list, name="hsds_counters"),
    path("service_at_locations/<uuid:identifier>", counter, name="hsds_counter"),
    path("taxonomies", taxonomy_list, name="hsds_taxonomies"),
    path("taxonomies/<uuid:identifier>", taxonomy, name="hsds_taxonomy"),
    path("taxonomy_terms", term_list, name="hsds_terms"),
    path("taxonomy_terms/<uuid:identifier>", term, name="hsds_term"),
]
