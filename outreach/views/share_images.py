"""The pictures of activities and campaigns: found only under the mark of what they say at present."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.models import Campaign, Event
from outreach.share_images import picture_of
from portal.shared.public_pages import public_page
from services.share_drawing import SHAPES
from services.views.service import portal_or_404


@require_safe
@public_page()
def event_picture(request: HttpRequest, slug: str, shape: str, fingerprint: str) -> HttpResponse:
    events = Event.objects.public().select_related("location", "unit")
    return as_jpeg(get_object_or_404(events, slug=slug), shape, fingerprint)


@require_safe
@public_page()
def campaign_picture(request: HttpRequest, slug: str, shape: str, fingerprint: str) -> HttpResponse:
    campaigns = Campaign.objects.published().select_related("unit").prefetch_related("areas", "audiences")
    return as_jpeg(get_object_or_404(campaigns, slug=slug), shape, fingerprint)


def as_jpeg(subject: Event | Campaign, shape: str, fingerprint: str) -> HttpResponse:
    if shape not in SHAPES:
        raise Http404(_("This portal draws no picture of that shape."))
    picture = picture_of(subject, portal_or_404(), SHAPES[shape])
    if fingerprint != picture.fingerprint:
        raise Http404(_("This picture has been replaced by a newer one."))
    return HttpResponse(picture.read_or_write(), content_type="image/jpeg")
