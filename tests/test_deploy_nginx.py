"""nginx by the examples: what it keeps for everyone, what it never keeps, whom it makes wait, what it says itself.

Behind it stands a server of the test's own that answers whatever a test wants to see handled.
"""

import re
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from threading import Thread
from typing import Any

import pytest

from tests import tools
from tests.deployed import EXAMPLES, HOST, ROOT, Front, front

PUBLIC = "public, max-age=60"
SHORT = {
    # Seconds instead of a minute; the shape stays.
    "proxy_cache_valid 200 40s;": "proxy_cache_valid 200 1s;",
    "client_header_timeout 10s;": "client_header_timeout 1s;",
}


class Behind(ThreadingMixIn, UnixStreamServer):
    """Says in the body which request of its life this was and for which cookie; `answers` are headers by path."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self, path: Path) -> None:
        self.answers: dict[str, list[tuple[str, str]]] = {}
        self.statuses: dict[str, int] = {}
        self.seen: list[tuple[str, dict[str, str], int]] = []
        super().__init__(str(path), Answering)
        path.chmod(0o666)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        Path(str(self.server_address)).unlink()


class Answering(BaseHTTPRequestHandler):
    server: Behind

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        path = self.path.partition("?")[0]
        self.server.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, length))
        body = f"{len(self.server.seen)} for {self.headers.get('Cookie', 'nobody')}".encode()
        self.send_response(self.server.statuses.get(path, 200))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in self.server.answers.get(path, [("Cache-Control", PUBLIC)]):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = answer

    def address_string(self) -> str:
        return ""

    def log_message(self, *args: Any) -> None:
        pass


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
    until = time.monotonic() + 5
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
        socket.create_connection(("127.0.0.1", nginx.tls), timeout=10) as plain,
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


# Bounds ---------------------------------------------------------------------------------------------------


def test_an_upload_beyond_the_bound_gets_a_kind_page(nginx: Front, behind: Behind, page: str) -> None:
    answer = nginx.ask(page, "POST", b"x" * (2 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert "masih ada di sana" in answer.body.decode()
    assert behind.seen == []


def test_a_spreadsheet_may_be_larger_than_a_form(nginx: Front, behind: Behind) -> None:
    assert nginx.ask("/admin/exchange/import/add/", "POST", b"x" * (3 * 1024 * 1024)).status == 200
    assert nginx.ask("/admin/exchange/import/add/", "POST", b"x" * (13 * 1024 * 1024)).status == 413


def test_sign_in_is_tried_a_bounded_number_of_times(nginx: Front, behind: Behind) -> None:
    tried = [nginx.ask("/admin/login/", "POST", b"a=b", source="127.0.0.11").status for _attempt in range(30)]
    assert tried[:20] == [200] * 20
    assert tried[-1] == 429
    assert nginx.ask("/admin/login/", source="127.0.0.11").status == 200, "reading is not trying"
    assert nginx.ask("/admin/login/", "POST", b"a=b", source="127.0.0.12").status == 200, "a neighbour"


def test_forms_are_sent_a_bounded_number_of_times_and_nothing_is_lost(
    nginx: Front, behind: Behind, page: str
) -> None:
    answers = [nginx.ask(page, "POST", b"a=b", source="127.0.0.13") for _attempt in range(75)]
    assert all(answer.status == 200 for answer in answers[:60])
    assert answers[-1].status == 429
    assert "tekan tombol kembali" in answers[-1].body.decode()
    assert nginx.ask(page, source="127.0.0.13").status == 200


def test_whoever_never_finishes_a_request_is_sent_away(nginx: Front) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", nginx.bare), timeout=10) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: " + HOST.encode())
        with suppress(ConnectionResetError):
            assert slow.recv(1000)[9:12] in {b"", b"408"}
    assert time.monotonic() - began < 5


# What nginx says itself -----------------------------------------------------------------------------------

OWN = {
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-resource-policy",
    "cross-origin-opener-policy",
}


def test_its_own_answers_carry_the_house_s_headers_once(nginx: Front) -> None:
    for path in ("/metrics", "/layanan/nobody-behind/", "/healthz", "/admin/"):
        answer = nginx.ask(path, source="127.0.0.3")
        assert answer.headers.keys() >= OWN, path
        assert answer.headers["cache-control"] == "no-store", path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "\n" not in "".join(answer.headers[name] for name in OWN)
        assert answer.headers["server"] == "nginx"


def test_the_application_s_headers_are_not_said_twice(nginx: Front, behind: Behind, page: str) -> None:
    behind.answers[page] = [("Cache-Control", PUBLIC), ("Content-Security-Policy", "default-src 'none'")]
    for answer in (nginx.ask(page), nginx.ask(page)):
        assert answer.headers["content-security-policy"] == "default-src 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == PUBLIC
        assert "strict-transport-security" not in answer.headers


def test_the_style_of_its_pages_is_the_one_the_policy_allows() -> None:
    pages = [ROOT / "templates" / "503.html", *sorted((EXAMPLES / "pages").glob("*.html"))]
    allowed = re.findall(r"'sha256-([^']+)'", (EXAMPLES / "nginx.conf").read_text())
    for path in pages:
        (style,) = re.findall(r"<style>(.*?)</style>", path.read_text(), re.DOTALL)
        assert [b64encode(sha256(style.encode()).digest()).decode()] == allowed, path.name
    assert len(pages) == 3


def test_files_come_compressed_from_disk_and_for_good_when_their_name_says_so(nginx: Front) -> None:
    static = nginx.var / "static"
    (static / "site.0123456789ab.css").write_text("plain")
    (static / "site.0123456789ab.css.br").write_bytes(b"brotli")
    (static / "site.0123456789ab.css.gz").write_bytes(b"gzip")
    (static / "site.css").write_text("plain")
    named = {
        sent: nginx.ask("/static/site.0123456789ab.css", Accept_Encoding=sent) for sent in ("br", "gzip")
    }
    assert {sent: answer.body for sent, answer in named.items()} == {"br": b"brotli", "gzip": b"gzip"}
    assert all("immutable" in answer.headers["cache-control"] for answer in named.values())
    assert named["br"].headers["vary"] == "Accept-Encoding"
    assert named["br"].headers.keys() >= OWN
    assert "immutable" not in nginx.ask("/static/site.css").headers["cache-control"]


def test_a_file_that_is_not_there_is_the_application_s_to_answer(nginx: Front, behind: Behind) -> None:
    behind.statuses["/static/gone.css"] = 404
    assert nginx.ask("/static/gone.css").body == b"1 for nobody"
    (nginx.var / "tanjung-barat.sqlite3").write_text("secret")
    for path in ("/static/../tanjung-barat.sqlite3", "/static/%2e%2e/tanjung-barat.sqlite3"):
        assert b"secret" not in nginx.ask(path).body


def test_no_log_tells_who_came(nginx: Front, page: str) -> None:
    for _attempt in range(70):
        nginx.ask(f"{page}?q=rahasia", "POST", b"a=b", source="127.0.0.21")
    words = "".join(path.read_text() for path in nginx.folder.glob("*.log"))
    assert "127.0.0.21" not in words
    assert "rahasia" not in words
