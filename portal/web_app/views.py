"""The installed app: its manifest, its worker, how to install it, and the page that is shown without signal."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from portal.shared.public_pages import public_page
from portal.web_app import shell
from portal.web_app.manifest import manifest_of
from services.facets import emergency_numbers, profile
from services.visiting import office_opening


@public_page()
def manifest(request: HttpRequest) -> HttpResponse:
    return JsonResponse(manifest_of(profile()), content_type="application/manifest+json")


@public_page()
def install(request: HttpRequest) -> HttpResponse:
    """How the portal comes onto a phone's first screen, in each browser; nothing pops up by itself."""
    return render(request, "web_app/install.html")


@public_page()
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the worker when neither the network nor a kept copy has the page."""
    opening = office_opening(timezone.now())
    context = {"week": opening.week if opening else [], "numbers": emergency_numbers()}
    return render(request, "web_app/offline.html", context)


@public_page()
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its bytes change whenever anything it keeps does, and so it is installed anew."""
    return HttpResponse(shell.script(), content_type="text/javascript; charset=utf-8")
