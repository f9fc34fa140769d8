"""A small site with one view for every way a public page can be right or wrong."""

from typing import Any

from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.template.response import SimpleTemplateResponse
from django.urls import path
from django.utils.translation import get_language

from portal.shared.public_pages import public_page

LONG = "The office opens at half past seven. " * 200

# How often the view ran, so that a test can tell a stored answer from a fresh one.
visits: list[str] = []


@public_page("q", "hal")
def hall(request: HttpRequest) -> HttpResponse:
    visits.append(request.get_full_path())
    return HttpResponse(f"<p>{request.build_absolute_uri()}</p>{LONG}")


@public_page("q")
def curious(request: HttpRequest) -> HttpResponse:
    """Shows all it can find out about the visitor."""
    found = {
        "meta": sorted(request.META.items()),
        "headers": sorted(request.headers.items()),
        "attributes": sorted(name for name in dir(request) if hasattr(request, name)),
        "is_secure": request.is_secure(),
        "language": get_language(),
        "body": request.body,
        "post": request.POST.dict(),
    }
    return HttpResponse(repr(found), content_type="text/plain")


@public_page()
def asking_for(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(str(getattr(request, name)))


def private(request: HttpRequest) -> HttpResponse:
    visits.append("private")
    request.session["seen"] = True
    return HttpResponse(f"For you alone. {LONG}")


@public_page()
def groups(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Groups: " + ", ".join(Group.objects.order_by("pk").values_list("name", flat=True)))


def private_groups(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Group.objects.values_list("name", flat=True)))


@public_page()
def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


@public_page()
def moved(request: HttpRequest) -> HttpResponse:
    return redirect("/hall/")


@public_page()
def greeting(request: HttpRequest) -> HttpResponse:
    """With every context processor of the portal, those that look for the visitor included."""
    template = Template("{% if user.is_authenticated %}Hello, {{ user }}{% else %}Hello, everyone{% endif %}")
    return HttpResponse(template.render(RequestContext(request)))


@public_page()
def setting_a_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("seen", "yes")
    return response


@public_page()
def moving_with_a_cookie(request: HttpRequest) -> HttpResponse:
    response = redirect("/hall/")
    response.set_cookie("seen", "yes")
    return response


@public_page()
def varying(request: HttpRequest, header: str) -> HttpResponse:
    return HttpResponse("x", headers={"Vary": header})


@public_page()
def streaming(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"x"]))


@public_page()
def with_a_form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template("<form>{% csrf_token %}</form>").render(RequestContext(request)))


class Late(SimpleTemplateResponse):
    """Rendered after its view has returned, as TemplateResponse is."""

    rendered_content = "Good morning"


@public_page()
def late(request: HttpRequest) -> HttpResponse:
    return Late("")


@public_page()
def caching_by_itself(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"Cache-Control": "private"})


@public_page()
def compressed_already(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x", headers={"Content-Encoding": "gzip"})


@public_page()
def picture(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"\xff\xd8" + b"0" * 1000, content_type="image/jpeg")


@public_page()
def large(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"0" * 100_000, content_type="text/csv")


def plain_error(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return HttpResponse("This address leads nowhere.", status=404)


def plain_refusal(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return HttpResponse("This address cannot be read.", status=400)


handler400 = plain_refusal
handler404 = plain_error

urlpatterns = [
    path("hall/", hall),
    path("curious/", curious),
    path("en/curious/", curious),
    path("asking-for/<name>/", asking_for),
    path("private/", private),
    path("groups/", groups),
    path("private-groups/", private_groups),
    path("missing/", missing),
    path("moved/", moved),
    path("greeting/", greeting),
    path("late/", late),
    path("picture/", picture),
    path("large/", large),
    path("wrong/cookie/", setting_a_cookie),
    path("wrong/moving/", moving_with_a_cookie),
    path("wrong/varying/<header>/", varying),
    path("wrong/streaming/", streaming),
    path("wrong/form/", with_a_form),
    path("wrong/caching/", caching_by_itself),
    path("wrong/compressed/", compressed_already),
]
