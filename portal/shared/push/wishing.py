"""What the button “Tell me on this phone” asks of the page it stands on, and what it is answered."""

from typing import Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.shared.push.listening import is_told, leave, subscribe
from portal.shared.push.models import LONGEST_ENDPOINT, Topic
from portal.shared.slowing import spend
from portal.shared.tokens import token_fits
from portal.shared.visitor import client_address

ON, OFF, ASK = "on", "off", "ask"
WISHES: Final = frozenset({ON, OFF, ASK})


def wished(request: HttpRequest, topic: Topic, *, is_over: bool) -> JsonResponse:
    """`on`: whether this phone is told of the topic now; `more`: whether it still hears of something else."""
    at = timezone.now()
    wish, endpoint = request.POST.get("wish", ""), request.POST.get("endpoint", "")
    if wish not in WISHES or not 0 < len(endpoint) <= LONGEST_ENDPOINT:
        return refused(400, _("This could not be understood. Load the page again."))
    if not token_fits(request):
        return refused(403, _("This page was open for too long. Load it again."))
    if wish == ASK:
        return JsonResponse({"on": is_told(topic, endpoint, at)})
    if wish == OFF:
        return JsonResponse({"on": False, "more": leave(endpoint, topic)})
    if is_over:
        return refused(409, _("It is over, so there is nothing more to tell."))
    if wait := spend("push", client_address(request), at=at):
        answer = refused(429, _("Too many at once. Try again in a while."))
        answer["Retry-After"] = str(int(wait.total_seconds()) + 1)
        return answer
    try:
        subscribe(topic, endpoint, at=at)
    except ValidationError as refusal:
        return refused(422, refusal.messages[0])
    return JsonResponse({"on": True})


def refused(status: int, words: str) -> JsonResponse:
    return JsonResponse({"problem": words}, status=status)
