"""One activity: its page before, while and after it takes place, and its entry for a calendar."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.agenda import Row, in_rows, places_words, rows_of
from outreach.attending import came
from outreach.channels import FROM, way_of
from outreach.models import Event, EventRating
from outreach.models.deciding import Phase
from outreach.share_images import addresses_of
from portal.shared.public_pages import public_page
from portal.shared.suppression import SMALLEST_GROUP
from portal.shared.templatetags.indonesia import long_date
from portal.shared.whatsapp import share_link
from services.facets import profile
from services.share_drawing import WIDE

OTHER_DATES = 5
SAID_SHOWN = 6
ON_ITS_PAGE = (
    *("agenda", "speakers__organization", "remote_sites__location", "audiences", "areas", "services"),
    *("partnerships__organization", "photos", "documents", "commitments__unit"),
)


def public_event(slug: str, *rows: str) -> Event:
    """An activity with a page, and these rows of it; drafts have none."""
    related = ("location__area__parent", "unit", "campaign", "series", "category", "minutes")
    events = Event.objects.public().select_related(*related).prefetch_related(*rows)
    event: Event = get_object_or_404(events, slug=slug)
    return event


def words_to_share(event: Event) -> str:
    """A message that says all one has to know, because it travels without its page."""
    when = f"{long_date(event.starts_at)}, {Row(event, event.starts_at).hours}"
    called_off = {"cancelled": _("Cancelled: %s"), "postponed": _("Postponed: %s")}.get(event.decision)
    lines = [
        called_off % event.decision_reason if called_off else "",
        event.label,
        when,
        event.place or _("online"),
        event.fee_words,
        settings.SITE_URL + event.get_absolute_url(),
    ]
    return "\n".join(filter(None, lines))


def page_of(event: Event, at: datetime, channel: str, portal: Any) -> dict[str, Any]:
    """What the page of an activity tells at a moment."""
    phase = event.phase(at)
    minutes = getattr(event, "minutes", None)
    return {
        "event": event,
        "row": Row(event, at, channel),
        "at": at,
        "phase": phase,
        "is_ahead": phase in (Phase.COMING, Phase.NOW),
        "is_over": phase == Phase.OVER,
        "is_registration_open": event.is_registration_open(at),
        "places": places_words(event, at),
        "zone": timezone.localtime(event.starts_at).tzname(),
        "channel": channel,
        "from_query": f"?{FROM}={channel}" if channel else "",
        "share_url": share_link(words_to_share(event)),
        "minutes": minutes if minutes and minutes.published_at else None,
        "documents": [one for one in event.documents.all() if one.is_public],
        "commitments": [one for one in event.commitments.all() if one.published_at],
        "services": [one for one in event.services.all() if one.status == one.Status.PUBLISHED],
        "campaign": event.campaign if event.campaign and event.campaign.is_published else None,
        "other_dates": other_dates(event, at, channel),
        "is_rated": EventRating.is_asked(event, at),
        "came": came(event) if phase == Phase.OVER else None,
        "smallest": SMALLEST_GROUP,
        "said": said_about(event) if phase == Phase.OVER else [],
        "share_image_url": addresses_of(event, portal)[WIDE.key] if portal else "",
        "today": timezone.localdate(at),
    }


def said_about(event: Event) -> list[str]:
    """What people wrote afterwards and somebody of the office has shown, the newest first."""
    return list(EventRating.objects.of(event).released().values_list("released_text", flat=True)[:SAID_SHOWN])


def other_dates(event: Event, at: datetime, channel: str) -> list[Row]:
    """When else it takes place, where it comes back."""
    if event.series is None:
        return []
    others = Event.objects.coming(at).filter(series=event.series).exclude(pk=event.pk)
    return rows_of(in_rows(others.order_by("starts_at", "pk"))[:OTHER_DATES], at, channel)


@require_safe
@public_page(FROM)
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    event, at = public_event(slug, *ON_ITS_PAGE), timezone.now()
    context = page_of(event, at, way_of(request.GET.get(FROM)), profile())
    context["description"] = f"{date_format(timezone.localtime(event.starts_at), 'j F Y')}. {event.summary}"
    return render(request, "outreach/event_detail.html", context)
