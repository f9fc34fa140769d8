"""Results of satisfaction surveys for everybody: list, page, the sheet an office hangs up, rows as a file."""

from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.models.survey import Survey
from feedback.survey_report import Report
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page


def published(slug: str) -> Survey:
    return get_object_or_404(Survey.objects.published().select_related("unit", "service"), slug=slug)


@require_safe
@public_page("hal")
def survey_results(request: HttpRequest) -> HttpResponse:
    rows = Survey.objects.published().select_related("unit", "service").newest_first()
    page_obj = list_page(request, rows, size=10)
    context = {"page_obj": page_obj, "reports": [Report(one) for one in page_obj.rows]}
    return render(request, "feedback/survey_results.html", context)


@require_safe
@public_page()
def survey_result(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "feedback/survey_result.html", result_context(published(slug)))


@require_safe
@public_page()
def survey_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """One sheet of A4, as an office has to hang it up."""
    survey = published(slug)
    address = settings.SITE_URL + survey.get_absolute_url()
    context = result_context(survey) | {"address": address, "code": qr_code(address)}
    return render(request, "feedback/survey_sheet.html", context)


@require_safe
@public_page()
def survey_rows(request: HttpRequest, slug: str) -> HttpResponse:
    """Single answers without anything by which somebody could be known; nothing for few respondents."""
    report = Report(published(slug))
    if not report.has_rows:
        raise Http404(_("So few people answered that single answers are not given away."))
    answer = HttpResponse("".join(report.rows_csv()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="skm-{slug}.csv"'
    return answer


def result_context(survey: Survey) -> dict[str, Any]:
    report = Report(survey)
    return {
        "survey": survey,
        "report": report,
        "finding": report.verified,
        "other": report.not_verified,
        "today": timezone.localdate(),
    }


def qr_code(address: str) -> SafeString:
    """The address as a drawing that stays sharp on paper, whatever size the sheet gives it."""
    code = segno.make(address, error="m")
    drawing: str = code.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True)
    # Its size where no style sheet is: a browser would fill the page with it.
    return mark_safe(drawing.replace("<svg ", '<svg width="160" height="160" ', 1))
