"""Home visits on paper: sheets to print for an RT, and typing them back fast."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from outreach import walk_list
from outreach.forms.walk_sheet import MakeSheetsForm, SheetForm
from outreach.models import RoundArea, Visit, WalkSheet
from outreach.officers import officer_page
from outreach.views.visits import WALK, address_of, area_of, number_in
from outreach.walk_sheets import MOST_SHEETS, make_sheets
from outreach.walk_sheets import type_sheet as write_sheet
from services.models import PortalProfile

# More paper than this is not walked in one RT.
SHEETS_SHOWN = 60


def unwritten(area: RoundArea) -> list[WalkSheet]:
    """Sheets nothing has been typed from yet."""
    typed = Visit.objects.filter(sheet__isnull=False, area=area).values("sheet")
    return list(area.sheets.exclude(pk__in=typed).order_by("-number")[:MOST_SHEETS])[::-1]


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK)
def walk_sheets(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    """Which sheets there are, which are typed in; making more."""
    rt = area_of(request, pk, area)
    form = MakeSheetsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        number, key = form.cleaned_data["number"], form.cleaned_data["client_id"]
        try:
            made = make_sheets(rt, number, client_id=key, at=timezone.now(), by=request.user)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            said = ngettext(
                "%(count)d sheet is ready to print.", "%(count)d sheets are ready to print.", len(made)
            )
            messages.success(request, said % {"count": len(made)})
            return HttpResponseRedirect(request.path)
    live = Visit.objects.live().filter(area=rt).exclude(sheet=None).values_list("sheet", flat=True)
    typed = list(live)
    context = {
        "round": rt.round,
        "area": rt,
        "form": form,
        "sheets": [(sheet, typed.count(sheet.pk)) for sheet in rt.sheets.order_by("-number")[:SHEETS_SHOWN]],
        "ready": unwritten(rt),
    }
    return render(request, "outreach/visits/sheets.html", context)


@require_safe
@officer_page(WALK)
def walk_list_pdf(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    """The sheets nothing has been typed from yet, or the one whose number is asked for."""
    rt = area_of(request, pk, area)
    number = number_in(request, "nomor")
    sheets = [get_object_or_404(rt.sheets, number=number)] if number else unwritten(rt)
    if not sheets:
        raise Http404(_("There is no sheet to print. Make one first."))
    response = HttpResponse(
        walk_list.render(rt, sheets, PortalProfile.objects.first()), content_type="application/pdf"
    )
    name = slugify(f"daftar-kunjungan-{rt.label}")[:60]
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(WALK)
def type_sheet(request: HttpRequest, pk: int, area: int, number: int) -> HttpResponse:
    """One sheet typed back: behind each outcome the numbers of its lines."""
    rt = area_of(request, pk, area)
    sheet = get_object_or_404(rt.sheets.select_related("area__round", "area__area"), number=number)
    form = SheetForm(sheet, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        now = timezone.now()
        try:
            lines = write_sheet(sheet, form.doors(), at=form.at, by=request.user, now=now)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            said = ngettext(
                "Sheet %(number)d: %(count)d home is written down.",
                "Sheet %(number)d: %(count)d homes are written down.",
                lines,
            )
            messages.success(request, said % {"number": number, "count": lines})
            return HttpResponseRedirect(address_of(rt, "walk_sheets"))
    context = {"round": rt.round, "area": rt, "sheet": sheet, "form": form}
    return render(request, "outreach/visits/type_sheet.html", context)
