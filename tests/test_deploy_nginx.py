"""nginx by the examples: what it keeps for everyone, what it never keeps, and what the portal hears.

Behind it stands a server of the test's own that answers whatever a test wants to see handled.
"""

import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest

from tests import tools
from tests.behind import PUBLIC, Behind
from tests.deployed import EXAMPLES, HOST, ROOT, Front, front

# No database is asked; once is enough.
pytestmark = pytest.mark.sqlite

SHORT = {
    # Seconds instead of a minute; the shape stays.
    "proxy_cache_valid 200 40s;": "proxy_cache_valid 200 1s;",
}


@pytest.fixture(scope="module")
def nginx() -> Iterator[Front]:
    if tools.nginx() is None:
        pytest.skip(f"{tools.NGINX_MISSING}.")
    with front(SHORT) as running:
        yield running


@pytest.fixture
def behind(nginx: Front) -> Iterator[Behind]:
    server = Behind(nginx.socket_path)
    yield server
    with suppress(FileNotFoundError):
        server.close()


@pytest.fixture
def page(request: pytest.FixtureRequest) -> str:
    """An address no other test asks for, so that nobody else's page is kept under it."""
    return f"/layanan/{sha256(request.node.nodeid.encode()).hexdigest()[:12]}/"


# What is kept ---------------------------------------------------------------------------------------------


def test_a_public_page_is_asked_for_once(nginx: Front, behind: Behind, page: str) -> None:
    first, second = nginx.ask(page), nginx.ask(page)
    assert (first.kept, second.kept) == ("MISS", "HIT")
    assert first.body == second.body == b"1 for nobody"
    assert second.headers["cache-control"] == PUBLIC


def test_a_visitor_s_cookie_changes_nothing_on_a_public_page(nginx: Front, behind: Behind, page: str) -> None:
    nginx.ask(page)
    assert nginx.ask(page, Cookie="__Host-csrf=abc; colour=red").kept == "HIT"


def test_each_query_is_a_page_of_its_own(nginx: Front, behind: Behind, page: str) -> None:
    assert nginx.ask(f"{page}?q=ktp").body != nginx.ask(f"{page}?q=kk").body
    assert nginx.ask(f"{page}?q=ktp").kept == "HIT"


def test_compressed_and_plain_forms_are_kept_apart(nginx: Front, behind: Behind, page: str) -> None:
    spellings = {"": "", "gzip": "gzip", "gzip, deflate, br, zstd": "br", "br;q=0, gzip": "gzip", "*": ""}
    for sent in spellings:
        nginx.ask(page, Accept_Encoding=sent or "identity")
    assert [headers.get("accept-encoding", "") for _, headers, _ in behind.seen] == ["", "gzip", "br"]


def test_a_photo_is_kept_in_two_sizes_and_a_page_in_one(nginx: Front, behind: Behind, page: str) -> None:
    photo = f"/en/jawaban/foto/{page.strip('/')}.avif"
    behind.answers[photo] = [("Cache-Control", PUBLIC), ("Vary", "Accept-Encoding, Save-Data")]
    bodies = [nginx.ask(photo, Save_Data=said).body for said in ("on", "off", "ON", "1", "on")]
    assert len(set(bodies)) == 2
    assert bodies[0] == bodies[2] == bodies[4]
    assert bodies[1] == bodies[3]
    assert [headers.get("save-data") for _, headers, _ in behind.seen] == ["on", "off"]
    assert len({nginx.ask(page, Save_Data=said).body for said in ("on", "off")}) == 1


def test_pages_of_one_visitor_are_compressed_by_the_portal(nginx: Front, behind: Behind) -> None:
    for page in ("/admin/services/service/", "/petugas/", "/suara/cerita/"):
        behind.answers[page] = [("Content-Encoding", "br"), ("Cache-Control", "no-store")]
        answer = nginx.ask(page, Accept_Encoding="gzip, deflate, br")
        assert behind.seen[-1][1]["accept-encoding"] == "br"
        assert answer.headers["content-encoding"] == "br"


