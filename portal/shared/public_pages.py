"""Pages anyone may keep: the same bytes for every visitor, by construction and not by care.

A public view gets a request on which nothing of the visitor is left, and a response that is about one visitor
is refused. What such a view answers may therefore be kept by browsers, proxies and ``front_door``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from hashlib import blake2b
from io import BytesIO
from typing import Any, NoReturn
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from portal.shared import replica
from portal.shared.bad_input import MAX_QUERY_LENGTH, is_unreadable

View = Callable[..., HttpResponseBase]

# Where a public view leaves word for the front door, in the server's own environment of the request.
PUBLIC_PAGE = "portal.public_page"
# Where the front door says under which content version it will keep the answer, if it keeps it.
CONTENT_VERSION = "portal.content_version"
READING_METHODS = ("GET", "HEAD")
VARY = "Accept-Encoding"
# Of a picture that is smaller for those who ask to be spared.
VARY_SAVING = "Accept-Encoding, Save-Data"
SAVE_DATA = "HTTP_SAVE_DATA"
# All a public view may know of a request beside its address and its known query parameters.
READABLE_META = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL")
# What middleware hangs on a request about the visitor.
PERSONAL_ATTRIBUTES = ("session", "user", "auser", "_cached_user", "_acached_user", "_messages")
PERSONAL_META = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "CSRF_COOKIE", "CSRF_COOKIE_NEEDS_UPDATE")


class TakenOff(AttributeError):
    """A public view asked for something of the visitor.

    An AttributeError, so that code which copes with its absence (``hasattr(request, "user")``) still does.
    """


class NotForEveryone(Exception):
    """A public view answered with something that is about one visitor or must not be kept."""


@dataclass(frozen=True)
class Rules:
    """What one public view declared: query parameters, their longest value (characters), age (seconds)."""

    known: tuple[str, ...]
    longest: int
    max_age: int
    # Whether it has a lighter form for phones that ask to be spared.
    saves_data: bool = False

    @property
    def cache_control(self) -> str:
        return f"public, max-age={self.max_age}"

    @property
    def vary(self) -> str:
        return VARY_SAVING if self.saves_data else VARY

    def at_most(self, seconds: int | None) -> "Rules":
        """The same for a page that holds only so long."""
        return self if seconds is None or seconds >= self.max_age else replace(self, max_age=max(0, seconds))


@dataclass(frozen=True)
class Mark:
    """The word left for the front door: this answer is public, by these rules, for this canonical query.

    `is_saving`: it is the lighter form.
    """

    rules: Rules
    query: str
    etag: str
    is_saving: bool = False


def taken_off(name: str) -> Any:
    def refuse(self: object) -> NoReturn:
        raise TakenOff(f"A public page is the same for everyone: its view cannot read request.{name}.")

    return property(refuse)


class PublicRequest(HttpRequest):
    """A request reduced to what all visitors of one canonical address have in common."""

    COOKIES = taken_off("COOKIES")
    session = taken_off("session")
    user = taken_off("user")
    auser = taken_off("auser")

    def __init__(self, request: HttpRequest, query: str) -> None:
        # HttpRequest.__init__ is left out on purpose: it would create an empty COOKIES instead of none.
        self.GET = QueryDict(query)
        self.POST = QueryDict("")
        self.FILES = MultiValueDict()
        self.method = "GET"
        self.path = request.path
        self.path_info = request.path_info
        self.resolver_match = request.resolver_match
        self.content_type = ""
        self.content_params = {}
        self.META = {
            name: request.META[name] for name in (*READABLE_META, *proxy_headers()) if name in request.META
        }
        self.META |= {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": request.path_info,
            "QUERY_STRING": query,
            "SCRIPT_NAME": request.META.get("SCRIPT_NAME", ""),
        }
        self._scheme = request.scheme
        # Whether the lighter form is asked for; only a view that declared one is ever told so.
        self.is_saving = False
        # Seconds after which the page says something else by itself; None: not within its age.
        self.holds_for: int | None = None
        self._stream = BytesIO()
        self._read_started = False
        for name in ("urlconf", "LANGUAGE_CODE"):
            if hasattr(request, name):
                setattr(self, name, getattr(request, name))

    @property
    def scheme(self) -> str | None:
        return self._scheme


def proxy_headers() -> list[str]:
    """The headers by which, under these settings, a proxy tells scheme and host."""
    names = [settings.SECURE_PROXY_SSL_HEADER[0]] if settings.SECURE_PROXY_SSL_HEADER else []
    names += ["HTTP_X_FORWARDED_HOST"] if settings.USE_X_FORWARDED_HOST else []
    names += ["HTTP_X_FORWARDED_PORT"] if settings.USE_X_FORWARDED_PORT else []
    return names


def canonical_query(query: QueryDict, rules: Rules) -> str:
    """The known parameters in one order, each once and only if it says something: one text for all spellings.

    Raises BadRequest for what no page can use, in unknown parameters too, so that the answer to a bad address
    does not depend on what is in the store.
    """
    for name, values in query.lists():
        if is_unreadable(name) or any(map(is_unreadable, values)):
            raise BadRequest("The address holds characters that cannot be read.")
    pairs = []
    for name in rules.known:
        values = query.getlist(name)
        if values and values[0]:
            if len(values[0]) > rules.longest:
                raise BadRequest(f"The query parameter “{name}” is longer than {rules.longest} characters.")
            pairs.append((name, values[0]))
    return urlencode(pairs)


def canonical_query_of(raw: str, rules: Rules) -> str:
    """The same from a server's query string (bytes as Latin-1), raising the same errors."""
    if not raw:
        return ""
    if len(raw) > MAX_QUERY_LENGTH:
        raise BadRequest("The query string is too long.")
    return canonical_query(QueryDict(raw.encode("latin-1"), encoding="utf-8"), rules)


