"""nginx by the examples, when a resident sends photos: large enough, not too many at once, never on the disk."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from portal.shared import uploads
from tests import tools
from tests.behind import Behind
from tests.deployed import HOST, Front, front

# No database is asked; once is enough.
pytestmark = pytest.mark.sqlite

STORY = "/suara/cerita/"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def nginx() -> Iterator[Front]:
    if tools.nginx() is None:
        pytest.skip(f"{tools.NGINX_MISSING}.")
    with front({"limit_conn balai_senders 12;": "limit_conn balai_senders 2;"}) as running:
        yield running


@pytest.fixture
def behind(nginx: Front) -> Iterator[Behind]:
    server = Behind(nginx.socket_path)
    yield server
    with suppress(FileNotFoundError):
        server.close()


def test_what_residents_send_never_touches_the_disk(nginx: Front, behind: Behind) -> None:
    """The folder for large requests takes nothing, and a story with three photos passes all the same."""
    folder = nginx.folder / "body"
    folder.chmod(0o500)
    try:
        assert nginx.ask(STORY, "POST", b"x" * (30 * MEGABYTE)).status == 200
        # Elsewhere a large request does go through that folder.
        assert nginx.ask("/layanan/", "POST", b"x" * MEGABYTE).status == 500
    finally:
        folder.chmod(0o700)


def test_the_bound_is_the_application_s(nginx: Front, behind: Behind) -> None:
    most = uploads.MOST_OF_A_REQUEST
    assert nginx.ask(STORY, "POST", b"x" * (most + 1)).status == 413
    assert behind.seen == []
    assert most == 40 * MEGABYTE


def test_few_of_one_address_send_at_once(nginx: Front, behind: Behind) -> None:
    """Whoever opens many large requests and sends nothing holds no more than a few."""
    held = []
    try:
        for _ in range(2):
            door = socket.create_connection(("127.0.0.1", nginx.bare), timeout=60)
            head = f"POST {STORY} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9000000\r\n\r\nx"
            door.sendall(head.encode())
            held.append(door)
        # The heads of those two may take a moment to be read.
        assert any(nginx.ask(STORY, "POST", b"x" * 9).status == 429 for _ in range(200))
        assert nginx.ask(STORY).status == 200
        assert nginx.ask(STORY, "POST", b"x" * 9, source="127.0.0.7").status == 200
    finally:
        for door in held:
            door.close()
