"""Reports at the desk: asked for on one page, watched on another, read as PDF by whoever may see what is in them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.evaluation.choosing import CampaignField, UnitField, own_unit, periods
from portal.evaluation.labels import month_name
from portal.evaluation.models import Report
from portal.evaluation.reporting import STEPS, TROUBLES, ask, ask_again, withdraw_quotes
from portal.evaluation.views.desk import ASKS, SEES_REPORTS, desk_page, page
from portal.shared import durable

SHOWN = 20
SECONDS_UNTIL_LOOK = 3


class ReportForm(forms.Form):
    """Which report; what its kind does not need is left alone."""

    jenis = forms.ChoiceField(
        label=gettext_lazy("Which report"), choices=Report.Kind.choices, widget=forms.RadioSelect
    )
    periode = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    unit = UnitField()
    kampanye = CampaignField(help_text=gettext_lazy("Only for the report of a campaign."))

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: Any = self.fields
        fields["periode"].choices = periods(timezone.localdate())
        fields["unit"].offer_to(user)
        fields["kampanye"].offer_to(user, gettext_lazy("choose a campaign"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        kind, period = told.get("jenis"), told.get("periode") or str(timezone.localdate().year)
        if kind == Report.Kind.CAMPAIGN and not told.get("kampanye") and "kampanye" not in self.errors:
            self.add_error("kampanye", _("Choose the campaign this report is about."))
        if kind == Report.Kind.SATISFACTION:
            # A yearly report of October is that of its year.
            period = period[:4]
        told["periode"] = "" if kind == Report.Kind.CAMPAIGN else period
        told["unit"] = None if kind == Report.Kind.CAMPAIGN else told.get("unit") or own_unit(self.user)
        told["kampanye"] = told.get("kampanye") if kind == Report.Kind.CAMPAIGN else None
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(ASKS)
def ask_report(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = ReportForm(request.user, request.POST)
        if form.is_valid():
            told = form.cleaned_data
            report = ask(
                told["jenis"],
                period=told["periode"],
                unit=told["unit"],
                campaign=told["kampanye"],
                language=get_language() or "id",
                by=request.user,
                at=timezone.now(),
            )
            return HttpResponseRedirect(reverse("evaluation_desk:report", args=[report.pk]))
    else:
        form = ReportForm(request.user, initial=beginning(request))
    return page(request, "ask", _("Make a report"), form=form)


def beginning(request: HttpRequest) -> dict[str, str]:
    """What the page one comes from was about; unknown words choose nothing."""
    known = {name: request.GET.get(name, "") for name in ("jenis", "periode", "unit", "kampanye")}
    known["jenis"] = known["jenis"] if known["jenis"] in Report.Kind.values else Report.Kind.MONTH
    if not known["unit"] and (unit := own_unit(request.user)):
        known["unit"] = unit.slug
    known["periode"] = known["periode"] or f"{timezone.localdate():%Y-%m}"
    return known


def within_reach(request: HttpRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related("unit", "campaign", "asked_by")
    found: Report = get_object_or_404(rows, pk=pk)
    return found


@require_safe
@desk_page(SEES_REPORTS)
def reports(request: HttpRequest) -> HttpResponse:
    rows = Report.objects.visible_to(request.user).select_related("unit", "campaign", "asked_by")
    found = Paginator(rows.defer("content"), SHOWN).get_page(request.GET.get("p"))
    return page(request, "reports", _("Reports"), page_obj=found)


def title_of(report: Report) -> str:
    """“Rapat bulanan November 2026”; a campaign by its name, as a list of several must tell them apart."""
    kind = capfirst(report.get_kind_display())
    if report.campaign:
        return f"{kind}: {report.campaign}"
    return f"{kind} {month_name(report.period)}"


@require_safe
@desk_page(SEES_REPORTS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; the page opens itself again as long as it is being made."""
    one, at = within_reach(request, pk), timezone.now()
    is_stuck = one.is_stuck(at)
    return page(
        request,
        "report",
        title_of(one),
        report=one,
        step=STEPS[one.step][1] if one.step in STEPS else "",
        trouble=TROUBLES.get(one.trouble, ""),
        is_stuck=is_stuck,
        refresh=SECONDS_UNTIL_LOOK if one.is_unfinished and not is_stuck else None,
    )


@require_POST
@desk_page(ASKS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    one = within_reach(request, pk)
    try:
        if not ask_again(one, at=timezone.now()):
            messages.info(request, _("It is there already, or being made."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(reverse("evaluation_desk:report", args=[one.pk]))


@require_safe
@desk_page(SEES_REPORTS)
def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    one = within_reach(request, pk)
    if withdraw_quotes(one, timezone.now()):
        messages.info(
            request,
            _("A sentence of a resident in it was taken back. The report is being made again without it."),
        )
        return HttpResponseRedirect(reverse("evaluation_desk:report", args=[one.pk]))
    if one.state != Report.State.DONE:
        raise Http404
    try:
        content = durable.read(one.file)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type="application/pdf")
    what = one.campaign.slug if one.campaign else one.unit.slug if one.unit else ""
    name = "-".join(filter(None, (slugify(one.get_kind_display()), what, one.period)))
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
