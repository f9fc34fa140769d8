"""One service: its page, its flyer, its picture for sharing."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.public_pages import public_page
from portal.shared.whatsapp import share_link
from services import flyer, share_image
from services.facets import profile
from services.models import PortalProfile, Service, ServiceAtLocation
from services.models.service import ServiceQuerySet
from services.notices import notices_about
from services.share_drawing import SHAPES, WIDE
from services.visiting import points_of

RELATED = 4


def with_all_its_rows(services: ServiceQuerySet) -> ServiceQuerySet:
    """Services with everything their pages tell, in a fixed number of queries."""
    area = "location__area__parent__parent__parent__parent"
    counters = Prefetch("counters", ServiceAtLocation.objects.select_related(area))
    related = ("requirements", "steps", "channels", counters, "audiences", "areas")
    return services.select_related("category__parent", "organization").prefetch_related(*related)


def published_service(slug: str) -> Service:
    return get_object_or_404(with_all_its_rows(Service.objects.published()), slug=slug)


def portal_or_404() -> PortalProfile:
    portal = profile()
    if portal is None:
        raise Http404(_("This portal has no profile yet."))
    return portal


def short_url(service: Service) -> str:
    """The address a person can type from paper."""
    return settings.SITE_URL + reverse("short_link", args=[service.slug])


def words_to_share(service: Service) -> str:
    """A message travels without its page, so it carries the doubt, or the date, the page shows."""
    if service.checked_on:
        known = _("Checked on %(date)s.") % {"date": date_format(service.checked_on, "j F Y")}
    else:
        known = _("Example, not confirmed yet")
    return "\n".join(filter(None, [service.title, service.answer, known, short_url(service)]))


def page_of(service: Service, portal: PortalProfile, at: datetime) -> dict[str, Any]:
    """What the page of a service tells at a moment; the desk's preview tells the same of a draft."""
    points = points_of(service, at)
    related = Service.objects.published().filter(category=service.category_id).exclude(pk=service.pk)
    related = related.only("slug", "name", "name_en", "short_name", "short_name_en")
    share_path = reverse(
        "services:share_image", args=[service.slug, share_image.fingerprint(service, portal)]
    )
    return {
        "service": service,
        "notices": notices_about(service, at),
        "points": points,
        "opening": next((point for point in points if point.status.is_open), points[0] if points else None),
        "is_closed": service.is_closed_on(timezone.localtime(at).date()),
        "related": list(related[:RELATED]),
        "share_url": share_link(words_to_share(service)),
        "short_url": short_url(service),
        "share_image_url": settings.SITE_URL + share_path,
    }


@require_safe
@public_page("cetak", "dari")
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    context = page_of(published_service(slug), portal_or_404(), timezone.now())
    context["is_for_print"] = request.GET.get("cetak") == "1"
    # By which way the reader came; the rooms above know the ways, this page only hands the word on.
    context["heard_from"] = request.GET.get("dari", "")
    return render(request, "services/service_detail.html", context)


@require_safe
@public_page()
def service_flyer(request: HttpRequest, slug: str, form: str = flyer.FLYER) -> HttpResponse:
    service = published_service(slug)
    address = short_url(service)
    content = flyer.from_service(
        service,
        portal_or_404(),
        url=settings.SITE_URL + service.get_absolute_url(),
        short_url=address,
        # What is scanned says by itself that it was paper (outreach/channels.py); what is typed stays short.
        qr_url=f"{address}?dari={form}",
        at=timezone.now(),
        language=translation.get_language() or "id",
    )
    response = HttpResponse(flyer.render(content, form), content_type="application/pdf")
    name = slugify(service.label)[:60] or service.slug
    response["Content-Disposition"] = f'inline; filename="{name}-{flyer.PAPERS[form]}.pdf"'
    return response


@require_safe
@public_page()
def service_share_image(
    request: HttpRequest, slug: str, fingerprint: str, shape: str = WIDE.key
) -> HttpResponse:
    service = published_service(slug)
    if shape not in SHAPES:
        raise Http404(_("This portal draws no picture of that shape."))
    picture = share_image.picture_of(service, portal_or_404(), SHAPES[shape])
    if fingerprint != picture.fingerprint:
        # An old preview must not live on under a new address; the page knows the current one.
        raise Http404(_("This picture has been replaced by a newer one."))
    return HttpResponse(picture.read_or_write(), content_type="image/jpeg")
