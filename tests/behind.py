"""A server of a test's own behind nginx, which answers whatever the test wants to see handled."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from threading import Thread
from typing import Any

PUBLIC = "public, max-age=60"


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
