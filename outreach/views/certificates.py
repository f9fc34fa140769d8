"""Certificates of attendance: all of an activity for its officers, one's own with the code of the registration."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach import certificate
from outreach.forms.certificate import CertificateForm
from outreach.forms.registration import TOO_OLD
from outreach.models import Attendance, Event, Registration
from outreach.officers import officer_page
from outreach.views.door import CHECK_IN, event_of
from outreach.views.own_registration import own_registration
from portal.shared.tokens import token_fits
from services.views.service import portal_or_404


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
    first = max(int(word), 1) if word.isascii() and word.isdigit() and len(word) < 7 else 1
    names = names_of(event)[first - 1 :][: certificate.MOST_PAGES]
    if not names:
        raise Http404(_("Nobody is checked in yet, so there is no certificate to print."))
    return pdf(event, names, f"sertifikat-{event.slug}-{first}.pdf", at)


@own_registration
@require_http_methods(["GET", "HEAD", "POST"])
def my_certificate(request: HttpRequest, registration: Registration, code: str) -> HttpResponse:
    """Asks for the name on it, once the door has let them in; the sheet itself is the answer."""
    entry = registration.attendances.filter(undone_at=None).first()
    if entry is None:
        return HttpResponseRedirect(reverse("outreach:my_registration"))
    form = CertificateForm(
        request.POST if request.method == "POST" else None, initial={"name": registration.nickname}
    )
    if form.is_bound and form.is_valid():
        if token_fits(request):
            name, event = form.cleaned_data["name"], registration.event
            return pdf(event, [name], f"sertifikat-{event.slug}.pdf", timezone.now())
        form.refuse(TOO_OLD)
    context = {"form": form, "event": registration.event, "people": entry.people, "hide_official_row": True}
    return render(request, "outreach/certificate.html", context)


def pdf(event: Event, names: list[str], file_name: str, at: datetime) -> HttpResponse:
    paper = certificate.of_event(event, portal_or_404(), language=translation.get_language() or "id")
    response = HttpResponse(certificate.render(paper, names, at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response
