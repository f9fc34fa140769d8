"""Where a call to a phone leads when it could be about several things, and the ways to end the calls.

The two addresses below it are asked by the worker of the installed app: whoever knows the address of a phone at its
push service is that phone, and may silence it or say where it moved; nothing is answered that would tell anything.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.shared.public_pages import public_page
from portal.shared.push.listening import leave, move
from portal.shared.push.models import LONGEST_ENDPOINT
from portal.shared.slowing import spend
from portal.shared.visitor import client_address


@public_page()
def phone_news(request: HttpRequest) -> HttpResponse:
    """The ways to what is new, and how to stop being told."""
    return render(request, "web_app/phone_news.html")


@sensitive_post_parameters()
@csrf_exempt
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """This phone hears nothing more, of anything."""
    return done(request, "endpoint")


@sensitive_post_parameters()
@csrf_exempt
@require_POST
def moved(request: HttpRequest) -> HttpResponse:
    """The browser gave the phone another address at the push service."""
    return done(request, "was", "endpoint")


def done(request: HttpRequest, *names: str) -> HttpResponse:
    told = [request.POST.get(name, "") for name in names]
    if not all(0 < len(one) <= LONGEST_ENDPOINT for one in told):
        return HttpResponse(status=400)
    if spend("push", client_address(request), at=timezone.now()):
        return HttpResponse(status=429)
    if len(told) == 1:
        leave(told[0])
    else:
        move(*told)
    return HttpResponse(status=204)
