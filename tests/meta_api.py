"""A server on this machine that answers like Meta's APIs and writes down what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Answers that are no answer: the line is cut after the request was read, or words come that are no JSON.
CUT, GARBLED = "cut", "garbled"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    authorization: str
    content_type: str
    body: Any


@dataclass
class MetaApi:
    """What is asked, and what is answered: by “POST /v1/77/feed”, one answer after the other, the last for ever."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, list[Any]] = field(default_factory=dict)

    def say(self, request: str, *answers: Any) -> None:
        """An answer is (status, object), or CUT, or GARBLED."""
        self.answers[request] = list(answers)

    def answer(self, asked: Asked) -> Any:
        path = asked.path.partition("?")[0]
        told = self.answers.get(f"{asked.method} {path}")
        if not told:
            return 404, {"error": {"message": f"Unknown path {path}", "code": 2500}}
        return told.pop(0) if len(told) > 1 else told[0]

    def posted(self, ending: str) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST" and one.path.endswith(ending)]


def error(code: int, message: str = "No.", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"} | more}


@contextmanager
def meta_api() -> Iterator[MetaApi]:
    api = MetaApi()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            data = self.rfile.read(length)
            asked = Asked(
                self.command,
                self.path,
                self.headers.get("Authorization", ""),
                self.headers.get("Content-Type", ""),
                json.loads(data) if data else None,
            )
            api.asked.append(asked)
            answer = api.answer(asked)
            if answer == CUT:
                self.close_connection = True
                return
            status, said = (200, "<html>") if answer == GARBLED else answer
            content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any

        def log_message(self, *args: Any) -> None:
            """Nothing: the test looks at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
