"""What everybody may read of what residents said: released questions with their answers, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.counting import Pace, pace_of
from feedback.deadlines import Calendars
from feedback.kinds import kind_word
from feedback.lifecycle import Status
from feedback.models import Improvement, Submission
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from services.facets import synonyms
from services.models import Service
from services.views.catalogue import MAX_QUERY, Chip

Kind = Submission.Kind
# How a status looks beside its words: the tint of its tag, and the icon.
LOOKS = {
    Status.SETTLED: ("done", "check2"),
    Status.ANSWERED: ("work", "chat-left-text"),
    Status.NOT_OURS: ("stop", "signpost"),
    Status.CANNOT: ("stop", "x-circle"),
}
IN_HAND = ("new", "clock")


@dataclass(frozen=True)
class AnswerRow:
    """A released case as lists and its own page show it."""

    case: Submission
    pace: Pace | None
    tint: str
    icon: str

    @property
    def kind(self) -> str:
        return kind_word(self.case.kind)


def with_pace(cases: QuerySet[Submission]) -> QuerySet[Submission]:
    """Cases with all that telling how long they took asks for."""
    return cases.select_related("unit__parent__parent", "service__organization__parent__parent")


def rows_of(cases: Iterable[Submission]) -> list[AnswerRow]:
    calendars = Calendars()
    return [
        AnswerRow(case, pace_of(case, calendars), *LOOKS.get(Status(case.status), IN_HAND)) for case in cases
    ]


@dataclass(frozen=True)
class AnswerFilter:
    """What the address asks of the answers; every chip is a small change of it."""

    q: str = ""
    kind: str = ""
    service: Service | None = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [
            ("q", self.q),
            ("jenis", self.kind),
            ("layanan", self.service.slug if self.service else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Everything but the words, for the hidden fields of the search form."""
        return [(name, value) for name, value in self.pairs if name != "q"]

    def chip(self, label: str, is_on: bool, **change: Any) -> Chip:
        pairs = replace(self, **change).pairs
        address = reverse("feedback:answers")
        return Chip(label, f"{address}?{urlencode(pairs)}" if pairs else address, is_on)


def filter_of(request: HttpRequest) -> AnswerFilter:
    """Reads the address; a kind or a service nobody knows is 404, not a silent “everything”."""
    kind, slug = request.GET.get("jenis", ""), request.GET.get("layanan", "")
    if kind and kind not in Kind.values:
        raise Http404(_("This filter does not exist."))
    service = get_object_or_404(Service.objects.published(), slug=slug) if slug else None
    return AnswerFilter(q=request.GET.get("q", "").strip()[:MAX_QUERY], kind=kind, service=service)


@require_safe
@public_page("q", "jenis", "layanan", "hal")
def answer_list(request: HttpRequest) -> HttpResponse:
    asked = filter_of(request)
    cases = Submission.objects.released()
    kinds = set(cases.order_by().values_list("kind", flat=True).distinct())
    if asked.kind:
        cases = cases.filter(kind=asked.kind)
    if asked.service:
        cases = cases.filter(service=asked.service)
    # The newest first; words asked for bring the best first.
    cases = cases.matching(asked.q, synonyms()) if asked.q else cases.order_by("-released_at", "pk")
    page_obj = list_page(request, with_pace(cases))
    address = reverse("feedback:answers")
    context = {
        "asked": asked,
        "chips": [
            asked.chip(kind_word(kind), kind == asked.kind, kind="" if kind == asked.kind else str(kind))
            for kind in Kind.values
            if kind in kinds
        ],
        "clear_url": address,
        "page_obj": page_obj,
        "rows": rows_of(page_obj.rows),
        "stems": cases.hits.stems if cases.hits else frozenset(),
    }
    return render(request, "feedback/answer_list.html", context)


@require_safe
@public_page()
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """One released case: what was asked, what was answered, how long it took, and nothing of who asked."""
    cases = with_pace(Submission.objects.released()).select_related(
        "location", "public_work", "category", "event"
    )
    case = get_object_or_404(cases, number=number)
    (row,) = rows_of([case])
    rating = case.ratings.first()
    context = {
        "case": case,
        "row": row,
        # Their verdict alone: their words are not released.
        "verdict": rating.get_verdict_display() if rating else "",
        "photos": list(case.photos.filter(is_released=True)),
        "improvements": list(case.improvements.published()[:3]),
    }
    return render(request, "feedback/answer_detail.html", context)


@require_safe
@public_page("hal")
def improvement_list(request: HttpRequest) -> HttpResponse:
    """You said, we did: the newest first."""
    improvements = Improvement.objects.published().select_related("service")
    return render(request, "feedback/improvement_list.html", {"page_obj": list_page(request, improvements)})
