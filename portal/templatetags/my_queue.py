from typing import Any

from django import template
from django.utils import timezone

from portal.accounts.roles import ROLE, role_of
from portal.queue import queue_of

register = template.Library()


@register.simple_tag(takes_context=True)
def my_queue(context: Any) -> dict[str, Any]:
    """What waits for whoever reads the page, and which role they have."""
    user = context["request"].user
    piles = list(queue_of(user, timezone.now()))
    return {
        "waiting": [(pile, found) for pile, found in piles if found.count],
        "done": [(pile, found) for pile, found in piles if not found.count],
        "piles": piles,
        "role": ROLE.get(role_of(user)),
    }
