"""The roof: pages that compose all rooms, and what is said when something goes wrong."""

import sys

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.shared.outage import is_outage, unavailable
from portal.shared.public_pages import public_page
from services.facets import facets
from services.models import Charter, PublicWork, Service
from services.notices import newest_notices
from services.visiting import office_opening


@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    known = facets()
    sectors = list(known.sectors.values())
    # One tile alone is no choice: an agency with a single field shows its topics instead.
    tiles = known.topics_of(sectors[0]) if len(sectors) == 1 else sectors
    at = timezone.now()
    context = {
        "notices": newest_notices(at),
        "tiles": tiles,
        "has_topics": len(sectors) == 1,
        "service_count": Service.objects.published().count(),
        "opening": office_opening(at),
        "works": list(PublicWork.objects.unfinished().select_related("area")[:3]),
    }
    return render(request, "home.html", context)


@require_safe
@public_page()
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html", {"opening": office_opening(timezone.now())})


@require_safe
@public_page()
def privacy(request: HttpRequest) -> HttpResponse:
    periods = {
        "contact": settings.FEEDBACK_CONTACT_DAYS,
        "photos": settings.FEEDBACK_PHOTO_DAYS,
        "words": settings.FEEDBACK_WORDS_DAYS,
        "registrations": settings.OUTREACH_CONTACT_DAYS,
    }
    return render(request, "privacy.html", {"periods": periods})


@require_safe
@public_page()
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html")


@require_safe
@public_page()
def charter(request: HttpRequest) -> HttpResponse:
    return render(request, "charter.html", {"charter": Charter.objects.first()})


# When something goes wrong ------------------------------------------------------------


def error_page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    return render(request, f"{status}.html", {"status": status, **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Whoever is inside already needs the way back, not the door.
    return error_page(request, 403, is_inside=hasattr(request, "user") and admin.site.has_permission(request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Django asks for this page while it handles the exception, whichever layer raised it.
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    # No context processor, no database: whatever broke may still be broken.
    return HttpResponse(render_to_string("500.html"), status=500)
