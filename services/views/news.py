"""The notice board: what is told now, what was told before, one notice, and the feed of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.atom import Entry, feed
from portal.shared.memo import per_content_version
from portal.shared.models import Change
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from portal.shared.templatetags.indonesia import clock, long_date
from portal.shared.whatsapp import share_link
from services.facets import profile
from services.models import Area, Category, News
from services.models.news import MOST_URGENT_FIRST, NewsQuerySet
from services.views.catalogue import Chip

MOST_ENTRIES = 30
LONGEST_DESCRIPTION = 160


@dataclass(frozen=True)
class NewsFacets:
    """What published news can be narrowed by."""

    topics: dict[str, Category]
    areas: dict[str, Area]


@per_content_version
def news_facets() -> NewsFacets:
    told = News.objects.published().order_by()
    named = told.exclude(category=None).values("category")
    # A topic is found by its whole field: few chips are read, many are not.
    fields = Category.objects.filter(parent=None).filter(Q(pk__in=named) | Q(topics__in=named)).distinct()
    areas = Area.objects.filter(news__in=told.values("pk")).select_related("parent").distinct()
    return NewsFacets({one.slug: one for one in fields}, {one.slug: one for one in areas})


@dataclass(frozen=True)
class Asked:
    """What an address asks of the notice board; every chip is a small change of it."""

    topic: Category | None = None
    area: Area | None = None
    is_past: bool = False

    def url(self) -> str:
        pairs = [
            ("topik", self.topic.slug if self.topic else ""),
            ("wilayah", self.area.slug if self.area else ""),
            ("lewat", "1" if self.is_past else ""),
        ]
        query = urlencode([pair for pair in pairs if pair[1]])
        address = reverse("services:news_list")
        return f"{address}?{query}" if query else address

    def of(self, news: NewsQuerySet, at: datetime) -> NewsQuerySet:
        news = news.past(at) if self.is_past else news.current(at)
        news = news.about(self.topic) if self.topic else news
        return news.in_area(self.area) if self.area else news


def asked_of(request: HttpRequest, known: NewsFacets) -> Asked:
    """Reads an address; a word no filter knows is 404, not a silent “everything”."""
    topic, area, past = (request.GET.get(name, "") for name in ("topik", "wilayah", "lewat"))
    is_known = (not topic or topic in known.topics) and (not area or area in known.areas)
    if not is_known or past not in {"", "1"}:
        raise Http404(_("This filter does not exist."))
    return Asked(known.topics.get(topic), known.areas.get(area), past == "1")


def chips_of(asked: Asked, known: NewsFacets) -> list[Chip]:
    chips = []
    for topic in known.topics.values():
        is_on = topic == asked.topic
        chips.append(Chip(topic.title, replace(asked, topic=None if is_on else topic).url(), is_on))
    for area in known.areas.values():
        is_on = area == asked.area
        chips.append(Chip(area.long_name, replace(asked, area=None if is_on else area).url(), is_on))
    past = replace(asked, is_past=not asked.is_past).url()
    return [*chips, Chip(_("News that is no longer shown"), past, asked.is_past)]


@require_safe
@public_page("topik", "wilayah", "lewat", "hal")
def news_list(request: HttpRequest) -> HttpResponse:
    known, at = news_facets(), timezone.now()
    asked = asked_of(request, known)
    rows = asked.of(News.objects.select_related("unit", "location", "service"), at)
    context = {
        "asked": asked,
        "chips": chips_of(asked, known),
        "clear_url": Asked(is_past=asked.is_past).url(),
        "is_narrowed": bool(asked.topic or asked.area),
        "page_obj": list_page(request, rows.order_by(*MOST_URGENT_FIRST)),
    }
    return render(request, "services/news_list.html", context)


@require_safe
@public_page()
def news(request: HttpRequest, slug: str) -> HttpResponse:
    at = timezone.now()
    one = get_object_or_404(with_all_its_rows(News.objects.readable(at)), slug=slug)
    return render(request, "services/news_detail.html", page_of(one, at))


def with_all_its_rows(rows: NewsQuerySet) -> NewsQuerySet:
    related = rows.select_related("unit", "category__parent", "service", "location")
    return related.prefetch_related("areas")


def page_of(one: News, at: datetime) -> dict[str, object]:
    """What the page of a notice tells at a moment; the desk's preview tells the same of a draft."""
    return {
        "one": one,
        "is_over": one.is_over(at),
        "description": Truncator(" ".join(one.body.split())).chars(LONGEST_DESCRIPTION),
        "share_url": share_link(words_to_share(one)),
        "words_to_share": words_to_share(one),
    }


def words_to_share(one: News) -> str:
    """A message travels without its page, so it says whose it is and until when it holds."""
    example = _("Example, not a real notice") if one.is_example else ""
    until = ""
    if one.shown_until:
        words = {"date": long_date(one.shown_until), "time": clock(one.shown_until)}
        until = _("Holds until %(date)s, %(time)s.") % words
    address = settings.SITE_URL + one.get_absolute_url()
    # The unit's name is left to the end, where a signature stands.
    return "\n\n".join(
        filter(None, [f"*{one.label}*", example, one.body.strip(), until, one.unit.name, address])
    )


@require_safe
@public_page()
def atom(request: HttpRequest) -> HttpResponse:
    """The newest notices, for readers of news."""
    newest = list(News.objects.readable(timezone.now()).select_related("unit")[:MOST_ENTRIES])
    changes = Change.objects.filter(noun=News._meta.label_lower, object_id__in=[one.pk for one in newest])
    changed = dict(changes.order_by().values_list("object_id").annotate(at=Max("at")))
    portal = profile()
    name = portal.name if portal else "Balai Warga"
    return feed(
        address=settings.SITE_URL + reverse("services:news_atom"),
        page=settings.SITE_URL + reverse("services:news_list"),
        title=_("News of %(name)s") % {"name": name},
        author=name,
        entries=[
            Entry(
                address=settings.SITE_URL + one.get_absolute_url(),
                title=one.label,
                author=one.unit.name,
                summary=one.body,
                published_at=one.shown_from,
                updated_at=max(one.shown_from, changed.get(one.pk, one.shown_from)),
            )
            for one in newest
        ],
    )
