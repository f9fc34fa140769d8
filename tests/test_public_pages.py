"""What a public view may know and answer: nothing of the visitor, nothing for one visitor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client

from portal.shared.public_pages import NotForEveryone, Rules, TakenOff, canonical_query, public_page
from tests import public_page_site

# Every page knows whose portal it is, and that is in the database.
pytestmark = [pytest.mark.urls(public_page_site.__name__), pytest.mark.django_db]

VISITORS: dict[str, dict[str, str]] = {
    "with a session": {"HTTP_COOKIE": "sessionid=abcdefghijklmnopqrstuvwxyz012345; csrftoken=" + "a" * 32},
    "with a session that cannot be": {"HTTP_COOKIE": "sessionid=x"},
    "with an empty session": {"HTTP_COOKIE": "sessionid="},
    "with a malformed CSRF cookie": {"HTTP_COOKIE": "csrftoken=!"},
    "with messages": {"HTTP_COOKIE": "messages=abc"},
    "with a language cookie": {"HTTP_COOKIE": "django_language=en"},
    "with credentials": {"HTTP_AUTHORIZATION": "Basic dXNlcjpwYXNz"},
    "who reads English": {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"},
    "with a name and an address": {
        "HTTP_USER_AGENT": "Phone/1",
        "REMOTE_ADDR": "10.1.2.3",
        "REMOTE_USER": "x",
    },
    "from elsewhere": {"HTTP_REFERER": "https://example.org/", "HTTP_X_FORWARDED_FOR": "10.9.9.9"},
    "with a script": {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ACCEPT": "application/json"},
    "with an old copy": {
        "HTTP_IF_NONE_MATCH": 'W/"0"',
        "HTTP_IF_MODIFIED_SINCE": "Sat, 01 Jan 2000 00:00:00 GMT",
    },
    "with a range": {"HTTP_RANGE": "bytes=0-1"},
    "with stray parameters": {"QUERY_STRING": "utm_source=x&fbclid=y&Q=z&q="},
}


@pytest.mark.parametrize("address", ["/curious/", "/en/curious/", "/hall/", "/greeting/"])
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_visitor_gets_the_same_bytes(visitor: str, address: str) -> None:
    nobody = Client().get(address)
    somebody = Client().get(address, **VISITORS[visitor])
    assert somebody.status_code == 200
    assert somebody.content == nobody.content
    assert sorted(somebody.headers.items()) == sorted(nobody.headers.items())
    assert not somebody.cookies


def test_a_stale_session_does_get_an_answer_on_a_private_page() -> None:
    """The control of the test above: without the decorator these cookies do change the answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(repr(sorted(request.META.items())))

    public_page_site.urlpatterns.append(public_page_site.path("bare/", answer))
    try:
        assert Client().get("/bare/", HTTP_COOKIE="sessionid=x").cookies
        assert Client().get("/bare/", HTTP_COOKIE="csrftoken=!").cookies
        assert Client().get("/bare/", HTTP_ACCEPT_LANGUAGE="en").content != Client().get("/bare/").content
    finally:
        public_page_site.urlpatterns.pop()


