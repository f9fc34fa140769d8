"""nginx by the examples: whom it sends away, and what it says itself."""

import re
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

import pytest

from tests import tools
from tests.behind import PUBLIC, Behind
from tests.deployed import EXAMPLES, HOST, ROOT, Front, front

# No database is asked; once is enough.
pytestmark = pytest.mark.sqlite

SHORT = {"client_header_timeout 10s;": "client_header_timeout 1s;"}


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


# Bounds ---------------------------------------------------------------------------------------------------


def test_an_upload_beyond_the_bound_gets_a_kind_page(nginx: Front, behind: Behind, page: str) -> None:
    answer = nginx.ask(page, "POST", b"x" * (2 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert "masih ada di sana" in answer.body.decode()
    assert behind.seen == []


def test_a_spreadsheet_may_be_larger_than_a_form(nginx: Front, behind: Behind) -> None:
    assert nginx.ask("/admin/exchange/import/add/", "POST", b"x" * (3 * 1024 * 1024)).status == 200
    assert nginx.ask("/admin/exchange/import/add/", "POST", b"x" * (9 * 1024 * 1024)).status == 413


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
