"""Template tags of the look: icons, and text that a page says twice."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SPRITE = "icons.svg"


@cache
def sprite_address() -> str:
    """Looked up once: a page shows some sixty icons and the address changes only with a new release."""
    return static(SPRITE)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw ``name`` from the sprite; hidden from readers, because an icon always stands beside its word."""
    return format_html(
        '<svg class="i" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>',
        sprite_address(),
        name,
    )


@register.simple_block_tag
def said(content: str) -> SafeString:
    """Keep rendered text in a variable, so that a block can be shown both in the title and in the share preview."""
    # Double quotes would end the attribute the text is repeated in; everything else is escaped already.
    return mark_safe(" ".join(content.split()).replace('"', "&quot;"))
