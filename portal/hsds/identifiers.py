"""Identifiers in HSDS are UUIDs: made from our own lasting codes, so that they stay when everything is loaded anew."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from portal.shared.memo import per_content_version
from services.models import Audience, Category, Organization, Service, ServiceAtLocation


def identifier(kind: str, *codes: object) -> str:
    """The same for the same code in the same portal, another one in every other portal."""
    return str(uuid5(NAMESPACE_URL, "/".join([settings.SITE_URL, "hsds", kind, *map(str, codes)])))


def service_id(service: Service) -> str:
    return identifier("service", service.code)


def organization_id(organization: Organization) -> str:
    return identifier("organization", organization.slug)


def location_id(slug: str) -> str:
    return identifier("location", slug)


def counter_id(service_code: str, location_slug: str, counter: str) -> str:
    return identifier("service_at_location", service_code, location_slug, counter)


def term_id(kind: str, code: str) -> str:
    return identifier("taxonomy_term", kind, code)


def taxonomy_id(kind: str) -> str:
    return identifier("taxonomy", kind)


def keys_by_identifier(rows: Iterable[Any], of: Callable[[Any], str]) -> dict[UUID, int]:
    """From identifier to primary key; the identifiers are not stored, since they follow from what is."""
    return {UUID(of(row)): row.pk for row in rows}


@per_content_version
def services_by_identifier() -> dict[UUID, int]:
    return keys_by_identifier(Service.objects.published().order_by("pk").only("pk", "code"), service_id)


@per_content_version
def organizations_by_identifier() -> dict[UUID, int]:
    return keys_by_identifier(Organization.objects.order_by("pk").only("pk", "slug"), organization_id)


@per_content_version
def counters_by_identifier() -> dict[UUID, int]:
    counters = published_counters().values_list("pk", "service__code", "location__slug", "counter")
    return {UUID(counter_id(*codes)): pk for pk, *codes in counters}


@per_content_version
def terms_by_identifier() -> dict[UUID, Category | Audience]:
    found: dict[UUID, Category | Audience] = {}
    for category in Category.objects.select_related("parent"):
        found[UUID(term_id("category", category.slug))] = category
    for audience in Audience.objects.all():
        found[UUID(term_id("audience", audience.slug))] = audience
    return found


def published_counters() -> Any:
    return ServiceAtLocation.objects.filter(service__status=Service.Status.PUBLISHED).order_by("pk")
