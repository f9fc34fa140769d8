"""Public works and emergency numbers."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.facets import emergency_numbers
from services.models import Location, PublicWork
from services.views.catalogue import Chip

UPDATES_SHOWN = 50
Stage = PublicWork.Stage
# The way of a work that goes well; a stopped one has left it.
USUAL_WAY = (Stage.PLANNED, Stage.PROCUREMENT, Stage.UNDER_WAY, Stage.DONE)
# What neighbours see happening first, what is over last.
IN_THE_LIST = (Stage.UNDER_WAY, Stage.PROCUREMENT, Stage.PLANNED, Stage.STOPPED, Stage.DONE)
STAGE_ORDER = Case(*(When(stage=stage, then=Value(place)) for place, stage in enumerate(IN_THE_LIST)))


@dataclass(frozen=True)
class WorkRow:
    """A work in a list; ``days_late`` is 0 while its promised end is not over."""

    work: PublicWork
    days_late: int


@dataclass(frozen=True)
class StagePoint:
    """One stage on the way: behind us, now, or ahead."""

    label: str
    is_over: bool
    is_now: bool


def days_late(work: PublicWork, today: date) -> int:
    return (today - work.ends_on).days if work.ends_on and work.is_late(today) else 0


def way_of(work: PublicWork) -> list[StagePoint]:
    """The stages with where the work stands; empty for a stopped work."""
    if work.stage not in USUAL_WAY:
        return []
    now = USUAL_WAY.index(Stage(work.stage))
    is_done = work.stage == Stage.DONE
    return [
        StagePoint(str(stage.label), is_over=place < now or (is_done and place == now), is_now=place == now)
        for place, stage in enumerate(USUAL_WAY)
    ]


def map_url(work: PublicWork) -> str:
    return Location(latitude=work.latitude, longitude=work.longitude).map_url


@require_safe
@public_page("tahap", "hal")
def public_work_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("tahap", "")
    works = PublicWork.objects.select_related("area")
    if asked:
        if asked not in Stage.values:
            raise Http404(_("This filter does not exist."))
        works = works.filter(stage=asked)
    page_obj = list_page(request, works.order_by(STAGE_ORDER, "name", "pk"))
    today, address = timezone.localdate(), reverse("services:public_work_list")
    chips = [
        Chip(
            str(stage.label),
            address if stage == asked else f"{address}?{urlencode({'tahap': stage})}",
            stage == asked,
        )
        for stage in IN_THE_LIST
    ]
    context = {
        "chips": chips,
        "asked_stage": Stage(asked) if asked else None,
        "clear_url": address,
        "page_obj": page_obj,
        "rows": [WorkRow(work, days_late(work, today)) for work in page_obj.rows],
    }
    return render(request, "services/public_work_list.html", context)


@require_safe
@public_page()
def public_work(request: HttpRequest, slug: str) -> HttpResponse:
    work = get_object_or_404(PublicWork.objects.select_related("area__parent", "organization"), slug=slug)
    context = {
        "work": work,
        "way": way_of(work),
        "days_late": days_late(work, timezone.localdate()),
        "map_url": map_url(work),
        "updates": list(work.updates.all()[:UPDATES_SHOWN]),
    }
    return render(request, "services/public_work_detail.html", context)


@require_safe
@public_page()
def emergency(request: HttpRequest) -> HttpResponse:
    numbers = emergency_numbers()
    context = {"numbers": numbers, "is_confirmed": bool(numbers) and all(one.is_confirmed for one in numbers)}
    return render(request, "services/emergency.html", context)
