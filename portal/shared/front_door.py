"""Answers stored public pages before Django is entered, as a notice board does before anyone is asked."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation

from portal.shared import content_version
from portal.shared.page_store import Page, Store, chosen_coding
from portal.shared.public_pages import (
    CONTENT_VERSION,
    PUBLIC_PAGE,
    READING_METHODS,
    Mark,
    Rules,
    canonical_query_of,
    etag_of,
    is_saving,
    proxy_headers,
)
from portal.shared.request_log import KEPT, ROUTE, Application, Environ, StartResponse

Address = tuple[str, ...]

MAX_ADDRESSES = 8192
# While the database is away: the last news of the notice board is worth more to a resident than an apology.
# Longer, and what a page says of today ("open now") misleads.
SECONDS_IN_OUTAGE = 600


class FrontDoor:
    """A WSGI application around Django's, with one store of public pages.

    An address (scheme, host, path as the server names them) is known only after Django has answered it with a
    public page, so allowed hosts and the redirect to https hold for stored pages too. A page is kept with the
    final headers, those of every middleware included. Django is asked whenever anything is in doubt.
    """

    def __init__(
        self,
        application: Application,
        store: Store | None = None,
        version: Callable[[], int | None] = content_version.current_outside_requests,
    ) -> None:
        self.application = application
        self.store = Store() if store is None else store
        self._version = version
        self._last_version: int | None = None
        self._rules: dict[Address, Rules] = {}
        self._address_names = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", *proxy_headers())

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        parts = self._answer(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return parts
        # Django leaves this to the server, and servers complain about it.
        close(parts)
        return []

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in READING_METHODS or not environ.get("HTTP_HOST"):
            return self.application(environ, start_response)
        # Django decodes the path in place, so the address is noted before it gets the request; the version is
        # read before the content, so that no page is kept under a newer version than it shows.
        address = tuple(environ.get(name, "") for name in self._address_names)
        version = self._version()
        rules = self._rules.get(address)
        # Nobody can change content in an outage, so what was current before it still is; only time went on.
        known, grace = (self._last_version, SECONDS_IN_OUTAGE) if version is None else (version, 0)
        self._last_version = known
        if known is not None and rules is not None:
            try:
                query = canonical_query_of(environ.get("QUERY_STRING", ""), rules)
            except (BadRequest, SuspiciousOperation, UnicodeError):
                return self.application(environ, start_response)
            key = (address, query, is_saving(environ, rules))
            page = self.store.page(key, known, grace)
            if page is not None:
                environ[ROUTE], environ[KEPT] = page.route, True
                return self._answer_with(page, key, environ, start_response)
        return self._ask(environ, start_response, address, version)

    def _ask(
        self, environ: Environ, start_response: StartResponse, address: Address, version: int | None
    ) -> Iterable[bytes]:
        held: list[Any] = []
        environ[CONTENT_VERSION] = version

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            mark = environ.get(PUBLIC_PAGE)
            if mark is not None and is_still_public(mark, status, headers):
                held[:] = status, headers, mark
                return None
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        parts = self.application(environ, start)
        if not held:
            return parts
        status, headers, mark = held
        try:
            body = b"".join(parts)
        finally:
            # Ends the request in Django: connections go back, signals are sent.
            close(parts)
        if etag_of(body) != mark.etag:
            # A middleware rewrote the page after it was marked: hand it on, keep nothing.
            start_response(status, headers)
            return [body]
        page = Page(version or 0, headers, body, self.store.clock() + mark.rules.max_age)
        page.route = environ.get(ROUTE, "")
        key = (address, mark.query, mark.is_saving)
        if version is not None:
            if len(self._rules) >= MAX_ADDRESSES:
                self._rules.clear()
            self._rules[address] = mark.rules
            self.store.keep(key, page)
        return self._answer_with(page, key, environ, start_response)

    def _answer_with(
        self, page: Page, key: tuple[Address, str, bool], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and page.is_known_to(known):
            start_response("304 Not Modified", page.not_modified.copy())
            return []
        headers, body, added = page.form(chosen_coding(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if added:
            self.store.grew(key, page, added)
        start_response("200 OK", headers.copy())
        return [body]


def close(parts: Iterable[bytes]) -> None:
    getattr(parts, "close", lambda: None)()


def is_still_public(mark: Mark, status: str, headers: list[tuple[str, str]]) -> bool:
    """Whether an answer reached the door as its view sent it, no middleware having made it personal."""
    named = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200 ")
        and named.get("cache-control") == mark.rules.cache_control
        and named.get("etag") == mark.etag
        and named.get("vary") == mark.rules.vary
        and not named.keys() & {"set-cookie", "content-encoding"}
    )


def front_door(application: Application) -> FrontDoor:
    return FrontDoor(application)
