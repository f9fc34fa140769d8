"""Template tags of what search engines read: data blocks that no browser runs (JSON-LD, schema.org)."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SCHEMA = "https://schema.org"
# Inside a script element only these could end it or be misread; in JSON they may be written by their number.
WRITTEN_OUT = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


@register.simple_tag
def linked_data(document: dict[str, Any] | None) -> SafeString:
    """A data block for the page; nothing where there is nothing to say."""
    if not document:
        return SafeString()
    text = json.dumps({"@context": SCHEMA} | document, ensure_ascii=False, separators=(",", ":"))
    safe = text.translate(WRITTEN_OUT)
    return mark_safe(f'<script type="application/ld+json">{safe}</script>')


@register.simple_tag
def breadcrumb_data(home_url: str, home: str, parent_url: str, parent: str, current: str) -> SafeString:
    """The way to this page, as the breadcrumb shows it; the page itself needs no address."""
    steps = (
        [(home, home_url), (parent, parent_url), (current, "")]
        if parent_url
        else [(home, home_url), (current, "")]
    )
    return linked_data(
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": position, "name": str(name)}
                | ({"item": settings.SITE_URL + url} if url else {})
                for position, (name, url) in enumerate(steps, start=1)
            ],
        }
    )
