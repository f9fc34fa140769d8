"""Certificates of attendance: all of an activity for its officers, one's own with the code of the registration."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach import certificate
from outreach.models import Attendance, Event
from outreach.officers import officer_page
from outreach.views.door import CHECK_IN, event_of
from services.views.service import portal_or_404

MOST = certificate.MOST_PAGES


def names_of(event: Event) -> list[str]:
    """A sheet for each person checked in: the first of a party by its name, the others to write on by hand."""
    parties = Attendance.objects.of(event).select_related("registration").order_by("at", "pk")
    names: list[str] = []
    for party in parties:
        name = party.registration.nickname if party.registration else ""
        names += [name, *[""] * (party.people - 1)]
    return names


@require_safe
@officer_page(CHECK_IN)
def certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets from `mulai` on, as many as a machine sets within a second."""
    event, at = event_of(request, pk), timezone.now()
    word = request.GET.get("mulai", "1")
    first = int(word) if word.isascii() and word.isdigit() and len(word) < 7 else 1
    names = names_of(event)[max(first, 1) - 1 :][:MOST]
    if not names:
        raise Http404(_("Nobody is checked in yet, so there is no certificate to print."))
    return pdf(event, names, f"sertifikat-{event.slug}-{first}.pdf", at)


def pdf(event: Event, names: list[str], file_name: str, at: datetime) -> HttpResponse:
    paper = certificate.of_event(event, portal_or_404(), language=translation.get_language() or "id")
    response = HttpResponse(certificate.render(paper, names, at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response
