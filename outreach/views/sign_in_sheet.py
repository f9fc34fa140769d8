"""The sign-in sheet: an A4 page to print, and the form that takes it back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from outreach import signing
from outreach.forms.door import SheetForm
from outreach.models import Attendance
from outreach.officers import officer_page
from outreach.views.door import CHECK_IN, door_context, event_of

# Whoever comes without registering signs on empty lines: at least these, and what is left of the last page.
FEWEST_EMPTY = 8
ON_FIRST_PAGE, ON_LATER_PAGES = 20, 23
LINES_NAMED = 12


@require_safe
@officer_page(CHECK_IN)
def sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    event = event_of(request, pk)
    lines = [line for line in signing.lines_of(event) if signing.is_on_sheet(line)]
    context = {
        "event": event,
        "lines": lines,
        "empty": range(empty_after(len(lines))),
        "at": timezone.now(),
    }
    return render(request, "outreach/door/sign_in_sheet.html", context)


def empty_after(lines: int) -> int:
    """How many empty lines fill the last page of A4."""
    later = max(lines + FEWEST_EMPTY - ON_FIRST_PAGE, 0)
    return ON_FIRST_PAGE - lines + ON_LATER_PAGES * -(-later // ON_LATER_PAGES)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(CHECK_IN)
def type_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of numbers for a whole sheet; what it did stands on top, so that a wrong number is seen."""
    event, at = event_of(request, pk), timezone.now()
    form = SheetForm(event.registrations.count(), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        signed = [(line.number, line.people) for line in form.cleaned_data["lines"]]
        others = form.cleaned_data["others"] or 0
        try:
            typed = signing.type_in(event, signed, others, nonce=form.key, at=at, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            tell(request, typed)
            return HttpResponseRedirect(request.path)
    context = door_context(event, at) | {
        "form": form,
        "typed_in": Attendance.objects.of(event).filter(way=Attendance.Way.PAPER).people(),
    }
    return render(request, "outreach/door/type_sheet.html", context)


def tell(request: HttpRequest, typed: signing.Typed) -> None:
    n = typed.people
    said = ngettext("Saved: %(n)d person more.", "Saved: %(n)d people more.", n) % {"n": n}
    messages.success(request, f"{said} {named(typed.let_in)}".strip())
    if typed.already:
        sentence = _("Counted already, so left as they are: %(lines)s")
        messages.info(request, sentence % {"lines": named(typed.already)})
    if typed.cancelled:
        sentence = _(
            "Cancelled before, so not counted: %(lines)s. Add them to the people on the empty lines."
        )
        messages.error(request, sentence % {"lines": named(typed.cancelled)})


def named(lines: list[signing.Numbered]) -> str:
    """“1 Bu Sri, 4 Pak Budi …”: what the clerk compares with the paper."""
    words = ", ".join(f"{line.number} {line.registration.called}" for line in lines[:LINES_NAMED])
    return f"{words} …" if len(lines) > LINES_NAMED else words
