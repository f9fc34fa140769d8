"""A consultation in the hands of officers: what came in, writing down paper and voices, sorting comments."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from outreach.consulted import findings, heard, sort, tallies, to_sort
from outreach.forms.consultation import HeardForm, SortForm
from outreach.models import Consultation
from outreach.models.consultation_response import hear
from outreach.models.consulting import Course
from outreach.officers import officer_page

READ, HEAR = "outreach.view_consultationresponse", "outreach.hear_consultation"
AT_ONCE = 40
form_page = require_http_methods(["GET", "HEAD", "POST"])


def consultation_of(request: HttpRequest, pk: int) -> Consultation:
    return get_object_or_404(Consultation.objects.visible_to(request.user), pk=pk)


def may_hear(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(HEAR))


@require_safe
@officer_page(READ, HEAR)
def officer_consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """How many had a say, what they chose, and what is left to do before the result."""
    one = consultation_of(request, pk)
    course = one.course(timezone.now())
    context = {
        "consultation": one,
        "course": course,
        "heard": heard(one, is_public=False),
        "tallies": tallies(one, is_public=False),
        "findings": findings(one, is_public=False),
        "left": one.unsorted_count(),
        "missing": [] if course == Course.RESULT else one.missing_for_result(),
        "may_hear": may_hear(request),
        "may_write": may_hear(request) and course in (Course.OPEN, Course.CLOSED),
    }
    return render(request, "outreach/officer_consultation.html", context)


@form_page
@officer_page(HEAR)
def officer_heard(request: HttpRequest, pk: int) -> HttpResponse:
    """Types in one sheet, or what one person said aloud; the next sheet follows at once."""
    one, at = consultation_of(request, pk), timezone.now()
    form = HeardForm(one, request.POST if request.method == "POST" else None, initial={"group": "-"})
    if form.is_bound and form.is_valid():
        try:
            _kept, is_new = hear(
                one,
                form.said,
                form_key=form.key,
                at=at,
                by=request.user,
                way=form.cleaned_data["way"],
                group=form.cleaned_data["group"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            again = _("This sheet was saved before, so nothing was counted twice.")
            messages.success(request, _("Saved. The next sheet, please.") if is_new else again)
            return HttpResponseRedirect(request.path)
    context = {
        "consultation": one,
        "form": form,
        "is_possible": one.course(at) in (Course.OPEN, Course.CLOSED),
    }
    return render(request, "outreach/officer_heard.html", context)


@form_page
@officer_page(READ, HEAR)
def officer_comments(request: HttpRequest, pk: int) -> HttpResponse:
    """The comments with the place of each in the result; those without one come first."""
    one = consultation_of(request, pk)
    is_everything = request.GET.get("semua") == "1"
    rows = to_sort(one, only_left=not is_everything)
    if request.method == "POST":
        if not may_hear(request):
            raise PermissionDenied
        # Those the page has shown, wherever they stand meanwhile.
        keys = [name[1:] for name in request.POST if name[:1] == "p" and name[1:].isdecimal()][:AT_ONCE]
        shown = list(to_sort(one, only_left=False).filter(pk__in=[key[:15] for key in keys]))
        form = SortForm(one, shown, request.POST)
        if form.is_valid():
            moved = sort(one, form.places(), by=request.user)
            words = ngettext("%(n)d comment has moved.", "%(n)d comments have moved.", moved)
            messages.success(request, words % {"n": moved})
            return HttpResponseRedirect(request.get_full_path())
    else:
        form = SortForm(one, list(rows[:AT_ONCE]))
    context = {
        "consultation": one,
        "form": form,
        "is_everything": is_everything,
        "left": one.unsorted_count(),
        "may_hear": may_hear(request),
    }
    return render(request, "outreach/officer_comments.html", context)
