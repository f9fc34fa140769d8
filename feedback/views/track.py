"""Following a case: how far it is by its number alone, everything else with number and secret."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import following, journey, rights
from feedback.forms.track import ContactForm, MessageForm, OneButtonForm, RatingForm, TrackForm
from feedback.lifecycle import Status
from feedback.models import Submission
from feedback.models.survey_invitation import invite
from feedback.views.photo import for_one_person
from portal.shared import receipt
from portal.shared.tokens import token_fits

RATED = frozenset({Status.ANSWERED})


def own_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever has opened a case; everybody else is asked for number and secret first."""

    @wraps(view)
    def opened(request: HttpRequest, **arguments: Any) -> HttpResponse:
        case = following.opened(request)
        if case is None:
            return HttpResponseRedirect(reverse("feedback:track"))
        return view(request, case, **arguments)

    return sensitive_post_parameters()(csrf_exempt(opened))


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Asks for the number, and for the secret of whoever has it; neither is ever part of an address."""
    if request.method != "POST":
        return page(request, TrackForm())
    form = TrackForm(request.POST)
    if not form.is_valid():
        return page(request, form)
    if not token_fits(request):
        form.refuse_as_old()
        return page(request, form)
    number, secret, at = form.cleaned_data["number"], form.cleaned_data["secret"], timezone.now()
    if wait := following.wait_for(request, number, secret, at):
        return too_many(request, wait)
    if secret:
        if case := following.case_of(number, secret):
            return following.open_for(HttpResponseRedirect(reverse("feedback:case")), case)
    elif found := Submission.objects.select_related("unit").filter(number=number).first():
        context = {"case": found, "journey": journey.of(found, at, is_own=False), "hide_official_row": True}
        return render(request, "feedback/track_status.html", context)
    form.refuse_unknown()
    return page(request, form)


def page(request: HttpRequest, form: TrackForm) -> HttpResponse:
    return render(request, "feedback/track.html", {"form": form, "hide_official_row": True})


def too_many(request: HttpRequest, wait: timedelta) -> HttpResponse:
    minutes = max(1, ceil(wait.total_seconds() / 60))
    response = render(request, "429.html", {"status": 429, "wait_minutes": minutes}, status=429)
    response["Retry-After"] = str(ceil(wait.total_seconds()))
    return response


@own_case
@require_safe
def case(request: HttpRequest, case: Submission) -> HttpResponse:
    """Everything the office and the resident have said, and what the resident can do now."""
    return following.open_for(case_page(request, case), case)


def case_page(request: HttpRequest, case: Submission, **forms: OneButtonForm) -> HttpResponse:
    at = timezone.now()
    context = {
        "case": case,
        "journey": journey.of(case, at, is_own=True),
        "thread": list(case.messages.all()),
        "photos": list(case.photos.all()),
        "may_rate": case.main_case.status in RATED and case.words_erased_at is None,
        "may_say_again": rights.may_say_again(case, at),
        "is_told": rights.may_listen(case),
        "survey_code": invite(case, at),
        "message_form": MessageForm(initial={"form_key": receipt.new_key()}),
        "rating_form": RatingForm(),
        "hide_official_row": True,
    }
    return render(request, "feedback/case.html", context | forms)


def done(case: Submission, anchor: str = "") -> HttpResponse:
    address = reverse("feedback:case")
    return following.open_for(HttpResponseRedirect(f"{address}{anchor}"), case)


@own_case
@require_http_methods(["GET", "HEAD", "POST"])
def case_message(request: HttpRequest, case: Submission) -> HttpResponse:
    """Adds a word; what waited for the resident goes on."""
    if request.method != "POST":
        return done(case)
    form = MessageForm(request.POST)
    if form.is_valid() and token_fits(request):
        text = form.cleaned_data["text"]
        # Other words under the same key, after going back, are another message; and no case stands in another's way.
        key = receipt.key_hash(f"{case.pk} {form.cleaned_data['form_key']} {text}")
        case.hear(text, at=timezone.now(), form_key_hash=key)
        return done(case, "#percakapan")
    if form.is_valid():
        form.refuse_as_old()
    return case_page(request, case, message_form=form)


@own_case
@require_http_methods(["GET", "HEAD", "POST"])
def case_rating(request: HttpRequest, case: Submission) -> HttpResponse:
    """Settled, partly, not yet; pressed twice it counts once."""
    if request.method != "POST":
        return done(case)
    form = RatingForm(request.POST)
    if form.is_valid() and token_fits(request):
        at, verdict, words = timezone.now(), form.cleaned_data["verdict"], form.cleaned_data["words"]
        try:
            if verdict == "not" and rights.may_say_again(case, at):
                rights.say_again(case, words, at=at)
            else:
                case.rate(verdict, at=at, words=words)
        except ValidationError as refusal:
            case.refresh_from_db()
            if case.main_case.status in RATED and refusal.code != "rated":
                form.add_error("words", refusal)
                return case_page(request, case, rating_form=form)
            # Said already, a moment ago.
        return done(case)
    if form.is_valid():
        form.refuse_as_old()
    return case_page(request, case, rating_form=form)


@own_case
@require_http_methods(["GET", "HEAD", "POST"])
def case_contact(request: HttpRequest, case: Submission) -> HttpResponse:
    """Changes where word is sent, or takes name and address away at once."""
    known = getattr(case, "contact", None)
    initial = {name: getattr(known, name) for name in ("wish", "email", "phone", "name")} if known else {}
    form = ContactForm(request.POST) if request.method == "POST" else ContactForm(initial=initial)
    if "hapus" in request.POST and token_fits(request):
        rights.change_contact(case, dict.fromkeys(rights.CONTACT_FIELDS, ""), at=timezone.now())
        return done(case)
    if form.is_bound and form.is_valid():
        if token_fits(request):
            rights.change_contact(case, form.cleaned_data, at=timezone.now())
            return done(case)
        form.refuse_as_old()
    return render(
        request, "feedback/case_contact.html", {"form": form, "case": case, "hide_official_row": True}
    )


@own_case
@require_http_methods(["GET", "HEAD", "POST"])
def case_erase(request: HttpRequest, case: Submission) -> HttpResponse:
    """Asks first; then name, words and photos are gone for good, and a number for the statistics stays."""
    form = OneButtonForm(request.POST) if request.method == "POST" else OneButtonForm()
    if form.is_bound and form.is_valid() and "ya" in request.POST:
        if token_fits(request):
            is_gone = rights.ask_to_forget(case, at=timezone.now())
            context = {"number": case.number, "is_gone": is_gone, "hide_official_row": True}
            return following.close(render(request, "feedback/case_erased.html", context))
        form.refuse_as_old()
    return render(
        request, "feedback/case_erase.html", {"form": form, "case": case, "hide_official_row": True}
    )


@own_case
@require_safe
def case_copy(request: HttpRequest, case: Submission) -> HttpResponse:
    """Everything kept about the case and its sender, as a file to take along."""
    response = JsonResponse(rights.copy_of(case), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return response


@own_case
@require_safe
def case_all(request: HttpRequest, case: Submission) -> HttpResponse:
    """The same as a page to read and to print."""
    context = {"case": case, "kept": rights.copy_to_read(case), "photos": case.photos.all()}
    return render(request, "feedback/case_all.html", context | {"hide_official_row": True})


@own_case
@require_safe
def case_photo(request: HttpRequest, case: Submission, pk: int) -> HttpResponse:
    return for_one_person(request, case.photos.filter(pk=pk).first())


@require_POST
def case_close(request: HttpRequest) -> HttpResponse:
    """Closes the case on this phone, for whoever shares it."""
    return following.close(HttpResponseRedirect(reverse("feedback:track")))
