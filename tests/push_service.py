"""A push service as browsers have one: it keeps what was sent to a phone, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Call:
    """One request to wake a phone."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    url: str
    status: int = 201
    retry_after: str = ""
    location: str = ""
    calls: list[Call] = field(default_factory=list)

    def endpoint(self, phone: str = "hp-1") -> str:
        return f"{self.url}/wpush/{phone}"


@contextmanager
def push_service() -> Iterator[PushService]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = {name.lower(): value for name, value in self.headers.items()}
            service.calls.append(Call(self.path, told, body))
            self.send_response(service.status)
            for name, value in (("Retry-After", service.retry_after), ("Location", service.location)):
                if value:
                    self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
