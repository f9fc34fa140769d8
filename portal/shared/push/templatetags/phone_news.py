"""The button “Tell me on this phone”."""

from typing import Any

from django import template

from portal.shared.push import keys

register = template.Library()


@register.inclusion_tag("shared/_phone_news.html", takes_context=True)
def phone_news(context: Any, action: str, opens: str, what: str) -> dict[str, Any]:
    """Stands hidden on the page until its script finds that this phone can be told; nothing where push is off.

    `action` is asked, `opens` is the page a call leads to, `what` says in one sentence what is told.
    """
    return {
        "key": keys.public_key(),
        "action": action,
        "opens": opens,
        "what": what,
        "portal": context.get("portal"),
        "csrf_token": context.get("csrf_token"),
    }
