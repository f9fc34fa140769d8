"""Pages of officers outside the desk: the same staff door and the same rights, made for a phone in the hand."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect

View = Callable[..., HttpResponse]


def officer_page(*rights: str) -> Callable[[View], View]:
    """Lets in whoever is signed in at the staff door with any of these rights; `no-store` like all private pages."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not admin.site.has_permission(request):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if not any(request.user.has_perm(right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return csrf_protect(guarded)

    return decorate
