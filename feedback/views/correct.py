"""“Is something wrong here?”: one page, one form, and a case for whoever keeps the row the page shows."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback.forms.correct import CorrectionForm
from feedback.intake import Receipt, Told, receive
from feedback.models import Contact, Submission
from feedback.pages import NamedPage, page_named

TRAPPED = "The hidden field was filled in."


def token_fits(request: HttpRequest) -> bool:
    """Whether the form came from our own page; asked here, so that an old page comes back filled instead of lost."""
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    return guard.process_view(request, token_fits, (), {}) is None


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """The form for the page named in ``?halaman=``; sending it shows the receipt, sending it again the same one."""
    page = page_named(request.GET.get("halaman", ""))
    if page is None:
        raise Http404(_("This page cannot be found, so nothing on it can be corrected."))
    form = CorrectionForm(request.POST) if request.method == "POST" else CorrectionForm()
    if form.is_bound and form.is_valid():
        if token_fits(request):
            receipt = taken(form.cleaned_data, page)
            return render(request, "feedback/correct_receipt.html", {"page_named": page, "receipt": receipt})
        form.refuse_as_old()
    return render(request, "feedback/correct.html", {"form": form, "page_named": page})


def taken(words: dict[str, Any], page: NamedPage) -> Receipt:
    email = words["email"]
    submission = {
        "kind": Submission.Kind.CORRECTION,
        "privacy": Submission.Privacy.PUBLIC if email else Submission.Privacy.ANONYMOUS,
        "language": translation.get_language() or "id",
        "story": words["story"],
        "page_path": page.path,
        "unit": page.unit,
        "suspicion": TRAPPED if words["website"] else "",
        **page.about,
    }
    contact = {"email": email, "wish": Contact.Wish.EMAIL} if email else {}
    return receive(Told(submission, contact), form_key=words["form_key"], at=timezone.now())
