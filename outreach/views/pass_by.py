"""Homes that asked not to be visited: shown on every RT, kept beyond the round, lifted when they say so."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outreach import visiting
from outreach.forms.visit import LiftForm, PassByForm
from outreach.models import DoNotVisit, RoundArea
from outreach.models.visit_round import OVERSEE, Round
from outreach.officers import officer_page
from outreach.views.visits import WALK, area_of


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK)
def pass_by(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    rt = area_of(request, pk, area)
    form = PassByForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        home = visiting.keep_away(rt.area, form.cleaned_data["house"], at=timezone.now(), by=request.user)
        messages.success(request, _("Nobody knocks at %(house)s any more.") % {"house": home.house})
        return HttpResponseRedirect(request.path)
    context = {
        "round": rt.round,
        "area": rt,
        "homes": DoNotVisit.objects.live().filter(area=rt.area),
        "form": form,
        "may_lift": request.user.has_perm(OVERSEE),
    }
    return render(request, "outreach/visits/pass_by.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(OVERSEE)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """A supervisor takes a home off the list, because its people said so."""
    rounds = Round.objects.open_to(request.user)
    areas = RoundArea.objects.filter(round__in=rounds.values("pk"))
    home = get_object_or_404(DoNotVisit.objects.live().filter(area__in=areas.values("area")), pk=pk)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            visiting.lift(home, at=timezone.now(), by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            messages.success(request, _("%(house)s may be visited again.") % {"house": home.house})
            return HttpResponseRedirect(reverse("outreach:officer_start"))
    return render(request, "outreach/visits/lift.html", {"home": home, "form": form})
