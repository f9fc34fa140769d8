"""What today makes of a noun; the nouns themselves take the time as an argument."""

from typing import Any

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def is_stale(fact: Any) -> bool:
    """Whether its unit confirmed it, but too long ago to be relied on unasked."""
    return bool(fact.is_stale_on(timezone.localdate()))


@register.filter
def closing_words(service: Any) -> str:
    """“Closed through … : why.” while the service is closed for a while; otherwise an empty text."""
    return str(service.closing_words_at(timezone.now()))
