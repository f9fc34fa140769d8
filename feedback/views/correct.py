"""“Is something wrong here?”: one page, one form, and a case for whoever keeps the row the page shows."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import drafting, spam
from feedback.forms.correct import LONGEST_KEY, CorrectionForm
from feedback.intake import Receipt, Told, receive
from feedback.models import Submission
from feedback.pages import NamedPage, page_named
from portal.shared.receipt import new_key
from portal.shared.tokens import token_fits


@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """The form for the page named in ``?halaman=``; sending it shows the receipt, sending it again the same one."""
    at = timezone.now()
    page = page_named(request.GET.get("halaman", ""))
    if page is None:
        raise Http404(_("This page cannot be found, so nothing on it can be corrected."))
    if request.method == "POST":
        typed = drafting.typed(request.POST, [*CorrectionForm.base_fields])
        if not 0 < len(typed.get("form_key", "").strip()) <= LONGEST_KEY:
            typed["form_key"] = new_key()
        form = CorrectionForm(typed)
        is_ours = token_fits(request)
        if form.is_valid() and is_ours:
            return received(request, taken(request, form, page, at), page)
        if not is_ours:
            form.refuse_as_old()
    else:
        form = CorrectionForm(initial={"stamp": spam.stamp(at)})
    return render(request, "feedback/correct.html", {"form": form, "page_named": page})


def taken(request: HttpRequest, form: CorrectionForm, page: NamedPage, at: datetime) -> Receipt:
    """A case like every other, with the page and its row, for the unit that keeps it."""
    words, contact = form.cleaned_data, form.contact()
    signs = spam.signs_of_form(words["website"], words["stamp"], at)
    signs += spam.signs_of_words(words["story"], at) + spam.signs_of_source(request, at)
    submission = {
        "kind": Submission.Kind.CORRECTION,
        # Nobody was asked who it is, unless they left an address.
        "privacy": Submission.Privacy.PUBLIC if contact else Submission.Privacy.ANONYMOUS,
        "language": translation.get_language() or "id",
        "story": words["story"],
        "page_path": page.path,
        "unit": page.unit,
        "suspicion": spam.suspicion(signs),
        **page.about,
    }
    return receive(Told(submission, contact), form_key=words["form_key"], at=at)


def received(request: HttpRequest, receipt: Receipt, page: NamedPage) -> HttpResponse:
    """The receipt of every case; loaded again, the same form is sent again and brings the same."""
    context = {
        "submission": receipt.submission,
        "secret": receipt.secret,
        "has_contact": hasattr(receipt.submission, "contact"),
        "page_named": page,
    }
    return render(request, "feedback/correct_receipt.html", context)
