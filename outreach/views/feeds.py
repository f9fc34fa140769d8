"""Activities for programs: one entry for a calendar, a calendar to subscribe to, a feed of news."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.agenda import asked_of
from outreach.calendar_file import CONTENT_TYPE, calendar_file, summary
from outreach.models import Event
from outreach.views.event import public_event
from portal.shared.atom import Entry
from portal.shared.atom import feed as feed_of_news
from portal.shared.public_pages import public_page
from portal.shared.templatetags.indonesia import clock, long_date
from services.facets import profile

# What is over stays a season in the calendars that hold it, so that late cancellations reach them.
KEPT_FOR = timedelta(days=90)
MOST_ENTRIES, MOST_NEWS = 5_000, 30
BATCH = 500
ENTRY_FIELDS = (
    *("slug", "title", "title_en", "summary", "starts_at", "ends_at", "place_words", "online_url"),
    *("decision", "decision_reason", "sequence", "changed_at", "published_at", "category__name"),
    *("category__name_en", "location__name", "location__address", "location__latitude"),
    "location__longitude",
)
NEWS_FIELDS = (
    *("slug", "title", "title_en", "summary", "starts_at", "place_words", "location__name", "unit__name"),
    *("decision", "decision_reason", "changed_at", "published_at"),
)


def name_of_portal() -> str:
    portal = profile()
    return portal.name if portal else "Balai Warga"


def name_of_calendar() -> str:
    return _("Activities of %(name)s") % {"name": name_of_portal()}


@require_safe
@public_page()
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    event = public_event(slug)
    return file_of([event], f"{event.slug[:60]}.ics")


@require_safe
@public_page("topik", "untuk", "rw", "layanan", max_age=900)
def feed(request: HttpRequest) -> HttpResponse:
    """A calendar to subscribe to, with the filters of the agenda.

    The rows run through and are forgotten; only the bytes are kept, for everybody who asks within the quarter of an
    hour.
    """
    events = asked_of(request).of(Event.objects.public().filter(ends_at__gt=timezone.now() - KEPT_FOR))
    entries = events.select_related("location", "category").only(*ENTRY_FIELDS)
    rows = entries.order_by("starts_at", "pk")[:MOST_ENTRIES]
    return file_of(rows.iterator(chunk_size=BATCH), "kegiatan.ics")


def file_of(events: object, name: str) -> HttpResponse:
    pieces = calendar_file(events, name_of_calendar())  # type: ignore[arg-type]
    response = HttpResponse((piece.encode() for piece in pieces), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@public_page()
def atom(request: HttpRequest) -> HttpResponse:
    """The activities published or changed last, for readers of news."""
    events = Event.objects.public().annotate(news_at=Coalesce("changed_at", "published_at"))
    told = events.select_related("location", "unit").only(*NEWS_FIELDS)
    return feed_of_news(
        address=settings.SITE_URL + reverse("outreach:atom"),
        page=settings.SITE_URL + reverse("outreach:events"),
        title=name_of_calendar(),
        author=name_of_portal(),
        entries=[entry_of(event) for event in told.order_by("-news_at", "-pk")[:MOST_NEWS]],
    )


def entry_of(event: Any) -> Entry:
    """Of an activity with the moment it was last told of, `news_at`."""
    return Entry(
        address=settings.SITE_URL + event.get_absolute_url(),
        title=summary(event),
        author=event.unit.name,
        summary=words_of(event),
        published_at=event.published_at,
        updated_at=event.news_at,
    )


def words_of(event: Event) -> str:
    when = f"{long_date(event.starts_at)}, {clock(event.starts_at)}"
    return "\n".join(filter(None, [event.decision_reason, when, event.place, event.summary]))