def test_a_morning_without_signal_arrives_with_its_photos(nginx: Front, behind: Behind) -> None:
    body = b"x" * 3_000_000
    assert nginx.ask("/petugas/lapangan/kirim/", method="POST", body=body).status == 200
    assert nginx.ask("/petugas/kunjungan/1/", method="POST", body=body).status == 413


def test_a_known_page_is_not_sent_again(nginx: Front, behind: Behind, page: str) -> None:
    behind.answers[page] = [("Cache-Control", PUBLIC), ("ETag", 'W/"a1"'), ("Vary", "Accept-Encoding")]
    nginx.ask(page)
    again = nginx.ask(page, If_None_Match='W/"a1"')
    assert (again.status, again.kept, again.body) == (304, "HIT", b"")


def test_an_edit_shows_after_the_page_was_asked_for_once_more(
    nginx: Front, behind: Behind, page: str
) -> None:
    first = nginx.ask(page)
    time.sleep(2.1)
    assert nginx.ask(page).kept in {"STALE", "EXPIRED"}
    until = time.monotonic() + 30
    while nginx.ask(page).body == first.body:
        assert time.monotonic() < until


def test_the_times_in_the_example_add_up_to_a_minute() -> None:
    fresh = re.search(r"proxy_cache_valid 200 (\d+)s;", (EXAMPLES / "nginx" / "portal.conf").read_text())
    unasked = re.search(r"inactive=(\d+)s", (EXAMPLES / "nginx.conf").read_text())
    cleaner = 10  # seconds between two rounds of nginx's cache manager
    assert fresh
    assert unasked
    assert int(fresh[1]) + int(unasked[1]) + cleaner <= 60


# What is never kept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Cache-Control", "no-store")],
        [("Cache-Control", "private, max-age=60")],
        [("Cache-Control", "public, max-age=60, private")],
        [("Cache-Control", "no-store, public, max-age=60")],
        [("Cache-Control", "max-age=60")],
        [("Expires", "Thu, 01 Jan 2099 00:00:00 GMT")],
        [("X-Accel-Expires", "60")],
        [("Cache-Control", PUBLIC), ("Set-Cookie", "a=b")],
        [("Cache-Control", PUBLIC), ("Vary", "Cookie")],
        [("Cache-Control", PUBLIC), ("Vary", "Accept-Encoding, Cookie")],
        [("Cache-Control", PUBLIC), ("Vary", "Accept-Encoding, Save-Data")],
        [("Cache-Control", PUBLIC), ("Vary", "*")],
    ],
    ids=lambda headers: "; ".join(f"{name} {value}" for name, value in headers) or "nothing said",
)
def test_what_is_not_declared_public_is_made_for_each(
    nginx: Front, behind: Behind, page: str, headers: list[tuple[str, str]]
) -> None:
    behind.answers[page] = headers
    for visitor in ("a", "b", "a"):
        answer = nginx.ask(page, Cookie=f"who={visitor}")
        assert answer.body.endswith(f"who={visitor}".encode())
        assert answer.kept in {"MISS", "BYPASS", "EXPIRED"}


@pytest.mark.parametrize("status", [301, 400, 403, 404, 410, 500, 503])
def test_only_a_page_is_kept_not_an_error(nginx: Front, behind: Behind, page: str, status: int) -> None:
    behind.statuses[page] = status
    first, second = nginx.ask(page), nginx.ask(page)
    assert (first.status, second.status) == (status, status)
    assert first.body != second.body


@pytest.mark.parametrize("path", ["/admin/", "/en/admin/x/", "/petugas/", "/en/petugas/x/", "/admin"])
def test_staff_pages_are_not_kept_whatever_they_say(nginx: Front, behind: Behind, path: str) -> None:
    first, second = nginx.ask(path), nginx.ask(path)
    assert first.body != second.body
    assert first.kept == second.kept == ""


