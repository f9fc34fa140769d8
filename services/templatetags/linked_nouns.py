"""Template tags that describe our nouns in the words of schema.org."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from portal.shared.templatetags.linked import linked_data
from services import linked_data as described
from services.facets import profile
from services.models import Location, Organization, Service
from services.visiting import Opening, Point, closed_days

register = template.Library()


@register.simple_tag
def service_data(service: Service, points: Sequence[Point]) -> SafeString:
    """The service for search engines; a draft in its preview is none of theirs."""
    if service.status != Service.Status.PUBLISHED:
        return SafeString()
    portal = profile()
    everywhere = portal.area if portal else None
    return linked_data(described.service(service, points, everywhere, closed_days(), timezone.localdate()))


@register.simple_tag
def place_data(place: Location, opening: Opening) -> SafeString:
    return linked_data(described.whole_place(place, opening.hours, closed_days(), timezone.localdate()))


@register.simple_tag
def organization_data(organization: Organization) -> SafeString:
    document: dict[str, Any] = described.organization(organization)
    return linked_data(document)
