"""Public works and emergency numbers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.facets import emergency_numbers
from services.models import PublicWork


@require_safe
@public_page("tahap", "hal")
def public_work_list(request: HttpRequest) -> HttpResponse:
    stage = request.GET.get("tahap", "")
    works = PublicWork.objects.select_related("area")
    if stage:
        if stage not in PublicWork.Stage.values:
            raise Http404(_("This filter does not exist."))
        works = works.filter(stage=stage)
    context = {
        "stages": PublicWork.Stage.choices,
        "asked_stage": stage,
        "page_obj": list_page(request, works),
        "today": timezone.localdate(),
    }
    return render(request, "services/public_work_list.html", context)


@require_safe
@public_page()
def public_work(request: HttpRequest, slug: str) -> HttpResponse:
    work = get_object_or_404(PublicWork.objects.select_related("area", "organization"), slug=slug)
    context = {
        "work": work,
        "updates": list(work.updates.all()[:50]),
        "is_late": work.is_late(timezone.localdate()),
        "stages": [choice for choice in PublicWork.Stage.choices if choice[0] != PublicWork.Stage.STOPPED],
    }
    return render(request, "services/public_work_detail.html", context)


@require_safe
@public_page()
def emergency(request: HttpRequest) -> HttpResponse:
    return render(request, "services/emergency.html", {"numbers": emergency_numbers()})
