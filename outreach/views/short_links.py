"""`/l/<code>`: the typed or scanned address on paper, and the one in a post."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.channels import FROM, Channel, channel_of
from outreach.inside import with_channel
from outreach.linking import count_visit, link_at, link_for
from outreach.models import Campaign, Event, ShortLink
from outreach.previews import is_preview
from services.models import Service

log = logging.getLogger(__name__)


@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """Leads on, and counts people: a short link first, then the service, activity or campaign of that name."""
    link = link_at(code)
    if link is None:
        page = page_named(code)
        # A page's own flyer names its channel itself.
        channel = channel_of(request.GET.get(FROM))
        if isinstance(page, Service) and is_visit(request):
            counted(lambda: link_for(page, channel or Channel.OTHER))
        return HttpResponseRedirect(with_channel(page.get_absolute_url(), channel))
    if link.is_off:
        raise Http404(_("This short link is no longer in use."))
    if is_visit(request):
        counted(lambda: link)
    path = with_channel(link.target, link.channel, link.code)
    return HttpResponseRedirect(path if translation.get_language() == "id" else f"/en{path}")


def page_named(slug: str) -> Service | Event | Campaign:
    for rows in (Service.objects.published(), Event.objects.public(), Campaign.objects.published()):
        page: Service | Event | Campaign | None = rows.filter(slug=slug).first()
        if page is not None:
            return page
    raise Http404(_("Nothing answers to this short address."))


def is_visit(request: HttpRequest) -> bool:
    """Whether a person opens it."""
    return request.method == "GET" and not is_preview(request.headers)


def counted(link: Callable[[], ShortLink]) -> None:
    """Counts, unless the database cannot just now: a number must never stand between a person and the page.

    A service has its link from its first visit on: it is published in a room that knows no links.
    """
    try:
        count_visit(link(), timezone.localdate())
    except DatabaseError:
        log.warning("A visit by a short link was not counted.", exc_info=True)
