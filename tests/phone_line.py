"""The line between a phone and a portal, in the hands of a test: it can be cut, slowed, and say something else."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE = 30
CONDITIONS = {"if-none-match", "if-modified-since"}
Change = Callable[[str, bytes], bytes]


class Line(ThreadingHTTPServer):
    """A server in front of the portal; `asked` holds what came through: method and address."""

    daemon_threads = True

    def __init__(self, portal: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.portal = urlsplit(portal).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[tuple[str, str]] = []
        self.restore()

    def restore(self) -> None:
        self.is_cut = False
        self.free = threading.Event()
        self.free.set()
        self.change: Change = lambda path, body: body

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no fault of the portal."""


class Handler(BaseHTTPRequestHandler):
    server: Line
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.is_cut:
            self.close_connection = True
            return
        if self.headers.get("Sec-Fetch-Mode") == "navigate":
            self.server.free.wait(PATIENCE)
        self.server.asked.append((self.command, self.path))
        upstream = http.client.HTTPConnection(self.server.portal, timeout=PATIENCE)
        # Whole pages, and none the browser takes from its own store for the first minute.
        given = {name: value for name, value in self.headers.items() if name.lower() not in CONDITIONS}
        upstream.request(self.command, self.path, body, given | {"Accept-Encoding": "identity"})
        found = upstream.getresponse()
        body = found.read()
        upstream.close()
        told = self.server.change(self.path, body)
        self.send_response_only(found.status)
        for name, value in found.getheaders():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value.replace("max-age=60", "max-age=0"))
        if self.path.startswith("/static/") and not found.getheader("Cache-Control"):
            # As a real portal says of its files, and the server of tests does not.
            self.send_header("Cache-Control", "public")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_HEAD = answer

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def line_to(portal: str) -> Iterator[Line]:
    line = Line(portal)
    thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.shutdown()
        line.server_close()
        thread.join(PATIENCE)
