"""The data sets of what is going on: activities of outreach, and news."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models import Event
from outreach.models.deciding import Decision
from portal.open_data.catalogue import ADDRESS, joined, page_of
from portal.open_data.dataset import Dataset, Row, column
from services.models import News

EVENT_COLUMNS = (
    column("slug", "text!", _("address word of the activity, unique here")),
    column("title", "text!", _("title")),
    column("title_en", "text", _("title in English")),
    column("kind", "text!", _("what kind of activity it is"), Event.Kind),
    column("participation_level", "text!", _("how much of a say residents have (IAP2)"), Event.Level),
    column("status", "text!", _("what the office has decided"), Decision),
    column("status_reason", "text", _("why it was cancelled or put off")),
    column("starts_at", "moment!", _("when it begins")),
    column("ends_at", "moment!", _("when it ends")),
    column("summary", "text", _("what residents gain by coming")),
    column("organization", "text!", _("unit in charge")),
    column("campaign", "text", _("address word of the campaign it belongs to")),
    column("topic", "text", _("topic")),
    column("services", "text", _("codes of the services it is about, separated by |")),
    column("audiences", "text", _("for whom, separated by |")),
    column("areas", "text", _("for which areas, separated by |")),
    column("place", "text", _("where it is, in words")),
    column("place_slug", "text", _("address word of the place, where it is one of the places")),
    column("is_online", "boolean!", _("whether one can join online")),
    column("fee", "text", _("cost in words; empty means nobody has said")),
    column("takes_registrations", "boolean!", _("whether one can register")),
    column("capacity", "integer", _("places; empty: as many as come")),
    column("step_free", "boolean", _("wheelchairs get in; empty means nobody has said")),
    column("interpreter", "boolean", _("sign language interpreter; empty means nobody has said")),
    column("child_care", "boolean", _("somebody minds the children; empty means nobody has said")),
    column("is_example", "boolean!", _("true: made up to show the page")),
    column("url", "address!", ADDRESS),
)


def moment(at: datetime | None) -> str | None:
    return None if at is None else timezone.localtime(at).isoformat(timespec="seconds")


def public_events(at: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = Event.objects.public().select_related("unit", "campaign", "category", "location")
    return rows.prefetch_related("services", "audiences", "areas")


def event_row(event: Event) -> Row:
    # Of a campaign or service nobody has published yet not even the name is told.
    campaign = event.campaign if event.campaign and event.campaign.published_at else None
    return {
        "slug": event.slug,
        "title": event.title,
        "title_en": event.title_en,
        "kind": event.kind,
        "participation_level": event.level,
        "status": event.decision,
        "status_reason": event.decision_reason,
        "starts_at": moment(event.starts_at),
        "ends_at": moment(event.ends_at),
        "summary": event.summary,
        "organization": event.unit.name,
        "campaign": campaign.slug if campaign else "",
        "topic": event.category.name if event.category else "",
        "services": joined(
            sorted(one.code for one in event.services.all() if one.status == one.Status.PUBLISHED)
        ),
        "audiences": joined(sorted(one.name for one in event.audiences.all())),
        "areas": joined(sorted(one.long_name for one in event.areas.all())),
        "place": event.place,
        "place_slug": event.location.slug if event.location else "",
        "is_online": bool(event.online_url),
        "fee": event.fee_words,
        "takes_registrations": event.takes_registrations,
        "capacity": event.capacity,
        "step_free": event.has_step_free_access,
        "interpreter": event.has_interpreter,
        "child_care": event.has_child_care,
        "is_example": event.is_example,
        "url": page_of(event),
    }


EVENTS = Dataset(
    "events",
    _("Activities"),
    _("Meetings, seminars, trainings and consultations, past and coming, cancelled ones too."),
    EVENT_COLUMNS,
    query=public_events,
    row=event_row,
    page="outreach:events",
    keywords=("kegiatan", "sosialisasi", "partisipasi", "konsultasi publik"),
)

# News ------------------------------------------------------------

NEWS_COLUMNS = (
    column("slug", "text!", _("address word of the item, unique here")),
    column("kind", "text!", _("what kind of news it is"), News.Kind),
    column("title", "text!", _("title")),
    column("title_en", "text", _("title in English")),
    column("text", "text!", _("text")),
    column("text_en", "text", _("text in English")),
    column("shown_from", "moment!", _("from when it holds")),
    column("shown_until", "moment", _("until when it holds; empty: until it is withdrawn")),
    column("organization", "text!", _("unit in charge")),
    column("topic", "text", _("topic")),
    column("service", "text", _("code of the service it is about")),
    column("place", "text", _("address word of the place it is about")),
    column("areas", "text", _("for which areas, separated by |")),
    column("is_example", "boolean!", _("true: made up to show the page")),
    column("url", "address!", ADDRESS),
)


def told_news(at: datetime) -> QuerySet[Any]:
    """What has been told, also when it no longer holds; what is to be told later is not told here before."""
    rows: QuerySet[Any] = News.objects.published().filter(shown_from__lte=at)
    return rows.select_related("unit", "category", "service", "location").prefetch_related("areas")


def news_row(news: News) -> Row:
    service = news.service if news.service and news.service.status == news.service.Status.PUBLISHED else None
    return {
        "slug": news.slug,
        "kind": news.kind,
        "title": news.title,
        "title_en": news.title_en,
        "text": news.text,
        "text_en": news.text_en,
        "shown_from": moment(news.shown_from),
        "shown_until": moment(news.shown_until),
        "organization": news.unit.name,
        "topic": news.category.name if news.category else "",
        "service": service.code if service else "",
        "place": news.location.slug if news.location else "",
        "areas": joined(sorted(one.long_name for one in news.areas.all())),
        "is_example": news.is_example,
        "url": page_of(news),
    }


NEWS = Dataset(
    "news",
    _("News"),
    _("Closed counters, changed hours, emergencies and other news, since they were told."),
    NEWS_COLUMNS,
    query=told_news,
    row=news_row,
    page="services:news_list",
    follows_the_clock=True,
    keywords=("pengumuman", "kabar", "keadaan darurat"),
)