@pytest.mark.parametrize("cookie", ["sessionid=s3cret", "__Host-session=s3cret", "a=b; sessionid=s3cret"])
def test_staff_see_the_portal_itself_and_nobody_gets_what_was_made_for_them(
    nginx: Front, behind: Behind, page: str, cookie: str
) -> None:
    staff = nginx.ask(page, Cookie=cookie)
    assert staff.kept == "BYPASS"
    stranger = nginx.ask(page)
    assert stranger.kept == "MISS"
    assert b"s3cret" not in stranger.body
    assert nginx.ask(page, Cookie=cookie).kept == "BYPASS"


def test_the_portal_s_session_cookie_is_recognised(settings: Any) -> None:
    staff = re.search(r'\$is_staff \{ default ""; "~\*(\w+)" 1; \}', (EXAMPLES / "nginx.conf").read_text())
    assert staff
    assert staff[1] in settings.SESSION_COOKIE_NAME.lower()


def test_an_answer_to_credentials_is_not_kept(nginx: Front, behind: Behind, page: str) -> None:
    nginx.ask(page, Authorization="Basic abc")
    assert nginx.ask(page).kept == "MISS"
    assert nginx.ask(page, Authorization="Basic abc").kept == "BYPASS"


def test_a_form_sent_is_neither_kept_nor_answered_from_what_is_kept(
    nginx: Front, behind: Behind, page: str
) -> None:
    nginx.ask(page)
    sent = nginx.ask(page, "POST", b"a=b")
    assert sent.body == b"2 for nobody"
    assert nginx.ask(page).body == b"1 for nobody"


# While the application is away ----------------------------------------------------------------------------


def test_nobody_behind_is_said_in_the_house_s_own_words(nginx: Front, page: str) -> None:
    answer = nginx.ask(page)
    assert answer.status == 503
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body == (ROOT / "templates" / "503.html").read_bytes()


def test_residents_read_on_while_the_application_is_away(nginx: Front, behind: Behind, page: str) -> None:
    nginx.ask(page)
    behind.close()
    time.sleep(2.1)
    assert nginx.ask(page).status == 200
    assert nginx.ask(page, "POST", b"a=b").status == 503


def test_the_application_s_own_words_pass_untouched(nginx: Front, behind: Behind, page: str) -> None:
    behind.statuses[page] = 503
    behind.answers[page] = [("Cache-Control", "no-store"), ("Retry-After", "7")]
    answer = nginx.ask(page)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "7", b"1 for nobody")


# Who is asking --------------------------------------------------------------------------------------------


def test_the_application_hears_of_the_visitor_from_nginx_alone(
    nginx: Front, behind: Behind, page: str
) -> None:
    nginx.ask(
        page,
        source="127.0.0.7",
        X_Forwarded_For="10.9.8.7",
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil.example",
        Forwarded="for=10.9.8.7",
        X_Real_IP="10.9.8.7",
        X_Request_ID="mine",
    )
    ((_path, seen, _length),) = behind.seen
    assert seen["x-forwarded-for"] == "127.0.0.7"
    assert seen["x-forwarded-proto"] == "https"
    assert seen["host"] == HOST
    assert re.fullmatch(r"[0-9a-f]{32}", seen["x-request-id"])
    assert not {"x-forwarded-host", "forwarded", "x-real-ip"} & seen.keys()


def test_http_leads_to_https(nginx: Front) -> None:
    answer = nginx.ask_plainly("/layanan/?q=ktp")
    assert (answer.status, answer.headers["location"]) == (301, f"https://{HOST}/layanan/?q=ktp")


def test_another_host_name_is_nobody_here(nginx: Front) -> None:
    with pytest.raises(ConnectionError):
        nginx.ask_plainly("/", host="evil.example")
    context = ssl.create_default_context(cafile=str(nginx.folder / "fullchain.pem"))
    with (
        socket.create_connection(("127.0.0.1", nginx.tls), timeout=60) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="evil.example")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_this_machine_may_ask_how_the_portal_is(nginx: Front, behind: Behind, path: str) -> None:
    assert nginx.ask(path).status == 200
    assert nginx.ask(path, source="127.0.0.2").status == 403
    assert len(behind.seen) == 1


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/_page/503.html"])
def test_what_is_inside_stays_inside(nginx: Front, behind: Behind, path: str) -> None:
    assert nginx.ask(path).status == 404
    assert behind.seen == []
