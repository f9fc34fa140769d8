"""The addresses of GeoReport v2; every refusal is in the standard's own form and in the format that was asked."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from feedback import intake, spam
from feedback.lifecycle import ENDED
from feedback.models import Submission
from feedback.models.api_key import ApiKey
from feedback.open311 import mapping
from feedback.open311.forms import LONGEST_SPAN, MOST_ROWS, AskingForm, WritingForm
from feedback.open311.writing import ERRORS, REQUESTS, SERVICES, written, written_one
from portal.shared import receipt
from portal.shared.public_pages import public_page
from portal.shared.slowing import spend

FILTERS = ("service_request_id", "service_code", "start_date", "end_date", "status")
# The standard knows one server for several cities; this one serves a single one, whatever it is called.
JURISDICTION = "jurisdiction_id"


class Refused(Exception):
    """Why a question cannot be answered, with the status the standard gives for it."""

    def __init__(self, *sentences: str, status: int = 400) -> None:
        super().__init__(*sentences)
        self.status = status


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Says a refusal in the form of the standard."""

    @wraps(view)
    def answer(request: HttpRequest, extension: str, **arguments: Any) -> HttpResponse:
        try:
            return view(request, extension, **arguments)
        except Refused as refusal:
            rows = [{"code": refusal.status, "description": str(one)} for one in refusal.args]
            return written(rows, ERRORS, extension, refusal.status)

    return answer


@require_safe
@public_page()
def discovery(request: HttpRequest) -> HttpResponse:
    """Where the API is and what it speaks (wiki.open311.org/Service_Discovery)."""
    formats = ["text/xml", "application/json"]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{settings.SITE_URL}/open311/v2",
        "changeset": "2026-11-22T00:00:00+07:00",
        "type": "production" if settings.PRODUCTION else "test",
        "formats": formats,
    }
    document = {
        "changeset": endpoint["changeset"],
        "contact": f"{settings.SITE_URL}{reverse('about')}",
        "key_service": _("Ask the office for a key; it takes one for writing, none for reading."),
        "endpoints": [endpoint],
    }
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
@public_page(JURISDICTION)
@answered
def services(request: HttpRequest, extension: str) -> HttpResponse:
    return written(mapping.service_rows(), SERVICES, extension)


@require_safe
@public_page(JURISDICTION)
@answered
def service(request: HttpRequest, extension: str, code: str) -> HttpResponse:
    if code != mapping.OTHER and code not in {topic.slug for topic in mapping.topics()}:
        raise Refused(_("There is no service with this code. Ask for the list of services."), status=404)
    return written_one(mapping.definition(code), "service_definition", extension)


@require_safe
@public_page(JURISDICTION, *FILTERS, longest=2000)
@answered
def request_list(request: HttpRequest, extension: str) -> HttpResponse:
    """Released cases, newest first: those asked by number, else at most 1,000 of ninety days."""
    form = AskingForm(request.GET)
    if not form.is_valid():
        raise Refused(*sentences(form))
    asked = form.cleaned_data
    rows = Submission.objects.released().select_related("category__parent", "unit")
    if request.GET.get("service_request_id"):
        rows = rows.filter(number__in=asked["service_request_id"])
    else:
        start, end = span(asked["start_date"], asked["end_date"])
        rows = rows.filter(received_at__gte=start, received_at__lte=end)
    if codes := asked["service_code"]:
        wanted = rows.filter(category__slug__in=codes)
        rows = wanted | rows.filter(category=None) if mapping.OTHER in codes else wanted
    if len(asked["status"]) == 1:
        is_closed = asked["status"] == {mapping.CLOSED}
        rows = rows.filter(status__in=ENDED) if is_closed else rows.exclude(status__in=ENDED)
    return written(
        mapping.request_rows(rows.order_by("-received_at", "-pk")[:MOST_ROWS]), REQUESTS, extension
    )


def span(start: Any, end: Any) -> tuple[Any, Any]:
    """Ninety days up to the end that was asked, or from the start; else up to now."""
    if start and not end:
        return start, start + LONGEST_SPAN
    end = end or timezone.now() + timedelta(seconds=1)
    return start or end - LONGEST_SPAN, end


@require_safe
@public_page(JURISDICTION)
@answered
def one_request(request: HttpRequest, extension: str, number: str) -> HttpResponse:
    """A case by its number: its status, and its words once they are released."""
    found = Submission.objects.select_related("category__parent", "unit").filter(
        number=receipt.number_of(number)
    )
    if not found:
        raise Refused(_("There is no request with this number."), status=404)
    return written(mapping.request_rows(found), REQUESTS, extension)


@require_safe
@public_page(JURISDICTION)
@answered
def token(request: HttpRequest, extension: str, token: str) -> HttpResponse:
    """The number that belongs to the token of a sending."""
    found = Submission.objects.filter(form_key_hash=token, channel=Submission.Channel.OPEN311).first()
    if found is None:
        raise Refused(_("Nothing was sent with this token."), status=404)
    return written([{"service_request_id": found.number, "token": token}], REQUESTS, extension)


@answered
def new_request(request: HttpRequest, extension: str) -> HttpResponse:
    """Takes a case in; the same `Idempotency-Key` sent again gets the same answer and makes no second case."""
    key = ApiKey.objects.of(request.POST.get("api_key", ""))
    if key is None:
        raise Refused(_("This key is not known here. Ask the office for one."), status=403)
    sent = request.POST.copy()
    sent["kind"] = sent.get("attribute[kind]", "")
    form = WritingForm(sent)
    if not form.is_valid():
        is_unknown = form.has_error("service_code", "unknown_service")
        raise Refused(*sentences(form), status=404 if is_unknown else 400)
    form_key = receipt.new_key()
    if given := request.headers.get("Idempotency-Key", "")[:200]:
        # Of this key alone: another writer's word for its own sending opens nothing.
        form_key = salted_hmac(
            "feedback.open311.sending", f"{key.pk}:{given}", algorithm="sha256"
        ).hexdigest()
    told, at = form.told(), timezone.now()
    signs = spam.signs_of_words(told.submission["story"], at)
    if spend("open311", f"key {key.pk}", at=at):
        # Taken all the same: a program gone wild costs the clerk a second look, and no resident their report.
        signs.append(spam.MANY)
    told.submission["suspicion"] = spam.suspicion(signs)
    taken = intake.receive(told, form_key=form_key, at=at)
    row = {
        "service_request_id": taken.submission.number,
        "service_notice": _(
            "Give the sender number %(number)s and secret %(secret)s: with both they follow it at %(address)s."
        )
        % {
            "number": taken.submission.number,
            "secret": taken.secret,
            "address": f"{settings.SITE_URL}{reverse('feedback:track')}",
        },
        "account_id": None,
        "token": taken.submission.form_key_hash,
    }
    response = written([row], REQUESTS, extension, 201 if taken.is_new else 200)
    # Holds a secret: nobody else's page reads it, nobody keeps it.
    del response["Access-Control-Allow-Origin"]
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
def requests(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The list to whoever reads, a new case from whoever writes with a key."""
    view = new_request if request.method == "POST" else request_list
    return view(request, extension=extension)


# Whoever reads gets the same page as everybody.
requests.public_page = request_list.public_page  # type: ignore[attr-defined]


def sentences(form: Form) -> list[str]:
    """Each problem with the name of its parameter."""
    found = []
    for name, problems in form.errors.items():
        found += [str(one) if name == "__all__" else f"{name}: {one}" for one in problems]
    return found
