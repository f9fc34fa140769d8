"""Template tags that describe our nouns in the words of schema.org."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from portal.shared.templatetags.linked import linked_data
from services import linked_data as described
from services.facets import profile
from services.models import Location, News, Organization, Service
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


@register.simple_tag
def news_data(news: News) -> SafeString:
    """News for search engines; a draft in its preview is none of theirs."""
    return linked_data(described.news(news)) if news.published_at else SafeString()


@register.simple_tag
def answered_data(asked: str, more: str, answer: str) -> SafeString:
    """One question with the office's answer."""
    return linked_data(described.answered([(asked, more, answer)]))


@register.simple_tag
def website_data() -> SafeString:
    portal = profile()
    return linked_data(described.website(portal.name if portal else "Balai Warga", reverse("search")))
