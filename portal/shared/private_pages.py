"""What is not public is nobody's to keep: the portal says so on every answer that did not say otherwise."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.shared.public_pages import PUBLIC_PAGE

logger = logging.getLogger(__name__)


class NoStoreMiddleware:
    """Adds ``no-store`` where a response has no Cache-Control: forms, desk, errors, redirects.

    Stands outside every middleware that may set a cookie, and takes “public” back from a public page to which
    one of them did: the visitor still gets the page, no cache does, and the log says what to repair.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        elif (mark := request.META.get(PUBLIC_PAGE)) and (
            response.cookies or response.headers.get("Vary") != mark.rules.vary
        ):
            response.headers["Cache-Control"] = "no-store"
            logger.error(
                "A middleware made the public page %s personal (cookies: %s; Vary: %s).",
                request.path_info,
                ", ".join(response.cookies) or "none",
                response.headers.get("Vary"),
            )
        return response
