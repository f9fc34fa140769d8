"""A question or complaint heard at a door becomes a case in one tap; the case does not know at which door."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import drafting, letters
from feedback.forms.entry import LONGEST_KEY
from feedback.forms.from_visit import FromVisitForm
from feedback.intake import Receipt, Told, receive
from outreach import visiting
from outreach.channels import Channel
from outreach.models import Round, RoundArea, Visit
from outreach.officers import officer_page
from portal.shared import receipt
from services.models import Area

RIGHT = "feedback.add_submission"


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@officer_page(RIGHT)
def from_visit(request: HttpRequest, pk: int, area: int) -> HttpResponse:
    """One small form; then the two codes, to be read out or photographed at the door."""
    user: Any = request.user
    if not user.has_perm("outreach.add_visit"):
        raise PermissionDenied
    rounds = Round.objects.open_to(user).values("pk")
    rows = RoundArea.objects.select_related("area__parent", "round")
    rt = get_object_or_404(rows, pk=area, round__pk=pk, round__in=rounds)
    visit = visit_named(request, rt)
    now = timezone.now()
    today = timezone.localdate(now)
    context: dict[str, Any] = {"round": rt.round, "area": rt, "visit": visit}
    if request.method != "POST":
        return render(request, "feedback/from_visit.html", context | {"form": FromVisitForm(today=today)})
    data = drafting.typed(request.POST, [*FromVisitForm.base_fields])
    if not 0 < len(data.get("form_key", "")) <= LONGEST_KEY:
        data["form_key"] = receipt.new_key()
    form = FromVisitForm(data, today=today)
    if not form.is_valid():
        return render(request, "feedback/from_visit.html", context | {"form": form})
    done = written_down(form, rt, visit, user)
    if not done.is_new and done.submission.entered_by_id != user.pk:
        # A key that was not made for this page: nobody else's secret is told.
        raise PermissionDenied
    context |= {
        "submission": done.submission,
        "secret": done.secret,
        "tracking": letters.tracking_address(),
    }
    return render(request, "feedback/from_visit_receipt.html", context)


def visit_named(request: HttpRequest, area: RoundArea) -> Visit | None:
    """The visit this page was opened from; none when the address names none of this officer's."""
    written = request.GET.get("kunjungan", "")
    if not (written.isascii() and written.isdigit() and len(written) < 16):
        return None
    return Visit.objects.open_to(request.user).live().filter(area=area, pk=int(written)).first()


def written_down(form: FromVisitForm, area: RoundArea, visit: Visit | None, user: Any) -> Receipt:
    columns = form.columns() | places_of(area.area) | {"heard_from": Channel.VISIT}
    with transaction.atomic():
        told = Told(columns, form.contact())
        done = receive(told, form_key=form.cleaned_data["form_key"], at=timezone.now(), by=user)
        if done.is_new and visit is not None:
            visiting.note_raised(visit)
    return done


def places_of(area: Area) -> dict[str, str]:
    """RT and RW as a case writes them; no house."""
    found = {}
    for one in (area, area.parent):
        digits = re.search(r"(\d{1,3})\s*$", one.name) if one else None
        if one and digits and one.level in (Area.Level.RT, Area.Level.RW):
            found[str(one.level)] = f"{int(digits[1]):02d}"
    return found
