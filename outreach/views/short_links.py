"""`/l/<code>`: the typed or scanned address on paper, and the one in a post."""

import logging

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.channels import FROM, channel_of
from outreach.inside import with_channel
from outreach.linking import count_visit, link_at
from outreach.models import Campaign, Event, ShortLink
from outreach.previews import is_preview
from services.models import Service

log = logging.getLogger(__name__)


@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """Leads on, and counts people: a short link first, then the service, activity or campaign of that name."""
    link = link_at(code)
    if link is None:
        address = page_named(code).get_absolute_url()
        # A page's own flyer names its channel itself; nothing is counted where no link was made.
        return HttpResponseRedirect(with_channel(address, channel_of(request.GET.get(FROM))))
    if link.is_off:
        raise Http404(_("This short link is no longer in use."))
    if request.method == "GET" and not is_preview(request.headers):
        counted(link)
    path = with_channel(link.target, link.channel)
    return HttpResponseRedirect(path if translation.get_language() == "id" else f"/en{path}")


def page_named(slug: str) -> Service | Event | Campaign:
    for rows in (Service.objects.published(), Event.objects.public(), Campaign.objects.published()):
        page: Service | Event | Campaign | None = rows.filter(slug=slug).first()
        if page is not None:
            return page
    raise Http404(_("Nothing answers to this short address."))


def counted(link: ShortLink) -> None:
    """Counts, unless the database cannot just now: a number must never stand between a person and the page."""
    try:
        count_visit(link, timezone.localdate())
    except DatabaseError:
        log.warning("A visit by the short link %s was not counted.", link.code, exc_info=True)