def is_saving(environ: dict[str, Any], rules: Rules) -> bool:
    """Whether a request asks for the lighter form of something that has one; the same for every spelling."""
    return rules.saves_data and environ.get(SAVE_DATA, "").strip().lower() == "on"


def public_page(
    *known: str, longest: int = 200, max_age: int = 60, saves_data: bool = False
) -> Callable[[View], View]:
    """Makes a view public; ``known`` are its query parameters, any other is dropped before the view runs.

    The view is asked with GET only, answers with a whole response, and leaves caching headers and cookies
    alone. ``longest`` bounds one value in characters, a longer one is a 400; ``max_age`` is in seconds.
    ``saves_data`` lets the view answer ``request.is_saving`` with fewer bytes, kept apart from the full answer.
    """
    if not all(isinstance(name, str) and re.fullmatch(r"[a-z_]+", name) for name in known):
        raise TypeError('Name the query parameters: @public_page("q", "hal"), or @public_page() for none.')
    rules = Rules(known=tuple(sorted(known)), longest=longest, max_age=max_age, saves_data=saves_data)

    def decorate(view: View) -> View:
        @wraps(view)
        def public(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in READING_METHODS:
                return HttpResponseNotAllowed(READING_METHODS)
            query = canonical_query(request.GET, rules)
            shared = PublicRequest(request, query)
            shared.is_saving = is_saving(request.META, rules)
            forget_visitor(request)
            with translation.override(language_of(request.path_info)):
                response = replica.read(
                    lambda: for_everyone(rendered(view(shared, *args, **kwargs)), shared, view),
                    request.META.get(CONTENT_VERSION),
                )
            if response.status_code == 200:
                etag, kept = etag_of(response.content), rules.at_most(shared.holds_for)
                for name, value in (
                    ("Cache-Control", kept.cache_control),
                    ("ETag", etag),
                    ("Vary", kept.vary),
                ):
                    response.headers[name] = value
                request.META[PUBLIC_PAGE] = Mark(kept, query, etag, shared.is_saving)
            return response

        # A public view never runs for POST, so there is nothing to forge; without this a POST would get the
        # 403 of a missing token instead of the 405 it deserves.
        public.csrf_exempt = True  # type: ignore[attr-defined]
        public.public_page = rules  # type: ignore[attr-defined]
        return public

    return decorate


def forget_visitor(request: HttpRequest) -> None:
    """Takes the visitor off the outer request too.

    Otherwise middleware could answer a stale session cookie or a malformed CSRF cookie with a new cookie, on
    a page that shared caches keep.
    """
    request.__dict__["COOKIES"] = {}
    for name in PERSONAL_ATTRIBUTES:
        request.__dict__.pop(name, None)
    for name in PERSONAL_META:
        request.META.pop(name, None)


def language_of(path: str) -> str:
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Renders a lazy template response now, while the view's request and language are in force."""
    render = getattr(response, "render", None)
    return render() if callable(render) else response


def for_everyone(response: HttpResponseBase, request: PublicRequest, view: View) -> HttpResponse:
    """The response, if all visitors may be given it; raises NotForEveryone, naming the view, if not."""
    name = f"{view.__module__}.{view.__qualname__}"
    if not isinstance(response, HttpResponse):
        raise NotForEveryone(f"The public page {name} streams: a public page is kept whole.")
    reason = ""
    if response.cookies or "Set-Cookie" in response.headers:
        reason = "sets a cookie"
    elif "CSRF_COOKIE" in request.META:
        reason = "holds a CSRF token: give the form its own address, or write a GET form by hand"
    elif response.headers.get("Vary", VARY) != VARY:
        reason = f"varies on {response.headers['Vary']}"
    elif "Content-Encoding" in response.headers:
        reason = "is compressed already: the front door does that"
    elif response.status_code == 200 and "Cache-Control" in response.headers:
        reason = "sets Cache-Control itself"
    if reason:
        raise NotForEveryone(f"The public page {name} {reason}.")
    return response


def etag_of(body: bytes) -> str:
    # Weak: one tag for the body and its compressed forms.
    return f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
