"""The little of a browser that a resident's form needs: cookies, fields, files, and pressing the button again."""

import http.client
import json
import secrets
import socket
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

SECONDS = 30.0


class UnixConnection(http.client.HTTPConnection):
    """Speaks to the socket the web server holds."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=SECONDS)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(str(self.path))


@dataclass
class Form:
    """One form of a page: where it goes, what it holds, and what can be chosen."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""


class Forms(HTMLParser):
    """Every form of a page that is sent with POST."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.form: Form | None = None
        self.area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(given.get("action", ""))
            self.found.append(self.form)
        if self.form is None or "disabled" in given or not (name := given.get("name", "")):
            return
        if tag == "textarea":
            self.form.values[name], self.area = "", name
        elif tag in {"button", "input"}:
            self.take(self.form, given.get("type", "submit" if tag == "button" else "text"), name, given)

    def take(self, form: Form, kind: str, name: str, given: dict[str, str]) -> None:
        if kind == "submit":
            form.buttons.append((name, given.get("value", "")))
        elif kind == "file":
            form.files.append(name)
        elif kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.values[name] = given.get("value", "on")
        else:
            form.values[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form.values[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        if tag == "form":
            self.form = None


@dataclass(frozen=True)
class Page:
    """What came back, after every redirect."""

    address: str
    status: int
    text: str

    def forms(self) -> list[Form]:
        return Forms(self.text).found


@dataclass
class Browser:
    """One resident's phone: keeps cookies, follows redirects; a cut connection is an OSError."""

    path: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, address: str) -> Page:
        return self.ask("GET", address)

    def send(self, page: Page, form: Form, file: tuple[str, bytes] | None = None) -> Page:
        address = urljoin(page.address, form.action or page.address)
        if not form.files:
            return self.ask(
                "POST", address, urlencode(form.values).encode(), "application/x-www-form-urlencoded"
            )
        body, kind = multipart(form.values, file)
        return self.ask("POST", address, body, kind)

    def ask(self, method: str, address: str, body: bytes | None = None, kind: str = "") -> Page:
        for _ in range(8):
            connection = UnixConnection(self.path)
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if kind:
                headers["Content-Type"] = kind
            try:
                connection.request(method, address, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
            except http.client.HTTPException as cut:
                raise ConnectionError("The answer was cut off.") from cut
            finally:
                connection.close()
            self.remember(answer)
            if answer.status not in {301, 302, 303}:
                return Page(address, answer.status, text)
            target = urlsplit(urljoin(address, answer.headers["Location"]))
            address = target.path + (f"?{target.query}" if target.query else "")
            method, body, kind = "GET", None, ""
        raise RuntimeError(f"{address} leads in circles.")

    def remember(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def multipart(values: dict[str, str], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    mark = secrets.token_hex(12)
    parts = [
        f"--{mark}\r\nContent-Disposition: form-data; name={json.dumps(name)}\r\n\r\n{value}\r\n".encode()
        for name, value in values.items()
    ]
    if file is not None:
        head = f'name={json.dumps(file[0])}; filename="foto.jpg"\r\nContent-Type: image/jpeg'
        parts.append(
            f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + file[1] + b"\r\n"
        )
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"
