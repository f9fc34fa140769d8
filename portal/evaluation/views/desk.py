"""“Kinerja” at the desk: what presses, then what came of it; of the office, and of one campaign."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from outreach.models import Campaign
from portal.evaluation import heard
from portal.evaluation.choosing import Choice, NarrowForm, own_unit
from portal.evaluation.counting import campaign_document
from portal.evaluation.documents import Document
from portal.evaluation.keeping import PAUSE, asked, count_again, heard_of, kept, subject_of
from portal.evaluation.labels import month_name
from portal.evaluation.models import Report
from portal.evaluation.pressing import pressing
from portal.evaluation.scope import Scope
from portal.evaluation.sections import sections_of
from portal.evaluation.sentences import changed_services
from portal.evaluation.showing import shown
from services.models.organization import EVERY_UNIT

SEES = "evaluation.view_evaluation"
ASKS = "evaluation.add_report"
SEES_REPORTS = "evaluation.view_report"
# Campaigns named below the results of an office.
MOST_LINKS = 20
View = Callable[..., HttpResponse]


def desk_page(right: str) -> Callable[[View], View]:
    """A page of the desk for whoever has this right and a unit, or works for all of them."""

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(right):
                raise PermissionDenied
            if not request.user.has_perm(EVERY_UNIT) and own_unit(request.user) is None:
                return page(request, "no_unit", pgettext("results of the office", "Performance"))
            return view(request, **kwargs)

        return admin.site.admin_view(guarded)

    return decorated


def page(request: HttpRequest, template: str, title: str, **more: Any) -> TemplateResponse:
    form = more.get("form")
    is_odd = isinstance(form, NarrowForm) and bool(form.errors)
    is_print = request.GET.get("cetak") == "1" and not is_odd
    context = {
        **admin.site.each_context(request),
        "title": title,
        "is_print": is_print,
        # Django's word for a page without head, menu and crumbs.
        "is_popup": is_print,
        # The frame is chosen by the view: paper has neither menu nor buttons.
        "frame": "evaluation/desk/paper.html" if is_print else "evaluation/desk/frame.html",
        "may_ask": request.user.has_perm(ASKS),
        "may_see_reports": request.user.has_perm(SEES_REPORTS),
        **more,
    }
    # Beside the word nobody knows stands what the page shows by itself.
    return TemplateResponse(
        request, f"evaluation/desk/{template}.html", context, status=404 if is_odd else 200
    )


# The office ---------------------------------------------------------------------------------------------------


@require_safe
@desk_page(SEES)
def office(request: HttpRequest) -> HttpResponse:
    at, user = timezone.now(), request.user
    form = narrowing(request, at)
    choice = Choice.of(form, user, at)
    if choice.campaign is not None:
        narrower = {"wilayah": choice.area.slug} if choice.area else {}
        return HttpResponseRedirect(address_of(choice.campaign, **narrower))
    document, found, counted_at = office_counted(choice)
    told = shown(document)
    query = {"periode": choice.period, **({"unit": choice.unit.slug} if choice.unit else {})}
    if choice.area:
        query["wilayah"] = choice.area.slug
    return page(
        request,
        "office",
        pgettext("results of the office", "Performance"),
        form=form,
        choice=choice,
        period=month_name(choice.period),
        pressing=pressing(user, choice.scope),
        sections=sections_of(told, document),
        counted_at=counted_at,
        is_live=counted_at is None,
        rated=found.rated,
        repeated=found.repeated,
        sentences=heard.sentences(choice.scope, user),
        campaigns=campaigns_in(choice, form),
        print_query=urlencode({**query, "cetak": "1"}),
        report_query=urlencode({"jenis": "month", **query}),
    )


def narrowing(request: HttpRequest, at: datetime) -> NarrowForm:
    """The form with what was asked, or with what the page shows by itself."""
    today, asked = timezone.localdate(at), request.GET.copy()
    asked.setdefault("periode", str(today.year))
    if unit := own_unit(request.user):
        asked.setdefault("unit", unit.slug)
    return NarrowForm(request.user, today, asked)


def office_counted(choice: Choice) -> tuple[Document, heard.Heard, datetime | None]:
    """What is kept of a whole office or unit; counted live where nothing is kept, or an area is asked for."""
    row = kept(subject_of(choice.unit), choice.period) if choice.is_plain else None
    if row is not None and (found := heard_of(row)):
        return row.document, found, row.counted_at
    row = asked(choice.scope)
    found = heard_of(row)
    assert found is not None
    return row.document, found, None if row.counted_at == choice.at else row.counted_at


def campaigns_in(choice: Choice, form: NarrowForm) -> list[Campaign]:
    """The newest of those that can be chosen that go on in the period, of the unit and all below it."""
    scope = choice.scope
    found = [
        one
        for one in form.campaigns
        if (scope.unit is None or one.unit_id in scope.units)
        and (scope.ends is None or one.starts_on <= scope.ends)
        and (scope.begins is None or one.ends_on >= scope.begins)
    ]
    return found[:MOST_LINKS]


# A campaign ---------------------------------------------------------------------------------------------------


def address_of(one: Campaign, **query: str) -> str:
    address = reverse("evaluation_desk:campaign", args=[one.slug])
    return f"{address}?{urlencode(query)}" if query else address


@require_safe
@desk_page(SEES)
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    at, user = timezone.now(), request.user
    one = get_object_or_404(Campaign.objects.visible_to(user).select_related("unit"), slug=slug)
    form = narrowing(request, at)
    area = Choice.of(form, user, at).area
    document, counted_at = campaign_counted(one, area, at)
    told = shown(document)
    return page(
        request,
        "campaign",
        one.title,
        campaign=one,
        form=form,
        area=area,
        sections=sections_of(told, document),
        changes=changed_services(document),
        counted_at=counted_at,
        is_live=counted_at is None,
        sentences=heard.sentences(Scope(campaign=one, area=area, at=at), user),
        print_query=urlencode({**({"wilayah": area.slug} if area else {}), "cetak": "1"}),
        report_query=urlencode({"jenis": Report.Kind.CAMPAIGN, "kampanye": one.slug}),
    )


def campaign_counted(one: Campaign, area: Any, at: datetime) -> tuple[Document, datetime | None]:
    if area is not None:
        narrowed = asked(Scope(campaign=one, area=area, at=at))
        return narrowed.document, None if narrowed.counted_at == at else narrowed.counted_at
    row = kept(f"campaign:{one.slug}", "")
    return (row.document, row.counted_at) if row else (campaign_document(one, at), None)


# Counting anew ------------------------------------------------------------------------------------------------


@require_POST
@desk_page(SEES)
def count_now(request: HttpRequest) -> HttpResponse:
    """Queues the counting of what the page shows; a minute after the last count there is nothing to gain by it."""
    at, user = timezone.now(), request.user
    # PostgreSQL takes no text with a zero byte in it.
    if slug := request.POST.get("kampanye", "").replace("\0", "?"):
        one = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
        subject, period, back = f"campaign:{one.slug}", "", address_of(one)
    else:
        form = NarrowForm(user, timezone.localdate(at), request.POST)
        choice = Choice.of(form, user, at)
        subject, period = subject_of(choice.unit), choice.period
        query = {"periode": period, **({"unit": choice.unit.slug} if choice.unit else {})}
        back = f"{reverse('evaluation_desk:office')}?{urlencode(query)}"
    row = kept(subject, period)
    if row is not None and row.counted_at > at - PAUSE:
        messages.info(request, _("This was counted less than a minute ago."))
    else:
        count_again.enqueue(subject, period)
        messages.success(request, _("We are counting anew. Open this page again in a moment."))
    return HttpResponseRedirect(back)
