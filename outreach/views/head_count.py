"""Counting heads by group, without names."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from outreach import attending
from outreach.forms.door import HeadCountForm
from outreach.models import HeadCountSheet
from outreach.officers import officer_page
from outreach.views.door import CHECK_IN, door_context, event_of


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(CHECK_IN)
def head_count(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid, and the counts so far, each of which can be taken back."""
    event, at = event_of(request, pk), timezone.now()
    if request.method == "POST" and "undo" in request.POST:
        word = request.POST["undo"]
        number = int(word) if word.isascii() and word.isdigit() and len(word) < 12 else 0
        sheet = get_object_or_404(HeadCountSheet.objects.of(event), pk=number)
        attending.undo_heads(sheet, at=at, by=request.user)
        messages.success(request, _("Taken back: this count no longer counts."))
        return HttpResponseRedirect(request.path)
    sheets = list(
        HeadCountSheet.objects.of(event).select_related("area", "remote_site").annotate(n=Sum("rows__people"))
    )
    form = HeadCountForm(event, request.POST if request.method == "POST" else None, has_count=bool(sheets))
    if form.is_bound and form.is_valid():
        try:
            attending.count_heads(
                event,
                form.groups,
                nonce=form.key,
                at=at,
                by=request.user,
                covers=form.cleaned_data["covers"],
                replaces=not form.cleaned_data.get("is_more"),
                **form.where,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            n = sum(form.groups.values())
            words = ngettext("Saved: %(n)d person counted.", "Saved: %(n)d people counted.", n)
            messages.success(request, words % {"n": n})
            return HttpResponseRedirect(request.path)
    context = door_context(event, at) | {"form": form, "sheets": sheets}
    return render(request, "outreach/door/head_count.html", context)
