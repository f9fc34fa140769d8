"""How a post looks on its channel, and what came of it in words."""

import re

from django import template
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from outreach.channels import Channel
from outreach.models import PostVersion
from portal.shared.templatetags.indonesia import is_english

register = template.Library()
BOLD = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])")
TAG = re.compile(r"(<[^>]*>)")


@register.filter
def thousands(number: int) -> str:
    """As “63.206”, in English with a comma."""
    return f"{number:,}" if is_english() else f"{number:,}".replace(",", ".")


@register.filter
def points(shape: str, side: int) -> str:
    """Width (0) or height (1) of a picture's shape."""
    return shape.split("x")[side]


@register.filter
def as_shown(text: str, channel: str) -> SafeString:
    """The text with its links and, on WhatsApp, with what stands between stars in bold."""
    shown = urlize(text, nofollow=True, autoescape=True)
    if channel == Channel.WHATSAPP:
        # Not inside a tag: an address may have stars of its own.
        shown = "".join(
            part if part.startswith("<") else BOLD.sub(r"<b>\1</b>", part) for part in TAG.split(shown)
        )
    return mark_safe(shown)


@register.filter
def result_in_words(version: PostVersion) -> str:
    """What was typed in, joined; what nobody looked up is left out."""
    counted = (
        (version.people_reached, lambda n: ngettext("%(n)s person reached", "%(n)s people reached", n)),
        (version.reactions, lambda n: ngettext("%(n)s like", "%(n)s likes", n)),
        (version.comments, lambda n: ngettext("%(n)s comment", "%(n)s comments", n)),
        (version.shares, lambda n: ngettext("%(n)s share", "%(n)s shares", n)),
    )
    return " · ".join(words(n) % {"n": thousands(n)} for n, words in counted if n is not None)
