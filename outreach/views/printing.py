"""Flyers and posters anyone may print: of an activity that is coming, of a campaign."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.flyers import content_for, label_of
from outreach.models import Campaign, Event
from outreach.models.deciding import Phase
from portal.shared.public_pages import public_page
from services import flyer
from services.flyer import PAPERS
from services.views.service import portal_or_404


@require_safe
@public_page()
def event_sheet(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    at = timezone.now()
    rows = Event.objects.public().select_related("location", "unit").prefetch_related("audiences")
    event = get_object_or_404(rows, slug=slug)
    if event.phase(at) not in (Phase.COMING, Phase.NOW):
        raise Http404(_("This activity is not ahead of us, so there is nothing to hand out for it."))
    return as_pdf(event, label_of(event), form, at)


@require_safe
@public_page()
def campaign_sheet(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign.objects.published().select_related("unit"), slug=slug)
    return as_pdf(campaign, label_of(campaign), form, timezone.now())


def as_pdf(subject: Event | Campaign, name: str, form: str, at: datetime) -> HttpResponse:
    language = translation.get_language() or "id"
    content = content_for(subject, portal_or_404(), form, at=at, language=language)
    return pdf_answer(flyer.render(content, form), f"{slugify(name)[:60] or subject.slug}-{PAPERS[form]}.pdf")


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