@pytest.mark.parametrize("name", ["session", "user", "auser", "COOKIES"])
def test_a_public_view_that_asks_for_the_visitor_is_told_so(name: str) -> None:
    with pytest.raises(TakenOff, match=f"cannot read request.{name}"):
        Client().get(f"/asking-for/{name}/")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/wrong/cookie/", "sets a cookie"),
        ("/wrong/moving/", "sets a cookie"),
        ("/wrong/varying/Cookie/", "varies on Cookie"),
        ("/wrong/varying/Authorization/", "varies on Authorization"),
        ("/wrong/varying/Accept-Language/", "varies on Accept-Language"),
        ("/wrong/varying/Accept-Encoding, Cookie/", "varies on Accept-Encoding, Cookie"),
        ("/wrong/streaming/", "streams"),
        ("/wrong/form/", "holds a CSRF token"),
        ("/wrong/caching/", "sets Cache-Control itself"),
        ("/wrong/compressed/", "is compressed already"),
    ],
)
def test_an_answer_that_is_not_for_everyone_is_refused(address: str, reason: str) -> None:
    with pytest.raises(NotForEveryone, match=reason):
        Client().get(address)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_a_public_page_is_only_read(method: str) -> None:
    public_page_site.visits.clear()
    response = getattr(Client(enforce_csrf_checks=True), method)("/hall/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.headers["Cache-Control"] == "no-store"
    assert public_page_site.visits == []


def test_anyone_may_keep_a_public_page_for_a_minute() -> None:
    response = Client().get("/hall/")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["ETag"].startswith('W/"')


def test_a_page_rendered_late_is_a_public_page_too() -> None:
    response = Client().get("/late/")
    assert (response.content, response.headers["Cache-Control"]) == (b"Good morning", "public, max-age=60")


def test_the_etag_follows_the_body() -> None:
    def etag(address: str) -> str:
        return str(Client().get(address).headers["ETag"])

    assert etag("/hall/") == etag("/hall/?utm_source=x") != etag("/hall/?q=ktp")


@pytest.mark.parametrize(
    ("address", "status"), [("/missing/", 404), ("/moved/", 302), ("/private/", 200), ("/nowhere/", 404)]
)
@pytest.mark.django_db
def test_what_is_not_a_public_page_is_nobodys_to_keep(address: str, status: int) -> None:
    response = Client().get(address)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_public_view_sees_its_known_parameters_in_one_order() -> None:
    public_page_site.visits.clear()
    for query in ("hal=2&q=ktp", "q=ktp&hal=2", "q=ktp&utm=x&hal=2&q=other", "q=k%74p&&hal=2&Hal=3"):
        Client().get(f"/hall/?{query}")
    assert set(public_page_site.visits) == {"/hall/?hal=2&q=ktp"}


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=a%00b", "other=%00", "%00=1", "q=%FF%FE", "q=%1b[0m", "q=" + "a" * 201, "q=" + "a" * 10_000],
)
def test_a_query_no_page_can_use_is_a_clear_400(query: str) -> None:
    response = Client().get(f"/hall/?{query}")
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "no-store"


def test_the_longest_value_is_counted_in_characters() -> None:
    assert Client().get("/hall/", {"q": "é" * 200}).status_code == 200


@pytest.mark.parametrize("raw", ["q=", "", "x=1", "q=&q=ktp", "Q=ktp"])
def test_a_parameter_that_says_nothing_is_no_parameter(raw: str) -> None:
    assert canonical_query(QueryDict(raw), Rules(("q",), 200, 60)) == ""


def test_the_canonical_query_is_its_own_canonical_form() -> None:
    rules = Rules(("hal", "q"), 200, 60)
    once = canonical_query(QueryDict("q=a+b%26c%3Dd é&hal=2"), rules)
    assert canonical_query(QueryDict(once), rules) == once
    assert QueryDict(once).dict() == {"hal": "2", "q": "a b&c=d é"}


def test_canonical_queries_refuse_what_cannot_be_read() -> None:
    with pytest.raises(BadRequest):
        canonical_query(QueryDict("q=%00"), Rules(("q",), 200, 60))


@pytest.mark.parametrize("wrong", [(public_page_site.plain_error,), ("Not A Name",)])
def test_the_decorator_says_how_it_is_used(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="Name the query parameters"):
        public_page(*wrong)


class OneThatSetsACookie:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.set_cookie("seen", "yes")
        return response


class OneThatVaries(OneThatSetsACookie):
    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Vary"] = "Accept-Encoding, Cookie"
        return response


class OneThatLooksBack(OneThatSetsACookie):
    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["X-Seen"] = repr((request.COOKIES, request.META.get("HTTP_COOKIE")))
        return response


def test_a_middleware_finds_no_visitor_on_a_public_page_either(settings: Any) -> None:
    settings.MIDDLEWARE = [f"{__name__}.OneThatLooksBack", *settings.MIDDLEWARE]
    response = Client().get("/hall/", HTTP_COOKIE="sessionid=abcdefgh; seen=yes")
    assert response.headers["X-Seen"] == "({}, None)"


class OneThatReadsTheSession(OneThatSetsACookie):
    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session.get("seen")
        return self.get_response(request)


def test_a_session_read_before_the_view_does_not_make_its_page_vary(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.OneThatReadsTheSession"]
    response = Client().get("/hall/")
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("middleware", [OneThatSetsACookie, OneThatVaries])
def test_a_public_page_made_personal_by_a_middleware_is_no_longer_public(
    middleware: type, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.{middleware.__name__}"]
    response = Client().get("/hall/")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "made the public page /hall/ personal" in caplog.text


def test_the_guard_stands_outside_every_middleware_that_knows_visitors(settings: Any) -> None:
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    inside = order[order.index("NoStoreMiddleware") + 1 :]
    assert {"SessionMiddleware", "CsrfViewMiddleware", "AuthenticationMiddleware", "MessageMiddleware"} <= {
        *inside
    }
