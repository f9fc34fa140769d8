"""Stored pages are answered before Django, and only when that answer is the one Django would give."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import pytest
from django.http import HttpRequest, HttpResponse

from portal.shared import front_door as doors
from tests import public_page_site
from tests.doors import Door, connections_kept_open
from tests.public_page_site import LONG, visits

pytestmark = pytest.mark.urls(public_page_site.__name__)


@pytest.fixture(autouse=True)
def fresh_site() -> Iterator[None]:
    visits.clear()
    with connections_kept_open():
        yield


@pytest.fixture
def door() -> Door:
    return Door()


def test_the_second_visitor_is_answered_without_django(door: Door) -> None:
    first, second = door.ask(), door.ask(HTTP_COOKIE="sessionid=x", HTTP_ACCEPT_LANGUAGE="en")
    assert first == second
    assert first.status == 200
    assert LONG in first.body.decode()
    assert len(visits) == 1


def test_a_stored_page_has_the_headers_of_every_middleware(door: Door) -> None:
    door.ask()
    headers = door.ask().headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Language"] == "id"
    assert headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("is_stored", [False, True])
def test_head_is_get_without_a_body(door: Door, is_stored: bool) -> None:
    if is_stored:
        door.ask()
    head = door.ask(method="HEAD")
    assert (head.status, head.headers, head.body) == (200, door.ask().headers, b"")
    assert len(visits) == 1


@pytest.mark.parametrize("address", ["/missing/", "/moved/", "/hall/?q=%00"])
def test_head_has_no_body_on_any_other_answer(door: Door, address: str) -> None:
    door.ask()
    get, head = door.ask(address), door.ask(address, method="HEAD")
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")


@pytest.mark.parametrize("is_stored", [False, True])
@pytest.mark.parametrize("form", ["{}", "{strong}", '"x", {}', '"x",{strong} ,"y"', "*"])
def test_a_visitor_who_has_the_page_is_told_so(door: Door, form: str, is_stored: bool) -> None:
    tag = Door().ask().headers["ETag"]
    if is_stored:
        door.ask()
    answer = door.ask(HTTP_IF_NONE_MATCH=form.format(tag, strong=tag[2:]))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & answer.headers.keys()


@pytest.mark.parametrize("known", ['W/"0"', '"x", "y"', "", "abc", "x*"])
def test_a_visitor_with_another_page_gets_this_one(door: Door, known: str) -> None:
    assert [door.ask(HTTP_IF_NONE_MATCH=known).status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("is_stored", [False, True])
def test_each_visitor_gets_the_coding_asked_for(door: Door, is_stored: bool) -> None:
    if is_stored:
        door.ask()
    plain, small, older = (
        door.ask(),
        door.ask(HTTP_ACCEPT_ENCODING="br"),
        door.ask(HTTP_ACCEPT_ENCODING="gzip"),
    )
    assert brotli.decompress(small.body) == gzip.decompress(older.body) == plain.body
    assert small.headers["ETag"] == plain.headers["ETag"]
    assert small.headers["Content-Length"] == str(len(small.body))
    assert "Content-Encoding" not in plain.headers
    assert len(visits) == 1


def test_unknown_parameters_share_one_page(door: Door) -> None:
    queries = ["?q=ktp", "?q=ktp&utm_source=x", "?fbclid=1&q=ktp&hal=", "?q=k%74p&q=kk"]
    answers = [door.ask(f"/hall/{query}") for query in queries]
    assert all(answer == answers[0] for answer in answers)
    assert len(visits) == len(door.store) == 1


def test_known_parameters_make_other_pages(door: Door) -> None:
    bodies = {door.ask(f"/hall/{query}").body for query in ("", "?q=ktp", "?q=kk", "?q=ktp&hal=2", "?hal=2")}
    assert len(bodies) == len(door.store) == 5


@pytest.mark.parametrize(
    "query", ["q=%00", "x=%00", "q=%FF", "q=" + "a" * 201, "&".join("x=1" for _ in range(9000))]
)
def test_a_bad_address_gets_the_same_refusal_whatever_is_stored(door: Door, query: str) -> None:
    before = door.ask(f"/hall/?{query}")
    door.ask()
    assert door.ask(f"/hall/?{query}") == before
    assert before.status == 400


def test_a_host_that_is_not_ours_is_refused_though_the_page_is_stored(door: Door, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    assert door.ask().status == 200
    assert door.ask(HTTP_HOST="evil.example").status == 400
    assert b"http://other.example/hall/" in door.ask(HTTP_HOST="other.example").body
    assert b"http://testserver/hall/" in door.ask().body


def test_an_unencrypted_visitor_is_still_sent_to_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    door = Door()
    for _ in range(2):
        assert door.ask(HTTP_X_FORWARDED_PROTO="https").status == 200
        assert door.ask(HTTP_X_FORWARDED_PROTO="http").status == 301
        assert door.ask().status == 301


def test_a_change_of_content_is_shown_at_once(door: Door) -> None:
    door.ask()
    door.version = 2
    door.ask()
    assert len(visits) == 2


def test_without_the_version_an_edit_would_stay_hidden(door: Door) -> None:
    """The control of the test above: it is the version that shows the edit, nothing else would."""
    door.ask()
    door.version = 1
    door.ask()
    assert len(visits) == 1


def test_a_page_made_while_an_edit_commits_is_made_again(door: Door) -> None:
    """The view may have read content from before the edit, so it must not be kept as what came after."""
    inner = door.application.application

    def edited_meanwhile(environ: Any, start_response: Any) -> Any:
        parts = inner(environ, start_response)
        door.version = 2
        return parts

    door.application.application = edited_meanwhile
    door.ask()
    door.ask()
    assert len(visits) == 2


def test_a_page_is_made_anew_after_a_minute(door: Door) -> None:
    door.ask()
    door.clock.now += 59
    door.ask()
    assert len(visits) == 1
    door.clock.now += 1
    door.ask()
    assert len(visits) == 2


def test_while_the_database_is_away_the_last_news_stay_on_the_board(door: Door) -> None:
    page = door.ask()
    door.version = None
    door.clock.now += 59 + doors.SECONDS_IN_OUTAGE
    assert door.ask() == page
    assert len(visits) == 1
    door.clock.now += 1
    door.ask()
    assert len(visits) == 2, "too old to be worth telling"


def test_while_the_database_is_away_no_page_older_than_the_last_known_edit_is_given(door: Door) -> None:
    door.ask()
    door.version = 2
    door.ask("/hall/?q=other")
    door.version = None
    door.ask()
    assert len(visits) == 3


def test_while_the_database_is_away_nothing_is_kept(door: Door) -> None:
    door.version = None
    door.ask()
    door.ask()
    assert len(visits) == 2
    assert len(door.store) == 0


@pytest.mark.parametrize("address", ["/missing/", "/moved/", "/nowhere/", "/hall"])
def test_what_is_no_page_is_not_kept(door: Door, address: str) -> None:
    assert door.ask(address) == door.ask(address)
    assert len(door.store) == 0


@pytest.mark.django_db
def test_a_private_page_is_not_kept_and_compressed_for_each_anew(door: Door) -> None:
    for _ in range(2):
        answer = door.ask("/private/", HTTP_ACCEPT_ENCODING="br, gzip")
        assert answer.headers["Content-Encoding"] == "br"
        assert LONG in brotli.decompress(answer.body).decode()
        assert "Set-Cookie" in answer.headers
    assert visits == ["private", "private"]
    assert len(door.store) == 0


def test_only_reading_is_answered_from_the_store(door: Door) -> None:
    door.ask()
    assert door.ask(method="POST").status == 405
    assert door.ask(method="OPTIONS").status == 405


def test_a_request_without_a_host_is_left_to_django(door: Door) -> None:
    door.ask(HTTP_HOST="")
    assert len(door.store) == 0


def test_a_picture_is_kept_as_it_is(door: Door) -> None:
    answers = [door.ask("/picture/", HTTP_ACCEPT_ENCODING="br") for _ in range(2)]
    assert answers[0] == answers[1]
    assert "Content-Encoding" not in answers[0].headers
    assert len(door.store) == 1


def test_the_door_keeps_within_its_bounds() -> None:
    door = Door(max_bytes=200_000)
    for number in range(100):
        door.ask(f"/hall/?q={number}", HTTP_ACCEPT_ENCODING="br")
        assert door.store.bytes <= 200_000
    assert 5 < len(door.store) < 100
    assert door.ask("/large/").status == 200
    assert door.store.bytes <= 200_000


def test_the_addresses_remembered_are_bounded(
    door: Door, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(doors, "MAX_ADDRESSES", 5)
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(50):
        assert door.ask(HTTP_HOST=f"h{number}.example").status == 200
    assert len(door.application._rules) <= 5


def through(change: Any) -> Door:
    """A door whose Django has one more layer that changes the response on its way out."""
    door = Door()

    def get_response(request: HttpRequest) -> HttpResponse:
        response = inner(request)
        change(response)
        return response

    handler = door.application.application
    inner, handler._middleware_chain = handler._middleware_chain, get_response  # type: ignore[attr-defined]
    return door


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda response: response.set_cookie("seen", "yes"), id="a cookie"),
        pytest.param(lambda response: response.headers.__setitem__("Vary", "Cookie"), id="Vary: Cookie"),
        pytest.param(lambda response: response.headers.pop("Vary"), id="no Vary"),
        pytest.param(lambda response: response.headers.__setitem__("Cache-Control", "private"), id="private"),
        pytest.param(lambda response: response.headers.__setitem__("Content-Encoding", "x"), id="a coding"),
        pytest.param(lambda response: setattr(response, "content", b"other"), id="another body"),
        pytest.param(lambda response: setattr(response, "status_code", 503), id="another status"),
    ],
)
def test_a_page_changed_after_its_view_is_handed_on_and_not_kept(change: Any) -> None:
    door = through(change)
    first, second = door.ask(), door.ask()
    assert first == second
    assert len(visits) == 2
    assert len(door.store) == 0


def test_many_visitors_at_once_get_each_their_page() -> None:
    door = Door(max_bytes=150_000)

    def visit(number: int) -> bool:
        query = number % 20
        if number % 97 == 0:
            door.version = number
        answer = door.ask(f"/hall/?q={query}", HTTP_ACCEPT_ENCODING=("br", "gzip", "")[number % 3])
        coding = answer.headers.get("Content-Encoding")
        body = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](answer.body)
        return f"/hall/?q={query}</p>" in body.decode() and answer.status == 200

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(visit, range(600)))
    assert len(visits) < 600
    assert door.store.bytes <= 150_000
