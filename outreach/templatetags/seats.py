"""Places left, in words."""

from django import template

from outreach.models import Event
from outreach.seats_words import Seats, seats_of

register = template.Library()


@register.simple_tag
def seats_left(event: Event) -> Seats:
    return seats_of(event.capacity, event.taken)
