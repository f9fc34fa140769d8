"""What search engines and browsers fetch about the portal as a whole: robots.txt, the sitemap, OpenSearch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.db.models import F, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.models import Submission, Survey
from outreach.models import Campaign, Consultation, Event
from outreach.views.campaigns import with_help
from portal.evaluation.publishing import campaigns_with_results
from portal.evaluation.views.board import with_results
from portal.open_data.shelf import DATASETS
from portal.shared.models import Change
from portal.shared.public_pages import public_page
from services.facets import profile
from services.models import Area, Location, News, Organization, PublicWork, Service

# One file may list 50,000 addresses (sitemaps.org); a page has two, and a smaller file is sooner read.
PAGES_A_PART = 5_000
MOST_PARTS = 400
FIXED_PAGES = (
    "home",
    "services:list",
    "services:a_to_z",
    "services:place_list",
    "services:organization_list",
    "services:area_list",
    "services:public_work_list",
    "services:emergency",
    "services:news_list",
    "about",
    "privacy",
    "accessibility",
    "charter",
    "install",
    "data",
    *(f"data_set {name}" for name in DATASETS),
    "feedback:answers",
    "feedback:improvements",
    "feedback:statistics",
    "feedback:survey_results",
    "outreach:events",
    "outreach:past_events",
    "outreach:calendar",
    "outreach:commitments",
    "outreach:campaigns",
    "outreach:partners",
    "outreach:consultations",
    "evaluation:overview",
    "evaluation:campaigns",
    "evaluation:board",
)
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
# The specification's longest names.
SHORT_NAME, LONG_NAME = 16, 48


@dataclass(frozen=True)
class Listed:
    """One page in the sitemap, with the day its facts were last changed, where history knows."""

    path_id: str
    path_en: str
    changed_at: datetime | None = None


@require_safe
@public_page()
def robots(request: HttpRequest) -> HttpResponse:
    """Everything but the desk, previews included, which live there too."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /en/admin/"]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


# The sitemap ------------------------------------------------------------


def nouns_with_pages() -> dict[str, QuerySet[Any]]:
    """For each noun with a page of its own the name of its address."""
    return {
        "services:detail": Service.objects.published(),
        "services:place": Location.objects.all(),
        "services:organization": Organization.objects.all(),
        "services:area": Area.objects.all(),
        "services:public_work": PublicWork.objects.all(),
        "services:news": News.objects.readable(timezone.now()),
        "feedback:answer": Submission.objects.released().annotate(slug=F("number")),
        "feedback:survey_result": Survey.objects.published(),
        "outreach:event": Event.objects.public(),
        "outreach:campaign": Campaign.objects.published(),
        "evaluation:campaign": Campaign.objects.published().filter(slug__in=campaigns_with_results()),
        "outreach:consultation": Consultation.objects.public(),
        "outreach:partner": with_help(Organization.objects.all()),
        "evaluation:service": with_results(Service.objects.published()),
    }


@require_safe
@public_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages; where they are too many for one file, the files that list them."""
    nouns = nouns_with_pages()
    counts = {name: rows.count() for name, rows in nouns.items()}
    parts = min(MOST_PARTS, -(-(len(FIXED_PAGES) + sum(counts.values())) // PAGES_A_PART))
    if parts <= 1:
        return listing(list(pages_of_part(1, nouns, counts)))
    addresses = [settings.SITE_URL + reverse("sitemap_part", args=[number]) for number in range(1, parts + 1)]
    return xml(render_to_string("sitemap_index.xml", {"addresses": addresses}))


@require_safe
@public_page()
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    nouns = nouns_with_pages()
    counts = {name: rows.count() for name, rows in nouns.items()}
    pages = list(pages_of_part(number, nouns, counts)) if 1 <= number <= MOST_PARTS else []
    if not pages:
        raise Http404(_("This page number does not exist."))
    return listing(pages)


def listing(pages: list[Listed]) -> HttpResponse:
    return xml(render_to_string("sitemap.xml", {"pages": pages, "site_url": settings.SITE_URL}))


def xml(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/xml")


def pages_of_part(number: int, nouns: dict[str, QuerySet[Any]], counts: dict[str, int]) -> Iterator[Listed]:
    """The pages from one place of the whole list to the next, whichever nouns they are of."""
    first, last = (number - 1) * PAGES_A_PART, number * PAGES_A_PART
    with translation.override("id"):
        for name in FIXED_PAGES[first:last]:
            # A name, and after it what fills its address.
            page, *filling = name.split()
            yield listed(reverse(page, args=filling))
        begins = len(FIXED_PAGES)
        for name, rows in nouns.items():
            begin, end = max(0, first - begins), min(counts[name], last - begins)
            begins += counts[name]
            if begin < end:
                yield from pages_of_noun(name, rows, begin, end)


def pages_of_noun(name: str, rows: QuerySet[Any], begin: int, end: int) -> Iterator[Listed]:
    part = list(rows.order_by("pk").values_list("pk", "slug")[begin:end])
    if not part:
        return
    changes = Change.objects.filter(noun=rows.model._meta.label_lower)
    # A range and not a list of keys: SQLite takes no more than some thousand of those.
    changes = changes.filter(object_id__gte=part[0][0], object_id__lte=part[-1][0])
    changed = dict(changes.order_by().values_list("object_id").annotate(at=Max("at")))
    for pk, slug in part:
        yield listed(reverse(name, args=[slug]), changed.get(pk))


def listed(path: str, changed_at: datetime | None = None) -> Listed:
    return Listed(path, f"/en{path}", changed_at)


# OpenSearch ------------------------------------------------------------


@require_safe
@public_page()
def opensearch(request: HttpRequest) -> HttpResponse:
    """How a browser searches here from its own search box, in the language of the page that named it."""
    portal = profile()
    name = portal.name if portal else "Balai Warga"
    short = portal.short_name if portal else name
    root = ElementTree.Element("OpenSearchDescription", xmlns=OPENSEARCH)

    def say(tag: str, text: str = "", **attributes: str) -> None:
        ElementTree.SubElement(root, tag, attributes).text = text or None

    say("ShortName", short if len(short) <= SHORT_NAME else shortened(short, SHORT_NAME))
    say("LongName", shortened(name, LONG_NAME))
    say("Description", _("Services, requirements and costs: search %(name)s.") % {"name": name})
    address = f"{settings.SITE_URL}{reverse('search')}?q={{searchTerms}}"
    say("Url", type="text/html", method="get", template=address)
    own = settings.SITE_URL + reverse("opensearch")
    say("Url", type="application/opensearchdescription+xml", rel="self", template=own)
    say("Language", translation.get_language() or "id")
    for tag in ("InputEncoding", "OutputEncoding"):
        say(tag, "UTF-8")
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
    return HttpResponse(content, content_type="application/opensearchdescription+xml; charset=utf-8")


def shortened(text: str, most: int) -> str:
    """As many whole words from the beginning or the end as fit: “Tanjung Barat”, not “Kelurahan Tanjun”."""
    if len(text) <= most:
        return text
    words = text.split()
    ends = [" ".join(part) for cut in range(1, len(words)) for part in (words[cut:], words[:-cut])]
    return max((one for one in ends if len(one) <= most), key=len, default=text[:most])
