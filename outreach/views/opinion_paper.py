"""What people said about an activity, for its officers: how many, which answers, and typing in from paper."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from outreach.forms.opinion_paper import PaperLine, RatingLine, UnderstandingLine, UseLine
from outreach.models import AfterUse, Event, EventRating, UnderstandingSheet
from outreach.models.opinion import Opinion, Scale
from outreach.officers import officer_page

READ, TYPE = "outreach.view_eventrating", "outreach.add_eventrating"
SENTENCES_SHOWN = 30


@dataclass(frozen=True)
class Pile:
    """One kind of paper: its word in the address, its name, what keeps a sheet, the form of its line."""

    word: str
    name: str
    kind: type[Opinion]
    form: Callable[..., PaperLine]


def piles(event: Event) -> dict[str, Pile]:
    before, after = UnderstandingSheet.Phase.BEFORE, UnderstandingSheet.Phase.AFTER
    found = [Pile("nilai", _("Ratings"), EventRating, RatingLine)]
    if event.understanding_items.exists():
        found += [
            Pile(
                word,
                name,
                UnderstandingSheet,
                lambda *args, p=phase, **more: UnderstandingLine(p, *args, **more),
            )
            for word, name, phase in (
                ("sebelum", pgettext("sheet", "Before"), before),
                ("sesudah", pgettext("sheet", "After"), after),
            )
        ]
    found.append(Pile("pakai", _("Later use"), AfterUse, UseLine))
    return {pile.word: pile for pile in found}


def event_of(request: HttpRequest, pk: int) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).public(), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(READ, TYPE)
def opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers so far, and the line for the next sheet for those who may type."""
    event = event_of(request, pk)
    known = piles(event)
    pile = known.get(request.GET.get("lembar", "nilai"), known["nilai"])
    may_type = request.user.has_perm(TYPE)
    form: PaperLine | None = None
    if request.method == "POST" and not may_type:
        raise PermissionDenied
    if request.method == "POST":
        form = pile.form(event, request.POST)
        if form.is_valid() and (done := typed_in(request, event, pile, form)):
            return done
    elif may_type:
        form = pile.form(event)
    context = {
        "event": event,
        "form": form,
        "pile": pile,
        "piles": known.values(),
        "counts": counts(event),
        "sentences": EventRating.objects.of(event).exclude(missing="")[:SENTENCES_SHOWN],
    }
    return render(
        request,
        "outreach/officer_opinions.html",
        context,
        status=403 if form is None and request.method == "POST" else 200,
    )


def typed_in(request: HttpRequest, event: Event, pile: Pile, form: PaperLine) -> HttpResponse | None:
    try:
        _kept, is_new = pile.kind.take(
            event, form.said, form_key=form.key, at=timezone.now(), code=form.code, by=request.user
        )
    except ValidationError as refusal:
        form.add_error("line", refusal)
        return None
    if is_new:
        messages.success(request, _("Saved: %(line)s") % {"line": form.cleaned_data["line"][:40]})
    else:
        messages.info(request, _("This sheet was saved before, so nothing was counted twice."))
    return HttpResponseRedirect(f"{request.path}?lembar={pile.word}")


@dataclass(frozen=True)
class Count:
    """How often each answer to one question was given."""

    question: str
    lines: list[tuple[str, int]]

    @property
    def n(self) -> int:
        return sum(number for _label, number in self.lines)

    @property
    def bars(self) -> list[tuple[str, int, int]]:
        """Label, number, width of the bar in percent."""
        most = max((number for _label, number in self.lines), default=0) or 1
        return [(label, number, round(100 * number / most)) for label, number in self.lines]


def counts(event: Event) -> list[Count]:
    """What was answered so far, question by question."""
    ratings = list(EventRating.objects.of(event).values_list("usefulness", "clarity"))
    used = Counter(AfterUse.objects.of(event).values_list("answer", flat=True))
    found = [
        Count(question, [(str(step.label), numbers[step.value]) for step in Scale])
        for question, numbers in (
            (_("Was it useful for you?"), Counter(useful for useful, _clear in ratings)),
            (_("Was it clear and easy to follow?"), Counter(clear for _useful, clear in ratings)),
        )
    ]
    found.append(
        Count(
            _("Have you used the service since then?"),
            [(str(one.label), used[one]) for one in AfterUse.Answer],
        )
    )
    return [one for one in found if one.n]


@require_safe
@officer_page(READ, TYPE)
def opinion_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A4 to hang up at the way out: the code to scan, and the questions for those without a phone."""
    event = event_of(request, pk)
    address = settings.SITE_URL + reverse("outreach:rate", args=[event.slug])
    context: dict[str, Any] = {
        "event": event,
        "address": address.partition("//")[2],
        "code": qr(address),
        "scale": Scale.choices,
        "items": list(event.understanding_items.all()),
    }
    return render(request, "outreach/officer_opinion_sheet.html", context)


def qr(address: str) -> SafeString:
    """Dark on white with its quiet zone, 40 mm wide in print."""
    drawn = segno.make(address, error="m", micro=False)
    return mark_safe(drawn.svg_inline(border=4, scale=4, dark="#000", light="#fff", svgclass="qr"))
