"""Numbers of surveys as people write them here: with a decimal comma."""

from decimal import Decimal

from django import template

from portal.shared.templatetags.indonesia import is_english

register = template.Library()


@register.filter
def decimal(value: Decimal | None) -> str:
    """Every digit it has: 91.48 → "91,48", in English "91.48"; nothing for nothing."""
    if value is None:
        return ""
    return f"{value:f}" if is_english() else f"{value:f}".replace(".", ",")
