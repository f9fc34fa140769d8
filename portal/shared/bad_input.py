"""Requests no page can use: refused once, here, with a clear page, so that no view has to think of them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

MAX_QUERY_LENGTH = 16_384
CONTROL_CHARACTERS = frozenset(map(chr, range(32))) - {"\t", "\n", "\r"}


class RefuseBadInputMiddleware:
    """Answers 400 to null bytes and other control characters, broken UTF-8 and enormous query strings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        # In process_view, so that the refusal is shown by the portal's own 400 page.
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY_LENGTH:
            raise BadRequest("The query string is too long.")
        texts = [request.path_info]
        for name, values in request.GET.lists():
            texts += [name, *values]
        if any(is_unreadable(text) for text in texts):
            raise BadRequest("The address holds characters that cannot be read.")


def is_unreadable(text: str) -> bool:
    # U+FFFD is what Django's decoder leaves in place of broken UTF-8.
    return "\ufffd" in text or any(character in CONTROL_CHARACTERS for character in text)
