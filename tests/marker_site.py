"""The portal as gunicorn serves it, with addresses on which a program would do everything wrong.

``/keliru/…`` logs what the visitor sent in every way a program can: none of it may arrive in the log.
``/bocor/…`` really leaks, past the log: the control that a leak would be found.
"""

import logging
import os
import threading

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Before anything asks for them: nothing was collected here.
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
settings.WHITENOISE_USE_FINDERS = True
settings.ROOT_URLCONF = "tests.marker_site"

from portal.wsgi import application as application  # noqa: E402, I001

from django.contrib.auth.models import Group  # noqa: E402
from django.core.mail import EmailMessage  # noqa: E402
from django.db import OperationalError  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from portal import urls  # noqa: E402

logger = logging.getLogger("portal.keliru")
library = logging.getLogger("some.library")


def everything(request: HttpRequest) -> str:
    names = ("HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT", "QUERY_STRING", "PATH_INFO")
    return " ".join([*(str(request.META.get(name)) for name in names), request.body.decode()])


def told(request: HttpRequest) -> HttpResponse:
    """Logged in every way there is, by us and by a library."""
    words = everything(request)
    for one in (logger, library):
        one.error("Somebody sent %s", words)
        one.error(f"Somebody sent {words}")
        one.error("Somebody sent " + words, extra={"status": words, "route": words, "request": request})
        one.error(ValueError(words))
        try:
            raise ValueError(words) from KeyError(words)
        except ValueError as problem:
            one.exception(problem)
            one.exception("It went wrong", stack_info=True)
    return HttpResponse("ok")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError(everything(request))


def unavailable(request: HttpRequest) -> HttpResponse:
    raise OperationalError(everything(request))


def broken_thread(request: HttpRequest) -> HttpResponse:
    words = everything(request)

    def fail() -> None:
        raise ValueError(words)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    return HttpResponse("ok")


def printed(request: HttpRequest) -> HttpResponse:
    print(everything(request), flush=True)
    return HttpResponse("ok")


def stored(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name=everything(request)[:150])
    return HttpResponse("ok")


def uploaded(request: HttpRequest) -> HttpResponse:
    folder = settings.MEDIA_ROOT
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "visitors"), "a") as file:
        file.write(everything(request))
    return HttpResponse("ok")


def mailed(request: HttpRequest) -> HttpResponse:
    EmailMessage("Visitor", everything(request), to=["sari@example.org"]).send()
    return HttpResponse("ok")


def in_session(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = everything(request) * 20
    return HttpResponse("ok")


urlpatterns = [
    *(path(f"keliru/{view.__name__}/", view) for view in (told, broken, unavailable, broken_thread)),
    *(path(f"bocor/{view.__name__}/", view) for view in (printed, stored, uploaded, mailed, in_session)),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
