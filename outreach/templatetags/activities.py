"""What pages show of activities, also the pages of other rooms: the next ones, promises, photos, access."""

from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from outreach import linked_data as described
from outreach.agenda import Row, in_rows, rows_of
from outreach.channels import channel_of
from outreach.models import Commitment, Event, EventPhoto
from portal.shared import pictures
from portal.shared.templatetags.linked import linked_data

register = template.Library()

NEXT, PROMISES = 3, 3


@register.simple_tag
def next_activities() -> list[Row]:
    """The three that come next, for the home page."""
    at = timezone.now()
    return rows_of(in_rows(Event.objects.coming(at).order_by("starts_at", "pk"))[:NEXT], at)


@register.simple_tag
def activities_about(service: Any, heard_from: str = "") -> list[Row]:
    at = timezone.now()
    events = Event.objects.coming(at).about(service).order_by("starts_at", "pk")
    return rows_of(in_rows(events)[:NEXT], at, channel_of(heard_from))


@register.simple_tag
def open_promises(service: Any) -> list[Commitment]:
    promises = Commitment.objects.published().open().filter(service=service)
    return list(promises.select_related("unit", "event", "campaign", "service")[:PROMISES])


@register.simple_tag
def activities_at(place: Any) -> list[Row]:
    at = timezone.now()
    return rows_of(in_rows(Event.objects.coming(at).filter(location=place))[:NEXT], at)


@register.simple_tag
def activities_of(unit: Any) -> list[Row]:
    at = timezone.now()
    return rows_of(in_rows(Event.objects.coming(at).filter(unit=unit))[:NEXT], at)


@register.simple_tag
def today_here() -> date:
    return timezone.localdate()


@register.filter
def is_late(promise: Commitment, today: date) -> bool:
    return promise.is_overdue(today)


@register.filter
def say(event: Event) -> str:
    """How much of a say residents have, in a sentence each, so that nobody expects a vote where there is none."""
    return {
        Event.Level.INFORM: _("We explain, and answer your questions."),
        Event.Level.CONSULT: _("We listen to you before we decide, and tell you what we decided and why."),
        Event.Level.INVOLVE: _("We work it out with you; your wishes go into what is decided."),
        Event.Level.COLLABORATE: _(
            "We look for the answer together, and decide it together as far as we can."
        ),
        Event.Level.EMPOWER: _("You decide, and we carry it out."),
    }[Event.Level(event.level)]


@register.filter
def access_points(event: Event) -> list[tuple[str, bool | None]]:
    """Each point of access with yes, no or unknown; in words where it takes place online only."""
    points = [
        (_("Wheelchairs get in"), event.has_step_free_access),
        (_("Sign language interpreter"), event.has_interpreter),
        (_("Somebody minds the children"), event.has_child_care),
    ]
    return points if event.place else points[1:2]


@register.filter
def shown_size(photo: EventPhoto) -> tuple[int, int]:
    return pictures.fitted((photo.width, photo.height), pictures.SHOWN_SIDE)


@register.simple_tag
def photo_url(photo: EventPhoto, kind: str) -> str:
    stem = str(photo.file.name).rpartition("/")[2].removesuffix(".jpg")
    return reverse(f"outreach:event_photo_{kind}", args=[stem])


@register.simple_tag
def event_data(event: Event) -> SafeString:
    """The activity for search engines."""
    return linked_data(described.event(event))
