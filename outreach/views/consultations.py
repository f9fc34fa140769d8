"""Consultations: what is open, the document in parts, having a say without a name, and what came of it."""

from itertools import groupby

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from outreach import uploads
from outreach.channels import FROM, channel_of
from outreach.consulted import findings, heard, tallies
from outreach.forms.consultation import SayForm
from outreach.forms.plain import TOO_MANY, TOO_OLD
from outreach.models import (
    Consultation,
    ConsultationPaper,
    ConsultationResponse,
    ConsultationSection,
    ForumStep,
)
from outreach.models.consultation_response import hear
from outreach.models.consulting import Course
from outreach.views.questions import minutes_to_wait, number_in
from portal.shared import durable
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from portal.shared.receipt import key_hash
from portal.shared.tokens import token_fits

SECTION = "bagian"


def public_one(slug: str) -> Consultation:
    rows = Consultation.objects.public().select_related("unit", "campaign")
    return get_object_or_404(rows, slug=slug)


@require_safe
@public_page("hal")
def consultation_list(request: HttpRequest) -> HttpResponse:
    """Those one can still write to first, whole; then the others, the newest first."""
    at = timezone.now()
    rows = Consultation.objects.public()
    page_obj = list_page(request, rows.filter(closes_at__lte=at).order_by("-closes_at", "-pk"))
    first = (
        rows.filter(closes_at__gt=at).order_by("opens_at", "closes_at", "pk") if page_obj.number == 1 else ()
    )
    context = {
        "open_ones": [(one, one.course(at)) for one in first],
        "page_obj": page_obj,
        "closed_ones": [(one, one.course(at)) for one in page_obj.rows],
    }
    return render(request, "outreach/consultation_list.html", context)


@require_safe
@public_page(FROM)
def consultation(request: HttpRequest, slug: str) -> HttpResponse:
    one, at = public_one(slug), timezone.now()
    channel = channel_of(request.GET.get(FROM))
    course = one.course(at)
    context = {
        "consultation": one,
        "course": course,
        "is_open": course == Course.OPEN,
        "from_query": f"?{FROM}={channel}" if channel else "",
        "more_query": f"&{FROM}={channel}" if channel else "",
        "sections": list(one.sections.all()),
        "questions": list(one.questions.all()),
        "papers": list(one.papers.filter(is_public=True).exclude(file="")),
        "stages": stages(one) if one.is_forum else [],
        "groups": list(one.groups.filter(people__gt=0)) if one.is_forum else [],
        "events": list(one.events.public().select_related("location")),
        "services": list(one.services.published()),
    }
    return render(request, "outreach/consultation.html", context)


def stages(one: Consultation) -> list[tuple[str, list[ForumStep]]]:
    """The steps of a forum under the three stages of the regulation."""
    order = list(ForumStep.Stage)
    steps = sorted(one.steps.all(), key=lambda step: order.index(ForumStep.Stage(step.stage)))
    return [
        (str(ForumStep.Stage(key).label), list(rows)) for key, rows in groupby(steps, lambda step: step.stage)
    ]


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions and a note to each part, or to one part alone; sent twice it is one."""
    one, at = public_one(slug), timezone.now()
    context = {"consultation": one, "course": one.course(at)}
    if one.course(at) != Course.OPEN:
        return render(request, "outreach/say_closed.html", context, status=404)
    section = section_named(one, request.GET.get(SECTION, ""))
    context["section"] = section
    if request.method != "POST":
        form = SayForm(one, section=section, initial={"group": "-"})
        return render(request, "outreach/say.html", context | {"form": form})
    form, status = SayForm(one, request.POST, section=section), 200
    thanks = HttpResponseRedirect(reverse("outreach:said", args=[one.slug]))
    if ConsultationResponse.objects.filter(form_key_hash=key_hash(form.key)).exists():
        return thanks
    if form.is_valid():
        if not token_fits(request):
            form.refuse(TOO_OLD)
        elif minutes := minutes_to_wait(request, "ask"):
            form.refuse(TOO_MANY, n=minutes)
            status = 429
        else:
            about = {
                "group": form.cleaned_data["group"],
                "heard_from": channel_of(request.GET.get(FROM)),
                "suspicion": form.suspicion,
            }
            try:
                hear(one, form.said, form_key=form.key, at=at, **about)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                return thanks
    return render(request, "outreach/say.html", context | {"form": form}, status=status)


def section_named(one: Consultation, typed: str) -> ConsultationSection | None:
    """The part the address names; one that is not there is no silent “all of them”."""
    if not typed:
        return None
    section: ConsultationSection | None = one.sections.filter(pk=number_in(typed)).first()
    if section is None:
        raise Http404(_("This part of the document does not exist."))
    return section


@require_safe
@public_page()
def said(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "outreach/say_thanks.html", {"consultation": public_one(slug)})


@require_safe
@public_page()
def consultation_result(request: HttpRequest, slug: str) -> HttpResponse:
    """What we heard, what changed, what did not and why; until then when it is to be expected."""
    one, at = public_one(slug), timezone.now()
    if one.course(at) != Course.RESULT:
        raise Http404(_("The result has not been published yet."))
    found = findings(one, is_public=True)
    context = {
        "consultation": one,
        "heard": heard(one, is_public=True),
        "tallies": tallies(one, is_public=True),
        "changed": [row for row in found if row.is_changed],
        "kept": [row for row in found if not row.is_changed],
        "groups": list(one.groups.filter(people__gt=0)),
        "stages": stages(one) if one.is_forum else [],
        "papers": list(one.papers.filter(is_public=True).exclude(file="")),
        "attendance": one.papers.filter(kind=ConsultationPaper.Kind.ATTENDANCE).first(),
        "commitments": list(one.commitments.published().select_related("unit")),
        "today": timezone.localdate(at),
    }
    return render(request, "outreach/consultation_result.html", context)


@require_safe
@public_page(max_age=3600)
def consultation_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A public paper of a public consultation, as PDF."""
    papers = ConsultationPaper.objects.filter(
        is_public=True, consultation__published_at__isnull=False
    ).exclude(file="")
    paper = get_object_or_404(papers, pk=pk)
    gone = _("The file of this paper is not there any more.")
    try:
        content = durable.read(str(paper.file.name))
    except FileNotFoundError as missing:
        raise Http404(gone) from missing
    if not content.startswith(uploads.PDF):
        raise Http404(gone)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(paper.title)[:60] or "berkas"}.pdf"'
    return response
