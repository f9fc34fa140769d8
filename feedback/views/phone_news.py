"""“Tell me on this phone”, asked on the receipt or on the page of one's own case."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from feedback import drafting, rights
from feedback.models import Submission
from feedback.views.track import own_case
from portal.shared.push.models import Topic
from portal.shared.push.wishing import wished


@require_POST
@own_case
def case_news(request: HttpRequest, case: Submission) -> HttpResponse:
    """For whoever has opened the case with its codes."""
    return wished(request, Topic.case(case.pk), is_over=not rights.may_listen(case))


@sensitive_post_parameters()
@csrf_exempt
@require_POST
def receipt_news(request: HttpRequest) -> HttpResponse:
    """For whoever has just sent it and still has the receipt open."""
    case = drafting.sent_of(request, timezone.now())
    if case is None:
        return HttpResponseRedirect(reverse("feedback:track"))
    return wished(request, Topic.case(case.pk), is_over=not rights.may_listen(case))
