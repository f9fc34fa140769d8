"""Answering a satisfaction survey: with a code that opens it once, or at the counter by its QR code."""

from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback.forms.survey import TOO_MANY, TOO_OLD, CodeForm, SurveyForm
from feedback.models.survey import Survey
from feedback.models.survey_invitation import SurveyInvitation, invitation_with
from feedback.models.survey_response import SurveyResponse, take
from feedback.questionnaire import HourBlock
from portal.shared import slowing
from portal.shared.public_pages import public_page
from portal.shared.receipt import key_hash
from portal.shared.tokens import token_fits
from portal.shared.visitor import client_address
from services.models import Organization, Service

form_page = require_http_methods(["GET", "HEAD", "POST"])


def wait_for(request: HttpRequest, kind: str) -> int:
    """In how many minutes somebody may try again; 0 for now."""
    wait = slowing.spend(kind, client_address(request), at=timezone.now())
    return ceil(wait.total_seconds() / 60)


@sensitive_post_parameters()
@csrf_exempt
@form_page
def survey(request: HttpRequest) -> HttpResponse:
    """Asks for the code, and shows the questionnaire to whoever has one."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not token_fits(request):
            form.refuse_as_old()
        elif minutes := wait_for(request, "track"):
            return too_many(request, minutes)
        else:
            code = form.cleaned_data["code"]
            invitation = invitation_with(code)
            if invitation is not None and can_answer(invitation):
                return questionnaire(request, blank(invitation.survey, code))
            form.refuse()
    return render(request, "feedback/survey_code.html", {"form": form})


@sensitive_post_parameters()
@csrf_exempt
@form_page
def survey_answer(request: HttpRequest) -> HttpResponse:
    """Takes the questionnaire of somebody with a code; the code travels in the body of the request."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("feedback:survey"))
    invitation = invitation_with(request.POST.get("code", "")[:40])
    if invitation is None:
        if minutes := wait_for(request, "track"):
            return too_many(request, minutes)
        again = CodeForm({"code": request.POST.get("code", "")[:40]})
        if again.is_valid():
            again.refuse()
        return render(request, "feedback/survey_code.html", {"form": again})
    form = SurveyForm(invitation.survey, request.POST, action=reverse("feedback:survey_answer"))
    if is_second_sending(form):
        return HttpResponseRedirect(reverse("feedback:survey_thanks"))
    if is_sendable(request, form):
        try:
            invitation.answer(form.answers, form_key=form.key, at=timezone.now(), **form.about)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return HttpResponseRedirect(reverse("feedback:survey_thanks"))
    return questionnaire(request, form)


@sensitive_post_parameters()
@csrf_exempt
@form_page
def survey_counter(request: HttpRequest, unit: str, service: str = "") -> HttpResponse:
    """The questionnaire behind the QR code at a counter: open to anybody, and counted apart as not verified."""
    organization = get_object_or_404(Organization, slug=unit)
    about = get_object_or_404(Service.objects.published(), slug=service) if service else None
    at = timezone.now()
    accepting = Survey.objects.accepting(timezone.localtime(at).date()).select_related("unit", "service")
    found = accepting.filter(unit=organization, service=about).order_by("-opens_on", "-pk").first()
    if found is None:
        context = {"unit": organization}
        return render(request, "feedback/survey_nothing_open.html", context, status=404)
    if request.method != "POST":
        return questionnaire(request, blank(found, "", action=request.path), is_counter=True)
    form = SurveyForm(found, request.POST, action=request.path)
    if is_second_sending(form):
        return HttpResponseRedirect(reverse("feedback:survey_thanks"))
    if is_sendable(request, form):
        local = timezone.localtime(at)
        if minutes := wait_for(request, "survey"):
            # Nothing of it is lost: the same page, as it was filled in.
            form.add_error(None, ValidationError(TOO_MANY, code="wait", params={"n": minutes}))
            page = questionnaire(request, form, is_counter=True)
            page.status_code = 429
            page["Retry-After"] = str(minutes * 60)
            return page
        try:
            take(
                found,
                form.answers,
                source=SurveyResponse.Source.COUNTER,
                form_key=form.key,
                at=at,
                hour_block=hour_block_at(local.hour),
                **form.about,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return HttpResponseRedirect(reverse("feedback:survey_thanks"))
    return questionnaire(request, form, is_counter=True)


@public_page()
def survey_thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "feedback/survey_thanks.html")


def can_answer(invitation: SurveyInvitation) -> bool:
    return not invitation.is_used and invitation.survey.accepts(timezone.now())


def blank(survey: Survey, code: str, *, action: str = "") -> SurveyForm:
    """A form nobody has filled in yet; it knows the code that opened it."""
    return SurveyForm(survey, initial={"code": code}, action=action or reverse("feedback:survey_answer"))


def is_second_sending(form: SurveyForm) -> bool:
    """A double click, a reload or a retry: the same thanks, and never a second answer."""
    return SurveyResponse.objects.filter(form_key_hash=key_hash(form.key)).exists()


def is_sendable(request: HttpRequest, form: SurveyForm) -> bool:
    if not form.is_valid():
        return False
    if not token_fits(request):
        form.add_error(None, ValidationError(TOO_OLD, code="old"))
        return False
    return True


def too_many(request: HttpRequest, minutes: int) -> HttpResponse:
    page = render(request, "429.html", {"status": 429, "wait_minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page


def hour_block_at(hour: int) -> str:
    if 8 <= hour < 12:
        return HourBlock.MORNING
    return HourBlock.AFTERNOON if 13 <= hour < 17 else ""


def questionnaire(request: HttpRequest, form: SurveyForm, **context: Any) -> HttpResponse:
    context |= {"form": form, "survey": form.survey, "hide_official_row": True}
    return render(request, "feedback/survey_form.html", context)
